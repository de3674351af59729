/* PRES: who is there, and who is told of it (003 User Presence Tracking). */
#include "bench.h"
#include "spec.h"

/* A room that this member has made and is inside of. */
static const char *own_room(struct peer *owner, const char *permission)
{
    const char *room = make_room(owner, permission);

    arrange(owner, WISH(ROOM_JOIN, room));
    return room;
}

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
    expect_granted(bob, WISH(ROOM_JOIN, room));
    expect_told_joined(alice, BOB, room, 1);
    arrange(bob, WISH(ROOM_LEAVE, room));
    arrange(bob, WISH(ROOM_JOIN, room));
    expect_told_joined(alice, BOB, room, 2);
}

SPEC(refused_join_is_not_told, MUST, REQUIREMENTS("PRES-03 PRES-11"),
     "Of a join that is refused nobody inside is told anything.",
     "Tell behind the check, not before it.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *carol = admit(bench, CAROL);
    const char *room = own_room(alice, PRIVATE);

    expect_denied(carol, WISH(ROOM_JOIN, room));
    arrange(alice, WISH(ROOM_INVITE, room, .user = user_id(bench, BOB)));
    arrange(admit(bench, BOB), WISH(ROOM_JOIN, room));
    expect_told_joined(alice, BOB, room, 1);
    expect_told_nothing_of(alice, CAROL);
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
     "Those who remain in a room are told of one who is put out of it, once.",
     "Let every way out of a room go through one function.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = own_room(alice, PUBLIC);

    arrange(bob, WISH(ROOM_JOIN, room));
    expect_granted(alice, WISH(ROOM_KICK, room, .user = user_id(bench, BOB)));
    expect_told_left(alice, BOB, room, 1);
}

SPEC(presence_is_told_in_the_room_alone, MUST, REQUIREMENTS("PRES-11"),
     "Who comes into a room and who leaves it is told to its members, and to "
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
     "What is told of a member's coming and leaving holds neither the address "
     "nor anything of the token.",
     "Build the event from the user and the room; never dump the session.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = own_room(alice, PUBLIC);

    arrange(bob, WISH(ROOM_JOIN, room));
    expect_told_joined(alice, BOB, room, 1);
    arrange(bob, WISH(ROOM_LEAVE, room));
    expect_told_left(alice, BOB, room, 1);
    expect_told_harmless(alice, bob);
}
