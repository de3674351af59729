/* What operators may have done to the members. */
#include "core/policy.h"
#include "core/secure.h"
#include "core/state.h"

void core_publish(struct core *core, struct text text, struct text restaurant)
{
    struct audience audience = { "", "" };
    char id[UUID_SIZE] = "";

    core_ticked(core);
    if (restaurant.length > 0) {
        if (!secure_is_uuid(restaurant))
            return;
        memcpy(id, restaurant.at, UUID_CHARS);
        audience.restaurant = id;
    }
    core->policy.broadcast(core, text, &audience);
}

void core_directory_changed(struct core *core)
{
    rights_recheck_if_changed(core);
}

const char *core_manager_without_context(struct core *core)
{
    return core->policy.without_context(core);
}

/* No longer in the pool before the Close is sent: nothing may follow it. */
static void leave(struct core *core, struct connection *connection,
                  uint16_t code, const char *reason)
{
    member_ends(core, connection, LEFT_TURNED_AWAY);
    connection->stage = LEAVING;
    connection->since_ms = core->port.now_ms(core->port.self);
    core->port.close(core->port.self, connection->id, code, reason);
}

void core_shutdown(struct core *core)
{
    core->shutting_down = true;
    for (struct connection *at = core->connections; at != NULL; at = at->next) {
        if (connection_has_sent_close(at))
            continue;
        leave(core, at, 1001, "Server shutdown");
        deadline_renew(core, at);
    }
}
