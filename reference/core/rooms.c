/* What is remembered of rooms. */
#include "core/history.h"
#include "core/presence.h"
#include "core/secure.h"
#include <cJSON.h>
#include <stdlib.h>

enum { SECOND_LOOK_MS = 1000 };

/* --- The registry --------------------------------------------------------- */

/* FNV-1a; what an attacker can do with collisions is bounded by ROOMS_MAX. */
static struct room **bucket_of(struct rooms *rooms, struct text id)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < id.length; i++)
        hash = (hash ^ (unsigned char)id.at[i]) * 16777619u;
    return &rooms->buckets[hash % ROOM_BUCKETS];
}

struct room *room_find(const struct core *core, struct text id)
{
    struct room *room =
        core->rooms == NULL ? NULL : *bucket_of(core->rooms, id);

    while (room != NULL && !text_is(id, room->id))
        room = room->next;
    return room;
}

/* When an empty room may go. Rooms of ours have no owner, and stay. */
static int64_t due_ms(const struct core *core, const struct room *room)
{
    return room->members > 0 || room->owner[0] == 0
               ? INT64_MAX
               : room->empty_since_ms + core->settings.room_grace_ms;
}

bool secure_room_is_due(const struct core *core, const struct room *room,
                        int64_t now_ms)
{
    return due_ms(core, room) <= now_ms;
}

static void is_empty_now(struct core *core, struct room *room)
{
    room->empty_since_ms = core->port.now_ms(core->port.self);
    if (due_ms(core, room) < core->rooms->due_ms)
        core->rooms->due_ms = due_ms(core, room);
}

unsigned rooms_owned(const struct core *core, const char *owner)
{
    const struct count *count = count_find(&core->rooms->owners, owner);

    return count == NULL ? 0 : count->held;
}

/* Of nobody, no count is kept. */
static bool count_owner(struct rooms *rooms, const char *owner)
{
    struct count *count =
        owner[0] == 0 ? NULL : count_make(&rooms->owners, owner);

    if (count != NULL)
        count->held++;
    return owner[0] == 0 || count != NULL;
}

static void uncount_owner(struct rooms *rooms, const char *owner)
{
    struct count *count = count_find(&rooms->owners, owner);

    if (count != NULL && --count->held == 0)
        count_remove(&rooms->owners, owner);
}

struct room *room_make(struct core *core, struct text id, const char *owner,
                       const struct rules *rules)
{
    struct rooms *rooms = core->rooms;
    struct room *room = NULL;

    if (rooms->count < ROOMS_MAX && id.length <= ROOM_ID_CHARS_MAX)
        room = calloc(1, sizeof(*room));
    if (room != NULL)
        copy_text(room->owner, sizeof(room->owner), owner);
    if (room == NULL || !count_owner(rooms, room->owner)) {
        free(room);
        return NULL;
    }
    memcpy(room->id, id.at, id.length);
    room->rules = *rules;
    room->next = *bucket_of(rooms, id);
    *bucket_of(rooms, id) = room;
    rooms->count++;
    is_empty_now(core, room);
    return room;
}

void room_remove(struct core *core, struct room *room)
{
    struct room **link = bucket_of(core->rooms, text_of(room->id));

    for (struct seat *seat = room->first, *next; seat != NULL; seat = next) {
        next = seat->next;
        room_stand_up(core, seat);
    }
    while (room->guests != NULL)
        room_drop_guest(room, room->guests->user);
    while (*link != room)
        link = &(*link)->next;
    *link = room->next;
    core->rooms->count--;
    uncount_owner(core->rooms, room->owner);
    core->policy.history.forget(core, room->id);
    free(room);
}

bool rooms_open(struct core *core)
{
    unsigned size_max = core->settings.room_size_max;
    struct rules lobby = { .level = ROOM_PUBLIC, .size_max = size_max };
    struct rules operations = { .level = ROOM_RESTRICTED,
                                .roles = { "admin" },
                                .role_count = 1,
                                .size_max = size_max };
    struct rules announcements = lobby; /* room_may_write */

    core->rooms = calloc(1, sizeof(*core->rooms));
    if (core->rooms == NULL)
        return false;
    core->rooms->due_ms = INT64_MAX;
    return room_make(core, text_of("lobby"), "", &lobby) != NULL &&
           room_make(core, text_of("operations"), "", &operations) != NULL &&
           room_make(core, text_of("announcements"), "", &announcements) !=
               NULL;
}

/* Of every room, which may go meanwhile. */
static void for_each(struct core *core,
                     void (*act)(struct core *core, struct room *room,
                                 void *context),
                     void *context)
{
    for (size_t i = 0; core->rooms != NULL && i < ROOM_BUCKETS; i++) {
        struct room *room = core->rooms->buckets[i];
        while (room != NULL) {
            struct room *next = room->next;
            act(core, room, context);
            room = next;
        }
    }
}

static void remove_one(struct core *core, struct room *room, void *context)
{
    (void)context;
    room_remove(core, room);
}

void rooms_free(struct core *core)
{
    for_each(core, remove_one, NULL);
    if (core->rooms != NULL) {
        histories_free(core);
        counts_free(&core->rooms->owners);
    }
    free(core->rooms);
    core->rooms = NULL;
}

/* --- Guests --------------------------------------------------------------- */

static struct guest **guest_link(struct room *room, const char *user)
{
    struct guest **link = &room->guests;

    while (*link != NULL && strcmp((*link)->user, user) != 0)
        link = &(*link)->next;
    return link;
}

bool room_has_guest(const struct room *room, const char *user)
{
    return *guest_link((struct room *)room, user) != NULL;
}

bool room_add_guest(struct room *room, const char *user)
{
    size_t size = strlen(user) + 1;
    struct guest *guest;

    if (room_has_guest(room, user))
        return true;
    guest = room->guest_count < ROOM_GUESTS_MAX ? malloc(sizeof(*guest) + size)
                                                : NULL;
    if (guest == NULL)
        return false;
    memcpy(guest->user, user, size);
    guest->next = room->guests;
    room->guests = guest;
    room->guest_count++;
    return true;
}

void room_drop_guest(struct room *room, const char *user)
{
    struct guest **link = guest_link(room, user);
    struct guest *guest = *link;

    if (guest == NULL)
        return;
    *link = guest->next;
    room->guest_count--;
    free(guest);
}

/* --- Seats ---------------------------------------------------------------- */

struct seat *room_seat(const struct room *room,
                       const struct connection *connection)
{
    struct seat *seat = connection->seats;

    while (seat != NULL && seat->room != room)
        seat = seat->next_room;
    return seat;
}

bool room_sit(const struct core *core, struct room *room,
              struct connection *connection)
{
    struct seat *seat = connection->seat_count < ROOMS_OF_CONNECTION_MAX
                            ? calloc(1, sizeof(*seat))
                            : NULL;

    if (seat == NULL)
        return false;
    *seat = (struct seat){ .room = room,
                           .connection = connection,
                           .since_ms = core->port.now_ms(core->port.self),
                           .previous = room->last,
                           .next_room = connection->seats };
    if (room->last == NULL)
        room->first = seat;
    else
        room->last->next = seat;
    room->last = seat;
    connection->seats = seat;
    connection->seat_count++;
    room->members++;
    return true;
}

void room_stand_up(struct core *core, struct seat *seat)
{
    struct room *room = seat->room;
    struct seat **link = &seat->connection->seats;

    while (*link != seat)
        link = &(*link)->next_room;
    *link = seat->next_room;
    seat->connection->seat_count--;
    if (seat->previous == NULL)
        room->first = seat->next;
    else
        seat->previous->next = seat->next;
    if (seat->next == NULL)
        room->last = seat->previous;
    else
        seat->next->previous = seat->previous;
    if (--room->members == 0)
        is_empty_now(core, room);
    free(seat);
}

/* --- Time ----------------------------------------------------------------- */

static void forget_if_due(struct core *core, struct room *room, void *context)
{
    int64_t now_ms = *(int64_t *)context;
    int64_t next_ms = due_ms(core, room);

    if (core->policy.room_is_due(core, room, now_ms)) {
        room_remove(core, room);
        return;
    }
    if (next_ms <= now_ms) /* kept all the same: looked at again later */
        next_ms = now_ms + SECOND_LOOK_MS;
    if (next_ms < core->rooms->due_ms)
        core->rooms->due_ms = next_ms;
}

void rooms_forget_empty(struct core *core, int64_t now_ms)
{
    if (rooms_next_ms(core) > now_ms)
        return;
    core->rooms->due_ms = INT64_MAX;
    for_each(core, forget_if_due, &now_ms);
}

int64_t rooms_next_ms(const struct core *core)
{
    return core->rooms == NULL ? INT64_MAX : core->rooms->due_ms;
}

/* --- Members -------------------------------------------------------------- */

void room_tell(struct core *core, const struct room *room, struct cJSON *object)
{
    char *text = object == NULL ? NULL : cJSON_PrintUnformatted(object);
    struct seat *seat = text == NULL ? NULL : room->first;

    while (seat != NULL) {
        struct seat *next = seat->next;
        if (core->policy.room_may_hear(core, seat))
            (void)core->port.send(core->port.self, seat->connection->id,
                                  text_of(text));
        seat = next;
    }
    cJSON_free(text);
    cJSON_Delete(object);
}

void room_recheck(struct core *core, struct room *room)
{
    struct seat *seat = room->first;

    while (seat != NULL) {
        struct seat *next = seat->next;
        if (!core->policy.room_admits(room, seat->connection->member)) {
            core->policy.room_withdrawn(core, seat);
            room_part(core, seat, PARTED_PUT_OUT);
        }
        seat = next;
    }
}
