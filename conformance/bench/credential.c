/* The text of a credential: minted, another peer's, or the target's own with
 * edits of ours. */
#include "bench/internal.h"
#include "manifest/minter.h"
#include <cJSON.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

/* A salt is less than any alphabet, so that what is shifted changes. */
enum { OWN_BYTES_MAX = 64 * 1024, SALTS = 5 };

static char *mint(struct peer *peer, const struct token *token)
{
    struct bench *bench = peer->bench;
    struct minting why = {
        .user = peer->user,
        .role = token->no_role ? NULL : bench->manifest->roles[peer->who],
        .jti = peer->jti,
        .now_ms = bench->adapter->ops->now_ms(bench->adapter->self),
    };

    snprintf(peer->jti, sizeof(peer->jti), "%u-%s", peer->socket, bench->id);
    peer->expires_s = why.now_ms / 1000 + (token->expires_in_s != 0
                                               ? token->expires_in_s
                                               : bench->manifest->lifetime_s);
    return token_mint(bench->manifest, &why, token);
}

/* --- The target's own ----------------------------------------------------- */

/* All that is said of this peer's user. */
static const struct pair *facts_of(struct peer *peer, struct pair into[3])
{
    const struct manifest *manifest = peer->bench->manifest;

    if (manifest->has_identities)
        return known_of(peer)->values;
    into[0] = (struct pair){ "user", peer->user };
    into[1] = (struct pair){ "role", manifest->roles[peer->who] };
    into[2] = (struct pair){ NULL, NULL };
    return into;
}

/* One that is revoked has to be nobody else's. */
static bool must_be_fresh(const struct bench *bench)
{
    return bench->shares_nothing || (bench->criterion->needs & REVOCATION) != 0;
}

static char *fetch(struct peer *peer, const struct pair *facts)
{
    struct bench *bench = peer->bench;
    struct adapter *adapter = bench->adapter;
    struct applicant applicant = { .place = place_of(peer),
                                   .values = facts,
                                   .is_fresh = must_be_fresh(bench) };
    struct buffer token;
    enum fault fault = FAULT_ABSENT;

    buffer_init(&token, OWN_BYTES_MAX);
    if (adapter->ops->fetch != NULL)
        fault = adapter->ops->fetch(adapter->self, &applicant, &token);
    check_hook(bench, "fetch a credential", fault);
    char *text = bench->decided ? NULL : strdup(buffer_string(&token));
    buffer_deinit(&token);
    return text;
}

/* Another peer of this user, in this criterion, has one already. */
static const char *own_of_another(const struct peer *peer)
{
    const struct bench *bench = peer->bench;

    for (unsigned i = 0; i < bench->sockets && !must_be_fresh(bench); i++) {
        const struct peer *other = bench->peers[i];
        if (other->own != NULL && strcmp(other->user, peer->user) == 0)
            return other->own;
    }
    return NULL;
}

/* The good one of this peer's user; NULL, and a verdict, where there is none.
 */
static const char *own(struct peer *peer)
{
    const struct source *supply = &peer->bench->manifest->supply;
    struct pair room[3];

    if (peer->own == NULL)
        peer->own = own_of_another(peer);
    if (peer->bench->manifest->has_identities)
        (void)known_user(peer->bench, place_of(peer));
    if (peer->own != NULL || peer->bench->decided)
        return peer->own;
    const struct pair *facts = facts_of(peer, room);
    char *text = supply->steps.count > 0 ? fetch(peer, facts)
                                         : template_fill(supply->token, facts);
    if (text != NULL)
        peer->own = keep_secret(peer->bench, text);
    return peer->own;
}

/* --- Edits of it ---------------------------------------------------------- */

static bool is_hex(const char *text)
{
    return text[strspn(text, "0123456789abcdef-")] == 0;
}

static char shifted(char byte, unsigned by, bool hex)
{
    if (isdigit((unsigned char)byte))
        return (char)('0' + ((unsigned)(byte - '0') + by) % 10);
    if (islower((unsigned char)byte))
        return (char)('a' + ((unsigned)(byte - 'a') + by) % (hex ? 6 : 26));
    if (isupper((unsigned char)byte))
        return (char)('A' + ((unsigned)(byte - 'A') + by) % 26);
    return byte;
}

/* Of the same form, and nobody's: letters stay letters, digits digits. */
static char *look_alike(const struct bench *bench, const char *good)
{
    char *text = strdup(good);
    bool hex = is_hex(good);

    for (size_t i = 0; text != NULL && text[i] != 0; i++) {
        size_t salt = (size_t)(unsigned char)bench->id[i % 16] + i;
        text[i] = shifted(text[i], 1 + (unsigned)(salt % SALTS), hex);
    }
    return text;
}

/* The last letter or digit is another one. */
static char *flipped(const char *good)
{
    char *text = strdup(good);
    size_t at = text == NULL ? 0 : strlen(text);

    while (at > 0 && !isalnum((unsigned char)text[at - 1]))
        at--;
    if (at > 0)
        text[at - 1] = shifted(text[at - 1], 1, is_hex(good));
    return text;
}

static char *expired(struct peer *peer)
{
    const char *template = peer->bench->manifest->supply.expired;
    struct pair room[3];

    return template == NULL ? NULL
                            : template_fill(template, facts_of(peer, room));
}

/* The claims, where it is a JSON Web Token; cJSON_Delete them. */
static cJSON *claims_of(const char *token)
{
    const char *payload = strchr(token, '.');
    const char *signature = payload == NULL ? NULL : strchr(payload + 1, '.');
    char *text =
        signature == NULL
            ? NULL
            : base64url_text(payload + 1, (size_t)(signature - payload - 1));
    cJSON *claims = text == NULL ? NULL : cJSON_Parse(text);

    free(text);
    if (cJSON_IsObject(claims))
        return claims;
    cJSON_Delete(claims);
    return NULL;
}

static bool same_claim(const cJSON *one, const cJSON *other, const char *name)
{
    const cJSON *mine = cJSON_GetObjectItemCaseSensitive(one, name);
    const cJSON *yours = cJSON_GetObjectItemCaseSensitive(other, name);

    return (mine == NULL && yours == NULL) || cJSON_Compare(mine, yours, true);
}

static bool same_header(const char *one, const char *other)
{
    size_t length = strcspn(one, ".");

    return strcspn(other, ".") == length && memcmp(one, other, length) == 0;
}

/* What but its age it may be refused for; NULL: nothing that can be read. */
static const char *other_fault(const char *text, const cJSON *claims,
                               const char *good, const cJSON *good_claims)
{
    if (strcmp(text, good) == 0)
        return "it is the one that holds";
    if (good_claims != NULL && claims == NULL)
        return "it is no JSON Web Token, as the one is that holds";
    if (claims == NULL)
        return NULL;
    if (!cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(claims, "exp")))
        return "it is a JSON Web Token without an exp";
    if (good_claims == NULL)
        return NULL;
    if (!same_header(text, good))
        return "its header (alg, kid) is not that of the one that holds";
    if (!same_claim(claims, good_claims, "iss") ||
        !same_claim(claims, good_claims, "aud"))
        return "its iss or aud is not that of the one that holds";
    return NULL;
}

/* It may be refused for whatever it is: as an expired one it proves something
 * only where it is one, as far as that can be read. */
static void check_expired(struct bench *bench, const char *text,
                          const char *good)
{
    static const char expected[] = "in credential.source.expired one that held "
                                   "once, and holds no more";
    const struct adapter *adapter = bench->adapter;
    double now_s = (double)adapter->ops->now_ms(adapter->self) / 1000;
    cJSON *claims = claims_of(text);
    cJSON *good_claims = claims_of(good);
    const cJSON *exp = cJSON_GetObjectItemCaseSensitive(claims, "exp");
    const char *fault = other_fault(text, claims, good, good_claims);

    if (fault != NULL)
        decide(bench, INCONCLUSIVE, expected, "%s", fault);
    else if (exp != NULL && exp->valuedouble > now_s)
        decide(bench, INCONCLUSIVE, expected,
               "it is a JSON Web Token whose exp lies %.0f s ahead",
               exp->valuedouble - now_s);
    cJSON_Delete(good_claims);
    cJSON_Delete(claims);
}

/* A good one that differs from the usual: none but its issuer makes it. */
static bool is_odd_and_good(const struct token *token)
{
    return token->expires_in_s > 0 || token->claims_more != NULL ||
           token->no_role || token->key > 0 ||
           (token->sub != NULL && strcmp(token->sub, OMITTED) != 0);
}

static bool is_the_good_one(const struct token *token)
{
    return token->signing == SIGNED_RIGHT && token->expires_in_s == 0 &&
           token->exp == NULL && token->sub == NULL && token->alg == NULL &&
           token->header_more == NULL && token->rewrite_exp == NULL &&
           token->rewrite_sub == NULL;
}

/* Whatever bad token it is that we cannot make: another one in its place,
 * where the criterion asks for a bad one of any kind. */
static char *edited(struct peer *peer, const struct token *token,
                    const char *good)
{
    char *text = token->expires_in_s < 0 ? expired(peer) : NULL;

    if (text != NULL) {
        check_expired(peer->bench, text, good);
        return text;
    }
    if (token->signing == SIGNED_THEN_CUT)
        return strndup(good, strlen(good) / 2);
    if (token->signing == SIGNED_THEN_FLIPPED)
        return flipped(good);
    note(
        peer->bench, peer, "bears a look-alike",
        bytes_of_string("of the target's own credential, which nobody issued"));
    return look_alike(peer->bench, good);
}

static char *given(struct peer *peer, const struct token *token)
{
    struct bench *bench = peer->bench;
    const char *good;

    if (token->literal != NULL)
        return strdup(token->literal);
    if (is_odd_and_good(token)) {
        decide(bench, NOT_APPLICABLE, "",
               "a good credential of another kind than the usual one cannot "
               "be had: the target's come from credential.source");
        return NULL;
    }
    good = own(peer);
    if (good == NULL)
        return NULL;
    return is_the_good_one(token) ? strdup(good) : edited(peer, token, good);
}

/* --- What is presented ---------------------------------------------------- */

static char *bare_token(struct peer *peer, const struct token *token)
{
    if (token->same_as != NULL && token->same_as->token != NULL)
        return strdup(token->same_as->token);
    return token->issued ? issue_for(peer) : token_made(peer, token);
}

char *token_made(struct peer *peer, const struct token *token)
{
    return peer->bench->manifest->supply.present ? given(peer, token)
                                                 : mint(peer, token);
}

char *token_for(struct peer *peer, const struct token *token)
{
    char *bare = bare_token(peer, token);
    char *dressed = NULL;

    if (bare == NULL || (token->prefix == NULL && token->suffix == NULL))
        return bare;
    if (asprintf(&dressed, "%s%s%s", token->prefix == NULL ? "" : token->prefix,
                 bare, token->suffix == NULL ? "" : token->suffix) < 0)
        dressed = NULL;
    free(bare);
    return dressed;
}

void revoke(struct peer *peer)
{
    struct bench *bench = peer->bench;
    struct adapter *adapter = bench->adapter;
    bool is_given = bench->manifest->supply.present;

    if (bench->decided)
        return;
    note(bench, peer, "has its token revoked", bytes_of_string(NULL));
    check_hook(bench, "revoke a token",
               adapter->ops->revoke(
                   adapter->self,
                   is_given && peer->token != NULL ? peer->token : peer->jti));
}

/* --- Where it may be carried ---------------------------------------------- */

void need_no_carrier(struct bench *bench, enum carriage place)
{
    if (!bench->decided && is_agreed_place(bench->manifest, place))
        decide(bench, NOT_APPLICABLE, "",
               "a credential in another place than the agreed one: this place "
               "is among credential.carriers");
}

void need_query(struct bench *bench)
{
    if (!bench->decided && !is_agreed_place(bench->manifest, CARRIED_IN_QUERY))
        decide(bench, NOT_APPLICABLE, "",
               "no credential travels in the query as `token`");
}
