/* The grammar of a request head (RFC 9112), one small function per state:
 *
 *     GET SP target SP HTTP/1.1 CR LF
 *     *( name ":" value CR LF )
 *     CR LF
 *
 * A byte that cannot stand where it stands ends the reading at once. */
#include "shell/handshake.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum state {
    AT_METHOD,
    AT_TARGET,
    AT_VERSION,
    AT_LINE_FEED, /* of the request line or of a header line */
    AT_LINE_START,
    AT_NAME,
    AT_VALUE,
    AT_LAST_FEED,
};

/* UNFINISHED to go on, LEGAL at the end of the head, or the refusal. The byte
 * is already the last of `handshake->bytes`. */
typedef int step(struct handshake *handshake, char byte);

static bool is_visible(char c)
{
    return c > 0x20 && c < 0x7f;
}

/* The part from the mark up to the byte just read, without that byte. */
static struct span part(const struct handshake *handshake)
{
    return (struct span){ handshake->mark,
                          handshake->length - 1 - handshake->mark };
}

static int proceed(struct handshake *handshake, enum state next)
{
    handshake->state = (uint8_t)next;
    handshake->mark = handshake->length;
    return HANDSHAKE_UNFINISHED;
}

static bool part_is(const struct handshake *handshake, const char *word)
{
    struct span span = part(handshake);

    return span.length == strlen(word) &&
           memcmp(handshake->bytes + span.from, word, span.length) == 0;
}

static int on_method(struct handshake *handshake, char byte)
{
    if (byte == ' ' && part(handshake).length > 0)
        return part_is(handshake, "GET") ? proceed(handshake, AT_TARGET) : 405;
    return is_token_character(byte) ? HANDSHAKE_UNFINISHED : 400;
}

/* Origin-form only (RFC 9112 3.2.1). A fragment is never sent. */
static int on_target(struct handshake *handshake, char byte)
{
    struct span target = part(handshake);

    if (byte == ' ' && target.length > 0) {
        handshake->target = target;
        return proceed(handshake, AT_VERSION);
    }
    if (!is_visible(byte) || byte == '#' || (target.length == 0 && byte != '/'))
        return 400;
    return HANDSHAKE_UNFINISHED;
}

static bool is_other_http(const char *at, size_t length)
{
    return length == 8 && memcmp(at, "HTTP/", 5) == 0 &&
           isdigit((unsigned char)at[5]) && at[6] == '.' &&
           isdigit((unsigned char)at[7]);
}

static int on_version(struct handshake *handshake, char byte)
{
    struct span version = part(handshake);

    if (byte != '\r')
        return is_visible(byte) && version.length < 8 ? HANDSHAKE_UNFINISHED
                                                      : 400;
    if (part_is(handshake, "HTTP/1.1"))
        return proceed(handshake, AT_LINE_FEED);
    return is_other_http(handshake->bytes + version.from, version.length) ? 505
                                                                          : 400;
}

static int on_line_feed(struct handshake *handshake, char byte)
{
    return byte == '\n' ? proceed(handshake, AT_LINE_START) : 400;
}

/* A line that begins with white space would be a folded one (RFC 9112 5.2);
 * as it is no token character, it is refused like any other. */
static int on_line_start(struct handshake *handshake, char byte)
{
    if (byte == '\r')
        return proceed(handshake, AT_LAST_FEED);
    handshake->mark = handshake->length - 1;
    handshake->state = AT_NAME;
    return is_token_character(byte) ? HANDSHAKE_UNFINISHED : 400;
}

static int on_name(struct handshake *handshake, char byte)
{
    if (byte != ':')
        return is_token_character(byte) ? HANDSHAKE_UNFINISHED : 400;
    handshake->name = part(handshake);
    return proceed(handshake, AT_VALUE);
}

static struct span trimmed(const struct handshake *handshake, struct span span)
{
    const char *at = handshake->bytes + span.from;

    while (span.length > 0 &&
           (at[span.length - 1] == ' ' || at[span.length - 1] == '\t'))
        span.length--;
    while (span.length > 0 && (*at == ' ' || *at == '\t')) {
        at++;
        span.from++;
        span.length--;
    }
    return span;
}

static int on_value(struct handshake *handshake, char byte)
{
    bool may_stand = is_visible(byte) || byte == ' ' || byte == '\t' ||
                     (unsigned char)byte >= 0x80;

    if (byte != '\r')
        return may_stand ? HANDSHAKE_UNFINISHED : 400;
    if (handshake->line_count == HEADERS_MAX)
        return 431;
    handshake->lines[handshake->line_count].name = handshake->name;
    handshake->lines[handshake->line_count].value =
        trimmed(handshake, part(handshake));
    handshake->line_count++;
    return proceed(handshake, AT_LINE_FEED);
}

static int on_last_feed(struct handshake *handshake, char byte)
{
    return byte == '\n' ? handshake_judge(handshake) : 400;
}

static step *const steps[] = {
    [AT_METHOD] = on_method,         [AT_TARGET] = on_target,
    [AT_VERSION] = on_version,       [AT_LINE_FEED] = on_line_feed,
    [AT_LINE_START] = on_line_start, [AT_NAME] = on_name,
    [AT_VALUE] = on_value,           [AT_LAST_FEED] = on_last_feed,
};

/* False at the ceiling, or without memory. */
static bool keep(struct handshake *handshake, char byte)
{
    if (handshake->length == handshake->size) {
        size_t size = handshake->size == 0 ? 1024 : handshake->size * 2;
        char *grown =
            size > HANDSHAKE_BYTES_MAX ? NULL : realloc(handshake->bytes, size);
        if (grown == NULL)
            return false;
        handshake->bytes = grown;
        handshake->size = size;
    }
    handshake->bytes[handshake->length++] = byte;
    return true;
}

size_t handshake_feed(struct handshake *handshake, const char *bytes,
                      size_t length)
{
    size_t done = 0;

    while (done < length && handshake->status == HANDSHAKE_UNFINISHED) {
        if (!keep(handshake, bytes[done])) {
            handshake->status = 431;
            break;
        }
        handshake->status = steps[handshake->state](handshake, bytes[done]);
        done++;
    }
    return done;
}

void handshake_deinit(struct handshake *handshake)
{
    free(handshake->bytes);
    handshake->bytes = NULL;
    handshake->length = 0;
    handshake->size = 0;
}
