/* What a peer does, what time does, and what is done to the target through its
 * hooks. */
#include "bench/framing.h"
#include "bench/internal.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

enum { PESTERED = 20 }; /* times within the time of a close */

void check_wire(struct bench *bench, enum fault fault)
{
    if (fault == FAULT_ABSENT)
        decide(bench, NOT_APPLICABLE, "", "there is no wire");
    else if (fault != FAULT_NONE)
        decide(bench, INCONCLUSIVE, "what can be sent", "%s", fault_reason());
}

void transmit(struct peer *peer, enum message_kind kind, int code,
              struct bytes data)
{
    struct adapter *adapter = peer->bench->adapter;

    peer->active_ms = adapter->ops->now_ms(adapter->self);
    if (kind == SEND_TEXT) {
        talk_said(peer, data);
        if (framing_said(peer, data))
            return;
    }
    check_wire(peer->bench, adapter->ops->send(adapter->self, peer->socket,
                                               kind, code, data));
}

void say_bytes(struct peer *peer, const void *at, size_t length, bool binary)
{
    char *text = NULL;

    if (peer->bench->decided)
        return;
    if (talk_fills(peer) && memchr(at, 0, length) == NULL) {
        text = talk_fill_bytes(peer, bytes_of(at, length));
        length = text == NULL ? length : strlen(text);
        at = text == NULL ? at : text;
    }
    note(peer->bench, peer, binary ? "sends bytes" : "sends",
         bytes_of(at, length));
    peer->heard_before = peer->heard.length;
    transmit(peer, binary ? SEND_BINARY : SEND_TEXT, 0, bytes_of(at, length));
    free(text);
}

void say(struct peer *peer, const char *text)
{
    say_bytes(peer, text, strlen(text), false);
}

void publish_without_right(struct peer *reader, const char *text)
{
    reader->wrote = true;
    reader->denied = text;
    say(reader, publication(reader->bench, text));
}

void hang_up(struct peer *peer)
{
    if (peer->bench->decided)
        return;
    note(peer->bench, peer, "sends Close 1000", bytes_of_string(NULL));
    peer->ended_by_us = true;
    transmit(peer, SEND_CLOSE, 1000, bytes_of_string("done"));
}

void vanish(struct peer *peer)
{
    struct adapter *adapter = peer->bench->adapter;

    if (peer->bench->decided)
        return;
    note(peer->bench, peer, "resets TCP", bytes_of_string(NULL));
    peer->ended_by_us = true;
    adapter->ops->drop(adapter->self, peer->socket, true);
}

/* --- Time ----------------------------------------------------------------- */

void elapse(struct bench *bench, int ms)
{
    if (bench->decided)
        return;
    note(bench, NULL, "lets time pass", bytes_of_string(NULL));
    await(bench, has_ended, NULL, 0, ms);
}

void wait_for_expiry(struct peer *peer)
{
    struct adapter *adapter = peer->bench->adapter;

    if (peer->bench->decided)
        return;
    int64_t left = peer->expires_s * 1000 - adapter->ops->now_ms(adapter->self);
    if (left > 0)
        elapse(peer->bench, (int)left);
}

static int margin_ms(const struct bench *bench)
{
    return bench->adapter->is_virtual ? 100 : 1000;
}

/* A window began before its attempts were seen, so little is needed. */
static int window_margin_ms(const struct bench *bench)
{
    return bench->adapter->is_virtual ? 10 : 25;
}

static bool is_settled(const struct peer *peer, unsigned ignored)
{
    (void)ignored;
    return peer->accepts > 0 || has_answer(peer, 0);
}

/* Until `after_ms` behind the upgrade of this peer. */
static void elapse_from_upgrade(struct peer *peer, int after_ms)
{
    struct bench *bench = peer->bench;
    struct adapter *adapter = bench->adapter;

    if (bench->decided)
        return;
    await(bench, is_settled, peer, 0, patience_of(bench));
    int64_t left =
        peer->accepted_ms + after_ms - adapter->ops->now_ms(adapter->self);
    if (left > 0)
        elapse(bench, (int)left);
}

void elapse_before_deadline(struct peer *peer)
{
    elapse_from_upgrade(peer, peer->bench->manifest->auth_ms -
                                  margin_ms(peer->bench));
}

void elapse_past_deadline(struct peer *peer)
{
    struct bench *bench = peer->bench;

    elapse_from_upgrade(peer, bench->manifest->auth_ms);
    /* AUTH-27 allows a stranger half a second more; a member is only looked at
     * behind its time. */
    int more = margin_ms(bench) / (peer->welcomes > 0 ? 10 : 2);
    if (!bench->decided)
        await(bench, has_answer, peer, 0, more);
}

void begin_attempts(struct bench *bench)
{
    if (bench->decided || bench->attempts_since_ms != 0)
        return;
    bench->attempts_since_ms =
        bench->adapter->ops->now_ms(bench->adapter->self);
    bench->half_elapsed = false;
}

void elapse_half_window(struct bench *bench)
{
    if (bench->half_elapsed)
        bench->attempts_since_ms = 0;
    bench->half_elapsed = true;
    elapse(bench,
           (bench->manifest->window_ms + window_margin_ms(bench)) / 2 + 1);
}

void elapse_window(struct bench *bench)
{
    bench->attempts_since_ms = 0;
    elapse(bench, bench->manifest->window_ms + window_margin_ms(bench));
}

/* --- Fragments and raw bytes ---------------------------------------------- */

void dribble(struct peer *peer, const char *text, int ms, int limit_ms)
{
    struct bench *bench = peer->bench;
    enum message_kind kind = SEND_FIRST_PART;
    char *filled = bench->decided ? NULL : talk_fill(peer, text);

    if (filled != NULL)
        text = keep_text(bench, filled);
    framing_demand_text(bench, text);
    note(bench, peer, "sends, a byte at a time", bytes_of_string(text));
    for (int spent = 0; *text != 0 && spent < limit_ms; spent += ms, text++) {
        if (bench->decided || has_answer(peer, 0))
            return;
        transmit(peer, kind, 0, bytes_of(text, 1));
        kind = SEND_NEXT_PART;
        await(bench, has_answer, peer, 0, ms);
    }
    if (!bench->decided && *text == 0)
        transmit(peer, SEND_LAST_PART, 0, bytes_of(NULL, 0));
}

void pester(struct peer *peer, const char *text)
{
    struct bench *bench = peer->bench;
    int pause = bench->manifest->close_ms / PESTERED;

    for (int i = 0; i < PESTERED && !bench->decided && !peer->gone; i++) {
        await(bench, has_ended, peer, 0, pause);
        if (!peer->gone)
            say(peer, text);
    }
}

/* Where messages are events, one of that name around what is left of it. */
static void name_event(const struct manifest *manifest, char *text,
                       size_t length)
{
    char head[96];
    int size = snprintf(head, sizeof(head), "[\"%s\",\"", manifest->event);

    if (manifest->codec != CODEC_SOCKETIO || length < (size_t)size + 2)
        return;
    memcpy(text, head, (size_t)size);
    text[length - 2] = '"';
    text[length - 1] = ']';
}

void say_at_length(struct peer *peer, size_t length, unsigned count)
{
    struct bench *bench = peer->bench;
    char *text;

    if (count > 1)
        framing_demand_text(bench, "");
    text = bench->decided ? NULL : malloc(length + 1);
    if (text == NULL)
        return;
    memset(text, 'a', length);
    text[length] = 0;
    name_event(bench->manifest, text, length);
    note(bench, peer, "sends a message of many bytes",
         bytes_of(text, length < 16 ? length : 16));
    peer->heard_before = peer->heard.length;
    if (count <= 1)
        transmit(peer, SEND_TEXT, 0, bytes_of(text, length));
    for (unsigned i = 0; count > 1 && i < count; i++)
        transmit(peer,
                 i == 0           ? SEND_FIRST_PART
                 : i == count - 1 ? SEND_LAST_PART
                                  : SEND_NEXT_PART,
                 0,
                 bytes_of(text + i * (length / count),
                          i == count - 1 ? length - i * (length / count)
                                         : length / count));
    free(text);
}

void say_raw(struct peer *peer, const void *at, size_t length)
{
    struct adapter *adapter = peer->bench->adapter;

    if (peer->bench->decided)
        return;
    note(peer->bench, peer, "sends raw bytes", bytes_of(at, length));
    check_wire(peer->bench, adapter->ops->send_raw(adapter->self, peer->socket,
                                                   bytes_of(at, length)));
}

/* --- Faults --------------------------------------------------------------- */

void check_hook(struct bench *bench, const char *what, enum fault fault)
{
    if (fault == FAULT_ABSENT)
        decide(bench, NOT_APPLICABLE, "", "the target offers no hook to %s",
               what);
    else if (fault != FAULT_NONE)
        decide(bench, INCONCLUSIVE, "hooks that work", "to %s: %s", what,
               fault_reason());
}

/* A part of the target, and what is noted when it is broken or mended. */
struct breakage {
    const char *what;
    const char *breaks;
    const char *mends;
    const char *hook;
};
static const struct breakage decoder = { "decoder", "breaks the decoder",
                                         "mends the decoder",
                                         "break and mend its decoder" };
static const struct breakage store = { "store", "breaks the directory",
                                       "mends the directory",
                                       "break and mend its store" };
static const struct breakage monitor = { "monitor", "breaks the monitor",
                                         "mends the monitor",
                                         "break and mend its monitor" };

static void set_broken(struct bench *bench, const struct breakage *part,
                       bool broken, bool *is_broken)
{
    struct adapter *adapter = bench->adapter;
    const char *told = broken ? part->breaks : part->mends;

    note(bench, NULL, told, bytes_of_string(NULL));
    check_hook(bench, part->hook,
               adapter->ops->breakage(adapter->self, part->what, broken));
    *is_broken = broken;
}

/* The witness must be in before, or nothing could show that the target works
 * but for what is broken. */
static void break_it(struct bench *bench, const struct breakage *part,
                     bool *is_broken)
{
    if (bench->decided)
        return;
    if (bench->before == NULL)
        bench->before = open_witness(bench, "witness", ANYWHERE);
    is_admitted(bench->before);
    ready_publisher(bench);
    set_broken(bench, part, true, is_broken);
}

void break_decoder(struct bench *bench)
{
    break_it(bench, &decoder, &bench->decoder_broken);
}

/* Nobody can be made known to a directory that is broken. */
void break_store(struct bench *bench)
{
    for (unsigned tenant = 0; tenant < TENANTS_COUNT; tenant++)
        make_tenant(bench, (enum tenant)tenant);
    for (unsigned who = 0; who < IDENTITIES; who++)
        make_user(bench, (enum identity)who);
    break_it(bench, &store, &bench->store_broken);
}

void break_monitor(struct bench *bench)
{
    break_it(bench, &monitor, &bench->monitor_broken);
}

/* Also after a verdict: the next criterion needs it whole. */
void mend_decoder(struct bench *bench)
{
    if (bench->decoder_broken)
        set_broken(bench, &decoder, false, &bench->decoder_broken);
}

void mend_store(struct bench *bench)
{
    if (bench->store_broken)
        set_broken(bench, &store, false, &bench->store_broken);
}

void mend_monitor(struct bench *bench)
{
    if (bench->monitor_broken)
        set_broken(bench, &monitor, false, &bench->monitor_broken);
}

void mend_all(struct bench *bench)
{
    mend_decoder(bench);
    mend_store(bench);
    mend_monitor(bench);
    end_outage(bench);
}
