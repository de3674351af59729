/* The records of presence: who has one, in which order, and with which status.
 * A user is there while one connection of theirs is. */
#include "core/presence.h"
#include <stdlib.h>

const char *status_name(enum status status)
{
    static const char *const names[STATUSES] = { "offline", "online", "away" };

    return names[status];
}

/* --- Records -------------------------------------------------------------- */

/* FNV-1a; what an attacker can do with collisions is bounded by the number of
 * connections, and by PRESENCE_GONE_MAX. */
static struct presence **bucket_of(struct presences *presences,
                                   const char *user)
{
    uint32_t hash = 2166136261u;

    for (; *user != 0; user++)
        hash = (hash ^ (unsigned char)*user) * 16777619u;
    return &presences->buckets[hash % PRESENCE_BUCKETS];
}

struct presence *presence_find(const struct core *core, const char *user)
{
    struct presence *presence =
        core->presences == NULL ? NULL : *bucket_of(core->presences, user);

    while (presence != NULL && strcmp(presence->user, user) != 0)
        presence = presence->bucket_next;
    return presence;
}

static void enqueue(struct presences *presences, struct presence *presence,
                    enum presence_queue queue)
{
    presence->queue = queue;
    presence->newer = NULL;
    presence->older = presences->newest[queue];
    if (presence->older == NULL)
        presences->oldest[queue] = presence;
    else
        presence->older->newer = presence;
    presences->newest[queue] = presence;
    presences->gone += queue == PRESENCE_GONE;
}

static void dequeue(struct presences *presences, struct presence *presence)
{
    enum presence_queue queue = presence->queue;

    if (presence->older == NULL)
        presences->oldest[queue] = presence->newer;
    else
        presence->older->newer = presence->newer;
    if (presence->newer == NULL)
        presences->newest[queue] = presence->older;
    else
        presence->newer->older = presence->older;
    presences->gone -= queue == PRESENCE_GONE;
}

void presence_move(struct core *core, struct presence *presence,
                   enum presence_queue queue)
{
    dequeue(core->presences, presence);
    enqueue(core->presences, presence, queue);
}

struct presence *presence_make(struct core *core, const char *user)
{
    struct presence *presence = presence_find(core, user);
    size_t size = strlen(user) + 1;
    struct presence **bucket;

    if (presence != NULL)
        return presence;
    presence = calloc(1, sizeof(*presence) + size);
    if (presence == NULL)
        return NULL;
    memcpy(presence->user, user, size);
    presence->since_ms = core->port.now_ms(core->port.self);
    bucket = bucket_of(core->presences, user);
    presence->bucket_next = *bucket;
    *bucket = presence;
    enqueue(core->presences, presence, PRESENCE_GONE);
    return presence;
}

void presence_attach(struct presence *presence, struct connection *connection)
{
    connection->presence = presence;
    connection->next_of_user = presence->connections;
    presence->connections = connection;
}

static void detach(struct connection *connection)
{
    struct connection **link = &connection->presence->connections;

    while (*link != NULL && *link != connection)
        link = &(*link)->next_of_user;
    if (*link != NULL)
        *link = connection->next_of_user;
    connection->next_of_user = NULL;
    connection->presence = NULL;
}

void presence_drop(struct core *core, struct presence *presence)
{
    struct presence **link = bucket_of(core->presences, presence->user);

    for (struct connection *at = presence->connections, *next; at != NULL;
         at = next) {
        next = at->next_of_user;
        at->next_of_user = NULL;
        at->presence = NULL;
    }
    while (*link != presence)
        link = &(*link)->bucket_next;
    *link = presence->bucket_next;
    dequeue(core->presences, presence);
    free(presence);
}

bool presences_open(struct core *core)
{
    core->presences = calloc(1, sizeof(*core->presences));
    if (core->presences == NULL)
        return false;
    core->presences->check_ms = INT64_MAX;
    core->presences->cleanup_ms = INT64_MAX;
    return true;
}

void presences_free(struct core *core)
{
    for (int i = 0; core->presences != NULL && i < PRESENCE_QUEUES; i++)
        while (core->presences->oldest[i] != NULL)
            presence_drop(core, core->presences->oldest[i]);
    free(core->presences);
    core->presences = NULL;
}

/* --- Status --------------------------------------------------------------- */

/* While all are told of the shutdown, nobody is of the others. */
bool secure_is_news(const struct core *core, const struct presence *presence,
                    enum status status)
{
    return !core->shutting_down && presence->status != status;
}

void presence_set(struct core *core, struct presence *presence,
                  enum status status)
{
    bool is_news = core->policy.presence.is_news(core, presence, status);

    if (presence->status != status)
        presence->since_ms = core->port.now_ms(core->port.self);
    presence->status = status;
    if (is_news)
        core->policy.presence.tell_status(core, presence);
}

bool presence_is_lost(const struct connection *connection)
{
    return connection->presence != NULL &&
           connection->presence->queue == PRESENCE_SILENT;
}

void presence_wake(struct core *core, struct presence *presence)
{
    bool was_lost = presence->queue == PRESENCE_SILENT;

    presence->active_ms = core->port.now_ms(core->port.self);
    presence_move(core, presence, PRESENCE_STIRRING);
    if (presence->status == STATUS_OFFLINE)
        presence_set(core, presence, STATUS_ONLINE);
    if (was_lost)
        presence_tell_return(core, presence);
    presence_plan(core);
}

void secure_presence_stirred(struct core *core, struct connection *connection)
{
    if (connection->presence != NULL)
        presence_wake(core, connection->presence);
}

/* --- Connections ---------------------------------------------------------- */

bool presence_arrive(struct core *core, struct connection *connection)
{
    struct presence *presence;

    if (core->presences == NULL)
        return true;
    presence = presence_make(core, connection->member->claims.subject);
    if (presence == NULL)
        return false;
    if (presence->connections == NULL)
        presence->came_ms = core->port.now_ms(core->port.self);
    presence_attach(presence, connection);
    presence_wake(core, presence);
    return true;
}

/* With the last connection, not before. */
bool secure_is_gone(const struct connection *connection)
{
    return connection->presence->connections == connection &&
           connection->next_of_user == NULL;
}

/* The status first, while it is known whom to tell. */
void presence_leave(struct core *core, struct connection *connection,
                    enum leaving how)
{
    struct presence *presence = connection->presence;

    if (presence != NULL && core->policy.presence.is_gone(connection))
        presence_set(core, presence, STATUS_OFFLINE);
    core->policy.rooms_leave(core, connection, how);
    if (presence == NULL)
        return;
    detach(connection);
    if (presence->connections != NULL)
        return;
    presence_move(core, presence, PRESENCE_GONE);
    if (core->presences->gone > PRESENCE_GONE_MAX)
        presence_drop(core, core->presences->oldest[PRESENCE_GONE]);
    presence_plan(core);
}
