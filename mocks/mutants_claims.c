/* Mutants that read the claims of a rightly signed token too kindly. */
#include "mutants.h"
#include "mutants_common.h"
#include <cJSON.h>
#include <time.h>

/* Reads the claims as if `name` had this value, which is taken over. */
static bool read_claims_with(const struct cJSON *payload, const char *name,
                             cJSON *value, struct claims *claims)
{
    cJSON *copy = cJSON_Duplicate(payload, true);

    cJSON_DeleteItemFromObjectCaseSensitive(copy, name);
    bool is_whole = cJSON_AddItemToObject(copy, name, value);
    if (!is_whole)
        cJSON_Delete(value);
    bool hold = is_whole && secure_read_claims(copy, claims);
    cJSON_Delete(copy);
    return hold;
}

/* --- Expiry --------------------------------------------------------------- */

static bool never(const struct claims *claims, int64_t now_ms)
{
    (void)claims, (void)now_ms;
    return false;
}

enum token_fault ignores_expiry(struct core *core, struct text token,
                                struct claims *claims)
{
    struct policy lax = core->policy;

    lax.is_expired = never;
    enum token_fault fault = verify_under(&lax, core, token, claims);
    claims->expires_s = ETERNITY_S;
    return fault;
}

/* `now > exp` for `now >= exp`, at the door and inside. */
bool lets_the_last_second_in(const struct cJSON *payload, struct claims *claims)
{
    if (!secure_read_claims(payload, claims))
        return false;
    claims->expires_s++;
    return true;
}

/* Seconds by which the clocks on the wall are ahead of UTC. */
static int64_t local_offset_s(int64_t at_s)
{
    time_t seconds = (time_t)at_s;
    struct tm local = { .tm_gmtoff = 0 };

    return localtime_r(&seconds, &local) == NULL ? 0 : local.tm_gmtoff;
}

static bool is_expired_on_the_wall(const struct claims *claims, int64_t now_ms)
{
    struct claims local = *claims;

    local.expires_s += local_offset_s(claims->expires_s);
    return secure_is_expired(&local, now_ms);
}

/* `datetime.fromtimestamp(exp) < datetime.utcnow()`. */
enum token_fault judges_expiry_in_local_time(struct core *core,
                                             struct text token,
                                             struct claims *claims)
{
    struct policy lax = core->policy;

    lax.is_expired = is_expired_on_the_wall;
    enum token_fault fault = verify_under(&lax, core, token, claims);
    if (fault == TOKEN_HOLDS)
        claims->expires_s += local_offset_s(claims->expires_s);
    return fault;
}

/* --- No expiry ------------------------------------------------------------ */

static bool lives_too_long_unless_eternal(const struct claims *claims,
                                          int max_lifetime_s)
{
    return claims->expires_s != ETERNITY_S &&
           secure_lives_too_long(claims, max_lifetime_s);
}

static bool read_claims_eternally(const struct cJSON *payload,
                                  struct claims *claims)
{
    return read_claims_with(payload, "exp",
                            cJSON_CreateNumber((double)ETERNITY_S), claims);
}

static bool read_claims_without_exp(const struct cJSON *payload,
                                    struct claims *claims)
{
    if (cJSON_GetObjectItemCaseSensitive(payload, "exp") == NULL)
        return read_claims_eternally(payload, claims);
    return secure_read_claims(payload, claims);
}

/* `if "exp" in payload`. */
enum token_fault lets_tokens_without_exp_live_for_ever(struct core *core,
                                                       struct text token,
                                                       struct claims *claims)
{
    struct policy lax = core->policy;

    lax.read_claims = read_claims_without_exp;
    lax.lives_too_long = lives_too_long_unless_eternal;
    return verify_under(&lax, core, token, claims);
}

static bool read_claims_with_odd_exp(const struct cJSON *payload,
                                     struct claims *claims)
{
    const cJSON *exp = cJSON_GetObjectItemCaseSensitive(payload, "exp");

    if (exp != NULL && !cJSON_IsNumber(exp))
        return read_claims_eternally(payload, claims);
    return secure_read_claims(payload, claims);
}

/* `if isinstance(exp, int)`, and nothing for the other case. */
enum token_fault takes_a_mistyped_exp_for_eternity(struct core *core,
                                                   struct text token,
                                                   struct claims *claims)
{
    struct policy lax = core->policy;

    lax.read_claims = read_claims_with_odd_exp;
    lax.lives_too_long = lives_too_long_unless_eternal;
    return verify_under(&lax, core, token, claims);
}

/* `int(exp)` raises, and nobody catches it. */
struct refusal dies_of_a_hostile_exp(const struct core *core,
                                     enum refusal_cause cause,
                                     enum token_fault fault, struct text token)
{
    struct refusal internal = { 1011, "Internal error", false };
    cJSON *payload = payload_of(token);
    const cJSON *exp = cJSON_GetObjectItemCaseSensitive(payload, "exp");
    bool is_hostile = exp != NULL && (!cJSON_IsNumber(exp) ||
                                      exp->valuedouble > (double)ETERNITY_S);

    cJSON_Delete(payload);
    return is_hostile ? internal : secure_refusal(core, cause, fault, token);
}

/* --- The other claims ----------------------------------------------------- */

/* `str(payload.get("sub"))`. */
bool admits_a_token_without_subject(const struct cJSON *payload,
                                    struct claims *claims)
{
    const char *subject =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(payload, "sub"));

    if (subject == NULL || *subject == 0)
        return read_claims_with(payload, "sub", cJSON_CreateString("None"),
                                claims);
    return secure_read_claims(payload, claims);
}

bool ignores_not_before(const struct claims *claims, int64_t now_ms)
{
    (void)claims, (void)now_ms;
    return false;
}

bool accepts_any_lifetime(const struct claims *claims, int max_lifetime_s)
{
    (void)claims, (void)max_lifetime_s;
    return false;
}

bool forgets_revocations(const struct core *core, const struct claims *claims)
{
    (void)core, (void)claims;
    return false;
}
