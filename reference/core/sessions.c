/* How long a member may stay: until its token expires, or it was idle for too
 * long. */
#include "core/sessions.h"

int64_t member_active_ms(const struct member *member)
{
    return member->active_ms != 0 ? member->active_ms
                                  : member->connection->since_ms;
}

void secure_session_touch(struct core *core, struct connection *connection)
{
    connection->member->active_ms = core->port.now_ms(core->port.self);
    if (core->settings.session_ttl_ms > 0)
        deadline_renew(core, connection);
}

int64_t secure_session_due_ms(const struct core *core,
                              const struct member *member)
{
    return core->settings.session_ttl_ms == 0
               ? INT64_MAX
               : member_active_ms(member) + core->settings.session_ttl_ms;
}

void member_put_out(struct core *core, struct connection *connection,
                    enum refusal_cause cause, enum token_fault fault)
{
    struct text none = { "", 0 };

    member_ends(core, connection, LEFT_TURNED_AWAY);
    core->policy.turn_away(core, connection, cause, fault, none);
}

void secure_session_expire(struct core *core, struct connection *connection)
{
    member_put_out(core, connection, REFUSED_SESSION, TOKEN_HOLDS);
}

void member_check(struct core *core, struct connection *connection,
                  int64_t now_ms)
{
    const struct policy *policy = &core->policy;
    const struct member *member = connection->member;

    if (policy->is_expired(&member->claims, now_ms) &&
        policy->has_outlived(&member->claims, now_ms))
        member_put_out(core, connection, REFUSED_EXPIRED_LIVE, TOKEN_EXPIRED);
    else if (policy->sessions.due_ms(core, member) <= now_ms)
        policy->sessions.expire(core, connection);
}

static int64_t expiry_ms(const struct claims *claims)
{
    if (claims->expires_s > INT64_MAX / 1000 - 1)
        return INT64_MAX;
    return claims->expires_s * 1000 + claims->expires_ms;
}

int64_t member_deadline_ms(const struct core *core, const struct member *member)
{
    int64_t token_ms = expiry_ms(&member->claims);
    int64_t idle_ms = core->policy.sessions.due_ms(core, member);

    return token_ms < idle_ms ? token_ms : idle_ms;
}
