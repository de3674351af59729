/* The way from a stranger to a member, and the way out for all others. */
#include "core/nodes.h"
#include "core/presence.h"
#include "core/secure.h"
#include "core/system.h"
#include <stdio.h>
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

/* With the sub-protocol that is selected: a browser that has offered some reads
 * nothing otherwise. */
static void complete_upgrade(struct core *core, connection_id id,
                             const struct request *request)
{
    char chosen[SUBPROTOCOL_SIZE] = "";

    if (core->settings.subprotocol != NULL)
        core->policy.choose_spoken(&core->settings, request, chosen,
                                   sizeof(chosen));
    else if (core->system->carriers & CARRIES_SUBPROTOCOL)
        core->policy.choose_subprotocol(request, chosen, sizeof(chosen));
    core->port.accept(core->port.self, id, chosen[0] == 0 ? NULL : chosen);
}

void stranger_accept(struct core *core, struct connection *stranger,
                     const struct request *request)
{
    complete_upgrade(core, stranger->id, request);
    stranger->accepted = true;
}

enum token_fault secure_verify_token(struct core *core, struct text token,
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

/* A token that held when it was looked at may have been revoked since. */
static enum token_fault take_word(const struct core *core,
                                  const struct vouched *vouched, bool *missing,
                                  struct claims *claims)
{
    *missing = vouched->is_missing;
    if (vouched->fault != TOKEN_HOLDS)
        return vouched->fault;
    *claims = vouched->claims;
    return core->policy.is_revoked(core, claims) ? TOKEN_REVOKED : TOKEN_HOLDS;
}

enum token_fault stranger_identify(struct core *core,
                                   const struct request *request,
                                   struct presented *presented, bool *missing,
                                   struct claims *claims)
{
    const struct policy *policy = &core->policy;

    if (core->vouched != NULL) {
        presented->length = 0;
        return take_word(core, core->vouched, missing, claims);
    }
    policy->find_token(core, request, presented);
    *missing = policy->is_missing(presented);
    if (*missing)
        return TOKEN_ABSENT;
    if (presented->overlong || policy->credentials_conflict(presented))
        return TOKEN_MALFORMED;
    return policy->verify_token(
        core, (struct text){ presented->token, presented->length }, claims);
}

void stranger_refuse(struct core *core, struct connection *stranger,
                     struct refusal refusal)
{
    if (refusal.tells)
        send_auth_error(core, stranger);
    stranger_uncount(core, stranger);
    stranger->stage = REFUSED;
    stranger->since_ms = core->port.now_ms(core->port.self);
    core->port.close(core->port.self, stranger->id, refusal.code,
                     refusal.reason);
}

/* Whoever has not proven who it is, for whatever reason; who has, and lacks a
 * right, has not failed to authenticate. */
static void count_refusal(struct core *core, enum refusal_cause cause)
{
    switch (cause) {
    case REFUSED_PER_USER:
    case REFUSED_ATTEMPTS:
    case REFUSED_STRANGERS:
    case REFUSED_FULL: core->policy.count(core, LIMIT_VIOLATIONS); break;
    case REFUSED_MISSING:
    case REFUSED_INVALID:
    case REFUSED_NO_IDENTITY:
    case REFUSED_TIMEOUT:
    case REFUSED_UNEXPECTED:
    case REFUSED_UNREADABLE:
    case REFUSED_TOO_BIG: core->policy.count(core, AUTH_FAILURES); break;
    default: break;
    }
}

void stranger_turn_back(struct core *core, const struct connection *outline,
                        const struct request *request, enum refusal_cause cause)
{
    struct text none = { "", 0 };
    struct refusal refusal =
        core->policy.refusal(core, cause, TOKEN_ABSENT, none);
    void *self = core->port.self;

    core->policy.audit_refusal(core, outline, cause, TOKEN_ABSENT);
    count_refusal(core, cause);
    complete_upgrade(core, outline->id, request);
    core->port.close(self, outline->id, refusal.code, refusal.reason);
    core->port.end(self, outline->id);
}

void secure_greet(struct core *core, struct connection *stranger)
{
    (void)core, (void)stranger; /* a stranger hears nothing */
}

bool stranger_joins(struct core *core, struct connection *stranger,
                    const struct claims *claims)
{
    struct text none = { "", 0 };

    if (!core->policy.has_place(core, claims)) {
        core->policy.turn_away(core, stranger, REFUSED_PER_USER, TOKEN_HOLDS,
                               none);
        return false;
    }
    stranger_uncount(core, stranger);
    core->policy.join_pool(core, stranger, claims);
    if (stranger->stage != MEMBER)
        return false;
    if (!core->policy.take_place(core, stranger) ||
        !presence_arrive(core, stranger)) {
        member_ends(core, stranger, LEFT_TURNED_AWAY);
        core->policy.turn_away(core, stranger, REFUSED_UNAVAILABLE, TOKEN_HOLDS,
                               none);
        return false;
    }
    journal_audit(core, "auth_ok", "INFO", "", "", stranger, claims->subject);
    return true;
}

/* Who has to send its first message is waited for: it is due. */
void secure_admit(struct core *core, struct connection *stranger,
                  const struct request *request)
{
    const struct policy *policy = &core->policy;
    struct presented presented;
    struct claims claims;
    bool missing;
    enum token_fault fault;

    if (core->system->carriers & CARRIES_FIRST_MESSAGE)
        return;
    fault = stranger_identify(core, request, &presented, &missing, &claims);

    struct text token = { presented.token, presented.length };
    if (missing)
        policy->turn_away(core, stranger, REFUSED_MISSING, fault, token);
    else if (fault == TOKEN_DECODER_FAILED)
        policy->decoder_failed(core, stranger, token);
    else if (fault != TOKEN_HOLDS)
        policy->turn_away(core, stranger, REFUSED_INVALID, fault, token);
    else if (stranger_joins(core, stranger, &claims))
        room_join_at_once(core, stranger, request->query);
}

/* A manager, where there are such, is made of the verified claims before the
 * pool learns of the member. */
void secure_join_pool(struct core *core, struct connection *stranger,
                      const struct claims *claims)
{
    struct text none = { "", 0 };
    bool is_managed = core->system->served == SERVES_FACTORY;
    struct manager *manager =
        is_managed ? core->policy.manager_for(core, claims) : NULL;
    struct member *member =
        is_managed && manager == NULL ? NULL : member_new(stranger, claims);

    if (member == NULL) {
        manager_end_unused(core, manager);
        core->policy.turn_away(core, stranger, REFUSED_UNAVAILABLE, TOKEN_HOLDS,
                               none);
        return;
    }
    member->manager = manager;
    if (manager != NULL)
        manager->members++;
    pool_add(core, member);
}

void member_ends(struct core *core, struct connection *connection,
                 enum leaving how)
{
    pool_leave(core, connection);
    presence_leave(core, connection, how);
    core->policy.leave_place(core, connection, how);
    managers_leave(core, connection);
}

/* One answer for every fault: which check failed is nobody's business. */
struct refusal secure_refusal(const struct core *core, enum refusal_cause cause,
                              enum token_fault fault, struct text token)
{
    (void)fault, (void)token;
    return core->system->refusals[cause];
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
    count_refusal(core, cause);
    stranger_refuse(core, stranger, policy->refusal(core, cause, fault, token));
}

void secure_decoder_failed(struct core *core, struct connection *stranger,
                           struct text token)
{
    core->policy.turn_away(core, stranger, REFUSED_INVALID,
                           TOKEN_DECODER_FAILED, token);
}
