/* ERR: one generic error for whatever a member gets wrong. */
#include "bench.h"
#include "spec.h"

enum { WRONGS = 6 };

static const char *const wrong[WRONGS] = {
    "hello",
    "[]",
    "{\"type\":\"no_such_type\"}",
    "{\"type\":\"publish\",\"text\":{}}",
    "{\"type\":\"get_order\",\"order_id\":\"' OR 1=1--\"}",
    "{\"type\":\"order_status\",\"order_id\":7,\"status\":\"x\"}",
};

SPEC(message_that_fails_is_answered_by_the_agreed_error, MUST,
     REQUIREMENTS("ERR-01"),
     "A message that cannot be processed is answered by the agreed error and "
     "nothing more.",
     "Send one fixed error; put nothing of the message or the fault into it.")
{
    struct peer *alice = admit(bench, ALICE);

    for (unsigned i = 0; i < WRONGS; i++)
        expect_lone_error(alice, wrong[i]);
}

SPEC(causes_of_an_error_cannot_be_told_apart, MUST, REQUIREMENTS("ERR-01"),
     "Messages that fail for different causes are answered by the same error.",
     "Catch everything in one place, and answer there.")
{
    struct peer *first = admit(bench, ALICE);

    say(first, wrong[0]);
    for (unsigned i = 1; i < WRONGS; i++) {
        struct peer *other = admit(bench, (enum identity)(ALICE + i % DAVE));

        say(other, wrong[i]);
        expect_same_error(first, other);
    }
}

SPEC(error_reveals_no_internals_on_any_endpoint, MUST,
     REQUIREMENTS("ERR-02 EO-03"),
     "No endpoint answers a bad message with the text of an exception, a path, "
     "a query or a version.",
     "Send a fixed sentence, and log the exception.")
{
    for (unsigned endpoint = 0; endpoint < ENDPOINTS; endpoint++) {
        struct peer *member =
            admit_with(bench, OWNER, GOOD_TOKEN,
                       (struct manner){ .endpoint = (enum entrance)endpoint });

        for (unsigned i = 0; i < WRONGS; i++) {
            say(member, wrong[i]);
            expect_sanitized_error(member);
        }
    }
}

SPEC(cause_of_an_error_is_logged, MUST, REQUIREMENTS("ERR-03"),
     "A message that cannot be processed leaves an error in the log.",
     "Log the cause at the level of errors where you send the generic answer.")
{
    struct peer *alice = admit(bench, ALICE);

    say(alice, "{\"type\":\"no_such_type\"}");
    expect_exact_error(alice);
    expect_logged(alice, "err", NULL);
}

SPEC(member_is_served_on_after_an_error, SHOULD, REQUIREMENTS("ERR-04"),
     "A member whose messages failed stays, hears and is heard.",
     "Catch inside the loop that reads messages, not around it.")
{
    const char *text = canary(bench, "next");
    struct peer *alice = admit(bench, ALICE);

    for (unsigned i = 0; i < WRONGS; i++) {
        say(alice, wrong[i]);
        expect_exact_error(alice);
    }
    expect_received(alice, publish(bench));
    say(alice, publication(bench, text));
    expect_heard(alice, text);
}

SPEC(error_looks_the_same_on_every_endpoint, MUST, REQUIREMENTS("ERR-05"),
     "The same bad message is answered by the same error on each endpoint, and "
     "none of them closes.",
     "Let all endpoints use one handler of errors.")
{
    struct peer *till = admit(bench, OWNER);
    struct peer *kitchen = admit_with(bench, OWNER, GOOD_TOKEN,
                                      (struct manner){ .endpoint = KITCHEN });
    struct peer *office = admit_with(bench, OWNER, GOOD_TOKEN,
                                     (struct manner){ .endpoint = MANAGEMENT });

    say(till, wrong[0]);
    say(kitchen, wrong[0]);
    say(office, wrong[0]);
    expect_same_error(till, kitchen);
    expect_same_error(till, office);
}

SPEC(refusal_looks_the_same_on_every_endpoint, MUST, REQUIREMENTS("ERR-05"),
     "A forged token is answered alike on each endpoint.",
     "Let all endpoints use one routine that authenticates.")
{
    struct token forged = TOKEN(.signing = SIGNED_WITH_OTHER_KEY);
    struct peer *till = dial_as(bench, OWNER, forged);
    struct peer *kitchen =
        dial(bench, OWNER, forged, (struct manner){ .endpoint = KITCHEN });
    struct peer *office =
        dial(bench, OWNER, forged, (struct manner){ .endpoint = MANAGEMENT });

    expect_same_answer(till, kitchen);
    expect_same_answer(till, office);
}
