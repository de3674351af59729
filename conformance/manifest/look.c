/* Closer looks at single values: what a kind and a range cannot say. */
#include "manifest/internal.h"
#include "bench/matcher.h"
#include "net/url.h"
#include "spec.h"
#include <arpa/inet.h>
#include <ctype.h>

static bool begins_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Variables stand for a port, or for a part of the path. */
static bool is_url(const char *text)
{
    struct url ignored;
    struct bytes name;
    struct buffer with_ones;
    const char *variable;

    buffer_init(&with_ones, MANIFEST_BYTES_MAX);
    for (; (variable = template_variable(text, &name)) != NULL;
         text = variable + name.length + 2) {
        buffer_add(&with_ones, text, (size_t)(variable - text));
        buffer_add_string(&with_ones, "1");
    }
    buffer_add_string(&with_ones, text);
    bool good = url_parse(buffer_string(&with_ones), &ignored) == FAULT_NONE;
    buffer_deinit(&with_ones);
    return good;
}

/* Behind ? or before @ there may be a secret. */
const char *look_url(const cJSON *value)
{
    const char *text = value->valuestring;

    if (!begins_with(text, "ws://") && !begins_with(text, "wss://") &&
        !begins_with(text, "ws+unix://"))
        return strpbrk(text, "?@") == NULL ? LOOK_SHOW : "another URL";
    return is_url(text) ? NULL
                        : "a URL with a part that is malformed or too long";
}

const char *look_plain_url(const cJSON *value)
{
    return begins_with(value->valuestring, "ws://")    ? look_url(value)
           : strpbrk(value->valuestring, "?@") == NULL ? LOOK_SHOW
                                                       : "another URL";
}

/* It goes into the request as it stands (RFC 3986 2.3). */
const char *look_query_name(const cJSON *value)
{
    for (const char *at = value->valuestring; *at != 0; at++)
        if (!isalnum((unsigned char)*at) && strchr("-._~", *at) == NULL)
            return LOOK_SHOW;
    return NULL;
}

/* It goes into the request's first line. */
const char *look_path(const cJSON *value)
{
    const char *path = value->valuestring;

    for (const char *at = path; *at != 0; at++)
        if (iscntrl((unsigned char)*at))
            return "a control character";
    return *path == '/' && strpbrk(path, " ?#") == NULL ? NULL : LOOK_SHOW;
}

/* We can dial from any loopback address, and from no other. */
const char *look_proxy(const cJSON *value)
{
    struct in_addr address;

    return inet_pton(AF_INET, value->valuestring, &address) == 1 &&
                   ntohl(address.s_addr) >> 24 == 127
               ? NULL
               : LOOK_SHOW;
}

/* It goes into a header, where a line break would begin another. */
const char *look_line(const cJSON *value)
{
    for (const char *at = value->valuestring; *at != 0; at++)
        if (iscntrl((unsigned char)*at))
            return "a control character";
    return NULL;
}

/* A token of RFC 9110 5.6.2. */
static bool is_token(const char *name)
{
    if (*name == 0)
        return false;
    for (; *name != 0; name++)
        if (!isalnum((unsigned char)*name) &&
            strchr("!#$%&'*+-.^_`|~", *name) == NULL)
            return false;
    return true;
}

const char *look_headers(const cJSON *value)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, value)
    {
        if (!is_token(member->string))
            return "a name that no header can have";
    }
    return NULL;
}

const char *look_header_value(const cJSON *value)
{
    const char *found = look_line(value);

    if (found != NULL)
        return found;
    return template_mentions(value, "token", false) ? NULL : "no {token}";
}

const char *look_token(const cJSON *value)
{
    return is_token(value->valuestring) ? NULL : LOOK_SHOW;
}

const char *look_true(const cJSON *value)
{
    return cJSON_IsTrue(value) ? NULL : LOOK_SHOW;
}

/* What stands in it, the rules of its members say. */
const char *look_carrier(const cJSON *value)
{
    int count = cJSON_GetArraySize(value);

    if (count == 0)
        return "no carrier";
    return count == 1 ? NULL : "several in one";
}

const char *look_alg(const cJSON *value)
{
    return cites("HS256 RS256 ES256 EdDSA", value->valuestring) ? NULL
                                                                : LOOK_SHOW;
}

bool is_variable_name(const char *name)
{
    return !isdigit((unsigned char)*name) &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                        "0123456789_") == strlen(name) &&
           *name != 0 && strlen(name) <= 64;
}

/* By the hooks, which are called with it. */
static bool is_taken(const char *name)
{
    return cites("text since jti token what tenant active user role order "
                 "status",
                 name);
}

const char *look_vars(const cJSON *value)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, value)
    {
        if (is_taken(member->string))
            return "a name that stands for something else";
        if (!is_variable_name(member->string))
            return "a name that no variable can have";
    }
    return NULL;
}

const char *look_claims(const cJSON *value)
{
    if (cJSON_GetObjectItemCaseSensitive(value, "iat") != NULL ||
        cJSON_GetObjectItemCaseSensitive(value, "exp") != NULL)
        return "a claim that is made afresh for each token";
    return NULL;
}

const char *look_signal(const cJSON *value)
{
    return template_mentions(value, "text", false) ? NULL : "no {text}";
}

const char *look_publish(const cJSON *value)
{
    return template_mentions(value, "text", false) ? NULL : "no {text}";
}

const char *look_authenticate(const cJSON *value)
{
    return template_mentions(value, "token", true) ? NULL : "no \"{token}\"";
}

const char *look_identity(const cJSON *value)
{
    return template_mentions(value, "user", false) ? NULL : "no {user}";
}

const char *look_get_order(const cJSON *value)
{
    return template_mentions(value, "order", true) ? NULL : "no \"{order}\"";
}

const char *look_room(const cJSON *value)
{
    return template_mentions(value, "room", true) ? NULL : "no \"{room}\"";
}

const char *look_order(const cJSON *value)
{
    if (!template_mentions(value, "status", true))
        return "no \"{status}\"";
    return look_get_order(value);
}

const char *look_set_status(const cJSON *value)
{
    return look_order(value);
}

const char *look_set_presence(const cJSON *value)
{
    return template_mentions(value, "status", true) ? NULL : "no \"{status}\"";
}

const char *look_presence(const cJSON *value)
{
    const char *lacks = look_identity(value);

    return lacks == NULL ? look_set_presence(value) : lacks;
}

const char *look_coming(const cJSON *value)
{
    const char *lacks = look_identity(value);

    return lacks == NULL ? look_room(value) : lacks;
}

const char *look_timeout_status(const cJSON *value)
{
    return cites("away offline", value->valuestring) ? NULL : LOOK_SHOW;
}

const char *look_origin_policy(const cJSON *value)
{
    return cites("if_present required with_cookie", value->valuestring)
               ? NULL
               : LOOK_SHOW;
}

const char *look_codec(const cJSON *value)
{
    return cites("json socketio text", value->valuestring) ? NULL : LOOK_SHOW;
}

static bool has_matcher(const cJSON *value)
{
    const cJSON *member;

    if (is_matcher(value))
        return true;
    cJSON_ArrayForEach(member, value)
    {
        if (has_matcher(member))
            return true;
    }
    return false;
}

const char *look_frame(const cJSON *value)
{
    if (has_matcher(value))
        return "a matcher";
    return template_mentions(value, "text", false) ? NULL : "no {text}";
}

const char *look_ends(const cJSON *value)
{
    const char *text = value->valuestring;

    for (; *text != 0; text++)
        if (!iscntrl((unsigned char)*text))
            return LOOK_SHOW;
    return NULL;
}

const char *look_deviation(const cJSON *value)
{
    return deviation_named(value->valuestring) >= 0 ? NULL : LOOK_SHOW;
}

const char *look_namespace(const cJSON *value)
{
    const char *text = value->valuestring;

    if (text[0] != '/')
        return LOOK_SHOW;
    for (; *text != 0; text++)
        if (*text <= ' ' || *text > '~' || *text == ',' || *text == '?')
            return LOOK_SHOW;
    return NULL;
}

const char *look_event(const cJSON *value)
{
    const char *text = value->valuestring;

    return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                        "0123456789-._:") == strlen(text)
               ? NULL
               : LOOK_SHOW;
}
