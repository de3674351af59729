/* What is expected of the answers of other doors. */
#include "bench/internal.h"
#include "bench/matcher.h"
#include "bench/visit.h"
#include <ctype.h>
#include <stdio.h>

enum { ECHO_RUN = 8, SHOWN_BYTES = 300 };

static bool text_fits(const struct door_answer *answer, int status,
                      const struct buffer *body)
{
    return status == answer->status &&
           (answer->body_like == NULL ||
            regex_finds(answer->body_like, buffer_string(body)));
}

static bool answer_fits(const struct door_answer *answer,
                        const struct reply *reply)
{
    return text_fits(answer, reply->status, &reply->body);
}

static bool is_admission(const struct door *door, const struct reply *reply)
{
    return answer_fits(&door->admitted, reply);
}

static bool is_refusal(const struct door *door, const struct reply *reply)
{
    for (size_t i = 0; i < door->refused_count; i++)
        if (answer_fits(&door->refused[i], reply))
            return true;
    return false;
}

/* --- In words ------------------------------------------------------------- */

static void add_answer(const struct door_answer *answer, struct buffer *into)
{
    buffer_printf(into, "HTTP %d", answer->status);
    if (answer->body_like != NULL)
        buffer_printf(into, " with a body that matches %.200s",
                      answer->body_like);
    if (answer->widened != NULL)
        buffer_printf(into, " (widened: %s)", answer->widened);
}

static void add_refusals(const struct door *door, struct buffer *into)
{
    for (size_t i = 0; i < door->refused_count; i++) {
        buffer_add_string(into, i == 0 ? "" : ", or ");
        add_answer(&door->refused[i], into);
    }
    buffer_add_string(into, ", and nothing that a good credential is answered");
}

static void decide_on(const struct visit *visit, size_t number,
                      enum verdict verdict, const char *expected)
{
    const struct door *door = &visit->bench->adapter->doors[number];
    const struct reply *reply = &visit->replies[number];
    struct buffer seen;

    buffer_init(&seen, 64 * 1024);
    add_quoted(&seen, reply->body.at,
               reply->body.length < SHOWN_BYTES ? reply->body.length
                                                : (size_t)SHOWN_BYTES);
    decide(visit->bench, verdict, expected, "at %s, %s got HTTP %d %s",
           door->what, visit->peer.name, reply->status, buffer_string(&seen));
    buffer_deinit(&seen);
}

/* --- Let in, and turned away ---------------------------------------------- */

static void judge_entry(const struct visit *visit, size_t number,
                        enum verdict verdict)
{
    const struct door *door = &visit->bench->adapter->doors[number];
    const struct reply *reply = &visit->replies[number];
    struct buffer expected;

    if (is_admission(door, reply) && !is_refusal(door, reply))
        return;
    buffer_init(&expected, 4096);
    add_answer(&door->admitted, &expected);
    buffer_add_string(&expected, ", and no refusal");
    decide_on(visit, number, verdict, buffer_string(&expected));
    buffer_deinit(&expected);
}

static void judge_entries(struct visit *visit, enum verdict verdict)
{
    const struct bench *bench = visit->bench;

    judge_guests(visit, verdict);
    for (size_t i = 0; i < bench->adapter->door_count && !bench->decided; i++)
        if (is_askable(visit, i))
            judge_entry(visit, i, verdict);
}

void expect_let_in_elsewhere(struct visit *visit)
{
    judge_entries(visit, FAIL);
}

void need_let_in(struct visit *visit)
{
    judge_entries(visit, INCONCLUSIVE);
}

static void judge_refusal(const struct visit *visit, size_t number)
{
    const struct door *door = &visit->bench->adapter->doors[number];
    const struct reply *reply = &visit->replies[number];
    struct buffer expected;

    if (reply->last_status != 0 &&
        text_fits(&door->admitted, reply->last_status, &reply->last)) {
        decide(visit->bench, FAIL,
               "a last step that lets in nobody whom an earlier one refuses",
               "at %s, %s got HTTP %d, and behind it HTTP %d %.200s",
               door->what, visit->peer.name, reply->status, reply->last_status,
               buffer_string(&reply->last));
        return;
    }
    if (is_refusal(door, reply) && !is_admission(door, reply))
        return;
    buffer_init(&expected, 16 * 1024);
    add_refusals(door, &expected);
    decide_on(visit, number, FAIL, buffer_string(&expected));
    buffer_deinit(&expected);
}

void expect_let_in_nowhere(struct visit *visit)
{
    const struct bench *bench = visit->bench;

    judge_strangers(visit);
    for (size_t i = 0; i < bench->adapter->door_count && !bench->decided; i++)
        if (is_askable(visit, i))
            judge_refusal(visit, i);
}

/* --- Alike ---------------------------------------------------------------- */

static size_t word_length(const char *at)
{
    size_t length = 0;

    while (isalnum((unsigned char)at[length]) || at[length] == '_' ||
           at[length] == '-')
        length++;
    return length > 0 || *at == 0 ? length : 1;
}

static bool same_word(const char *one, const char *other)
{
    size_t length = word_length(one);

    return length == word_length(other) && memcmp(one, other, length) == 0;
}

/* Word by word; one that differs between two requests of one kind tells nothing
 * of a third. */
static bool bodies_are_alike(const char *one, const char *again,
                             const char *other)
{
    while (*one != 0 && *again != 0 && *other != 0) {
        if (same_word(one, again) && !same_word(one, other))
            return false;
        one += word_length(one);
        again += word_length(again);
        other += word_length(other);
    }
    return *one == *other || *one != *again;
}

static void judge_likeness(const struct visit *one, const struct visit *again,
                           const struct visit *other, size_t number)
{
    const struct reply *first = &one->replies[number];
    const struct reply *third = &other->replies[number];

    if (first->status != third->status ||
        !bodies_are_alike(buffer_string(&first->body),
                          buffer_string(&again->replies[number].body),
                          buffer_string(&third->body)))
        decide(one->bench, FAIL,
               "one answer to every bad credential, so that none tells why",
               "at %s, %s got HTTP %d %.200s, but %s got HTTP %d %.200s",
               one->bench->adapter->doors[number].what, one->peer.name,
               first->status, buffer_string(&first->body), other->peer.name,
               third->status, buffer_string(&third->body));
}

void expect_refused_alike(struct visit *one, struct visit *again,
                          struct visit *other)
{
    const struct bench *bench = one->bench;

    expect_let_in_nowhere(one);
    expect_let_in_nowhere(again);
    expect_let_in_nowhere(other);
    judge_likeness_of_guests(one, other);
    for (size_t i = 0; i < bench->adapter->door_count && !bench->decided; i++)
        if (is_askable(one, i))
            judge_likeness(one, again, other, i);
}

/* --- Nothing of the inside ------------------------------------------------ */

static void judge_inside(const struct visit *visit, size_t number)
{
    const struct reply *reply = &visit->replies[number];
    struct bytes head = buffer_view(&reply->head);
    struct bytes body = buffer_view(&reply->body);
    const char *token = visit->peer.token;
    const char *leak = leak_in_refusal(visit->bench, head, body);
    const char *what = visit->bench->adapter->doors[number].what;

    if (leak != NULL)
        decide(visit->bench, FAIL, "a refusal that tells nothing of the inside",
               "at %s, %s was sent an answer with `%s` in its head or body",
               what, visit->peer.name, leak);
    else if (token != NULL && (run_of(token, ECHO_RUN, head) != NULL ||
                               run_of(token, ECHO_RUN, body) != NULL))
        decide(visit->bench, FAIL, "no eight bytes of the token in any answer",
               "at %s, %s was sent a piece of its own token", what,
               visit->peer.name);
}

void expect_shown_no_internals(struct visit *visit)
{
    const struct bench *bench = visit->bench;

    judge_what_guests_see(visit);
    for (size_t i = 0; i < bench->adapter->door_count && !bench->decided; i++)
        if (is_askable(visit, i))
            judge_inside(visit, i);
}

/* --- What is published ---------------------------------------------------- */

/* Any of this criterion's, in whatever answer. */
static bool was_told(const struct visit *visit, size_t number)
{
    const struct reply *reply = &visit->replies[number];
    char text[32];

    snprintf(text, sizeof(text), "sig-%s", visit->bench->id);
    return (reply->body.length > 0 && memmem(reply->body.at, reply->body.length,
                                             text, strlen(text)) != NULL) ||
           (reply->told.length > 0 && memmem(reply->told.at, reply->told.length,
                                             text, strlen(text)) != NULL);
}

static bool reads_there(const struct visit *visit, size_t number)
{
    return is_askable(visit, number) &&
           visit->bench->adapter->doors[number].read.count > 0;
}

void expect_shown_broadcasts(struct visit *visit)
{
    const struct bench *bench = visit->bench;

    judge_told_guests(visit);
    for (size_t i = 0; i < bench->adapter->door_count && !bench->decided; i++)
        if (reads_there(visit, i) && !was_told(visit, i))
            decide(visit->bench, INCONCLUSIVE,
                   "a good credential is told what is published, as a positive "
                   "control",
                   "at %s, %s was told nothing of it",
                   bench->adapter->doors[i].what, visit->peer.name);
}

void expect_shown_no_broadcast(struct visit *visit)
{
    const struct bench *bench = visit->bench;

    judge_untold_guests(visit);
    for (size_t i = 0; i < bench->adapter->door_count && !bench->decided; i++)
        if (is_askable(visit, i) && was_told(visit, i))
            decide(visit->bench, FAIL, "nothing that is published",
                   "at %s, %s was told a broadcast",
                   bench->adapter->doors[i].what, visit->peer.name);
}
