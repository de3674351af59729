/* A small world of `rooms` with its snapshots as texts. */
#ifndef SNAPSHOT_WORLD_H
#define SNAPSHOT_WORLD_H

#include "core/snapshot.h"
#include "tests/core_world.h"

enum { SCARCE_CONNECTIONS = 22 };

/* Everything is scarce, so that each limit is met. */
static inline struct world *scarce_world(void)
{
    struct settings settings = settings_for(SERVES_ROOMS);

    settings.connections_max = SCARCE_CONNECTIONS;
    settings.per_user_max = 4;
    settings.attempts_max = 12;
    settings.window_ms = 5000;
    settings.room_size_max = 4;
    settings.room_grace_ms = 3000;
    settings.session_ttl_ms = 2000;
    settings.messages_max = 4;
    settings.room_messages_max = 3;
    settings.presence_check_ms = 700;
    settings.presence_timeout_ms = 1500;
    settings.presence_cleanup_ms = 4000;
    settings.room_history = 3;
    return world_with(&secure_policy, &settings);
}

static inline char *snapshot_of(const struct world *world)
{
    cJSON *state = core_export(world->core);
    char *text = state == NULL ? NULL : cJSON_PrintUnformatted(state);

    ck_assert_ptr_nonnull(text);
    cJSON_Delete(state);
    return text;
}

static inline bool import_text(struct world *world, const char *text)
{
    cJSON *state = snapshot_read(text_of(text));
    bool read = core_import(world->core, state);

    cJSON_Delete(state);
    return read;
}

static inline void forget(struct world *world)
{
    world->calls[0] = world->log[0] = world->events[0] = 0;
}

#endif
