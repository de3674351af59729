/* ICS: what is claimed of paths, of rooms, and of leaving for good. */
#include "bench.h"
#include "spec.h"

SPEC(paths_are_claimed_as_they_are, MUST, REQUIREMENTS("ICS-01"),
     "A path that nobody serves is refused where the manifest claims routes, "
     "and is served where it denies them.",
     "Claim routes, and say refusals.unknown_path; or deny it where any path "
     "leads to the service.")
{
    struct manner astray = { .path = "/nowhere/that/is/served" };

    hang_up(admit(bench, ALICE));
    expect_refused_if_claimed(dial(bench, ALICE, GOOD_TOKEN, astray), ROUTES);
}

SPEC(logout_is_claimed_as_it_is, MUST, REQUIREMENTS("ICS-01"),
     "A member that logs out is closed where the manifest claims so, and is "
     "served on where it denies it.",
     "Claim logout, and say messages.logout and refusals.logout: its criteria "
     "ask whether each connection ends, and the token with it.")
{
    struct peer *alice;

    need_logout_message(bench);
    share_no_credential(bench);
    alice = admit(bench, ALICE);
    log_out(alice);
    expect_closed_if_claimed(alice, LOGOUT);
}

SPEC(eviction_is_claimed_as_it_is, MUST, REQUIREMENTS("ICS-01"),
     "Whom changed rules admit no longer is put out of the room where the "
     "manifest claims so, and is not where it denies it.",
     "Claim eviction: its criteria ask who is put out, and when.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    struct peer *carol = admit(bench, CAROL);
    const char *room = own_room(alice, PUBLIC);

    arrange(alice, WISH(ROOM_INVITE, room, .user = user_id(bench, CAROL)));
    arrange(bob, WISH(ROOM_JOIN, room));
    arrange(carol, WISH(ROOM_JOIN, room));
    arrange(alice, WISH(ROOM_UPDATE, room, .permission = PRIVATE));
    expect_outside_if_claimed(alice, room, carol, bob, EVICTION);
}

SPEC(room_of_the_handshake_is_claimed_as_it_is, MUST, REQUIREMENTS("ICS-01"),
     "Who names a room in the handshake is inside where the manifest claims "
     "so, and is not where it denies it.",
     "Claim handshake_room: its criteria ask whether the room's rules hold "
     "there as well.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = own_room(alice, PUBLIC);
    struct manner there = { .query = room_query_if_named(bench, room) };
    struct peer *guest = admit_with(bench, CAROL, GOOD_TOKEN, there);

    arrange(bob, WISH(ROOM_JOIN, room));
    expect_inside_if_claimed(alice, room, bob, guest, HANDSHAKE_ROOM);
}

SPEC(quota_of_rooms_is_claimed_as_it_is, MUST, REQUIREMENTS("ICS-01"),
     "The rooms of a user are bounded where the manifest claims so, and are "
     "not where it denies it.",
     "Claim room_quota, and say rooms.per_user; or deny it where there is no "
     "such limit.")
{
    expect_rooms_bounded_if_claimed(admit(bench, ALICE));
}

SPEC(rights_in_rooms_are_claimed_as_they_are, MUST, REQUIREMENTS("ICS-01"),
     "A room that is for one role refuses a member of another where the "
     "manifest claims such rights, and admits everybody where it denies them.",
     "Claim room_rights, and name the rooms in rooms.role and "
     "rooms.read_only: its criteria ask who reads, and who writes.")
{
    struct peer *alice = admit(bench, ALICE);

    expect_denied_if_claimed(alice, WISH(ROOM_JOIN, role_room(bench)),
                             ROOM_RIGHTS);
}
