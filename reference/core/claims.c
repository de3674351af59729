/* Decisions about the claims of a token whose signature holds. */
#include "core/secure.h"
#include "core/state.h"
#include <cJSON.h>

/* The last second of the year 9999, as RFC 3339 can still write it. */
static const double latest_date_s = 253402300799.0;

/* RFC 7519 2: a NumericDate is a JSON number of seconds, maybe with a
 * fraction. The fraction is rounded up, which is exact against a clock of whole
 * milliseconds. NaN and infinity (1e400) fail both comparisons. */
static bool read_date(const cJSON *item, int64_t *seconds, int *ms)
{
    if (!cJSON_IsNumber(item) ||
        !(item->valuedouble >= 0 && item->valuedouble <= latest_date_s))
        return false;
    *seconds = (int64_t)item->valuedouble;
    double rest = (item->valuedouble - (double)*seconds) * 1000;
    *ms = (int)rest;
    if ((double)*ms < rest)
        ++*ms;
    if (*ms == 1000) {
        ++*seconds;
        *ms = 0;
    }
    return true;
}

/* Absent is fine, of a wrong type is not: it would count as absent. */
static bool read_optional_date(const cJSON *payload, const char *name,
                               int64_t *seconds, int *ms)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(payload, name);

    *seconds = 0;
    *ms = 0;
    return item == NULL || read_date(item, seconds, ms);
}

static bool read_string(const cJSON *payload, const char *name, char *into,
                        size_t size)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(payload, name));

    if (text == NULL || strlen(text) >= size)
        return false;
    memcpy(into, text, strlen(text) + 1);
    return true;
}

static bool read_optional_string(const cJSON *payload, const char *name,
                                 char *into, size_t size)
{
    into[0] = 0;
    return cJSON_GetObjectItemCaseSensitive(payload, name) == NULL ||
           read_string(payload, name, into, size);
}

/* RFC 7519 4.1.3: a service that has no audience name of its own must refuse a
 * token that is meant for one. */
bool secure_read_claims(const struct cJSON *payload, struct claims *claims)
{
    const cJSON *exp = cJSON_GetObjectItemCaseSensitive(payload, "exp");

    return read_string(payload, "sub", claims->subject,
                       sizeof(claims->subject)) &&
           claims->subject[0] != 0 &&
           read_date(exp, &claims->expires_s, &claims->expires_ms) &&
           exp->valuedouble > 0 &&
           read_optional_date(payload, "iat", &claims->issued_s,
                              &claims->issued_ms) &&
           read_optional_date(payload, "nbf", &claims->not_before_s,
                              &claims->not_before_ms) &&
           read_optional_string(payload, "role", claims->role,
                                sizeof(claims->role)) &&
           read_optional_string(payload, "jti", claims->jti,
                                sizeof(claims->jti)) &&
           cJSON_GetObjectItemCaseSensitive(payload, "aud") == NULL;
}

/* Is it `seconds` and `ms` o'clock, or later? */
static bool has_come(int64_t seconds, int ms, int64_t now_ms)
{
    int64_t now_s = now_ms / 1000;

    return now_s > seconds || (now_s == seconds && now_ms % 1000 >= ms);
}

/* RFC 7519 4.1.4: not to be accepted "on or after" exp. No leeway. */
bool secure_is_expired(const struct claims *claims, int64_t now_ms)
{
    return has_come(claims->expires_s, claims->expires_ms, now_ms);
}

bool secure_is_premature(const struct claims *claims, int64_t now_ms)
{
    return !has_come(claims->not_before_s, claims->not_before_ms, now_ms) ||
           !has_come(claims->issued_s, claims->issued_ms, now_ms);
}

bool secure_lives_too_long(const struct claims *claims, int max_lifetime_s)
{
    int64_t life_s = claims->expires_s - claims->issued_s;

    if (max_lifetime_s == 0)
        return false;
    if (claims->issued_s == 0) /* without an iat, nobody knows how old it is */
        return true;
    return life_s > max_lifetime_s ||
           (life_s == max_lifetime_s && claims->expires_ms > claims->issued_ms);
}

bool secure_is_revoked(const struct core *core, const struct claims *claims)
{
    return (claims->jti[0] != 0 && revocation_holds(core, claims->jti)) ||
           core->policy.sessions.is_logged_out(core, claims);
}
