/* Mutants of `rooms`: what becomes of rules on their way, and of who has lost
 * his place. */
#include "core/rooms.h"
#include "mutants.h"
#include "mutants_common.h"
#include "core/system.h"
#include <cJSON.h>

static bool is_of_type(const struct cJSON *message, const char *type)
{
    const char *found = member_string(message, "type");

    return found != NULL && strcmp(found, type) == 0;
}

static struct room *room_in(const struct core *core,
                            const struct cJSON *message)
{
    const char *id = member_string(message, "room");

    return id == NULL ? NULL : room_find(core, text_of(id));
}

/* --- Rules ---------------------------------------------------------------- */

/* role not in roles or not role */
bool takes_no_role_for_every_role(const struct room *room,
                                  const struct member *member)
{
    return (room->rules.level == ROOM_RESTRICTED &&
            member->claims.role[0] == 0) ||
           secure_room_admits(room, member);
}

/* Made first; the rules were to follow. */
bool forgets_the_rules_of_a_new_room(struct core *core,
                                     struct connection *connection,
                                     const struct cJSON *message,
                                     struct objection *objection)
{
    bool obeyed = secure_obey(core, connection, message, objection);
    struct room *room = room_in(core, message);

    if (obeyed && room != NULL && is_of_type(message, "create_room"))
        room->rules.level = ROOM_PUBLIC;
    return obeyed;
}

/* @lru_cache */
bool keeps_the_rules_of_the_first_join(const struct room *room,
                                       const struct member *member)
{
    enum { KEPT = 64 };
    static struct {
        char id[ROOM_ID_CHARS_MAX + 1];
        enum room_level level;
    } kept[KEPT];
    static size_t count;
    struct room as_then = *room;
    size_t i = 0;

    while (i < count % KEPT && strcmp(kept[i].id, room->id) != 0)
        i++;
    if (i == count % KEPT) {
        count++;
        copy_text(kept[i].id, sizeof(kept[i].id), room->id);
        kept[i].level = room->rules.level;
    }
    as_then.rules.level = kept[i].level;
    return secure_room_admits(&as_then, member);
}

/* sadd(), then the check. */
bool adds_a_member_before_the_check(struct core *core,
                                    struct connection *connection,
                                    const struct cJSON *message,
                                    struct objection *objection)
{
    struct room *room =
        is_of_type(message, "join_room") ? room_in(core, message) : NULL;

    if (room != NULL && room_seat(room, connection) == NULL)
        (void)room_sit(core, room, connection);
    return secure_obey(core, connection, message, objection);
}

/* --- Ids ------------------------------------------------------------------ */

static bool is_any_id(struct text id)
{
    return id.length > 0 && id.length <= ROOM_ID_CHARS_MAX + 16;
}

/* re.sub(r"[^A-Za-z0-9._-]", "", id) */
static struct room *find_stripped(struct core *core, struct text id)
{
    char plain[ROOM_ID_CHARS_MAX + 1];
    size_t length = 0;

    for (size_t i = 0; i < id.length && length < ROOM_ID_CHARS_MAX; i++)
        if (secure_room_id_is_valid((struct text){ id.at + i, 1 }))
            plain[length++] = id.at[i];
    return room_find(core, (struct text){ plain, length });
}

void cleans_ids_before_it_looks_them_up(struct core *core,
                                        struct connection *stranger)
{
    core->policy.room_id_is_valid = is_any_id;
    core->policy.room_find = find_stripped;
    secure_greet(core, stranger);
}

/* --- Kicks ---------------------------------------------------------------- */

/* The list of guests is mended; the sockets are somewhere else. */
bool kicks_the_invitation_only(struct core *core, struct connection *connection,
                               const struct cJSON *message,
                               struct objection *objection)
{
    struct room *room =
        is_of_type(message, "kick") ? room_in(core, message) : NULL;
    const char *user = member_string(message, "user_id");

    if (room == NULL || user == NULL ||
        !core->policy.room_may_manage(room, connection->member))
        return secure_obey(core, connection, message, objection);
    room_drop_guest(room, user);
    core->policy.room_may_hear = hears_whoever_sits;
    return room_confirm(core, connection, "kicked", room->id);
}

/* --- Owners --------------------------------------------------------------- */

bool lets_one_user_own_every_room(const struct core *core, const char *owner)
{
    (void)core, (void)owner;
    return true;
}

bool lets_a_user_own_one_room_more(const struct core *core, const char *owner)
{
    return rooms_owned(core, owner) <= core->settings.rooms_per_user_max;
}

/* lobby, operations and announcements are there anyway. */
bool counts_the_rooms_of_all_users(const struct core *core, const char *owner)
{
    (void)owner;
    return core->rooms->count < 3 + core->settings.rooms_per_user_max;
}

/* --- Origins -------------------------------------------------------------- */

/* if origins and origin not in origins */
bool takes_an_empty_list_for_any_origin(const struct settings *settings,
                                        const struct request *request)
{
    return settings->origins == NULL || settings->origins[0] == NULL ||
           secure_origin_is_allowed(settings, request);
}

bool has_its_origins_in_its_code(const struct settings *settings,
                                 const struct request *request)
{
    static const char *const written[] = { "https://app.example.com",
                                           "https://admin.example.com", NULL };
    struct settings own = *settings;

    own.origins = written;
    return secure_origin_is_allowed(&own, request);
}

/* --- Reading and writing -------------------------------------------------- */

bool lets_readers_write(const struct room *room, const struct member *member)
{
    (void)room, (void)member;
    return true;
}

bool takes_a_right_to_read_for_none(const struct core *core,
                                    const struct seat *seat)
{
    return secure_room_may_hear(core, seat) &&
           core->policy.room_may_write(seat->room, seat->connection->member);
}

/* socket.join(), then the check, which leaves nothing undone. */
bool tells_whoever_has_asked_to_join(struct core *core,
                                     struct connection *connection,
                                     const struct cJSON *message,
                                     struct objection *objection)
{
    core->policy.room_may_hear = hears_whoever_sits;
    return adds_a_member_before_the_check(core, connection, message, objection);
}
