/* DATA: what strangers and members are sent. */
#include "bench.h"
#include "spec.h"

enum { BROADCASTS = 100, BAD_CONNECTS = 50 };

SPEC(stranger_receives_no_signal, MUST, REQUIREMENTS("DATA-01 PA-07"),
     "Who has no valid token receives no signal: none of before, of during, of "
     "after.",
     "Send to members of the pool only, and let nobody in unverified; send no "
     "snapshot before the check.")
{
    struct peer *tokenless;
    struct peer *expired;
    struct peer *forged;

    admit(bench, BOB);
    publish(bench);
    tokenless = dial_as(bench, ALICE, NO_TOKEN);
    expired = dial_as(bench, ALICE, TOKEN(.expires_in_s = -60));
    publish(bench);
    forged = dial_as(bench, ALICE, TOKEN(.signing = SIGNED_WITH_OTHER_KEY));
    publish(bench);
    fence(bench);
    expect_received_nothing(tokenless);
    expect_received_nothing(expired);
    expect_received_nothing(forged);
}

SPEC(members_receive_every_signal_once_and_in_order, MUST,
     REQUIREMENTS("DATA-02 ERR-09"),
     "Every member receives every signal once, whole and in order, also while "
     "others are refused.",
     "Walk the whole pool for each signal; let one member's trouble stay its "
     "own.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    struct peer *carol = admit(bench, CAROL);
    unsigned first = publish(bench);
    unsigned last = first;

    for (unsigned i = 1; i < BROADCASTS; i++) {
        if (i % (BROADCASTS / BAD_CONNECTS) == 0)
            dial_as(bench, DAVE, TOKEN(.literal = "a.b.c"));
        last = publish(bench);
    }
    expect_received_in_order(alice, first, last);
    expect_received_in_order(bob, first, last);
    expect_received_in_order(carol, first, last);
}

SPEC(stranger_receives_nothing_but_the_refusal, MUST,
     REQUIREMENTS("DATA-03 PA-07"),
     "A refused connection is sent the refusal and nothing else: no welcome, "
     "no id, no counts, no history.",
     "Greet behind authentication.")
{
    static const struct token bad[] = {
        { .carriage = CARRIED_NOWHERE },
        { .literal = "null" },
        { .expires_in_s = -60 },
        { .signing = SIGNED_WITH_OTHER_KEY },
    };
    struct peer *strangers[sizeof(bad) / sizeof(*bad)];

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        strangers[i] = dial_as(bench, ALICE, bad[i]);
    fence(bench);
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        expect_received_nothing(strangers[i]);
}

SPEC(message_of_a_stranger_has_no_effect, MUST, REQUIREMENTS("DATA-04 PA-02"),
     "A message that a refused connection sent with its handshake has no "
     "effect, although the same message of a member has.",
     "Start reading behind authentication, not beside it.")
{
    const char *heard = publication(bench, canary(bench, "legal"));
    const char *unheard = publication(bench, canary(bench, "stolen"));
    struct peer *publisher = admit(bench, PUBLISHER_PAUL);
    struct peer *listener = admit(bench, PUBLISHER_PAUL);

    say(publisher, heard);
    expect_heard(listener, canary(bench, "legal"));
    dial(bench, PUBLISHER_PAUL, TOKEN(.signing = SIGNED_WITH_OTHER_KEY),
         (struct manner){ .early = unheard });
    dial(bench, PUBLISHER_PAUL, NO_TOKEN, (struct manner){ .early = unheard });
    expect_nobody_heard(bench, canary(bench, "stolen"));
}

SPEC(reader_hears_and_is_not_heard, MUST, REQUIREMENTS("CR-11"),
     "A member who may hear and not publish hears what is published, is told "
     "as agreed that they may not publish, and is not heard.",
     "Ask for the right to publish with each message: to be a member is none.")
{
    const char *heard = canary(bench, "heard");
    const char *unheard = canary(bench, "unheard");
    struct peer *reader = admit(bench, ALICE);
    struct peer *writer = admit(bench, PUBLISHER_PAUL);

    say(writer, publication(bench, heard));
    expect_reached(reader, heard);
    publish_without_right(reader, unheard);
    expect_answered_as(reader, CAUSE_WRITING);
    expect_nobody_heard(bench, unheard);
}

SPEC(path_that_nobody_serves_is_refused, SHOULD, REQUIREMENTS("HS-16"),
     "A path that is none of the service's is refused before the upgrade, or "
     "as agreed, with a good token as well.",
     "Have a list of paths, and no handler that takes whatever is left over.")
{
    struct manner astray = { .path = "/nowhere/that/is/served" };

    expect_refused(dial(bench, ALICE, GOOD_TOKEN, astray), CAUSE_ASTRAY);
    expect_refused(dial(bench, ALICE, NO_TOKEN, astray), CAUSE_ASTRAY);
}
