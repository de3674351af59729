/* Fills struct manifest from the effective tree. The checks have passed: what
 * a profile must have is there, and everything is of its kind. */
#include "manifest/internal.h"
#include "bench.h"
#include "spec.h"
#include <stdio.h>

const char *build_keep(struct building *building, char *text)
{
    text = texts_keep(building->manifest->texts, text);
    if (text == NULL)
        mistake_no_memory(building->reading);
    return text;
}

/* The manifest that the user wrote, before the overlay, if there is one. */
static const struct layer *layer_of_user(const struct reading *reading)
{
    const struct layer *second = &reading->layers[1];

    return reading->layers[0].is_overlay && reading->count > 1 &&
                   !second->is_built_in
               ? second
               : reading->layers;
}

void build_mistake(struct building *building, const char *path,
                   const char *found, const char *expected)
{
    struct trail trail;
    const struct layer *layer = layers_origin(building->reading, path, &trail);

    if (layer->is_built_in) {
        layer = layer_of_user(building->reading);
        (void)trail_find(layer->tree, path, &trail);
    }
    mistake_add(building->reading, layer, &trail, found, expected);
}

cJSON *build_at(const struct building *building, const char *path)
{
    struct trail ignored;

    return trail_find(building->manifest->tree, path, &ignored);
}

static const char *text_at(const struct building *building, const char *path)
{
    return cJSON_GetStringValue(build_at(building, path));
}

/* 0 where there is none. */
static long number_at(const struct building *building, const char *path)
{
    const cJSON *number = build_at(building, path);

    return number == NULL ? 0 : (long)number->valuedouble;
}

static unsigned count_at(const struct building *building, const char *path)
{
    return (unsigned)number_at(building, path);
}

/* The texts of an array; its rule has a ceiling. */
static size_t texts_at(const struct building *building, const char *path,
                       const char *into[])
{
    size_t count = 0;
    const cJSON *text;

    cJSON_ArrayForEach(text, build_at(building, path))
    {
        into[count++] = text->valuestring;
    }
    return count;
}

static bool is_dialled_already(const struct manifest *manifest, const char *url)
{
    bool found = manifest->url != NULL && strcmp(manifest->url, url) == 0;

    for (size_t i = 0; i < manifest->node_count && !found; i++)
        found = strcmp(manifest->nodes[i], url) == 0;
    return found;
}

/* One node under two names would have a memory in common with itself. */
static void build_nodes(struct building *building)
{
    struct manifest *manifest = building->manifest;
    const cJSON *nodes = build_at(building, "endpoint.nodes");
    const cJSON *node;

    if (nodes != NULL && manifest->url == NULL)
        build_mistake(building, "endpoint.nodes", "no endpoint.url beside them",
                      "the first node there, and the others here");
    cJSON_ArrayForEach(node, nodes)
    {
        if (is_dialled_already(manifest, node->valuestring))
            build_mistake(
                building, "endpoint.nodes", "a node that is named twice",
                "the first node in endpoint.url alone, and each other "
                "one here once");
        manifest->nodes[manifest->node_count++] = node->valuestring;
    }
}

/* Beside nothing that has TLS, it would be an endpoint like another. */
static void build_plain(struct building *building)
{
    struct manifest *manifest = building->manifest;
    const char *url = manifest->url;

    manifest->plain_url = text_at(building, "endpoint.plain_url");
    if (manifest->plain_url != NULL &&
        (url == NULL || strncmp(url, "wss://", strlen("wss://")) != 0))
        build_mistake(building, "endpoint.plain_url",
                      "no wss:// in endpoint.url beside it",
                      "the listener with TLS there, and the one without here");
}

static void build_zones(struct building *building)
{
    struct manifest *manifest = building->manifest;
    const cJSON *zones = build_at(building, "endpoint.timezones");
    const cJSON *zone;

    if (cJSON_GetArraySize(zones) > MANIFEST_TIMEZONES_MAX) {
        build_mistake(building, "endpoint.timezones",
                      "more than 8 time zones in all", "at most 8");
        return;
    }
    cJSON_ArrayForEach(zone, zones)
    {
        struct instance instance = { zone->string, zone->valuestring };
        manifest->instances[manifest->instance_count++] = instance;
    }
}

static void build_paths(struct building *building)
{
    static const char *const names[ENDPOINTS] = { "main", "kitchen",
                                                  "management" };
    struct manifest *manifest = building->manifest;
    const cJSON *paths = build_at(building, "endpoint.paths");
    const cJSON *called = build_at(building, "endpoint.names");

    for (size_t i = 0; i < ENDPOINTS; i++) {
        manifest->paths[i] = cJSON_GetStringValue(
            cJSON_GetObjectItemCaseSensitive(paths, names[i]));
        manifest->endpoint_names[i] = cJSON_GetStringValue(
            cJSON_GetObjectItemCaseSensitive(called, names[i]));
    }
}

static void build_endpoint(struct building *building)
{
    struct manifest *manifest = building->manifest;
    const char *ca_file = text_at(building, "endpoint.ca_file");
    struct trail ignored;

    manifest->url = build_text(building, "endpoint.url", "",
                               text_at(building, "endpoint.url"));
    manifest->origin = build_text(building, "endpoint.origin", "",
                                  text_at(building, "endpoint.origin"));
    manifest->origin_count =
        texts_at(building, "endpoint.origins", manifest->origins);
    for (size_t i = 0; i < manifest->origin_count; i++)
        manifest->origins[i] =
            build_text(building, "endpoint.origins", "", manifest->origins[i]);
    manifest->proxy = text_at(building, "endpoint.proxy");
    manifest->tight_url = text_at(building, "endpoint.tight.url");
    manifest->tight_subprotocol =
        text_at(building, "endpoint.tight.subprotocol");
    manifest->tight_without_origins =
        cJSON_IsTrue(build_at(building, "endpoint.tight.no_origins"));
    manifest->tight_per_user = count_at(building, "endpoint.tight.per_user");
    manifest->tight_attempts = count_at(building, "endpoint.tight.attempts");
    manifest->tight_connections =
        count_at(building, "endpoint.tight.connections");
    manifest->tight_messages = count_at(building, "endpoint.tight.messages");
    manifest->tight_session_ttl_ms =
        (int)number_at(building, "endpoint.tight.session_ttl_ms");
    manifest->tight_room_messages =
        count_at(building, "endpoint.tight.room_messages");
    if (ca_file != NULL)
        manifest->ca_file = build_keep(
            building, path_join(layers_origin(building->reading,
                                              "endpoint.ca_file", &ignored)
                                    ->folder,
                                ca_file));
    build_greeting(building);
    build_paths(building);
    build_nodes(building);
    build_doors(building);
    build_plain(building);
    build_zones(building);
}

static void build_vocabulary(struct building *building)
{
    struct manifest *manifest = building->manifest;

    manifest->signal = build_at(building, "messages.signal");
    manifest->publish = build_at(building, "messages.publish");
    manifest->error = build_at(building, "messages.error");
    manifest->authenticate = build_at(building, "messages.authenticate");
    manifest->no_echo = cJSON_IsFalse(build_at(building, "messages.echo"));
    manifest->welcome = build_at(building, "messages.welcome");
    manifest->whoami = build_at(building, "messages.whoami");
    manifest->identity = build_at(building, "messages.identity");
    manifest->logout = build_at(building, "messages.logout");
    manifest->set_status = build_at(building, "messages.set_status");
    manifest->get_order = build_at(building, "messages.get_order");
    manifest->order = build_at(building, "messages.order");
    manifest->status_count =
        texts_at(building, "orders.statuses", manifest->statuses);
}

static void build_limits(struct building *building)
{
    struct manifest *manifest = building->manifest;

    manifest->answer_ms = (int)number_at(building, "limits.answer_ms");
    manifest->close_ms = (int)number_at(building, "limits.close_ms");
    manifest->auth_ms = (int)number_at(building, "limits.auth_ms");
    manifest->restart_ms = (int)number_at(building, "limits.restart_ms");
    if (manifest->restart_ms == 0)
        manifest->restart_ms = MANIFEST_RESTART_MS;
    manifest->window_ms = (int)number_at(building, "limits.window_ms");
    manifest->per_user = count_at(building, "limits.per_user");
    manifest->attempts = count_at(building, "limits.attempts");
    manifest->strangers = count_at(building, "limits.strangers");
    manifest->session_ttl_ms =
        (int)number_at(building, "limits.session_ttl_ms");
    manifest->messages = count_at(building, "limits.messages");
    manifest->messages_window_ms =
        (int)number_at(building, "limits.messages_window_ms");
    manifest->room_messages = count_at(building, "limits.room_messages");
    manifest->handshake_bytes = count_at(building, "limits.handshake_bytes");
    manifest->message_bytes = count_at(building, "limits.message_bytes");
    manifest->first_message_bytes =
        count_at(building, "limits.first_message_bytes");
    build_bounds(building);
}

void build_manifest(struct building *building)
{
    struct manifest *manifest = building->manifest;

    manifest->name = text_at(building, "name");
    manifest->profile = profile_named(text_at(building, "profile"));
    build_codec(building);
    build_refusals(building);
    build_vocabulary(building);
    build_rooms(building);
    build_dialogue(building);
    build_presence(building);
    build_history(building);
    build_limits(building);
    build_endpoint(building);
    build_credential(building);
    build_hooks(building);
    build_source(building);
    build_offers(building);
}
