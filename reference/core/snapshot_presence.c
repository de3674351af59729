/* Presence: each record, in the order of its queue, with its connections. */
#include "core/presence.h"
#include "core/snapshot_parts.h"
#include <cJSON.h>

static const char *const queues[PRESENCE_QUEUES] = { "stirring", "silent",
                                                     "gone" };

/* The last one first: so they are attached again. */
static bool put_connections(struct cJSON *list, const struct presence *presence)
{
    for (const struct connection *at = presence->connections; at != NULL;
         at = at->next_of_user)
        if (!put_number(put_first(list), "id", (int64_t)at->id))
            return false;
    return list != NULL;
}

static bool put_presence(struct cJSON *entry, const struct presence *presence)
{
    return put_text(entry, "user", presence->user) &&
           put_number(entry, "status", presence->status) &&
           put_number(entry, "since_ms", presence->since_ms) &&
           put_number(entry, "active_ms", presence->active_ms) &&
           put_number(entry, "came_ms", presence->came_ms) &&
           put_connections(put_list(entry, "connections"), presence);
}

bool presence_export(const struct core *core, struct cJSON *part)
{
    for (int i = 0; i < PRESENCE_QUEUES; i++) {
        struct cJSON *list = put_list(part, queues[i]);
        const struct presence *at = core->presences->oldest[i];
        for (; at != NULL; at = at->newer)
            if (!put_presence(put_last(list), at))
                return false;
        if (list == NULL)
            return false;
    }
    return put_number(part, "check_ms", core->presences->check_ms) &&
           put_number(part, "cleanup_ms", core->presences->cleanup_ms);
}

static bool take_connections(const struct core *core, const struct cJSON *list,
                             struct presence *presence)
{
    const cJSON *entry;

    cJSON_ArrayForEach(entry, list)
    {
        struct connection *connection = take_connection(core, entry, "id");
        if (connection == NULL || connection->member == NULL ||
            connection->presence != NULL ||
            strcmp(connection->member->claims.subject, presence->user) != 0)
            return false;
        presence_attach(presence, connection);
    }
    return list != NULL;
}

static struct presence *presence_of(struct core *core,
                                    const struct cJSON *entry)
{
    char user[SUBJECT_BYTES_MAX + 1];

    if (!take_text(entry, "user", user, sizeof(user)) ||
        presence_find(core, user) != NULL)
        return NULL;
    return presence_make(core, user);
}

/* Who is gone has no connection, and all others have. */
static bool take_presence(struct core *core, const struct cJSON *entry,
                          enum presence_queue queue)
{
    struct presence *presence = presence_of(core, entry);
    int64_t status;

    if (presence == NULL ||
        !take_number(entry, "status", 0, STATUSES - 1, &status) ||
        !take_time(entry, "since_ms", &presence->since_ms) ||
        !take_time(entry, "active_ms", &presence->active_ms) ||
        !take_time(entry, "came_ms", &presence->came_ms) ||
        !take_connections(
            core,
            take_list(entry, "connections", core->settings.connections_max),
            presence))
        return false;
    presence->status = (enum status)status;
    presence_move(core, presence, queue);
    return (presence->connections == NULL) == (queue == PRESENCE_GONE);
}

bool presence_import(struct core *core, const struct cJSON *part)
{
    for (int i = 0; i < PRESENCE_QUEUES; i++) {
        const cJSON *list =
            take_list(part, queues[i],
                      i == PRESENCE_GONE ? PRESENCE_GONE_MAX
                                         : core->settings.connections_max);
        const cJSON *entry;
        cJSON_ArrayForEach(entry, list)
        {
            if (!take_presence(core, entry, (enum presence_queue)i))
                return false;
        }
        if (list == NULL)
            return false;
    }
    return take_due(part, "check_ms", &core->presences->check_ms) &&
           take_due(part, "cleanup_ms", &core->presences->cleanup_ms);
}
