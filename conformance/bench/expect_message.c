/* What is expected of messages: who hears what, and that it tells nothing. */
#include "bench/internal.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

enum { ECHO_RUN = 8, ECHO_PATIENCE_MS = 300 };

void expect_received(struct peer *peer, unsigned signal)
{
    struct bench *bench = peer->bench;

    if (bench->decided ||
        await(bench, has_signal, peer, signal, patience_of(bench)))
        return;
    decide(bench, FAIL, "the broadcast reaches every member",
           "%s did not receive number %u", peer->name, signal);
}

/* One message that the manifest lists before the close is a part of the
 * refusal. */
void expect_received_nothing(struct peer *peer)
{
    if (peer->data_frames > (peer->refusal_messages == 1 ? 1u : 0u))
        decide(peer->bench, FAIL, "no data frame at all",
               "%s received %u, %zu of them broadcasts of ours", peer->name,
               peer->data_frames, peer->signal_count);
}

/* Checks what has come so far of first..last; false when some is to come. */
static bool order_holds(struct peer *peer, unsigned first, unsigned last)
{
    unsigned next = first;

    for (size_t i = 0; i < peer->signal_count; i++) {
        unsigned number = peer->signals[i];
        if (number < first || number > last)
            continue;
        if (number != next) {
            decide(peer->bench, FAIL, "each broadcast once and in order",
                   "%s received number %u where %u was due", peer->name, number,
                   next);
            return false;
        }
        next++;
    }
    return next == last + 1;
}

void expect_received_in_order(struct peer *peer, unsigned first, unsigned last)
{
    struct bench *bench = peer->bench;

    if (bench->decided)
        return;
    await(bench, has_signal, peer, last, patience_of(bench));
    if (!order_holds(peer, first, last))
        decide(bench, FAIL, "each broadcast once and in order",
               "%s received %zu broadcasts, not all of %u to %u", peer->name,
               peer->signal_count, first, last);
    fence(bench);
    if (!bench->decided)
        order_holds(peer, first, last);
}

bool holds_text(const struct peer *peer, const char *text)
{
    return peer->heard.length > 0 && memmem(peer->heard.at, peer->heard.length,
                                            text, strlen(text)) != NULL;
}

static bool is_own(const struct peer *peer, const char *text)
{
    struct bytes said = buffer_view(&peer->talk.said);

    return said.length > 0 &&
           memmem(said.at, said.length, text, strlen(text)) != NULL;
}

int patience_for(const struct peer *peer, const char *text)
{
    int patience = patience_of(peer->bench);

    return is_own(peer, text) && patience > ECHO_PATIENCE_MS ? ECHO_PATIENCE_MS
                                                             : patience;
}

bool is_not_owed(struct peer *peer, const char *text)
{
    if (!is_own(peer, text))
        return false;
    peer->talk.lacks_echo = true;
    return true;
}

bool lacks_echo(const struct bench *bench)
{
    for (unsigned i = 0; i < bench->sockets; i++)
        if (bench->peers[i]->talk.lacks_echo)
            return true;
    return false;
}

bool await_text(struct peer *peer, const char *text)
{
    while (!holds_text(peer, text) &&
           hears_more(peer, patience_for(peer, text)))
        continue;
    return holds_text(peer, text);
}

void expect_heard(struct peer *peer, const char *text)
{
    if (!peer->bench->decided && !await_text(peer, text) &&
        !is_not_owed(peer, text))
        decide(peer->bench, INCONCLUSIVE,
               "a member's message has its effect, as a positive control",
               "%s did not hear it", peer->name);
}

void expect_reached(struct peer *peer, const char *text)
{
    if (!peer->bench->decided && !await_text(peer, text) &&
        !is_not_owed(peer, text))
        decide(peer->bench, FAIL, "the message reaches all whom it is for",
               "%s did not hear it", peer->name);
}

void expect_nobody_heard(struct bench *bench, const char *text)
{
    fence(bench);
    for (unsigned i = 0; i < bench->sockets && !bench->decided; i++) {
        struct peer *peer = bench->peers[i];
        if (has_been_told_beside_denial(peer, text))
            decide(bench, FAIL, "nobody hears what is said without the right",
                   "%s received it", peer->name);
    }
}

void expect_token_not_echoed(struct peer *peer)
{
    struct bytes heard = buffer_view(&peer->heard);
    struct bytes aside = buffer_view(&peer->talk.aside);
    struct bytes reason = bytes_of(peer->reason, peer->reason_length);

    if (peer->bench->decided || peer->token == NULL)
        return;
    if (run_of(peer->token, ECHO_RUN, heard) != NULL ||
        run_of(peer->token, ECHO_RUN, aside) != NULL ||
        run_of(peer->token, ECHO_RUN, stream_open(peer)) != NULL ||
        run_of(peer->token, ECHO_RUN, reason) != NULL ||
        run_of(peer->token, ECHO_RUN, bytes_of_string(peer->selected)) != NULL)
        decide(peer->bench, FAIL, "no eight bytes of the token in any answer",
               "%s was sent a piece of its own token", peer->name);
}

/* Is one of the messages an error as the manifest describes it? Heartbeats and
 * other news may stand beside it. */
static bool holds_error(const struct peer *peer, struct bytes answer)
{
    const struct cJSON *pattern = peer->bench->manifest->error;
    const char *at = (const char *)answer.at;
    const char *end = at + answer.length;
    bool holds = false;

    for (; at < end && !holds; at += strlen(at) + 1) {
        struct cJSON *value = read_message(peer->bench, at);
        holds = pattern == NULL ||
                (value != NULL && pattern_matches(pattern, value));
        cJSON_Delete(value);
    }
    return holds;
}

bool await_error(struct peer *peer)
{
    while (!holds_error(peer, answer_of(peer)) &&
           hears_more(peer, patience_of(peer->bench)) && !has_answer(peer, 0))
        continue;
    return holds_error(peer, answer_of(peer));
}

void expect_received_no_error(struct peer *peer)
{
    struct bytes heard = bytes_of(peer->heard.at, peer->heard.length);

    if (!peer->bench->decided && peer->bench->manifest->error != NULL &&
        holds_error(peer, heard))
        decide(peer->bench, FAIL, "errors that are told to who caused them",
               "%s has heard one", peer->name);
}

void expect_sanitized_error(struct peer *peer)
{
    struct bench *bench = peer->bench;

    if (bench->decided)
        return;
    (void)await_error(peer);
    fence(bench); /* and whatever comes behind the error */
    if (bench->decided)
        return;

    struct bytes answer = answer_of(peer);
    const char *text = answer.length == 0 ? "" : (const char *)answer.at;
    const char *leak = leak_in(peer->bench, answer);
    if (leak == NULL)
        leak =
            leak_in(peer->bench, bytes_of(peer->reason, peer->reason_length));
    if (leak == NULL &&
        (leak = leak_in(peer->bench, buffer_view(&peer->talk.aside))) != NULL)
        text = "a greeting, a heartbeat or the like";
    if (leak == NULL &&
        (leak = leak_in(peer->bench, stream_open(peer))) != NULL)
        text = "a part of a line";
    if (leak != NULL)
        decide(bench, FAIL, "an error that tells nothing of the inside",
               "%s was sent text with `%s` in it: %.300s", peer->name, leak,
               text);
    else if (has_answer(peer, 0))
        decide(bench, FAIL, "an error message, and the connection kept",
               "%s was closed with %d", peer->name, peer->code);
    else if (!holds_error(peer, answer))
        decide(bench, FAIL, "an error message as the manifest describes it",
               "%s was answered \"%.200s\"", peer->name, text);
}
