/* Mutants of `pos` that say too much before a refusal, or fall over in its
 * place. */
#include "mutants.h"
#include "mutants_common.h"
#include "core/system.h"
#include <cJSON.h>

/* --- Too much before it --------------------------------------------------- */

static void welcome_at_once(struct core *core, const struct connection *to,
                            const struct claims *claims)
{
    struct cJSON *object = cJSON_CreateObject();
    char now[TIME_BYTES];

    time_write(core->port.now_ms(core->port.self), now);
    cJSON_AddStringToObject(object, "type", "auth_success");
    cJSON_AddStringToObject(object, "user_id", claims->subject);
    cJSON_AddStringToObject(object, "restaurant_id", to->restaurant);
    cJSON_AddStringToObject(object, "timestamp", now);
    send_object(core, to, object);
}

/* `await websocket.send_json(success)`, and the rights behind it. */
enum access welcomes_whom_it_denies(struct core *core,
                                    const struct connection *stranger,
                                    const struct claims *claims,
                                    const struct claimed *claimed)
{
    enum access access = secure_access(core, stranger, claims, claimed);

    if (access == ACCESS_DENIED && stranger->stage == STRANGER)
        welcome_at_once(core, stranger, claims);
    return access;
}

/* … and the limit behind it. */
enum access welcomes_whom_it_has_no_place_for(struct core *core,
                                              const struct connection *stranger,
                                              const struct claims *claims,
                                              const struct claimed *claimed)
{
    enum access access = secure_access(core, stranger, claims, claimed);

    if (access == ACCESS_GRANTED && stranger->stage == STRANGER &&
        !secure_has_place(core, claims))
        welcome_at_once(core, stranger, claims);
    return access;
}

/* The right form, the right reason, and the cause where the time belongs. */
void tells_the_cause_as_the_time(struct core *core, struct connection *stranger,
                                 enum refusal_cause cause,
                                 enum token_fault fault, struct text token)
{
    struct refusal refusal = secure_refusal(core, cause, fault, token);
    struct cJSON *object;

    if (cause != REFUSED_INVALID) {
        secure_turn_away(core, stranger, cause, fault, token);
        return;
    }
    object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "type", "auth_error");
    cJSON_AddStringToObject(object, "error", "Authentication failed");
    cJSON_AddStringToObject(object, "timestamp", token_fault_name(fault));
    core->policy.audit_refusal(core, stranger, cause, fault);
    send_object(core, stranger, object);
    refusal.tells = false;
    stranger_refuse(core, stranger, refusal);
}

/* --- Falling over in its place -------------------------------------------- */

static const struct refusal internal_error = { 1011, "Internal error", false };

/* Who proves to be somebody by the first message; "" when it proves nothing. */
static void read_proof(struct core *core, const struct connection *stranger,
                       struct text message, bool is_text, struct claims *claims,
                       struct claimed *claimed)
{
    struct presented presented;

    claims->subject[0] = 0;
    if (stranger->stage != STRANGER ||
        secure_read_first_message(message, is_text, &presented, claimed) !=
            FIRST_READ ||
        token_verify(core, (struct text){ presented.token, presented.length },
                     claims) != TOKEN_HOLDS)
        claims->subject[0] = 0;
}

/* user.role, of None. */
void dies_of_a_user_it_does_not_know(struct core *core,
                                     struct connection *stranger,
                                     struct text message, bool is_text)
{
    struct claimed claimed = { .present = false };
    struct claims claims = claims_of("");
    struct user user;

    read_proof(core, stranger, message, is_text, &claims, &claimed);
    if (claims.subject[0] != 0 &&
        secure_find_user(core, &claims, &claimed, &user) == ABSENT)
        stranger_refuse(core, stranger, internal_error);
    else
        secure_stranger_spoke(core, stranger, message, is_text);
}

/* user.restaurant.id, of an owner who has none yet. */
void dies_of_an_owner_without_a_restaurant(struct core *core,
                                           struct connection *stranger,
                                           struct text message, bool is_text)
{
    struct claimed claimed = { .present = false };
    struct claims claims = claims_of("");
    struct user user = { .id = "" };

    read_proof(core, stranger, message, is_text, &claims, &claimed);
    if (claims.subject[0] != 0 &&
        secure_find_user(core, &claims, &claimed, &user) == FOUND &&
        user.restaurant[0] == 0 && strcmp(user.role, "platform_owner") != 0)
        stranger_refuse(core, stranger, internal_error);
    else
        secure_stranger_spoke(core, stranger, message, is_text);
}

/* An assertion that the two are equal. */
void dies_of_a_claimed_user_that_differs(struct core *core,
                                         struct connection *stranger,
                                         struct text message, bool is_text)
{
    struct claimed claimed = { .present = false };
    struct claims claims = claims_of("");

    read_proof(core, stranger, message, is_text, &claims, &claimed);
    if (claims.subject[0] != 0 && !secure_claimed_user_holds(&claims, &claimed))
        stranger_refuse(core, stranger, internal_error);
    else
        secure_stranger_spoke(core, stranger, message, is_text);
}

/* uuid.UUID(restaurant_id), and nobody who catches the ValueError. */
void dies_of_an_id_that_is_no_uuid(struct core *core,
                                   struct connection *stranger,
                                   enum refusal_cause cause,
                                   enum token_fault fault, struct text token)
{
    if (cause == REFUSED_MALFORMED)
        stranger_refuse(core, stranger, internal_error);
    else
        secure_turn_away(core, stranger, cause, fault, token);
}
