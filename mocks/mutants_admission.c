/* Mutants that do the right things in a wrong order, or do not stop in time. */
#include "mutants.h"
#include "mutants_common.h"
#include <cJSON.h>
#include <stdlib.h>

static const struct refusal internal_error = { 1011, "Internal error", false };

/* --- A decoder that fails ------------------------------------------------- */

/* `except JWTError` catches what the author had thought of. */
void decoder_error_escapes_as_1011(struct core *core,
                                   struct connection *stranger,
                                   struct text token)
{
    (void)token;
    stranger_refuse(core, stranger, internal_error);
}

/* Do subject and times hold, and was it not revoked? Nobody looks at the
 * signature. */
static bool claims_hold(const struct core *core, struct text token,
                        struct claims *claims)
{
    const struct policy *policy = &core->policy;
    int64_t now_ms = core->port.now_ms(core->port.self);
    cJSON *payload = payload_of(token);
    bool hold = payload != NULL && policy->read_claims(payload, claims) &&
                !policy->is_expired(claims, now_ms) &&
                !policy->is_premature(claims, now_ms) &&
                !policy->is_revoked(core, claims);

    cJSON_Delete(payload);
    return hold;
}

/* `except Exception: pass`. */
void swallows_a_decoder_error_and_admits(struct core *core,
                                         struct connection *stranger,
                                         struct text token)
{
    struct claims claims = { .expires_s = 0 };

    if (claims_hold(core, token, &claims))
        core->policy.join_pool(core, stranger, &claims);
    else
        secure_decoder_failed(core, stranger, token);
}

/* --- First into the pool, then to the check ------------------------------- */

/* A member that nobody has verified; false without memory. */
static bool pool_at_once(struct core *core, struct connection *stranger)
{
    struct claims unknown = claims_of("unverified");

    secure_join_pool(core, stranger, &unknown);
    return stranger->stage == MEMBER;
}

/* Verifies one that stands in the pool already. */
static enum token_fault check_pooled(struct core *core,
                                     struct connection *pooled,
                                     const struct request *request,
                                     bool *missing)
{
    struct presented presented;
    struct claims claims;
    enum token_fault fault =
        stranger_identify(core, request, &presented, missing, &claims);

    if (fault == TOKEN_HOLDS)
        pooled->member->claims = claims;
    return fault;
}

/* `forgotten` of the two causes stays in the pool behind its Close. */
static void pool_then_verify(struct core *core, struct connection *stranger,
                             const struct request *request,
                             const enum refusal_cause *forgotten)
{
    struct text none = { "", 0 };
    bool missing;

    if (!pool_at_once(core, stranger))
        return;
    enum token_fault fault = check_pooled(core, stranger, request, &missing);
    enum refusal_cause cause = missing ? REFUSED_MISSING : REFUSED_INVALID;
    if (fault == TOKEN_HOLDS)
        return;
    if (forgotten == NULL || cause != *forgotten)
        pool_leave(core, stranger);
    core->policy.turn_away(core, stranger, cause, fault, none);
}

void pools_first_and_verifies_then(struct core *core,
                                   struct connection *stranger,
                                   const struct request *request)
{
    pool_then_verify(core, stranger, request, NULL);
}

void pools_first_and_forgets_to_remove_the_tokenless(
    struct core *core, struct connection *stranger,
    const struct request *request)
{
    enum refusal_cause forgotten = REFUSED_MISSING;

    pool_then_verify(core, stranger, request, &forgotten);
}

void pools_first_and_forgets_to_remove_the_invalid(
    struct core *core, struct connection *stranger,
    const struct request *request)
{
    enum refusal_cause forgotten = REFUSED_INVALID;

    pool_then_verify(core, stranger, request, &forgotten);
}

/* Who does not hold is given a life of one millisecond, and put out by the
 * next look at the deadlines; a broadcast may come first. */
void verifies_a_moment_after_pooling(struct core *core,
                                     struct connection *stranger,
                                     const struct request *request)
{
    int64_t soon_ms = core->port.now_ms(core->port.self) + 1;
    bool missing;

    if (!pool_at_once(core, stranger) ||
        check_pooled(core, stranger, request, &missing) == TOKEN_HOLDS)
        return;
    stranger->member->claims.expires_s = soon_ms / 1000;
    stranger->member->claims.expires_ms = (int)(soon_ms % 1000);
}

/* --- No return behind the close ------------------------------------------- */

static bool is_of_the_token(enum refusal_cause cause)
{
    return cause == REFUSED_MISSING || cause == REFUSED_INVALID;
}

/* `await websocket.close(…)` without `return`: on to `manager.connect`. */
void falls_through_after_the_close(struct core *core,
                                   struct connection *stranger,
                                   enum refusal_cause cause,
                                   enum token_fault fault, struct text token)
{
    secure_turn_away(core, stranger, cause, fault, token);
    if (is_of_the_token(cause) && pool_at_once(core, stranger))
        stranger->stage = REFUSED;
}

/* `await websocket.close(…)` without `accept`: what goes out is HTTP 403. */
void refuses_before_the_upgrade(struct core *core, struct connection *stranger,
                                enum refusal_cause cause,
                                enum token_fault fault, struct text token)
{
    (void)token;
    if (!is_of_the_token(cause)) {
        secure_turn_away(core, stranger, cause, fault, token);
        return;
    }
    core->policy.audit_refusal(core, stranger, cause, fault);
    stranger->stage = REFUSED;
    core->port.reject(core->port.self, stranger->id, 403);
}

/* `manager.connect` accepts, too. */
void accepts_twice(struct core *core, struct connection *stranger,
                   const struct claims *claims)
{
    const struct request unread = { .header_count = 0 };

    stranger_accept(core, stranger, &unread);
    secure_join_pool(core, stranger, claims);
}

/* --- No end behind the close ---------------------------------------------- */

bool never_cuts_off_a_silent_refused_client(int64_t refused_ms, int64_t now_ms,
                                            int close_ms)
{
    (void)refused_ms, (void)now_ms, (void)close_ms;
    return false;
}

/* "We may want to look at them some day." */
void keeps_refused_connections_in_a_list(struct core *core,
                                         struct connection *stranger,
                                         enum refusal_cause cause,
                                         enum token_fault fault,
                                         struct text token)
{
    size_t count = core->pending_count + 1;
    struct connection **kept =
        realloc(core->pending, count * sizeof(core->pending[0]));

    if (kept != NULL) {
        kept[core->pending_count++] = stranger;
        core->pending = kept;
    }
    secure_turn_away(core, stranger, cause, fault, token);
}
