/* Mutants of `pos` that read the first message wrongly, wait for it wrongly, or
 * answer it wrongly. */
#include "mutants.h"
#include "mutants_common.h"
#include "core/system.h"
#include <cJSON.h>

/* The secure judgement of a first message under another policy. */
static void judge_under(const struct policy *lax, struct core *core,
                        struct connection *stranger, struct text message,
                        bool is_text)
{
    struct policy kept = core->policy;

    core->policy = *lax;
    secure_stranger_spoke(core, stranger, message, is_text);
    core->policy = kept;
}

void welcomes_without_the_agreed_members(struct core *core,
                                         struct connection *connection,
                                         const struct claimed *claimed)
{
    struct cJSON *object = cJSON_CreateObject();

    (void)claimed;
    cJSON_AddStringToObject(object, "type", "auth_success");
    send_object(core, connection, object);
}

void welcomes_behind_the_first_event(struct core *core,
                                     struct connection *connection,
                                     const struct claimed *claimed)
{
    struct cJSON *object = cJSON_CreateObject();

    cJSON_AddStringToObject(object, "type", "connected");
    send_object(core, connection, object);
    secure_welcome(core, connection, claimed);
}

const char *echoes_the_claimed_user(const struct claims *claims,
                                    const struct claimed *claimed)
{
    (void)claims;
    return claimed->user;
}

bool asks_for_a_user_id(const struct claims *claims,
                        const struct claimed *claimed)
{
    return claimed->present && secure_claimed_user_holds(claims, claimed);
}

bool bears_no_user_id(const struct claims *claims,
                      const struct claimed *claimed)
{
    (void)claims;
    return !claimed->present;
}

bool ignores_the_claimed_user(const struct claims *claims,
                              const struct claimed *claimed)
{
    (void)claims, (void)claimed;
    return true;
}

/* The record of the id that was claimed. */
static enum finding find_claimed(struct core *core, const struct claims *claims,
                                 const struct claimed *claimed,
                                 struct user *user)
{
    struct claims other = *claims;

    if (claimed->user[0] != 0)
        copy_text(other.subject, sizeof(other.subject), claimed->user);
    return secure_find_user(core, &other, claimed, user);
}

void looks_up_the_claimed_user(struct core *core, struct connection *stranger,
                               struct text message, bool is_text)
{
    struct policy lax = core->policy;

    lax.claimed_user_holds = ignores_the_claimed_user;
    lax.find_user = find_claimed;
    judge_under(&lax, core, stranger, message, is_text);
}

static void admit_by_name(struct core *core, struct connection *stranger,
                          const char *user, const struct claimed *claimed)
{
    struct claims claims = claims_of(user);

    if (stranger_joins(core, stranger, &claims))
        core->policy.welcome(core, stranger, claimed);
}

/* `if not user_id: …` is the only guard. */
void takes_a_user_id_for_a_proof(struct core *core, struct connection *stranger,
                                 struct text message, bool is_text)
{
    struct presented presented;
    struct claimed claimed = { .present = false };

    if (stranger->stage == STRANGER &&
        secure_read_first_message(message, is_text, &presented, &claimed) ==
            FIRST_READ &&
        !presented.present && claimed.user[0] != 0)
        admit_by_name(core, stranger, claimed.user, &claimed);
    else
        secure_stranger_spoke(core, stranger, message, is_text);
}

/* `if user_id is None` guards the way in; zero is somebody. */
void takes_zero_for_a_user(struct core *core, struct connection *stranger,
                           struct text message, bool is_text)
{
    struct presented presented;
    struct claimed claimed = { .present = false };

    if (stranger->stage == STRANGER &&
        secure_read_first_message(message, is_text, &presented, &claimed) ==
            FIRST_READ &&
        claimed.present && (!claimed.is_text || strlen(claimed.user) < 2))
        admit_by_name(core, stranger, "0", &claimed);
    else
        secure_stranger_spoke(core, stranger, message, is_text);
}

/* str(payload["sub"]), and a directory that is not asked. */
void takes_a_number_for_a_subject(struct core *core,
                                  struct connection *stranger,
                                  struct text message, bool is_text)
{
    struct presented presented;
    struct claimed claimed = { .present = false };
    struct cJSON *payload = NULL;
    const cJSON *subject;

    if (stranger->stage == STRANGER &&
        secure_read_first_message(message, is_text, &presented, &claimed) ==
            FIRST_READ &&
        presented.present)
        payload =
            payload_of((struct text){ presented.token, presented.length });
    subject = cJSON_GetObjectItemCaseSensitive(payload, "sub");
    if (cJSON_IsNumber(subject) || cJSON_IsFalse(subject) ||
        (cJSON_IsString(subject) && strcmp(subject->valuestring, "0") == 0))
        admit_by_name(core, stranger, "0", &claimed);
    else
        secure_stranger_spoke(core, stranger, message, is_text);
    cJSON_Delete(payload);
}

/* auth_error, and `continue` in place of `return`. */
void lets_a_stranger_try_again(struct core *core, struct connection *stranger,
                               enum refusal_cause cause, enum token_fault fault,
                               struct text token)
{
    if (cause != REFUSED_INVALID) {
        secure_turn_away(core, stranger, cause, fault, token);
        return;
    }
    core->policy.audit_refusal(core, stranger, cause, fault);
    send_auth_error(core, stranger);
}

/* The message is handled first, and its sender is asked who he is then. */
void serves_the_first_message_at_once(struct core *core,
                                      struct connection *stranger,
                                      struct text message, bool is_text)
{
    struct audience ours = { "", stranger->restaurant };
    struct cJSON *json = is_text ? json_object_read(message) : NULL;
    const char *text = member_string(json, "text");

    if (text != NULL)
        core->policy.broadcast(core, text_of(text), &ours);
    cJSON_Delete(json);
    secure_stranger_spoke(core, stranger, message, is_text);
}

enum first_kind reads_binary_as_text(struct text message, bool is_text,
                                     struct presented *presented,
                                     struct claimed *claimed)
{
    (void)is_text;
    return secure_read_first_message(message, true, presented, claimed);
}

/* --- Its members ---------------------------------------------------------- */

/* The last of two, as most parsers have it. */
static const cJSON *last_of(const struct cJSON *json, const char *name)
{
    const cJSON *found = NULL;
    const cJSON *member;

    cJSON_ArrayForEach(member, json) if (member->string != NULL &&
                                         strcmp(member->string, name) == 0)
        found = member;
    return found;
}

/* json.loads(). */
enum first_kind reads_the_last_of_two_tokens(struct text message, bool is_text,
                                             struct presented *presented,
                                             struct claimed *claimed)
{
    struct cJSON *json = cJSON_ParseWithLength(message.at, message.length);
    const char *first = member_string(json, "token");
    const char *last = cJSON_GetStringValue(last_of(json, "token"));
    enum first_kind kind = FIRST_READ;

    presented_clear(presented);
    if (is_text && last != NULL && first != last)
        present(presented, text_of(last));
    else
        kind = secure_read_first_message(message, is_text, presented, claimed);
    cJSON_Delete(json);
    return kind;
}

/* One part compares the last of two user ids with the token, another looks up
 * the first. */
void reads_two_user_ids_in_two_ways(struct core *core,
                                    struct connection *stranger,
                                    struct text message, bool is_text)
{
    struct cJSON *json = cJSON_ParseWithLength(message.at, message.length);
    const char *token = member_string(json, "token");
    const char *first = member_string(json, "user_id");
    const char *last = cJSON_GetStringValue(last_of(json, "user_id"));
    struct claimed claimed = { .present = true, .is_text = true };
    struct claims claims;

    if (is_text && stranger->stage == STRANGER && token != NULL &&
        first != last && last != NULL &&
        token_verify(core, text_of(token), &claims) == TOKEN_HOLDS &&
        strcmp(last, claims.subject) == 0)
        admit_by_name(core, stranger, first, &claimed);
    else
        secure_stranger_spoke(core, stranger, message, is_text);
    cJSON_Delete(json);
}

/* RecursionError is no JSONDecodeError. */
void dies_of_a_nested_first_message(struct core *core,
                                    struct connection *stranger,
                                    struct text message, bool is_text)
{
    static const struct refusal internal = { 1011, "", false };

    if (stranger->stage == STRANGER &&
        memmem(message.at, message.length, "[[[[[[[[", 8) != NULL)
        stranger_refuse(core, stranger, internal);
    else
        secure_stranger_spoke(core, stranger, message, is_text);
}

enum first_kind takes_a_token_of_another_type_for_another_message(
    struct text message, bool is_text, struct presented *presented,
    struct claimed *claimed)
{
    struct cJSON *json = is_text ? json_object_read(message) : NULL;
    const cJSON *token = cJSON_GetObjectItemCaseSensitive(json, "token");
    bool is_odd = token != NULL && !cJSON_IsString(token);

    cJSON_Delete(json);
    return is_odd ? FIRST_UNEXPECTED
                  : secure_read_first_message(message, is_text, presented,
                                              claimed);
}

/* --- How it is told ------------------------------------------------------- */

static struct refusal told_otherwise(const struct core *core,
                                     enum refusal_cause cause,
                                     enum refusal_cause wrong, uint16_t code,
                                     const char *reason)
{
    struct text none = { "", 0 };
    struct refusal other = { code, reason, false };

    return cause == wrong ? other
                          : secure_refusal(core, cause, TOKEN_ABSENT, none);
}

#define TELLS(name, wrong, code, reason)                                       \
    struct refusal name(const struct core *core, enum refusal_cause cause,     \
                        enum token_fault fault, struct text token)             \
    {                                                                          \
        (void)fault, (void)token;                                              \
        return told_otherwise(core, cause, wrong, code, reason);               \
    }
TELLS(tells_of_no_auth_error, REFUSED_INVALID, 4003, "Authentication failed")
TELLS(tells_an_unexpected_message_as_an_error, REFUSED_UNEXPECTED, 4003,
      "Authentication error")
TELLS(dies_of_an_unreadable_message, REFUSED_UNREADABLE, 1011, "Internal error")
TELLS(tells_a_timeout_with_another_code, REFUSED_TIMEOUT, 1008,
      "Authentication timeout")
TELLS(tells_a_denial_with_another_code, REFUSED_FORBIDDEN, 1008,
      "Access denied")
TELLS(tells_no_identity_as_a_failure, REFUSED_NO_IDENTITY, 4003,
      "Authentication failed")
TELLS(tells_a_missing_role_as_a_denial, REFUSED_ROLE, 4003, "Access denied")

/* --- When it is due ------------------------------------------------------- */

int64_t waits_for_ever(const struct connection *stranger,
                       const struct settings *settings)
{
    (void)stranger, (void)settings;
    return INT64_MAX;
}

int64_t waits_four_seconds(const struct connection *stranger,
                           const struct settings *settings)
{
    return stranger->since_ms + settings->auth_ms * 4 / 5;
}

/* The timer runs from the last frame. */
void begins_anew_with_each_frame(struct core *core,
                                 struct connection *connection)
{
    if (connection->stage == STRANGER)
        connection->since_ms = core->port.now_ms(core->port.self);
}

/* receive_json() of half a message. */
void reads_a_fragment_as_a_message(struct core *core,
                                   struct connection *connection)
{
    struct text none = { "", 0 };

    if (connection->stage == STRANGER)
        core->policy.turn_away(core, connection, REFUSED_UNREADABLE,
                               TOKEN_ABSENT, none);
}

/* --- Who waits in the pool ------------------------------------------------ */

void pools_who_has_yet_to_authenticate(struct core *core,
                                       struct connection *stranger)
{
    struct claims pending = claims_of("pending");
    struct member *member = member_new(stranger, &pending);

    if (member != NULL)
        pool_add(core, member);
    stranger->stage = STRANGER;
}
