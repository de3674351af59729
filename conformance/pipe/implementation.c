/* The life of an implementation: start, introduction, one world after the
 * other, end. */
#include "base/clock.h"
#include "manifest/manifest.h"
#include "pipe/internal.h"
#include "spec.h"
#include <cJSON.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/wait.h>

enum {
    WORD_SIZE = 17,
    SKEW_MS = 1000,
    SEQ_BITS = 40,
    BASE_MAX = INT32_MAX / 2, /* no number of a socket is used twice */
};

struct implementation *implementation_new(const struct manifest *manifest,
                                          const char *command, bool isolated)
{
    struct implementation *one = calloc(1, sizeof(*one));

    if (one == NULL) {
        fault_say(FAULT_MEMORY, "the adapter: out of memory");
        return NULL;
    }
    one->manifest = manifest;
    one->command = command;
    one->isolated = isolated;
    one->hello_ms = HELLO_MS;
    one->leave_ms = LEAVE_MS;
    child_init(&one->child);
    speech_init(&one->speech);
    buffer_init(&one->waiting_pings, SAYING_BYTES_MAX);
    signal(SIGPIPE, SIG_IGN);
    return one;
}

void implementation_hurry(struct implementation *one, int hello_ms,
                          int leave_ms)
{
    one->hello_ms = hello_ms;
    one->leave_ms = leave_ms;
}

const struct introduction *
implementation_introduced(const struct implementation *one)
{
    return &one->introduction;
}

/* --- Introduction --------------------------------------------------------- */

/* Sixteen letters that nobody can foresee, the first no digit. */
static void random_word(struct implementation *one, char into[WORD_SIZE])
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz012345";
    unsigned char bytes[WORD_SIZE - 1];

    generator_fill(&one->generator, bytes, sizeof(bytes));
    for (size_t i = 0; i < sizeof(bytes); i++)
        into[i] = letters[bytes[i] % (i == 0 ? 26 : 32)];
    into[WORD_SIZE - 1] = 0;
}

static void seed(struct implementation *one)
{
    uint64_t first;

    if (getrandom(&one->generator.state, sizeof(one->generator.state), 0) < 0)
        one->generator.state = (uint64_t)clock_monotonic_us();
    generator_fill(&one->generator, &first, sizeof(first));
    one->seq = (int64_t)(first >> (64 - SEQ_BITS));
    one->base = (unsigned)(first & 0xffff);
}

static void introduce_harness(struct implementation *one, const char *nonce)
{
    const char *profile = profile_name(one->manifest->profile);
    char *keys = manifest_keyring(one->manifest);
    struct speech *speech = say_verb(one, "hello");

    speech_number(speech, "protocol", 1);
    speech_text(speech, "nonce", nonce);
    speech_number(speech, "now_ms", clock_wall_ms());
    speech_text(speech, "profile", profile);
    speech_json(speech, "keys", keys == NULL ? "[]" : keys);
    free(keys);
}

static enum fault check_wall(struct implementation *one, int64_t asked_ms)
{
    int64_t now_ms = one->now_ms;
    int64_t ours_ms = clock_wall_ms();

    if (one->introduction.is_virtual ||
        (now_ms >= asked_ms - SKEW_MS && now_ms <= ours_ms + SKEW_MS))
        return FAULT_NONE;
    return blame(one, FAULT_PROTOCOL,
                 "its clock is real, and is %lld ms away from the machine's",
                 (long long)(now_ms - ours_ms));
}

static enum fault read_introduction(struct implementation *one,
                                    const char *nonce, int64_t asked_ms)
{
    const struct saying *answer = &one->answer;
    struct introduction *introduction = &one->introduction;

    snprintf(introduction->name, sizeof(introduction->name), "%s",
             saying_text(answer, HAS_NAME));
    make_plain(introduction->name);
    if (strcmp(saying_text(answer, HAS_NONCE), nonce) != 0)
        return blame(one, FAULT_PROTOCOL,
                     "\"hello\" with the nonce \"%s\", and \"%s\" is due",
                     saying_text(answer, HAS_NONCE), nonce);
    introduction->is_virtual =
        strcmp(saying_text(answer, HAS_CLOCK), "virtual") == 0;
    introduction->offers = saying_offers(answer);
    introduction->wire = saying_wire(answer);
    introduction->nodes = saying_has(answer, HAS_NODE_COUNT)
                              ? (unsigned)saying_number(answer, HAS_NODE_COUNT)
                              : 1;
    one->now_ms = one->settled_ms = one->latest_ms =
        saying_number(answer, HAS_NOW_MS);
    return check_wall(one, asked_ms);
}

/* Who answers what nobody knows, answers anything. */
static enum fault check_ignorance(struct implementation *one)
{
    char verb[WORD_SIZE];
    enum fault fault;

    random_word(one, verb);
    ask_verb(one, verb);
    fault = ask(one, SAYING_KINDS);
    if (fault == FAULT_ABSENT)
        return FAULT_NONE;
    if (one->fault == FAULT_NONE)
        return blame(one, FAULT_PROTOCOL,
                     "\"failed\" in answer to a verb that was made up, \"%s\": "
                     "\"unsupported\" is due",
                     verb);
    return fault;
}

static enum fault greet(struct implementation *one)
{
    int64_t asked_ms = clock_wall_ms();
    char nonce[WORD_SIZE];
    enum fault fault;

    random_word(one, nonce);
    introduce_harness(one, nonce);
    fault = ask(one, SAYS_HELLO);
    if (fault == FAULT_NONE)
        fault = read_introduction(one, nonce, asked_ms);
    if (fault == FAULT_NONE)
        fault = check_ignorance(one);
    if (fault == FAULT_NONE)
        fault = settle_pipe(one);
    if (fault == FAULT_ABSENT || fault == FAULT_HOOK)
        fault = blame(one, FAULT_PROTOCOL, "\"hello\" is due first");
    return fault;
}

/* --- Worlds --------------------------------------------------------------- */

static void forget_world(struct implementation *one)
{
    sockets_clear(one);
    saying_deinit(&one->answer);
    child_new_world(&one->child);
    one->fault = FAULT_NONE;
}

static enum fault start(struct implementation *one)
{
    enum fault fault;

    child_deinit(&one->child);
    one->introduction.name[0] = 0;
    one->is_settled = false;
    one->heard[0] = 0;
    one->clock_is_new = false;
    forget_world(one);
    seed(one);
    fault = child_start(&one->child, one->command);
    if (fault != FAULT_NONE)
        return fault;
    one->runs = true;
    return greet(one);
}

/* FAULT_ABSENT: it has no way to. */
static enum fault reset(struct implementation *one)
{
    enum fault fault;

    forget_world(one);
    ask_verb(one, "reset");
    fault = ask(one, SAYS_DONE);
    if (fault == FAULT_HOOK)
        return blame(one, FAULT_PROTOCOL, "it cannot reset: %s",
                     fault_reason());
    one->cannot_reset = fault == FAULT_ABSENT;
    one->clock_is_new = true;
    return fault == FAULT_NONE ? settle_pipe(one) : fault;
}

enum fault implementation_begin(struct implementation *one)
{
    enum fault fault = FAULT_ABSENT;

    if (one->runs && !one->isolated && !one->cannot_reset &&
        one->base < BASE_MAX)
        fault = reset(one);
    if (fault != FAULT_ABSENT)
        return fault;
    if (one->runs)
        fault = implementation_end(one);
    return fault == FAULT_ABSENT || fault == FAULT_NONE ? start(one) : fault;
}

/* --- The end -------------------------------------------------------------- */

/* With a process for each world, the whole wait would be paid for each. */
static enum fault blame_staying(struct implementation *one)
{
    int waited_ms = one->leave_ms;

    if (one->leave_ms > LEAVE_AGAIN_MS)
        one->leave_ms = LEAVE_AGAIN_MS;
    return fault_say(FAULT_TIMEOUT,
                     "adapter: %.200s: it goes on %d ms after \"bye\"",
                     one->introduction.name, waited_ms);
}

enum fault implementation_end(struct implementation *one)
{
    struct departure departure;

    if (!one->runs)
        return FAULT_NONE;
    say_verb(one, "bye");
    utter(one);
    one->runs = false;
    if (!child_end(&one->child, one->leave_ms, &departure))
        return blame_staying(one);
    if (!WIFEXITED(departure.status) || WEXITSTATUS(departure.status) != 0)
        return fault_say(FAULT_ENDED, "adapter: %.200s: after \"bye\" it %s %d",
                         one->introduction.name,
                         WIFEXITED(departure.status) ? "ended with status"
                                                     : "died of signal",
                         WIFEXITED(departure.status)
                             ? WEXITSTATUS(departure.status)
                             : WTERMSIG(departure.status));
    if (departure.left_processes)
        return fault_say(FAULT_PROTOCOL,
                         "adapter: %.200s: it left a process behind",
                         one->introduction.name);
    return FAULT_NONE;
}

void implementation_free(struct implementation *one)
{
    if (one == NULL)
        return;
    implementation_end(one);
    sockets_clear(one);
    free(one->sockets);
    buffer_deinit(&one->waiting_pings);
    saying_deinit(&one->answer);
    speech_deinit(&one->speech);
    child_deinit(&one->child);
    free(one);
}
