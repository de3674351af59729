/* DOOR: the other ways to what the socket leads to. */
#include "bench.h"
#include "spec.h"

SPEC(good_credential_is_let_in_at_each_other_door, MUST, REQUIREMENTS("CR-10"),
     "At each other way to the same data that the manifest names, a good "
     "credential is let in.",
     "Take the credential there as the socket takes it; or say in the manifest "
     "how it is asked.")
{
    expect_let_in_elsewhere(visit_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(other_door_keeps_out_who_brings_no_credential, MUST, REQUIREMENTS("CR-10"),
     "Who brings no credential is refused at each other door, too.",
     "Ask for the credential in one place that every way in goes through.")
{
    expect_let_in_nowhere(visit_as(bench, MALLORY, NO_TOKEN));
    need_let_in(visit_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(other_door_keeps_out_what_is_no_token, MUST, REQUIREMENTS("CR-10"),
     "Garbage in place of a credential is refused at each other door, too.",
     "Let what cannot be read be no credential, at every way in.")
{
    expect_let_in_nowhere(
        visit_as(bench, ALICE, TOKEN(.literal = "q7Zt-canary-Xw9P.k2.v8")));
    need_let_in(visit_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(other_door_keeps_out_a_token_of_another_key, MUST, REQUIREMENTS("CR-10"),
     "A token that is signed with another key is refused at each other door, "
     "too.",
     "Verify the signature by the function that the socket calls.")
{
    expect_let_in_nowhere(
        visit_as(bench, ALICE, TOKEN(.signing = SIGNED_WITH_OTHER_KEY)));
    need_let_in(visit_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(other_door_keeps_out_an_expired_token, MUST, REQUIREMENTS("CR-10"),
     "A token that has expired is refused at each other door, too.",
     "Look at the expiry wherever a token is looked at.")
{
    expect_let_in_nowhere(visit_as(bench, ALICE, TOKEN(.expires_in_s = -3600)));
    need_let_in(visit_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(bad_credentials_cannot_be_told_apart_at_another_door, MUST,
     REQUIREMENTS("CR-10 EO-01"),
     "At each other door expired, forged and malformed tokens get one answer, "
     "but for what differs from request to request.",
     "Answer all with one status and one body, and log the difference.")
{
    struct token other_key = TOKEN(.signing = SIGNED_WITH_OTHER_KEY);
    struct visit *forged = visit_as(bench, ALICE, other_key);
    struct visit *again = visit_as(bench, ALICE, other_key);

    expect_refused_alike(forged, again,
                         visit_as(bench, ALICE, TOKEN(.expires_in_s = -3600)));
    expect_refused_alike(forged, again,
                         visit_as(bench, ALICE, TOKEN(.literal = "a.b.c")));
}

SPEC(refusal_of_another_door_reveals_no_internals, MUST,
     REQUIREMENTS("CR-10 EO-03"),
     "Neither the head nor the body of a refusal at another door holds a "
     "trace, a path, a query, or a piece of the token.",
     "Answer with a fixed body; switch off pages that show exceptions.")
{
    struct visit *stranger = visit_as(bench, MALLORY, NO_TOKEN);
    struct visit *forged =
        visit_as(bench, ALICE, TOKEN(.signing = SIGNED_WITH_OTHER_KEY));
    struct visit *literal =
        visit_as(bench, ALICE, TOKEN(.literal = "q7Zt-canary-Xw9P.k2.v8"));

    expect_let_in_nowhere(stranger);
    expect_let_in_nowhere(forged);
    expect_let_in_nowhere(literal);
    expect_shown_no_internals(stranger);
    expect_shown_no_internals(forged);
    expect_shown_no_internals(literal);
}

SPEC(stranger_at_another_door_is_told_no_signal, MUST, REQUIREMENTS("CR-10"),
     "What is published while somebody reads at another door without a good "
     "credential is not told there; with one it is.",
     "Let a reader subscribe only behind the check; end a poll that failed it.")
{
    struct visit *stranger = listen_as(bench, MALLORY, NO_TOKEN);
    struct visit *forged =
        listen_as(bench, ALICE, TOKEN(.signing = SIGNED_WITH_OTHER_KEY));

    expect_shown_broadcasts(listen_as(bench, BOB, GOOD_TOKEN));
    expect_shown_no_broadcast(stranger);
    expect_shown_no_broadcast(forged);
}
