/* `factory`: a manager for each connection of a user, and nothing of one user's
 * for another. */
#include "core/secure.h"
#include "core/system.h"

static const struct refusal refusals[REFUSAL_CAUSES] = {
    [REFUSED_MISSING] = { 4001, "Authentication failed", false },
    [REFUSED_INVALID] = { 4001, "Authentication failed", false },
    [REFUSED_EXPIRED_LIVE] = { 4001, "Authentication failed", false },
    [REFUSED_REVOKED_LIVE] = { 4001, "Authentication failed", false },
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
    return text_is(path, "/factory") ? ROUTE_GOOD : ROUTE_UNKNOWN;
}

static bool publish(struct core *core, const struct connection *connection,
                    const struct cJSON *message, struct objection *objection)
{
    const struct claims *claims = &connection->member->claims;
    struct audience own = { claims->subject, "" };
    const char *text = member_string(message, "text");

    if (text == NULL)
        return object_to(objection, MESSAGE_MALFORMED, "text is no string");
    core->policy.broadcast(core, text_of(text), &own);
    return true;
}

static bool serve(struct core *core, struct connection *connection,
                  const char *type, const struct cJSON *message,
                  struct objection *objection)
{
    if (strcmp(type, "publish") == 0)
        return publish(core, connection, message, objection);
    if (strcmp(type, "whoami") == 0)
        return tell_identity(core, connection);
    return object_to(objection, MESSAGE_UNKNOWN_TYPE, type);
}

const struct system system_factory = {
    .served = SERVES_FACTORY,
    .carriers = CARRIES_BEARER | CARRIES_SUBPROTOCOL,
    .event_type = "event",
    .refusal_event = "auth_refused",
    .refusal_severity = "",
    .message_max = 64 * 1024,
    .first_message_max = 64 * 1024,
    .refusals = refusals,
    .find_route = find_route,
    .serve = serve,
};
