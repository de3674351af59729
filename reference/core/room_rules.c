/* Who may do what with a room: the decisions of 003 §3 and §8. */
#include "core/activity.h"
#include "core/presence.h"
#include "core/secure.h"
#include "core/system.h"
#include <cJSON.h>

static const char *const level_names[ROOM_LEVELS] = {
    [ROOM_PUBLIC] = "PUBLIC",
    [ROOM_PRIVATE] = "PRIVATE",
    [ROOM_RESTRICTED] = "RESTRICTED",
    [ROOM_OWNER_ONLY] = "OWNER_ONLY",
};

const char *room_level_name(enum room_level level)
{
    return level_names[level];
}

bool secure_room_level_read(struct text name, enum room_level *level)
{
    for (int i = 0; i < ROOM_LEVELS; i++) {
        if (text_is(name, level_names[i])) {
            *level = (enum room_level)i;
            return true;
        }
    }
    return false;
}

/* Letters and digits of ASCII, '-', '_' and '.', which no path and no key of
 * another store reads as something else; not a dot at the front. */
bool secure_room_id_is_valid(struct text id)
{
    if (id.length == 0 || id.length > ROOM_ID_CHARS_MAX || id.at[0] == '.')
        return false;
    for (size_t i = 0; i < id.length; i++)
        if (!base64url_has(id.at[i]) && id.at[i] != '.')
            return false;
    return true;
}

/* Whatever a token may name, but for what a log or a terminal obeys. */
bool secure_room_name_is_valid(struct text name, size_t bytes_max)
{
    if (name.length == 0 || name.length > bytes_max)
        return false;
    for (size_t i = 0; i < name.length; i++)
        if ((unsigned char)name.at[i] < ' ' || name.at[i] == 0x7f)
            return false;
    return true;
}

/* A room without a record is closed, and does not come into being. */
struct room *secure_room_find(struct core *core, struct text id)
{
    return room_find(core, id);
}

static bool is_owner(const struct room *room, const struct member *member)
{
    return room->owner[0] != 0 &&
           strcmp(room->owner, member->claims.subject) == 0;
}

static bool has_role(const struct rules *rules, const char *role)
{
    for (unsigned i = 0; i < rules->role_count; i++)
        if (role[0] != 0 && strcmp(rules->roles[i], role) == 0)
            return true;
    return false;
}

/* By the claims of the verified token, never by what a message says. */
bool secure_room_admits(const struct room *room, const struct member *member)
{
    switch (room->rules.level) {
    case ROOM_PUBLIC: return true;
    case ROOM_PRIVATE:
        return is_owner(room, member) ||
               room_has_guest(room, member->claims.subject);
    case ROOM_RESTRICTED: return has_role(&room->rules, member->claims.role);
    case ROOM_OWNER_ONLY: return is_owner(room, member);
    case ROOM_LEVELS: break;
    }
    return false;
}

bool secure_room_may_manage(const struct room *room,
                            const struct member *member)
{
    return is_owner(room, member) || strcmp(member->claims.role, "admin") == 0;
}

/* Who may join, and who manages, knows the rules anyway. */
bool secure_room_may_see(const struct core *core, const struct room *room,
                         const struct member *member)
{
    return core->policy.room_admits(room, member) ||
           core->policy.room_may_manage(room, member);
}

bool secure_room_is_full(const struct room *room)
{
    return room->members >= room->rules.size_max;
}

/* What the service announces is read by everybody. An id that is taken from the
 * start is no other room's. */
bool secure_room_may_write(const struct room *room, const struct member *member)
{
    return strcmp(room->id, "announcements") != 0 ||
           strcmp(member->claims.role, "admin") == 0;
}

/* Inside, and still admitted: rules may have changed meanwhile. */
bool secure_room_may_speak(const struct core *core, const struct room *room,
                           const struct connection *connection)
{
    return room_seat(room, connection) != NULL &&
           core->policy.room_admits(room, connection->member) &&
           core->policy.room_may_write(room, connection->member);
}

bool secure_room_may_hear(const struct core *core, const struct seat *seat)
{
    return seat->connection->stage == MEMBER &&
           core->policy.room_admits(seat->room, seat->connection->member);
}

/* An id is taken until its room is gone. */
bool secure_room_may_make(struct core *core, struct text id)
{
    return room_find(core, id) == NULL;
}

/* One more, so that no member takes all the rooms there may be. */
bool secure_room_may_own(const struct core *core, const char *owner)
{
    unsigned max = core->settings.rooms_per_user_max;

    return max == 0 || rooms_owned(core, owner) < max;
}

/* One seat for each connection, however often it joins. */
bool secure_room_enter(const struct core *core, struct room *room,
                       struct connection *connection)
{
    return room_seat(room, connection) != NULL ||
           (!core->policy.room_is_full(room) &&
            room_sit(core, room, connection));
}

void secure_rooms_leave(struct core *core, struct connection *connection,
                        enum leaving how)
{
    (void)how; /* out is out */
    while (connection->seats != NULL)
        room_part(core, connection->seats, PARTED_WITH_CONNECTION);
}

void secure_room_withdrawn(struct core *core, struct seat *seat)
{
    (void)room_confirm(core, seat->connection, "removed", seat->room->id);
    journal_activity(core, seat->connection, "removed", "ok", seat->room->id);
}

void secure_room_changed(struct core *core, struct room *room)
{
    room_recheck(core, room);
}

void secure_room_delete(struct core *core, struct room *room)
{
    for (struct seat *seat = room->first; seat != NULL; seat = seat->next)
        core->policy.room_withdrawn(core, seat);
    room_remove(core, room);
}
