/* The cores of a mock, configured as its manifest says, and the directory. */
#include "mock.h"
#include "mutants.h"
#include "spec.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

enum { CLOSE_MS = 1000 };

static enum served served_by(unsigned profile)
{
    return profile == ROOMS     ? SERVES_ROOMS
           : profile == POS     ? SERVES_POS
           : profile == FACTORY ? SERVES_FACTORY
                                : SERVES_SIGNALS;
}

static void set_sizes(const struct manifest *manifest, size_t sizes[SIZES])
{
    static const enum size_kind kinds[BOUNDS] = {
        [BOUND_TEXT] = SIZE_TEXT,   [BOUND_BINARY] = SIZE_BINARY,
        [BOUND_JSON] = SIZE_JSON,   [BOUND_DEPTH] = SIZE_DEPTH,
        [BOUND_ARRAY] = SIZE_ARRAY, [BOUND_OBJECT] = SIZE_OBJECT,
    };

    for (int i = 0; i < BOUNDS; i++)
        if (manifest->bounds[i] > 0)
            sizes[kinds[i]] = manifest->bounds[i];
}

static struct settings settings_of(struct mock *mock)
{
    const struct manifest *manifest = mock->laboratory.manifest;
    struct settings settings = settings_for(served_by(manifest->profile));
    long lifetime_s = manifest->max_lifetime_s;

    settings.max_lifetime_s = lifetime_s > INT_MAX ? INT_MAX : (int)lifetime_s;
    settings.close_ms = CLOSE_MS;
    if (manifest->issued_lifetime_s > 0)
        settings.token_minutes = (int)(manifest->issued_lifetime_s / 60);
    if (settings.served == SERVES_SIGNALS)
        return settings;
    if (manifest->auth_ms > 0)
        settings.auth_ms = manifest->auth_ms;
    if (manifest->window_ms > 0)
        settings.window_ms = manifest->window_ms;
    settings.per_user_max = manifest->per_user;
    settings.attempts_max = manifest->attempts;
    settings.strangers_max = manifest->strangers;
    settings.trusted_proxy = manifest->proxy;
    for (size_t i = 0; i < manifest->origin_count; i++)
        mock->origins[i] = manifest->origins[i];
    settings.origins = manifest->origin_count > 0 ? mock->origins : NULL;
    settings.session_ttl_ms = manifest->session_ttl_ms;
    settings.messages_max = manifest->messages;
    settings.room_messages_max = manifest->room_messages;
    settings.rooms_per_user_max = manifest->rooms_per_user;
    if (manifest->room_size_max > 0)
        settings.room_size_max = manifest->room_size_max;
    if (manifest->room_grace_ms > 0)
        settings.room_grace_ms = manifest->room_grace_ms;
    if (manifest->history_max > 0)
        settings.room_history = manifest->history_max;
    set_sizes(manifest, settings.sizes);
    if (manifest->profile != ROOMS)
        settings.sizes[SIZE_JSON] = manifest->soft_bytes;
    if (manifest->presence_timeout_ms > 0) {
        settings.presence_check_ms = manifest->presence_check_ms;
        settings.presence_timeout_ms = manifest->presence_timeout_ms;
        settings.presence_cleanup_ms = manifest->presence_cleanup_ms;
    }
    return settings;
}

static struct mock_node *tight_node(struct mock *mock)
{
    const struct manifest *manifest = mock->laboratory.manifest;
    struct settings settings = settings_of(mock);

    static const char *const no_origins[] = { NULL };

    if (manifest->tight_without_origins)
        settings.origins = no_origins;
    settings.subprotocol = manifest->tight_subprotocol;
    if (manifest->profile != ROOMS)
        settings.sizes[SIZE_JSON] = manifest->tight_soft_bytes;
    settings.per_user_max = manifest->tight_per_user;
    settings.attempts_max = manifest->tight_attempts;
    if (manifest->tight_connections > 0)
        settings.connections_max = manifest->tight_connections;
    settings.session_ttl_ms = manifest->tight_session_ttl_ms;
    settings.messages_max = manifest->tight_messages;
    settings.room_messages_max = manifest->tight_room_messages;
    if (manifest->tight_presence_timeout_ms > 0) {
        settings.presence_check_ms = manifest->tight_presence_check_ms;
        settings.presence_timeout_ms = manifest->tight_presence_timeout_ms;
    }
    return mock_nodes_tight(mock, &settings);
}

struct mock_node *mock_node_of(struct mock *mock, const struct opening *opening)
{
    return opening->tight ? tight_node(mock) : &mock->nodes.at[opening->node];
}

enum fault mock_start(struct mock *mock)
{
    struct settings settings = settings_of(mock);
    const char *why = "";

    if (settings.served == SERVES_POS) {
        mock->store = mock->lab->spare;
        mock->lab->spare = NULL;
        if (mock->store == NULL)
            mock->store = store_open(NULL, &why);
        if (mock->store == NULL)
            return fault_say(FAULT_MEMORY, "no directory: %s", why);
        mock->laboratory.store = mock->store;
    }
    return mock_nodes_start(
        mock, mock->adapter.nodes < 2 ? 1 : mock->adapter.nodes, &settings);
}

void mock_stop(struct mock *mock)
{
    mock_nodes_stop(mock);
    if (mock->store != NULL && mock->lab->spare == NULL &&
        store_clear(mock->store))
        mock->lab->spare = mock->store;
    else
        store_close(mock->store);
}

/* --- The directory -------------------------------------------------------- */

static struct directory real(const struct mock *mock)
{
    return store_directory(mock->store);
}

static enum finding find_user(void *self, struct text id, struct user *user)
{
    const struct mock *mock = self;
    struct directory directory = real(mock);

    return mock->store_is_broken
               ? FAILED
               : directory.ops->find_user(directory.self, id, user);
}

static enum finding find_restaurant(void *self, struct text id,
                                    struct restaurant *restaurant)
{
    const struct mock *mock = self;
    struct directory directory = real(mock);

    return mock->store_is_broken
               ? FAILED
               : directory.ops->find_restaurant(directory.self, id, restaurant);
}

static enum finding find_order(void *self, struct text id, struct order *order)
{
    const struct mock *mock = self;
    struct directory directory = real(mock);

    return mock->store_is_broken
               ? FAILED
               : directory.ops->find_order(directory.self, id, order);
}

static enum finding set_status(void *self, struct text order,
                               struct text restaurant, struct text status,
                               struct text notes)
{
    const struct mock *mock = self;
    struct directory directory = real(mock);

    return mock->store_is_broken
               ? FAILED
               : directory.ops->set_status(directory.self, order, restaurant,
                                           status, notes);
}

static uint64_t version(void *self)
{
    const struct mock *mock = self;
    struct directory directory = real(mock);

    return mock->store_is_broken ? 0 : directory.ops->version(directory.self);
}

static const struct directory_ops directory_ops = {
    .find_user = find_user,
    .find_restaurant = find_restaurant,
    .find_order = find_order,
    .set_status = set_status,
    .version = version,
};

struct directory mock_directory(struct mock *mock)
{
    struct directory none = { NULL, NULL };
    struct directory watched = { &directory_ops, mock };

    return mock->store == NULL ? none : watched;
}

/* --- Provisions ----------------------------------------------------------- */

static const char *value_of(const struct pair *values, const char *name)
{
    for (; values->name != NULL; values++)
        if (strcmp(values->name, name) == 0)
            return values->value;
    return "";
}

static void fill(char *into, size_t size, const struct pair *values,
                 const char *name)
{
    snprintf(into, size, "%s", value_of(values, name));
}

static bool put_tenant(struct store *store, const struct pair *values)
{
    struct restaurant it = { .active = strcmp(value_of(values, "active"),
                                              "true") == 0 };

    fill(it.id, sizeof(it.id), values, "tenant");
    return store_put_restaurant(store, &it);
}

static bool put_user(struct store *store, const struct pair *values)
{
    struct user it = { .id = "" };

    fill(it.id, sizeof(it.id), values, "user");
    fill(it.role, sizeof(it.role), values, "role");
    fill(it.restaurant, sizeof(it.restaurant), values, "tenant");
    return store_put_user(store, &it);
}

static bool put_order(struct store *store, const struct pair *values)
{
    struct order it = { .id = "" };

    fill(it.id, sizeof(it.id), values, "order");
    fill(it.restaurant, sizeof(it.restaurant), values, "tenant");
    fill(it.status, sizeof(it.status), values, "status");
    return store_put_order(store, &it);
}

static bool drop_user(struct store *store, const struct pair *values)
{
    return store_remove_user(store, text_of(value_of(values, "user")));
}

static enum fault log_out(struct mock *mock, const char *user)
{
    if (mock->laboratory.manifest->profile != ROOMS)
        return FAULT_ABSENT;
    node_revoke_user(mock_nodes_first(mock), text_of(user));
    return mock_soundness(mock);
}

enum fault mock_provision(struct mock *mock, const char *what,
                          const struct pair *values)
{
    static const struct {
        const char *what;
        bool (*put)(struct store *store, const struct pair *values);
    } provisions[] = {
        { "tenant", put_tenant },
        { "user", put_user },
        { "order", put_order },
        { "remove_user", drop_user },
    };

    if (strcmp(what, "revoke_user") == 0)
        return log_out(mock, value_of(values, "user"));
    if (mock->store == NULL)
        return FAULT_ABSENT;
    for (size_t i = 0; i < COUNT(provisions); i++) {
        if (strcmp(provisions[i].what, what) != 0)
            continue;
        if (!provisions[i].put(mock->store, values))
            return fault_say(FAULT_HOOK, "the directory took no %s", what);
        mock_nodes_directory_changed(mock);
        return mock_soundness(mock);
    }
    return FAULT_ABSENT;
}
