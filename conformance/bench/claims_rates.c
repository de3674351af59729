/* Claims and denials about how many there may be: messages in a window, and
 * connections that have proven nothing. */
#include "bench/claims_internal.h"
#include "claims.h"
#include "rates.h"

/* Half as many messages again are said, of a hundred bytes or so each; who is
 * denied a limit has often no number to go by. */
enum { MESSAGES_MAX = 200, MESSAGES_UNSAID = 100 };
enum { STRANGERS_MAX = 256, STRANGERS_UNSAID = 100 };

/* --- Messages ------------------------------------------------------------- */

static void judge_burst(struct peer *speaker, uint64_t capability,
                        const struct burst *burst)
{
    struct bench *bench = speaker->bench;
    bool bounded = burst->told < burst->said;

    if (bench->decided || bounded == is_claimed(bench, capability))
        return;
    decide(bench, FAIL,
           bounded ? "no bound; or the capability claimed"
                   : "a bound, as claimed",
           "%s is %s, and of %u messages %u were told", need_name(capability),
           bounded ? "denied" : "claimed", burst->said, burst->told);
}

static void need_short_window(struct bench *bench)
{
    if (!bench->decided)
        decide(bench, NOT_APPLICABLE, "",
               "unproven: limits.messages_window_ms is %d, and a denial waits "
               "for %d ms at most",
               bench->manifest->messages_window_ms, bench->criterion->wait_ms);
}

/* Whoever is denied a limit has no window to wait for, unless another limit
 * counts what has been said. Nor is it said anew in the hope that more is told.
 */
static struct flood of_denial(struct bench *bench, uint64_t capability,
                              struct flood flood)
{
    flood.at_once =
        !bench->adapter->is_virtual &&
        bench->manifest->messages_window_ms > bench->criterion->wait_ms;
    if (flood.at_once && capability == ROOM_RATE &&
        is_claimed(bench, USER_RATE))
        need_short_window(bench);
    flood.allowed = flood.each * flood.count;
    return flood;
}

/* What took longer than a window may have met two, and no limit in either. */
static void need_one_window(struct bench *bench, const struct burst *burst)
{
    if (!bench->decided && !bench->adapter->is_virtual &&
        burst->took_ms >= bench->manifest->messages_window_ms)
        decide(bench, NOT_APPLICABLE, "",
               "unproven: %u messages took %lld ms, and "
               "limits.messages_window_ms is %d",
               burst->said, burst->took_ms,
               bench->manifest->messages_window_ms);
}

static void judge_flood(struct bench *bench, uint64_t capability,
                        struct measure measure, struct flood flood)
{
    unsigned tried = flood.allowed;

    if (!is_claimed(bench, capability))
        flood = of_denial(bench, capability, flood);
    struct burst seen = burst(flood);

    judge_burst(flood.listener, capability, &seen);
    if (!is_claimed(bench, capability))
        need_one_window(bench, &seen);
    need_enough_tried(bench, capability, measure, tried);
}

/* A room that takes no more, whoever says it, is left half of them. */
static unsigned into_room(struct bench *bench, unsigned number)
{
    unsigned all = bench->manifest->room_messages;

    return is_claimed(bench, USER_RATE) || !is_claimed(bench, ROOM_RATE) ||
                   all == 0 || number <= all / 2
               ? number
               : all / 2;
}

void expect_messages_bounded_if_claimed(struct peer *speaker, const char *room,
                                        struct peer *listener)
{
    struct bench *bench = speaker->bench;
    struct measure measure = { .said = messages_allowed(bench),
                               .unsaid = MESSAGES_UNSAID,
                               .most = MESSAGES_MAX };
    unsigned number =
        into_room(bench, number_to_try(bench, USER_RATE, measure));

    judge_flood(bench, USER_RATE, measure,
                (struct flood){ .speakers = &speaker,
                                .count = 1,
                                .room = room,
                                .listener = listener,
                                .each = number + (number > 1 ? number / 2 : 1),
                                .allowed = number });
}

bool has_tight_room(struct bench *bench)
{
    return (bench->offers & TIGHT) != 0 && tight_room_messages(bench) > 0;
}

/* No speaker says more than a user may. */
static unsigned shares(struct bench *bench, unsigned number, unsigned speakers)
{
    unsigned each = (number + number / 2) / speakers + 1;
    unsigned most =
        has_tight_room(bench) ? tight_messages(bench) : messages_allowed(bench);

    if (!is_claimed(bench, USER_RATE) || most == 0 || each <= most)
        return each;
    if (!bench->decided && is_claimed(bench, ROOM_RATE))
        decide(bench, NOT_APPLICABLE, "",
               "it takes %u messages of each of %u users, who may say %u", each,
               speakers, most);
    return most;
}

/* Of which half as many again are said. */
static unsigned number_within(unsigned said, unsigned number)
{
    unsigned within = (unsigned)((uint64_t)said * 2 / 3);

    return within < number ? within : number;
}

void expect_room_bounded_if_claimed(struct peer *const speakers[],
                                    unsigned count, const char *room,
                                    struct peer *listener)
{
    struct bench *bench = listener->bench;
    struct measure measure = { .said = has_tight_room(bench)
                                           ? tight_room_messages(bench)
                                           : bench->manifest->room_messages,
                               .unsaid = MESSAGES_UNSAID,
                               .most = MESSAGES_MAX };
    unsigned number = number_to_try(bench, ROOM_RATE, measure);
    unsigned each = shares(bench, number, count);

    judge_flood(
        bench, ROOM_RATE, measure,
        (struct flood){ .speakers = speakers,
                        .count = count,
                        .room = room,
                        .listener = listener,
                        .each = each,
                        .allowed = number_within(each * count, number) });
}

/* --- Strangers ------------------------------------------------------------ */

/* None of them has had to go for the time that it took, and the newcomer has
 * some left. */
static bool is_too_late(const struct bench *bench, int64_t began_ms)
{
    int64_t now_ms = bench->adapter->ops->now_ms(bench->adapter->self);

    return now_ms - began_ms >= bench->manifest->auth_ms / 2;
}

static void judge_strangers(struct bench *bench, struct peer *last,
                            struct peer *newcomer, int64_t began_ms)
{
    bool waits = !bench->decided && stays_open(last);

    if (!bench->decided && is_too_late(bench, began_ms))
        decide(bench, INCONCLUSIVE,
               "strangers who are all there before the first is closed",
               "it took more than half of limits.auth_ms to dial them");
    if (!waits && is_claimed(bench, STRANGERS))
        fail_claim(last, STRANGERS, "as many strangers as are claimed");
    else if (!waits)
        fail_denial(last, STRANGERS);
    expect_refused_if_claimed(newcomer, STRANGERS);
}

/* All of them, and the newcomer, are attempts of that address, too. */
static unsigned within_attempts(struct bench *bench, unsigned count)
{
    unsigned all =
        is_claimed(bench, ATTEMPTS) ? affordable(bench, count + 1) : count + 1;

    if (all > count)
        return count;
    if (!bench->decided && is_claimed(bench, STRANGERS))
        decide(bench, NOT_APPLICABLE, "",
               "it takes %u attempts to go beyond the limit, and an address "
               "has %u",
               count + 1, attempts(bench));
    return all > 0 ? all - 1 : 0;
}

void expect_strangers_bounded_if_claimed(struct bench *bench)
{
    struct measure measure = { .said = strangers_allowed(bench),
                               .unsaid = STRANGERS_UNSAID,
                               .most = STRANGERS_MAX };
    struct manner silent = { .silent = true, .source = 1 };
    unsigned count =
        within_attempts(bench, number_to_try(bench, STRANGERS, measure));
    int64_t began_ms = bench->adapter->ops->now_ms(bench->adapter->self);
    struct peer *strangers[STRANGERS_MAX];
    struct peer *last = NULL;

    if (!bench->decided && bench->source[0] == 0)
        decide(bench, NOT_APPLICABLE, "",
               "the target is dialled from one address only, whose strangers "
               "are everybody's");
    if (count == 0)
        need_enough_tried(bench, STRANGERS, measure, count);
    if (bench->decided)
        return;
    for (unsigned i = 0; i < count; i++)
        strangers[i] = dial(bench, ALICE, GOOD_TOKEN, silent);
    /* A proxy may let others pass them. The first that is let wait is enough.
     */
    for (unsigned i = 0; i < count && (last == NULL || last->accepts > 0);
         i++) {
        last = strangers[i];
        await_handshake(last);
    }
    judge_strangers(
        bench, last,
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .source = 1 }),
        began_ms);
    need_enough_tried(bench, STRANGERS, measure, count);
}
