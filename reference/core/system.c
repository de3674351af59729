/* The systems, and what two of them say alike. */
#include "core/secure.h"
#include "core/system.h"

const struct system *system_for(enum served served)
{
    switch (served) {
    case SERVES_FACTORY: return &system_factory;
    case SERVES_POS: return &system_pos;
    case SERVES_ROOMS: return &system_rooms;
    case SERVES_SIGNALS: break;
    }
    return &system_signals;
}

/* 003 §10; of the two sizes of JSON that are said there, the narrower. */
static void bound_sizes(size_t sizes[SIZES])
{
    sizes[SIZE_TEXT] = 1000;
    sizes[SIZE_BINARY] = 5 * 1024 * 1024;
    sizes[SIZE_JSON] = 512 * 1024;
    sizes[SIZE_DEPTH] = 10;
    sizes[SIZE_ARRAY] = 1000;
    sizes[SIZE_OBJECT] = 100;
}

struct settings settings_for(enum served served)
{
    struct settings settings = {
        .served = served,
        .max_lifetime_s = 900,
        .token_minutes = 10,
        .close_ms = 1000,
        .auth_ms = 5000,
        .window_ms = 60 * 1000,
        .connections_max = 20000,
        .room_size_max = 100,
        .rooms_per_user_max = 100,
        .room_grace_ms = 60 * 1000,
        .presence_check_ms = 30 * 1000,
        .presence_timeout_ms = 90 * 1000,
        .presence_cleanup_ms = 300 * 1000,
        .room_history = 50,
    };

    if (served == SERVES_SIGNALS)
        return settings;
    if (served == SERVES_ROOMS)
        bound_sizes(settings.sizes);
    settings.per_user_max = 5;
    settings.attempts_max = 500;
    settings.strangers_max = 240;
    if (served == SERVES_ROOMS) {
        settings.session_ttl_ms = 30 * 60 * 1000;
        settings.messages_max = 100;
        settings.room_messages_max = 500;
    }
    return settings;
}

enum route secure_find_route(const struct core *core, struct text path,
                             struct connection *stranger)
{
    return core->system->find_route(core, path, stranger);
}

const char *endpoint_name(const struct core *core,
                          const struct connection *connection)
{
    static const char *const names[] = {
        [ENDPOINT_MAIN] = "pos",
        [ENDPOINT_KITCHEN] = "kitchen",
        [ENDPOINT_MANAGEMENT] = "management",
    };

    return core->settings.served == SERVES_POS ? names[connection->endpoint]
                                               : "";
}
