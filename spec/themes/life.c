/* LIFE: what happens when something else breaks, or nobody waits for it. */
#include "bench.h"
#include "spec.h"

enum { FIRST_ONES = 50, VANISHING = 50 };

SPEC(directory_that_fails_admits_nobody, MUST, REQUIREMENTS("LIFE-04 PA-10"),
     "While the directory cannot be asked, a good token is refused as agreed "
     "on each endpoint.",
     "Test for the session before you use it, and refuse without one.")
{
    break_store(bench);
    for (unsigned endpoint = 0; endpoint < ENDPOINTS; endpoint++)
        expect_refused(
            dial(bench, OWNER, GOOD_TOKEN,
                 (struct manner){ .endpoint = (enum entrance)endpoint }),
            CAUSE_UNAVAILABLE);
    mend_store(bench);
}

SPEC(directory_that_recovers_admits_again, MUST, REQUIREMENTS("LIFE-04 PA-10"),
     "A user who was refused while the directory could not be asked is "
     "admitted as soon as it can.",
     "Ask anew at each admission; remember no failure.")
{
    break_store(bench);
    expect_kept_out(dial_as(bench, ALICE, GOOD_TOKEN));
    mend_store(bench);
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(directory_that_fails_leaves_no_residue, MUST,
     REQUIREMENTS("LIFE-04 POOL-05"),
     "A connection that was refused because the directory failed was never in "
     "the pool.",
     "Register behind the check, also when the check raises.")
{
    struct peer *alice;

    break_store(bench);
    alice = dial_as(bench, ALICE, GOOD_TOKEN);
    expect_kept_out(alice);
    mend_store(bench);
    expect_never_pooled(alice);
}

SPEC(order_that_cannot_be_looked_up_is_an_error, MUST,
     REQUIREMENTS("LIFE-04 ERR-01 ERR-02"),
     "A member whose message needs the failing directory is answered by the "
     "agreed error, and stays.",
     "Catch the driver's errors where you catch all others.")
{
    const char *id = woven(bench, "\"{}\"", order(bench, HOME));
    const char *first = woven(bench, "\"{}\"", status(bench, 0));
    struct peer *alice = admit(bench, ALICE);

    break_store(bench);
    say(alice, status_change(bench, id, first, OMITTED));
    expect_exact_error(alice);
    mend_store(bench);
    expect_admitted(alice);
}

SPEC(missing_directory_is_logged, MUST, REQUIREMENTS("LOG-08"),
     "An access check without the directory leaves an error in the log.",
     "Log the missing session at the level of errors before you refuse.")
{
    struct peer *alice;

    break_store(bench);
    alice = dial_as(bench, ALICE, GOOD_TOKEN);
    expect_kept_out(alice);
    mend_store(bench);
    expect_logged(alice, "err", NULL);
}

SPEC(connection_without_an_identity_harms_nobody, MUST,
     REQUIREMENTS("LIFE-05 LIFE-06 ERR-09"),
     "Connections without an identity are refused on each endpoint, and the "
     "members are served on.",
     "Test for the user before you read its id or its role.")
{
    struct manner nameless = { .claims = OMITTED };
    struct peer *listener = admit(bench, BOB);
    unsigned first = publish(bench);

    for (unsigned endpoint = 0; endpoint < ENDPOINTS; endpoint++) {
        nameless.endpoint = (enum entrance)endpoint;
        nameless.claims = OMITTED;
        expect_kept_out(dial(bench, OWNER, NO_TOKEN, nameless));
        nameless.claims = "null";
        expect_kept_out(dial(bench, OWNER, NO_TOKEN, nameless));
    }
    expect_received_in_order(listener, first, publish(bench));
}

SPEC(failing_monitor_changes_no_refusal, MUST, REQUIREMENTS("LIFE-07"),
     "A refusal looks the same when the security monitor fails.",
     "Refuse first and report then; catch what the report raises.")
{
    struct peer *before = dial_as(bench, ALICE, NO_TOKEN);
    struct peer *after;

    expect_kept_out(before);
    break_monitor(bench);
    after = dial_as(bench, ALICE, NO_TOKEN);
    expect_same_answer(before, after);
    mend_monitor(bench);
}

SPEC(failing_monitor_keeps_nobody_out, MUST, REQUIREMENTS("LIFE-07"),
     "A good token is admitted while the security monitor fails, and a bad one "
     "is not.",
     "Let the monitor watch; it decides nothing.")
{
    break_monitor(bench);
    expect_kept_out(dial_as(bench, MALLORY, GOOD_TOKEN));
    expect_kept_out(
        dial_as(bench, ALICE, TOKEN(.signing = SIGNED_WITH_OTHER_KEY)));
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
    mend_monitor(bench);
}

SPEC(client_that_vanishes_unproven_leaves_no_residue, MUST,
     REQUIREMENTS("LIFE-08 PA-11"),
     "Clients whose TCP dies before they authenticate leave nothing behind.",
     "Take the end of the stream for the end, and send nothing to it.")
{
    expect_no_residue(bench);
    for (unsigned i = 0; i < VANISHING; i++) {
        struct peer *peer =
            dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .silent = true });

        expect_pending(peer);
        vanish(peer);
    }
    fence(bench);
    expect_no_residue(bench);
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(client_that_vanishes_while_it_is_judged_leaves_no_residue, MUST,
     REQUIREMENTS("LIFE-08 PA-11"),
     "Clients whose TCP dies right behind their first message leave no place "
     "taken.",
     "Give back the place whatever the state in which the connection ends.")
{
    for (unsigned i = 0; i < VANISHING; i++)
        vanish(dial_as(bench, ALICE, GOOD_TOKEN));
    fence(bench);
    for (unsigned i = 0; i < per_user(bench); i++)
        expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(first_connections_start_one_cleanup, MUST, REQUIREMENTS("LIFE-02 LIFE-03"),
     "Fifty simultaneous first connections start exactly one cleanup.",
     "Start it under the same guard that tests whether it runs.")
{
    struct peer *last = NULL;

    for (unsigned i = 0; i < FIRST_ONES; i++)
        last = dial(bench, (enum identity)(ALICE + i % DAVE), NO_TOKEN,
                    (struct manner){ .source = 1 + i % 2 });
    expect_kept_out(last);
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
    expect_gauge(bench, "cleanups", 1);
}

SPEC(cleanup_goes_on_while_something_is_counted, MUST,
     REQUIREMENTS("LIFE-03 CONN-06"),
     "A cleanup is still due when one has run and a member is left.",
     "Start the next round from the round before, whatever became of it.")
{
    struct peer *alice = admit(bench, ALICE);

    elapse_window(bench);
    expect_admitted(alice);
    expect_gauge(bench, "cleanups", 1);
}
