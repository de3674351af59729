/* Tokens that the target issues itself. */
#include "bench/internal.h"
#include "manifest/minter.h"
#include <cJSON.h>
#include <math.h>
#include <stdlib.h>

enum { TOKEN_BYTES_MAX = 64 * 1024 };

char *issue_for(struct peer *peer)
{
    struct bench *bench = peer->bench;
    const struct adapter *adapter = bench->adapter;
    const char *role = bench->manifest->roles[peer->who];
    struct buffer token;
    char *text;

    buffer_init(&token, TOKEN_BYTES_MAX);
    peer->asked_ms = adapter->ops->now_ms(adapter->self);
    check_hook(bench, "issue a token",
               adapter->ops->issue(adapter->self, peer->user,
                                   role == NULL ? "" : role, &token));
    text = bench->decided ? NULL : strdup(buffer_string(&token));
    buffer_deinit(&token);
    return text;
}

/* The claims of a token, unverified: whether it holds, the target says. */
static struct cJSON *claims_of(const char *token)
{
    const char *claims = token == NULL ? NULL : strchr(token, '.');
    size_t length = claims == NULL ? 0 : strcspn(claims + 1, ".");
    char *text = length == 0 ? NULL : base64url_text(claims + 1, length);
    struct cJSON *tree = text == NULL ? NULL : cJSON_Parse(text);

    free(text);
    return tree;
}

static void judge_life(struct peer *peer, const char *since, double life_s)
{
    const struct manifest *manifest = peer->bench->manifest;

    if (fabs(life_s - (double)manifest->issued_lifetime_s) > 1)
        decide(peer->bench, FAIL,
               "a token that lives as long as credential.issued_lifetime_s "
               "says, a second aside",
               "it lives for %.0f s, counted from %s, where %ld s are "
               "configured",
               life_s, since, manifest->issued_lifetime_s);
}

static double second_of(int64_t ms)
{
    int64_t second = ms / 1000;

    return (double)second;
}

/* A service may say what it likes of when it issued it. */
static void judge_moment(struct peer *peer, double expires_s)
{
    double life_s = (double)peer->bench->manifest->issued_lifetime_s;
    double earliest = second_of(peer->asked_ms) + life_s - 1;
    double latest = second_of(peer->dialled_ms) + life_s + 1;

    if (expires_s < earliest || expires_s > latest)
        decide(peer->bench, FAIL,
               "a token that lives as long as credential.issued_lifetime_s "
               "says from the time when it was asked for, a second aside",
               "it expires %.0f s behind that, where %.0f s are configured",
               expires_s - second_of(peer->asked_ms), life_s);
}

static void judge_claims(struct peer *peer, const struct cJSON *claims)
{
    struct bench *bench = peer->bench;
    const struct cJSON *exp = cJSON_GetObjectItemCaseSensitive(claims, "exp");
    const struct cJSON *iat = cJSON_GetObjectItemCaseSensitive(claims, "iat");
    bool is_ours = (bench->offers & SAME_CLOCK) != 0;

    if (claims == NULL)
        decide(bench, INCONCLUSIVE, "a JSON Web Token",
               "what was issued cannot be read as one");
    else if (!cJSON_IsNumber(exp))
        decide(bench, FAIL, "a token that expires", "it has no number exp");
    else if (cJSON_IsNumber(iat))
        judge_life(peer, "its iat", exp->valuedouble - iat->valuedouble);
    else if (!is_ours)
        decide(bench, INCONCLUSIVE, "a token that says when it was issued",
               "it has no iat, and the clock of the target is not ours");
    if (!bench->decided && is_ours)
        judge_moment(peer, exp->valuedouble);
}

void expect_issued_lifetime(struct peer *peer)
{
    struct cJSON *claims;

    if (peer->bench->decided)
        return;
    claims = claims_of(peer->token);
    judge_claims(peer, claims);
    cJSON_Delete(claims);
}
