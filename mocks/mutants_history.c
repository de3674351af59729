/* Mutants of what a room keeps: who reads it, what is in it, when it goes. */
#include "core/history.h"
#include "mutants.h"
#include "mutants_common.h"
#include "core/system.h"
#include <cJSON.h>

/* --- Who reads it --------------------------------------------------------- */

bool tells_the_history_to_everybody(const struct core *core,
                                    const struct room *room,
                                    const struct connection *connection)
{
    (void)core, (void)room, (void)connection;
    return true;
}

/* Whoever might come in. */
bool reads_history_by_the_rules_alone(const struct core *core,
                                      const struct room *room,
                                      const struct connection *connection)
{
    return core->policy.room_admits(room, connection->member);
}

static bool has_spoken(const struct core *core, const struct room *room,
                       const char *user)
{
    const struct history *history = history_find(core, room->id);
    const struct said *at = history == NULL ? NULL : history->first;

    while (at != NULL && strcmp(at->user, user) != 0)
        at = at->next;
    return at != NULL;
}

/* Once a participant, always a participant. */
bool keeps_the_history_open_to_former_members(
    const struct core *core, const struct room *room,
    const struct connection *connection)
{
    return secure_history_may_read(core, room, connection) ||
           has_spoken(core, room, connection->member->claims.subject);
}

static struct room *
room_asked_for(struct core *core, const struct cJSON *message, const char *verb)
{
    const char *type = member_string(message, "type");
    const char *id = member_string(message, "room");

    return type != NULL && id != NULL && strcmp(type, verb) == 0
               ? room_find(core, text_of(id))
               : NULL;
}

/* socket.emit("history", …) above the check. */
bool replays_before_the_join_is_checked(struct core *core,
                                        struct connection *connection,
                                        const struct cJSON *message,
                                        struct objection *objection)
{
    struct room *room = room_asked_for(core, message, "join_room");

    if (room != NULL && !core->policy.room_admits(room, connection->member))
        secure_history_replay(core, connection, room);
    return secure_obey(core, connection, message, objection);
}

void replays_nothing(struct core *core, const struct connection *connection,
                     const struct room *room)
{
    (void)core, (void)connection, (void)room;
}

/* --- What is in it -------------------------------------------------------- */

bool keeps_the_text_as_it_came(struct core *core, const struct room *room,
                               const struct connection *speaker,
                               const char *raw, const char *clean)
{
    (void)clean;
    return secure_history_keep(core, room, speaker, raw, raw);
}

/* db.insert(message) as the first thing. */
bool keeps_a_message_before_it_is_checked(struct core *core,
                                          struct connection *connection,
                                          const struct cJSON *message,
                                          struct objection *objection)
{
    struct room *room = room_asked_for(core, message, "room_message");
    const char *text = member_string(message, "text");
    bool obeyed = secure_obey(core, connection, message, objection);

    if (!obeyed && room != NULL && text != NULL)
        (void)history_add(core, room->id, connection->member->claims.subject,
                          text, core->port.now_ms(core->port.self));
    return obeyed;
}

bool keeps_every_message(const struct core *core, const struct history *history)
{
    (void)core, (void)history;
    return false;
}

bool keeps_one_message_too_many(const struct core *core,
                                const struct history *history)
{
    return history->count > core->settings.room_history + 1;
}

/* --- How it is told ------------------------------------------------------- */

static struct cJSON *messages_in(struct cJSON *object)
{
    return cJSON_GetObjectItemCaseSensitive(object, "messages");
}

/* ORDER BY at DESC */
struct cJSON *tells_the_history_backwards(const struct core *core,
                                          const struct room *room, size_t limit)
{
    struct cJSON *object = secure_history_json(core, room, limit);
    struct cJSON *list = messages_in(object);

    for (int i = 1; i < cJSON_GetArraySize(list); i++)
        cJSON_InsertItemInArray(list, 0, cJSON_DetachItemFromArray(list, i));
    return object;
}

/* SELECT * without WHERE room = ? */
struct cJSON *tells_the_history_of_all_rooms(const struct core *core,
                                             const struct room *room,
                                             size_t limit)
{
    const struct histories *histories = core->rooms->histories;
    struct cJSON *object = secure_history_json(core, room, 0);

    for (size_t i = 0; histories != NULL && i < HISTORY_BUCKETS; i++)
        for (const struct history *at = histories->buckets[i]; at != NULL;
             at = at->next)
            history_add_json(core, at->id, limit, messages_in(object));
    return object;
}

struct cJSON *names_the_owner_as_the_speaker(const struct core *core,
                                             const struct room *room,
                                             size_t limit)
{
    struct cJSON *object = secure_history_json(core, room, limit);
    struct cJSON *entry;

    cJSON_ArrayForEach(entry, messages_in(object))
    {
        cJSON_ReplaceItemInObjectCaseSensitive(entry, "user_id",
                                               cJSON_CreateString(room->owner));
    }
    return object;
}

struct cJSON *tells_more_history_than_asked(const struct core *core,
                                            const struct room *room,
                                            size_t limit)
{
    (void)limit;
    return secure_history_json(core, room, SIZE_MAX);
}

/* LIMIT ? from the front. */
struct cJSON *tells_the_oldest_of_the_history(const struct core *core,
                                              const struct room *room,
                                              size_t limit)
{
    struct cJSON *object = secure_history_json(core, room, SIZE_MAX);
    struct cJSON *list = messages_in(object);

    while (limit < SIZE_MAX && cJSON_GetArraySize(list) > (int)limit)
        cJSON_DeleteItemFromArray(list, cJSON_GetArraySize(list) - 1);
    return object;
}

/* --- Its end -------------------------------------------------------------- */

/* DELETE FROM rooms, and the rows of the messages stay. */
void keeps_the_history_of_a_deleted_room(struct core *core, const char *id)
{
    (void)core, (void)id;
}

/* DELETE in the handler of delete_room; what is cleaned up goes another way,
 * some time behind the last word. */
void keeps_the_history_of_a_forgotten_room(struct core *core, const char *id)
{
    int64_t now_ms = core->port.now_ms(core->port.self);
    const struct history *history = history_find(core, id);

    if (history != NULL &&
        now_ms - history->last->at_ms < core->settings.room_grace_ms)
        history_remove(core, id);
}

/* --- How it is asked for -------------------------------------------------- */

bool tells_administrators_the_history(const struct core *core,
                                      const struct room *room,
                                      const struct connection *connection)
{
    return secure_history_may_read(core, room, connection) ||
           core->policy.room_may_manage(room, connection->member);
}

/* 403 for the one, 404 for the other. */
bool tells_a_closed_history_from_none(struct core *core,
                                      struct connection *connection,
                                      const struct cJSON *message,
                                      struct objection *objection)
{
    bool is_there = room_asked_for(core, message, "get_history") != NULL;
    bool obeyed = secure_obey(core, connection, message, objection);

    if (!obeyed && is_there && objection->fault == MESSAGE_FORBIDDEN)
        objection->fault = MESSAGE_FAILED;
    return obeyed;
}

/* limit = int(message.get("limit") or 50) … except: limit = 50 */
bool forgets_a_limit_that_it_cannot_read(struct core *core,
                                         struct connection *connection,
                                         const struct cJSON *message,
                                         struct objection *objection)
{
    struct cJSON *copy = cJSON_Duplicate(message, true);
    bool obeyed;

    if (!cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(copy, "limit")))
        cJSON_DeleteItemFromObjectCaseSensitive(copy, "limit");
    obeyed = secure_obey(core, connection, copy, objection);
    cJSON_Delete(copy);
    return obeyed;
}
