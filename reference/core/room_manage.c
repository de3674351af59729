/* What owners and administrators ask of rooms. A message is read whole before
 * anything is changed. */
#include "core/presence.h"
#include "core/secure.h"
#include "core/system.h"
#include <cJSON.h>

/* The room, where this member manages it. */
static struct room *find_managed(struct core *core,
                                 const struct connection *connection,
                                 const struct cJSON *message,
                                 struct objection *objection)
{
    struct room *room = room_named(core, message, objection);

    if (room == NULL || core->policy.room_may_manage(room, connection->member))
        return room;
    room_deny(objection, "not the owner of the room");
    return NULL;
}

static const char *read_user(const struct core *core,
                             const struct cJSON *message,
                             struct objection *objection)
{
    const char *user = member_string(message, "user_id");

    if (user != NULL &&
        core->policy.room_name_is_valid(text_of(user), SUBJECT_BYTES_MAX))
        return user;
    room_malformed(objection, "user_id is no id");
    return NULL;
}

static bool read_roles(const struct core *core, const struct cJSON *list,
                       struct rules *rules)
{
    const struct cJSON *role;

    if (list == NULL)
        return true;
    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) > ROOM_ROLES_MAX)
        return false;
    rules->role_count = 0;
    cJSON_ArrayForEach(role, list)
    {
        const char *name = cJSON_GetStringValue(role);
        if (name == NULL ||
            !core->policy.room_name_is_valid(text_of(name), ROLE_BYTES_MAX))
            return false;
        copy_text(rules->roles[rules->role_count++], sizeof(rules->roles[0]),
                  name);
    }
    return true;
}

static bool read_size(const struct core *core, const struct cJSON *size,
                      struct rules *rules)
{
    if (size == NULL)
        return true;
    if (!cJSON_IsNumber(size) || !(size->valuedouble >= 1) ||
        size->valuedouble > core->settings.room_size_max ||
        size->valuedouble != (unsigned)size->valuedouble)
        return false;
    rules->size_max = (unsigned)size->valuedouble;
    return true;
}

/* Overlays *rules with what the message says. */
static bool read_rules(const struct core *core, const struct cJSON *message,
                       struct rules *rules, struct objection *objection)
{
    const char *level = member_string(message, "permission");

    if (level == NULL ||
        !core->policy.room_level_read(text_of(level), &rules->level))
        return room_malformed(objection, "no such permission");
    if (!read_roles(core, cJSON_GetObjectItemCaseSensitive(message, "roles"),
                    rules))
        return room_malformed(objection, "roles are no list of roles");
    if (!read_size(core, cJSON_GetObjectItemCaseSensitive(message, "size"),
                   rules))
        return room_malformed(objection, "size is no size of a room");
    return true;
}

/* --- Changing ------------------------------------------------------------- */

static bool make(struct core *core, struct connection *connection,
                 const struct cJSON *message, struct objection *objection)
{
    const struct claims *claims = &connection->member->claims;
    struct rules rules = { .size_max = core->settings.room_size_max };
    struct text id;

    if (!room_read_id(core, message, &id, objection) ||
        !read_rules(core, message, &rules, objection))
        return false;
    if (!core->policy.room_may_make(core, id))
        return room_deny(objection, "the id is taken");
    if (!core->policy.room_may_own(core, claims->subject))
        return room_deny(objection, "owns as many rooms as it may");
    if (room_make(core, id, claims->subject, &rules) == NULL)
        return object_to(objection, MESSAGE_FAILED, "no room for a room");
    return room_confirm(core, connection, "room_created", id.at);
}

static bool update(struct core *core, struct connection *connection,
                   const struct cJSON *message, struct objection *objection)
{
    struct room *room = find_managed(core, connection, message, objection);
    struct rules rules;

    if (room == NULL)
        return false;
    rules = room->rules;
    if (!read_rules(core, message, &rules, objection))
        return false;
    room->rules = rules;
    (void)room_confirm(core, connection, "room_updated", room->id);
    core->policy.room_changed(core, room);
    return true;
}

static bool erase(struct core *core, struct connection *connection,
                  const struct cJSON *message, struct objection *objection)
{
    struct room *room = find_managed(core, connection, message, objection);

    if (room == NULL)
        return false;
    if (room->owner[0] == 0)
        return room_deny(objection, "a room of ours stays");
    (void)room_confirm(core, connection, "room_deleted", room->id);
    core->policy.room_delete(core, room);
    return true;
}

/* Both, or NULL with an objection. */
static struct room *find_room_and_user(struct core *core,
                                       struct connection *connection,
                                       const struct cJSON *message,
                                       const char **user,
                                       struct objection *objection)
{
    struct room *room = find_managed(core, connection, message, objection);

    *user = room == NULL ? NULL : read_user(core, message, objection);
    return *user == NULL ? NULL : room;
}

static bool invite(struct core *core, struct connection *connection,
                   const struct cJSON *message, struct objection *objection)
{
    const char *user;
    struct room *room =
        find_room_and_user(core, connection, message, &user, objection);

    if (room == NULL)
        return false;
    if (!room_add_guest(room, user))
        return object_to(objection, MESSAGE_FAILED, "no room for a guest");
    return room_confirm(core, connection, "invited", room->id);
}

static bool uninvite(struct core *core, struct connection *connection,
                     const struct cJSON *message, struct objection *objection)
{
    const char *user;
    struct room *room =
        find_room_and_user(core, connection, message, &user, objection);

    if (room == NULL)
        return false;
    room_drop_guest(room, user);
    (void)room_confirm(core, connection, "uninvited", room->id);
    core->policy.room_changed(core, room);
    return true;
}

/* Out, and no guest any more. */
static bool kick(struct core *core, struct connection *connection,
                 const struct cJSON *message, struct objection *objection)
{
    const char *user;
    struct room *room =
        find_room_and_user(core, connection, message, &user, objection);
    struct seat *seat = room == NULL ? NULL : room->first;

    if (room == NULL)
        return false;
    room_drop_guest(room, user);
    (void)room_confirm(core, connection, "kicked", room->id);
    while (seat != NULL) {
        struct seat *next = seat->next;
        if (strcmp(seat->connection->member->claims.subject, user) == 0) {
            core->policy.room_withdrawn(core, seat);
            room_part(core, seat, PARTED_PUT_OUT);
        }
        seat = next;
    }
    return true;
}

bool room_manage(struct core *core, struct connection *connection,
                 const char *type, const struct cJSON *message,
                 struct objection *objection)
{
    static const struct {
        const char *type;
        bool (*serve)(struct core *core, struct connection *connection,
                      const struct cJSON *message, struct objection *objection);
    } verbs[] = {
        { "create_room", make },  { "update_room", update },
        { "delete_room", erase }, { "invite", invite },
        { "uninvite", uninvite }, { "kick", kick },
    };

    for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
        if (strcmp(type, verbs[i].type) == 0)
            return verbs[i].serve(core, connection, message, objection);
    return object_to(objection, MESSAGE_UNKNOWN_TYPE, type);
}
