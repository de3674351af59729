/* Closer looks at single values: what a kind and a range cannot say. */
#include "manifest/internal.h"
#include "net/url.h"
#include "spec.h"
#include <ctype.h>

static bool begins_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Behind ? or before @ there may be a secret. */
const char *look_url(const cJSON *value)
{
    const char *text = value->valuestring;
    struct url ignored;

    if (!begins_with(text, "ws://") && !begins_with(text, "wss://") &&
        !begins_with(text, "ws+unix://"))
        return strpbrk(text, "?@") == NULL ? LOOK_SHOW : "another URL";
    return url_parse(text, &ignored) == FAULT_NONE
               ? NULL
               : "a URL with a part that is malformed or too long";
}

/* It goes into the request as it stands (RFC 3986 2.3). */
const char *look_query_name(const cJSON *value)
{
    for (const char *at = value->valuestring; *at != 0; at++)
        if (!isalnum((unsigned char)*at) && strchr("-._~", *at) == NULL)
            return LOOK_SHOW;
    return NULL;
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
static bool is_header_name(const char *name)
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
        if (!is_header_name(member->string))
            return "a name that no header can have";
    }
    return NULL;
}

const char *look_alg(const cJSON *value)
{
    return cites("HS256 RS256 ES256 EdDSA", value->valuestring) ? NULL
                                                                : LOOK_SHOW;
}

/* 1004, 1006 and 1015 never stand in a frame (RFC 6455 7.4.1); 1005 is our
 * word for a Close without a code. */
const char *look_close(const cJSON *value)
{
    int code = (int)value->valuedouble;

    return code == 1004 || code == 1006 || code == 1015 ? LOOK_SHOW : NULL;
}

const char *look_outcome(const cJSON *value)
{
    const cJSON *close = cJSON_GetObjectItemCaseSensitive(value, "close");
    const cJSON *reason = cJSON_GetObjectItemCaseSensitive(value, "reason");
    const cJSON *http = cJSON_GetObjectItemCaseSensitive(value, "http");

    if (close == NULL && http == NULL)
        return "neither close nor http";
    if (close != NULL && http != NULL)
        return "both close and http";
    if (http != NULL && reason != NULL)
        return "a reason beside http";
    if (reason != NULL && cJSON_IsNumber(close) && close->valuedouble == 1005)
        return "a reason beside 1005, a Close without code";
    return NULL;
}

static bool is_variable_name(const char *name)
{
    return !isdigit((unsigned char)*name) &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                        "0123456789_") == strlen(name) &&
           *name != 0 && strlen(name) <= 64;
}

const char *look_vars(const cJSON *value)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, value)
    {
        if (cites("text since jti what", member->string))
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
    return template_mentions(value, "text", true) ? NULL : "no \"{text}\"";
}

const char *look_publish(const cJSON *value)
{
    return template_mentions(value, "text", false) ? NULL : "no {text}";
}
