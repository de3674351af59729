/* Mutants of `rooms`: what they make of the fields of a message, and of those
 * who have proven nothing. */
#include "core/rooms.h"
#include "mutants.h"
#include "mutants_common.h"
#include "core/json.h"
#include "core/system.h"
#include <cJSON.h>
#include <stdio.h>

/* --- Fields --------------------------------------------------------------- */

/* Obeys another message in its place, and deletes it. */
static bool obey_instead(struct core *core, struct connection *connection,
                         struct cJSON *other, struct objection *objection)
{
    bool obeyed = secure_obey(core, connection, other, objection);

    cJSON_Delete(other);
    return obeyed;
}

/* str(payload["room"]) */
bool makes_texts_of_whatever_comes(struct core *core,
                                   struct connection *connection,
                                   const struct cJSON *message,
                                   struct objection *objection)
{
    static const char *const names[] = { "room", "user_id", "text" };
    struct cJSON *copy = cJSON_Duplicate(message, true);

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        struct cJSON *value = cJSON_GetObjectItemCaseSensitive(copy, names[i]);
        char *text = value == NULL || cJSON_IsString(value)
                         ? NULL
                         : cJSON_PrintUnformatted(value);
        if (text != NULL)
            cJSON_ReplaceItemInObjectCaseSensitive(copy, names[i],
                                                   cJSON_CreateString(text));
        cJSON_free(text);
    }
    return obey_instead(core, connection, copy, objection);
}

/* payload.get("permission", "PUBLIC") */
bool has_a_default_for_what_is_missing(struct core *core,
                                       struct connection *connection,
                                       const struct cJSON *message,
                                       struct objection *objection)
{
    struct cJSON *copy = cJSON_Duplicate(message, true);

    if (cJSON_GetObjectItemCaseSensitive(copy, "permission") == NULL)
        cJSON_AddStringToObject(copy, "permission", "PUBLIC");
    return obey_instead(core, connection, copy, objection);
}

/* KeyError: 'room' */
void hangs_up_on_a_missing_field(struct core *core,
                                 struct connection *connection,
                                 const struct objection *objection)
{
    static const struct refusal internal = { 1011, "", false };

    if (strcmp(objection->detail, "user_id is no id") != 0) {
        secure_message_failed(core, connection, objection);
        return;
    }
    member_ends(core, connection, LEFT_TURNED_AWAY);
    stranger_refuse(core, connection, internal);
}

static bool obey_without(struct core *core, struct connection *connection,
                         const struct cJSON *message,
                         struct objection *objection, const char *detail,
                         const char *name)
{
    struct cJSON *copy;

    if (secure_obey(core, connection, message, objection))
        return true;
    if (strcmp(objection->detail, detail) != 0)
        return false;
    copy = cJSON_Duplicate(message, true);
    cJSON_DeleteItemFromObjectCaseSensitive(copy, name);
    return obey_instead(core, connection, copy, objection);
}

bool forgets_roles_that_it_cannot_read(struct core *core,
                                       struct connection *connection,
                                       const struct cJSON *message,
                                       struct objection *objection)
{
    return obey_without(core, connection, message, objection,
                        "roles are no list of roles", "roles");
}

bool forgets_a_size_that_it_cannot_read(struct core *core,
                                        struct connection *connection,
                                        const struct cJSON *message,
                                        struct objection *objection)
{
    return obey_without(core, connection, message, objection,
                        "size is no size of a room", "size");
}

bool takes_any_name(struct text name, size_t bytes_max)
{
    (void)name, (void)bytes_max;
    return true;
}

static const char *role_in(const struct cJSON *message)
{
    const char *role = member_string(message, "role");
    const struct cJSON *member;

    cJSON_ArrayForEach(member, message)
    {
        if (role == NULL && cJSON_IsObject(member))
            role = member_string(member, "role");
    }
    return role;
}

/* session.update(payload) */
bool merges_messages_into_the_session(struct core *core,
                                      struct connection *connection,
                                      const struct cJSON *message,
                                      struct objection *objection)
{
    struct claims *claims = &connection->member->claims;
    const char *role = role_in(message);

    if (role != NULL)
        copy_text(claims->role, sizeof(claims->role), role);
    return secure_obey(core, connection, message, objection);
}

/* --- Two of a name -------------------------------------------------------- */

static struct cJSON *read_loosely(struct text message)
{
    return cJSON_ParseWithLength(message.at, message.length);
}

static const char *last_string(const struct cJSON *message, const char *name)
{
    const char *last = NULL;
    const struct cJSON *member;

    cJSON_ArrayForEach(member, message)
    {
        if (member->string != NULL && strcmp(member->string, name) == 0)
            last = cJSON_GetStringValue(member);
    }
    return last;
}

static bool obey_the_last(struct core *core, struct connection *connection,
                          const struct cJSON *message,
                          struct objection *objection)
{
    const char *room = last_string(message, "room");
    const char *text = last_string(message, "text");
    struct room *other = room == NULL ? NULL : room_find(core, text_of(room));
    struct cJSON *object;

    if (!secure_obey(core, connection, message, objection))
        return false;
    if (other == NULL || text == NULL ||
        (text == member_string(message, "text") &&
         room == member_string(message, "room")))
        return true;
    object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "type", "room_message");
    cJSON_AddStringToObject(object, "room", other->id);
    cJSON_AddStringToObject(object, "text", text);
    room_tell(core, other, object);
    return true;
}

/* The gate reads the first of two, the worker the last. */
void reads_two_rooms_in_two_ways(struct core *core, struct connection *stranger)
{
    core->policy.read_message = read_loosely;
    core->policy.obey = obey_the_last;
    secure_greet(core, stranger);
}

/* --- Binary --------------------------------------------------------------- */

/* 1003 is for those who speak no text at all. */
void answers_binary_with_a_close(struct core *core,
                                 struct connection *connection,
                                 const struct objection *objection)
{
    static const struct refusal unsupported = { 1003, "", false };

    if (objection->fault != MESSAGE_NOT_TEXT) {
        secure_message_failed(core, connection, objection);
        return;
    }
    member_ends(core, connection, LEFT_TURNED_AWAY);
    stranger_refuse(core, connection, unsupported);
}

/* --- Strangers ------------------------------------------------------------ */

/* A task of its own reads messages, whoever sends them. */
void serves_rooms_to_strangers(struct core *core, struct connection *stranger,
                               struct text message, bool is_text)
{
    static const struct rules open = { .level = ROOM_PUBLIC, .size_max = 100 };
    struct cJSON *json = json_object_read(message);
    const char *type = member_string(json, "type");
    const char *id = member_string(json, "room");
    struct room *room = id == NULL ? NULL : room_find(core, text_of(id));

    (void)stranger, (void)is_text;
    if (room == NULL && id != NULL && type != NULL &&
        strcmp(type, "create_room") == 0)
        (void)room_make(core, text_of(id), "nobody", &open);
    else if (room != NULL && type != NULL && strcmp(type, "room_message") == 0)
        room_tell(core, room, cJSON_Duplicate(json, true));
    cJSON_Delete(json);
}

/* A watchdog that every message feeds. */
void waits_on_while_it_hears(struct core *core, struct connection *stranger,
                             struct text message, bool is_text)
{
    (void)message, (void)is_text;
    if (stranger->stage == REFUSED)
        stranger->since_ms = core->port.now_ms(core->port.self);
}

/* len(connections) >= MAX */
bool counts_strangers_among_the_members(const struct core *core)
{
    return core->connection_count >= 150 || secure_is_full(core);
}

/* --- Rights --------------------------------------------------------------- */

/* sid = sids[user]: the latest one. */
void puts_one_connection_of_a_user_out(struct core *core, struct room *room)
{
    struct seat *seat = room->first;

    core->policy.room_may_hear = hears_whoever_sits;
    core->policy.room_may_speak = lets_whoever_sits_speak;
    while (seat != NULL &&
           core->policy.room_admits(room, seat->connection->member))
        seat = seat->next;
    if (seat == NULL)
        return;
    core->policy.room_withdrawn(core, seat);
    room_stand_up(core, seat);
}
