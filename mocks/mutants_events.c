/* Mutants of `pos` whose records tell too little, too much, or something
 * else. */
#include "mutants.h"
#include "mutants_common.h"
#include "core/system.h"
#include <stdio.h>

/* --- Events --------------------------------------------------------------- */

/* The call that failed was removed, not mended. */
void reports_no_denial(struct core *core, const struct connection *stranger,
                       enum refusal_cause cause, enum token_fault fault)
{
    (void)core, (void)stranger, (void)cause, (void)fault;
}

void reports_each_denial_twice(struct core *core,
                               const struct connection *stranger,
                               enum refusal_cause cause, enum token_fault fault)
{
    secure_audit_refusal(core, stranger, cause, fault);
    secure_audit_refusal(core, stranger, cause, fault);
}

/* The calls stand where a token was judged, and nowhere else. */
#define REPORTS_NOT(name, ...)                                                 \
    void name(struct core *core, const struct connection *stranger,            \
              enum refusal_cause cause, enum token_fault fault)                \
    {                                                                          \
        static const enum refusal_cause silent[] = { __VA_ARGS__ };            \
        for (size_t i = 0; i < sizeof(silent) / sizeof(*silent); i++)          \
            if (cause == silent[i])                                            \
                return;                                                        \
        secure_audit_refusal(core, stranger, cause, fault);                    \
    }
REPORTS_NOT(reports_nothing_at_the_door, REFUSED_ORIGIN, REFUSED_MALFORMED)
REPORTS_NOT(reports_no_limit_of_an_address, REFUSED_ATTEMPTS, REFUSED_STRANGERS)
REPORTS_NOT(reports_no_first_message_that_fails, REFUSED_UNEXPECTED,
            REFUSED_UNREADABLE)
REPORTS_NOT(reports_no_overlong_first_message, REFUSED_TOO_BIG)
REPORTS_NOT(reports_no_missed_deadline, REFUSED_TIMEOUT)
REPORTS_NOT(reports_no_fault_of_the_directory, REFUSED_UNAVAILABLE)
REPORTS_NOT(reports_no_end_of_a_right, REFUSED_WITHDRAWN, REFUSED_EXPIRED_LIVE)
#undef REPORTS_NOT

static void report_as(struct core *core, const struct connection *stranger,
                      const char *severity, const char *detail)
{
    journal_audit(core, "ACCESS_DENIED", severity, "denied", detail, stranger,
                  "");
}

void reports_a_denial_as_information(struct core *core,
                                     const struct connection *stranger,
                                     enum refusal_cause cause,
                                     enum token_fault fault)
{
    (void)cause, (void)fault;
    report_as(core, stranger, "INFO", "Missing user_id and no valid token");
}

void reports_no_cause(struct core *core, const struct connection *stranger,
                      enum refusal_cause cause, enum token_fault fault)
{
    (void)cause, (void)fault;
    report_as(core, stranger, "CRITICAL", "");
}

void reports_every_denial_at_the_main_endpoint(
    struct core *core, const struct connection *stranger,
    enum refusal_cause cause, enum token_fault fault)
{
    struct connection elsewhere = *stranger;

    elsewhere.endpoint = ENDPOINT_MAIN;
    secure_audit_refusal(core, &elsewhere, cause, fault);
}

/* ip_address="unknown" */
void reports_an_unknown_address(struct core *core,
                                const struct connection *stranger,
                                enum refusal_cause cause,
                                enum token_fault fault)
{
    struct connection unknown = *stranger;

    copy_text(unknown.peer, sizeof(unknown.peer), "unknown");
    secure_audit_refusal(core, &unknown, cause, fault);
}

void reports_before_it_decides(struct core *core, struct connection *stranger,
                               struct text message, bool is_text)
{
    if (stranger->stage == STRANGER)
        report_as(core, stranger, "CRITICAL", "Missing user_id");
    secure_stranger_spoke(core, stranger, message, is_text);
}

/* security_monitor.log_suspicious_activity(…) */
void dies_when_the_monitor_fails(struct core *core, const char *peer)
{
    for (struct connection *at = core->connections; at != NULL; at = at->next)
        if (strcmp(at->peer, peer) == 0)
            connection_end(core, at);
}

/* --- Lines ---------------------------------------------------------------- */

void logs_every_failure_alike(enum token_fault fault, struct text token,
                              const char *peer, char *into, size_t size)
{
    (void)token;
    snprintf(into, size, "note: auth refused %s: %s", peer,
             token_fault_name(fault));
}

/* The words of a level, in a line of another. */
void logs_failures_for_developers(enum token_fault fault, struct text token,
                                  const char *peer, char *into, size_t size)
{
    (void)fault, (void)token;
    snprintf(into, size, "debug: sent auth_error, no warning %s", peer);
}

void logs_errors_for_developers(const struct connection *connection,
                                const struct objection *objection, char *into,
                                size_t size)
{
    (void)objection;
    snprintf(into, size, "debug: sent type=error to %s", connection->peer);
}

void logs_an_admission_like_any_other(const struct connection *connection,
                                      char *into, size_t size)
{
    snprintf(into, size, "INFO: %s - \"WebSocket\" [accepted]",
             connection->peer);
}

bool logs_the_type_whole(struct core *core, struct connection *connection,
                         const struct cJSON *message,
                         struct objection *objection)
{
    const char *type = member_string(message, "type");

    if (type != NULL && strlen(type) > LOG_LINE_BYTES_MAX)
        core->port.log(core->port.self, type);
    return secure_obey(core, connection, message, objection);
}

void logs_no_cause_of_an_error(const struct connection *connection,
                               const struct objection *objection, char *into,
                               size_t size)
{
    (void)connection, (void)objection;
    snprintf(into, size, "message processing failed");
}

void logs_no_derived_identity(const struct connection *connection, char *into,
                              size_t size)
{
    snprintf(into, size, "user id %s", connection->peer);
}

/* logger.info(f"… {request}") */
void logs_lines_as_they_come(const char *line, char *into, size_t size)
{
    copy_text(into, size, line);
}

void logs_the_first_message(struct core *core, struct connection *stranger,
                            struct text message, bool is_text)
{
    char line[LOG_LINE_BYTES_MAX];

    snprintf(line, sizeof(line), "first message %s: %.*s", stranger->peer,
             (int)message.length, message.at == NULL ? "" : message.at);
    core->port.log(core->port.self, line);
    secure_stranger_spoke(core, stranger, message, is_text);
}
