/* Several servers of one log, and what their peers do. */
#ifndef NODES_WORLD_H
#define NODES_WORLD_H

#include "tests/node_world.h"

struct servers {
    struct shelf shelf;
    struct server_world *at[SERVERS_MAX];
    int count;
};

static inline void servers_tell(struct servers *servers)
{
    for (int i = 0; i < servers->count; i++)
        tell_on(servers->at[i]);
}

/* In steps that no server sleeps through. */
static inline void servers_wait(struct servers *servers, int ms)
{
    for (; ms > 0; ms -= BEAT_MS / 2) {
        servers->shelf.now_ms += BEAT_MS / 2;
        for (int i = 0; i < servers->count; i++) {
            servers->at[i]->world->now_ms = servers->shelf.now_ms;
            node_ticked(servers->at[i]->node);
        }
        servers_tell(servers);
    }
}

static inline struct settings narrow_settings(void)
{
    struct settings settings = settings_for(SERVES_ROOMS);

    settings.per_user_max = 2;
    settings.attempts_max = 8;
    settings.room_size_max = 2;
    settings.messages_max = 4;
    return settings;
}

static inline void servers_add(struct servers *servers, const char *words)
{
    struct settings settings = narrow_settings();

    servers->at[servers->count] =
        server_with(&servers->shelf, &settings, words);
    server_join(servers->at[servers->count], (unsigned)servers->count + 1);
    servers->count++;
    servers_tell(servers);
}

static inline struct servers *servers_new(int count)
{
    struct servers *servers = calloc(1, sizeof(*servers));

    ck_assert_ptr_nonnull(servers);
    servers->shelf.now_ms = (int64_t)NOW_S * 1000;
    while (servers->count < count)
        servers_add(servers, "equal");
    return servers;
}

static inline void servers_free(struct servers *servers)
{
    struct shelf *shelf = &servers->shelf;

    for (int i = 0; i < servers->count; i++)
        server_free(servers->at[i]);
    for (size_t i = 0; i < shelf->count; i++) {
        free(shelf->entries[i].head);
        free((void *)(uintptr_t)shelf->entries[i].body.at);
    }
    free(shelf->state);
    free(servers);
}

/* --- What a server is told by its peers ----------------------------------- */

static inline void ask_as(struct server_world *server, int id, const char *user,
                          const char *room)
{
    char query[TOKEN_BYTES + 128];
    char peer[PEER_BYTES_MAX];
    struct request request = { .path = text_of("/rooms"), .peer = peer };

    snprintf(peer, sizeof(peer), "127.0.0.1:%d", 40000 + id);
    snprintf(query, sizeof(query), "token=%s&room=%s",
             good_token(server->world, user, "member", 600), room);
    request.query = text_of(query);
    node_opened(server->node, (connection_id)id, &request);
}

static inline void say_to(struct server_world *server, int id, const char *text)
{
    node_received(server->node, (connection_id)id, text_of(text), true);
}

static inline void expect_no_calls(struct server_world *server,
                                   const char *label)
{
    expect_calls(server->world, label, "");
}

/* Was this called since the last look? Then all is forgotten. */
static inline bool has_called(struct server_world *server, const char *what)
{
    bool has = strstr(server->world->calls, what) != NULL;

    server->world->calls[0] = 0;
    return has;
}

static inline char *state_text(const struct server_world *server)
{
    cJSON *state = core_export(server->node->core);
    char *text = cJSON_PrintUnformatted(state);

    ck_assert_ptr_nonnull(text);
    cJSON_Delete(state);
    return text;
}

static inline bool know_the_same(const struct server_world *one,
                                 const struct server_world *other)
{
    char *first = state_text(one);
    char *second = state_text(other);
    bool is_equal = strcmp(first, second) == 0;

    free(first);
    free(second);
    return is_equal;
}

/* All know the same. */
static inline void expect_agreement(const struct servers *servers)
{
    for (int i = 1; i < servers->count; i++)
        ck_assert(know_the_same(servers->at[0], servers->at[i]));
}

static inline unsigned members_of(const struct server_world *server,
                                  const char *room)
{
    const struct room *found = room_find(server->node->core, text_of(room));

    return found == NULL ? 0 : found->members;
}

#endif
