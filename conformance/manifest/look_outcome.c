/* Closer looks at outcomes: in what ways a connection may be refused. */
#include "manifest/internal.h"
#include "spec.h"

/* 1004, 1006 and 1015 never stand in a frame (RFC 6455 7.4.1); 1005 is our
 * word for a Close without a code. */
const char *look_close(const cJSON *value)
{
    int code = (int)value->valuedouble;

    return code == 1004 || code == 1006 || code == 1015 ? LOOK_SHOW : NULL;
}

const char *look_end(const cJSON *value)
{
    return cites("fin rst any", value->valuestring) ? NULL : LOOK_SHOW;
}

const char *look_pings(const cJSON *value)
{
    return cites("everybody members", value->valuestring) ? NULL : LOOK_SHOW;
}

static bool has(const cJSON *outcome, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(outcome, name) != NULL;
}

static const char *breach_beside(const cJSON *outcome)
{
    const cJSON *close = cJSON_GetObjectItemCaseSensitive(outcome, "close");
    bool reason = has(outcome, "reason") || has(outcome, "reason_like");

    if (has(outcome, "reason") && has(outcome, "reason_like"))
        return "both reason and reason_like";
    if (reason && close == NULL)
        return has(outcome, "http") ? "a reason beside http"
                                    : "a reason without close";
    if (reason && cJSON_IsNumber(close) && close->valuedouble == 1005)
        return "a reason beside 1005, a Close without code";
    if (has(outcome, "message") && has(outcome, "http"))
        return "a message beside http";
    if (has(outcome, "body_like") && !has(outcome, "http"))
        return "body_like without http";
    return NULL;
}

static bool is_ended_later(const cJSON *outcome)
{
    return has(outcome, "open") && !has(outcome, "http") &&
           has(outcome, "close") != has(outcome, "end");
}

const char *look_outcome(const cJSON *value)
{
    int kinds = has(value, "close") + has(value, "http") + has(value, "end") +
                has(value, "open");

    if (kinds == 0)
        return "neither close nor http, end or open";
    if (has(value, "until_s"))
        return is_ended_later(value) ? breach_beside(value)
                                     : "until_s without open and an end to it";
    return kinds == 1 ? breach_beside(value)
                      : "several of close, http, end and open";
}

/* How a server answers that has fallen over, or whose proxy finds nobody behind
 * it (RFC 9110 15.6): 503 may be said on purpose. */
static const char *crash_of(const cJSON *http)
{
    switch (cJSON_IsNumber(http) ? http->valueint : 0) {
    case 500: return "HTTP 500, a crash, without widened";
    case 502: return "HTTP 502, nobody behind a proxy, without widened";
    case 504: return "HTTP 504, nobody behind a proxy, without widened";
    default: return NULL;
    }
}

const char *look_denial(const cJSON *value)
{
    const cJSON *http = cJSON_GetObjectItemCaseSensitive(value, "http");

    if (cJSON_IsNumber(http) && http->valueint < 300 &&
        !has(value, "body_like"))
        return "an answer of 2xx to any body";
    return has(value, "widened") ? NULL : crash_of(http);
}

/* Normal closure, going away, no code and a crash (1011, HTTP 500, 502 or 504)
 * are how connections end that nobody refused, and one that stays open has not
 * ended: whoever accepts them must say why. */
const char *look_refusal(const cJSON *value)
{
    const cJSON *close = cJSON_GetObjectItemCaseSensitive(value, "close");
    const cJSON *http = cJSON_GetObjectItemCaseSensitive(value, "http");
    const char *found = look_outcome(value);

    if (found != NULL || has(value, "widened"))
        return found;
    if (has(value, "end"))
        return "an end without a Close, without widened";
    if (has(value, "open"))
        return "a connection that stays open, without widened";
    if (crash_of(http) != NULL)
        return crash_of(http);
    switch (cJSON_IsNumber(close) ? close->valueint : 0) {
    case 1000: return "1000, a normal closure, without widened";
    case 1001: return "1001, a server going away, without widened";
    case 1005: return "1005, a Close without code, without widened";
    case 1011: return "1011, a crash, without widened";
    default: return NULL;
    }
}

/* A handshake that opens a connection has been admitted. */
const char *look_rejection(const cJSON *value)
{
    return has(value, "open") ? "a connection that stays open"
                              : look_refusal(value);
}
