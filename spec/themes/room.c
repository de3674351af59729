/* ROOM: who may enter a room, and who rules it (003 §3). */
#include "bench.h"
#include "spec.h"

SPEC(room_has_one_of_four_permissions, MUST, REQUIREMENTS("ROOM-01"),
     "A room can be made with each of the four permissions, and with no other.",
     "Compare with the list, and refuse what is not on it; a default for the "
     "unknown is a way in.")
{
    static const char *const good[] = { PUBLIC, PRIVATE, RESTRICTED,
                                        OWNER_ONLY };
    static const char *const bad[] = { "\"SECRET\"", "\"\"",        "null",
                                       "5",          "\"public \"", "[]" };
    const char *roles = woven(bench, "[\"{}\"]", role_of(bench, MANAGER));
    struct peer *alice = admit(bench, ALICE);

    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
        expect_granted(alice, WISH(ROOM_CREATE, fresh_room(bench),
                                   .permission = good[i], .roles = roles));
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        const char *room = fresh_room(bench);

        expect_denied(alice, WISH(ROOM_CREATE, room, .permission = bad[i]));
        expect_denied(alice, WISH(ROOM_JOIN, room));
    }
}

SPEC(update_to_an_unknown_permission_changes_nothing, MUST,
     REQUIREMENTS("ROOM-01"),
     "An update to a permission that there is not leaves the room as it was.",
     "Read the whole of a message before you change anything.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = own_room(alice, PRIVATE);

    expect_denied(alice, WISH(ROOM_UPDATE, room, .permission = "\"SECRET\""));
    expect_denied(alice, WISH(ROOM_UPDATE, room, .permission = "null"));
    expect_rules(alice, room, "PRIVATE", ALICE);
    expect_denied(admit(bench, BOB), WISH(ROOM_JOIN, room));
}

SPEC(public_room_admits_every_member, MUST, REQUIREMENTS("ROOM-02"),
     "Whoever is authenticated may join a public room, invited or not.",
     "Ask for authentication at the door, and for nothing more in a public "
     "room.")
{
    const char *room = own_room(admit(bench, ALICE), PUBLIC);

    expect_granted(admit(bench, BOB), WISH(ROOM_JOIN, room));
    expect_granted(admit(bench, MANAGER), WISH(ROOM_JOIN, room));
}

SPEC(private_room_admits_the_invited_alone, MUST, REQUIREMENTS("ROOM-03"),
     "A private room admits whom it has invited, and nobody "
     "else, whatever the role.",
     "An empty list of guests admits nobody.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *carol = admit(bench, CAROL);
    const char *room = own_room(alice, PRIVATE);

    expect_denied(carol, WISH(ROOM_JOIN, room));
    expect_denied(admit(bench, PLATFORM), WISH(ROOM_JOIN, room));
    arrange(alice, WISH(ROOM_INVITE, room, .user = user_id(bench, BOB)));
    expect_granted(admit(bench, BOB), WISH(ROOM_JOIN, room));
    expect_denied(carol, WISH(ROOM_JOIN, room));
}

SPEC(withdrawn_invitation_admits_nobody, MUST, REQUIREMENTS("ROOM-03 ROOM-09"),
     "One whose invitation is withdrawn is not admitted again.",
     "Look at the guests of now, on each join.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = make_room(alice, PRIVATE);
    const char *guest = user_id(bench, BOB);

    arrange(alice, WISH(ROOM_INVITE, room, .user = user_id(bench, CAROL)));
    arrange(admit(bench, CAROL), WISH(ROOM_JOIN, room));
    arrange(alice, WISH(ROOM_INVITE, room, .user = guest));
    arrange(bob, WISH(ROOM_JOIN, room));
    arrange(bob, WISH(ROOM_LEAVE, room));
    arrange(alice, WISH(ROOM_UNINVITE, room, .user = guest));
    expect_denied(bob, WISH(ROOM_JOIN, room));
}

SPEC(restricted_room_admits_by_the_role_of_the_token, MUST,
     REQUIREMENTS("ROOM-04"),
     "A restricted room admits whose verified role is on its list, and nobody "
     "for a role that a message names.",
     "Read the role from the token; nothing else says who somebody is.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = fresh_room(bench);
    const char *roles = woven(bench, "[\"{}\"]", role_of(bench, MANAGER));

    arrange(alice,
            WISH(ROOM_CREATE, room, .permission = RESTRICTED, .roles = roles));
    expect_granted(admit(bench, MANAGER), WISH(ROOM_JOIN, room));
    expect_denied(bob, WISH(ROOM_JOIN, room));
    expect_denied(bob, WISH(ROOM_JOIN, room, .roles = roles));
}

SPEC(restricted_room_without_roles_admits_nobody, MUST, REQUIREMENTS("ROOM-04"),
     "A restricted room whose list of roles is empty admits nobody.",
     "Take an empty list for what it says.")
{
    const char *room = fresh_room(bench);

    arrange(admit(bench, ALICE),
            WISH(ROOM_CREATE, room, .permission = RESTRICTED, .roles = "[]"));
    expect_denied(admit(bench, BOB), WISH(ROOM_JOIN, room));
    expect_denied(admit(bench, MANAGER), WISH(ROOM_JOIN, room));
}

SPEC(restricted_room_admits_nobody_without_a_role, MUST,
     REQUIREMENTS("ROOM-04"),
     "A restricted room admits nobody whose token names no role.",
     "An absent role is none; compare it with nothing.")
{
    const char *room = fresh_room(bench);
    const char *roles = woven(bench, "[\"{}\"]", role_of(bench, MANAGER));
    struct manner usual = { .early = NULL };

    arrange(admit(bench, ALICE),
            WISH(ROOM_CREATE, room, .permission = RESTRICTED, .roles = roles));
    expect_denied(admit_with(bench, BOB, TOKEN(.no_role = true), usual),
                  WISH(ROOM_JOIN, room));
    expect_granted(admit(bench, MANAGER), WISH(ROOM_JOIN, room));
}

SPEC(owner_only_room_admits_its_owner_alone, MUST, REQUIREMENTS("ROOM-05"),
     "A room for its owner only admits the owner, and neither the invited nor "
     "the privileged.",
     "Give each permission a branch of its own.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = make_room(alice, OWNER_ONLY);

    arrange(alice, WISH(ROOM_INVITE, room, .user = user_id(bench, BOB)));
    expect_granted(alice, WISH(ROOM_JOIN, room));
    expect_denied(admit(bench, BOB), WISH(ROOM_JOIN, room));
    expect_denied(admit(bench, PLATFORM), WISH(ROOM_JOIN, room));
}

SPEC(room_that_does_not_exist_admits_nobody, MUST, REQUIREMENTS("ROOM-06"),
     "A join of a room that nobody has made is refused, and makes none.",
     "Look the rules up without a default.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = fresh_room(bench);

    expect_denied(alice, WISH(ROOM_JOIN, room));
    expect_denied(admit(bench, BOB), WISH(ROOM_JOIN, room));
    expect_denied(alice, WISH(ROOM_GET, room));
}

SPEC(rooms_from_the_start_keep_their_rules, MUST, REQUIREMENTS("ROOM-06"),
     "The agreed rooms are there from the start, each with its permission.",
     "Make them before the first connection.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *platform = admit(bench, PLATFORM);

    expect_granted(alice, WISH(ROOM_JOIN, open_room(bench)));
    expect_denied(alice, WISH(ROOM_JOIN, role_room(bench)));
    expect_granted(platform, WISH(ROOM_JOIN, role_room(bench)));
}

SPEC(new_room_is_closed_from_its_first_moment, MUST, REQUIREMENTS("ROOM-07"),
     "A join on the heels of the making of a closed room is refused, and the "
     "maker is its owner.",
     "Make the room with its rules in one step.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = make_room(alice, OWNER_ONLY);

    expect_denied(bob, WISH(ROOM_JOIN, room));
    expect_granted(alice, WISH(ROOM_JOIN, room));
    expect_rules(alice, room, "OWNER_ONLY", ALICE);
}

SPEC(room_that_exists_is_not_made_again, MUST, REQUIREMENTS("ROOM-08"),
     "Making a room whose id is taken fails, and leaves owner and rules as "
     "they were.",
     "Insert, and never overwrite.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = own_room(alice, PRIVATE);

    expect_denied(bob, WISH(ROOM_CREATE, room, .permission = PUBLIC));
    expect_denied(bob, WISH(ROOM_JOIN, room));
    expect_rules(alice, room, "PRIVATE", ALICE);
    expect_denied(bob, WISH(ROOM_DELETE, room));
}

SPEC(changed_rules_hold_for_the_next_join, MUST, REQUIREMENTS("ROOM-09"),
     "A room that is closed refuses the next join, and one that is opened "
     "again admits it.",
     "Ask the rules of now; do not keep those of the first join.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = own_room(alice, PUBLIC);

    arrange(bob, WISH(ROOM_JOIN, room));
    arrange(bob, WISH(ROOM_LEAVE, room));
    expect_granted(alice, WISH(ROOM_UPDATE, room, .permission = PRIVATE));
    expect_denied(bob, WISH(ROOM_JOIN, room));
    expect_granted(alice, WISH(ROOM_UPDATE, room, .permission = PUBLIC));
    expect_granted(bob, WISH(ROOM_JOIN, room));
}

SPEC(member_who_loses_the_right_is_put_out, MUST,
     REQUIREMENTS("ROOM-09 ROOM-15"),
     "A member whom changed rules or a withdrawn invitation admit no longer "
     "hears nothing more of the room, and is not heard in it.",
     "Look at every member when the rules change, or before each message.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    struct peer *carol = admit(bench, CAROL);
    struct peer *dave = admit(bench, DAVE);
    const char *room = make_room(alice, PUBLIC);
    const char *before, *behind, *intrusion;

    arrange(alice, WISH(ROOM_INVITE, room, .user = user_id(bench, CAROL)));
    arrange(alice, WISH(ROOM_INVITE, room, .user = user_id(bench, DAVE)));
    arrange(bob, WISH(ROOM_JOIN, room));
    arrange(carol, WISH(ROOM_JOIN, room));
    arrange(dave, WISH(ROOM_JOIN, room));
    arrange(alice, WISH(ROOM_UPDATE, room, .permission = PRIVATE));
    before = speak(dave, room);
    intrusion = speak(bob, room);
    expect_told(carol, room, before);
    arrange(alice, WISH(ROOM_UNINVITE, room, .user = user_id(bench, DAVE)));
    behind = speak(dave, room);
    arrange(alice, WISH(ROOM_JOIN, room));
    expect_told(carol, room, speak(alice, room));
    fence(bench);
    expect_not_heard(bob, before);
    expect_not_heard(carol, intrusion);
    expect_not_heard(carol, behind);
}

SPEC(owner_alone_manages_a_room, MUST, REQUIREMENTS("ROOM-10"),
     "Neither a member nor a stranger of a room changes, deletes or empties "
     "it, or invites into it.",
     "Ask who owns the room in every handler that changes it.")
{
    static const enum room_verb verbs[] = { ROOM_UPDATE, ROOM_INVITE,
                                            ROOM_UNINVITE, ROOM_KICK,
                                            ROOM_DELETE };
    struct peer *alice = admit(bench, ALICE);
    struct peer *outsiders[] = { admit(bench, BOB), admit(bench, CAROL) };
    const char *room = own_room(alice, PUBLIC);
    const char *owner = user_id(bench, ALICE);

    arrange(outsiders[0], WISH(ROOM_JOIN, room));
    for (unsigned i = 0; i < 2 * sizeof(verbs) / sizeof(*verbs); i++)
        expect_denied(
            outsiders[i % 2],
            WISH(verbs[i / 2], room, .permission = OWNER_ONLY, .user = owner));
    expect_rules(alice, room, "PUBLIC", ALICE);
    expect_told(outsiders[0], room, speak(alice, room));
}

SPEC(administrator_manages_every_room, SHOULD, REQUIREMENTS("ROOM-10"),
     "An administrator may change and delete the room of another.",
     "Ask for the owner or the role.")
{
    struct peer *platform = admit(bench, PLATFORM);
    const char *room = make_room(admit(bench, ALICE), PUBLIC);

    expect_granted(platform, WISH(ROOM_UPDATE, room, .permission = PRIVATE));
    expect_granted(platform, WISH(ROOM_DELETE, room));
    expect_denied(admit(bench, BOB), WISH(ROOM_JOIN, room));
}

SPEC(rules_are_told_as_they_are, MUST, REQUIREMENTS("ROOM-11"),
     "The rules that a target tells are those in force: after the making, and "
     "after each change.",
     "Read them where they are enforced.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = make_room(alice, PUBLIC);

    expect_rules(alice, room, "PUBLIC", ALICE);
    arrange(alice, WISH(ROOM_UPDATE, room, .permission = OWNER_ONLY));
    expect_rules(alice, room, "OWNER_ONLY", ALICE);
    arrange(alice, WISH(ROOM_UPDATE, room, .permission = PRIVATE));
    expect_rules(alice, room, "PRIVATE", ALICE);
}

SPEC(rules_of_a_closed_room_are_told_to_no_outsider, SHOULD,
     REQUIREMENTS("ROOM-11"), "Who may not join a room is not told its rules.",
     "Answer as if there were none.")
{
    struct peer *bob = admit(bench, BOB);
    struct peer *alice = admit(bench, ALICE);

    expect_denied(bob, WISH(ROOM_GET, own_room(alice, PRIVATE)));
    expect_denied(bob, WISH(ROOM_GET, own_room(alice, OWNER_ONLY)));
}

SPEC(closed_room_looks_like_none, SHOULD, REQUIREMENTS("ROOM-11 ROOM-06"),
     "To an outsider, a join of a private room and of one that does not exist "
     "are answered alike.",
     "Refuse both with the same message.")
{
    struct peer *bob = admit(bench, BOB);
    struct peer *carol = admit(bench, CAROL);
    const char *room = own_room(admit(bench, ALICE), PRIVATE);

    expect_denied(bob, WISH(ROOM_JOIN, room));
    expect_denied(carol, WISH(ROOM_JOIN, fresh_room(bench)));
    expect_same_error(bob, carol);
}

SPEC(deleted_room_is_gone_with_its_rules, MUST, REQUIREMENTS("ROOM-12"),
     "A deleted room admits nobody, its members hear nothing of a later room "
     "of that id, and neither its owner nor its guests have a right there.",
     "Delete members, guests and rules in one step.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    struct peer *carol = admit(bench, CAROL);
    struct peer *dave = admit(bench, DAVE);
    const char *room = make_room(alice, PRIVATE);

    arrange(alice, WISH(ROOM_INVITE, room, .user = user_id(bench, BOB)));
    arrange(bob, WISH(ROOM_JOIN, room));
    expect_granted(alice, WISH(ROOM_DELETE, room));
    expect_denied(alice, WISH(ROOM_JOIN, room));
    expect_granted(carol, WISH(ROOM_CREATE, room, .permission = PRIVATE));
    expect_granted(carol, WISH(ROOM_JOIN, room));
    expect_denied(bob, WISH(ROOM_JOIN, room));
    expect_denied(alice, WISH(ROOM_DELETE, room));
    arrange(carol, WISH(ROOM_INVITE, room, .user = user_id(bench, DAVE)));
    arrange(dave, WISH(ROOM_JOIN, room));
    const char *text = speak(carol, room);

    expect_told(dave, room, text);
    fence(bench);
    expect_not_heard(bob, text);
}

SPEC(room_of_the_handshake_is_joined_by_its_rules, MUST,
     REQUIREMENTS("ROOM-13"),
     "A room that the handshake names is entered only by whom its rules admit, "
     "also when they were inside before.",
     "Check the right inside the one function that makes a member.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *open = own_room(alice, PUBLIC);
    const char *closed = own_room(alice, PRIVATE);
    struct manner to_open = { .query = room_query(bench, open) };
    struct manner to_closed = { .query = room_query(bench, closed) };
    struct peer *guest, *intruder, *again;
    const char *secret;

    arrange(alice, WISH(ROOM_INVITE, open, .user = user_id(bench, DAVE)));
    arrange(admit(bench, DAVE), WISH(ROOM_JOIN, open));
    guest = dial(bench, BOB, GOOD_TOKEN, to_open);
    expect_reached_in_room(alice, open, guest);
    intruder = dial(bench, CAROL, GOOD_TOKEN, to_closed);
    fence(bench);
    secret = speak(alice, closed);
    arrange(alice, WISH(ROOM_UPDATE, open, .permission = PRIVATE));
    hang_up(guest);
    again = dial(bench, BOB, GOOD_TOKEN, to_open);
    fence(bench);
    const char *more = speak(alice, open);

    fence(bench);
    expect_not_heard(intruder, secret);
    expect_not_heard(again, more);
}
