/* Claims and denials about how many there may be: messages in a window, and
 * connections that have proven nothing. */
#include "bench/claims_internal.h"
#include "claims.h"
#include "rates.h"

/* Half as many messages again are said, of a hundred bytes or so each; who is
 * denied a limit has often no number to go by. */
enum { MESSAGES_MAX = 200, MESSAGES_UNSAID = 100 };
enum { STRANGERS_MAX = 256, STRANGERS_UNSAID = 100 };

static unsigned number_to_try(struct bench *bench, uint64_t capability,
                              unsigned said, unsigned unsaid, unsigned max)
{
    if (said == 0)
        return unsaid;
    if (said > max && !is_claimed(bench, capability))
        return max;
    if (said > max && !bench->decided)
        decide(bench, NOT_APPLICABLE, "",
               "the limit is %u, and a claim is asked with %u at most", said,
               max);
    return said;
}

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

void expect_messages_bounded_if_claimed(struct peer *speaker, const char *room,
                                        struct peer *listener)
{
    struct bench *bench = speaker->bench;
    unsigned into_room = bench->manifest->room_messages;
    unsigned number = number_to_try(bench, USER_RATE, messages_allowed(bench),
                                    MESSAGES_UNSAID, MESSAGES_MAX);

    if (!is_claimed(bench, USER_RATE) && into_room > 0 &&
        number > into_room / 2)
        number = into_room / 2; /* which the room takes, whoever says it */
    struct burst seen = burst((struct flood){ .speakers = &speaker,
                                              .count = 1,
                                              .room = room,
                                              .listener = listener,
                                              .each = number + number / 2,
                                              .allowed = number });

    judge_burst(speaker, USER_RATE, &seen);
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

    if (!bench->decided && is_claimed(bench, USER_RATE) && most > 0 &&
        each > most)
        decide(bench, NOT_APPLICABLE, "",
               "it takes %u messages of each of %u users, who may say %u", each,
               speakers, most);
    return each;
}

void expect_room_bounded_if_claimed(struct peer *const speakers[],
                                    unsigned count, const char *room,
                                    struct peer *listener)
{
    struct bench *bench = listener->bench;
    unsigned said = has_tight_room(bench) ? tight_room_messages(bench)
                                          : bench->manifest->room_messages;
    unsigned number =
        number_to_try(bench, ROOM_RATE, said, MESSAGES_UNSAID, MESSAGES_MAX);
    struct flood flood = { .speakers = speakers,
                           .count = count,
                           .room = room,
                           .listener = listener,
                           .each = shares(bench, number, count),
                           .allowed = number };
    struct burst seen = burst(flood);

    judge_burst(listener, ROOM_RATE, &seen);
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

void expect_strangers_bounded_if_claimed(struct bench *bench)
{
    struct manner silent = { .silent = true, .source = 1 };
    unsigned count = number_to_try(bench, STRANGERS, strangers_allowed(bench),
                                   STRANGERS_UNSAID, STRANGERS_MAX);
    int64_t began_ms = bench->adapter->ops->now_ms(bench->adapter->self);
    struct peer *last = NULL;

    if (bench->decided)
        return;
    if (bench->source[0] == 0)
        decide(bench, NOT_APPLICABLE, "",
               "the target is dialled from one address only, whose strangers "
               "are everybody's");
    if (!is_claimed(bench, STRANGERS))
        count = affordable(bench, count);
    for (unsigned i = 0; i < count; i++)
        last = dial(bench, ALICE, GOOD_TOKEN, silent);
    judge_strangers(
        bench, last,
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .source = 1 }),
        began_ms);
}
