/* Messages faster than they are allowed, and what becomes of them. */
#include "bench/internal.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

enum { BURSTS = 3, LOOKS_MS = 2 };

unsigned messages_allowed(struct bench *bench)
{
    return bench->manifest->messages;
}

unsigned tight_messages(struct bench *bench)
{
    return bench->manifest->tight_messages;
}

unsigned tight_room_messages(struct bench *bench)
{
    return bench->manifest->tight_room_messages;
}

/* A window began before its messages were seen, so little is needed. */
static int margin_ms(const struct bench *bench)
{
    return bench->adapter->is_virtual ? 10 : 25;
}

void elapse_rate(struct bench *bench)
{
    elapse(bench, bench->manifest->messages_window_ms + margin_ms(bench));
}

void elapse_half_rate(struct bench *bench)
{
    elapse(bench,
           (bench->manifest->messages_window_ms + margin_ms(bench)) / 2 + 1);
}

/* --- What has come -------------------------------------------------------- */

/* The number of a text that speak() has made; 0: it is none. */
static unsigned number_of(const struct bench *bench, const char *text)
{
    char begin[32];
    size_t length =
        (size_t)snprintf(begin, sizeof(begin), "said-%s-", bench->id);

    return text == NULL || strncmp(text, begin, length) != 0
               ? 0
               : (unsigned)strtoul(text + length, NULL, 10);
}

static const struct cJSON *refusal_of(const struct bench *bench)
{
    const struct cJSON *own = bench->manifest->denials[DENIED_RATE_LIMITED];

    return own != NULL ? own : bench->manifest->error;
}

/* Messages from `offset` on: those that match, with a text of more than that
 * number where `beyond` is one. */
static unsigned count_heard(const struct peer *peer, size_t offset,
                            const struct cJSON *pattern, const unsigned *beyond)
{
    const char *at = buffer_string(&peer->heard) + offset;
    const char *end = buffer_string(&peer->heard) + peer->heard.length;
    unsigned count = 0;

    for (; offset < peer->heard.length && at < end; at += strlen(at) + 1) {
        struct cJSON *value = read_message(peer->bench, at);
        bool matches = value != NULL && pattern_matches(pattern, value);
        if (matches && beyond != NULL)
            matches = number_of(peer->bench, pattern_capture(pattern, value,
                                                             "text")) > *beyond;
        count += matches;
        cJSON_Delete(value);
    }
    return count;
}

/* --- A burst -------------------------------------------------------------- */

enum { SPEAKERS_MAX = 16 };

struct course {
    struct flood flood;
    unsigned before;              /* number of the latest text before it */
    size_t offsets[SPEAKERS_MAX]; /* of what the speakers had heard … */
    size_t listened;              /* … and the listener */
    int64_t began_ms;
    struct burst burst;
};

static void look_at(struct course *course)
{
    const struct flood *flood = &course->flood;
    const struct bench *bench = flood->listener->bench;
    const struct cJSON *pattern = bench->manifest->rooms[ROOM_PUBLISH].answer;

    course->burst.told = count_heard(flood->listener, course->listened, pattern,
                                     &course->before);
    course->burst.refused = 0;
    for (unsigned i = 0; i < flood->count; i++)
        course->burst.refused += count_heard(
            flood->speakers[i], course->offsets[i], refusal_of(bench), NULL);
}

static bool is_settled(const struct course *course)
{
    return course->burst.told + course->burst.refused >= course->burst.said;
}

/* Until all are told or refused, or have had their time; and whatever was sent
 * beside it. */
static void settle(struct course *course)
{
    const struct flood *flood = &course->flood;
    struct bench *bench = flood->listener->bench;
    int left = patience_of(bench);

    drain(bench);
    look_at(course);
    for (int pause = LOOKS_MS; left > 0 && !is_settled(course); pause *= 2) {
        if (bench->decided)
            return;
        await(bench, NULL, NULL, 0, pause);
        look_at(course);
        left -= pause;
    }
    for (unsigned i = 0; i < flood->count; i++)
        (void)stays_open(flood->speakers[i]);
    (void)stays_open(flood->listener);
    look_at(course);
}

static int64_t now_ms(const struct bench *bench)
{
    return bench->adapter->ops->now_ms(bench->adapter->self);
}

static void begin(struct course *course)
{
    const struct flood *flood = &course->flood;

    course->began_ms = now_ms(flood->listener->bench);
    course->before = flood->listener->bench->said;
    course->listened = flood->listener->heard.length;
    for (unsigned i = 0; i < flood->count; i++)
        course->offsets[i] = flood->speakers[i]->heard.length;
    course->burst = (struct burst){ .said = 0 };
}

static void ask(const struct flood *flood)
{
    if (flood->binary)
        say_bytes(flood->speakers[0], "?", 1, true);
    else
        room_ask(flood->speakers[0], flood->request);
}

static void come_and_go(struct peer *peer)
{
    struct peer *other = dial_as(peer->bench, peer->who, GOOD_TOKEN);

    expect_admitted(other);
    hang_up(other);
}

static void say_all(struct course *course)
{
    const struct flood *flood = &course->flood;

    for (unsigned i = 0; i < flood->times; i++)
        ask(flood);
    for (unsigned i = 0; i < flood->each; i++) {
        if (flood->redials && i == flood->each / 2)
            come_and_go(flood->speakers[0]);
        for (unsigned who = 0; who < flood->count; who++) {
            (void)speak(flood->speakers[who], flood->room);
            course->burst.said++;
        }
    }
}

/* Up to a tenth more where the clock is real: a second has no sharp edge. */
static unsigned tolerated(const struct bench *bench, unsigned allowed)
{
    return bench->adapter->is_virtual ? allowed : allowed + allowed / 10;
}

/* What took longer than a window may have met two of them. */
static void judge_speed(struct bench *bench, const struct course *course)
{
    int64_t took_ms = now_ms(bench) - course->began_ms;

    if (!bench->decided && took_ms >= bench->manifest->messages_window_ms &&
        course->burst.told > tolerated(bench, course->flood.allowed))
        decide(bench, INCONCLUSIVE, "a burst within one window of messages",
               "it took %lld ms", (long long)took_ms);
}

struct burst burst(struct flood flood)
{
    struct bench *bench = flood.listener->bench;
    struct course course = { .flood = flood };
    unsigned bursts = bench->adapter->is_virtual ? 1 : BURSTS;

    do {
        if (!flood.at_once)
            elapse_rate(bench);
        if (bench->decided)
            break;
        begin(&course);
        say_all(&course);
        settle(&course);
    } while (--bursts > 0 &&
             course.burst.told > tolerated(bench, flood.allowed));
    judge_speed(bench, &course);
    course.burst.took_ms = now_ms(bench) - course.began_ms;
    return course.burst;
}

/* --- Judging -------------------------------------------------------------- */

void expect_told_as_allowed(struct bench *bench, struct burst burst,
                            unsigned allowed)
{
    if (!bench->decided && burst.said < allowed)
        decide(bench, INCONCLUSIVE, "a burst that uses the allowance up",
               "%u messages were said where %u are allowed", burst.said,
               allowed);
    if (!bench->decided &&
        (burst.told < allowed || burst.told > tolerated(bench, allowed)))
        decide(bench, FAIL, "as many messages as are allowed",
               "%u of %u were told where %u may be", burst.told, burst.said,
               allowed);
}

void expect_each_refused(struct bench *bench, struct burst burst)
{
    if (!bench->decided && burst.told + burst.refused != burst.said)
        decide(bench, FAIL,
               "one error for each message that is refused, and none beside",
               "of %u messages %u were told, and %u errors came", burst.said,
               burst.told, burst.refused);
}

static bool is_counted(struct peer *peer)
{
    struct cJSON *tree = look(peer->bench);
    bool counted = list_names(tree, "senders", peer->user);

    cJSON_Delete(tree);
    return counted;
}

/* A second may end before we look. */
void expect_sender_tracked(struct peer *peer, struct wish wish)
{
    struct bench *bench = peer->bench;

    for (unsigned i = 0; i < BURSTS && !bench->decided; i++) {
        expect_granted(peer, wish);
        if (is_counted(peer))
            return;
    }
    decide(bench, FAIL, "a sender that is counted",
           "the list of senders lacks the user of %s", peer->name);
}

void expect_sender_forgotten(struct peer *peer)
{
    int pause = 0;
    bool counted;

    if (peer->bench->decided)
        return;
    do
        counted = is_counted(peer);
    while (counted && look_again(peer->bench, &pause));
    if (counted)
        decide(peer->bench, FAIL,
               "a sender that is not counted behind its second",
               "the list of senders still has the user of %s", peer->name);
}
