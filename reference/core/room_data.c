/* What members say in rooms beside texts: JSON of any shape. */
#include "core/rooms.h"
#include "core/secure.h"
#include "core/system.h"
#include <cJSON.h>
#include <stdlib.h>

/* NULL with an objection. */
struct room *room_to_speak_in(struct core *core,
                              const struct connection *connection,
                              const struct cJSON *message,
                              struct objection *objection)
{
    struct room *room = room_named(core, message, objection);

    if (room == NULL || core->policy.room_may_speak(core, room, connection))
        return room;
    room_deny(objection, "not in the room");
    return NULL;
}

struct cJSON *room_speech(const struct core *core,
                          const struct connection *connection, const char *type,
                          const struct room *room)
{
    struct cJSON *object = cJSON_CreateObject();

    cJSON_AddStringToObject(object, "type", type);
    cJSON_AddStringToObject(object, "room", room->id);
    cJSON_AddStringToObject(object, "user_id",
                            core->policy.identity_of(connection->member));
    return object;
}

/* Two names that differ by markup alone would be one: such are refused. */
static bool name_is_clean(const struct core *core, const char *name)
{
    char *clean = name == NULL ? NULL : core->policy.clean_text(text_of(name));
    bool same = name == NULL || (clean != NULL && strcmp(clean, name) == 0);

    free(clean);
    return same;
}

/* As deep as JSON_LEVELS_MAX. */
static bool clean_values(const struct core *core, struct cJSON *item)
{
    bool holds = true;

    if (cJSON_IsString(item)) {
        char *clean = core->policy.clean_text(text_of(item->valuestring));
        holds = clean != NULL && cJSON_SetValuestring(item, clean) != NULL;
        free(clean);
    }
    for (struct cJSON *at = item->child; at != NULL && holds; at = at->next)
        holds = name_is_clean(core, at->string) && clean_values(core, at);
    return holds;
}

bool room_say_data(struct core *core, struct connection *connection,
                   const struct cJSON *message, struct objection *objection)
{
    struct room *room = room_to_speak_in(core, connection, message, objection);
    const struct cJSON *data =
        cJSON_GetObjectItemCaseSensitive(message, "data");
    struct cJSON *copy;

    if (room == NULL)
        return false;
    if (data == NULL)
        return room_malformed(objection, "no data");
    if (!core->policy.rates.room_may_take(core, room, connection->member))
        return object_to(objection, MESSAGE_RATE, "too many in the room");
    copy = cJSON_Duplicate(data, true);
    if (copy == NULL || !clean_values(core, copy)) {
        cJSON_Delete(copy);
        return room_malformed(objection, "data with markup for a name");
    }
    struct cJSON *object = room_speech(core, connection, "room_data", room);
    cJSON_AddItemToObject(object, "data", copy);
    room_tell(core, room, object);
    return true;
}
