/* ROOM: rooms that are there from the start, and not everybody's to read or to
 * write to, in whatever profile. */
#include "bench.h"
#include "spec.h"

SPEC(room_is_read_by_whom_it_is_open_to, MUST, REQUIREMENTS("CR-11"),
     "Who may not read a room is told so as agreed, and hears nothing of what "
     "is said there.",
     "Ask for the right of the reader before you subscribe, not only when you "
     "tell the list of rooms.")
{
    struct peer *writer = admit(bench, PLATFORM);
    struct peer *reader = admit(bench, PLATFORM);
    struct peer *outsider = admit(bench, ALICE);
    const char *room = role_room(bench);

    go_in(writer, room);
    go_in(reader, room);
    expect_reached_in_room(writer, room, reader);
    expect_denied_as(outsider, WISH(ROOM_JOIN, room), DENIED_REFUSED);
    const char *text = speak(writer, room);

    expect_told(reader, room, text);
    fence(bench);
    expect_not_heard(outsider, text);
}

SPEC(room_is_written_to_by_whom_it_is_open_to, MUST, REQUIREMENTS("CR-11"),
     "Who may not write to a room is told so as agreed, and nobody there hears "
     "what was written.",
     "Ask for the right of the writer with each message; that nobody has "
     "subscribed proves nothing.")
{
    struct peer *writer = admit(bench, PLATFORM);
    struct peer *reader = admit(bench, PLATFORM);
    struct peer *outsider = admit(bench, ALICE);
    const char *room = role_room(bench);
    const char *text = canary(bench, "intrusion");

    go_in(writer, room);
    go_in(reader, room);
    expect_reached_in_room(writer, room, reader);
    expect_denied_as(outsider, WISH(ROOM_PUBLISH, room, .text = text),
                     DENIED_REFUSED);
    expect_told(reader, room, speak(writer, room));
    fence(bench);
    expect_nobody_heard(bench, text);
}

SPEC(reader_of_a_room_hears_and_is_not_heard, MUST, REQUIREMENTS("CR-11"),
     "Who may read a room and not write to it hears what is said there, is "
     "told as agreed that they may not write, and is not heard.",
     "Keep the right to write apart from the membership.")
{
    struct peer *writer = admit(bench, PLATFORM);
    struct peer *reader = admit(bench, ALICE);
    struct peer *other = admit(bench, BOB);
    const char *room = read_only_room(bench);
    const char *text = canary(bench, "note");

    go_in(writer, room);
    go_in(reader, room);
    go_in(other, room);
    expect_reached_in_room(writer, room, reader);
    expect_reached_in_room(writer, room, other);
    expect_told(reader, room, speak(writer, room)); /* the last for a while */
    expect_denied_as(reader, WISH(ROOM_PUBLISH, room, .text = text),
                     DENIED_REFUSED);
    expect_told(other, room, speak(writer, room));
    fence(bench);
    expect_nobody_heard(bench, text);
}
