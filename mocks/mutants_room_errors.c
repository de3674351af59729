/* Mutants of `rooms` that answer a message that fails otherwise than agreed. */
#include "core/rooms.h"
#include "mutants.h"
#include "mutants_common.h"
#include "core/system.h"
#include <cJSON.h>

static bool is_about(const struct objection *objection, const char *event)
{
    return objection->event != NULL && strcmp(objection->event, event) == 0;
}

/* io.to(room).emit("error", …) */
void tells_a_room_of_an_error(struct core *core, struct connection *connection,
                              const struct objection *objection)
{
    secure_message_failed(core, connection, objection);
    for (struct seat *own = connection->seats; own != NULL;
         own = own->next_room)
        for (struct seat *at = own->room->first; at != NULL; at = at->next)
            if (at->connection != connection)
                secure_message_failed(core, at->connection, objection);
}

void refuses_to_leave_without_a_word(struct core *core,
                                     struct connection *connection,
                                     const struct objection *objection)
{
    if (!is_about(objection, "leave_room"))
        secure_message_failed(core, connection, objection);
}

/* The handler and the decorator around it. */
void answers_a_refused_update_twice(struct core *core,
                                    struct connection *connection,
                                    const struct objection *objection)
{
    secure_message_failed(core, connection, objection);
    if (is_about(objection, "update_room"))
        secure_message_failed(core, connection, objection);
}

void swallows_what_it_cannot_read(struct core *core,
                                  struct connection *connection,
                                  const struct objection *objection)
{
    if (objection->fault != MESSAGE_NOT_JSON)
        secure_message_failed(core, connection, objection);
}

static struct cJSON *bare_error(void)
{
    struct cJSON *error = cJSON_CreateObject();

    cJSON_AddStringToObject(error, "type", "error");
    cJSON_AddStringToObject(error, "message", "Message processing failed");
    return error;
}

void names_neither_request_nor_cause(struct core *core,
                                     struct connection *connection,
                                     const struct objection *objection)
{
    (void)objection;
    send_object(core, connection, bare_error());
}

/* 404 or 403. */
void tells_none_from_closed_by_the_code(struct core *core,
                                        struct connection *connection,
                                        const struct objection *objection)
{
    struct objection other = *objection;

    if (strcmp(objection->detail, "no such room") == 0)
        other.fault = MESSAGE_FAILED;
    secure_message_failed(core, connection, &other);
}

void tells_an_exception_of_a_room(struct core *core,
                                  struct connection *connection,
                                  const struct objection *objection)
{
    struct cJSON *error = bare_error();

    room_explain(objection, error);
    if (objection->fault == MESSAGE_MALFORMED)
        cJSON_AddStringToObject(error, "debug",
                                "KeyError('room') at /srv/app/rooms.py:41");
    send_object(core, connection, error);
}

/* Answers it itself, with `name` of the message beside the rest. */
static bool echo(struct core *core, struct connection *connection,
                 const struct cJSON *message, const struct objection *objection,
                 const char *name)
{
    struct cJSON *error = bare_error();
    const char *text = member_string(message, name);

    room_explain(objection, error);
    if (text != NULL)
        cJSON_AddStringToObject(error, "about", text);
    send_object(core, connection, error);
    return true;
}

/* f"Room {room} not found" */
bool returns_the_room_as_it_came(struct core *core,
                                 struct connection *connection,
                                 const struct cJSON *message,
                                 struct objection *objection)
{
    return secure_obey(core, connection, message, objection) ||
           echo(core, connection, message, objection, "room");
}

/* f"Unknown type {type}" */
bool returns_an_unknown_type_as_it_came(struct core *core,
                                        struct connection *connection,
                                        const struct cJSON *message,
                                        struct objection *objection)
{
    return secure_obey(core, connection, message, objection) ||
           (objection->fault == MESSAGE_UNKNOWN_TYPE &&
            echo(core, connection, message, objection, "type"));
}

/* emit("error", to=user) */
void tells_all_connections_of_an_error(struct core *core,
                                       struct connection *connection,
                                       const struct objection *objection)
{
    struct connection *next;

    for (struct connection *at = core->connections; at != NULL; at = next) {
        next = at->next;
        if (at->stage == MEMBER &&
            strcmp(at->member->claims.subject,
                   connection->member->claims.subject) == 0)
            secure_message_failed(core, at, objection);
    }
}

/* Where the reader gives up, and where its caller does. */
void answers_large_messages_twice(struct core *core,
                                  struct connection *connection,
                                  const struct objection *objection)
{
    secure_message_failed(core, connection, objection);
    if (objection->fault == MESSAGE_TOO_LARGE)
        secure_message_failed(core, connection, objection);
}
