/* Takes the adapter's events in, and waits for what they may bring. */
#include "bench/framing.h"
#include "bench/internal.h"
#include "base/clock.h"
#include <stdio.h>

enum { PLACE_MS = 1000, PARTING_MS = 250 };

static struct peer *peer_of(struct bench *bench, unsigned socket)
{
    return socket >= 1 && socket <= bench->sockets ? bench->peers[socket - 1]
                                                   : NULL;
}

static void on_accepted(struct peer *peer, const struct event *event)
{
    struct adapter *adapter = peer->bench->adapter;

    peer->accepts++;
    peer->deflates = event->deflates;
    peer->accepted_ms = adapter->ops->now_ms(adapter->self);
    peer->bench->dialled_ms = peer->accepted_ms; /* served no earlier */
    if (event->subprotocol != NULL)
        snprintf(peer->selected, sizeof(peer->selected), "%s",
                 event->subprotocol);
}

static void on_rejected(struct peer *peer, const struct event *event)
{
    peer->status = event->status;
    if (buffer_add(&peer->heard, event->data.at, event->data.length) == 0)
        buffer_add(&peer->heard, "", 1);
}

static void on_closed(struct peer *peer, const struct event *event)
{
    size_t length = event->data.length;

    peer->closed = true;
    peer->code = event->code;
    peer->reason_length = length < REASON_MAX ? length : REASON_MAX;
    memcpy(peer->reason, event->data.at == NULL ? peer->reason : event->data.at,
           event->data.at == NULL ? 0 : peer->reason_length);
}

static void on_gone(struct peer *peer, const struct event *event)
{
    peer->gone = true;
    peer->ending = event->ending;
    if (event->ending == ENDING_UNREACHED && !peer->bench->is_patient &&
        !peer->is_plain)
        decide(peer->bench, INCONCLUSIVE, "a connection to the target",
               "%s could not connect: %.*s", peer->name,
               (int)event->data.length, (const char *)event->data.at);
    if (event->ending == ENDING_UNREAD)
        decide(peer->bench, INCONCLUSIVE, "messages that can be read whole",
               "to %s the target %.*s", peer->name, (int)event->data.length,
               (const char *)event->data.at);
}

/* Without TLS, a port that awaits it speaks no HTTP: that is a refusal. */
static void on_violation(struct peer *peer, const struct event *event)
{
    if (peer->is_plain && peer->accepts == 0)
        return;
    decide(peer->bench, FAIL, "frames and a handshake as RFC 6455 has them",
           "to %s: %.*s", peer->name, (int)event->data.length,
           (const char *)event->data.at);
}

const char *ping_text(unsigned number, char into[PING_SIZE])
{
    snprintf(into, PING_SIZE, "fence-%u", number);
    return into;
}

/* A pong may answer the latest of several pings alone, or none at all: as a
 * heartbeat it holds whatever it likes (RFC 6455 5.5.3). */
static void on_pong(struct peer *peer, struct bytes data)
{
    char text[PING_SIZE];

    for (unsigned number = peer->pings; number > 0; number--) {
        struct bytes want = bytes_of_string(ping_text(number, text));
        if (data.length != want.length ||
            memcmp(data.at, want.at, want.length) != 0)
            continue;
        if (number > peer->pongs)
            peer->pongs = number;
        return;
    }
    peer->odd_pongs++;
}

static const char *const endings[] = {
    [ENDING_FIN] = "with FIN",  [ENDING_RESET] = "with a reset",
    [ENDING_OURS] = "by us",    [ENDING_UNREACHED] = "unreached",
    [ENDING_UNREAD] = "unread",
};

/* A code, and the words beside it. */
static void note_coded(const struct peer *peer, const char *what, int code,
                       struct bytes words)
{
    char text[TRANSCRIPT_TEXT_MAX];
    int length = words.length < sizeof(text) ? (int)words.length : 0;

    snprintf(text, sizeof(text), "%d%s%.*s", code, length > 0 ? " " : "",
             length, length > 0 ? (const char *)words.at : "");
    note(peer->bench, peer, what, bytes_of_string(text));
}

static void take(struct peer *peer, const struct event *event)
{
    struct bench *bench = peer->bench;

    switch (event->kind) {
    case EVENT_ACCEPTED:
        note(bench, peer, "is accepted", bytes_of_string(event->subprotocol));
        on_accepted(peer, event);
        talk_on(peer);
        break;
    case EVENT_REJECTED:
        buffer_add(&peer->talk.aside, event->head.at, event->head.length);
        note_coded(peer, "is rejected", event->status, event->data);
        on_rejected(peer, event);
        break;
    case EVENT_TEXT:
        note_arrival(peer, event);
        take_message(peer, event->data);
        break;
    case EVENT_BINARY:
        if (!framing_took(peer, event))
            take_binary(peer, event->data);
        break;
    case EVENT_PONG: on_pong(peer, event->data); break;
    case EVENT_CLOSED:
        on_closed(peer, event);
        note_coded(peer, "receives Close", event->code, event->data);
        break;
    case EVENT_GONE:
        note(bench, peer, "has ended", bytes_of_string(endings[event->ending]));
        on_gone(peer, event);
        break;
    case EVENT_VIOLATION:
        note(bench, peer, "receives a violation", event->data);
        on_violation(peer, event);
        break;
    case EVENT_DEVIATION:
        note(bench, peer, "deviates",
             bytes_of_string(deviation_text(event->deviation)));
        bench->deviations |= 1u << event->deviation;
        take_litter(peer, event->data);
        break;
    }
}

/* One event at most. False when none came within `ms`. */
static bool pump(struct bench *bench, int ms)
{
    struct event event = { 0 };
    int got = bench->adapter->ops->next_event(bench->adapter->self, &event, ms);

    if (got < 0)
        decide(bench, INCONCLUSIVE, "an adapter that works", "%s",
               fault_reason());
    if (got <= 0)
        return false;

    struct peer *peer = peer_of(bench, event.socket);
    if (peer != NULL)
        take(peer, &event);
    return true;
}

void drain(struct bench *bench)
{
    while (!bench->decided && pump(bench, 0))
        continue;
}

static bool awaits_answer(const struct bench *bench)
{
    for (unsigned i = 0; i < bench->sockets; i++) {
        const struct peer *peer = bench->peers[i];
        if (peer->dialled_ms != 0 && !peer->ended_by_us && peer->accepts == 0 &&
            !has_answer(peer, 0))
            return true;
    }
    return false;
}

void take_leave(struct bench *bench)
{
    int64_t until = clock_monotonic_ms() + PARTING_MS;
    int64_t left = bench->adapter->is_virtual ? 0 : PARTING_MS;

    while (left > 0 && awaits_answer(bench)) {
        pump(bench, (int)left);
        left = until - clock_monotonic_ms();
    }
}

bool is_prompt(const struct bench *bench)
{
    return bench->adapter->is_virtual && !bench->adapter->lags;
}

int patience_of(const struct bench *bench)
{
    return is_prompt(bench) ? 0 : bench->manifest->answer_ms;
}

int patience_for_a_place(const struct bench *bench)
{
    return bench->adapter->is_virtual ? 0 : PLACE_MS;
}

static bool holds_after(struct bench *bench, condition holds,
                        const struct peer *peer, unsigned argument, int ms)
{
    bench->adapter->ops->elapse(bench->adapter->self, ms);
    drain(bench);
    return peer != NULL && holds(peer, argument);
}

/* In one step; where it may hold earlier, in steps that grow, so that it ends
 * then or soon behind. */
static bool await_virtually(struct bench *bench, condition holds,
                            const struct peer *peer, unsigned argument, int ms)
{
    int step = is_prompt(bench) || peer == NULL ? ms : 1;

    drain(bench);
    if (peer != NULL && holds(peer, argument))
        return true;
    while (step < ms && !bench->decided) {
        if (holds_after(bench, holds, peer, argument, step))
            return true;
        ms -= step;
        step *= 2;
    }
    return holds_after(bench, holds, peer, argument, ms);
}

bool await(struct bench *bench, condition holds, const struct peer *peer,
           unsigned argument, int ms)
{
    if (bench->adapter->is_virtual)
        return await_virtually(bench, holds, peer, argument, ms);

    int64_t until = clock_monotonic_ms() + ms;
    while (!bench->decided) {
        if (peer != NULL && holds(peer, argument))
            return true;
        int64_t left = until - clock_monotonic_ms();
        if (left <= 0)
            return false;
        pump(bench, (int)left);
    }
    return false;
}

bool has_signal(const struct peer *peer, unsigned signal)
{
    for (size_t i = peer->signal_count; i > 0; i--) {
        if (peer->signals[i - 1] == signal)
            return true;
    }
    return false;
}

bool has_answer(const struct peer *peer, unsigned ignored)
{
    (void)ignored;
    return peer->closed || peer->gone || peer->status != 0;
}

bool has_ended(const struct peer *peer, unsigned ignored)
{
    (void)ignored;
    return peer->gone;
}

bool has_pong(const struct peer *peer, unsigned count)
{
    return peer->pongs >= count || has_answer(peer, 0);
}

bool has_more_heard(const struct peer *peer, unsigned bytes)
{
    return peer->heard.length > bytes || has_answer(peer, 0);
}

bool hears_more(struct peer *peer, int patience_ms)
{
    struct bench *bench = peer->bench;
    size_t before = peer->heard.length;

    if (!bench->decided)
        await(bench, has_more_heard, peer, (unsigned)before, patience_ms);
    return !bench->decided && peer->heard.length > before;
}
