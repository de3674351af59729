/* A snapshot: its parts in their order, and nothing between them. */
#include "core/snapshot.h"
#include "core/history.h"
#include "core/json.h"
#include "core/presence.h"
#include "core/rates.h"
#include "core/snapshot_parts.h"
#include <cJSON.h>

/* What the snapshot knows. A struct that has grown does not build: write its
 * new members in the part that writes the struct (export), read them there
 * (import) with whatever bound they have, draw them into the script of
 * check_core_snapshot, and then set the size here; what follows from other
 * state, or belongs to no system but another, is left out on purpose. A bool in
 * a gap may escape this, so look for yourself. */
#define KNOWS(type, size)                                                      \
    _Static_assert(sizeof(void *) != 8 || sizeof(type) == (size),              \
                   #type " has other members than its snapshot")
enum {
    /* What the core is told when it is made is no state. */
    CORE_ITSELF = sizeof(struct core) - sizeof(struct policy) -
                  sizeof(struct port) - sizeof(struct settings),
};
KNOWS(char[CORE_ITSELF], 1392);
KNOWS(struct claims, 272);
KNOWS(struct connection, 520);
KNOWS(struct count, 24);
KNOWS(struct counts, 16);
KNOWS(struct guest, 8);
KNOWS(struct member, 328);
KNOWS(struct histories, 8216);
KNOWS(struct history, 112);
KNOWS(struct presence, 64);
KNOWS(struct presences, 32848);
KNOWS(struct room, 536);
KNOWS(struct rooms, 8232);
KNOWS(struct rules, 276);
KNOWS(struct said, 56);
KNOWS(struct seat, 48);

/* In the order of reading: each stands on those above it. */
static const struct part {
    const char *name;
    bool (*write)(const struct core *core, struct cJSON *part);
    bool (*read)(struct core *core, const struct cJSON *part);
} parts[] = {
    { "numbers", numbers_export, numbers_import },
    { "counts", counts_export, counts_import },
    { "revocations", revocations_export, revocations_import },
    { "connections", connections_export, connections_import },
    { "rooms", rooms_export, rooms_import },
    { "presence", presence_export, presence_import },
    { "history", history_export, history_import },
};
enum { PARTS = sizeof(parts) / sizeof(*parts) };

struct cJSON *core_export(const struct core *core)
{
    cJSON *state = core->rooms == NULL ? NULL : cJSON_CreateObject();
    bool whole = state != NULL && put_number(state, "version", 1);

    for (size_t i = 0; i < PARTS && whole; i++)
        whole = parts[i].write(core, put_object(state, parts[i].name));
    if (whole)
        return state;
    cJSON_Delete(state);
    return NULL;
}

static bool is_fresh(const struct core *core)
{
    return core->rooms != NULL && core->next_seq == 1 &&
           core->connections == NULL && core->users.entries == 0 &&
           core->addresses.entries == 0 && core->revoked_count == 0;
}

/* Whatever was not read, was read as something else, or is there twice. */
static bool is_written_alike(const struct core *core, const struct cJSON *state)
{
    cJSON *again = core_export(core);
    bool is_alike = again != NULL && cJSON_Compare(again, state, true);

    cJSON_Delete(again);
    return is_alike;
}

/* Whoever is a member has a record of its presence, and nobody else. */
static bool members_are_present(const struct core *core)
{
    const struct connection *at = core->connections;

    while (at != NULL && (at->stage == MEMBER) == (at->presence != NULL))
        at = at->next;
    return at == NULL;
}

static bool is_imported(struct core *core, const struct cJSON *state)
{
    int64_t version;
    bool whole = take_number(state, "version", 1, 1, &version);

    for (size_t i = 0; i < PARTS && whole; i++)
        whole = parts[i].read(
            core, cJSON_GetObjectItemCaseSensitive(state, parts[i].name));
    return whole && counts_cover_connections(core) &&
           members_are_present(core) && is_written_alike(core, state);
}

/* Of what was half read, nothing is to be served. */
static void give_up(struct core *core)
{
    core->shutting_down = true;
    presences_free(core);
    rooms_free(core);
    connections_reset(core);
    counts_free(&core->users);
    counts_free(&core->addresses);
    rates_free(core);
    core->cleanup_ms = core->rates.due_ms = INT64_MAX;
}

bool core_import(struct core *core, const struct cJSON *state)
{
    bool imported;

    if (!is_fresh(core))
        return false;
    imported = is_imported(core, state);
    if (!imported)
        give_up(core);
    return imported;
}

struct cJSON *snapshot_read(struct text bytes)
{
    return bytes.length > SNAPSHOT_BYTES_MAX ? NULL : json_read(bytes);
}
