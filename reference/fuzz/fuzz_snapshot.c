/* Fuzzes the reader of snapshots: whatever it takes, it writes again as it was;
 * and whether it takes it or not, the core that has read it stays safe. Inputs
 * are snapshots that differ from a good one here and there: of bytes alone
 * hardly any would be read to its end. */
#include "fuzz/deaf_port.h"
#include "core/rooms.h"
#include "core/secure.h"
#include "core/snapshot.h"
#include <cJSON.h>
#include <stdint.h>
#include <stdlib.h>

enum { IDS = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
                               unsigned seed);

static int64_t on_now_ms(void *self)
{
    return *(const int64_t *)self;
}

static struct core *core_at(int64_t *now_ms)
{
    const struct port port = deaf_port(now_ms, on_now_ms);
    struct settings settings = settings_for(SERVES_ROOMS);

    settings.connections_max = IDS;
    return core_new(&secure_policy, &port, &settings);
}

static void hear(struct core *core, connection_id id)
{
    static const char *const messages[] = {
        "{\"type\":\"get_room\",\"room\":\"lobby\"}",
        "{\"type\":\"join_room\",\"room\":\"r1\"}",
        "{\"type\":\"room_message\",\"room\":\"lobby\",\"text\":\"x\"}",
        "{\"type\":\"kick\",\"room\":\"r1\",\"user_id\":\"alice\"}",
        "{\"type\":\"leave_room\",\"room\":\"lobby\"}",
        "{\"type\":\"delete_room\",\"room\":\"r1\"}",
    };

    for (size_t i = 0; i < sizeof(messages) / sizeof(*messages); i++)
        core_received(core, id, text_of(messages[i]), true);
}

/* Everything that can happen to those who are there. */
static void use(struct core *core, int64_t *now_ms)
{
    struct request request = { .path = text_of("/rooms"),
                               .query = text_of("token=x"),
                               .peer = "127.0.0.1:1" };

    core_opened(core, IDS + 1, &request);
    for (connection_id id = 1; id <= IDS + 1; id++)
        hear(core, id);
    core_publish(core, text_of("news"), text_of(""));
    (void)core_revoke(core, text_of("j-bob"));
    cJSON_Delete(core_inspect(core, 0));
    for (int i = 0; i < IDS; i++) {
        *now_ms += 60 * 1000;
        core_ticked(core);
    }
    core_close_received(core, 1, 1000);
    for (connection_id id = 1; id <= IDS / 2; id++)
        core_closed(core, id, DEPARTED_ABRUPTLY);
    core_shutdown(core);
}

static void check_again(const struct core *core, const cJSON *state)
{
    cJSON *again = core_export(core);

    if (again == NULL || !cJSON_Compare(again, state, true))
        abort();
    cJSON_Delete(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t now_ms = INT64_C(1771754400000);
    struct core *core = core_at(&now_ms);
    cJSON *state = snapshot_read((struct text){ (const char *)data, size });

    if (core == NULL)
        abort();
    if (core_import(core, state))
        check_again(core, state);
    use(core, &now_ms);
    cJSON_Delete(state);
    core_free(core);
    return 0;
}

/* --- Inputs --------------------------------------------------------------- */

static unsigned draw(unsigned *seed, unsigned below)
{
    *seed = *seed * 1103515245 + 12345;
    return below == 0 ? 0 : (*seed >> 8) % below;
}

static unsigned count_nodes(const cJSON *node)
{
    unsigned count = 1;

    for (const cJSON *at = node->child; at != NULL; at = at->next)
        count += count_nodes(at);
    return count;
}

/* Number *left of the nodes below, and what it stands in. */
static cJSON *find_node(cJSON *node, unsigned *left, cJSON **parent)
{
    for (cJSON *at = node->child; at != NULL; at = at->next) {
        cJSON *found;
        *parent = node;
        if ((*left)-- == 0)
            return at;
        found = find_node(at, left, parent);
        if (found != NULL)
            return found;
    }
    return NULL;
}

/* Another text, or that of another node. */
static void change_text(cJSON *node, const cJSON *other, unsigned *seed)
{
    static const char *const texts[] = {
        "0",    "1",     "2",  "3",   "4",     "1771754400000",
        "-1",   "lobby", "r1", "bob", "alice", "9223372036854775807",
        "none", "%FF",   "",
    };
    unsigned count = sizeof(texts) / sizeof(*texts);
    const char *text = cJSON_GetStringValue(other);

    if (text == NULL || draw(seed, 2) == 0)
        text = texts[draw(seed, count)];
    (void)cJSON_SetValuestring(node, text);
}

static void replace_with(cJSON *parent, cJSON *node, const cJSON *other)
{
    cJSON *copy = cJSON_Duplicate(other, true);

    if (cJSON_IsObject(parent) && copy != NULL) {
        cJSON_free(copy->string);
        copy->string = NULL;
        cJSON_ReplaceItemInObjectCaseSensitive(parent, node->string, copy);
    } else if (copy == NULL ||
               !cJSON_ReplaceItemViaPointer(parent, node, copy)) {
        cJSON_Delete(copy);
    }
}

static void change_one(cJSON *state, unsigned *seed)
{
    unsigned count = count_nodes(state) - 1;
    unsigned which = draw(seed, count), with = draw(seed, count);
    cJSON *parent = state, *elsewhere = state;
    cJSON *node = find_node(state, &which, &parent);
    cJSON *other = find_node(state, &with, &elsewhere);

    if (node == NULL || other == NULL)
        return;
    if (cJSON_IsString(node))
        change_text(node, other, seed);
    else if (cJSON_IsBool(node))
        node->type = cJSON_IsTrue(node) ? cJSON_False : cJSON_True;
    else if (draw(seed, 3) == 0)
        replace_with(parent, node, other);
    else if (cJSON_IsArray(parent) && draw(seed, 2) == 0)
        cJSON_AddItemToArray(parent, cJSON_Duplicate(node, true));
    else
        cJSON_Delete(cJSON_DetachItemViaPointer(parent, node));
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
                               unsigned seed)
{
    cJSON *state = snapshot_read((struct text){ (const char *)data, size });
    char *text = NULL;

    if (cJSON_IsObject(state)) {
        for (unsigned i = 1 + draw(&seed, 3); i > 0; i--)
            change_one(state, &seed);
        text = cJSON_PrintUnformatted(state);
    }
    cJSON_Delete(state);
    if (text == NULL || strlen(text) > max) {
        cJSON_free(text);
        return LLVMFuzzerMutate(data, size, max);
    }
    size = strlen(text);
    memcpy(data, text, size);
    cJSON_free(text);
    return size;
}
