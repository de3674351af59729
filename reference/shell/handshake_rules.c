/* What RFC 6455 4.2.1 asks of a well-formed head, one small function per rule;
 * the first that does not hold is the answer. */
#include "shell/handshake.h"
#include <string.h>
#include <strings.h>

static bool name_is(const struct handshake *handshake, size_t line,
                    const char *name)
{
    struct span span = handshake->lines[line].name;

    return span.length == strlen(name) &&
           strncasecmp(handshake->bytes + span.from, name, span.length) == 0;
}

const char *handshake_line(const struct handshake *handshake, const char *name,
                           size_t *length, size_t *count)
{
    const char *value = NULL;

    *count = 0;
    *length = 0;
    for (size_t i = 0; i < handshake->line_count; i++) {
        if (!name_is(handshake, i, name))
            continue;
        value = handshake->bytes + handshake->lines[i].value.from;
        *length = handshake->lines[i].value.length;
        (*count)++;
    }
    return value;
}

/* Is `token` one of a comma-separated list, in any case? */
static bool list_names(struct text list, const char *token)
{
    while (list.length > 0) {
        const char *comma = memchr(list.at, ',', list.length);
        size_t end = comma == NULL ? list.length : (size_t)(comma - list.at);
        size_t from = 0, to = end;

        while (from < to && strchr(" \t", list.at[from]) != NULL)
            from++;
        while (to > from && strchr(" \t", list.at[to - 1]) != NULL)
            to--;
        if (to - from == strlen(token) &&
            strncasecmp(list.at + from, token, to - from) == 0)
            return true;
        if (comma == NULL)
            return false;
        list.at += end + 1;
        list.length -= end + 1;
    }
    return false;
}

/* Several lines of one name are one list (RFC 9110 5.3). */
static bool some_line_names(const struct handshake *handshake,
                            const char *header, const char *token)
{
    for (size_t i = 0; i < handshake->line_count; i++) {
        struct span value = handshake->lines[i].value;
        struct text list = { handshake->bytes + value.from, value.length };

        if (name_is(handshake, i, header) && list_names(list, token))
            return true;
    }
    return false;
}

bool handshake_agree_to_deflate(struct handshake *handshake)
{
    for (size_t i = 0; i < handshake->line_count; i++) {
        struct span value = handshake->lines[i].value;
        struct text list = { handshake->bytes + value.from, value.length };

        if (name_is(handshake, i, "Sec-WebSocket-Extensions") &&
            deflate_choose(list, &handshake->deflate))
            return true;
    }
    return false;
}

static int target_fits(const struct handshake *handshake)
{
    const char *target = handshake->bytes + handshake->target.from;
    size_t length = handshake->target.length;
    const char *mark = memchr(target, '?', length);
    size_t path = mark == NULL ? length : (size_t)(mark - target);
    size_t query = mark == NULL ? 0 : length - path - 1;

    return path <= PATH_BYTES_MAX && query <= QUERY_BYTES_MAX ? HANDSHAKE_LEGAL
                                                              : 414;
}

/* RFC 9112 3.2: exactly one, and it names a host, not a path or a person. */
static int host_is_one(const struct handshake *handshake)
{
    size_t length;
    size_t count;
    const char *host = handshake_line(handshake, "Host", &length, &count);

    if (count != 1 || length == 0)
        return 400;
    for (size_t i = 0; i < length; i++)
        if (host[i] <= ' ' || host[i] >= 0x7f ||
            strchr("/?#@\\,", host[i]) != NULL)
            return 400;
    return HANDSHAKE_LEGAL;
}

/* A request that opens a WebSocket has no body. One that claims to have one
 * would be read as two requests by somebody. */
static int body_is_absent(const struct handshake *handshake)
{
    size_t length;
    size_t count;
    size_t encodings;
    const char *value;

    handshake_line(handshake, "Transfer-Encoding", &length, &encodings);
    value = handshake_line(handshake, "Content-Length", &length, &count);
    bool zero = count == 1 && length == 1 && value[0] == '0';
    return encodings == 0 && (count == 0 || zero) ? HANDSHAKE_LEGAL : 400;
}

static int upgrade_is_asked(const struct handshake *handshake)
{
    return some_line_names(handshake, "Upgrade", "websocket") &&
                   some_line_names(handshake, "Connection", "Upgrade")
               ? HANDSHAKE_LEGAL
               : 426;
}

static int version_is_13(const struct handshake *handshake)
{
    size_t length;
    size_t count;
    const char *version =
        handshake_line(handshake, "Sec-WebSocket-Version", &length, &count);

    if (count > 1)
        return 400;
    return count == 1 && length == 2 && memcmp(version, "13", 2) == 0
               ? HANDSHAKE_LEGAL
               : 426;
}

static bool is_base64_character(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= '0' && c <= '9') || c == '+' || c == '/';
}

/* Sixteen bytes in base64 are 22 characters and "==". */
static int key_is_one(const struct handshake *handshake)
{
    size_t length;
    size_t count;
    const char *key =
        handshake_line(handshake, "Sec-WebSocket-Key", &length, &count);

    if (count != 1 || length != 24 || memcmp(key + 22, "==", 2) != 0)
        return 400;
    for (size_t i = 0; i < 22; i++)
        if (!is_base64_character(key[i]))
            return 400;
    return HANDSHAKE_LEGAL;
}

int handshake_judge(const struct handshake *handshake)
{
    static int (*const rules[])(const struct handshake *) = {
        host_is_one,   body_is_absent, upgrade_is_asked,
        version_is_13, key_is_one,     target_fits,
    };

    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        int status = rules[i](handshake);
        if (status != HANDSHAKE_LEGAL)
            return status;
    }
    return HANDSHAKE_LEGAL;
}

static struct text span_text(const struct handshake *handshake,
                             struct span span)
{
    return (struct text){ handshake->bytes + span.from, span.length };
}

void handshake_request(const struct handshake *handshake, const char *peer,
                       struct header headers[HEADERS_MAX],
                       struct request *request)
{
    struct text path = span_text(handshake, handshake->target);
    struct text query = { path.at + path.length, 0 };
    const char *mark = memchr(path.at, '?', path.length);

    if (mark != NULL) {
        query.at = mark + 1;
        query.length = path.length - (size_t)(mark - path.at) - 1;
        path.length = (size_t)(mark - path.at);
    }
    for (size_t i = 0; i < handshake->line_count; i++) {
        headers[i].name = span_text(handshake, handshake->lines[i].name);
        headers[i].value = span_text(handshake, handshake->lines[i].value);
    }
    *request = (struct request){ .path = path,
                                 .query = query,
                                 .headers = headers,
                                 .header_count = handshake->line_count,
                                 .peer = peer };
}
