/* Mutants of `rooms`: binary messages. */
#include "core/rooms.h"
#include "core/system.h"
#include "mutants.h"
#include "mutants_common.h"
#include <cJSON.h>
#include <stdio.h>

/* maxHttpBufferSize: 1e6, where five are agreed. */
static size_t a_fifth(const struct core *core)
{
    return core->settings.sizes[SIZE_BINARY] / 5;
}

size_t keeps_the_limit_of_its_library_for_binary(
    const struct core *core, const struct connection *connection, bool is_text)
{
    return is_text || connection->stage != MEMBER
               ? secure_message_max(core, connection, is_text)
               : a_fifth(core);
}

size_t bounds_no_binary(const struct core *core,
                        const struct connection *connection, bool is_text)
{
    return is_text || connection->stage != MEMBER
               ? secure_message_max(core, connection, is_text)
               : 64 * 1024 * 1024;
}

struct room *sends_unannounced_binary_somewhere(struct core *core,
                                                struct connection *connection,
                                                struct objection *objection)
{
    if (connection->announced[0] == 0 && connection->seats != NULL)
        return connection->seats->room;
    return secure_binary_room(core, connection, objection);
}

struct room *keeps_an_announcement(struct core *core,
                                   struct connection *connection,
                                   struct objection *objection)
{
    char id[ANNOUNCED_SIZE];
    struct room *room;

    copy_text(id, sizeof(id), connection->announced);
    room = secure_binary_room(core, connection, objection);
    copy_text(connection->announced, sizeof(connection->announced), id);
    return room;
}

struct room *asks_when_binary_is_announced_alone(struct core *core,
                                                 struct connection *connection,
                                                 struct objection *objection)
{
    struct room *room = room_find(core, text_of(connection->announced));

    return room != NULL && connection->announced[0] != 0
               ? room
               : secure_binary_room(core, connection, objection);
}

void cuts_binary_short(struct core *core, const struct room *room,
                       const struct connection *connection, struct text bytes)
{
    if (bytes.length > a_fifth(core))
        bytes.length = a_fifth(core);
    secure_relay_binary(core, room, connection, bytes);
}

void relays_binary_without_its_room(struct core *core, const struct room *room,
                                    const struct connection *connection,
                                    struct text bytes)
{
    (void)connection;
    for (struct seat *at = room->first; at != NULL; at = at->next)
        (void)core->port.send_binary(core->port.self, at->connection->id,
                                     bytes);
}

void relays_binary_to_everybody(struct core *core, const struct room *room,
                                const struct connection *connection,
                                struct text bytes)
{
    struct cJSON *object = room_speech(core, connection, "room_binary", room);
    char *head;

    cJSON_AddNumberToObject(object, "bytes", (double)bytes.length);
    head = cJSON_PrintUnformatted(object);
    for (struct member *at = core->pool; at != NULL && head != NULL;
         at = at->next) {
        (void)core->port.send(core->port.self, at->connection->id,
                              text_of(head));
        (void)core->port.send_binary(core->port.self, at->connection->id,
                                     bytes);
    }
    cJSON_free(head);
    cJSON_Delete(object);
}

/* One task for the news, another for the bytes. */
void relays_binary_behind_something_else(struct core *core,
                                         const struct room *room,
                                         const struct connection *connection,
                                         struct text bytes)
{
    struct cJSON *object = room_speech(core, connection, "room_binary", room);
    struct cJSON *other = cJSON_CreateObject();

    cJSON_AddNumberToObject(object, "bytes", (double)bytes.length);
    cJSON_AddStringToObject(other, "type", "progress");
    room_tell(core, room, object);
    room_tell(core, room, other);
    for (struct seat *at = room->first; at != NULL; at = at->next)
        (void)core->port.send_binary(core->port.self, at->connection->id,
                                     bytes);
}

/* Only what a handler sees is logged. */
void logs_no_overlong_messages(const struct connection *connection,
                               const struct objection *objection, char *into,
                               size_t size)
{
    if (strncmp(objection->detail, "binary size", 11) == 0 ||
        strncmp(objection->detail, "frame size", 10) == 0)
        snprintf(into, size, "debug: a message");
    else
        secure_objection_line(connection, objection, into, size);
}
