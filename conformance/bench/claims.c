/* Claims and denials of the manifest, held against the target. */
#include "bench/claims_internal.h"
#include "claims.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

enum { FEW = 5 };

bool is_claimed(const struct bench *bench, uint64_t capability)
{
    return (bench->manifest->offers & capability) != 0;
}

void fail_claim(struct peer *peer, uint64_t capability, const char *expected)
{
    struct bench *bench = peer->bench;
    struct buffer seen;

    if (bench->decided)
        return;
    buffer_init(&seen, 4096);
    describe_answer(peer, &seen);
    decide(bench, FAIL, expected, "%s is %s, and %s got %s",
           need_name(capability),
           is_claimed(bench, capability) ? "claimed" : "denied", peer->name,
           buffer_string(&seen));
    buffer_deinit(&seen);
}

void fail_denial(struct peer *peer, uint64_t capability)
{
    char expected[160];

    snprintf(expected, sizeof(expected),
             "a target without that; or \"%s\": true among the capabilities",
             need_name(capability));
    fail_claim(peer, capability, expected);
}

/* --- Limits and rules ----------------------------------------------------- */

unsigned per_user_or_few(struct bench *bench)
{
    unsigned said = bench->manifest->per_user;

    return said > 0 ? said : FEW;
}

void share_no_credential(struct bench *bench)
{
    bench->shares_nothing = true;
}

void need_asymmetric_key(struct bench *bench)
{
    for (size_t i = 0; i < bench->manifest->key_count; i++)
        if (bench->manifest->keys[i].private_key != NULL)
            return;
    if (!bench->decided)
        decide(bench, NOT_APPLICABLE, "",
               "the manifest has no asymmetric key to ask with");
}

void need_message_bytes(struct bench *bench)
{
    if (!bench->decided && bench->manifest->message_bytes == 0)
        decide(bench, NOT_APPLICABLE, "",
               "the manifest has no limits.message_bytes to go beyond");
}

void expect_within_limit(struct peer *peer, uint64_t capability)
{
    struct bench *bench = peer->bench;

    if (bench->decided || is_admitted(peer))
        return;
    if (is_claimed(bench, capability))
        decide(bench, INCONCLUSIVE,
               "connections within the limit, as a precondition", "%s is none",
               peer->name);
    else
        fail_denial(peer, capability);
}

void expect_refused_if_claimed(struct peer *peer, uint64_t capability)
{
    struct bench *bench = peer->bench;

    if (bench->decided)
        return;
    if (is_claimed(bench, capability))
        expect_kept_out(peer);
    else if (!is_admitted(peer))
        fail_denial(peer, capability);
}

void expect_closed_if_claimed(struct peer *peer, uint64_t capability)
{
    struct bench *bench = peer->bench;

    if (bench->decided)
        return;
    if (!is_claimed(bench, capability)) {
        if (!is_admitted(peer))
            fail_denial(peer, capability);
    } else if (!await(bench, has_answer, peer, 0, bench->manifest->answer_ms)) {
        fail_claim(peer, capability, "the end of the connection, as claimed");
    }
}

void expect_served_if_claimed(struct peer *peer, uint64_t capability)
{
    struct bench *bench = peer->bench;

    if (bench->decided)
        return;
    if (!is_claimed(bench, capability))
        expect_kept_out(peer);
    else if (!is_admitted(peer))
        fail_claim(peer, capability, "a connection that is served, as claimed");
}

/* --- Words ---------------------------------------------------------------- */

bool lacks_words(struct bench *bench, const struct cJSON *template,
                 uint64_t capability)
{
    if (!bench->decided && template == NULL)
        decide(bench, NOT_APPLICABLE, "",
               "the manifest has no message to ask for %s with",
               need_name(capability));
    return bench->decided;
}

void fail_words(struct bench *bench, uint64_t capability)
{
    char expected[160];

    snprintf(expected, sizeof(expected),
             "no such answer; or \"%s\": true among the capabilities",
             need_name(capability));
    decide(bench, FAIL, expected, "%s is denied, and answered as agreed",
           need_name(capability));
}

void expect_published_if_claimed(struct peer *speaker, struct peer *listener,
                                 const char *text)
{
    struct bench *bench = speaker->bench;

    if (lacks_words(bench, bench->manifest->publish, PUBLISHER))
        return;
    say(speaker, publication(bench, text));
    if (is_claimed(bench, PUBLISHER)) {
        expect_reached(listener, text);
        return;
    }
    fence(bench);
    if (!bench->decided && has_been_told(listener, text))
        fail_words(bench, PUBLISHER);
}

void expect_reader_if_claimed(struct peer *reader, struct peer *listener,
                              const char *text)
{
    struct bench *bench = reader->bench;

    if (lacks_words(bench, bench->manifest->publish, READERS))
        return;
    publish_without_right(reader, text);
    if (is_claimed(bench, READERS)) {
        expect_nobody_heard(bench, text);
        return;
    }
    while (!bench->decided && !holds_text(listener, text) &&
           hears_more(listener, patience_of(bench)))
        continue;
    if (!bench->decided && !holds_text(listener, text))
        fail_denial(reader, READERS);
}

bool has_reply(const struct peer *peer, const struct cJSON *pattern)
{
    struct bytes answer = answer_of(peer);
    const char *at = (const char *)answer.at;
    const char *end = at + answer.length;
    bool has = false;

    for (; at < end && !has; at += strlen(at) + 1) {
        struct cJSON *value = read_message(peer->bench, at);
        has = value != NULL && pattern_matches(pattern, value);
        cJSON_Delete(value);
    }
    return has;
}

void expect_identity_if_claimed(struct peer *peer)
{
    struct bench *bench = peer->bench;
    const struct manifest *manifest = bench->manifest;

    if (lacks_words(bench, manifest->whoami, WHOAMI) ||
        lacks_words(bench, manifest->identity, WHOAMI))
        return;
    if (is_claimed(bench, WHOAMI)) {
        expect_identity(peer, peer->who);
        return;
    }
    char *question =
        template_write(manifest->whoami, &(struct pair){ NULL, NULL });
    say(peer, question == NULL ? "" : question);
    free(question);
    fence(bench);
    if (!bench->decided && has_reply(peer, manifest->identity))
        fail_words(bench, WHOAMI);
}

void expect_room_if_claimed(struct peer *peer)
{
    struct bench *bench = peer->bench;
    struct wish wish =
        WISH(ROOM_CREATE, fresh_room(bench), .permission = PUBLIC);

    if (lacks_words(bench, bench->manifest->rooms[ROOM_CREATE].send,
                    ROOMS_MADE))
        return;
    if (is_claimed(bench, ROOMS_MADE)) {
        expect_granted(peer, wish);
        return;
    }
    room_ask(peer, wish);
    fence(bench);
    if (!bench->decided && room_answered(peer, wish) > 0)
        fail_words(bench, ROOMS_MADE);
}

/* --- Carriers ------------------------------------------------------------- */

enum place { IN_QUERY, IN_HEADER, IN_COOKIE, IN_SUBPROTOCOL, IN_MESSAGE };

/* Where services look for a token that never said so. */
static const struct {
    enum place place;
    const char *name; /* of the parameter, header or cookie */
    const char *text; /* {} is the token */
} elsewhere[] = {
    { IN_QUERY, "token", "token={}" },
    { IN_QUERY, "access_token", "access_token={}" },
    { IN_QUERY, "jwt", "jwt={}" },
    { IN_HEADER, "Authorization", "Bearer {}" },
    { IN_HEADER, "X-Access-Token", "{}" },
    { IN_COOKIE, "token", "token={}" },
    { IN_COOKIE, "access_token", "access_token={}" },
    { IN_SUBPROTOCOL, NULL, "jwt.{}" },
    { IN_SUBPROTOCOL, NULL, "access_token, {}" },
    { IN_SUBPROTOCOL, NULL, "{}" },
    { IN_MESSAGE, NULL, "{\"type\":\"auth\",\"token\":\"{}\"}" },
    { IN_MESSAGE, NULL, "{\"type\":\"authenticate\",\"token\":\"{}\"}" },
    { IN_MESSAGE, NULL,
      "{\"type\":\"connection_init\",\"payload\":{\"Authorization\":\"Bearer "
      "{}\"}}" },
};

static enum place place_of_kind(enum carrier_kind kind)
{
    switch (kind) {
    case CARRIER_QUERY: return IN_QUERY;
    case CARRIER_BEARER:
    case CARRIER_HEADER: return IN_HEADER;
    case CARRIER_COOKIE: return IN_COOKIE;
    case CARRIER_SUBPROTOCOL: return IN_SUBPROTOCOL;
    case CARRIER_FIRST_MESSAGE: break;
    }
    return IN_MESSAGE;
}

/* Of a header, a cookie or the query others than the agreed one may be asked;
 * who agrees on one sub-protocol or message may spell it in many ways. */
static bool is_agreed(const struct manifest *manifest, size_t index)
{
    const char *name = elsewhere[index].name;

    for (size_t i = 0; i < manifest->carrier_count; i++) {
        const struct carrier *carrier = &manifest->carriers[i];
        const char *own =
            carrier->kind == CARRIER_BEARER ? "Authorization" : carrier->name;
        if (place_of_kind(carrier->kind) == elsewhere[index].place &&
            (name == NULL || own == NULL || strcasecmp(own, name) == 0))
            return true;
    }
    return false;
}

/* What many a server writes down. One that we have not made looks much like the
 * next: a criterion that reads the log would find a piece of its own there. */
static bool spoils_the_log(const struct bench *bench, size_t index)
{
    return elsewhere[index].place == IN_QUERY &&
           bench->manifest->supply.present && (bench->offers & LOG) != 0;
}

/* Dials with the token there and nowhere else. */
static struct peer *dial_elsewhere(struct bench *bench, struct peer *owner,
                                   size_t index)
{
    const char *text = woven(bench, elsewhere[index].text,
                             token_text(owner, TOKEN(.same_as = owner)));
    struct manner manner = { .early = NULL };

    switch (elsewhere[index].place) {
    case IN_QUERY: manner.query = text; break;
    case IN_HEADER: manner.header = elsewhere[index].name; break;
    case IN_COOKIE: manner.header = "Cookie"; break;
    case IN_SUBPROTOCOL: manner.subprotocols = text; break;
    case IN_MESSAGE: manner.early = text; break;
    }
    manner.header_value = text;
    return dial(bench, owner->who, NO_TOKEN, manner);
}

static const char *names_of_places[] = {
    [IN_QUERY] = "the query",          [IN_HEADER] = "a header",
    [IN_COOKIE] = "a cookie",          [IN_SUBPROTOCOL] = "a sub-protocol",
    [IN_MESSAGE] = "an early message",
};

static void fail_carrier(struct peer *peer, size_t index)
{
    decide(peer->bench, FAIL,
           "no credential in a place that credential.carriers does not name",
           "%s was served, with a token in %s: %s", peer->name,
           names_of_places[elsewhere[index].place], elsewhere[index].text);
}

static void expect_each_agreed(struct bench *bench)
{
    for (unsigned i = 0; i < carriers(bench) && !bench->decided; i++) {
        struct peer *peer = dial_as(bench, BOB, TOKEN(.carrier = i));
        if (!is_admitted(peer) && !bench->decided)
            decide(bench, FAIL, "a credential in each of credential.carriers",
                   "%s, with the one of number %u, was not served", peer->name,
                   i + 1);
        hang_up(peer);
    }
}

/* All dial before the first is looked at, so that the waits overlap. */
void expect_agreed_carriers_alone(struct bench *bench)
{
    struct peer *peers[COUNT(elsewhere)] = { NULL };
    struct peer *owner;

    share_no_credential(bench);
    owner = admit(bench, ALICE);
    expect_each_agreed(bench);
    for (size_t i = 0; i < COUNT(elsewhere); i++)
        if (!bench->decided && !is_agreed(bench->manifest, i) &&
            !spoils_the_log(bench, i))
            peers[i] = dial_elsewhere(bench, owner, i);
    for (size_t i = 0; i < COUNT(elsewhere) && !bench->decided; i++) {
        if (peers[i] == NULL)
            continue;
        if (!await(bench, has_answer, peers[i], 0, patience_of(bench)) &&
            is_admitted(peers[i]))
            fail_carrier(peers[i], i);
        expect_kept_out(peers[i]);
    }
}
