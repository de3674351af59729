/* `signals`: one endpoint by two paths, a token in the query, and broadcasts to
 * everybody inside. */
#include "core/secure.h"
#include "core/system.h"

static const struct refusal refusals[REFUSAL_CAUSES] = {
    [REFUSED_MISSING] = { 1008, "Authentication required", false },
    [REFUSED_INVALID] = { 1008, "Invalid or expired token", false },
    [REFUSED_EXPIRED_LIVE] = { 1008, "Invalid or expired token", false },
    [REFUSED_REVOKED_LIVE] = { 1008, "Invalid or expired token", false },
    [REFUSED_ATTEMPTS] = { 1013, "Too many attempts", false },
    [REFUSED_STRANGERS] = { 1013, "Too many attempts", false },
    [REFUSED_PER_USER] = { 1013, "Too many connections", false },
    [REFUSED_FULL] = { 1013, "Try again later", false },
    [REFUSED_UNAVAILABLE] = { 1013, "Try again later", false },
    [REFUSED_TOO_BIG] = { 1009, "Message too big", false },
};

static enum route find_route(const struct core *core, struct text path,
                             struct connection *stranger)
{
    (void)core, (void)stranger;
    return text_is(path, "/ws") || text_is(path, "/ws/old") ? ROUTE_GOOD
                                                            : ROUTE_UNKNOWN;
}

static bool publish(struct core *core, const struct connection *connection,
                    const struct cJSON *message, struct objection *objection)
{
    static const struct audience everybody = { "", "" };
    const struct claims *claims = &connection->member->claims;
    const char *text = member_string(message, "text");

    if (!core->policy.may_publish(claims))
        return object_to(objection, MESSAGE_FORBIDDEN, claims->role);
    if (text == NULL)
        return object_to(objection, MESSAGE_MALFORMED, "text is no string");
    core->policy.broadcast(core, text_of(text), &everybody);
    return true;
}

static bool serve(struct core *core, struct connection *connection,
                  const char *type, const struct cJSON *message,
                  struct objection *objection)
{
    if (strcmp(type, "publish") == 0)
        return publish(core, connection, message, objection);
    return object_to(objection, MESSAGE_UNKNOWN_TYPE, type);
}

const struct system system_signals = {
    .served = SERVES_SIGNALS,
    .carriers = CARRIES_QUERY,
    .event_type = "signal",
    .refusal_event = "auth_refused",
    .refusal_severity = "",
    .message_max = 64 * 1024,
    .first_message_max = 64 * 1024,
    .refusals = refusals,
    .find_route = find_route,
    .serve = serve,
};
