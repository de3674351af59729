/* PRES: silence, activity, and records (003 User Presence Tracking). */
#include "bench.h"
#include "spec.h"

/* Alice hears in a room of hers what becomes of this user. */
static struct peer *guest(struct bench *bench, enum identity who,
                          const char *room)
{
    struct peer *peer = admit(bench, who);

    arrange(peer, WISH(ROOM_JOIN, room));
    return peer;
}

SPEC(silent_user_times_out, MUST, REQUIREMENTS("PRES-06"),
     "A user who is silent keeps the status through the timeout, and loses it "
     "behind it, by the next check.",
     "Compare the time since the last activity with the timeout, and look for "
     "it in a loop of its own.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = guest(bench, BOB, own_room(alice, PUBLIC));

    stir(bob);
    expect_timeouts_told(alice, &bob, 1);
}

SPEC(each_silence_is_noticed_by_the_next_check, MUST, REQUIREMENTS("PRES-07"),
     "Of several users who fall silent one after the other, each is noticed no "
     "later than one check behind the own timeout.",
     "Run the check as often as agreed, and look at all users each time.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = own_room(alice, PUBLIC);
    struct peer *silent[] = { guest(bench, BOB, room),
                              guest(bench, CAROL, room),
                              guest(bench, DAVE, room) };

    stir(silent[0]);
    elapse_part_of_timeout(bench);
    stir(silent[1]);
    elapse_part_of_timeout(bench);
    stir(silent[2]);
    expect_timeouts_told(alice, silent, 3);
}

SPEC(active_user_does_not_time_out, MUST, REQUIREMENTS("PRES-08"),
     "A user who says something more often than the timeout stays online, "
     "however long it is.",
     "Write the time of the last activity with each message.")
{
    struct peer *alice = admit(bench, ALICE);

    expect_kept_online(alice, guest(bench, BOB, own_room(alice, PUBLIC)));
}

SPEC(one_active_connection_keeps_its_user_online, MUST,
     REQUIREMENTS("PRES-12 PRES-08"),
     "A user of whose two connections one is silent stays online by the other.",
     "Keep the time of the last activity by user, not by connection.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = own_room(alice, PUBLIC);
    struct peer *bob = guest(bench, BOB, room);

    (void)guest(bench, BOB, room);
    expect_kept_online(alice, bob);
}

SPEC(user_who_timed_out_returns_with_activity, MUST, REQUIREMENTS("PRES-08"),
     "A user who has timed out is online again with the next message of the "
     "connection that is still there.",
     "Let any activity end what silence has begun.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = own_room(alice, PUBLIC);
    struct peer *bob = guest(bench, BOB, room);

    stir(bob);
    expect_timeouts_told(alice, &bob, 1);
    say(bob, room_message(bench, WISH(ROOM_JOIN, room)));
    fence(bench);
    expect_status(alice, BOB, "online");
}

SPEC(timeout_is_told_as_leaving_once, MUST, REQUIREMENTS("PRES-04"),
     "Who times out is told as gone in each of their rooms, and not once more "
     "when the connection ends at last.",
     "Note that the room has been told, and ask for the note.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = own_room(alice, PUBLIC);
    const char *other = own_room(alice, PUBLIC);
    struct peer *bob = guest(bench, BOB, room);

    arrange(bob, WISH(ROOM_JOIN, other));
    arrange(guest(bench, BOB, room), WISH(ROOM_JOIN, other));
    expect_timeouts_told(alice, &bob, 1);
    hang_up(bob);
    expect_told_left(alice, BOB, room, 1);
    expect_told_left(alice, BOB, other, 1);
}

SPEC(user_whose_connection_dies_is_offline, MUST,
     REQUIREMENTS("PRES-05 PRES-04"),
     "A user whose connection is reset is offline, and told as gone in each "
     "room once, within the timeout and one check.",
     "Treat an end without a Close as an end.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = own_room(alice, PUBLIC);
    const char *other = own_room(alice, PUBLIC);
    struct peer *bob = guest(bench, BOB, room);

    arrange(bob, WISH(ROOM_JOIN, other));
    vanish(bob);
    expect_told_lost(alice, bob, room);
    expect_told_lost(alice, bob, other);
    expect_told_left(alice, BOB, room, 1);
    expect_told_left(alice, BOB, other, 1);
    expect_told_statuses(alice, BOB, "offline");
}

SPEC(record_of_who_has_gone_is_deleted, MUST, REQUIREMENTS("PRES-09"),
     "The record of a user who has gone is deleted by the cleanup, and that of "
     "one who is active stays.",
     "Delete what has no connection, and nothing else.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);

    expect_recorded(bench, ALICE);
    expect_recorded(bench, BOB);
    vanish(bob);
    expect_record_deleted(bench, BOB, alice);
    expect_recorded(bench, ALICE);
}

SPEC(silence_is_measured_as_configured, MUST, REQUIREMENTS("CFG-04"),
     "An instance configured with other times of presence finds silence by "
     "those.",
     "Read the times from the configuration where you compare.")
{
    static const struct manner tight = { .tight = true };
    struct peer *alice = admit_with(bench, ALICE, GOOD_TOKEN, tight);
    struct peer *bob = admit_with(bench, BOB, GOOD_TOKEN, tight);

    arrange(bob, WISH(ROOM_JOIN, own_room(alice, PUBLIC)));
    expect_timeouts_told(alice, &bob, 1);
}
