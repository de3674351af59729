/* SIZE: compressed messages (003, Message Size Limits; RFC 7692). */
#include "bench.h"
#include "spec.h"

enum {
    KILOBYTE = 1024,
    MEGABYTE = 1024 * 1024,
    LARGE = 10 * 1024,
    SMALL = 200,
    BOMB = 1024 /* megabytes */
};

static const char *meet(struct peer *alice, struct peer *bob)
{
    const char *room = own_room(alice, PUBLIC);

    arrange(bob, WISH(ROOM_JOIN, room));
    return room;
}

SPEC(large_message_is_compressed_where_that_is_agreed, MUST,
     REQUIREMENTS("SIZE-14"),
     "A member that offers permessage-deflate is sent ten kilobytes "
     "compressed, and one that does not is sent them as they are.",
     "Let the library agree to permessage-deflate, with a threshold of 1,024 "
     "bytes.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit_with_deflate(bench, BOB);
    struct peer *carol = admit(bench, CAROL);
    const char *room = meet(alice, bob);
    const char *data;

    arrange(carol, WISH(ROOM_JOIN, room));
    data = data_of_bytes(bench, room, "", LARGE);
    expect_deflates(bob);
    expect_data_passes(alice, room, data, bob);
    expect_told_compressed(bob);
    expect_data_told(carol, room, data);
    expect_told_plain(carol);
}

SPEC(message_of_a_kilobyte_is_sent_as_it_is, SHOULD, REQUIREMENTS("SIZE-14"),
     "To a member that agreed to it, a message of 200 bytes and one of 1,024 "
     "are not compressed; one of 1,025 is.",
     "Set the threshold of the library: small messages cost more than they "
     "save.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit_with_deflate(bench, BOB);
    const char *room = meet(alice, bob);
    size_t around;

    expect_deflates(bob);
    expect_data_passes(alice, room, string_of(bench, "", "x", SMALL), bob);
    expect_told_plain(bob);
    around = told_length(bob) - SMALL;
    expect_data_passes(alice, room,
                       string_of(bench, "", "y", KILOBYTE - around), bob);
    expect_told_plain(bob);
    expect_data_passes(alice, room,
                       string_of(bench, "", "z", KILOBYTE + 1 - around), bob);
    expect_told_compressed(bob);
}

SPEC(large_binary_is_compressed_where_that_is_agreed, MUST,
     REQUIREMENTS("SIZE-14"),
     "Binary of ten kilobytes arrives bit for bit, be it compressed on its way "
     "or not.",
     "Compress binary as well as text, and inflate to what was sent.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit_with_deflate(bench, BOB);
    struct peer *carol = admit(bench, CAROL);
    const char *room = meet(alice, bob);
    const unsigned char *bytes = bytes_of_size(bench, LARGE);

    arrange(carol, WISH(ROOM_JOIN, room));
    expect_deflates(bob);
    expect_binary_passes(alice, room, bytes, LARGE, bob);
    expect_parcel(carol, 1, room, bytes, LARGE);
}

SPEC(compressed_message_is_read_like_another, MUST, REQUIREMENTS("SIZE-15"),
     "A compressed message of exactly the longest JSON reaches the room.",
     "Measure what a message inflates to, and nothing else.")
{
    struct peer *alice = admit_with_deflate(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = meet(alice, bob);
    const char *data = data_of_bytes(bench, room, "", bound(bench, BOUND_JSON));

    expect_deflates(alice);
    say_data_compressed(alice, room, data);
    expect_data_told(bob, room, data);
}

SPEC(compressed_message_is_measured_as_it_inflates, MUST,
     REQUIREMENTS("SIZE-15"),
     "A compressed message that inflates to one byte more than a frame of text "
     "may have is told as too big, though it is small on the wire.",
     "Count while you inflate, and stop at the limit.")
{
    struct peer *alice = admit_with_deflate(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = meet(alice, bob);
    size_t more = message_bytes(bench) + 1;

    expect_deflates(alice);
    say_compressed(alice, repeated(bench, " ", more), more, 1, false);
    expect_closed_for(alice, CAUSE_TOO_BIG);
    expect_told(bob, room, speak(bob, room));
}

SPEC(compressed_binary_is_measured_as_it_inflates, MUST,
     REQUIREMENTS("SIZE-15 SIZE-04"),
     "Compressed binary that inflates to its limit reaches the room, and one "
     "byte more is told as too big.",
     "Count while you inflate, and stop at the limit.")
{
    struct peer *alice = admit_with_deflate(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = meet(alice, bob);
    size_t most = bound(bench, BOUND_BINARY);
    const char *zeros = repeated(bench, "0", most + 1);

    expect_deflates(alice);
    announce_binary(alice, room);
    say_compressed(alice, zeros, most, 1, true);
    expect_parcel(bob, 1, room, (const unsigned char *)zeros, most);
    announce_binary(alice, room);
    say_compressed(alice, zeros, most + 1, 1, true);
    expect_binary_too_big(alice);
    expect_parcels(bob, 1);
}

SPEC(endless_inflation_ends_at_the_limit, MUST, REQUIREMENTS("SIZE-15"),
     "A megabyte that inflates to a thousand is told as too big at once, and "
     "others are served meanwhile.",
     "Inflate in small pieces, and stop at the first that is too much.")
{
    struct peer *alice = admit_with_deflate(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = meet(alice, bob);

    expect_deflates(alice);
    announce_binary(alice, room);
    say_compressed(alice, repeated(bench, "0", MEGABYTE), MEGABYTE, BOMB, true);
    expect_closed_for(alice, CAUSE_TOO_BIG);
    expect_told(bob, room, speak(bob, room));
    expect_parcels(bob, 0);
}
