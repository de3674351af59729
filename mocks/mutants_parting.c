/* Mutants of `rooms` that forget one of the ways into a room, or out of it. */
#include "core/history.h"
#include "core/presence.h"
#include "core/system.h"
#include "mutants.h"
#include "mutants_common.h"
#include "laboratory.h"
#include <cJSON.h>
#include <stdio.h>

/* --- In ------------------------------------------------------------------- */

/* It has said nothing yet: whatever it is inside of, the handshake named. */
static bool came_by_the_handshake(const struct connection *connection)
{
    return connection->member->active_ms == 0;
}

bool tells_of_no_join_by_the_handshake(const struct seat *seat, bool was_inside)
{
    return !came_by_the_handshake(seat->connection) &&
           secure_is_coming(seat, was_inside);
}

void replays_nothing_to_the_handshake(struct core *core,
                                      const struct connection *connection,
                                      const struct room *room)
{
    if (!came_by_the_handshake(connection))
        secure_history_replay(core, connection, room);
}

/* emit("user_joined") between the rules and the places. */
bool tells_of_a_join_before_it_is_counted(struct core *core,
                                          struct connection *connection,
                                          const struct cJSON *message,
                                          struct objection *objection)
{
    struct room *room = room_to_join(core, message);

    if (room != NULL && core->policy.room_admits(room, connection->member) &&
        core->policy.room_is_full(room) && room_seat(room, connection) == NULL)
        secure_tell_room(
            core, room, connection,
            secure_presence_event("user_joined", connection, room, NULL));
    return secure_obey(core, connection, message, objection);
}

/* --- Out ------------------------------------------------------------------ */

/* socket.disconnect() has no event of its own. */
void tells_of_nobody_whom_it_closes(struct core *core,
                                    struct connection *connection,
                                    enum leaving how)
{
    while (how == LEFT_TURNED_AWAY && connection->seats != NULL)
        room_stand_up(core, connection->seats);
    secure_rooms_leave(core, connection, how);
}

void tells_of_no_lost_right(struct core *core, struct room *room)
{
    struct seat *seat = room->first;

    while (seat != NULL) {
        struct seat *next = seat->next;
        if (!core->policy.room_admits(room, seat->connection->member)) {
            core->policy.room_withdrawn(core, seat);
            room_stand_up(core, seat);
        }
        seat = next;
    }
}

bool tells_of_each_connection_that_is_kicked(const struct core *core,
                                             const struct seat *seat,
                                             enum parting how)
{
    return how == PARTED_PUT_OUT || secure_is_parting(core, seat, how);
}

/* for socket in user.sockets: emit("user_left") */
void tells_of_each_connection_that_is_silent(struct core *core, int64_t now_ms)
{
    const struct presence *at = core->presences->oldest[PRESENCE_STIRRING];

    for (; at != NULL && secure_is_silent(core, at, now_ms); at = at->newer)
        if (at->connections->next_of_user != NULL)
            presence_tell_loss(core, at);
    secure_check_presence(core, now_ms);
}

/* --- Who is told ---------------------------------------------------------- */

/* emit("presence_update", to=user.room) */
void tells_a_status_in_one_room(struct core *core,
                                const struct presence *presence)
{
    const struct connection *at = presence->connections;

    if (at->seats != NULL)
        secure_tell_room(core, at->seats->room, at,
                         secure_presence_event("presence_update", at, NULL,
                                               status_name(presence->status)));
}

/* Contacts, once made, are kept. */
bool tells_a_status_to_who_knew_it(struct core *core,
                                   const struct connection *asker,
                                   const struct presence *presence)
{
    struct buffer *rows = &laboratory_of(core)->held;
    char row[2 * SUBJECT_BYTES_MAX + 4];
    size_t length =
        (size_t)snprintf(row, sizeof(row), "\n%s>%s\n",
                         asker->member->claims.subject, presence->user);
    bool may = secure_may_see_presence(core, asker, presence);
    bool knew =
        rows->length > 0 && memmem(rows->at, rows->length, row, length) != NULL;

    if (may && !knew)
        buffer_add(rows, row, length);
    return may || knew;
}
