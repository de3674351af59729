/* What is expected of a connection: admitted, refused, and how it is told. */
#include "bench/internal.h"
#include "bench/trial.h"
#include <cJSON.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_PATIENCE_MS = 100, NEXT_PATIENCE_MS = 400 };

static void fail_seen(struct peer *peer, const char *expected)
{
    struct buffer seen;

    buffer_init(&seen, 1024);
    describe_answer(peer, &seen);
    if (peer->data_frames > peer->signal_count)
        describe_last(peer, &seen);
    decide(peer->bench, FAIL, expected, "%s got %s", peer->name,
           buffer_string(&seen));
    buffer_deinit(&seen);
}

void expect_admitted(struct peer *peer)
{
    if (peer->bench->decided || is_admitted(peer))
        return;
    fail_seen(peer, "the connection is admitted and receives broadcasts");
}

/* Ended; or told, where that may be all. */
static bool is_refused(const struct peer *peer, unsigned ignored)
{
    (void)ignored;
    return has_answer(peer, 0) || is_told_and_open(peer);
}

static bool is_reached(const struct peer *peer, unsigned ignored)
{
    (void)ignored;
    return peer->accepts > 0 || has_answer(peer, 0);
}

/* Waits for the refusal, and broadcasts meanwhile: who was let in for a while
 * has heard it. Where it may be nothing at all, time begins with the upgrade.
 */
static void await_refusal(struct peer *peer)
{
    struct bench *bench = peer->bench;
    int left = patience_for_refusals(bench);
    int patience = is_prompt(bench) ? 0 : FIRST_PATIENCE_MS;

    if (left < bench->manifest->answer_ms)
        await(bench, is_reached, peer, 0, patience_of(bench));
    while (!bench->decided && left > 0 &&
           !await(bench, is_refused, peer, 0, patience)) {
        if ((bench->offers & BROADCAST) != 0)
            publish_for(peer);
        if (is_prompt(bench))
            await(bench, is_refused, peer, 0, left);
        left -= is_prompt(bench) ? left : patience;
        patience = NEXT_PATIENCE_MS;
    }
}

bool has_crashed(const struct peer *peer)
{
    bool is_cut_off = peer->accepts > 0 && peer->gone && !peer->closed &&
                      peer->ending != ENDING_OURS;

    return (is_cut_off || peer->status >= 500 ||
            (peer->closed && peer->code == 1011)) &&
           !refusal_is_listed(peer);
}

void fail_crash(struct peer *peer)
{
    fail_seen(peer, "no crash: neither 1011, nor HTTP 5xx, nor an end without "
                    "a Close, unless the manifest lists it as a refusal");
}

/* The role may be asked for behind the welcome (CLOSE-10); for nothing else
 * is it taken back. */
static bool was_welcomed(const struct peer *peer)
{
    const struct manifest *manifest = peer->bench->manifest;

    return (peer->welcomes > 0 || peer->talk.answered > 0) &&
           !any_outcome_fits(&manifest->refusals[CAUSE_ROLE], peer);
}

/* Whether it is open for a member or for nobody, broadcasts alone can show. */
static void prove_left_out(struct peer *peer)
{
    struct bench *bench = peer->bench;

    if (has_answer(peer, 0) || !is_left_out(peer) ||
        ((bench->offers & BROADCAST) != 0 && !peer->is_elsewhere))
        return;
    decide(bench, INCONCLUSIVE,
           "a refusal that can be told from an admission: where it leaves the "
           "connection open, hooks.publish or messages.publish",
           "%s is left open, and no broadcast of ours could show that it is no "
           "member",
           peer->name);
}

void expect_kept_out(struct peer *peer)
{
    struct bench *bench = peer->bench;

    if (bench->decided)
        return;
    await_refusal(peer);
    if (!bench->decided && !has_answer(peer, 0) && is_left_out(peer))
        fence(bench); /* whatever it might be open for */
    if (!bench->decided)
        prove_left_out(peer);
    if (bench->decided)
        return;
    if (!has_answer(peer, 0) && !is_left_out(peer))
        fail_seen(peer, "the connection is refused");
    else if (peer->status != 0 && peer->status < 400)
        fail_seen(peer, "a refusal: HTTP 4xx or 5xx, or a Close frame");
    else if (peer->signal_count > 0 || peer->talk.strays > 0)
        fail_seen(peer, "the refusal, and no place in the pool before it");
    else if (has_crashed(peer))
        fail_crash(peer);
    else if (was_welcomed(peer))
        fail_seen(peer, "the refusal, and no welcome before it");
}

/* Between the handshake and the Close there are the agreed message, or none,
 * and nothing else; a welcome before the question for the role aside. */
static bool said_more(const struct peer *peer, enum cause cause)
{
    unsigned welcomes =
        cause == CAUSE_ROLE && peer->welcomes == 1 ? peer->welcomes : 0;

    return peer->data_frames != peer->refusal_messages + welcomes;
}

static bool fits(const struct peer *peer, enum cause cause)
{
    return any_outcome_fits(&peer->bench->manifest->refusals[cause], peer) &&
           !said_more(peer, cause);
}

bool is_closed_as(const struct peer *peer, enum cause cause)
{
    return any_outcome_fits(&peer->bench->manifest->refusals[cause], peer);
}

bool is_refused_as(const struct peer *peer, enum cause cause)
{
    return fits(peer, cause);
}

static void note_causes(struct bench *bench, enum cause one, enum cause other)
{
    if (!bench->decided)
        bench->causes |= 1u << one | 1u << other;
}

void expect_refused(struct peer *peer, enum cause cause)
{
    expect_refused_either(peer, cause, cause);
}

void expect_refused_either(struct peer *peer, enum cause one, enum cause other)
{
    const struct manifest *manifest = peer->bench->manifest;
    struct buffer expected;

    note_causes(peer->bench, one, other);
    expect_kept_out(peer);
    if (peer->bench->decided || fits(peer, one) || fits(peer, other))
        return;
    buffer_init(&expected, 4096);
    describe_outcomes(&manifest->refusals[one], &expected);
    if (other != one) {
        buffer_add_string(&expected, ", or ");
        describe_outcomes(&manifest->refusals[other], &expected);
    }
    if (said_more(peer, one))
        buffer_add_string(&expected, ", and no other message before it");
    fail_seen(peer, buffer_string(&expected));
    buffer_deinit(&expected);
}

void expect_refused_all(struct bench *bench, enum cause cause)
{
    for (unsigned i = 0; i < bench->sockets; i++) {
        if (bench->peers[i]->token == NULL)
            expect_refused(bench->peers[i], cause);
    }
}

void expect_closed_for(struct peer *peer, enum cause cause)
{
    struct bench *bench = peer->bench;
    const struct outcomes *outcomes = &bench->manifest->refusals[cause];
    struct buffer expected;

    note_causes(bench, cause, cause);
    if (bench->decided)
        return;
    await(bench, has_answer, peer, 0, bench->manifest->answer_ms);
    if (bench->decided || any_outcome_fits(outcomes, peer))
        return;
    buffer_init(&expected, 4096);
    describe_outcomes(outcomes, &expected);
    add_declared(peer, cause, &expected);
    fail_seen(peer, buffer_string(&expected));
    buffer_deinit(&expected);
}

static bool declares_close(const struct outcomes *outcomes)
{
    for (size_t i = 0; i < outcomes->count; i++) {
        if (outcomes->at[i].close != 0 && !outcomes->at[i].is_open)
            return true;
    }
    return false;
}

void expect_refused_after_upgrade(struct peer *peer)
{
    struct bench *bench = peer->bench;

    if (!declares_close(&bench->manifest->refusals[CAUSE_MISSING]) &&
        !declares_close(&bench->manifest->refusals[CAUSE_INVALID]))
        decide(bench, NOT_APPLICABLE, "",
               "the manifest declares no refusal as a Close");
    expect_kept_out(peer);
    if (!bench->decided && (peer->accepts == 0 || !peer->closed))
        fail_seen(peer, "HTTP 101, and the refusal as a Close frame behind it");
}

/* A message that the manifest lists is told by its pattern: the time in it is
 * no answer to anything. */
static void add_heard(const struct peer *peer, const char *message,
                      struct buffer *into)
{
    const struct manifest *manifest = peer->bench->manifest;
    struct cJSON *value = read_message(peer->bench, message);
    char *told = NULL;

    for (unsigned cause = 0; cause < CAUSES; cause++) {
        const struct outcomes *outcomes = &manifest->refusals[cause];
        for (size_t i = 0; i < outcomes->count && told == NULL; i++)
            if (outcomes->at[i].message != NULL &&
                pattern_is_all(outcomes->at[i].message, value))
                told = cJSON_PrintUnformatted(outcomes->at[i].message);
    }
    add_quoted(into, (const unsigned char *)(told == NULL ? message : told),
               strlen(told == NULL ? message : told));
    cJSON_free(told);
    cJSON_Delete(value);
}

/* All that a client can tell of an answer. How TCP ended behind a Close frame
 * is left out: a RST there is a race of the kernels, not a message. */
static void canonical(const struct peer *peer, struct buffer *into)
{
    const char *at = buffer_string(&peer->heard);
    const char *end = at + peer->heard.length;
    buffer_printf(into, "%u upgrade%s; ", peer->accepts,
                  peer->accepts == 1 ? "" : "s");
    describe_answer(peer, into);
    for (; at < end; at += strlen(at) + 1) {
        buffer_add_string(into, "; it heard ");
        add_heard(peer, at, into);
    }
}

void expect_same_answer(struct peer *one, struct peer *other)
{
    struct buffer first;
    struct buffer second;

    expect_kept_out(one);
    expect_kept_out(other);
    buffer_init(&first, 1024 * 1024);
    buffer_init(&second, 1024 * 1024);
    canonical(one, &first);
    canonical(other, &second);
    if (strcmp(buffer_string(&first), buffer_string(&second)) != 0)
        decide(one->bench, FAIL, "one answer to both, so that none tells why",
               "%s got %s, but %s got %s", one->name, buffer_string(&first),
               other->name, buffer_string(&second));
    buffer_deinit(&first);
    buffer_deinit(&second);
}

void expect_ended_by_server(struct peer *peer)
{
    struct bench *bench = peer->bench;
    int ms = bench->manifest->close_ms;
    int open_ms = 0;

    expect_kept_out(peer);
    if (bench->decided || peer->status != 0)
        return;
    if (!has_answer(peer, 0))
        open_ms = open_until_ms(peer);
    ms += open_ms;
    await(bench, has_ended, peer, 0, ms);
    if (peer->gone)
        expect_kept_out(peer); /* until then */
    if (!bench->decided && peer->gone && open_ms > 0 &&
        !refusal_is_listed(peer))
        fail_seen(peer, "the end that the manifest has behind \"open\"");
    if (!bench->decided && (!peer->gone || peer->ending == ENDING_OURS))
        decide(bench, FAIL,
               "TCP is ended by the server although the client never answers "
               "its Close (RFC 6455 7.1.1)",
               "%s was still connected %d ms after the %s", peer->name, ms,
               peer->closed ? "Close" : "refusal");
}

void expect_ended_by_now(struct peer *peer)
{
    if (!peer->bench->decided && (!peer->gone || peer->ending == ENDING_OURS))
        decide(peer->bench, FAIL, "a connection that the server ends in time",
               "%s is still connected %d ms behind its refusal", peer->name,
               peer->bench->manifest->close_ms);
}

static bool reason_is_listed(const struct peer *peer)
{
    return refusal_is_listed(peer) ||
           any_outcome_fits(&peer->bench->manifest->other_closes, peer);
}

static void judge_rejection(struct peer *peer)
{
    const char *body = last_heard(peer);
    const char *leak = leak_in_refusal(
        peer->bench, buffer_view(&peer->talk.aside), bytes_of_string(body));

    if (leak != NULL)
        decide(peer->bench, FAIL,
               "a refusal whose head and body tell nothing of the inside",
               "%s got HTTP %d with `%s` in its head or body", peer->name,
               peer->status, leak);
}

static void judge_litter(struct peer *peer)
{
    const char *leak =
        leak_in_litter(peer->bench, buffer_view(&peer->talk.litter));

    if (leak != NULL)
        decide(peer->bench, FAIL,
               "HTTP behind the 101 that tells nothing of the inside",
               "%s got `%s` in it", peer->name, leak);
}

void expect_harmless_reason(struct peer *peer)
{
    struct bench *bench = peer->bench;
    const char *leak;

    expect_kept_out(peer);
    if (!bench->decided && peer->status != 0)
        judge_rejection(peer);
    if (!bench->decided)
        judge_litter(peer);
    if (bench->decided || !peer->closed)
        return;
    leak = leak_in(bench, bytes_of(peer->reason, peer->reason_length));
    if (peer->reason_length > 123)
        fail_seen(peer, "a reason of at most 123 bytes (RFC 6455 5.5)");
    else if (!reason_is_listed(peer))
        fail_seen(peer, "a code and reason that the manifest lists");
    else if (leak != NULL && !reason_is_spelled_out(peer))
        fail_seen(peer, "a reason that tells nothing of the inside, or that "
                        "the manifest has word for word");
}

static bool has_two_accepts(const struct peer *peer, unsigned ignored)
{
    (void)ignored;
    return peer->accepts > 1;
}

void expect_accepted_once(struct peer *peer)
{
    struct bench *bench = peer->bench;

    fence(bench);
    if (bench->decided)
        return;
    if (has_two_accepts(peer, 0))
        decide(bench, FAIL, "one answer to the handshake",
               "%s was accepted %u times", peer->name, peer->accepts);
    else if (peer->accepts == 0 || has_answer(peer, 0))
        fail_seen(peer, "one answer to the handshake, and an open connection");
}
