/* Opening connections: who dials, with which token, in which manner. */
#include "bench/internal.h"
#include "manifest/minter.h"
#include <stdio.h>
#include <stdlib.h>

static const char *const names[IDENTITIES] = {
    [ALICE] = "alice",         [BOB] = "bob",
    [CAROL] = "carol",         [DAVE] = "dave",
    [PUBLISHER_PAUL] = "paul",
};

/* Bytes that a query may hold as they are (RFC 3986 2.3). */
static bool is_unreserved(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z') ||
           (byte != 0 && strchr("-._~", byte) != NULL);
}

static void add_encoded(struct buffer *into, const char *text)
{
    for (; *text != 0; text++) {
        if (is_unreserved(*text))
            buffer_add(into, text, 1);
        else
            buffer_printf(into, "%%%02X", (unsigned char)*text);
    }
}

static void write_query(struct buffer *into, const struct manifest *manifest,
                        enum carriage carriage, const char *token)
{
    switch (carriage) {
    case CARRIED_AS_AGREED:
        buffer_printf(into, "%s=", manifest->query_name);
        add_encoded(into, token);
        break;
    case CARRIED_EMPTY: buffer_printf(into, "%s=", manifest->query_name); break;
    case CARRIED_BARE: buffer_add_string(into, manifest->query_name); break;
    case CARRIED_MISNAMED:
        buffer_printf(into, "access_%s=", manifest->query_name);
        add_encoded(into, token);
        break;
    case CARRIED_NOWHERE:
    case CARRIED_IN_HEADER: break;
    }
}

static char *mint_for(struct peer *peer, const struct token *token)
{
    struct bench *bench = peer->bench;
    char user[64];
    struct minting why = {
        .user = user,
        .role = bench->manifest->roles[peer->who],
        .jti = peer->jti,
        .now_ms = bench->adapter->ops->now_ms(bench->adapter->self),
    };

    snprintf(user, sizeof(user), "%s-%s", names[peer->who], bench->id);
    snprintf(peer->jti, sizeof(peer->jti), "%u-%s", peer->socket, bench->id);
    peer->expires_s = why.now_ms / 1000 + (token->expires_in_s != 0
                                               ? token->expires_in_s
                                               : bench->manifest->lifetime_s);
    return token_mint(bench->manifest, &why, token);
}

/* The text to present: minted, or taken from another peer, and dressed. */
static char *make_token(struct peer *peer, const struct token *token)
{
    char *bare = token->same_as != NULL && token->same_as->token != NULL
                     ? strdup(token->same_as->token)
                     : mint_for(peer, token);
    char *dressed = NULL;

    if (bare == NULL || (token->prefix == NULL && token->suffix == NULL))
        return bare;
    if (asprintf(&dressed, "%s%s%s", token->prefix == NULL ? "" : token->prefix,
                 bare, token->suffix == NULL ? "" : token->suffix) < 0)
        dressed = NULL;
    free(bare);
    return dressed;
}

static struct peer *new_peer(struct bench *bench, enum identity who,
                             const char *name)
{
    struct peer *peer = calloc(1, sizeof(*peer));

    if (peer == NULL || bench->sockets == PEERS_MAX) {
        fprintf(stderr, "wsconform: too many peers in one criterion\n");
        abort();
    }
    bench->peers[bench->sockets++] = peer;
    peer->socket = bench->sockets;
    peer->bench = bench;
    peer->who = who;
    peer->answers_close = true;
    buffer_init(&peer->heard, HEARD_BYTES_MAX);
    snprintf(peer->name, sizeof(peer->name), "%s-%u", name, peer->socket);
    return peer;
}

static const char *describe_token(const struct token *token, char *into,
                                  size_t size)
{
    static const char *const carriages[] = {
        [CARRIED_AS_AGREED] = "a token",
        [CARRIED_NOWHERE] = "no token",
        [CARRIED_EMPTY] = "an empty token",
        [CARRIED_BARE] = "a token parameter without a value",
        [CARRIED_MISNAMED] = "a token under another name",
        [CARRIED_IN_HEADER] = "a token in the Authorization header",
    };
    static const char *const signings[] = {
        [SIGNED_RIGHT] = "",
        [SIGNED_WITH_OTHER_KEY] = ", signed with another key",
        [SIGNED_WITH_EMPTY_KEY] = ", signed with an empty key",
        [SIGNED_WITH_PUBLIC_KEY] = ", HMAC keyed with the public key",
        [SIGNED_WITH_LONGER_HASH] = ", signed with HS512",
        [SIGNED_NOT_AT_ALL] = ", not signed",
        [SIGNED_THEN_FLIPPED] = ", one bit of its signature flipped",
        [SIGNED_THEN_CUT] = ", its signature cut in half",
    };
    char expiry[48] = "";

    if (token->expires_in_s != 0)
        snprintf(expiry, sizeof(expiry), ", exp in %ld s", token->expires_in_s);
#define TOLD(field, text)                                                      \
    token->field == NULL ? "" : text, token->field == NULL ? "" : token->field
    snprintf(into, size,
             "with %s%s%s%s%.60s%s%.60s%s%.60s%s%.60s%s%.60s%s%.40s",
             carriages[token->carriage], signings[token->signing], expiry,
             TOLD(exp, ", exp "), TOLD(sub, ", sub "), TOLD(alg, ", alg "),
             TOLD(header_more, ", header "), TOLD(rewrite_exp, ", exp made "),
             TOLD(literal, ": "));
#undef TOLD
    return into;
}

enum { EARLY_MAX = 32 };

static void open_socket(struct peer *peer, const struct token *token,
                        const struct manner *manner)
{
    struct bench *bench = peer->bench;
    const struct adapter_ops *ops = bench->adapter->ops;
    const char *early[EARLY_MAX];
    struct pair header = { "Authorization", NULL };
    struct buffer query;
    struct buffer bearer;
    struct opening opening = { .timezone = manner->timezone, .early = early };

    buffer_init(&query, 1024 * 1024);
    buffer_init(&bearer, 64 * 1024);
    write_query(&query, bench->manifest, token->carriage,
                peer->token == NULL ? "" : peer->token);
    if (token->carriage == CARRIED_IN_HEADER) {
        buffer_printf(&bearer, "Bearer %s", peer->token);
        header.value = buffer_string(&bearer);
        opening.headers = &header;
        opening.header_count = 1;
    }
    if (manner->early != NULL)
        opening.early_count =
            manner->early_copies == 0 ? 1 : manner->early_copies;
    for (size_t i = 0; i < opening.early_count && i < EARLY_MAX; i++)
        early[i] = manner->early;
    opening.query = query.length > 0 ? buffer_string(&query) : NULL;
    opening.source = bench->source[0] != 0 ? bench->source : NULL;

    enum fault fault = ops->open(bench->adapter->self, peer->socket, &opening);
    if (fault == FAULT_ABSENT)
        decide(bench, NOT_APPLICABLE, "", "no instance under TZ=%s",
               manner->timezone == NULL ? "?" : manner->timezone);
    else if (fault != FAULT_NONE)
        decide(bench, INCONCLUSIVE, "a connection to the target", "%s",
               fault_reason());
    if (manner->never_closes)
        ops->answer_closes(bench->adapter->self, peer->socket, false);
    snprintf(peer->address, sizeof(peer->address), "%s",
             ops->address(bench->adapter->self, peer->socket));
    buffer_deinit(&query);
    buffer_deinit(&bearer);
}

static struct peer *dial_named(struct bench *bench, enum identity who,
                               const char *name, struct token token,
                               struct manner manner)
{
    struct peer *peer = new_peer(bench, who, name);
    char told[640];

    if (bench->decided)
        return peer;
    if (token.carriage != CARRIED_NOWHERE && token.carriage != CARRIED_EMPTY &&
        token.carriage != CARRIED_BARE) {
        peer->token = keep_secret(bench, make_token(peer, &token));
        if (peer->token == NULL)
            decide(bench, INCONCLUSIVE, "a token", "it could not be made: %s",
                   fault_reason());
    }
    note(bench, peer, "dials",
         bytes_of_string(describe_token(&token, told, sizeof(told))));
    if (manner.early != NULL)
        note(bench, peer, "sends at once", bytes_of_string(manner.early));
    peer->answers_close = !manner.never_closes;
    if (!bench->decided)
        open_socket(peer, &token, &manner);
    return peer;
}

struct peer *open_witness(struct bench *bench, const char *name)
{
    return dial_named(bench, ALICE, name, GOOD_TOKEN,
                      (struct manner){ .early = NULL });
}

struct peer *dial(struct bench *bench, enum identity who, struct token token,
                  struct manner manner)
{
    if (bench->before == NULL && !bench->decided)
        bench->before = open_witness(bench, "witness");
    bench->strangers++;
    return dial_named(bench, who, names[who], token, manner);
}

struct peer *dial_as(struct bench *bench, enum identity who, struct token token)
{
    return dial(bench, who, token, (struct manner){ .early = NULL });
}

struct peer *admit_with(struct bench *bench, enum identity who,
                        struct token token, struct manner manner)
{
    struct peer *peer = dial(bench, who, token, manner);
    struct buffer seen;

    if (bench->decided || is_admitted(peer))
        return peer;
    buffer_init(&seen, 1024);
    describe_answer(peer, &seen);
    decide(bench, INCONCLUSIVE, "a good token is admitted, as a precondition",
           "%s got %s", peer->name, buffer_string(&seen));
    buffer_deinit(&seen);
    return peer;
}

struct peer *admit(struct bench *bench, enum identity who)
{
    return admit_with(bench, who, GOOD_TOKEN, (struct manner){ .early = NULL });
}
