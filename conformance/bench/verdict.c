/* The verdict that sticks, and the words for what a peer was answered. */
#include "bench/internal.h"
#include <cJSON.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const names[] = {
    [PASS] = "pass",
    [FAIL] = "fail",
    [INCONCLUSIVE] = "inconclusive",
    [NOT_APPLICABLE] = "not-applicable",
};

const char *verdict_name(enum verdict verdict)
{
    return names[verdict];
}

int verdict_named(const char *name)
{
    for (size_t i = 0; i < COUNT(names); i++) {
        if (strcmp(names[i], name) == 0)
            return (int)i;
    }
    return -1;
}

/* Has the window of the attempts run out, or all but, by the latest of them? */
static int64_t overtime_of(const struct bench *bench)
{
    int64_t ms = bench->dialled_ms - bench->attempts_since_ms;
    int64_t most = (int64_t)bench->manifest->window_ms * 9 / 10;

    return bench->attempts_since_ms != 0 && ms > most ? ms : 0;
}

/* A slow target is not judged by a limit whose window has run out. */
static void excuse(struct bench *bench, char *text, size_t size)
{
    int64_t ms = bench->verdict == FAIL ? overtime_of(bench) : 0;
    size_t length = strlen(text);

    if (ms == 0 || length >= size)
        return;
    bench->verdict = INCONCLUSIVE;
    snprintf(text + length, size - length,
             "; but its attempts took %lld ms, and \"window_ms\" is %d: raise "
             "it, or lower \"attempts\"",
             (long long)ms, bench->manifest->window_ms);
}

void decide(struct bench *bench, enum verdict verdict, const char *expected,
            const char *seen, ...)
{
    char text[2048];
    va_list arguments;

    if (bench->decided)
        return;
    va_start(arguments, seen);
    vsnprintf(text, sizeof(text), seen, arguments);
    va_end(arguments);
    bench->decided = true;
    bench->verdict = verdict;
    excuse(bench, text, sizeof(text));
    bench->expected = redact(bench, expected);
    bench->seen = redact(bench, text);
}

void add_quoted(struct buffer *into, const unsigned char *at, size_t length)
{
    buffer_add_string(into, "\"");
    for (size_t i = 0; i < length; i++) {
        if (at[i] >= ' ' && at[i] < 0x7f)
            buffer_add(into, at + i, 1);
        else
            buffer_printf(into, "\\x%02x", at[i]);
    }
    buffer_add_string(into, "\"");
}

static const char *ending_text(enum ending ending)
{
    switch (ending) {
    case ENDING_FIN: return "FIN without a Close frame (1006)";
    case ENDING_RESET: return "RST without a Close frame (1006)";
    case ENDING_OURS: return "ended by us";
    case ENDING_UNREACHED: return "never connected";
    case ENDING_UNREAD: return "more than is read here";
    }
    return "ended";
}

static void describe_close(const struct peer *peer, struct buffer *into)
{
    if (peer->code == 1005)
        buffer_add_string(into, "a Close frame without a code (1005)");
    else
        buffer_printf(into, "close %d ", peer->code);
    if (peer->code != 1005)
        add_quoted(into, peer->reason, peer->reason_length);
}

void describe_answer(const struct peer *peer, struct buffer *into)
{
    if (peer->data_frames > 0)
        buffer_printf(into, "%u data frame%s, then ", peer->data_frames,
                      peer->data_frames == 1 ? "" : "s");
    if (peer->status != 0)
        buffer_printf(into, "HTTP %d before the upgrade", peer->status);
    else if (peer->closed)
        describe_close(peer, into);
    else if (peer->gone)
        buffer_add_string(into, ending_text(peer->ending));
    else
        buffer_add_string(into, peer->accepts > 0 ? "an open connection"
                                                  : "no answer at all");
}

static const char *const cuts[] = {
    [CUT_BY_FIN] = "FIN",
    [CUT_BY_RESET] = "RST",
    [CUT_ANYHOW] = "an end",
};

static void describe_end(const struct outcome *outcome, struct buffer *into)
{
    if (outcome->cut != NOT_CUT)
        buffer_printf(into, "%s without a Close frame", cuts[outcome->cut]);
    else if (outcome->reason_like != NULL)
        buffer_printf(into, "close %d with a reason like /%s/", outcome->close,
                      outcome->reason_like);
    else if (outcome->close == 1005)
        buffer_add_string(into, "a Close frame without a code");
    else if (outcome->reason == NULL)
        buffer_printf(into, "close %d, any reason", outcome->close);
    else
        buffer_printf(into, "close %d \"%s\"", outcome->close, outcome->reason);
}

static void describe_outcome(const struct outcome *outcome, struct buffer *into)
{
    char *message = cJSON_PrintUnformatted(outcome->message);

    if (message != NULL)
        buffer_printf(into, "%s, then ", message);
    cJSON_free(message);
    if (outcome->is_open)
        buffer_add_string(into, "a connection that stays open and hears "
                                "nothing else");
    if (outcome->is_open && outcome->until_ms > 0)
        buffer_printf(into, ", and after %d s at most ",
                      outcome->until_ms / 1000);
    if (outcome->status != 0)
        buffer_printf(into, "HTTP %d before the upgrade", outcome->status);
    else if (!outcome->is_open || outcome->until_ms > 0)
        describe_end(outcome, into);
}

void describe_outcomes(const struct outcomes *outcomes, struct buffer *into)
{
    for (size_t i = 0; i < outcomes->count; i++) {
        if (i > 0)
            buffer_add_string(into, ", or ");
        describe_outcome(&outcomes->at[i], into);
    }
}
