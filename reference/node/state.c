/* What is kept of the log's entries that are gone: who is there, and what the
 * core knows. */
#include "core/snapshot.h"
#include "core/snapshot_parts.h"
#include "node/internal.h"
#include <cJSON.h>

static bool put_peers(const struct node *node, struct cJSON *list)
{
    for (size_t i = 0; i < node->peer_count; i++) {
        struct cJSON *peer = put_last(list);
        if (!put_number(peer, "number", node->peers[i].number) ||
            !put_number(peer, "heard_ms", node->peers[i].heard_ms))
            return false;
    }
    return list != NULL;
}

char *state_write(const struct node *node)
{
    struct cJSON *json = cJSON_CreateObject();
    struct cJSON *core = core_export(node->core);
    char *text = NULL;

    if (core != NULL && put_number(json, "at_ms", node->at_ms) &&
        put_text(json, "settings", node->settings) &&
        put_peers(node, put_list(json, "servers")) &&
        cJSON_AddItemToObject(json, "core", core)) {
        core = NULL;
        text = cJSON_PrintUnformatted(json);
    }
    cJSON_Delete(core);
    cJSON_Delete(json);
    return text;
}

static bool take_peers(struct node *node, const struct cJSON *list)
{
    const struct cJSON *peer;
    int64_t number;

    cJSON_ArrayForEach(peer, list)
    {
        struct peer_node *next = &node->peers[node->peer_count];
        if (!take_number(peer, "number", 1, NODE_NUMBER_MAX, &number) ||
            !take_time(peer, "heard_ms", &next->heard_ms))
            return false;
        next->number = (unsigned)number;
        next->is_doomed = false;
        node->peer_count++;
    }
    return list != NULL;
}

bool state_read(struct node *node, struct text state)
{
    struct cJSON *json = snapshot_read(state);
    bool is_good =
        json != NULL && take_time(json, "at_ms", &node->at_ms) &&
        take_text(json, "settings", node->settings, sizeof(node->settings)) &&
        take_peers(node, take_list(json, "servers", NODES_MAX)) &&
        core_import(node->core, cJSON_GetObjectItemCaseSensitive(json, "core"));

    node->steady_ms = node->surroundings.steady_ms(node->surroundings.self);
    cJSON_Delete(json);
    return is_good;
}
