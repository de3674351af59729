/* Mutants through which somebody is heard who has no right to be, or is heard
 * by those whom it is not for. */
#include "laboratory.h"
#include "mutants.h"
#include "mutants_common.h"
#include "core/system.h"
#include <stdio.h>

/* --- Who speaks on -------------------------------------------------------- */

/* The close stands in a branch that does not return: whose token holds is
 * obeyed, right or no right. The mark is a member of nobody's. */
void obeys_who_was_denied(struct core *core, struct connection *stranger,
                          struct text message, bool is_text)
{
    struct claims claims = claims_of("denied");
    struct presented presented = { .present = false };
    struct claimed claimed;
    bool is_first = stranger->stage == STRANGER;

    if (stranger->stage == REFUSED && stranger->member != NULL &&
        strcmp(stranger->member->claims.subject, claims.subject) == 0) {
        member_spoke(core, stranger, message, is_text);
        return;
    }
    secure_stranger_spoke(core, stranger, message, is_text);
    if (!is_first || stranger->stage != REFUSED ||
        secure_read_first_message(message, is_text, &presented, &claimed) !=
            FIRST_READ)
        return;
    struct text token = { presented.token, presented.length };
    if (core->policy.verify_token(
            core, token, &(struct claims){ .subject = "" }) == TOKEN_HOLDS &&
        member_new(stranger, &claims) != NULL)
        stranger->stage = REFUSED;
}

/* The loop of the messages ends with the socket, not with the right. */
void obeys_whoever_was_a_member(struct core *core, struct connection *stranger,
                                struct text message, bool is_text)
{
    if (stranger->stage == REFUSED && stranger->member != NULL)
        member_spoke(core, stranger, message, is_text);
    else
        secure_stranger_spoke(core, stranger, message, is_text);
}

/* --- Whom a message names ------------------------------------------------- */

/* message.get("user_id", own) */
bool sends_to_the_user_that_is_named(struct core *core,
                                     struct connection *connection,
                                     const struct cJSON *message,
                                     struct objection *objection)
{
    const char *named = member_string(message, "user_id");
    struct claims *claims = &connection->member->claims;
    struct claims own = *claims;
    bool obeyed;

    if (named != NULL)
        copy_text(claims->subject, sizeof(claims->subject), named);
    obeyed = secure_obey(core, connection, message, objection);
    *claims = own;
    return obeyed;
}

/* message.get("restaurant_id", own): old clients send it. */
bool sends_to_the_restaurant_that_is_named(struct core *core,
                                           struct connection *connection,
                                           const struct cJSON *message,
                                           struct objection *objection)
{
    const char *named = member_string(message, "restaurant_id");
    char own[UUID_SIZE];
    bool obeyed;

    copy_text(own, sizeof(own), connection->restaurant);
    if (named != NULL)
        copy_text(connection->restaurant, sizeof(own), named);
    obeyed = secure_obey(core, connection, message, objection);
    copy_text(connection->restaurant, sizeof(own), own);
    return obeyed;
}

/* --- What users share ----------------------------------------------------- */

static bool is_present(const struct core *core, const char *user)
{
    for (const struct member *at = core->pool; at != NULL; at = at->next)
        if (strcmp(at->claims.subject, user) == 0)
            return true;
    return false;
}

/* Slots of a table are reused, and what was queued in one is not dropped: it
 * goes to whoever has the slot next. What is held is "user text". */
void leaves_its_queue_to_the_next(struct core *core, struct text text,
                                  const struct audience *audience)
{
    struct buffer *held = &laboratory_of(core)->held;
    const struct member *newest = core->pool_last;
    char user[SUBJECT_BYTES_MAX + 1] = "";
    size_t length = strcspn(buffer_string(held), " ");

    if (length < sizeof(user))
        memcpy(user, buffer_string(held), length);
    if (held->length > 0 && newest != NULL && !is_present(core, user) &&
        strncmp(newest->claims.subject, "witness", 7) != 0) {
        struct audience next = { newest->claims.subject, "" };
        secure_broadcast(core, text_of(buffer_string(held) + length + 1),
                         &next);
        buffer_clear(held);
    }
    if (audience->user[0] != 0) {
        buffer_clear(held);
        (void)buffer_printf(held, "%s %.*s", audience->user, (int)text.length,
                            text.at);
    }
    secure_broadcast(core, text, audience);
}

/* self.current_user, set by each message and read behind an `await`: while two
 * speak in the same instant, one's event goes to the other. */
void keeps_the_current_user_in_a_variable(struct core *core, struct text text,
                                          const struct audience *audience)
{
    struct buffer *held = &laboratory_of(core)->held;
    int64_t now_ms = core->port.now_ms(core->port.self);
    char at[32];

    snprintf(at, sizeof(at), "%lld ", (long long)now_ms);
    if (audience->user[0] != 0 &&
        strncmp(buffer_string(held), at, strlen(at)) == 0 &&
        strcmp(buffer_string(held) + strlen(at), audience->user) != 0) {
        struct audience other = { buffer_string(held) + strlen(at), "" };
        secure_broadcast(core, text, &other);
    }
    if (audience->user[0] != 0) {
        buffer_clear(held);
        (void)buffer_printf(held, "%s%s", at, audience->user);
    }
    secure_broadcast(core, text, audience);
}
