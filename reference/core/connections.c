/* All connections: a list in no order, and a hash table by id. */
#include "core/state.h"
#include <stdlib.h>

/* Ids count upwards: those that are alive together are neighbours, and so are
 * the places where they are looked for. */
static struct connection **bucket_of(const struct core *core, connection_id id)
{
    return &core->buckets[id & core->bucket_mask];
}

struct connection *connection_find(const struct core *core, connection_id id)
{
    struct connection *connection = *bucket_of(core, id);

    while (connection != NULL && connection->id != id)
        connection = connection->bucket_next;
    return connection;
}

/* Each has room for a deadline: memory hangs on no policy of how many there may
 * be. */
static bool has_room(const struct core *core)
{
    return core->connection_count < core->settings.connections_max;
}

struct connection *connection_add(struct core *core, connection_id id,
                                  const char *peer)
{
    struct connection *connection =
        has_room(core) ? calloc(1, sizeof(*connection)) : NULL;
    struct connection **bucket = bucket_of(core, id);

    if (connection == NULL)
        return NULL;
    connection->id = id;
    connection->node = core->node;
    connection->stage = STRANGER;
    connection->since_ms = core->port.now_ms(core->port.self);
    copy_text(connection->peer, sizeof(connection->peer), peer);
    connection->bucket_next = *bucket;
    *bucket = connection;
    connection->next = core->connections;
    if (core->connections != NULL)
        core->connections->previous = connection;
    core->connections = connection;
    core->connection_count++;
    return connection;
}

static void unlink_connection(struct core *core, struct connection *connection)
{
    struct connection **link = bucket_of(core, connection->id);

    while (*link != connection)
        link = &(*link)->bucket_next;
    *link = connection->bucket_next;
    if (connection->previous == NULL)
        core->connections = connection->next;
    else
        connection->previous->next = connection->next;
    if (connection->next != NULL)
        connection->next->previous = connection->previous;
    core->connection_count--;
}

static void connection_free(struct connection *connection)
{
    struct member *member = connection->member;

    while (member != NULL) {
        struct member *older = member->older;
        free(member);
        member = older;
    }
    free(connection);
}

void connection_remove(struct core *core, struct connection *connection)
{
    deadline_set(core, connection, INT64_MAX);
    unlink_connection(core, connection);
    if (connection->pool_entries == 0 && connection->seats == NULL) {
        connection_free(connection);
        return;
    }
    connection->next = core->ghosts;
    core->ghosts = connection;
}

static void list_free(struct connection *list)
{
    while (list != NULL) {
        struct connection *next = list->next;
        connection_free(list);
        list = next;
    }
}

void connections_free(struct core *core)
{
    list_free(core->connections);
    list_free(core->ghosts);
}

void connections_reset(struct core *core)
{
    connections_free(core);
    core->connections = core->ghosts = NULL;
    core->connection_count = core->deadline_count = 0;
    core->pool = core->pool_last = NULL;
    memset(core->buckets, 0,
           (core->bucket_mask + 1) * sizeof(core->buckets[0]));
}

void connection_end(struct core *core, struct connection *connection)
{
    if (connection->ended)
        return;
    connection->ended = true;
    core->port.end(core->port.self, connection->id);
}

bool connection_has_sent_close(const struct connection *connection)
{
    return connection->stage == REFUSED || connection->stage == LEAVING;
}
