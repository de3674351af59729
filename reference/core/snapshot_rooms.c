/* Rooms: rules, guests, and who sits where. */
#include "core/rooms.h"
#include "core/snapshot_parts.h"
#include <cJSON.h>
#include <limits.h>

/* --- Rules and guests ----------------------------------------------------- */

static bool put_rules(struct cJSON *entry, const struct rules *rules)
{
    struct cJSON *roles = put_list(entry, "roles");

    for (unsigned i = 0; i < rules->role_count; i++)
        if (!put_text(put_last(roles), "role", rules->roles[i]))
            return false;
    return roles != NULL && put_number(entry, "level", rules->level) &&
           put_number(entry, "size_max", rules->size_max);
}

static bool take_rules(const struct cJSON *entry, struct rules *rules)
{
    const cJSON *roles = take_list(entry, "roles", ROOM_ROLES_MAX);
    const cJSON *role;
    int64_t level;
    int64_t size_max;

    if (roles == NULL ||
        !take_number(entry, "level", 0, ROOM_LEVELS - 1, &level) ||
        !take_number(entry, "size_max", 0, UINT_MAX, &size_max))
        return false;
    rules->level = (enum room_level)level;
    rules->size_max = (unsigned)size_max;
    cJSON_ArrayForEach(role, roles)
    {
        if (!take_text(role, "role", rules->roles[rules->role_count++],
                       sizeof(rules->roles[0])))
            return false;
    }
    return true;
}

static bool put_guests(struct cJSON *list, const struct room *room)
{
    for (const struct guest *at = room->guests; at != NULL; at = at->next)
        if (!put_text(put_first(list), "user", at->user))
            return false;
    return list != NULL;
}

static bool take_guests(const struct cJSON *list, struct room *room)
{
    char user[SUBJECT_BYTES_MAX + 1];
    const cJSON *entry;

    cJSON_ArrayForEach(entry, list)
    {
        if (!take_text(entry, "user", user, sizeof(user)) ||
            !room_add_guest(room, user))
            return false;
    }
    return list != NULL;
}

/* --- Seats ---------------------------------------------------------------- */

static bool put_seats(const struct core *core, struct cJSON *list,
                      const struct room *room)
{
    for (const struct seat *at = room->first; at != NULL; at = at->next) {
        const struct connection *connection = at->connection;
        if (connection_find(core, connection->id) != connection)
            continue; /* it is gone: only a mutant's still sits */
        cJSON *entry = put_last(list);
        if (!put_number(entry, "id", (int64_t)connection->id) ||
            !put_number(entry, "since_ms", at->since_ms))
            return false;
    }
    return list != NULL;
}

static bool take_seat(struct core *core, const struct cJSON *entry,
                      struct room *room)
{
    struct connection *connection = take_connection(core, entry, "id");
    int64_t since_ms;

    if (connection == NULL || connection->member == NULL ||
        !take_time(entry, "since_ms", &since_ms) ||
        room_seat(room, connection) != NULL ||
        !room_sit(core, room, connection))
        return false;
    room->last->since_ms = since_ms;
    return true;
}

static bool take_seats(struct core *core, const struct cJSON *list,
                       struct room *room)
{
    const cJSON *entry;

    cJSON_ArrayForEach(entry, list)
    {
        if (!take_seat(core, entry, room))
            return false;
    }
    return list != NULL;
}

/* --- One room ------------------------------------------------------------- */

static bool put_room(const struct core *core, struct cJSON *entry,
                     const struct room *room)
{
    return put_text(entry, "id", room->id) &&
           put_text(entry, "owner", room->owner) &&
           put_number(entry, "empty_since_ms", room->empty_since_ms) &&
           put_rules(entry, &room->rules) &&
           put_guests(put_list(entry, "guests"), room) &&
           put_seats(core, put_list(entry, "seats"), room);
}

static struct room *room_of(struct core *core, const struct cJSON *entry)
{
    char id[ROOM_ID_CHARS_MAX + 1];
    char owner[SUBJECT_BYTES_MAX + 1];
    struct rules rules = { .role_count = 0 };

    if (!take_text(entry, "id", id, sizeof(id)) ||
        !take_text(entry, "owner", owner, sizeof(owner)) ||
        !take_rules(entry, &rules) || room_find(core, text_of(id)) != NULL)
        return NULL;
    return room_make(core, text_of(id), owner, &rules);
}

static bool take_room(struct core *core, const struct cJSON *entry)
{
    struct room *room = room_of(core, entry);

    return room != NULL &&
           take_guests(take_list(entry, "guests", ROOM_GUESTS_MAX), room) &&
           take_seats(core,
                      take_list(entry, "seats", core->settings.connections_max),
                      room) &&
           take_time(entry, "empty_since_ms", &room->empty_since_ms);
}

/* --- The order in which a connection came to its rooms -------------------- */

static bool put_order(struct cJSON *entry, const struct connection *connection)
{
    struct cJSON *list = put_list(entry, "rooms");

    for (const struct seat *at = connection->seats; at != NULL;
         at = at->next_room)
        if (!put_text(put_last(list), "id", at->room->id))
            return false;
    return put_number(entry, "id", (int64_t)connection->id);
}

/* Draws the seat of that room to the front of those behind `link`. */
static bool draw_forward(struct seat **link, const char *id)
{
    struct seat **from = link;
    struct seat *seat;

    while (*from != NULL && strcmp((*from)->room->id, id) != 0)
        from = &(*from)->next_room;
    seat = *from;
    if (seat == NULL)
        return false;
    *from = seat->next_room;
    seat->next_room = *link;
    *link = seat;
    return true;
}

static bool take_order(struct core *core, const struct cJSON *entry)
{
    struct connection *connection = take_connection(core, entry, "id");
    const cJSON *list = take_list(entry, "rooms", ROOMS_OF_CONNECTION_MAX);
    struct seat **link = connection == NULL ? NULL : &connection->seats;
    char id[ROOM_ID_CHARS_MAX + 1];
    const cJSON *room;

    if (link == NULL)
        return false;
    cJSON_ArrayForEach(room, list)
    {
        if (!take_text(room, "id", id, sizeof(id)) || !draw_forward(link, id))
            return false;
        link = &(*link)->next_room;
    }
    return list != NULL;
}

/* --- The part ------------------------------------------------------------- */

static bool put_rooms(const struct core *core, struct cJSON *list)
{
    for (size_t i = 0; i < ROOM_BUCKETS; i++)
        for (const struct room *at = core->rooms->buckets[i]; at != NULL;
             at = at->next)
            if (!put_room(core, put_first(list), at))
                return false;
    return list != NULL;
}

bool rooms_export(const struct core *core, struct cJSON *part)
{
    struct cJSON *orders = put_list(part, "of_connections");

    for (const struct connection *at = core->connections; at != NULL;
         at = at->next)
        if (at->seats != NULL && !put_order(put_last(orders), at))
            return false;
    return orders != NULL && put_rooms(core, put_list(part, "rooms")) &&
           put_number(part, "due_ms", core->rooms->due_ms);
}

/* The rooms from the start are among those that are read. */
static void remove_all(struct core *core)
{
    for (size_t i = 0; i < ROOM_BUCKETS; i++)
        while (core->rooms->buckets[i] != NULL)
            room_remove(core, core->rooms->buckets[i]);
}

bool rooms_import(struct core *core, const struct cJSON *part)
{
    const cJSON *rooms = take_list(part, "rooms", ROOMS_MAX);
    const cJSON *orders =
        take_list(part, "of_connections", core->settings.connections_max);
    const cJSON *entry;

    remove_all(core);
    cJSON_ArrayForEach(entry, rooms)
    {
        if (!take_room(core, entry))
            return false;
    }
    cJSON_ArrayForEach(entry, orders)
    {
        if (!take_order(core, entry))
            return false;
    }
    return rooms != NULL && orders != NULL &&
           take_due(part, "due_ms", &core->rooms->due_ms);
}
