/* Another way to the broadcasts of `signals`: the latest of them, read over
 * HTTP with the token that would admit to the socket. */
#include "core/latest.h"
#include "core/secure.h"
#include "core/state.h"
#include <cJSON.h>
#include <stdlib.h>

struct latest {
    char *at[LATEST_MAX]; /* messages, in a ring */
    size_t next;          /* of them all, from 0 */
};

void latest_keep(struct core *core, const char *message)
{
    struct latest *latest = core->latest;

    if (core->settings.served != SERVES_SIGNALS || message == NULL)
        return;
    if (latest == NULL)
        latest = core->latest = calloc(1, sizeof(*latest));
    if (latest == NULL)
        return;
    char **place = &latest->at[latest->next++ % LATEST_MAX];
    free(*place);
    *place = strdup(message);
}

void latest_free(struct core *core)
{
    for (size_t i = 0; core->latest != NULL && i < LATEST_MAX; i++)
        free(core->latest->at[i]);
    free(core->latest);
    core->latest = NULL;
}

char *latest_json(const struct core *core)
{
    const struct latest *latest = core->latest;
    size_t end = latest == NULL ? 0 : latest->next;
    cJSON *tree = cJSON_CreateObject();
    cJSON *array = cJSON_AddArrayToObject(tree, "signals");

    for (size_t i = end < LATEST_MAX ? 0 : end - LATEST_MAX; i < end; i++) {
        const char *message = latest->at[i % LATEST_MAX];
        if (message != NULL)
            cJSON_AddItemToArray(array, cJSON_CreateRaw(message));
    }
    char *text = cJSON_PrintUnformatted(tree);
    cJSON_Delete(tree);
    return text;
}

enum token_fault secure_verify_elsewhere(struct core *core, struct text token,
                                         struct claims *claims)
{
    return token.length == 0 ? TOKEN_ABSENT
                             : core->policy.verify_token(core, token, claims);
}

/* One body, whatever was wrong. */
char *secure_refusal_elsewhere(const struct core *core, enum token_fault fault,
                               struct text token)
{
    (void)core, (void)fault, (void)token;
    return strdup("{\"error\":\"unauthorized\"}");
}

int core_read_latest(struct core *core, struct text token, char **body)
{
    struct claims claims;
    enum token_fault fault =
        token.length > TOKEN_BYTES_MAX
            ? TOKEN_MALFORMED
            : core->policy.verify_elsewhere(core, token, &claims);

    *body = fault == TOKEN_HOLDS
                ? latest_json(core)
                : core->policy.refusal_elsewhere(core, fault, token);
    if (*body == NULL)
        return 503;
    return fault == TOKEN_HOLDS ? 200 : 401;
}
