/* LOG: what is written down of those who use rooms. */
#include "bench.h"
#include "spec.h"

enum { REFUSALS = 5 };

SPEC(what_members_do_is_logged, MUST, REQUIREMENTS("LOG-09 LOG-10"),
     "The coming and going of a connection, each join, each leaving and each "
     "message in a room leave a record with time, user or peer, event and "
     "room.",
     "Log in the one function that every request passes through.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = own_room(alice, PUBLIC);

    expect_told(alice, room, speak(alice, room));
    arrange(alice, WISH(ROOM_LEAVE, room));
    expect_deed_logged(alice, DEED_CONNECT, NULL);
    expect_deed_logged(alice, DEED_JOIN, room);
    expect_deed_logged(alice, DEED_SAY, room);
    expect_deed_logged(alice, DEED_LEAVE, room);
    hang_up(alice);
    expect_deed_logged(alice, DEED_DISCONNECT, NULL);
}

SPEC(what_owners_do_is_logged, MUST, REQUIREMENTS("LOG-09 LOG-10"),
     "Making, changing and deleting a room, inviting to it and putting "
     "somebody out of it leave a record each, with who did it and the room.",
     "Log in the one function that every request passes through.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = make_room(alice, PUBLIC);
    const char *guest = user_id(bench, BOB);

    expect_granted(alice, WISH(ROOM_UPDATE, room, .permission = PRIVATE));
    expect_granted(alice, WISH(ROOM_INVITE, room, .user = guest));
    arrange(bob, WISH(ROOM_JOIN, room));
    expect_granted(alice, WISH(ROOM_KICK, room, .user = guest));
    expect_granted(alice, WISH(ROOM_DELETE, room));
    expect_deed_logged(alice, DEED_CREATE, room);
    expect_deed_logged(alice, DEED_UPDATE, room);
    expect_deed_logged(alice, DEED_INVITE, room);
    expect_deed_logged(alice, DEED_KICK, room);
    expect_deed_logged(alice, DEED_DELETE, room);
}

SPEC(connection_that_dies_is_logged_as_gone, MUST, REQUIREMENTS("LOG-09"),
     "A connection that dies without a Close leaves a record of its end.",
     "Log where the connection is taken out, not where a Close is read.")
{
    struct peer *alice = admit(bench, ALICE);

    vanish(alice);
    fence(bench);
    expect_deed_logged(alice, DEED_DISCONNECT, NULL);
}

SPEC(each_refused_request_is_logged, MUST, REQUIREMENTS("LOG-09 LOG-10"),
     "Each refused join leaves a record of its own, as a warning or worse, and "
     "so does each refused message.",
     "Log every refusal; a log that tells the first one hides an attack.")
{
    struct peer *bob = admit(bench, BOB);
    const char *room = own_room(admit(bench, ALICE), PRIVATE);

    for (unsigned i = 0; i < REFUSALS; i++) {
        expect_denied(bob, WISH(ROOM_JOIN, room));
        expect_denied(bob, WISH(ROOM_PUBLISH, room, .text = "let me in"));
    }
    expect_refusals_logged(bob, DEED_JOIN, REFUSALS);
    expect_refusals_logged(bob, DEED_SAY, REFUSALS);
}

SPEC(unreadable_message_is_logged, MUST, REQUIREMENTS("LOG-09"),
     "A message that cannot be read leaves a record, as a warning or worse.",
     "Log the errors of the parser, with the sender and without the message.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);

    expect_denied(alice, (struct wish){ .message = "{\"type\":" });
    expect_denied(bob, (struct wish){ .message = "{\"type\":\"no_such\"}" });
    expect_refusal_logged(alice);
    expect_refusal_logged(bob);
}

SPEC(each_refused_handshake_is_logged, MUST, REQUIREMENTS("LOG-09 LOG-10"),
     "A handshake that is refused, for its token or for want of one, leaves a "
     "record, as a warning or worse.",
     "Log where you refuse, with the address of the peer.")
{
    static const struct token bad[] = {
        { .carriage = CARRIED_NOWHERE },
        { .expires_in_s = -60 },
        { .signing = SIGNED_WITH_OTHER_KEY },
        { .literal = "a.b.c" },
    };
    struct peer *strangers[sizeof(bad) / sizeof(*bad)];

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        strangers[i] = dial_as(bench, ALICE, bad[i]);
        expect_kept_out(strangers[i]);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        expect_refusal_logged(strangers[i]);
}

SPEC(refused_origin_is_logged, MUST, REQUIREMENTS("LOG-09"),
     "A handshake that is refused for its origin leaves a record, as a warning "
     "or worse.",
     "Log in front of the upgrade, too.")
{
    struct manner evil = { .origin = "https://evil.example" };
    struct peer *stranger = dial(bench, ALICE, GOOD_TOKEN, evil);

    expect_kept_out(stranger);
    expect_refusal_logged(stranger);
}

SPEC(refused_connection_of_a_user_is_logged, MUST, REQUIREMENTS("LOG-09"),
     "A connection beyond the limit of its user leaves a record, as a warning "
     "or worse.",
     "Log what a limit refuses where you refuse it.")
{
    for (unsigned i = 0; i < per_user(bench); i++)
        admit(bench, ALICE);

    struct peer *next = dial_as(bench, ALICE, GOOD_TOKEN);

    expect_refused(next, CAUSE_PER_USER);
    expect_refusal_logged(next);
}

SPEC(message_that_ends_a_connection_is_logged, MUST, REQUIREMENTS("LOG-09"),
     "A message too big to be read leaves a record, as a warning or worse.",
     "Log where the reader of frames gives up; the handlers never see it.")
{
    struct peer *alice = admit(bench, ALICE);

    say_at_length(alice, message_bytes(bench) + 1, 1);
    expect_closed_for(alice, CAUSE_TOO_BIG);
    expect_refusal_logged(alice);
}
