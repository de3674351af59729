/* Binary in rooms: a message announces the room of the next binary one of its
 * connection, and both reach the members one behind the other. */
#include "core/rooms.h"
#include "core/secure.h"
#include "core/system.h"
#include <cJSON.h>

bool room_announce_binary(struct core *core, struct connection *connection,
                          const struct cJSON *message,
                          struct objection *objection)
{
    const struct room *room =
        room_to_speak_in(core, connection, message, objection);

    copy_text(connection->announced, sizeof(connection->announced),
              room == NULL ? "" : room->id);
    return room != NULL;
}

/* The right is asked for again: whoever announced may have been put out. */
struct room *secure_binary_room(struct core *core,
                                struct connection *connection,
                                struct objection *objection)
{
    char id[sizeof(connection->announced)];
    struct room *room;

    copy_text(id, sizeof(id), connection->announced);
    connection->announced[0] = 0;
    if (id[0] == 0) {
        object_to(objection, MESSAGE_NOT_TEXT, "binary of no room");
        return NULL;
    }
    room = core->policy.room_find(core, text_of(id));
    if (room != NULL && core->policy.room_may_speak(core, room, connection))
        return room;
    room_deny(objection, "not in the room any more");
    return NULL;
}

void secure_relay_binary(struct core *core, const struct room *room,
                         const struct connection *connection, struct text bytes)
{
    struct cJSON *object = room_speech(core, connection, "room_binary", room);
    const struct port *port = &core->port;
    char *head;

    cJSON_AddNumberToObject(object, "bytes", (double)bytes.length);
    head = object == NULL ? NULL : cJSON_PrintUnformatted(object);
    for (struct seat *at = head == NULL ? NULL : room->first; at != NULL;
         at = at->next)
        if (core->policy.room_may_hear(core, at) &&
            port->send(port->self, at->connection->id, text_of(head)))
            (void)port->send_binary(port->self, at->connection->id, bytes);
    cJSON_free(head);
    cJSON_Delete(object);
}

bool room_say_binary(struct core *core, struct connection *connection,
                     struct text bytes, struct objection *objection)
{
    struct room *room;

    objection->event = room_event("room_binary");
    room = core->policy.sizes.binary_room(core, connection, objection);
    if (room == NULL)
        return false;
    if (!core->policy.rates.room_may_take(core, room, connection->member))
        return object_to(objection, MESSAGE_RATE, "too many in the room");
    core->policy.sizes.relay_binary(core, room, connection, bytes);
    return true;
}
