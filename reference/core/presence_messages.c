/* What members say and ask of presence, and whom it is told. */
#include "core/presence.h"
#include "core/system.h"
#include <cJSON.h>

/* --- Telling -------------------------------------------------------------- */

/* Who has been told through another room is not told again. */
static void tell_room_once(struct core *core, const struct room *room,
                           const struct presence *of, const char *text)
{
    uint64_t mark = core->presences->marks;

    for (const struct seat *seat = room->first; seat != NULL;
         seat = seat->next) {
        struct connection *listener = seat->connection;
        if (listener->presence == of || listener->marked == mark ||
            !core->policy.room_may_hear(core, seat))
            continue;
        listener->marked = mark;
        (void)core->port.send(core->port.self, listener->id, text_of(text));
    }
}

/* The others in the rooms of this user. */
void secure_tell_status(struct core *core, const struct presence *presence)
{
    struct cJSON *event =
        core->policy.presence.event("presence_update", presence->connections,
                                    NULL, status_name(presence->status));
    char *text = event == NULL ? NULL : cJSON_PrintUnformatted(event);
    const struct connection *at = text == NULL ? NULL : presence->connections;

    core->presences->marks++;
    for (; at != NULL; at = at->next_of_user)
        for (const struct seat *seat = at->seats; seat != NULL;
             seat = seat->next_room)
            tell_room_once(core, seat->room, presence, text);
    cJSON_free(text);
    cJSON_Delete(event);
}

/* --- Setting -------------------------------------------------------------- */

/* Whether somebody is offline is found, not said. */
bool secure_status_read(struct text name, enum status *status)
{
    *status = text_is(name, "away") ? STATUS_AWAY : STATUS_ONLINE;
    return text_is(name, "away") || text_is(name, "online");
}

/* The member's own, whatever the message names. */
struct presence *secure_presence_subject(const struct core *core,
                                         const struct connection *connection,
                                         const struct cJSON *message)
{
    (void)core, (void)message;
    return connection->presence;
}

static bool set(struct core *core, struct connection *connection,
                const struct cJSON *message, struct objection *objection)
{
    const struct presence_policy *policy = &core->policy.presence;
    const char *name = member_string(message, "status");
    struct presence *presence = policy->subject(core, connection, message);
    enum status status;

    if (name == NULL || !policy->status_read(text_of(name), &status))
        return room_malformed(objection, "no status to be set");
    if (presence == NULL || presence->connections == NULL)
        return object_to(objection, MESSAGE_FAILED, "no such presence");
    presence_set(core, presence, status);
    return true;
}

/* --- Asking --------------------------------------------------------------- */

static void mark_rooms(struct core *core, const struct presence *presence)
{
    const struct connection *at =
        presence == NULL ? NULL : presence->connections;

    core->presences->marks++;
    for (; at != NULL; at = at->next_of_user)
        for (const struct seat *seat = at->seats; seat != NULL;
             seat = seat->next_room)
            seat->room->marked = core->presences->marks;
}

/* Of oneself, and of who is in a room with one. */
bool secure_may_see_presence(struct core *core, const struct connection *asker,
                             const struct presence *presence)
{
    bool is_shared = presence == asker->presence;

    mark_rooms(core, asker->presence);
    for (const struct connection *at = presence->connections;
         at != NULL && !is_shared; at = at->next_of_user)
        for (const struct seat *seat = at->seats; seat != NULL && !is_shared;
             seat = seat->next_room)
            is_shared = seat->room->marked == core->presences->marks;
    return is_shared;
}

static bool get(struct core *core, struct connection *connection,
                const struct cJSON *message, struct objection *objection)
{
    const char *user = member_string(message, "user_id");
    const struct presence *presence =
        user == NULL ? NULL : presence_find(core, user);
    struct cJSON *object;

    if (user == NULL)
        return room_malformed(objection, "user_id is no id");
    if (presence == NULL ||
        !core->policy.presence.may_see(core, connection, presence))
        return room_deny(objection, "nobody that is known");
    object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "type", "presence");
    cJSON_AddStringToObject(object, "user_id", presence->user);
    cJSON_AddStringToObject(object, "status", status_name(presence->status));
    send_object(core, connection, object);
    return true;
}

bool presence_serve(struct core *core, struct connection *connection,
                    const char *type, const struct cJSON *message,
                    struct objection *objection)
{
    if (strcmp(type, "presence") == 0)
        return set(core, connection, message, objection);
    if (strcmp(type, "get_presence") == 0)
        return get(core, connection, message, objection);
    return room_serve(core, connection, type, message, objection);
}
