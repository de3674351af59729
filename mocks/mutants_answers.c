/* Mutants that tell a stranger too much, too little, or the wrong thing. */
#include "mutants.h"
#include "mutants_common.h"
#include <cJSON.h>
#include <stdio.h>

/* --- The code and the reason ---------------------------------------------- */

struct refusal closes_missing_with_another_code(const struct core *core,
                                                enum refusal_cause cause,
                                                enum token_fault fault,
                                                struct text token)
{
    struct refusal refusal = secure_refusal(core, cause, fault, token);

    if (cause == REFUSED_MISSING)
        refusal.code = 4001;
    return refusal;
}

struct refusal closes_without_a_code(const struct core *core,
                                     enum refusal_cause cause,
                                     enum token_fault fault, struct text token)
{
    struct refusal refusal = { 0, "", false };

    (void)core, (void)cause, (void)fault, (void)token;
    return refusal;
}

struct refusal closes_with_an_empty_reason(const struct core *core,
                                           enum refusal_cause cause,
                                           enum token_fault fault,
                                           struct text token)
{
    struct refusal refusal = secure_refusal(core, cause, fault, token);

    refusal.reason = "";
    return refusal;
}

struct refusal tells_expired_from_forged(const struct core *core,
                                         enum refusal_cause cause,
                                         enum token_fault fault,
                                         struct text token)
{
    struct refusal refusal = secure_refusal(core, cause, fault, token);

    if (fault == TOKEN_EXPIRED)
        refusal.reason = "Token expired";
    else if (fault == TOKEN_SIGNATURE_WRONG)
        refusal.reason = "Bad signature";
    return refusal;
}

struct refusal puts_the_cause_into_the_reason(const struct core *core,
                                              enum refusal_cause cause,
                                              enum token_fault fault,
                                              struct text token)
{
    struct refusal refusal = secure_refusal(core, cause, fault, token);

    if (cause == REFUSED_INVALID)
        refusal.reason = "Invalid or expired token: Signature verification "
                         "failed at jwt/api_jws.py";
    return refusal;
}

void echoes_the_token_in_the_reason(struct core *core,
                                    struct connection *stranger,
                                    enum refusal_cause cause,
                                    enum token_fault fault, struct text token)
{
    struct refusal refusal = secure_refusal(core, cause, fault, token);
    char reason[124];
    int shown = token.length > 80 ? 80 : (int)token.length;

    if (cause == REFUSED_INVALID) {
        snprintf(reason, sizeof(reason), "%s: %.*s", refusal.reason, shown,
                 token.at);
        refusal.reason = reason;
    }
    core->policy.audit_refusal(core, stranger, cause, fault);
    stranger_refuse(core, stranger, refusal);
}

/* --- More than the refusal ------------------------------------------------ */

static void say_to(struct core *core, const struct connection *connection,
                   const char *text)
{
    (void)core->port.send(core->port.self, connection->id, text_of(text));
}

void welcomes_strangers(struct core *core, struct connection *stranger)
{
    char welcome[64];

    snprintf(welcome, sizeof(welcome), "{\"type\":\"welcome\",\"clients\":%zu}",
             core->connection_count);
    say_to(core, stranger, welcome);
}

void sends_a_snapshot_to_strangers(struct core *core,
                                   struct connection *stranger)
{
    say_to(core, stranger, "{\"type\":\"signal\",\"text\":\"the latest\"}");
}

void answers_behind_the_close(struct core *core, struct connection *stranger,
                              struct text message, bool is_text)
{
    (void)message, (void)is_text;
    say_to(core, stranger, "{\"type\":\"error\",\"message\":\"Not allowed\"}");
}

static const struct audience everybody = { "", "" };

/* A task of its own reads messages, whoever sends them. */
void handles_input_before_authentication(struct core *core,
                                         struct connection *stranger,
                                         struct text message, bool is_text)
{
    cJSON *json = json_object_read(message);
    const char *type =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "type"));
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "text"));

    (void)stranger, (void)is_text;
    if (type != NULL && text != NULL && strcmp(type, "publish") == 0)
        core->policy.broadcast(core, text_of(text), &everybody);
    cJSON_Delete(json);
}

/* --- To members ----------------------------------------------------------- */

const char *sends_exception_text_to_the_client(enum message_fault fault,
                                               const char *detail)
{
    (void)detail;
    return fault == MESSAGE_NOT_JSON
               ? "json.decoder.JSONDecodeError: Expecting value: line 1 "
                 "column 9 (char 8)"
               : "KeyError: 'no_such_type' in File \"/app/handlers.py\"";
}
