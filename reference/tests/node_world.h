/* Servers of `rooms` on one log that the check holds in its hand: it says when
 * an entry comes back, and may lose, repeat or damage one. */
#ifndef NODE_WORLD_H
#define NODE_WORLD_H

#include "core/rooms.h"
#include "node/internal.h"
#include "tests/snapshot_world.h"

enum {
    SERVERS_MAX = 3,
    LOG_MAX = 10000,
    BEAT_MS = 500,
    DEAD_MS = 3000,
    LOG_MS = 2000,
};

struct shelf {
    int64_t now_ms; /* the log's time, and everybody's */
    struct {
        int64_t at_ms;
        char *head;
        struct text body;
    } entries[LOG_MAX];
    size_t count;
    uint64_t kept;
    char *state; /* NULL: none is kept */
};

/* Its connections have the ids 1000 * server + n. */
struct server_world {
    struct shelf *shelf;
    struct world *world; /* its journals, clock and keys; it has no core */
    struct settings settings;
    struct node *node;
    bool is_holding; /* what it appends is not put on the shelf */
    int abandoned;
    int came_back;
};

static inline void shelf_add(void *self, struct text head, struct text body)
{
    struct server_world *server = self;
    struct shelf *shelf = server->shelf;
    char *copy;

    if (server->is_holding)
        return;
    ck_assert_uint_lt(shelf->count, LOG_MAX);
    copy = calloc(1, body.length + 1);
    ck_assert_ptr_nonnull(copy);
    if (body.length > 0)
        memcpy(copy, body.at, body.length);
    shelf->entries[shelf->count].at_ms = shelf->now_ms;
    shelf->entries[shelf->count].head = strndup(head.at, head.length);
    shelf->entries[shelf->count++].body = (struct text){ copy, body.length };
}

static inline void shelf_keep(void *self, uint64_t position, struct text state)
{
    const struct server_world *server = self;

    free(server->shelf->state);
    server->shelf->state = strndup(state.at, state.length);
    server->shelf->kept = position;
}

static inline bool is_own(const struct server_world *server, connection_id id)
{
    return id / 1000 == server->node->number;
}

static inline void own_accept(void *self, connection_id id, const char *chosen)
{
    struct server_world *server = self;

    if (is_own(server, id))
        on_accept(server->world, id, chosen);
}

static inline void own_reject(void *self, connection_id id, int status)
{
    struct server_world *server = self;

    if (is_own(server, id))
        on_reject(server->world, id, status);
}

static inline bool own_send(void *self, connection_id id, struct text text)
{
    struct server_world *server = self;

    return is_own(server, id) && on_send(server->world, id, text);
}

static inline void own_close(void *self, connection_id id, uint16_t code,
                             const char *reason)
{
    struct server_world *server = self;

    if (is_own(server, id))
        on_close(server->world, id, code, reason);
}

static inline void own_end(void *self, connection_id id)
{
    struct server_world *server = self;

    if (is_own(server, id))
        on_end(server->world, id);
}

static inline void own_log(void *self, const char *line)
{
    struct server_world *server = self;

    on_log(server->world, line);
}

static inline bool own_event(void *self, const char *event)
{
    struct server_world *server = self;

    return on_event(server->world, event);
}

static inline int64_t own_now_ms(void *self)
{
    const struct server_world *server = self;

    return server->node == NULL ? server->shelf->now_ms
                                : node_now(server->node, server->shelf->now_ms);
}

static inline const struct keyring *own_keyring(void *self)
{
    const struct server_world *server = self;

    return server->world->keyring;
}

static inline struct core *own_core(void *self)
{
    struct server_world *server = self;
    struct port port = {
        .accept = own_accept,
        .reject = own_reject,
        .send = own_send,
        .close = own_close,
        .end = own_end,
        .log = own_log,
        .now_ms = own_now_ms,
        .keyring = own_keyring,
        .monitor = own_event,
        .self = server,
    };

    return core_new(&secure_policy, &port, &server->settings);
}

static inline int64_t own_steady_ms(void *self)
{
    const struct server_world *server = self;

    return server->shelf->now_ms;
}

static inline void own_abandon(void *self)
{
    struct server_world *server = self;

    server->abandoned++;
}

static inline void own_pong(void *self, connection_id id, struct text payload)
{
    struct server_world *server = self;

    note(server->world->calls, "pong %d %.*s; ", (int)id, (int)payload.length,
         payload.at);
}

static inline void own_came_back(void *self, connection_id id)
{
    struct server_world *server = self;

    (void)id;
    server->came_back++;
}

static inline void own_say(void *self, const char *line)
{
    struct server_world *server = self;

    note(server->world->log, "%s\n", line);
}

static inline struct server_world *server_with(struct shelf *shelf,
                                               const struct settings *settings,
                                               const char *words)
{
    struct server_world *server = calloc(1, sizeof(*server));
    struct world *world = calloc(1, sizeof(*world));
    struct log log = { shelf_add, shelf_keep, server };
    struct patience patience = { BEAT_MS, DEAD_MS, LOG_MS };
    struct surroundings surroundings = { .new_core = own_core,
                                         .steady_ms = own_steady_ms,
                                         .abandon = own_abandon,
                                         .pong = own_pong,
                                         .came_back = own_came_back,
                                         .say = own_say,
                                         .settings = words,
                                         .self = server };
    const char *why;

    ck_assert(server != NULL && world != NULL);
    world->keyring = keyring_read(text_of(RING), &why);
    world->now_ms = shelf->now_ms;
    *server = (struct server_world){ .shelf = shelf,
                                     .world = world,
                                     .settings = *settings };
    server->node = node_new(&surroundings, &log, &patience);
    ck_assert_ptr_nonnull(server->node);
    return server;
}

static inline void server_free(struct server_world *server)
{
    node_free(server->node);
    keyring_free(server->world->keyring);
    free(server->world);
    free(server);
}

static inline void tell_at(struct server_world *server, uint64_t position)
{
    const struct shelf *shelf = server->shelf;
    size_t at = (size_t)position - 1;

    node_told(server->node, position, shelf->entries[at].at_ms,
              text_of(shelf->entries[at].head), shelf->entries[at].body);
}

/* All that is on the shelf, unless it loses it. */
static inline void tell_on(struct server_world *server)
{
    while (server->node->state != NODE_LOST &&
           node_position(server->node) < server->shelf->count)
        tell_at(server, node_position(server->node) + 1);
}

static inline bool server_restore(struct server_world *server, unsigned number)
{
    const struct shelf *shelf = server->shelf;

    return node_restore(server->node, number, shelf->kept,
                        text_of(shelf->state == NULL ? "" : shelf->state));
}

static inline void server_join(struct server_world *server, unsigned number)
{
    ck_assert(server_restore(server, number));
    ck_assert(node_begin(server->node, false));
    tell_on(server);
}

#endif
