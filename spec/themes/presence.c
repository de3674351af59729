/* PRES: who is there, and who is told of it (003 User Presence Tracking). */
#include "bench.h"
#include "spec.h"

#define ONLINE "\"online\""
#define AWAY   "\"away\""

/* A room that this member has made and is inside of. */
SPEC(join_is_told_to_those_inside, MUST, REQUIREMENTS("PRES-03"),
     "Those inside a room are told of each user who comes in, once, and not "
     "again when that one asks once more.",
     "Tell the room where you make a member of somebody who was none.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = own_room(alice, PUBLIC);

    expect_granted(bob, WISH(ROOM_JOIN, room));
    expect_told_joined(alice, BOB, room, 1);
    say(bob, room_message(bench, WISH(ROOM_JOIN, room)));
    expect_told_joined(alice, BOB, room, 1);
    arrange(bob, WISH(ROOM_LEAVE, room));
    arrange(bob, WISH(ROOM_JOIN, room));
    expect_told_joined(alice, BOB, room, 2);
}

SPEC(refused_join_is_not_told, MUST, REQUIREMENTS("PRES-03 PRES-11"),
     "Of a join that is refused, by the rules or for want of a place, nobody "
     "inside is told anything.",
     "Tell behind the check, not before it.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *carol = admit(bench, CAROL);
    const char *room = own_room(alice, PRIVATE);
    const char *full = fresh_room(bench);

    arrange(alice, WISH(ROOM_CREATE, full, .permission = PUBLIC, .size = 2));
    arrange(alice, WISH(ROOM_JOIN, full));
    expect_denied(carol, WISH(ROOM_JOIN, room));
    arrange(alice, WISH(ROOM_INVITE, room, .user = user_id(bench, BOB)));
    struct peer *bob = admit(bench, BOB);

    arrange(bob, WISH(ROOM_JOIN, room));
    arrange(bob, WISH(ROOM_JOIN, full));
    expect_told_joined(alice, BOB, room, 1);
    expect_denied(carol, WISH(ROOM_JOIN, full));
    expect_told_nothing_of(alice, CAROL);
}

SPEC(join_by_the_handshake_is_told, MUST, REQUIREMENTS("PRES-03"),
     "Those inside a room are told of who comes in by a handshake, as of who "
     "asks for it later.",
     "Let every way into a room go through one function.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = own_room(alice, PUBLIC);
    struct manner at_once = { .query = room_query(bench, room) };

    expect_admitted(dial(bench, BOB, GOOD_TOKEN, at_once));
    expect_told_joined(alice, BOB, room, 1);
}

SPEC(leaving_is_told_to_those_who_remain, MUST, REQUIREMENTS("PRES-04"),
     "Those who remain in a room are told of a member who leaves it, once; "
     "those in another room, where that one stays, are not.",
     "Tell the room that was left, and no other.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = own_room(alice, PUBLIC);
    const char *other = own_room(alice, PUBLIC);

    arrange(bob, WISH(ROOM_JOIN, room));
    arrange(bob, WISH(ROOM_JOIN, other));
    expect_granted(bob, WISH(ROOM_LEAVE, room));
    expect_told_left(alice, BOB, room, 1);
    expect_told_left(alice, BOB, other, 0);
}

SPEC(disconnect_is_told_in_each_room, MUST, REQUIREMENTS("PRES-04"),
     "A member who disconnects is told to those who remain, once in each room.",
     "Walk through the rooms of a connection wherever it ends.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = own_room(alice, PUBLIC);
    const char *other = own_room(alice, PUBLIC);

    arrange(bob, WISH(ROOM_JOIN, room));
    arrange(bob, WISH(ROOM_JOIN, other));
    hang_up(bob);
    expect_told_left(alice, BOB, room, 1);
    expect_told_left(alice, BOB, other, 1);
}

SPEC(kicked_member_is_told_as_gone, MUST, REQUIREMENTS("PRES-04"),
     "Those who remain in a room are told of one who is put out of it, once, "
     "whatever the number of its connections.",
     "Let every way out of a room go through one function.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bobs[] = { admit(bench, BOB), admit(bench, BOB) };
    const char *room = own_room(alice, PUBLIC);

    arrange(bobs[0], WISH(ROOM_JOIN, room));
    arrange(bobs[1], WISH(ROOM_JOIN, room));
    expect_granted(alice, WISH(ROOM_KICK, room, .user = user_id(bench, BOB)));
    expect_told_left(alice, BOB, room, 1);
}

SPEC(who_loses_the_right_is_told_as_gone, MUST, REQUIREMENTS("PRES-04"),
     "Those who remain in a room are told of one who loses its invitation, and "
     "of one whom changed rules put out, once.",
     "Let every way out of a room go through one function.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *guests = own_room(alice, PRIVATE);
    const char *open = own_room(alice, PUBLIC);
    const char *guest = user_id(bench, BOB);

    arrange(alice, WISH(ROOM_INVITE, guests, .user = guest));
    arrange(bob, WISH(ROOM_JOIN, guests));
    arrange(bob, WISH(ROOM_JOIN, open));
    expect_granted(alice, WISH(ROOM_UNINVITE, guests, .user = guest));
    expect_told_left(alice, BOB, guests, 1);
    expect_granted(alice, WISH(ROOM_UPDATE, open, .permission = OWNER_ONLY));
    expect_told_left(alice, BOB, open, 1);
}

SPEC(revoked_member_is_told_as_gone, MUST, REQUIREMENTS("PRES-04 PRES-05"),
     "Of a member whose token is revoked those who remain are told that it is "
     "offline and has left, once.",
     "Walk through the rooms of a connection wherever it ends.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = own_room(alice, PUBLIC);

    arrange(bob, WISH(ROOM_JOIN, room));
    revoke(bob);
    expect_told_left(alice, BOB, room, 1);
    expect_told_statuses(alice, BOB, "offline");
}

SPEC(logout_is_told_as_leaving, MUST, REQUIREMENTS("PRES-04 PRES-05"),
     "Of a user who logs out those who remain are told that they are offline "
     "and have left, once.",
     "End each connection in the way that all others end.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bobs[] = { admit(bench, BOB), admit(bench, BOB) };
    const char *room = own_room(alice, PUBLIC);

    arrange(bobs[0], WISH(ROOM_JOIN, room));
    arrange(bobs[1], WISH(ROOM_JOIN, room));
    log_out(bobs[0]);
    expect_closed_for(bobs[1], CAUSE_LOGOUT);
    expect_told_left(alice, BOB, room, 1);
    expect_told_statuses(alice, BOB, "offline");
}

SPEC(presence_is_told_in_the_room_alone, MUST, REQUIREMENTS("PRES-11"),
     "Who comes into a room, is away and leaves is told to its members, and to "
     "nobody else: not to strangers, not to members of other rooms, not to "
     "who has left.",
     "Send to the members of that room, by its list of now.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    struct peer *carol = admit(bench, CAROL);
    struct peer *dave = admit(bench, DAVE);
    struct peer *stranger = admit(bench, MANAGER);
    const char *room = own_room(alice, PUBLIC);

    own_room(carol, PUBLIC);
    arrange(dave, WISH(ROOM_JOIN, room));
    arrange(dave, WISH(ROOM_LEAVE, room));
    arrange(bob, WISH(ROOM_JOIN, room));
    expect_told_joined(alice, BOB, room, 1);
    say(bob, status_message(bench, AWAY));
    expect_told_statuses(alice, BOB, "away");
    arrange(bob, WISH(ROOM_LEAVE, room));
    expect_told_left(alice, BOB, room, 1);
    expect_told_nothing_of(carol, BOB);
    expect_told_nothing_of(dave, BOB);
    expect_told_nothing_of(stranger, BOB);
}

SPEC(user_comes_once_and_goes_with_the_last_connection, MUST,
     REQUIREMENTS("PRES-12 PRES-03 PRES-04"),
     "Of a user with two connections in a room the others are told the coming "
     "of the first and the leaving of the last.",
     "Ask whether the user has another connection in the room.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *one = admit(bench, BOB);
    struct peer *other = admit(bench, BOB);
    const char *room = own_room(alice, PUBLIC);

    arrange(one, WISH(ROOM_JOIN, room));
    arrange(other, WISH(ROOM_JOIN, room));
    expect_told_joined(alice, BOB, room, 1);
    hang_up(one);
    expect_told_left(alice, BOB, room, 0);
    arrange(other, WISH(ROOM_LEAVE, room));
    expect_told_left(alice, BOB, room, 1);
}

SPEC(presence_holds_no_secret_of_a_member, MUST,
     REQUIREMENTS("PRES-03 PRES-04 PRES-11"),
     "What is told of a member's coming, leaving and status holds neither the "
     "address nor anything of the token.",
     "Build the event from the user and the room; never dump the session.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = own_room(alice, PUBLIC);

    arrange(bob, WISH(ROOM_JOIN, room));
    say(bob, status_message(bench, AWAY));
    expect_told_statuses(alice, BOB, "away");
    arrange(bob, WISH(ROOM_LEAVE, room));
    expect_told_left(alice, BOB, room, 1);
    expect_told_harmless(alice, bob);
}

/* --- Status --------------------------------------------------------------- */

SPEC(user_is_online_or_away, MUST, REQUIREMENTS("PRES-01"),
     "A user who is connected is online, and away once they have said so.",
     "Keep one status for each user, and answer with it.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);

    arrange(bob, WISH(ROOM_JOIN, own_room(alice, PUBLIC)));
    expect_status(alice, BOB, "online");
    say(bob, status_message(bench, AWAY));
    fence(bench);
    expect_status(alice, BOB, "away");
    say(bob, status_message(bench, ONLINE));
    fence(bench);
    expect_status(alice, BOB, "online");
}

SPEC(status_of_another_kind_is_refused, MUST, REQUIREMENTS("PRES-01"),
     "A status that is none of those that there are is refused, and the old "
     "one stays.",
     "Compare with the list, and refuse what is not on it.")
{
    static const char *const bad[] = { "\"busy\"", "\"\"",      "null",
                                       "7",        "\"Away\"",  "[]",
                                       "true",     "\"away \"", "{}" };
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);

    arrange(bob, WISH(ROOM_JOIN, own_room(alice, PUBLIC)));
    say(bob, status_message(bench, AWAY));
    expect_told_statuses(alice, BOB, "away");
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        expect_denied(
            bob, (struct wish){ .message = status_message(bench, bad[i]) });
    expect_told_statuses(alice, BOB, "away");
    expect_status(alice, BOB, "away");
}

SPEC(change_of_status_is_told_once, MUST, REQUIREMENTS("PRES-02"),
     "Each change of a user's status is told to who shares a room with them, "
     "once and in order; a status that was there before is not told.",
     "Compare with the status of now, and tell what is another.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);

    arrange(bob, WISH(ROOM_JOIN, own_room(alice, PUBLIC)));
    say(bob, status_message(bench, ONLINE));
    expect_told_statuses(alice, BOB, "");
    say(bob, status_message(bench, AWAY));
    say(bob, status_message(bench, AWAY));
    expect_told_statuses(alice, BOB, "away");
    say(bob, status_message(bench, ONLINE));
    expect_told_statuses(alice, BOB, "away online");
    hang_up(bob);
    expect_told_statuses(alice, BOB, "away online offline");
}

SPEC(presence_is_told_once_over_several_rooms, MUST, REQUIREMENTS("PRES-02"),
     "Who shares two rooms with a user is told of a change of status once, and "
     "so is who shares either of them.",
     "Make a set of the recipients before you send.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    struct peer *carol = admit(bench, CAROL);
    struct peer *dave = admit(bench, DAVE);
    const char *room = own_room(alice, PUBLIC);
    const char *other = own_room(alice, PUBLIC);

    arrange(carol, WISH(ROOM_JOIN, room));
    arrange(dave, WISH(ROOM_JOIN, other));
    arrange(bob, WISH(ROOM_JOIN, room));
    arrange(bob, WISH(ROOM_JOIN, other));
    say(bob, status_message(bench, AWAY));
    expect_told_statuses(alice, BOB, "away");
    expect_told_statuses(carol, BOB, "away");
    expect_told_statuses(dave, BOB, "away");
    arrange(bob, WISH(ROOM_LEAVE, room));
    say(bob, status_message(bench, ONLINE));
    expect_told_statuses(alice, BOB, "away online");
}

SPEC(user_is_offline_with_the_last_connection, MUST,
     REQUIREMENTS("PRES-05 PRES-12"),
     "A user with two connections is offline when both have ended, not before.",
     "Count the connections of a user, and look at the count when one ends.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *one = admit(bench, BOB);
    struct peer *other = admit(bench, BOB);
    const char *room = own_room(alice, PUBLIC);

    arrange(one, WISH(ROOM_JOIN, room));
    arrange(other, WISH(ROOM_JOIN, room));
    hang_up(one);
    expect_told_statuses(alice, BOB, "");
    expect_status(alice, BOB, "online");
    hang_up(other);
    expect_told_statuses(alice, BOB, "offline");
}

SPEC(status_of_a_stranger_is_not_told, MUST, REQUIREMENTS("PRES-11"),
     "Asked for the status of somebody with whom the asker shares no room, or "
     "none any more, the target answers as for nobody.",
     "Look for a room that both are in, and refuse in the words of the "
     "unknown.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    struct peer *carol = admit(bench, CAROL);
    struct peer *dave = admit(bench, DAVE);
    const char *room = own_room(alice, PUBLIC);

    own_room(carol, PUBLIC);
    arrange(bob, WISH(ROOM_JOIN, room));
    expect_status(alice, BOB, "online");
    arrange(dave, WISH(ROOM_JOIN, room));
    expect_status(dave, BOB, "online");
    arrange(dave, WISH(ROOM_LEAVE, room));
    expect_status_hidden(dave, BOB);
    expect_status_hidden(carol, BOB);
}

SPEC(nobody_sets_the_status_of_another, MUST, REQUIREMENTS("PRES-13"),
     "A message that names another user leaves that one's status as it was.",
     "Take the user from the connection, never from the message.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    struct peer *carol = admit(bench, CAROL);
    const char *room = own_room(alice, PUBLIC);

    arrange(bob, WISH(ROOM_JOIN, room));
    arrange(carol, WISH(ROOM_JOIN, room));
    say(carol, status_message_of(bench, AWAY, BOB));
    expect_told_statuses(alice, BOB, "");
    expect_status(alice, BOB, "online");
    say(bob, status_message(bench, AWAY));
    expect_told_statuses(alice, BOB, "away");
}
