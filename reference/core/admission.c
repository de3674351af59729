/* The way from a stranger to a member, and the way out for all others. */
#include "core/secure.h"
#include "core/state.h"
#include <stdlib.h>

struct member *member_new(struct connection *stranger,
                          const struct claims *claims)
{
    struct member *member = calloc(1, sizeof(*member));

    if (member == NULL)
        return NULL;
    member->connection = stranger;
    member->claims = *claims;
    member->older = stranger->member;
    stranger->member = member;
    stranger->stage = MEMBER;
    return member;
}

void stranger_accept(struct core *core, struct connection *stranger)
{
    core->port.accept(core->port.self, stranger->id, NULL);
    stranger->accepted = true;
}

static enum token_fault verify(struct core *core, struct text token,
                               struct claims *claims)
{
    const struct policy *policy = &core->policy;
    enum token_fault fault =
        jwt_verify(policy, core->port.keyring(core->port.self), token,
                   core->port.now_ms(core->port.self),
                   core->settings.max_lifetime_s, claims);

    if (fault == TOKEN_HOLDS && policy->is_revoked(core, claims))
        return TOKEN_REVOKED;
    return fault;
}

enum token_fault stranger_identify(struct core *core,
                                   const struct request *request,
                                   struct presented *presented, bool *missing,
                                   struct claims *claims)
{
    presented->repeated = false;
    core->policy.find_token(request, presented);
    *missing = core->policy.is_missing(presented);
    if (*missing)
        return TOKEN_ABSENT;
    if (presented->overlong || presented->repeated)
        return TOKEN_MALFORMED;
    return verify(core, (struct text){ presented->token, presented->length },
                  claims);
}

void stranger_refuse(struct core *core, struct connection *stranger,
                     struct refusal refusal)
{
    stranger->stage = REFUSED;
    stranger->since_ms = core->port.now_ms(core->port.self);
    core->port.close(core->port.self, stranger->id, refusal.code,
                     refusal.reason);
}

void secure_greet(struct core *core, struct connection *stranger)
{
    (void)core, (void)stranger; /* a stranger hears nothing */
}

void secure_admit(struct core *core, struct connection *stranger,
                  const struct request *request)
{
    const struct policy *policy = &core->policy;
    struct presented presented;
    struct claims claims;
    bool missing;
    enum token_fault fault =
        stranger_identify(core, request, &presented, &missing, &claims);
    struct text token = { presented.token, presented.length };

    if (missing) {
        policy->turn_away(core, stranger, REFUSED_MISSING, fault, token);
    } else if (fault == TOKEN_DECODER_FAILED) {
        policy->decoder_failed(core, stranger, token);
    } else if (fault != TOKEN_HOLDS) {
        policy->turn_away(core, stranger, REFUSED_INVALID, fault, token);
    } else {
        policy->join_pool(core, stranger, &claims);
        if (stranger->stage == MEMBER)
            journal_audit(core, "auth_ok", "INFO", "", "", stranger,
                          claims.subject);
    }
}

void secure_join_pool(struct core *core, struct connection *stranger,
                      const struct claims *claims)
{
    struct refusal no_memory = { 1013, "Try again later" };
    struct member *member = member_new(stranger, claims);

    if (member == NULL)
        stranger_refuse(core, stranger, no_memory);
    else
        pool_add(core, member);
}

/* One answer for every fault: which check failed is nobody's business. */
struct refusal secure_refusal(enum refusal_cause cause, enum token_fault fault,
                              struct text token)
{
    struct refusal missing = { 1008, "Authentication required" };
    struct refusal invalid = { 1008, "Invalid or expired token" };

    (void)fault, (void)token;
    return cause == REFUSED_MISSING ? missing : invalid;
}

void secure_turn_away(struct core *core, struct connection *stranger,
                      enum refusal_cause cause, enum token_fault fault,
                      struct text token)
{
    const struct policy *policy = &core->policy;
    char line[LOG_LINE_BYTES_MAX];

    policy->audit_refusal(core, stranger, cause, fault);
    policy->failure_line(fault, token, stranger->peer, line, sizeof(line));
    journal_log(core, line);
    stranger_refuse(core, stranger, policy->refusal(cause, fault, token));
}

void secure_decoder_failed(struct core *core, struct connection *stranger,
                           struct text token)
{
    core->policy.turn_away(core, stranger, REFUSED_INVALID,
                           TOKEN_DECODER_FAILED, token);
}

void secure_stranger_spoke(struct core *core, struct connection *stranger,
                           struct text message)
{
    (void)core, (void)stranger, (void)message; /* nobody listens */
}
