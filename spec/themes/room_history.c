/* ROOM: what a room keeps of what was said (003 Pending Changes 3). */
#include "bench.h"
#include "spec.h"

enum { MORE_THAN_ANY = 64 };

/* A room that this member has made and is inside of. */
SPEC(history_tells_what_was_said_in_order, MUST, REQUIREMENTS("ROOM-23"),
     "A member that asks for the history of a room is told what was said "
     "there, before it came too: each message once, the oldest first, with "
     "its speaker.",
     "Append to the history where you relay the message, and read it from its "
     "front.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    struct peer *carol = admit(bench, CAROL);
    const char *room = own_room(alice, PUBLIC);
    struct line lines[3] = { { .who = ALICE },
                             { .who = BOB },
                             { .who = ALICE } };

    arrange(bob, WISH(ROOM_JOIN, room));
    lines[0].text = speak_for_good(alice, room);
    lines[1].text = speak_for_good(bob, room);
    lines[2].text = speak_for_good(alice, room);
    arrange(carol, WISH(ROOM_JOIN, room));
    expect_history(carol, room, lines, 3);
    expect_history(alice, room, lines, 3);
}

SPEC(history_is_of_one_room, MUST, REQUIREMENTS("ROOM-23"),
     "The history of a room holds nothing that was said in another.",
     "Keep what is said under the id of its room.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = own_room(alice, PUBLIC);
    const char *other = own_room(alice, PRIVATE);
    struct line here = { .who = ALICE }, there = { .who = ALICE };

    here.text = speak_for_good(alice, room);
    there.text = speak_for_good(alice, other);
    expect_history(alice, room, &here, 1);
    expect_history(alice, other, &there, 1);
}

SPEC(history_is_told_to_members_alone, MUST, REQUIREMENTS("ROOM-23"),
     "Who is not inside a room is refused its history, whether the room would "
     "admit it or not, and whatever its role.",
     "Ask the same of who reads what was said as of who is to hear it.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    struct peer *admin = admit(bench, PLATFORM);
    const char *closed = own_room(alice, PRIVATE);
    const char *open = own_room(alice, PUBLIC);
    const char *secret = speak_for_good(alice, closed);
    struct line line = { speak_for_good(alice, open), ALICE };

    expect_denied(bob, WISH(ROOM_HISTORY, closed));
    expect_denied(bob, WISH(ROOM_HISTORY, open));
    expect_denied(bob, WISH(ROOM_HISTORY, fresh_room(bench)));
    expect_denied(admin, WISH(ROOM_HISTORY, closed));
    expect_not_heard(admin, secret);
    expect_not_heard(bob, secret);
    expect_not_heard(bob, line.text);
    arrange(bob, WISH(ROOM_JOIN, open));
    expect_history(bob, open, &line, 1);
}

SPEC(history_ends_with_the_membership, MUST, REQUIREMENTS("ROOM-23"),
     "Who has been kicked, or has lost its invitation, or has left, is refused "
     "the history of the room.",
     "Look at the members and the guests of now.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    struct peer *carol = admit(bench, CAROL);
    struct peer *dave = admit(bench, DAVE);
    const char *open = own_room(alice, PUBLIC);
    const char *closed = own_room(alice, PRIVATE);
    struct line line = { .who = BOB };

    arrange(alice, WISH(ROOM_INVITE, closed, .user = user_id(bench, CAROL)));
    arrange(bob, WISH(ROOM_JOIN, open));
    arrange(carol, WISH(ROOM_JOIN, closed));
    arrange(dave, WISH(ROOM_JOIN, open));
    line.text = speak_for_good(bob, open);
    (void)speak_for_good(carol, closed);
    expect_history(bob, open, &line, 1);
    arrange(alice, WISH(ROOM_KICK, open, .user = user_id(bench, BOB)));
    arrange(alice, WISH(ROOM_UNINVITE, closed, .user = user_id(bench, CAROL)));
    arrange(dave, WISH(ROOM_LEAVE, open));
    expect_denied(bob, WISH(ROOM_HISTORY, open));
    expect_denied(carol, WISH(ROOM_HISTORY, closed));
    expect_denied(dave, WISH(ROOM_HISTORY, open));
}

SPEC(deleted_room_takes_its_history_along, MUST, REQUIREMENTS("ROOM-23"),
     "A room that is made again under the id of a deleted one begins without a "
     "history.",
     "Delete what was said together with the room, not when it is asked for.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = own_room(alice, PRIVATE);
    const char *old = speak_for_good(alice, room);
    struct line line = { .who = BOB };

    expect_granted(alice, WISH(ROOM_DELETE, room));
    arrange(bob, WISH(ROOM_CREATE, room, .permission = PRIVATE));
    arrange(bob, WISH(ROOM_JOIN, room));
    expect_history(bob, room, NULL, 0);
    line.text = speak_for_good(bob, room);
    expect_history(bob, room, &line, 1);
    expect_not_heard(bob, old);
}

SPEC(forgotten_room_takes_its_history_along, MUST,
     REQUIREMENTS("ROOM-23 ROOM-19"),
     "A room that is made again under the id of one that was left by all, and "
     "is gone, begins without a history.",
     "Delete what was said together with the room, whatever the way it goes.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = own_room(alice, PRIVATE);
    const char *old = speak_for_good(alice, room);

    arrange(alice, WISH(ROOM_LEAVE, room));
    elapse_grace(bench);
    expect_granted_soon(bob, WISH(ROOM_CREATE, room, .permission = PRIVATE));
    arrange(bob, WISH(ROOM_JOIN, room));
    expect_history(bob, room, NULL, 0);
    expect_not_heard(bob, old);
}

SPEC(history_is_bounded, MUST, REQUIREMENTS("ROOM-23"),
     "A room keeps as many messages as agreed, the latest ones.",
     "Forget the oldest whenever one is added, not now and then.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = own_room(alice, PUBLIC);
    struct line lines[MORE_THAN_ANY] = { { .who = ALICE } };
    unsigned max = history_max(bench);
    unsigned said = max + 2 < MORE_THAN_ANY ? max + 2 : MORE_THAN_ANY;

    for (unsigned i = 0; i < said; i++) {
        lines[i].who = ALICE;
        lines[i].text = speak_for_good(alice, room);
    }
    expect_history(alice, room, lines + 2, said - 2);
}

SPEC(history_is_told_as_it_was_heard, MUST, REQUIREMENTS("ROOM-23"),
     "The history holds a text as the members heard it, cleaned of markup.",
     "Clean a text once, and keep what you relay.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = own_room(alice, PUBLIC);
    const char *marker = canary(bench, "kept");

    speak_text(alice, room, woven(bench, "<script>{}</script>", marker));
    (void)speak_for_good(alice, room);
    expect_kept_as_told(alice, room, marker);
    expect_heard_harmless(alice, marker);
}

SPEC(refused_message_is_in_no_history, MUST, REQUIREMENTS("ROOM-23"),
     "What is refused, for its speaker or for its length, is not in the "
     "history of the room.",
     "Keep a message behind all its checks.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = own_room(alice, PUBLIC);
    const char *marker = canary(bench, "intrusion");
    const char *endless = woven(bench, woven(bench, "{}{}", marker),
                                repeated(bench, "x", bound(bench, BOUND_TEXT)));
    struct line line = { speak_for_good(alice, room), ALICE };

    expect_denied(bob, WISH(ROOM_PUBLISH, room, .text = marker));
    expect_denied(alice, WISH(ROOM_PUBLISH, room, .field = "text", .raw = "7"));
    expect_denied(alice, WISH(ROOM_PUBLISH, room, .text = endless));
    expect_history(alice, room, &line, 1);
    expect_no_history_of(alice, room, marker);
}

SPEC(history_is_as_long_as_asked, SHOULD, REQUIREMENTS("ROOM-23"),
     "A member that asks for a number of messages is told the latest ones, and "
     "no more than that.",
     "Count from the end.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = own_room(alice, PUBLIC);
    struct line lines[3] = { { .who = ALICE },
                             { .who = ALICE },
                             { .who = ALICE } };

    for (int i = 0; i < 3; i++)
        lines[i].text = speak_for_good(alice, room);
    expect_latest(alice, room, lines, 3, 2);
    expect_latest(alice, room, lines, 3, 9);
}

SPEC(history_is_replayed_to_who_comes_in, MUST, REQUIREMENTS("ROOM-23"),
     "Who joins a room is told without asking what was said there before.",
     "Tell the history where you make a member of somebody who was none.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = own_room(alice, PUBLIC);
    struct line line = { speak_for_good(alice, room), ALICE };

    arrange(bob, WISH(ROOM_JOIN, room));
    expect_replay(bob, room, &line, 1);
}

SPEC(refused_join_replays_nothing, MUST, REQUIREMENTS("ROOM-23"),
     "Who is refused a join is told nothing that was said in the room.",
     "Check first, then make a member, then tell.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = own_room(alice, PRIVATE);
    struct line line = { speak_for_good(alice, room), ALICE };

    expect_denied(bob, WISH(ROOM_JOIN, room));
    expect_no_replay(bob);
    expect_not_heard(bob, line.text);
    arrange(alice, WISH(ROOM_INVITE, room, .user = user_id(bench, BOB)));
    arrange(bob, WISH(ROOM_JOIN, room));
    expect_history(bob, room, &line, 1);
}

SPEC(history_is_replayed_to_the_handshake, MUST, REQUIREMENTS("ROOM-23"),
     "Who comes into a room by the handshake is told what was said there "
     "before.",
     "Let every way into a room go through one function.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = own_room(alice, PUBLIC);
    struct line line = { speak_for_good(alice, room), ALICE };
    struct manner at_once = { .query = room_query(bench, room) };
    struct peer *bob = dial(bench, BOB, GOOD_TOKEN, at_once);

    expect_admitted(bob);
    expect_replay(bob, room, &line, 1);
}

SPEC(history_of_a_closed_room_is_refused_like_that_of_none, MUST,
     REQUIREMENTS("ROOM-23 ERR-08 ROOM-11"),
     "To an outsider, the question for the history of a private room is "
     "answered by one error, the same as if there were none.",
     "Look for the room and the right in one step, and refuse both alike.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    struct peer *dave = admit(bench, DAVE);
    const char *closed = own_room(alice, PRIVATE);

    (void)speak_for_good(alice, closed);
    expect_lone_denial(bob, WISH(ROOM_HISTORY, closed), DENIED_REFUSED);
    expect_lone_denial(dave, WISH(ROOM_HISTORY, fresh_room(bench)),
                       DENIED_REFUSED);
    expect_same_error(bob, dave);
}

SPEC(limit_of_another_type_is_refused, MUST, REQUIREMENTS("VAL-07"),
     "A number of messages that is no number is refused, and nothing is told.",
     "Ask for the type before you use a value; never convert it.")
{
    static const char *const values[] = { "\"2\"", "true", "[2]", "{}" };
    struct peer *alice = admit(bench, ALICE);
    const char *room = own_room(alice, PUBLIC);

    (void)speak_for_good(alice, room);
    for (size_t i = 0; i < sizeof(values) / sizeof(*values) &&
                       room_is_asked(bench, ROOM_HISTORY, "limit");
         i++)
        expect_denied(alice, WISH(ROOM_HISTORY, room, .field = "limit",
                                  .raw = values[i]));
    expect_told(alice, room, speak(alice, room));
}
