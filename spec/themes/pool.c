/* POOL: who stands in the broadcast pool, and when. */
#include "bench.h"
#include "spec.h"

enum { STORM = 200, REFUSALS = 300, BURST = 50, AFTERLIFE = 20 };

SPEC(member_has_exactly_one_pool_entry, MUST, REQUIREMENTS("POOL-01 QUAL-03"),
     "Each admitted connection has exactly one pool entry.",
     "Add to the pool in one place, behind authentication.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);

    expect_pool_entries(alice, 1);
    expect_pool_entries(bob, 1);
}

SPEC(missing_token_leaves_no_pool_entry, MUST, REQUIREMENTS("POOL-02 PA-07"),
     "A connection without a token leaves the pool as it was.",
     "Return right behind the close; add to the pool only behind the check.")
{
    struct manner lingering = { .never_closes = true };
    struct peer *stranger = dial(bench, ALICE, NO_TOKEN, lingering);

    expect_pool_entries(stranger, 0);
}

SPEC(invalid_token_leaves_no_pool_entry, MUST, REQUIREMENTS("POOL-03 PA-07"),
     "A connection with an invalid token leaves the pool as it was.",
     "Return right behind the close; add to the pool only behind the check.")
{
    struct manner lingering = { .never_closes = true };
    struct peer *malformed =
        dial(bench, ALICE, TOKEN(.literal = "a.b.c"), lingering);
    struct peer *expired =
        dial(bench, BOB, TOKEN(.expires_in_s = -60), lingering);
    struct peer *forged =
        dial(bench, CAROL, TOKEN(.signing = SIGNED_WITH_OTHER_KEY), lingering);

    expect_pool_entries(malformed, 0);
    expect_pool_entries(expired, 0);
    expect_pool_entries(forged, 0);
}

SPEC(refused_connection_is_not_pooled_for_an_instant, MUST,
     REQUIREMENTS("POOL-04 PA-07"),
     "A refused connection never stands in the pool, not even for the instant "
     "of its check.",
     "Authenticate first and add then; add, check and remove leaks whatever "
     "is broadcast in between.")
{
    struct peer *tokenless = dial_as(bench, ALICE, NO_TOKEN);
    struct peer *forged =
        dial_as(bench, BOB, TOKEN(.signing = SIGNED_WITH_OTHER_KEY));

    expect_never_pooled(tokenless);
    expect_never_pooled(forged);
}

SPEC(storm_of_refusals_hears_no_broadcast, MUST, REQUIREMENTS("POOL-04 RC-08"),
     "Of many connections that are refused while broadcasts go on, none hears "
     "one.",
     "Authenticate first and add then; there is no safe instant in between.")
{
    struct peer *strangers[STORM];
    unsigned count = affordable(bench, STORM);

    for (unsigned i = 0; i < count; i++) {
        strangers[i] = i % 2 == 0 ? dial_as(bench, ALICE, NO_TOKEN)
                                  : dial_as(bench, ALICE,
                                            TOKEN(.literal = "eyJ.eyJ.AAAA"));
        publish(bench);
    }
    fence(bench);
    for (unsigned i = 0; i < count; i++)
        expect_received_nothing(strangers[i]);
}

SPEC(failing_decoder_leaves_no_pool_entry, MUST, REQUIREMENTS("POOL-05"),
     "When the decoder fails, the pool is as it was.",
     "Refuse in the handler of the error; never go on behind it.")
{
    struct peer *stranger;

    break_decoder(bench);
    stranger = dial_as(bench, ALICE, GOOD_TOKEN);
    expect_kept_out(stranger);
    mend_decoder(bench);
    expect_never_pooled(stranger);
}

SPEC(departed_member_leaves_the_pool, MUST,
     REQUIREMENTS("POOL-06 QUAL-03 ISO-09"),
     "A member leaves the pool when it closes, and when its TCP dies.",
     "Remove in a finally block, whatever the way the connection ended.")
{
    struct peer *polite = admit(bench, ALICE);
    struct peer *abrupt = admit(bench, BOB);

    hang_up(polite);
    vanish(abrupt);
    expect_pool_entries(polite, 0);
    expect_pool_entries(abrupt, 0);
}

SPEC(dead_member_does_not_disturb_the_others, MUST,
     REQUIREMENTS("POOL-06 ERR-09"),
     "A member that died takes no broadcast away from the others.",
     "Catch the error of each send by itself, and go on with the next member.")
{
    struct peer *first = admit(bench, ALICE);
    struct peer *doomed = admit(bench, BOB);
    struct peer *last = admit(bench, CAROL);
    unsigned from;
    unsigned to;

    expect_received(last, publish(bench)); /* no broadcast is under way now */
    vanish(doomed);
    from = to = publish(bench);
    for (unsigned i = 0; i < AFTERLIFE; i++)
        to = publish(bench);
    expect_received_in_order(first, from, to);
    expect_received_in_order(last, from, to);
}

SPEC(endless_refusals_leave_no_residue, MUST, REQUIREMENTS("POOL-09 PA-11"),
     "Refused connections, however many, are answered alike and leave nothing "
     "behind.",
     "Forget a refused connection when its socket ends; keep no list of them.")
{
    unsigned count = affordable(bench, REFUSALS);
    struct peer *stranger;

    expect_no_residue(bench);
    for (unsigned i = 0; i < count; i++) {
        stranger = dial_as(bench, ALICE, NO_TOKEN);
        if (i % BURST == BURST - 1)
            expect_refused(stranger, CAUSE_MISSING);
    }
    expect_refused_all(bench, CAUSE_MISSING);
    expect_no_residue(bench);
    expect_admitted(dial_as(bench, BOB, GOOD_TOKEN));
}
