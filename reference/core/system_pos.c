/* `pos`: points of sale, kitchens and managements of restaurants; who may enter
 * where is the directory's to say. */
#include "core/secure.h"
#include "core/system.h"
#include <stdlib.h>

static const struct refusal refusals[REFUSAL_CAUSES] = {
    [REFUSED_MISSING] = { 4003, "Authentication failed", true },
    [REFUSED_INVALID] = { 4003, "Authentication failed", true },
    [REFUSED_EXPIRED_LIVE] = { 4003, "Authentication failed", true },
    [REFUSED_REVOKED_LIVE] = { 4003, "Authentication failed", true },
    [REFUSED_FORBIDDEN] = { 4003, "Authentication failed", true },
    [REFUSED_TIMEOUT] = { 4003, "Authentication timeout", false },
    [REFUSED_UNEXPECTED] = { 4003, "Expected authentication message", false },
    [REFUSED_UNREADABLE] = { 4003, "Authentication error", false },
    [REFUSED_MALFORMED] = { 4003, "Access denied", false },
    [REFUSED_WITHDRAWN] = { 4003, "Access denied", false },
    [REFUSED_ROLE] = { 4003, "Management access required", false },
    [REFUSED_NO_IDENTITY] = { 4003, "Authentication required", false },
    [REFUSED_ATTEMPTS] = { 1013, "Too many attempts", false },
    [REFUSED_STRANGERS] = { 1013, "Too many attempts", false },
    [REFUSED_PER_USER] = { 1013, "Too many connections", false },
    [REFUSED_FULL] = { 1013, "Try again later", false },
    [REFUSED_UNAVAILABLE] = { 1013, "Try again later", false },
    [REFUSED_TOO_BIG] = { 1009, "Message too big", false },
};

static const struct {
    const char *prefix;
    enum endpoint endpoint;
} routes[] = {
    { "/ws/pos/", ENDPOINT_MAIN },
    { "/ws/kitchen/", ENDPOINT_KITCHEN },
    { "/ws/management/", ENDPOINT_MANAGEMENT },
};

static enum route find_route(const struct core *core, struct text path,
                             struct connection *stranger)
{
    for (size_t i = 0; i < sizeof(routes) / sizeof(*routes); i++) {
        size_t length = strlen(routes[i].prefix);
        struct text rest = { path.at + length, path.length - length };
        if (path.length <= length ||
            memcmp(path.at, routes[i].prefix, length) != 0 ||
            memchr(rest.at, '/', rest.length) != NULL)
            continue;
        stranger->endpoint = routes[i].endpoint;
        if (!core->policy.is_uuid(rest) || rest.length > UUID_CHARS)
            return ROUTE_MALFORMED;
        memcpy(stranger->restaurant, rest.at, rest.length);
        return ROUTE_GOOD;
    }
    return ROUTE_UNKNOWN;
}

static bool publish(struct core *core, const struct connection *connection,
                    const struct cJSON *message, struct objection *objection)
{
    struct audience ours = { "", connection->restaurant };
    const char *text = member_string(message, "text");
    char *clean;

    if (text == NULL)
        return object_to(objection, MESSAGE_MALFORMED, "text is no string");
    if (!core->policy.text_is_short(text_of(text)))
        return object_to(objection, MESSAGE_MALFORMED, "text is too long");
    clean = core->policy.clean_text(text_of(text));
    if (clean == NULL)
        return object_to(objection, MESSAGE_FAILED, "no memory");
    core->policy.broadcast(core, text_of(clean), &ours);
    free(clean);
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
    return order_serve(core, connection, type, message, objection);
}

const struct system system_pos = {
    .served = SERVES_POS,
    .carriers = CARRIES_FIRST_MESSAGE,
    .event_type = "event",
    .refusal_event = "ACCESS_DENIED",
    .refusal_severity = "CRITICAL",
    .message_max = 64 * 1024,
    .first_message_max = 8 * 1024,
    .refusals = refusals,
    .find_route = find_route,
    .serve = serve,
};
