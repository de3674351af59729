/* What a member may say: {"type":"publish","text":…}, where its role allows.
 * Whatever else it says is answered by one sentence that tells nothing. */
#include "core/state.h"
#include <cJSON.h>
#include <stdio.h>

/* Why a message was not obeyed; the detail is for the log alone. */
struct objection {
    enum message_fault fault;
    char detail[64];
};

static const char *fault_name(enum message_fault fault)
{
    static const char *const names[] = {
        [MESSAGE_NOT_JSON] = "not_json",
        [MESSAGE_NOT_TEXT] = "not_text",
        [MESSAGE_UNKNOWN_TYPE] = "unknown_type",
        [MESSAGE_FORBIDDEN] = "forbidden",
        [MESSAGE_MALFORMED] = "malformed",
    };

    return names[fault];
}

static bool object_to(struct objection *objection, enum message_fault fault,
                      const char *detail)
{
    objection->fault = fault;
    copy_text(objection->detail, sizeof(objection->detail), detail);
    return false;
}

static bool publish(struct core *core, const struct member *member,
                    const cJSON *message, struct objection *objection)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(message, "text"));

    if (!core->policy.may_publish(&member->claims))
        return object_to(objection, MESSAGE_FORBIDDEN, member->claims.role);
    if (text == NULL)
        return object_to(objection, MESSAGE_MALFORMED, "text is no string");
    core->policy.broadcast(core, text_of(text));
    return true;
}

static bool obey(struct core *core, const struct member *member,
                 const cJSON *message, struct objection *objection)
{
    const char *type =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(message, "type"));

    if (message == NULL)
        return object_to(objection, MESSAGE_NOT_JSON, "no strict object");
    if (type == NULL)
        return object_to(objection, MESSAGE_MALFORMED, "type is no string");
    if (strcmp(type, "publish") != 0)
        return object_to(objection, MESSAGE_UNKNOWN_TYPE, type);
    return publish(core, member, message, objection);
}

static void tell(struct core *core, const struct connection *connection,
                 const char *sentence)
{
    cJSON *object = cJSON_CreateObject();
    char *answer = NULL;

    if (cJSON_AddStringToObject(object, "type", "error") != NULL &&
        cJSON_AddStringToObject(object, "message", sentence) != NULL)
        answer = cJSON_PrintUnformatted(object);
    if (answer != NULL)
        (void)core->port.send(core->port.self, connection->id, text_of(answer));
    cJSON_free(answer);
    cJSON_Delete(object);
}

static void answer(struct core *core, const struct connection *connection,
                   const struct objection *objection)
{
    const char *name = fault_name(objection->fault);
    const char *user = connection->member->claims.subject;
    char line[LOG_LINE_BYTES_MAX];

    snprintf(line, sizeof(line), "message refused %s user=%s: %s: %s",
             connection->peer, user, name, objection->detail);
    journal_log(core, line);
    if (objection->fault == MESSAGE_FORBIDDEN)
        journal_audit(core, "message_refused", "WARNING", name, "", connection,
                      user);
    tell(core, connection,
         core->policy.error_text(objection->fault, objection->detail));
}

void member_spoke(struct core *core, struct connection *connection,
                  struct text message, bool is_text)
{
    struct objection objection;
    bool obeyed;

    if (is_text) {
        cJSON *json = json_object_read(message);
        obeyed = obey(core, connection->member, json, &objection);
        cJSON_Delete(json);
    } else {
        obeyed = object_to(&objection, MESSAGE_NOT_TEXT, "binary");
    }
    if (!obeyed)
        answer(core, connection, &objection);
}
