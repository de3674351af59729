/* SIZE: binary messages in rooms (003 §10, Message Size Limits). */
#include "bench.h"
#include "spec.h"

enum { PART = 64 * 1024, LITTLE = 1000 };

static const char *meet(struct bench *bench, struct peer *alice,
                        struct peer *bob)
{
    const char *room = own_room(alice, PUBLIC);

    (void)bench;
    arrange(bob, WISH(ROOM_JOIN, room));
    return room;
}

SPEC(binary_at_its_limit_reaches_the_room, MUST, REQUIREMENTS("SIZE-04 CFG-03"),
     "Binary of one byte, and of exactly as many as are agreed, reaches the "
     "room bit for bit, directly behind the message that tells of it.",
     "Raise the library's limit, which is often one megabyte, for binary.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = meet(bench, alice, bob);
    size_t most = bound(bench, BOUND_BINARY);
    const unsigned char *bytes = bytes_of_size(bench, most);

    expect_binary_passes(alice, room, bytes, 1, bob);
    expect_binary_passes(alice, room, bytes, most, bob);
    expect_parcel(alice, 2, room, bytes, most);
}

SPEC(longer_binary_is_refused, MUST, REQUIREMENTS("SIZE-04 SIZE-12 CFG-03"),
     "Binary of one byte more is told as too big, and nothing of it reaches "
     "the room.",
     "Give binary a limit of its own, and refuse the whole.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = meet(bench, alice, bob);
    size_t more = bound(bench, BOUND_BINARY) + 1;

    announce_binary(alice, room);
    say_bytes(alice, bytes_of_size(bench, more), more, true);
    expect_binary_too_big(alice);
    expect_parcels(bob, 0);
}

SPEC(binary_in_fragments_is_one_message, MUST, REQUIREMENTS("SIZE-04 SIZE-16"),
     "Binary of exactly as many bytes as are agreed, sent in fragments, "
     "reaches the room as one message.",
     "Measure a message by the kind of its first fragment.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = meet(bench, alice, bob);
    size_t most = bound(bench, BOUND_BINARY);
    const unsigned char *bytes = bytes_of_size(bench, most);

    announce_binary(alice, room);
    say_binary_parts(alice, bytes, most, PART, true);
    expect_parcel(bob, 1, room, bytes, most);
}

SPEC(fragments_of_binary_add_up_against_its_limit, MUST,
     REQUIREMENTS("SIZE-16"),
     "Binary whose fragments are together too long is told as too big where it "
     "exceeds its limit, though its end has yet to come.",
     "Count the bytes of the message while its fragments come.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = meet(bench, alice, bob);
    size_t more = bound(bench, BOUND_BINARY) + 1;

    announce_binary(alice, room);
    say_binary_parts(alice, bytes_of_size(bench, more), more, PART, false);
    expect_closed_for(alice, CAUSE_TOO_BIG);
    expect_parcels(bob, 0);
}

SPEC(binary_that_nobody_announced_is_refused, MUST, REQUIREMENTS("SIZE-04"),
     "Binary without a room is answered with an error and reaches nobody; one "
     "announcement is good for one message.",
     "Forget the announcement with the message that it was for.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = meet(bench, alice, bob);
    const unsigned char *bytes = bytes_of_size(bench, LITTLE);

    say_bytes(alice, bytes, LITTLE, true);
    expect_binary_denied(alice);
    expect_binary_passes(alice, room, bytes, LITTLE, bob);
    say_bytes(alice, bytes, LITTLE, true);
    expect_binary_denied(alice);
    expect_parcels(bob, 1);
}

SPEC(outsider_cannot_send_binary_into_a_room, MUST,
     REQUIREMENTS("SIZE-04 ROOM-14"),
     "Neither one who never was inside nor one who was put out meanwhile sends "
     "binary into a room.",
     "Ask for the right when the binary comes, not when it is announced.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    struct peer *carol = admit(bench, CAROL);
    const char *room = meet(bench, alice, bob);
    const unsigned char *bytes = bytes_of_size(bench, LITTLE);

    expect_denied(carol, WISH(ROOM_BINARY, room));
    say_bytes(carol, bytes, LITTLE, true);
    expect_binary_denied(carol);
    announce_binary(bob, room);
    fence(bench);
    arrange(alice, WISH(ROOM_KICK, room, .user = user_id(bench, BOB)));
    say_bytes(bob, bytes, LITTLE, true);
    expect_binary_denied(bob);
    expect_parcels(alice, 0);
}

SPEC(binary_is_heard_in_its_room_alone, MUST, REQUIREMENTS("SIZE-04 ROOM-14"),
     "Binary reaches every member of its room, and nobody in another room of "
     "its sender.",
     "Send to the members of the room that was announced.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    struct peer *carol = admit(bench, CAROL);
    struct peer *dave = admit(bench, DAVE);
    const char *other = meet(bench, alice, carol);
    const char *room = meet(bench, alice, bob);
    const unsigned char *bytes = bytes_of_size(bench, LITTLE);

    arrange(dave, WISH(ROOM_JOIN, room));
    expect_binary_passes(alice, room, bytes, LITTLE, bob);
    expect_parcel(dave, 1, room, bytes, LITTLE);
    expect_parcels(carol, 0);
    expect_binary_passes(alice, other, bytes, LITTLE, carol);
    expect_parcels(bob, 1);
}

SPEC(binary_over_its_limit_leaves_one_record, MUST, REQUIREMENTS("SIZE-13"),
     "Binary over its limit leaves one log record with its sender, its size "
     "and the limit.",
     "Log what the transport refuses as well.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = meet(bench, alice, bob);
    size_t most = bound(bench, BOUND_BINARY);

    announce_binary(alice, room);
    say_bytes(alice, bytes_of_size(bench, most + 1), most + 1, true);
    expect_binary_too_big(alice);
    expect_excess_logged(alice, most + 1, most);
}
