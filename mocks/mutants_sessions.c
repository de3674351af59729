/* Mutants of `rooms`: sessions that last too long, and those of others. */
#include "core/rooms.h"
#include "core/sessions.h"
#include "core/system.h"
#include "laboratory.h"
#include "mutants.h"
#include "mutants_common.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

/* --- Time ----------------------------------------------------------------- */

/* A key without an expiry. */
int64_t ends_no_session(const struct core *core, const struct member *member)
{
    (void)core, (void)member;
    return INT64_MAX;
}

int64_t has_half_an_hour_in_its_code(const struct core *core,
                                     const struct member *member)
{
    (void)core;
    return member_active_ms(member) + 30 * 60 * 1000;
}

/* last_activity is set at connect, and never again. */
void notes_no_activity(struct core *core, struct connection *connection)
{
    (void)core, (void)connection;
}

/* The row is gone; the handlers do not ask for it. */
void serves_without_a_session(struct core *core, struct connection *connection)
{
    pool_leave(core, connection);
    connection->member->active_ms = core->port.now_ms(core->port.self);
}

/* --- Whose it is ---------------------------------------------------------- */

/* decode(message["token"]) in each handler. */
bool asks_for_a_token_in_each_message(struct core *core,
                                      struct connection *connection,
                                      const struct cJSON *message,
                                      struct objection *objection)
{
    if (member_string(message, "token") == NULL)
        return object_to(objection, MESSAGE_FORBIDDEN, "no token");
    return secure_obey(core, connection, message, objection);
}

static bool obey_as(struct core *core, struct connection *connection,
                    const char *user, const struct cJSON *message,
                    struct objection *objection)
{
    struct claims *claims = &connection->member->claims;
    struct claims own = *claims;
    bool obeyed;

    if (user != NULL)
        copy_text(claims->subject, sizeof(claims->subject), user);
    obeyed = secure_obey(core, connection, message, objection);
    *claims = own;
    return obeyed;
}

/* user = message.get("user_id", session.user) */
bool believes_the_user_of_a_message(struct core *core,
                                    struct connection *connection,
                                    const struct cJSON *message,
                                    struct objection *objection)
{
    const char *type = member_string(message, "type");
    bool is_asking = type != NULL && strcmp(type, "whoami") == 0;

    return obey_as(core, connection,
                   is_asking ? member_string(message, "user_id") : NULL,
                   message, objection);
}

/* session = sessions[message["session_id"]]; ids are counted from 1. */
bool takes_the_session_of_a_message(struct core *core,
                                    struct connection *connection,
                                    const struct cJSON *message,
                                    struct objection *objection)
{
    const char *id = member_string(message, "session_id");
    const struct connection *other =
        id == NULL ? NULL : connection_find(core, strtoull(id, NULL, 10));

    return obey_as(core, connection,
                   other == NULL || other->stage != MEMBER
                       ? NULL
                       : other->member->claims.subject,
                   message, objection);
}

/* --- How long it is kept -------------------------------------------------- */

/* Rows are named by their user, and stay until they are idle. */
void takes_an_old_session_for_a_token(struct core *core,
                                      struct connection *stranger,
                                      const struct request *request)
{
    struct buffer *rows = &laboratory_of(core)->held;
    struct text query = request->query;
    struct parameter parameter;
    char row[SUBJECT_BYTES_MAX + 3];

    while (query_next(&query, &parameter)) {
        snprintf(row, sizeof(row), "\n%.*s\n", (int)parameter.value.length,
                 parameter.value.at);
        if (text_is(parameter.name, "session_id") && rows->length > 0 &&
            memmem(rows->at, rows->length, row, strlen(row)) != NULL) {
            struct claims claims = claims_of("");
            snprintf(claims.subject, sizeof(claims.subject), "%.*s",
                     (int)parameter.value.length, parameter.value.at);
            stranger_joins(core, stranger, &claims);
            return;
        }
    }
    secure_admit(core, stranger, request);
    if (stranger->stage == MEMBER) {
        snprintf(row, sizeof(row), "\n%s\n", stranger->member->claims.subject);
        buffer_add(rows, row, strlen(row));
    }
}

/* --- Logging out ---------------------------------------------------------- */

/* socket.close() in the handler. */
void logs_out_the_connection_that_asks(struct core *core, const char *user,
                                       struct connection *asking)
{
    logout_note(core, user);
    logout_end(core, user, asking);
}

void logs_everybody_out(struct core *core, const char *user,
                        struct connection *asking)
{
    struct connection *next;

    secure_log_out(core, user, asking);
    for (struct connection *at = core->connections; at != NULL; at = next) {
        next = at->next;
        if (at->stage == MEMBER)
            logout_end(core, at->member->claims.subject, at);
    }
}

/* The endpoint sets a flag that nobody reads. */
void lets_no_operator_log_out(struct core *core, const char *user,
                              struct connection *asking)
{
    if (asking != NULL)
        secure_log_out(core, user, asking);
}

/* The client forgets its token; that has to do. */
bool lets_old_tokens_in_behind_a_logout(const struct core *core,
                                        const struct claims *claims)
{
    (void)core, (void)claims;
    return false;
}

/* A list of users, without a time. */
bool bans_who_has_logged_out(const struct core *core,
                             const struct claims *claims)
{
    return count_find(&core->logouts.users, claims->subject) != NULL;
}

/* One time for all. */
bool counts_a_logout_for_everybody(const struct core *core,
                                   const struct claims *claims)
{
    (void)claims;
    return core->logouts.users.entries > 0 &&
           claims->issued_s * 1000 <=
               core->logouts.due_ms -
                   (int64_t)core->settings.max_lifetime_s * 1000;
}

/* SETEX with the life of a session, not of a token. */
bool forgets_a_logout_within_a_minute(const struct core *core,
                                      const struct claims *claims)
{
    const struct count *count =
        count_find(&core->logouts.users, claims->subject);

    return secure_is_logged_out(core, claims) && count != NULL &&
           core->port.now_ms(core->port.self) - count->since_ms < 60 * 1000;
}

/* DEL session:{user}* */
void logs_out_who_begins_alike(struct core *core, const char *user,
                               struct connection *asking)
{
    struct connection *next;
    size_t length = strlen(user);

    secure_log_out(core, user, asking);
    for (struct connection *at = core->connections; at != NULL; at = next) {
        next = at->next;
        if (at->stage == MEMBER &&
            strncmp(at->member->claims.subject, user, length) == 0)
            logout_end(core, at->member->claims.subject, at);
    }
}

/* The operator's button is called "ban". */
void bans_whom_an_operator_logs_out(struct core *core, const char *user,
                                    struct connection *asking)
{
    struct count *count;

    secure_log_out(core, user, asking);
    count = count_find(&core->logouts.users, user);
    if (asking == NULL && count != NULL)
        count->since_ms += (int64_t)core->settings.max_lifetime_s * 1000;
}
