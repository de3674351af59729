/* Mutants that keep the pool badly, or walk it badly. */
#include "laboratory.h"
#include "mutants.h"
#include "mutants_common.h"
#include "core/system.h"
#include <cJSON.h>
#include <stdlib.h>

/* --- In and out ----------------------------------------------------------- */

void accepts_but_never_pools(struct core *core, struct connection *stranger,
                             const struct claims *claims)
{
    (void)core;
    (void)member_new(stranger, claims);
}

void pools_twice(struct core *core, struct connection *stranger,
                 const struct claims *claims)
{
    secure_join_pool(core, stranger, claims);
    secure_join_pool(core, stranger, claims);
}

/* `except WebSocketDisconnect` in place of `finally`. */
void removes_only_on_a_clean_close(struct core *core,
                                   struct connection *connection,
                                   enum departure how)
{
    if (how == DEPARTED_CLEANLY)
        secure_depart(core, connection, how);
}

bool checks_expiry_at_the_door_only(const struct claims *claims, int64_t now_ms)
{
    (void)claims, (void)now_ms;
    return false;
}

/* --- Broadcast ------------------------------------------------------------ */

static bool deliver(struct core *core, const struct member *member,
                    const char *message)
{
    return core->port.send(core->port.self, member->connection->id,
                           text_of(message));
}

void delivers_to_the_newest_only(struct core *core, struct text text,
                                 const struct audience *audience)
{
    char *message = signal_message(core, text);

    (void)audience;
    if (message != NULL && core->pool_last != NULL)
        (void)deliver(core, core->pool_last, message);
    free(message);
}

/* No `try` around each send. */
void stops_the_broadcast_at_the_first_failed_send(
    struct core *core, struct text text, const struct audience *audience)
{
    char *message = signal_message(core, text);
    const struct member *member = message == NULL ? NULL : core->pool;

    (void)audience;
    while (member != NULL && deliver(core, member, message))
        member = member->next;
    free(message);
}

/* One task for each send: the even signals overtake the odd ones on their way
 * to all but the oldest and the newest member. */
void delivers_out_of_order(struct core *core, struct text text,
                           const struct audience *audience)
{
    struct buffer *held = &laboratory_of(core)->held;
    char *message = signal_message(core, text);
    const struct member *member = message == NULL ? NULL : core->pool;

    (void)audience;
    for (; member != NULL; member = member->next) {
        bool is_swift = member == core->pool || member == core->pool_last;
        if (is_swift || held->length > 0)
            (void)deliver(core, member, message);
        if (!is_swift && held->length > 0)
            (void)deliver(core, member, buffer_string(held));
    }
    if (held->length > 0)
        buffer_clear(held);
    else if (message != NULL)
        (void)buffer_add_string(held, message);
    free(message);
}

static bool has_refused_a_message(const struct core *core)
{
    const struct record *record;

    for (uint64_t seq = 1; seq < core->next_seq; seq++) {
        record = journal_find(core, seq);
        if (record != NULL && strcmp(record->what, "message_refused") == 0)
            return true;
    }
    return false;
}

/* The exception of one member's message ends the task that serves all. */
void one_bad_message_stops_the_broadcast(struct core *core, struct text text,
                                         const struct audience *audience)
{
    if (!has_refused_a_message(core))
        secure_broadcast(core, text, audience);
}

/* --- Who one is later ----------------------------------------------------- */

static void become(struct connection *connection, const char *user)
{
    struct claims *claims = &connection->member->claims;

    if (user != NULL)
        copy_text(claims->subject, sizeof(claims->subject), user);
}

bool authenticates_again(struct core *core, struct connection *connection,
                         const struct cJSON *message,
                         struct objection *objection)
{
    const char *type = member_string(message, "type");
    const char *token = member_string(message, "token");
    struct cJSON *payload;

    if (type == NULL || token == NULL || strcmp(type, "authenticate") != 0)
        return secure_obey(core, connection, message, objection);
    payload = payload_of(text_of(token));
    become(connection, member_string(payload, "sub"));
    cJSON_Delete(payload);
    return true;
}

bool says_nothing_to_who_authenticates_again(struct core *core,
                                             struct connection *connection,
                                             const struct cJSON *message,
                                             struct objection *objection)
{
    const char *type = member_string(message, "type");

    return (type != NULL && strcmp(type, "authenticate") == 0) ||
           secure_obey(core, connection, message, objection);
}

/* The user stays, and the place goes to whom the new token names. */
bool counts_who_authenticates_again(struct core *core,
                                    struct connection *connection,
                                    const struct cJSON *message,
                                    struct objection *objection)
{
    const char *type = member_string(message, "type");
    const char *token = member_string(message, "token");
    struct claims claims;

    if (type != NULL && token != NULL && strcmp(type, "authenticate") == 0 &&
        core->policy.verify_token(core, text_of(token), &claims) == TOKEN_HOLDS)
        core->policy.leave_place(core, connection, LEFT_CLEANLY);
    return secure_obey(core, connection, message, objection);
}

bool takes_the_user_from_each_message(struct core *core,
                                      struct connection *connection,
                                      const struct cJSON *message,
                                      struct objection *objection)
{
    become(connection, member_string(message, "user_id"));
    return secure_obey(core, connection, message, objection);
}
