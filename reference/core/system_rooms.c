/* `rooms`: members meet in rooms that admit everybody, guests, roles, or their
 * owner alone. */
#include "core/presence.h"
#include "core/secure.h"
#include "core/system.h"

static const struct refusal refusals[REFUSAL_CAUSES] = {
    [REFUSED_MISSING] = { 4001, "Authentication required", false },
    [REFUSED_INVALID] = { 4001, "Invalid or expired token", false },
    [REFUSED_EXPIRED_LIVE] = { 4001, "Invalid or expired token", false },
    [REFUSED_REVOKED_LIVE] = { 4001, "Invalid or expired token", false },
    [REFUSED_SESSION] = { 4001, "Session expired", false },
    [REFUSED_LOGOUT] = { 4001, "Logged out", false },
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
    return text_is(path, "/rooms") ? ROUTE_GOOD : ROUTE_UNKNOWN;
}

static bool serve(struct core *core, struct connection *connection,
                  const char *type, const struct cJSON *message,
                  struct objection *objection)
{
    objection->event = room_event(type);
    if (strcmp(type, "whoami") == 0)
        return tell_identity(core, connection);
    if (strcmp(type, "logout") == 0) {
        core->policy.sessions.log_out(core, connection->member->claims.subject,
                                      connection);
        return true;
    }
    return presence_serve(core, connection, type, message, objection);
}

const struct system system_rooms = {
    .served = SERVES_ROOMS,
    .carriers = CARRIES_QUERY | CARRIES_BEARER,
    .event_type = "event",
    .refusal_event = "auth_refused",
    .refusal_severity = "",
    .logs_activity = true,
    .message_max = 1024 * 1024,
    .first_message_max = 64 * 1024,
    .refusals = refusals,
    .find_route = find_route,
    .serve = serve,
    .explain = room_explain,
};
