/* Mutants of `pos` that answer a message that fails otherwise than agreed. */
#include "mutants.h"
#include "mutants_common.h"
#include "core/system.h"
#include <cJSON.h>

const char *has_a_sentence_of_its_own(enum message_fault fault,
                                      const char *detail)
{
    (void)fault, (void)detail;
    return "Something went wrong";
}

const char *tells_what_failed(enum message_fault fault, const char *detail)
{
    (void)detail;
    return fault == MESSAGE_NOT_JSON ? "Invalid JSON"
                                     : secure_error_text(fault, detail);
}

static void say(struct core *core, const struct connection *connection,
                const char *sentence)
{
    struct cJSON *object = cJSON_CreateObject();

    cJSON_AddStringToObject(object, "type", "error");
    cJSON_AddStringToObject(object, "message", sentence);
    send_object(core, connection, object);
}

/* Five of six places were mended. */
void sends_an_exception_from_the_management(struct core *core,
                                            struct connection *connection,
                                            const struct objection *objection)
{
    if (connection->endpoint == ENDPOINT_MANAGEMENT)
        say(core, connection,
            "Management message processing error: KeyError('type')");
    else
        secure_message_failed(core, connection, objection);
}

/* if settings.debug: … */
void sends_a_frame_for_developers(struct core *core,
                                  struct connection *connection,
                                  const struct objection *objection)
{
    secure_message_failed(core, connection, objection);
    say(core, connection, "orders at db-7.internal:5432, v3.1.4");
}

void tells_the_kind_of_an_error_in_a_frame_of_its_own(
    struct core *core, struct connection *connection,
    const struct objection *objection)
{
    secure_message_failed(core, connection, objection);
    say(core, connection, message_fault_name(objection->fault));
}

/* The colleagues are told first: it looks faster. */
bool announces_before_it_checks(struct core *core,
                                struct connection *connection,
                                const struct cJSON *message,
                                struct objection *objection)
{
    struct audience ours = { "", connection->restaurant };
    const char *status = member_string(message, "status");

    if (status != NULL && !secure_status_is_valid(text_of(status)))
        broadcast_object(core, cJSON_Duplicate(message, true), &ours);
    return secure_obey(core, connection, message, objection);
}

void has_another_error_in_the_kitchen(struct core *core,
                                      struct connection *connection,
                                      const struct objection *objection)
{
    if (connection->endpoint == ENDPOINT_KITCHEN)
        say(core, connection, "Kitchen message failed");
    else
        secure_message_failed(core, connection, objection);
}

void ends_the_loop_with_an_error(struct core *core,
                                 struct connection *connection,
                                 const struct objection *objection)
{
    secure_message_failed(core, connection, objection);
    pool_leave(core, connection);
}

void dies_when_an_order_cannot_be_looked_up(struct core *core,
                                            struct connection *connection,
                                            const struct objection *objection)
{
    static const struct refusal internal = { 1011, "", false };

    if (objection->fault != MESSAGE_FAILED) {
        secure_message_failed(core, connection, objection);
        return;
    }
    member_ends(core, connection, LEFT_TURNED_AWAY);
    stranger_refuse(core, connection, internal);
}

void refuses_otherwise_in_the_kitchen(struct core *core,
                                      struct connection *stranger,
                                      enum refusal_cause cause,
                                      enum token_fault fault, struct text token)
{
    struct refusal other = { 4003, "Access denied", false };

    if (stranger->endpoint != ENDPOINT_KITCHEN || cause != REFUSED_INVALID) {
        secure_turn_away(core, stranger, cause, fault, token);
        return;
    }
    core->policy.audit_refusal(core, stranger, cause, fault);
    stranger_refuse(core, stranger, other);
}
