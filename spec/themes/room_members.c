/* ROOM: who is inside, who hears whom, and how many there may be. */
#include "bench.h"
#include "spec.h"

#include <stdio.h>

#define TEN     "aaaaaaaaaa"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define LONG_ID HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED

enum { SIZE = 3, CROWD = 16 };

/* A room of so many, with its owner outside. */
static const char *small_room(struct bench *bench, struct peer *owner,
                              unsigned size)
{
    const char *room = fresh_room(bench);

    arrange(owner, WISH(ROOM_CREATE, room, .permission = PUBLIC, .size = size));
    return room;
}

/* A user of this number, as JSON. */
static const char *someone(struct bench *bench, unsigned number)
{
    char pattern[32];

    snprintf(pattern, sizeof(pattern), "\"{}-%u\"", number);
    return woven(bench, pattern, user_id(bench, ALICE));
}

SPEC(members_are_those_who_are_inside, MUST, REQUIREMENTS("ROOM-14"),
     "The members of a room are exactly those who have joined and have neither "
     "left nor gone; a join that is refused leaves no trace.",
     "Add behind the check, and remove wherever a connection ends.")
{
    static const enum identity all[] = { ALICE, BOB, CAROL };
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    struct peer *carol = admit(bench, CAROL);
    const char *room = own_room(alice, PUBLIC);

    arrange(bob, WISH(ROOM_JOIN, room));
    arrange(carol, WISH(ROOM_JOIN, room));
    expect_members(bench, room, all, 3);
    vanish(carol);
    expect_members(bench, room, all, 2);
    arrange(bob, WISH(ROOM_LEAVE, room));
    expect_members(bench, room, all, 1);
    arrange(alice, WISH(ROOM_UPDATE, room, .permission = OWNER_ONLY));
    expect_denied(bob, WISH(ROOM_JOIN, room));
    expect_members(bench, room, all, 1);
}

SPEC(room_is_heard_by_its_members_alone, MUST, REQUIREMENTS("ROOM-15"),
     "What is said in a room reaches every member, and neither a member of "
     "another room nor one who was refused or has left.",
     "Send to the members of that room, by its list of now.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    struct peer *carol = admit(bench, CAROL);
    struct peer *dave = admit(bench, DAVE);
    const char *room = own_room(alice, PRIVATE);

    own_room(carol, PUBLIC);
    arrange(alice, WISH(ROOM_INVITE, room, .user = user_id(bench, BOB)));
    arrange(alice, WISH(ROOM_INVITE, room, .user = user_id(bench, DAVE)));
    arrange(bob, WISH(ROOM_JOIN, room));
    arrange(dave, WISH(ROOM_JOIN, room));
    arrange(dave, WISH(ROOM_LEAVE, room));
    expect_denied(carol, WISH(ROOM_JOIN, room));
    const char *text = speak(alice, room);

    expect_told(bob, room, text);
    fence(bench);
    expect_not_heard(carol, text);
    expect_not_heard(dave, text);
}

SPEC(outsider_cannot_speak_into_a_room, MUST, REQUIREMENTS("ROOM-15"),
     "Who is not inside a room is not heard there, whether its rules would "
     "admit him or not.",
     "Ask for the membership of the sender, not for the room.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *open = own_room(alice, PUBLIC);
    const char *closed = own_room(alice, PRIVATE);
    const char *texts[] = { canary(bench, "open"), canary(bench, "closed") };

    expect_denied(bob, WISH(ROOM_PUBLISH, open, .text = texts[0]));
    expect_denied(bob, WISH(ROOM_PUBLISH, closed, .text = texts[1]));
    arrange(bob, WISH(ROOM_JOIN, open));
    expect_told(alice, open, speak(bob, open));
    fence(bench);
    expect_not_heard(alice, texts[0]);
    expect_not_heard(alice, texts[1]);
}

SPEC(room_admits_as_many_as_agreed, MUST, REQUIREMENTS("ROOM-16"),
     "The join beyond the size of a room is refused, those inside stay, and "
     "the one refused hears nothing.",
     "Compare before you add: as many as the size is full.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    struct peer *carol = admit(bench, CAROL);
    const char *room = small_room(bench, alice, 2);

    expect_granted(alice, WISH(ROOM_JOIN, room));
    expect_granted(bob, WISH(ROOM_JOIN, room));
    expect_denied(carol, WISH(ROOM_JOIN, room));
    const char *text = speak(alice, room);

    expect_told(bob, room, text);
    fence(bench);
    expect_not_heard(carol, text);
}

SPEC(size_of_a_room_holds_against_a_race, MUST, REQUIREMENTS("ROOM-17"),
     "Of many who join at once, exactly as many get in as the room has places.",
     "Check and add in one step, with no await between.")
{
    struct peer *crowd[CROWD];
    struct peer *owner = admit(bench, OWNER);
    const char *room = small_room(bench, owner, SIZE + 1);

    arrange(owner, WISH(ROOM_JOIN, room)); /* it stays */
    for (unsigned i = 0; i < CROWD; i++)
        crowd[i] = admit_with(bench, ALICE, TOKEN(.sub = someone(bench, i)),
                              (struct manner){ .early = NULL });
    expect_exactly_inside(crowd, CROWD, room, SIZE);
}

SPEC(leaving_frees_a_place_in_a_room, MUST, REQUIREMENTS("ROOM-18"),
     "The place of one who leaves, and of one whose connection dies, is free "
     "for the next; joining twice takes one place.",
     "Count members, not calls.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    struct peer *carol = admit(bench, CAROL);
    const char *room = small_room(bench, alice, 2);

    arrange(alice, WISH(ROOM_JOIN, room));
    say(alice, room_message(bench, WISH(ROOM_JOIN, room)));
    fence(bench);
    expect_granted(bob, WISH(ROOM_JOIN, room));
    say(bob, room_message(bench, WISH(ROOM_JOIN, room)));
    fence(bench);
    expect_denied(carol, WISH(ROOM_JOIN, room));
    vanish(bob);
    fence(bench);
    expect_granted_soon(carol, WISH(ROOM_JOIN, room));
    expect_denied(admit(bench, DAVE), WISH(ROOM_JOIN, room));
    arrange(carol, WISH(ROOM_LEAVE, room));
    expect_granted(admit(bench, DAVE), WISH(ROOM_JOIN, room));
}

SPEC(empty_room_is_forgotten, MUST, REQUIREMENTS("ROOM-19"),
     "A room whose last member has left, and one whose last member has died, "
     "is gone after the agreed while; one that was just made is not.",
     "Clean up wherever a membership ends, and keep a new room for a while.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *left = make_room(alice, PUBLIC);
    const char *lost = make_room(alice, PUBLIC);

    expect_members(bench, left, NULL, 0);
    expect_granted(alice, WISH(ROOM_JOIN, left));
    arrange(bob, WISH(ROOM_JOIN, lost));
    arrange(alice, WISH(ROOM_LEAVE, left));
    vanish(bob);
    fence(bench);
    elapse_grace(bench);
    expect_members(bench, left, NULL, -1);
    expect_members(bench, lost, NULL, -1);
}

SPEC(emptied_room_is_not_opened, MUST, REQUIREMENTS("ROOM-20 ROOM-06"),
     "A private room whose members have all left admits no stranger, neither "
     "at once nor when it has been cleaned up.",
     "Keep the rules as long as the room, and refuse what has no rules.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = own_room(alice, PRIVATE);

    arrange(alice, WISH(ROOM_LEAVE, room));
    expect_denied(bob, WISH(ROOM_JOIN, room));
    elapse_grace(bench);
    expect_denied(bob, WISH(ROOM_JOIN, room));
}

SPEC(kicked_member_is_outside, MUST, REQUIREMENTS("ROOM-10 ROOM-14"),
     "Whom the owner puts out of a private room hears nothing more of it, and "
     "does not come back by himself.",
     "Take the seat and the invitation in one step.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    struct peer *carol = admit(bench, CAROL);
    const char *room = own_room(alice, PRIVATE);
    const char *guest = user_id(bench, BOB);

    arrange(alice, WISH(ROOM_INVITE, room, .user = guest));
    arrange(bob, WISH(ROOM_JOIN, room));
    arrange(alice, WISH(ROOM_INVITE, room, .user = user_id(bench, CAROL)));
    arrange(carol, WISH(ROOM_JOIN, room));
    expect_granted(alice, WISH(ROOM_KICK, room, .user = guest));
    const char *text = speak(alice, room);

    expect_told(carol, room, text);
    fence(bench);
    expect_not_heard(bob, text);
    expect_denied(bob, WISH(ROOM_JOIN, room));
}

SPEC(kicked_member_is_outside_a_public_room, MUST,
     REQUIREMENTS("ROOM-10 ROOM-14"),
     "Whom the owner puts out of a public room is not heard in it, and hears "
     "nothing more of it.",
     "Take the seat; the rules of a public room keep nobody out.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    struct peer *carol = admit(bench, CAROL);
    const char *room = own_room(alice, PUBLIC);

    arrange(bob, WISH(ROOM_JOIN, room));
    arrange(carol, WISH(ROOM_JOIN, room));
    expect_granted(alice, WISH(ROOM_KICK, room, .user = user_id(bench, BOB)));
    const char *text = speak(alice, room);
    const char *intrusion = canary(bench, "intrusion");

    expect_told(carol, room, text);
    expect_denied(bob, WISH(ROOM_PUBLISH, room, .text = intrusion));
    fence(bench);
    expect_not_heard(bob, text);
    expect_not_heard(carol, intrusion);
}

SPEC(user_owns_as_many_rooms_as_agreed, MUST, REQUIREMENTS("RX-01"),
     "The room beyond those that one user may own is not made; others make "
     "theirs, and one that is deleted makes place for another.",
     "Count rooms by their owner: one member may not take all that there are.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *first = make_room(alice, PUBLIC);

    for (unsigned i = 1; i < rooms_per_user(bench); i++)
        make_room(alice, PUBLIC);
    const char *beyond = fresh_room(bench);

    expect_denied(alice, WISH(ROOM_CREATE, first, .permission = PUBLIC));
    expect_denied(alice, WISH(ROOM_CREATE, beyond, .permission = PUBLIC));
    expect_denied(bob, WISH(ROOM_JOIN, beyond));
    expect_granted(bob,
                   WISH(ROOM_CREATE, fresh_room(bench), .permission = PUBLIC));
    arrange(alice, WISH(ROOM_DELETE, first));
    expect_granted(alice, WISH(ROOM_CREATE, beyond, .permission = PUBLIC));
    expect_denied(alice,
                  WISH(ROOM_CREATE, fresh_room(bench), .permission = PUBLIC));
}

SPEC(forgotten_room_makes_place_for_another, MUST, REQUIREMENTS("RX-01"),
     "A user who owns as many rooms as agreed makes others when these were "
     "left by all and are gone.",
     "Count the rooms that there are, not those that were ever made.")
{
    struct peer *alice = admit(bench, ALICE);

    for (unsigned i = 0; i < rooms_per_user(bench); i++)
        make_room(alice, PUBLIC);
    expect_denied(alice,
                  WISH(ROOM_CREATE, fresh_room(bench), .permission = PUBLIC));
    elapse_grace(bench);
    expect_granted_soon(
        alice, WISH(ROOM_CREATE, fresh_room(bench), .permission = PUBLIC));
}

SPEC(refused_join_for_size_is_logged, SHOULD, REQUIREMENTS("ROOM-21"),
     "A join that is refused because the room is full leaves a line in the log "
     "that names the room.",
     "Log the room, its size and its limit where you refuse.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = small_room(bench, alice, 1);

    struct peer *bob = admit(bench, BOB);

    arrange(alice, WISH(ROOM_JOIN, room));
    expect_denied(bob, WISH(ROOM_JOIN, room));
    expect_logged(bob, "warn", room);
}

SPEC(
    room_id_of_another_form_is_refused, MUST, REQUIREMENTS("VAL-05"),
    "A room id that is no text, empty, endless, or holds a path, a wildcard, a "
    "colon, a blank or a control character is refused.",
    "Match ids against an alphabet and a length before you use them.")
{
    const char *endless = woven(bench, "\"{}\"", LONG_ID);
    const char *const ids[] = {
        "\"\"",          "5",         "null",       "[\"a\"]", "\"../lobby\"",
        "\"a/b\"",       "\"*\"",     "\"room:*\"", "\"a:b\"", "\"a b\"",
        "\"a\\u0000b\"", "\"a\\nb\"", endless,
    };
    struct peer *alice = admit(bench, ALICE);

    for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
        expect_denied(alice, (struct wish){ .verb = ROOM_CREATE,
                                            .raw_room = ids[i],
                                            .permission = PUBLIC });
        expect_denied(alice,
                      (struct wish){ .verb = ROOM_JOIN, .raw_room = ids[i] });
    }
}
