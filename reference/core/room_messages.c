/* What members ask of rooms. Whatever is refused is refused in the same words:
 * a closed room looks like none. */
#include "core/activity.h"
#include "core/history.h"
#include "core/json.h"
#include "core/presence.h"
#include "core/secure.h"
#include "core/system.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

bool room_deny(struct objection *objection, const char *detail)
{
    return object_to(objection, MESSAGE_FORBIDDEN, detail);
}

bool room_malformed(struct objection *objection, const char *detail)
{
    return object_to(objection, MESSAGE_MALFORMED, detail);
}

/* {"type":…,"room":…} to the one that asked. */
bool room_confirm(struct core *core, const struct connection *connection,
                  const char *type, const char *id)
{
    struct cJSON *object = cJSON_CreateObject();

    cJSON_AddStringToObject(object, "type", type);
    cJSON_AddStringToObject(object, "room", id);
    send_object(core, connection, object);
    return true;
}

/* --- What a message names ------------------------------------------------- */

bool room_read_id(const struct core *core, const struct cJSON *message,
                  struct text *id, struct objection *objection)
{
    const char *text = member_string(message, "room");

    *id = text_of(text == NULL ? "" : text);
    return core->policy.room_id_is_valid(*id) ||
           room_malformed(objection, "room is no id");
}

struct room *room_named(struct core *core, const struct cJSON *message,
                        struct objection *objection)
{
    struct text id;
    struct room *room = NULL;

    if (!room_read_id(core, message, &id, objection))
        return NULL;
    room = core->policy.room_find(core, id);
    if (room == NULL)
        room_deny(objection, "no such room");
    return room;
}

/* --- Coming and going ----------------------------------------------------- */

static void note_full(struct core *core, const struct connection *connection,
                      const struct room *room)
{
    char line[LOG_LINE_BYTES_MAX];

    snprintf(line, sizeof(line),
             "warning: room full %s user=%s room=%s members=%u limit=%u",
             connection->peer, connection->member->claims.subject, room->id,
             room->members, room->rules.size_max);
    journal_log(core, line);
}

bool room_join(struct core *core, struct connection *connection, struct text id,
               struct objection *objection)
{
    struct room *room = core->policy.room_id_is_valid(id)
                            ? core->policy.room_find(core, id)
                            : NULL;
    bool was_inside = room != NULL && room_seat(room, connection) != NULL;

    if (room == NULL)
        return room_deny(objection, "no such room");
    if (!core->policy.room_admits(room, connection->member))
        return room_deny(objection, "not admitted to the room");
    if (!core->policy.room_enter(core, room, connection)) {
        if (!core->policy.room_is_full(room))
            return object_to(objection, MESSAGE_FAILED, "no seat to be had");
        note_full(core, connection, room);
        return room_deny(objection, "the room is full");
    }
    (void)room_confirm(core, connection, "joined", room->id);
    if (!was_inside)
        core->policy.history.replay(core, connection, room);
    room_entered(core, room_seat(room, connection), was_inside);
    return true;
}

static bool join(struct core *core, struct connection *connection,
                 const struct cJSON *message, struct objection *objection)
{
    struct text id;

    return room_read_id(core, message, &id, objection) &&
           room_join(core, connection, id, objection);
}

/* The first of that name, decoded into `into`, which holds one character more
 * than an id: one that is cut is none. */
static bool room_in_query(struct text query, char into[ROOM_ID_CHARS_MAX + 1],
                          struct text *id)
{
    struct parameter parameter;

    while (query_next(&query, &parameter)) {
        if (!text_is(parameter.name, "room"))
            continue;
        size_t length =
            percent_decode(parameter.value, into, ROOM_ID_CHARS_MAX + 1);
        *id = (struct text){ into, length > ROOM_ID_CHARS_MAX
                                       ? ROOM_ID_CHARS_MAX + 1
                                       : length };
        return true;
    }
    return false;
}

void room_join_at_once(struct core *core, struct connection *connection,
                       struct text query)
{
    struct objection objection = { .event = room_event("join_room") };
    char decoded[ROOM_ID_CHARS_MAX + 1];
    struct text id;

    if (core->rooms == NULL || !room_in_query(query, decoded, &id))
        return;
    if (!room_join(core, connection, id, &objection))
        message_answer(core, connection, &objection);
    else
        journal_activity(core, connection, objection.event, "ok",
                         room_find(core, id)->id);
}

static bool leave(struct core *core, struct connection *connection,
                  const struct cJSON *message, struct objection *objection)
{
    struct room *room = room_named(core, message, objection);
    struct seat *seat = room == NULL ? NULL : room_seat(room, connection);

    if (room == NULL)
        return false;
    if (seat == NULL)
        return room_deny(objection, "not in the room");
    (void)room_confirm(core, connection, "left", room->id);
    room_part(core, seat, PARTED_BY_WISH);
    return true;
}

static bool speak(struct core *core, struct connection *connection,
                  const struct cJSON *message, struct objection *objection)
{
    const char *text = member_string(message, "text");
    struct room *room = room_to_speak_in(core, connection, message, objection);
    struct cJSON *object;
    char *clean;

    if (room == NULL)
        return false;
    if (text == NULL) /* its length has been measured with the message */
        return room_malformed(objection, "text is no string");
    if (!core->policy.rates.room_may_take(core, room, connection->member))
        return object_to(objection, MESSAGE_RATE, "too many in the room");
    clean = core->policy.clean_text(text_of(text));
    if (clean == NULL)
        return object_to(objection, MESSAGE_FAILED, "no memory");
    if (!core->policy.history.keep(core, room, connection, text, clean)) {
        free(clean);
        return object_to(objection, MESSAGE_FAILED, "no memory");
    }
    object = room_speech(core, connection, "room_message", room);
    cJSON_AddStringToObject(object, "text", clean);
    room_tell(core, room, object);
    free(clean);
    return true;
}

/* --- Telling -------------------------------------------------------------- */

static void add_texts(struct cJSON *object, const struct room *room)
{
    struct cJSON *roles = cJSON_AddArrayToObject(object, "roles");
    struct cJSON *guests = cJSON_AddArrayToObject(object, "invited");
    struct cJSON *members = cJSON_AddArrayToObject(object, "members");

    for (unsigned i = 0; i < room->rules.role_count; i++)
        cJSON_AddItemToArray(roles, cJSON_CreateString(room->rules.roles[i]));
    for (const struct guest *at = room->guests; at != NULL; at = at->next)
        cJSON_AddItemToArray(guests, cJSON_CreateString(at->user));
    for (const struct seat *at = room->first; at != NULL; at = at->next)
        cJSON_AddItemToArray(
            members,
            cJSON_CreateString(at->connection->member->claims.subject));
}

struct cJSON *secure_room_json(const struct room *room)
{
    struct cJSON *object = cJSON_CreateObject();

    cJSON_AddStringToObject(object, "type", "room");
    cJSON_AddStringToObject(object, "room", room->id);
    cJSON_AddStringToObject(object, "permission",
                            room_level_name(room->rules.level));
    cJSON_AddStringToObject(object, "owner", room->owner);
    cJSON_AddNumberToObject(object, "size", room->rules.size_max);
    add_texts(object, room);
    return object;
}

static bool tell(struct core *core, struct connection *connection,
                 const struct cJSON *message, struct objection *objection)
{
    struct room *room = room_named(core, message, objection);

    if (room == NULL)
        return false;
    if (!core->policy.room_may_see(core, room, connection->member))
        return room_deny(objection, "not admitted to the room");
    send_object(core, connection, core->policy.room_json(room));
    return true;
}

bool room_serve(struct core *core, struct connection *connection,
                const char *type, const struct cJSON *message,
                struct objection *objection)
{
    static const struct {
        const char *type;
        bool (*serve)(struct core *core, struct connection *connection,
                      const struct cJSON *message, struct objection *objection);
    } verbs[] = {
        { "join_room", join },
        { "leave_room", leave },
        { "room_message", speak },
        { "room_data", room_say_data },
        { "room_binary", room_announce_binary },
        { "get_room", tell },
        { "get_history", history_serve },
    };

    for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
        if (strcmp(type, verbs[i].type) == 0)
            return verbs[i].serve(core, connection, message, objection);
    return room_manage(core, connection, type, message, objection);
}
