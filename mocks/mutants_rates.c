/* Mutants of `rooms`: how many messages somebody may send. */
#include "core/history.h"
#include "core/rates.h"
#include "core/rooms.h"
#include "core/system.h"
#include "mutants.h"
#include "mutants_common.h"
#include <cJSON.h>
#include <stdio.h>

/* --- What is counted ------------------------------------------------------ */

bool counts_no_messages(struct core *core, const struct connection *connection)
{
    (void)core, (void)connection;
    return true;
}

static bool send_under(struct core *core, const struct connection *connection,
                       unsigned max)
{
    unsigned own = core->settings.messages_max;

    core->settings.messages_max = max;
    bool may = secure_may_send(core, connection);
    core->settings.messages_max = own;
    return may;
}

/* if count > limit: …; count += 1 */
bool allows_one_message_more(struct core *core,
                             const struct connection *connection)
{
    return send_under(core, connection, core->settings.messages_max + 1);
}

/* Bound when the module was loaded. */
bool has_a_hundred_in_its_code(struct core *core,
                               const struct connection *connection)
{
    return send_under(core, connection, 100);
}

/* The secure count under another name for the sender. */
static bool send_as(struct core *core, const struct connection *connection,
                    const char *name)
{
    struct member member = *connection->member;
    struct connection other = *connection;

    copy_text(member.claims.subject, sizeof(member.claims.subject), name);
    other.member = &member;
    return secure_may_send(core, &other);
}

bool counts_messages_by_connection(struct core *core,
                                   const struct connection *connection)
{
    return send_as(core, connection, connection->peer);
}

bool counts_messages_by_address(struct core *core,
                                const struct connection *connection)
{
    return send_as(core, connection, connection->address);
}

/* Behind the type: only what is said in a room. */
bool counts_only_what_is_said(struct core *core, struct connection *connection,
                              const struct cJSON *message,
                              struct objection *objection)
{
    const char *type = member_string(message, "type");
    struct count *count =
        count_find(&core->rates.users, connection->member->claims.subject);

    if (count != NULL && count->attempts > 0 &&
        (type == NULL || strcmp(type, "room_message") != 0))
        count->attempts--;
    return secure_obey(core, connection, message, objection);
}

/* --- Windows -------------------------------------------------------------- */

bool counts_messages_by_the_minute(int64_t since_ms, int64_t now_ms)
{
    return secure_window_has_passed(since_ms, now_ms, 60 * 1000);
}

/* EXPIRE behind each INCR. */
bool prolongs_the_second_with_each_message(struct core *core,
                                           const struct connection *connection)
{
    bool may = secure_may_send(core, connection);
    struct count *count =
        count_find(&core->rates.users, connection->member->claims.subject);

    if (count != NULL)
        count->since_ms = core->port.now_ms(core->port.self);
    return may;
}

/* A key without an expiry. */
bool keeps_every_sender(struct core *core, const struct connection *connection)
{
    bool may = secure_may_send(core, connection);

    core->rates.due_ms = INT64_MAX - 1;
    return may;
}

/* --- What is told --------------------------------------------------------- */

void drops_in_silence(struct core *core, struct connection *connection,
                      const struct objection *objection)
{
    if (objection->fault != MESSAGE_RATE)
        secure_message_failed(core, connection, objection);
}

void answers_excess_twice(struct core *core, struct connection *connection,
                          const struct objection *objection)
{
    secure_message_failed(core, connection, objection);
    if (objection->fault == MESSAGE_RATE)
        secure_message_failed(core, connection, objection);
}

bool delivers_what_it_refuses(struct core *core,
                              const struct connection *connection)
{
    struct objection objection = { .fault = MESSAGE_RATE, .detail = "" };

    if (!secure_may_send(core, connection))
        secure_message_failed(core, (struct connection *)connection,
                              &objection);
    return true;
}

void hangs_up_on_who_is_fast(struct core *core, struct connection *connection,
                             const struct objection *objection)
{
    secure_message_failed(core, connection, objection);
    if (objection->fault != MESSAGE_RATE)
        return;
    member_ends(core, connection, LEFT_TURNED_AWAY);
    stranger_refuse(core, connection,
                    (struct refusal){ 1008, "Too fast", false });
}

/* --- One counter for two limits ------------------------------------------- */

bool counts_messages_against_connections(const struct core *core,
                                         const struct claims *claims)
{
    const struct count *count = count_find(&core->rates.users, claims->subject);

    return secure_has_place(core, claims) &&
           (count == NULL || count->attempts < core->settings.messages_max);
}

bool counts_connections_against_messages(struct core *core,
                                         const struct connection *connection)
{
    const struct count *count =
        count_find(&core->users, connection->member->claims.subject);

    return secure_may_send(core, connection) &&
           (count == NULL || count->held < core->settings.per_user_max);
}

/* --- Rooms ---------------------------------------------------------------- */

bool lets_rooms_be_flooded(struct core *core, const struct room *room,
                           const struct member *speaker)
{
    (void)core, (void)room, (void)speaker;
    return true;
}

static bool take_as(struct core *core, const struct room *room,
                    const struct member *speaker, const char *id)
{
    struct room other = *room;

    snprintf(other.id, sizeof(other.id), "%.*s", ROOM_ID_CHARS_MAX, id);
    return secure_room_may_take(core, &other, speaker);
}

bool counts_a_room_by_its_speakers(struct core *core, const struct room *room,
                                   const struct member *speaker)
{
    return take_as(core, room, speaker, speaker->claims.subject);
}

bool counts_all_rooms_together(struct core *core, const struct room *room,
                               const struct member *speaker)
{
    return take_as(core, room, speaker, "rooms");
}

/* redis.delete(key) when the room is refused: the window begins anew. */
bool prolongs_the_second_of_a_room(struct core *core, const struct room *room,
                                   const struct member *speaker)
{
    bool may = secure_room_may_take(core, room, speaker);
    struct count *count = count_find(&core->rates.rooms, room->id);

    if (!may && count != NULL)
        count->since_ms = core->port.now_ms(core->port.self);
    return may;
}

static struct room *room_spoken_into(struct core *core,
                                     const struct cJSON *message)
{
    const char *type = member_string(message, "type");
    const char *id = member_string(message, "room");

    return type != NULL && id != NULL && strcmp(type, "room_message") == 0
               ? room_find(core, text_of(id))
               : NULL;
}

/* The limiter is a decorator, the right a line of the handler. */
bool counts_outsiders_for_a_room(struct core *core,
                                 struct connection *connection,
                                 const struct cJSON *message,
                                 struct objection *objection)
{
    struct room *room = room_spoken_into(core, message);

    if (room != NULL && room_seat(room, connection) == NULL)
        (void)core->policy.rates.room_may_take(core, room, connection->member);
    return secure_obey(core, connection, message, objection);
}

/* The message is stored by one service, and counted by the next. */
bool keeps_what_the_rate_refuses(struct core *core,
                                 struct connection *connection,
                                 const struct cJSON *message,
                                 struct objection *objection)
{
    struct room *room = room_spoken_into(core, message);
    const char *text = member_string(message, "text");
    bool obeyed = secure_obey(core, connection, message, objection);

    if (!obeyed && objection->fault == MESSAGE_RATE && room != NULL)
        (void)history_add(core, room->id, connection->member->claims.subject,
                          text, core->port.now_ms(core->port.self));
    return obeyed;
}

/* --- What counts ---------------------------------------------------------- */

static void give_back(struct core *core, const struct connection *connection)
{
    struct count *count =
        count_find(&core->rates.users, connection->member->claims.subject);

    if (count != NULL && count->attempts > 0)
        count->attempts--;
}

/* INCR behind the handler, which has raised by then. */
void counts_only_what_it_serves(struct core *core,
                                struct connection *connection,
                                const struct objection *objection)
{
    if (objection->fault != MESSAGE_RATE)
        give_back(core, connection);
    secure_message_failed(core, connection, objection);
}

struct room *counts_no_binary(struct core *core, struct connection *connection,
                              struct objection *objection)
{
    give_back(core, connection);
    return secure_binary_room(core, connection, objection);
}

/* on_connect: limits[user] = Limit() */
bool counts_anew_with_each_connection(struct core *core,
                                      struct connection *connection)
{
    count_remove(&core->rates.users, connection->member->claims.subject);
    return secure_take_place(core, connection);
}

/* What only reads is free. */
bool counts_no_questions(struct core *core, struct connection *connection,
                         const struct cJSON *message,
                         struct objection *objection)
{
    const char *type = member_string(message, "type");

    if (type != NULL && strncmp(type, "get_", 4) == 0)
        give_back(core, connection);
    return secure_obey(core, connection, message, objection);
}
