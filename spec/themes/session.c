/* SESS: what a connection is worth, and for how long (003 §2, §7). */
#include "bench.h"
#include "spec.h"

enum { EVENTS = 10 };

static const struct manner tight = { .tight = true };

SPEC(session_serves_without_a_token_in_each_message, MUST,
     REQUIREMENTS("SESS-01"),
     "After one handshake with a token, ten messages without one are served, "
     "each as of its user.",
     "Verify the token once, and keep who it was with the connection.")
{
    struct peer *alice = admit(bench, ALICE);

    for (int i = 0; i < EVENTS; i++)
        expect_identity(alice, ALICE);
}

SPEC(session_of_another_is_nobodys_to_name, MUST, REQUIREMENTS("SESS-07"),
     "A message that names the session, or the user, of another member is "
     "served as of its sender, or refused.",
     "Take the session from the connection, and never from what it sends.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);

    expect_own_session(bob, alice);
    expect_own_session(alice, bob);
}

SPEC(session_is_no_credential, MUST, REQUIREMENTS("SESS-07 SESS-03"),
     "A handshake that names a session and has no token is refused, while that "
     "session lives, and when it has ended.",
     "Ask for a token in each handshake; forget a session with its "
     "connection.")
{
    struct peer *alice = admit(bench, ALICE);
    struct manner by_query = { .query = session_query(alice) };
    struct manner by_cookie = { .header = "Cookie",
                                .header_value = session_cookie(alice) };

    expect_refused(dial(bench, BOB, NO_TOKEN, by_query), CAUSE_MISSING);
    expect_refused(dial(bench, BOB, NO_TOKEN, by_cookie), CAUSE_MISSING);
    hang_up(alice);
    fence(bench);
    expect_refused(dial(bench, ALICE, NO_TOKEN, by_query), CAUSE_MISSING);
    expect_refused(dial(bench, ALICE, NO_TOKEN, by_cookie), CAUSE_MISSING);
}

SPEC(session_is_removed_with_its_connection, MUST, REQUIREMENTS("SESS-03"),
     "There is a session for each connection of a user, and none any more when "
     "it was closed or has died.",
     "Delete it where the connection ends, whatever the way.")
{
    struct peer *one = admit(bench, ALICE);
    struct peer *other = admit(bench, ALICE);

    expect_sessions(bench, ALICE, 2);
    hang_up(one);
    expect_sessions(bench, ALICE, 1);
    vanish(other);
    expect_sessions(bench, ALICE, 0);
}

SPEC(idle_session_ends_as_configured, MUST, REQUIREMENTS("SESS-05"),
     "A member that sends nothing for as long as a session may be idle there "
     "is closed with the agreed code; before that, and where it may be idle "
     "longer, it is served.",
     "Read the time from the configuration, and let each session expire.")
{
    struct peer *alice = admit_with(bench, ALICE, GOOD_TOKEN, tight);
    struct peer *bob = admit(bench, BOB);

    elapse_idle(bench, 60);
    expect_identity(alice, ALICE);
    elapse_idle(bench, 100);
    expect_closed_for(alice, CAUSE_SESSION);
    expect_identity(bob, BOB);
}

SPEC(message_prolongs_its_session, MUST, REQUIREMENTS("SESS-04"),
     "A member that sends something now and then keeps its session for longer "
     "than one may be idle.",
     "Note the time with each message, and count from there.")
{
    struct peer *alice = admit_with(bench, ALICE, GOOD_TOKEN, tight);

    for (int i = 0; i < 2; i++) {
        elapse_idle(bench, 60);
        expect_identity(alice, ALICE);
    }
}

SPEC(session_that_has_ended_serves_no_message, MUST, REQUIREMENTS("SESS-02"),
     "What somebody says whose session has run out reaches nobody, whomever "
     "the message names.",
     "Refuse a message without a session; do not look for a user elsewhere.")
{
    struct peer *alice = admit_with(bench, ALICE, GOOD_TOKEN, tight);
    struct peer *bob = admit_with(bench, BOB, GOOD_TOKEN, tight);
    const char *room = make_room(alice, PUBLIC);
    const char *text;

    arrange(bob, WISH(ROOM_JOIN, room));
    arrange(alice, WISH(ROOM_JOIN, room));
    elapse_idle(bench, 60);
    expect_told(alice, room, speak(bob, room));
    elapse_idle(bench, 60);
    text = speak(alice, room);
    expect_told(bob, room, speak(bob, room));
    expect_not_heard(bob, text);
}

SPEC(revoked_session_serves_no_message, MUST, REQUIREMENTS("SESS-02"),
     "What somebody says whose token was revoked meanwhile reaches nobody.",
     "End the session with its token.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = make_room(alice, PUBLIC);
    const char *text;

    arrange(bob, WISH(ROOM_JOIN, room));
    arrange(alice, WISH(ROOM_JOIN, room));
    expect_told(bob, room, speak(alice, room));
    revoke(alice);
    text = speak(alice, room);
    expect_told(bob, room, speak(bob, room));
    expect_not_heard(bob, text);
}

/* --- Logging out ---------------------------------------------------------- */

enum { A_SECOND_MS = 1100 }; /* and a little more: the grain of `iat` */

SPEC(logout_ends_all_connections_of_its_user, MUST, REQUIREMENTS("SESS-02"),
     "A member that logs out loses all connections of its user, and nobody "
     "else loses any.",
     "Find every session of the user, not the one that asked.")
{
    struct peer *one = admit(bench, ALICE);
    struct peer *other = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *longer = woven(bench, "\"{}-1\"", user_id(bench, ALICE));
    struct peer *namesake = admit_with(bench, OWNER, TOKEN(.sub = longer),
                                       (struct manner){ .early = NULL });

    log_out(one);
    expect_closed_for(one, CAUSE_LOGOUT);
    expect_closed_for(other, CAUSE_LOGOUT);
    expect_admitted(bob);
    expect_admitted(namesake);
}

SPEC(token_from_before_a_logout_is_refused, MUST,
     REQUIREMENTS("SESS-02 SESS-03"),
     "A token that was issued before its user logged out is refused from then "
     "on; a later one, and one of another user, is admitted.",
     "Note when a user logs out, and compare it with the token's iat.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    struct token old = TOKEN(.same_as = alice);

    log_out(alice);
    expect_closed_for(alice, CAUSE_LOGOUT);
    expect_refused(dial_as(bench, ALICE, old), CAUSE_INVALID);
    elapse(bench, A_SECOND_MS);
    expect_refused(dial_as(bench, ALICE, old), CAUSE_INVALID);
    elapse_life_of_token(alice);
    expect_refused(dial_as(bench, ALICE, old), CAUSE_INVALID);
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
    expect_admitted(dial_as(bench, BOB, TOKEN(.same_as = bob)));
}

SPEC(operator_logs_a_user_out, MUST, REQUIREMENTS("SESS-02"),
     "A user whom an operator logs out loses all connections, and the tokens "
     "issued until then hold no longer; a later one does.",
     "Let the operator's call do what the user's own does.")
{
    struct peer *one = admit(bench, ALICE);
    struct peer *other = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);

    revoke_user(bench, ALICE);
    expect_closed_for(one, CAUSE_LOGOUT);
    expect_closed_for(other, CAUSE_LOGOUT);
    expect_refused(dial_as(bench, ALICE, TOKEN(.same_as = one)), CAUSE_INVALID);
    expect_admitted(bob);
    elapse(bench, A_SECOND_MS);
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}
