/* What a member says. Whatever cannot be served is answered by one sentence
 * that tells nothing. */
#include "core/activity.h"
#include "core/rooms.h"
#include "core/secure.h"
#include "core/sizes.h"
#include "core/system.h"
#include <cJSON.h>
#include <stdio.h>

const char *message_fault_name(enum message_fault fault)
{
    static const char *const names[] = {
        [MESSAGE_NOT_JSON] = "not_json",
        [MESSAGE_NOT_TEXT] = "not_text",
        [MESSAGE_UNKNOWN_TYPE] = "unknown_type",
        [MESSAGE_FORBIDDEN] = "forbidden",
        [MESSAGE_MALFORMED] = "malformed",
        [MESSAGE_TOO_LARGE] = "too_large",
        [MESSAGE_RATE] = "rate_limited",
        [MESSAGE_FAILED] = "failed",
    };

    return names[fault];
}

bool object_to(struct objection *objection, enum message_fault fault,
               const char *detail)
{
    objection->fault = fault;
    copy_text(objection->detail, sizeof(objection->detail), detail);
    return false;
}

const char *member_string(const struct cJSON *message, const char *name)
{
    return cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(message, name));
}

void send_object(struct core *core, const struct connection *connection,
                 struct cJSON *object)
{
    char *text = object == NULL ? NULL : cJSON_PrintUnformatted(object);

    if (text != NULL)
        (void)core->port.send(core->port.self, connection->id, text_of(text));
    cJSON_free(text);
    cJSON_Delete(object);
}

bool tell_identity(struct core *core, const struct connection *connection)
{
    struct cJSON *object = cJSON_CreateObject();

    cJSON_AddStringToObject(object, "type", "identity");
    cJSON_AddStringToObject(object, "user_id",
                            core->policy.identity_of(connection->member));
    send_object(core, connection, object);
    return true;
}

bool secure_obey(struct core *core, struct connection *connection,
                 const struct cJSON *message, struct objection *objection)
{
    const char *type = member_string(message, "type");

    if (type == NULL)
        return object_to(objection, MESSAGE_MALFORMED, "type is no string");
    return core->system->serve(core, connection, type, message, objection);
}

struct cJSON *secure_read_message(struct text message)
{
    return json_object_read(message);
}

void secure_message_failed(struct core *core, struct connection *connection,
                           const struct objection *objection)
{
    struct cJSON *object = cJSON_CreateObject();

    cJSON_AddStringToObject(object, "type", "error");
    cJSON_AddStringToObject(
        object, "message",
        core->policy.error_text(objection->fault, objection->detail));
    if (core->system->explain != NULL)
        core->system->explain(objection, object);
    send_object(core, connection, object);
}

void message_answer(struct core *core, struct connection *connection,
                    const struct objection *objection)
{
    char line[LOG_LINE_BYTES_MAX];

    core->policy.objection_line(connection, objection, line, sizeof(line));
    journal_log(core, line);
    if (objection->fault == MESSAGE_RATE)
        core->policy.count(core, LIMIT_VIOLATIONS);
    if (objection->fault == MESSAGE_FORBIDDEN)
        journal_audit(core, "message_refused", "WARNING",
                      message_fault_name(objection->fault), "", connection,
                      connection->member->claims.subject);
    core->policy.message_failed(core, connection, objection);
}

/* NULL with an objection. */
static struct cJSON *read_json(struct core *core, struct connection *connection,
                               struct text message, struct objection *objection)
{
    struct cJSON *json = NULL;

    if (message_fits(core, connection, message, objection) &&
        (json = core->policy.read_message(message)) == NULL)
        object_to(objection, MESSAGE_NOT_JSON, "no strict object");
    return json;
}

/* What is obeyed names a room that is one, or none. */
static const char *room_of(const struct cJSON *message)
{
    const char *room = member_string(message, "room");

    return room == NULL ? "" : room;
}

static bool obey_text(struct core *core, struct connection *connection,
                      struct text message, struct objection *objection)
{
    struct cJSON *json = read_json(core, connection, message, objection);
    bool obeyed = false;

    if (json == NULL)
        return false;
    if (core->rights_unknown)
        object_to(objection, MESSAGE_FAILED, "no directory to ask");
    else
        obeyed = core->policy.obey(core, connection, json, objection);
    if (obeyed && objection->event != NULL)
        journal_activity(core, connection, objection->event, "ok",
                         room_of(json));
    cJSON_Delete(json);
    return obeyed;
}

static bool obey_binary(struct core *core, struct connection *connection,
                        struct text bytes, struct objection *objection)
{
    if (core->rooms == NULL)
        return object_to(objection, MESSAGE_NOT_TEXT, "binary");
    if (!room_say_binary(core, connection, bytes, objection))
        return false;
    journal_activity(core, connection, "binary", "ok", "");
    return true;
}

void member_spoke(struct core *core, struct connection *connection,
                  struct text message, bool is_text)
{
    struct objection objection = { .detail = "" };
    bool obeyed;

    core->policy.sessions.touch(core, connection);
    if (!core->policy.rates.may_send(core, connection))
        obeyed = object_to(&objection, MESSAGE_RATE,
                           "too many messages of the user");
    else if (is_text)
        obeyed = obey_text(core, connection, message, &objection);
    else
        obeyed = obey_binary(core, connection, message, &objection);
    if (!obeyed)
        message_answer(core, connection, &objection);
}

/* --- Beyond the rules ----------------------------------------------------- */

size_t secure_message_max(const struct core *core,
                          const struct connection *connection, bool is_text)
{
    if (connection->stage == STRANGER)
        return core->system->first_message_max;
    return is_text || core->settings.sizes[SIZE_BINARY] == 0
               ? core->system->message_max
               : core->settings.sizes[SIZE_BINARY];
}

/* Whoever it is goes: behind such a frame nothing can be read. */
static void expel(struct core *core, struct connection *connection,
                  struct refusal refusal)
{
    if (connection->stage == MEMBER)
        member_ends(core, connection, LEFT_TURNED_AWAY);
    if (connection->stage == MEMBER || connection->stage == STRANGER)
        stranger_refuse(core, connection, refusal);
    connection_end(core, connection);
}

void secure_overlong(struct core *core, struct connection *connection)
{
    struct text none = { "", 0 };

    if (connection->stage == STRANGER)
        core->policy.turn_away(core, connection, REFUSED_TOO_BIG, TOKEN_ABSENT,
                               none);
    expel(core, connection, core->system->refusals[REFUSED_TOO_BIG]);
}

void secure_frame_failed(struct core *core, struct connection *connection,
                         uint16_t code)
{
    journal_activity(core, connection, "frame", "illegal", "");
    expel(core, connection, (struct refusal){ code, "", false });
}
