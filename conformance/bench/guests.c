/* Who dials at the other doors of a target that are WebSockets: a peer like any
 * other, for whom all is as at the endpoint but the place. */
#include "bench/internal.h"
#include "bench/visit.h"

bool guests_dial(struct visit *visit, const struct token *token)
{
    struct bench *bench = visit->bench;
    bool is_anywhere = false;

    for (size_t i = 0; i < bench->adapter->door_count && !bench->decided; i++) {
        if (!is_socket(visit, i))
            continue;
        visit->guests[i] = dial(bench, visit->peer.who, *token,
                                (struct manner){ .door = (unsigned)i + 1 });
        is_anywhere = true;
    }
    return is_anywhere;
}

/* NULL behind the last, and once a verdict stands. Begin with *door 0. */
static struct peer *next_guest(const struct visit *visit, size_t *door)
{
    const struct bench *bench = visit->bench;

    while (*door < bench->adapter->door_count && !bench->decided) {
        struct peer *guest = visit->guests[(*door)++];
        if (guest != NULL)
            return guest;
    }
    return NULL;
}

/* `door`: behind that of the guest. */
static const char *name_of(const struct visit *visit, size_t door)
{
    return visit->bench->adapter->doors[door - 1].what;
}

void judge_guests(struct visit *visit, enum verdict verdict)
{
    struct peer *guest;
    size_t door = 0;

    while ((guest = next_guest(visit, &door)) != NULL) {
        struct buffer seen;
        if (is_admitted(guest))
            continue;
        buffer_init(&seen, 1024);
        describe_answer(guest, &seen);
        decide(visit->bench, verdict, "a good credential is let in",
               "at %s, %s got %s", name_of(visit, door), guest->name,
               buffer_string(&seen));
        buffer_deinit(&seen);
    }
}

void judge_strangers(struct visit *visit)
{
    struct peer *guest;
    size_t door = 0;

    while ((guest = next_guest(visit, &door)) != NULL)
        expect_refused(guest,
                       guest->token == NULL ? CAUSE_MISSING : CAUSE_INVALID);
}

void judge_likeness_of_guests(struct visit *one, struct visit *other)
{
    struct peer *guest;
    size_t door = 0;

    while ((guest = next_guest(one, &door)) != NULL)
        if (other->guests[door - 1] != NULL)
            expect_same_answer(guest, other->guests[door - 1]);
}

/* The body of a rejection is looked at with its reason. */
static void judge_messages(const struct visit *visit, size_t door,
                           const struct peer *guest)
{
    const char *leak = guest->status != 0
                           ? NULL
                           : leak_in(visit->bench, buffer_view(&guest->heard));

    if (leak != NULL)
        decide(visit->bench, FAIL, "a refusal that tells nothing of the inside",
               "at %s, %s was sent a message with `%s` in it",
               name_of(visit, door), guest->name, leak);
}

void judge_what_guests_see(struct visit *visit)
{
    struct peer *guest;
    size_t door = 0;

    while ((guest = next_guest(visit, &door)) != NULL) {
        expect_harmless_reason(guest);
        judge_messages(visit, door, guest);
        expect_token_not_echoed(guest);
    }
}

void judge_told_guests(struct visit *visit)
{
    struct peer *guest;
    size_t door = 0;

    while ((guest = next_guest(visit, &door)) != NULL)
        if (!is_admitted(guest) && !visit->bench->decided)
            decide(visit->bench, INCONCLUSIVE,
                   "a good credential is told what is published, as a positive "
                   "control",
                   "at %s, %s was told nothing of it", name_of(visit, door),
                   guest->name);
}

/* In whatever form, be it in half a line. */
void judge_untold_guests(struct visit *visit)
{
    struct peer *guest;
    size_t door = 0;

    fence(visit->bench);
    while ((guest = next_guest(visit, &door)) != NULL)
        if (guest->signal_count > 0 || guest->talk.strays > 0)
            decide(visit->bench, FAIL, "nothing that is published",
                   "at %s, %s was told a broadcast", name_of(visit, door),
                   guest->name);
}
