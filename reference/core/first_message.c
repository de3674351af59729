/* Authentication by the first message. It is due at a fixed time behind the
 * upgrade, whatever else comes; there is one attempt. */
#include "core/secure.h"
#include "core/system.h"
#include <cJSON.h>
#include <stdio.h>

/* --- Reading it ----------------------------------------------------------- */

static void read_claimed(const struct cJSON *message, struct claimed *claimed)
{
    const cJSON *user = cJSON_GetObjectItemCaseSensitive(message, "user_id");
    const char *text = cJSON_GetStringValue(user);

    claimed->present = user != NULL && !cJSON_IsNull(user);
    claimed->is_text = text != NULL && strlen(text) < sizeof(claimed->user);
    copy_text(claimed->user, sizeof(claimed->user),
              claimed->is_text ? text : "");
}

/* False where it is neither a string nor absent. */
static bool read_token(const struct cJSON *message, struct presented *presented)
{
    const cJSON *token = cJSON_GetObjectItemCaseSensitive(message, "token");

    presented_clear(presented);
    if (token == NULL || cJSON_IsNull(token))
        return true;
    if (!cJSON_IsString(token))
        return false;
    present(presented, text_of(token->valuestring));
    return true;
}

enum first_kind secure_read_first_message(struct text message, bool is_text,
                                          struct presented *presented,
                                          struct claimed *claimed)
{
    struct cJSON *json = is_text ? json_object_read(message) : NULL;
    const char *type = member_string(json, "type");
    enum first_kind kind = FIRST_UNREADABLE;

    if (json != NULL && (type == NULL || strcmp(type, "authenticate") != 0))
        kind = FIRST_UNEXPECTED;
    else if (json != NULL && read_token(json, presented)) {
        kind = FIRST_READ;
        read_claimed(json, claimed);
    }
    cJSON_Delete(json);
    return kind;
}

/* What is named besides the token is believed only where it says the same. */
bool secure_claimed_user_holds(const struct claims *claims,
                               const struct claimed *claimed)
{
    return !claimed->present ||
           (claimed->is_text && strcmp(claimed->user, claims->subject) == 0);
}

/* --- Answering it --------------------------------------------------------- */

static void add_time(struct core *core, struct cJSON *object)
{
    char now[TIME_BYTES];

    time_write(core->port.now_ms(core->port.self), now);
    cJSON_AddStringToObject(object, "timestamp", now);
}

void send_auth_error(struct core *core, const struct connection *stranger)
{
    struct cJSON *object = cJSON_CreateObject();

    cJSON_AddStringToObject(object, "type", "auth_error");
    cJSON_AddStringToObject(object, "error", "Authentication failed");
    add_time(core, object);
    send_object(core, stranger, object);
}

const char *secure_welcome_user(const struct claims *claims,
                                const struct claimed *claimed)
{
    (void)claimed; /* the verified one, never an echo */
    return claims->subject;
}

void secure_welcome(struct core *core, struct connection *connection,
                    const struct claimed *claimed)
{
    const struct claims *claims = &connection->member->claims;
    struct cJSON *object = cJSON_CreateObject();

    cJSON_AddStringToObject(object, "type", "auth_success");
    cJSON_AddStringToObject(object, "user_id",
                            core->policy.welcome_user(claims, claimed));
    cJSON_AddStringToObject(object, "restaurant_id", connection->restaurant);
    add_time(core, object);
    send_object(core, connection, object);
}

/* --- Judging it ----------------------------------------------------------- */

static void admit_proven(struct core *core, struct connection *stranger,
                         const struct claims *claims,
                         const struct claimed *claimed)
{
    const struct policy *policy = &core->policy;
    struct text none = { "", 0 };
    enum access access = policy->access(core, stranger, claims, claimed);
    char line[LOG_LINE_BYTES_MAX];

    if (access == ACCESS_UNKNOWN) {
        policy->directory_failed(core, stranger);
    } else if (!policy->lets_in(stranger->endpoint, access)) {
        policy->turn_away(core, stranger,
                          access == ACCESS_NO_ROLE ? REFUSED_ROLE
                                                   : REFUSED_FORBIDDEN,
                          TOKEN_HOLDS, none);
    } else if (stranger_joins(core, stranger, claims)) {
        if (!claimed->present) {
            policy->identity_line(stranger, line, sizeof(line));
            journal_log(core, line);
        }
        policy->welcome(core, stranger, claimed);
    }
}

static void judge(struct core *core, struct connection *stranger,
                  const struct presented *presented,
                  const struct claimed *claimed)
{
    const struct policy *policy = &core->policy;
    struct text token = { presented->token, presented->length };
    bool missing = policy->is_missing(presented);
    struct claims claims;
    enum token_fault fault = missing ? TOKEN_ABSENT
                             : presented->overlong
                                 ? TOKEN_MALFORMED
                                 : policy->verify_token(core, token, &claims);

    stranger->has_claimed = claimed->present;
    if (missing)
        policy->turn_away(core, stranger,
                          stranger->endpoint == ENDPOINT_MANAGEMENT
                              ? REFUSED_NO_IDENTITY
                              : REFUSED_MISSING,
                          fault, token);
    else if (fault == TOKEN_DECODER_FAILED)
        policy->decoder_failed(core, stranger, token);
    else if (fault != TOKEN_HOLDS)
        policy->turn_away(core, stranger, REFUSED_INVALID, fault, token);
    else if (!policy->claimed_user_holds(&claims, claimed))
        policy->turn_away(core, stranger, REFUSED_INVALID, TOKEN_CLAIMS_REFUSED,
                          token);
    else
        admit_proven(core, stranger, &claims, claimed);
}

/* Nothing that a stranger says behind its first message counts: it is no
 * stranger any more, one way or the other. */
void secure_stranger_spoke(struct core *core, struct connection *stranger,
                           struct text message, bool is_text)
{
    struct text none = { "", 0 };
    struct presented presented;
    struct claimed claimed = { .present = false };

    if (stranger->stage != STRANGER ||
        (core->system->carriers & CARRIES_FIRST_MESSAGE) == 0)
        return;
    switch (core->policy.read_first_message(message, is_text, &presented,
                                            &claimed)) {
    case FIRST_READ: judge(core, stranger, &presented, &claimed); break;
    case FIRST_UNREADABLE:
        core->policy.turn_away(core, stranger, REFUSED_UNREADABLE, TOKEN_ABSENT,
                               none);
        break;
    case FIRST_UNEXPECTED:
        core->policy.turn_away(core, stranger, REFUSED_UNEXPECTED, TOKEN_ABSENT,
                               none);
        break;
    }
}

/* --- Waiting for it ------------------------------------------------------- */

int64_t secure_first_message_due_ms(const struct connection *stranger,
                                    const struct settings *settings)
{
    return stranger->since_ms + settings->auth_ms;
}

void secure_stirred(struct core *core, struct connection *connection)
{
    (void)core, (void)connection; /* the deadline stands */
}

void first_message_missed(struct core *core, struct connection *stranger)
{
    struct text none = { "", 0 };

    core->policy.turn_away(core, stranger, REFUSED_TIMEOUT, TOKEN_ABSENT, none);
}
