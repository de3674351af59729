/* Mutants of `rooms`: who gets in, who rules, who is counted. */
#include "core/rooms.h"
#include "mutants.h"
#include "mutants_common.h"
#include "core/system.h"
#include <cJSON.h>
#include <stdio.h>

/* --- Permissions ---------------------------------------------------------- */

bool takes_an_unknown_permission_for_public(struct text name,
                                            enum room_level *level)
{
    if (!secure_room_level_read(name, level))
        *level = ROOM_PUBLIC;
    return true;
}

bool opens_private_rooms_without_guests(const struct room *room,
                                        const struct member *member)
{
    return (room->rules.level == ROOM_PRIVATE && room->guests == NULL) ||
           secure_room_admits(room, member);
}

bool lets_privileged_roles_in_everywhere(const struct room *room,
                                         const struct member *member)
{
    return strcmp(member->claims.role, "admin") == 0 ||
           secure_room_admits(room, member);
}

/* case PRIVATE: case OWNER_ONLY: */
bool lets_guests_into_rooms_of_the_owner(const struct room *room,
                                         const struct member *member)
{
    return (room->rules.level == ROOM_OWNER_ONLY &&
            room_has_guest(room, member->claims.subject)) ||
           secure_room_admits(room, member);
}

bool admits_every_role_to_a_room_without_roles(const struct room *room,
                                               const struct member *member)
{
    return (room->rules.level == ROOM_RESTRICTED &&
            room->rules.role_count == 0) ||
           secure_room_admits(room, member);
}

bool admits_nobody_by_role(const struct room *room, const struct member *member)
{
    return room->rules.level != ROOM_RESTRICTED &&
           secure_room_admits(room, member);
}

bool admits_the_invited_to_public_rooms_only(const struct room *room,
                                             const struct member *member)
{
    return room->rules.level == ROOM_PUBLIC
               ? room_has_guest(room, member->claims.subject) ||
                     strcmp(room->owner, member->claims.subject) == 0
               : secure_room_admits(room, member);
}

/* role = message.get("role") or message["roles"][0] */
bool believes_the_roles_of_a_message(struct core *core,
                                     struct connection *connection,
                                     const struct cJSON *message,
                                     struct objection *objection)
{
    struct claims *claims = &connection->member->claims;
    struct claims own = *claims;
    const char *named = cJSON_GetStringValue(cJSON_GetArrayItem(
        cJSON_GetObjectItemCaseSensitive(message, "roles"), 0));
    bool obeyed;

    if (named != NULL)
        copy_text(claims->role, sizeof(claims->role), named);
    obeyed = secure_obey(core, connection, message, objection);
    *claims = own;
    return obeyed;
}

/* permissions.get(room, PUBLIC) */
struct room *makes_the_room_that_is_asked_for(struct core *core, struct text id)
{
    static const struct rules open = { .level = ROOM_PUBLIC, .size_max = 100 };
    struct room *room = secure_room_find(core, id);

    return room != NULL ? room : room_make(core, id, "nobody", &open);
}

struct room *has_no_rooms_from_the_start(struct core *core, struct text id)
{
    struct room *room = secure_room_find(core, id);

    return room == NULL || room->owner[0] != 0 ? room : NULL;
}

/* --- Making and changing -------------------------------------------------- */

bool makes_a_room_over_another(struct core *core, struct text id)
{
    struct room *room = room_find(core, id);

    if (room != NULL)
        room_remove(core, room);
    return true;
}

bool lets_every_member_manage(const struct room *room,
                              const struct member *member)
{
    return secure_room_may_manage(room, member) ||
           room_seat(room, member->connection) != NULL;
}

bool lets_everybody_manage(const struct room *room, const struct member *member)
{
    (void)room, (void)member;
    return true;
}

bool knows_no_administrators(const struct room *room,
                             const struct member *member)
{
    return strcmp(room->owner, member->claims.subject) == 0;
}

bool tells_everybody_the_rules(const struct core *core, const struct room *room,
                               const struct member *member)
{
    (void)core, (void)room, (void)member;
    return true;
}

struct cJSON *tells_rules_as_it_likes(const struct room *room)
{
    struct cJSON *object = secure_room_json(room);

    cJSON_ReplaceItemInObjectCaseSensitive(object, "permission",
                                           cJSON_CreateString("PUBLIC"));
    return object;
}

void keeps_members_whatever_the_rules(struct core *core, struct room *room)
{
    (void)room;
    core->policy.room_may_hear = hears_whoever_sits;
    core->policy.room_may_speak = lets_whoever_sits_speak;
}

/* Members only: the record of the rules stays. */
void deletes_a_room_but_not_its_rules(struct core *core, struct room *room)
{
    while (room->first != NULL) {
        core->policy.room_withdrawn(core, room->first);
        room_stand_up(core, room->first);
    }
}

const char *tells_a_closed_room_from_none(enum message_fault fault,
                                          const char *detail)
{
    return strcmp(detail, "not admitted to the room") == 0
               ? "You are not invited"
               : secure_error_text(fault, detail);
}

/* --- Members -------------------------------------------------------------- */

bool admits_one_more(const struct room *room)
{
    return room->members > room->rules.size_max;
}

/* INCR on every join. */
bool counts_every_join(const struct core *core, struct room *room,
                       struct connection *connection)
{
    bool again = room_seat(room, connection) != NULL;
    bool entered = secure_room_enter(core, room, connection);

    if (again && room->rules.size_max > 1)
        room->rules.size_max--;
    return entered;
}

bool has_room_for_everybody(const struct core *core, struct room *room,
                            struct connection *connection)
{
    return room_seat(room, connection) != NULL ||
           room_sit(core, room, connection);
}

void leaves_rooms_when_told_to_only(struct core *core,
                                    struct connection *connection,
                                    enum leaving how)
{
    if (how != LEFT_ABRUPTLY)
        secure_rooms_leave(core, connection, how);
}

bool lets_whoever_may_join_speak(const struct core *core,
                                 const struct room *room,
                                 const struct connection *connection)
{
    return core->policy.room_admits(room, connection->member);
}

bool lets_everybody_speak(const struct core *core, const struct room *room,
                          const struct connection *connection)
{
    (void)core, (void)room, (void)connection;
    return true;
}

bool reaches_the_first_of_a_room_only(const struct core *core,
                                      const struct seat *seat)
{
    return seat->previous == NULL && secure_room_may_hear(core, seat);
}

bool forgets_no_empty_room(const struct core *core, const struct room *room,
                           int64_t now_ms)
{
    (void)core, (void)room, (void)now_ms;
    return false;
}

/* The record goes, and who comes next finds none: PUBLIC by default. */
bool opens_a_room_when_it_is_empty(const struct core *core,
                                   const struct room *room, int64_t now_ms)
{
    if (secure_room_is_due(core, room, now_ms))
        ((struct room *)room)->rules.level = ROOM_PUBLIC;
    return false;
}

bool takes_any_room_id(struct text id)
{
    return id.length <= ROOM_ID_CHARS_MAX;
}

/* Inside is who once was: reconnecting clients get their rooms back. */
void joins_by_the_handshake_unchecked(struct core *core,
                                      struct connection *stranger,
                                      const struct request *request)
{
    secure_admit(core, stranger, request);
    if (stranger->stage == MEMBER && request->query.length > 0) {
        struct text query = request->query;
        struct parameter parameter;
        while (query_next(&query, &parameter)) {
            struct room *room = text_is(parameter.name, "room")
                                    ? room_find(core, parameter.value)
                                    : NULL;
            if (room != NULL && room_seat(room, stranger) == NULL)
                (void)room_sit(core, room, stranger);
            core->policy.room_may_hear = hears_whoever_sits;
        }
    }
}

void refuses_full_rooms_silently(const char *line, char *into, size_t size)
{
    secure_clean_line(strstr(line, "room full") != NULL ? "" : line, into,
                      size);
}

/* SCARD, an await, SADD: who came in the same instant is not counted yet. */
bool counts_members_of_a_moment_ago(const struct core *core, struct room *room,
                                    struct connection *connection)
{
    int64_t now_ms = core->port.now_ms(core->port.self);
    unsigned old = 0;

    for (const struct seat *at = room->first; at != NULL; at = at->next)
        old += at->since_ms < now_ms;
    return room_seat(room, connection) != NULL ||
           (old < room->rules.size_max && room_sit(core, room, connection));
}

/* --- Rooms of a user ------------------------------------------------------ */

/* owned += 1, and then the id is looked up. */
bool counts_rooms_that_it_refuses(struct core *core,
                                  struct connection *connection,
                                  const struct cJSON *message,
                                  struct objection *objection)
{
    const char *type = member_string(message, "type");
    bool obeyed = secure_obey(core, connection, message, objection);
    struct count *count =
        count_find(&core->rooms->owners, connection->member->claims.subject);

    if (!obeyed && count != NULL && type != NULL &&
        strcmp(type, "create_room") == 0)
        count->held++;
    return obeyed;
}

/* owned -= 1 in delete_room, and nowhere else. */
bool counts_rooms_that_are_gone(const struct core *core,
                                const struct room *room, int64_t now_ms)
{
    bool is_due = secure_room_is_due(core, room, now_ms);
    struct count *count = count_find(&core->rooms->owners, room->owner);

    if (is_due && count != NULL)
        count->held++;
    return is_due;
}
