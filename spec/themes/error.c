/* ERR: what failures tell, and whom they hit. */
#include "bench.h"
#include "spec.h"

enum { ROUNDS = 60, ROUNDS_BETWEEN_SIGNALS = 10 };

SPEC(authentication_failures_cannot_be_told_apart, MUST,
     REQUIREMENTS("ERR-06 EO-01"),
     "Expired, forged, foreign and malformed tokens, of known and unknown "
     "users, get answers that are alike to the byte.",
     "Answer all with one refusal, and log the difference instead.")
{
    struct peer *forged =
        dial_as(bench, ALICE, TOKEN(.signing = SIGNED_WITH_OTHER_KEY));

    expect_same_answer(forged,
                       dial_as(bench, ALICE, TOKEN(.expires_in_s = -60)));
    expect_same_answer(forged,
                       dial_as(bench, ALICE, TOKEN(.literal = "a.b.c")));
    expect_same_answer(
        forged, dial_as(bench, ALICE, TOKEN(.rewrite_sub = "\"nobody\"")));
    expect_same_answer(
        forged, dial_as(bench, BOB, TOKEN(.signing = SIGNED_THEN_FLIPPED)));
}

SPEC(hostile_input_leaves_the_others_undisturbed, MUST, REQUIREMENTS("ERR-09"),
     "Whatever one member sends, the others keep receiving every signal.",
     "Handle each message in a handler of its own that catches everything; "
     "share no task between connections.")
{
    struct peer *attacker = admit(bench, BOB);
    struct peer *listener = admit(bench, ALICE);
    unsigned first = publish(bench);
    unsigned last = first;

    for (unsigned round = 0; round < ROUNDS; round++) {
        say_noise(attacker, round);
        if (round % ROUNDS_BETWEEN_SIGNALS == 0)
            last = publish(bench);
    }
    expect_received_in_order(listener, first, last);
    expect_admitted(dial_as(bench, CAROL, GOOD_TOKEN));
}

SPEC(processing_error_reveals_no_internals, MUST, REQUIREMENTS("EO-03 ERR-02"),
     "A message that cannot be processed is answered with a fixed sentence, "
     "never with the text of an exception.",
     "Send one generic error from a fixed list; write the detail to the log.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);

    say(alice, "{\"type\":");
    expect_sanitized_error(alice);
    say(bob, "{\"type\":\"no_such_type\",\"text\":[]}");
    expect_sanitized_error(bob);
}

SPEC(token_is_never_echoed, MUST, REQUIREMENTS("EO-03"),
     "No piece of a token is sent back, neither in a message nor in a reason.",
     "Build no answer from what a client sent.")
{
    struct peer *forged =
        dial_as(bench, ALICE, TOKEN(.signing = SIGNED_WITH_OTHER_KEY));
    struct peer *literal =
        dial_as(bench, ALICE, TOKEN(.literal = "q7Zt-canary-Xw9P.k2.v8"));
    struct peer *member = admit(bench, BOB);

    expect_kept_out(forged);
    expect_kept_out(literal);
    fence(bench);
    expect_token_not_echoed(forged);
    expect_token_not_echoed(literal);
    expect_token_not_echoed(member);
}
