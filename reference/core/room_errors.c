/* What a client of `rooms` is told beside the one sentence: which request has
 * failed, and of which kind the failure is. Nothing of it comes from the
 * message itself. */
#include "core/rooms.h"
#include "core/system.h"
#include <cJSON.h>

/* The types of messages that `rooms` knows. */
static const char *const events[] = {
    "whoami",       "create_room", "update_room", "delete_room",  "invite",
    "uninvite",     "kick",        "get_room",    "join_room",    "leave_room",
    "room_message", "room_data",   "presence",    "get_presence", "room_binary",
    "get_history",  "logout",
};

const char *room_event(const char *type)
{
    for (size_t i = 0; i < sizeof(events) / sizeof(*events); i++)
        if (strcmp(events[i], type) == 0)
            return events[i];
    return NULL;
}

/* A closed room and none have the same. */
static const char *code_of(enum message_fault fault)
{
    static const char *const codes[] = {
        [MESSAGE_NOT_JSON] = "malformed",     [MESSAGE_NOT_TEXT] = "malformed",
        [MESSAGE_UNKNOWN_TYPE] = "malformed", [MESSAGE_FORBIDDEN] = "refused",
        [MESSAGE_MALFORMED] = "malformed",    [MESSAGE_TOO_LARGE] = "too_large",
        [MESSAGE_RATE] = "rate_limited",      [MESSAGE_FAILED] = "failed",
    };

    return codes[fault];
}

void room_explain(const struct objection *objection, struct cJSON *error)
{
    if (objection->event != NULL)
        cJSON_AddStringToObject(error, "event", objection->event);
    cJSON_AddStringToObject(error, "code", code_of(objection->fault));
}
