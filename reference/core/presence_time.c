/* Presence and time: who has been silent for too long, and whose record may go.
 * A check and a cleanup are due while there is somebody to look at. */
#include "core/presence.h"

static int64_t now_of(const struct core *core)
{
    return core->port.now_ms(core->port.self);
}

/* Due after that long, unless it is due already; never while nobody is there.
 */
static void plan(const struct core *core, enum presence_queue queue, int ms,
                 int64_t *due_ms)
{
    if (core->presences->oldest[queue] == NULL)
        *due_ms = INT64_MAX;
    else if (*due_ms == INT64_MAX)
        *due_ms = now_of(core) + ms;
}

void presence_plan(struct core *core)
{
    plan(core, PRESENCE_STIRRING, core->settings.presence_check_ms,
         &core->presences->check_ms);
    plan(core, PRESENCE_GONE, core->settings.presence_cleanup_ms,
         &core->presences->cleanup_ms);
}

/* Silence of exactly that length is not too long. */
bool secure_is_silent(const struct core *core, const struct presence *presence,
                      int64_t now_ms)
{
    return now_ms - presence->active_ms > core->settings.presence_timeout_ms;
}

void presence_time_out(struct core *core, struct presence *presence)
{
    presence_set(core, presence, STATUS_OFFLINE);
    presence_tell_loss(core, presence);
    presence_move(core, presence, PRESENCE_SILENT);
}

/* From the one that was active longest ago to the first that is not silent. */
void secure_check_presence(struct core *core, int64_t now_ms)
{
    struct presence *first;

    while ((first = core->presences->oldest[PRESENCE_STIRRING]) != NULL &&
           core->policy.presence.is_silent(core, first, now_ms))
        presence_time_out(core, first);
}

/* Of users who have a connection no record goes. */
void secure_clean_presence(struct core *core, int64_t now_ms)
{
    (void)now_ms;
    while (core->presences->oldest[PRESENCE_GONE] != NULL)
        presence_drop(core, core->presences->oldest[PRESENCE_GONE]);
}

void presences_ticked(struct core *core, int64_t now_ms)
{
    struct presences *presences = core->presences;

    if (presences == NULL)
        return;
    if (presences->check_ms <= now_ms) {
        presences->check_ms = INT64_MAX;
        core->policy.presence.check(core, now_ms);
    }
    if (presences->cleanup_ms <= now_ms) {
        presences->cleanup_ms = INT64_MAX;
        core->policy.presence.clean(core, now_ms);
    }
    presence_plan(core);
}

int64_t presences_next_ms(const struct core *core)
{
    const struct presences *presences = core->presences;

    if (presences == NULL)
        return INT64_MAX;
    return presences->check_ms < presences->cleanup_ms ? presences->check_ms
                                                       : presences->cleanup_ms;
}

/* A frame without a message is a sign of life as well. */
void core_pulsed(struct core *core, connection_id id)
{
    struct connection *connection;

    core_ticked(core);
    connection = connection_find(core, id);
    if (connection != NULL && connection->stage == MEMBER)
        core->policy.presence.stirred(core, connection);
}
