/* AUTH where the first message carries the token: what it has to hold. */
#include "bench.h"
#include "spec.h"

SPEC(first_message_with_a_valid_token_opens_the_session, MUST,
     REQUIREMENTS("AUTH-22 AUTH-30"),
     "A handshake without a token is completed and waits, and a first message "
     "with a valid token opens the session.",
     "Accept, read one message under a deadline, verify its token, and serve "
     "the connection from then on.")
{
    struct peer *peer =
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .silent = true });

    elapse(bench, 500);
    expect_pending(peer);
    say(peer, authentication(peer, GOOD_TOKEN));
    expect_admitted(peer);
    expect_received(peer, publish(bench));
}

SPEC(success_is_told_before_anything_else, MUST, REQUIREMENTS("AUTH-23"),
     "The success is the first message, names the user, the restaurant and the "
     "time in UTC, and has no other member.",
     "Send the success before you add the connection to the pool.")
{
    for (unsigned endpoint = 0; endpoint < ENDPOINTS; endpoint++) {
        struct manner there = { .endpoint = (enum entrance)endpoint };

        publish(bench);
        expect_welcome(admit_with(bench, OWNER, GOOD_TOKEN, there));
    }
}

SPEC(success_names_the_user_of_the_token, MUST, REQUIREMENTS("AUTH-24 AUTH-31"),
     "The success names the user of the token when the client names none; a "
     "parameter that names another is refused, or names nobody.",
     "Answer with the subject that was verified, never with what was claimed.")
{
    const char *bob = user_id(bench, BOB);
    struct manner nameless = { .claims = OMITTED };
    struct manner unnamed = { .claims = "null" };
    struct manner lying = { .claims = OMITTED,
                            .query = woven(bench, "user_id={}", bob) };

    expect_welcome(admit_with(bench, ALICE, GOOD_TOKEN, nameless));
    expect_welcome(admit_with(bench, ALICE, GOOD_TOKEN, unnamed));
    expect_no_other_user(dial(bench, ALICE, GOOD_TOKEN, lying));
}

SPEC(token_alone_says_who_it_is, MUST, REQUIREMENTS("AUTH-31"),
     "A client that presents a valid token and names no user is served as the "
     "user of the token.",
     "Derive the user id from the token; do not demand it beside.")
{
    struct manner nameless = { .claims = OMITTED };
    struct peer *peer = dial(bench, ALICE, GOOD_TOKEN, nameless);

    expect_admitted(peer);
    expect_identity(peer, ALICE);
}

SPEC(claimed_user_may_be_that_of_the_token, MUST, REQUIREMENTS("AUTH-34"),
     "A client that names the very user of its token is admitted.",
     "Compare the claimed id with the subject as the strings they are.")
{
    const char *alice = woven(bench, "\"{}\"", user_id(bench, ALICE));

    expect_admitted(
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .claims = alice }));
}

SPEC(claimed_user_other_than_the_token_is_kept_out, MUST,
     REQUIREMENTS("AUTH-34 AUTH-24 CR-08"),
     "A good token is refused when the client names another user beside it; an "
     "id that is no text makes it nobody else.",
     "Take a claimed id that differs from the subject for an attack.")
{
    const char *bob = woven(bench, "\"{}\"", user_id(bench, BOB));
    const char *longer = woven(bench, "\"{}0\"", user_id(bench, ALICE));
    const char *listed = woven(bench, "[\"{}\"]", user_id(bench, BOB));

    expect_admitted(dial_as(bench, BOB, GOOD_TOKEN));
    expect_kept_out(
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .claims = bob }));
    expect_kept_out(
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .claims = longer }));
    expect_no_other_user(
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .claims = listed }));
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(user_id_without_a_token_never_suffices, MUST,
     REQUIREMENTS("AUTH-32 CR-08"),
     "A user id without a token is kept out of each endpoint, in the first "
     "message and in the query.",
     "Have no way in without a token, however old the client.")
{
    const char *owner = user_id(bench, OWNER);
    const char *claimed = woven(bench, "\"{}\"", owner);
    const char *query = woven(bench, "user_id={}", owner);

    for (unsigned endpoint = 0; endpoint < ENDPOINTS; endpoint++) {
        struct manner bare = { .endpoint = (enum entrance)endpoint,
                               .claims = claimed,
                               .query = query };

        expect_kept_out(dial(bench, OWNER, NO_TOKEN, bare));
        bare.query = NULL;
        expect_kept_out(dial(bench, OWNER, NO_TOKEN, bare));
    }
}

SPEC(nothing_like_zero_is_a_user, MUST, REQUIREMENTS("AUTH-33"),
     "Zero, false and the empty string are no user: named beside a good token "
     "they are refused or ignored, and without one they let nobody in.",
     "Take the user from the token; a claimed id may refuse, and never admit.")
{
    static const char *const claims[] = { "0",  "\"0\"", "0.0",
                                          "-0", "false", "\"\"",
                                          "[]", "[0]",   "\"false\"" };

    for (size_t i = 0; i < sizeof(claims) / sizeof(*claims); i++) {
        struct manner zero = { .claims = claims[i] };

        struct peer *peer = dial(bench, ALICE, GOOD_TOKEN, zero);

        expect_no_other_user(peer);
        hang_up(peer);
        fence(bench);
        expect_kept_out(dial(bench, ALICE, NO_TOKEN, zero));
    }
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(nothing_like_zero_is_a_subject, MUST, REQUIREMENTS("AUTH-33 AUTH-09"),
     "A signed token whose subject is zero, false or empty is refused.",
     "Demand a subject that is a non-empty string, and look that user up.")
{
    static const char *const subjects[] = { "0",       "\"0\"", "0.0",
                                            "false",   "\"\"",  "\"false\"",
                                            "\"None\"" };

    for (size_t i = 0; i < sizeof(subjects) / sizeof(*subjects); i++)
        expect_kept_out(dial(bench, ALICE, TOKEN(.sub = subjects[i]),
                             (struct manner){ .claims = OMITTED }));
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(failed_first_message_is_told_as_agreed, MUST, REQUIREMENTS("AUTH-25"),
     "A failed first message is answered by the agreed error, once, and the "
     "agreed close.",
     "Send one error of a fixed form, then close with its code and reason.")
{
    struct peer *forged =
        dial_as(bench, ALICE, TOKEN(.signing = SIGNED_WITH_OTHER_KEY));

    fence(bench);
    expect_refused(forged, CAUSE_INVALID);
    expect_received_nothing(forged);
}

SPEC(failed_first_message_leaves_no_second_attempt, MUST,
     REQUIREMENTS("AUTH-25 PA-03 PA-06"),
     "A good first message behind a bad one, in the same piece or later, "
     "admits nobody.",
     "Return right behind the close; do not read on.")
{
    struct manner silent = { .silent = true };
    struct peer *later = dial(bench, ALICE, GOOD_TOKEN, silent);
    struct manner eager = { .early = authentication(later, GOOD_TOKEN) };
    struct peer *at_once = dial(bench, ALICE, TOKEN(.literal = "a.b.c"), eager);

    say(later, authentication(later, TOKEN(.literal = "a.b.c")));
    say(later, authentication(later, GOOD_TOKEN));
    expect_kept_out(at_once);
    expect_kept_out(later);
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(second_authentication_changes_no_user, MUST, REQUIREMENTS("AUTH-35 PA-05"),
     "A member that authenticates again with the token of another stays who it "
     "was, or is closed.",
     "Know the message in the first state only; answer it with an error in "
     "each later one.")
{
    const char *bob = woven(bench, "\"{}\"", user_id(bench, BOB));
    struct peer *member = admit(bench, ALICE);

    admit(bench, BOB);
    say(member, authentication(member, TOKEN(.sub = bob)));
    expect_no_other_user(member);
}

SPEC(second_authentication_is_told_as_agreed, MUST,
     REQUIREMENTS("AUTH-35 PA-05"),
     "A member that authenticates again, be it with a token of its own, is "
     "told so: closed as agreed, or answered by an error; it is not welcomed "
     "once more.",
     "Answer the message by an error in each state but the first; silence "
     "leaves a client with a user that it has not got.")
{
    struct peer *member = admit(bench, ALICE);

    say(member, authentication(member, GOOD_TOKEN));
    expect_answered_as(member, CAUSE_AGAIN);
}

SPEC(second_authentication_moves_no_place, MUST,
     REQUIREMENTS("AUTH-35 PA-05 CONN-01"),
     "A member that authenticates again with the token of another keeps its "
     "place, or is closed, and takes none of the other's.",
     "Count a connection once, for the user that it was admitted as.")
{
    const char *bob = woven(bench, "\"{}\"", user_id(bench, BOB));
    struct peer *pair[2] = { admit(bench, ALICE), NULL };

    for (unsigned i = 1; i < per_user(bench); i++)
        admit(bench, ALICE);
    hang_up(admit(bench, BOB));
    say(pair[0], authentication(pair[0], TOKEN(.sub = bob)));
    fence(bench);
    pair[1] = dial_as(bench, ALICE, GOOD_TOKEN);
    expect_at_most_admitted(pair, 2, 1);
    for (unsigned i = 0; i < per_user(bench); i++)
        expect_admitted(dial_as(bench, BOB, GOOD_TOKEN));
}

SPEC(field_of_a_later_message_changes_no_user, MUST, REQUIREMENTS("AUTH-35"),
     "A member whose later messages name another user stays who it was, or is "
     "closed.",
     "Take the user from the connection, never from a message.")
{
    const char *bob = user_id(bench, BOB);
    struct peer *member = admit(bench, ALICE);

    say(member, woven(bench, "{\"type\":\"whoami\",\"user_id\":\"{}\"}", bob));
    say(member, woven(bench, "{\"type\":\"none\",\"user_id\":\"{}\"}", bob));
    expect_no_other_user(member);
}
