/* How each refusal is told. */
#include "manifest/internal.h"
#include "spec.h"

const char *const cause_paths[CAUSES] = {
    [CAUSE_MISSING] = "refusals.missing",
    [CAUSE_INVALID] = "refusals.invalid",
    [CAUSE_EXPIRED_LIVE] = "refusals.expired_live",
    [CAUSE_TIMEOUT] = "refusals.timeout",
    [CAUSE_UNEXPECTED] = "refusals.unexpected",
    [CAUSE_UNREADABLE] = "refusals.unreadable",
    [CAUSE_FORBIDDEN] = "refusals.forbidden",
    [CAUSE_MALFORMED] = "refusals.malformed",
    [CAUSE_ROLE] = "refusals.role",
    [CAUSE_NO_IDENTITY] = "refusals.no_identity",
    [CAUSE_WITHDRAWN] = "refusals.withdrawn",
    [CAUSE_SESSION] = "refusals.session",
    [CAUSE_LOGOUT] = "refusals.logout",
    [CAUSE_ORIGIN] = "refusals.origin",
    [CAUSE_PER_USER] = "refusals.per_user",
    [CAUSE_ATTEMPTS] = "refusals.attempts",
    [CAUSE_STRANGERS] = "refusals.strangers",
    [CAUSE_FULL] = "refusals.full",
    [CAUSE_TOO_BIG] = "refusals.too_big",
    [CAUSE_ILLEGAL] = "refusals.illegal",
    [CAUSE_NOT_UTF8] = "refusals.not_utf8",
    [CAUSE_UNAVAILABLE] = "refusals.unavailable",
    [CAUSE_ASTRAY] = "refusals.unknown_path",
    [CAUSE_AGAIN] = "refusals.second_authentication",
    [CAUSE_WRITING] = "refusals.forbidden_write",
    [CAUSE_HANDSHAKE] = "refusals.handshake",
    [CAUSE_UNSPOKEN] = "refusals.no_subprotocol",
};

static int number_of(const cJSON *outcome, const char *name)
{
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(outcome, name);

    return number == NULL ? 0 : number->valueint;
}

static const char *text_of(const cJSON *outcome, const char *name)
{
    return cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(outcome, name));
}

static enum cut cut_of(const cJSON *outcome)
{
    const char *end = text_of(outcome, "end");

    if (end == NULL)
        return NOT_CUT;
    return strcmp(end, "fin") == 0   ? CUT_BY_FIN
           : strcmp(end, "rst") == 0 ? CUT_BY_RESET
                                     : CUT_ANYHOW;
}

static void build_outcomes(const struct building *building, const char *path,
                           struct outcomes *into)
{
    const cJSON *outcome;

    cJSON_ArrayForEach(outcome, build_at(building, path))
    {
        struct outcome *one = &into->at[into->count++];

        one->close = number_of(outcome, "close");
        one->status = number_of(outcome, "http");
        one->reason = text_of(outcome, "reason");
        one->reason_like = text_of(outcome, "reason_like");
        one->body_like = text_of(outcome, "body_like");
        one->is_open =
            cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(outcome, "open"));
        one->cut = cut_of(outcome);
        one->until_ms = 1000 * number_of(outcome, "until_s");
        one->message = cJSON_GetObjectItemCaseSensitive(outcome, "message");
        one->widened = text_of(outcome, "widened");
    }
}

void build_refusals(struct building *building)
{
    for (size_t cause = 0; cause < CAUSES; cause++)
        build_outcomes(building, cause_paths[cause],
                       &building->manifest->refusals[cause]);
    build_outcomes(building, "other_closes", &building->manifest->other_closes);
}
