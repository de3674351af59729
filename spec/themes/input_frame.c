/* SIZE and FRAME: messages beyond the ceiling, frames beyond the rules. */
#include "bench.h"
#include "spec.h"

#include <string.h>

enum { FRAGMENTS = 16, PIECE = 4096, MASK = 0x80, FIN = 0x80 };

/* One frame with a mask of zeros, so that its payload is legible. */
#define MASKED(first, length) (first), MASK | (length), 0, 0, 0, 0

/* The header of a frame that announces so much. */
static const unsigned char terabyte[] = { FIN | 1, MASK | 127, 0, 0, 1, 0, 0,
                                          0,       0,          0, 0, 0, 0, 0 };

SPEC(handshake_beyond_its_ceiling_is_refused, MUST, REQUIREMENTS("HS-10"),
     "An opening handshake of half the agreed bytes is answered as always, and "
     "one of twice as many refused in the agreed way.",
     "Count what has come before you look for the end of the headers, and "
     "answer 431.")
{
    struct manner half = { .header = "X-Filler",
                           .header_value = repeated(
                               bench, "x", handshake_bytes(bench) / 2) };
    struct manner twice = { .header = "X-Filler",
                            .header_value = repeated(
                                bench, "x", 2 * handshake_bytes(bench)) };

    admit(bench, ALICE);
    expect_closed_for(dial(bench, ALICE, GOOD_TOKEN, twice), CAUSE_HANDSHAKE);
    expect_closed_for(dial(bench, ALICE, NO_TOKEN, twice), CAUSE_HANDSHAKE);
    expect_admitted(dial(bench, ALICE, GOOD_TOKEN, half));
}

SPEC(message_at_the_ceiling_is_answered, SHOULD,
     REQUIREMENTS("SIZE-17 SIZE-16 FR-05"),
     "A message of exactly the longest size is read, in one piece and in "
     "fragments.",
     "Compare with the ceiling itself, not with one less.")
{
    struct peer *alice = admit(bench, ALICE);

    say_at_length(alice, message_bytes(bench), 1);
    expect_exact_error(alice);
    say_at_length(alice, message_bytes(bench), FRAGMENTS);
    expect_exact_error(alice);
    expect_admitted(alice);
}

SPEC(message_beyond_the_ceiling_is_refused, SHOULD,
     REQUIREMENTS("SIZE-17 FR-04"),
     "A message one byte beyond the longest size is told as too big on each "
     "endpoint.",
     "Set the library's limit for messages on every route.")
{
    for (unsigned endpoint = 0; endpoint < ENDPOINTS; endpoint++) {
        struct peer *member =
            admit_with(bench, OWNER, GOOD_TOKEN,
                       (struct manner){ .endpoint = (enum entrance)endpoint });

        say_at_length(member, message_bytes(bench) + 1, 1);
        expect_closed_for(member, CAUSE_TOO_BIG);
    }
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

/* Two members of one user, since that is whom a publication may be for. */
SPEC(message_at_the_soft_limit_is_served, SHOULD, REQUIREMENTS("FR-15"),
     "A message of exactly as many bytes as the soft limit allows is served.",
     "Compare with the limit itself.")
{
    struct manner there = { .tight = is_soft_at_tight(bench) };
    struct peer *speaker = admit_with(bench, PUBLISHER_PAUL, GOOD_TOKEN, there);
    struct peer *listener =
        admit_with(bench, PUBLISHER_PAUL, GOOD_TOKEN, there);
    const char *control = canary(bench, "control");
    const char *text = canary(bench, "longest");

    say(speaker, publication(bench, control));
    expect_heard(listener, control);
    publish_padded(speaker, text, soft_bytes(bench));
    expect_reached(listener, text);
}

SPEC(message_beyond_the_soft_limit_is_answered_by_an_error, SHOULD,
     REQUIREMENTS("FR-15"),
     "A message of one byte more, and one of as many bytes as the hard limit "
     "allows, are answered by an error and reach nobody; the connection is "
     "served on.",
     "Answer before you parse; keep the Close for what is beyond the hard "
     "limit.")
{
    struct manner there = { .tight = is_soft_at_tight(bench) };
    struct peer *speaker = admit_with(bench, PUBLISHER_PAUL, GOOD_TOKEN, there);
    struct peer *listener =
        admit_with(bench, PUBLISHER_PAUL, GOOD_TOKEN, there);
    const char *control = canary(bench, "control");
    const char *more = canary(bench, "more");
    const char *next = canary(bench, "next");

    say(speaker, publication(bench, control));
    expect_heard(listener, control);
    publish_padded(speaker, more, soft_bytes(bench) + 1);
    expect_soft_refusal(speaker);
    publish_padded(speaker, more, hard_bytes(bench));
    expect_soft_refusal(speaker);
    say(speaker, publication(bench, next));
    expect_reached(listener, next);
    expect_not_heard(listener, more);
}

SPEC(fragments_add_up_against_the_ceiling, MUST, REQUIREMENTS("SIZE-16 FR-05"),
     "A message whose fragments are small, and together too long, is told as "
     "too big.",
     "Count the bytes of the message, not those of the frame.")
{
    struct peer *alice = admit(bench, ALICE);

    say_at_length(alice, message_bytes(bench) + 1, FRAGMENTS);
    expect_closed_for(alice, CAUSE_TOO_BIG);
    expect_admitted(dial_as(bench, BOB, GOOD_TOKEN));
}

SPEC(fragments_without_an_end_are_refused_at_the_ceiling, MUST,
     REQUIREMENTS("SIZE-16 FR-05"),
     "A message in fragments is told as too big where it exceeds the longest "
     "size, though its end has yet to come.",
     "Count while the fragments come; who waits for the last one keeps all of "
     "them until then.")
{
    unsigned char piece[8 + PIECE] = { 1, MASK | 126, PIECE >> 8,
                                       PIECE & 0xff };
    struct peer *alice = admit(bench, ALICE);

    memset(piece + 8, ' ', PIECE);
    for (size_t sent = 0; sent <= message_bytes(bench); sent += PIECE) {
        say_raw(alice, piece, sizeof(piece));
        piece[0] = 0;
    }
    expect_closed_for(alice, CAUSE_TOO_BIG);
    expect_admitted(dial_as(bench, BOB, GOOD_TOKEN));
}

SPEC(first_message_has_a_ceiling_of_its_own, MUST,
     REQUIREMENTS("SIZE-17 CR-07"),
     "A first message beyond its own ceiling is told as too big, and one at "
     "the ceiling is read.",
     "Give strangers less room than members, before anything is parsed.")
{
    struct manner silent = { .silent = true };
    struct peer *fitting = dial(bench, ALICE, GOOD_TOKEN, silent);
    struct peer *long_one = dial(bench, ALICE, GOOD_TOKEN, silent);

    say_at_length(fitting, first_message_bytes(bench), 1);
    say_at_length(long_one, first_message_bytes(bench) + 1, 1);
    expect_refused(fitting, CAUSE_UNREADABLE);
    expect_refused(long_one, CAUSE_TOO_BIG);
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(fragments_of_a_first_message_add_up, MUST, REQUIREMENTS("SIZE-16 CR-07"),
     "A first message whose fragments are together too long is told as too "
     "big.",
     "Count the bytes of the message, not those of the frame.")
{
    struct peer *peer =
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .silent = true });

    say_at_length(peer, first_message_bytes(bench) + 1, FRAGMENTS);
    expect_refused(peer, CAUSE_TOO_BIG);
}

SPEC(unmasked_frame_ends_the_connection, SHOULD, REQUIREMENTS("FRAME-01 FR-01"),
     "A frame that is not masked ends the connection as a breach of the "
     "protocol, and its message has no effect.",
     "Close with 1002; do not process what a client may not send.")
{
    const char *text = canary(bench, "bare");
    const char *message =
        woven(bench, "{\"type\":\"publish\",\"text\":\"{}\"}", text);
    const unsigned char header[] = { FIN | 1,
                                     (unsigned char)(strlen(message) & 0x7f) };
    struct peer *alice = admit(bench, ALICE);

    say_raw(alice, header, sizeof(header));
    say_raw(alice, message, strlen(message));
    expect_closed_for(alice, CAUSE_ILLEGAL);
    expect_nobody_heard(bench, text);
}

SPEC(unmasked_ping_ends_the_connection, SHOULD, REQUIREMENTS("FRAME-01 FR-01"),
     "A ping that is not masked ends the connection as a breach of the "
     "protocol.",
     "Close with 1002, whatever the kind of frame.")
{
    static const unsigned char ping[] = { FIN | 9, 0 };
    struct peer *alice = admit(bench, ALICE);

    say_raw(alice, ping, sizeof(ping));
    expect_closed_for(alice, CAUSE_ILLEGAL);
}

SPEC(reserved_opcode_ends_the_connection, SHOULD, REQUIREMENTS("FRAME-01"),
     "A frame with a reserved opcode ends the connection as a breach of the "
     "protocol.",
     "Close with 1002 for each opcode that you do not know.")
{
    static const unsigned char opcodes[] = { 3, 7, 11, 15 };

    for (size_t i = 0; i < sizeof(opcodes); i++) {
        const unsigned char frame[] = { MASKED(FIN | opcodes[i], 0) };
        struct peer *alice = admit(bench, ALICE);

        say_raw(alice, frame, sizeof(frame));
        expect_closed_for(alice, CAUSE_ILLEGAL);
    }
}

SPEC(reserved_bit_ends_the_connection, SHOULD, REQUIREMENTS("FRAME-01"),
     "A frame with a reserved bit that nobody negotiated ends the connection "
     "as a breach of the protocol.",
     "Close with 1002 unless an extension has claimed the bit.")
{
    static const unsigned char bits[] = { 0x40, 0x20, 0x10 };

    for (size_t i = 0; i < sizeof(bits); i++) {
        const unsigned char frame[] = { MASKED(FIN | bits[i] | 1, 2), '{',
                                        '}' };
        struct peer *alice = admit(bench, ALICE);

        say_raw(alice, frame, sizeof(frame));
        expect_closed_for(alice, CAUSE_ILLEGAL);
    }
}

SPEC(long_control_frame_ends_the_connection, SHOULD,
     REQUIREMENTS("FRAME-01 FR-14"),
     "A ping of 126 bytes ends the connection as a breach of the protocol, "
     "before its payload has come.",
     "Check the length of control frames in the header.")
{
    static const unsigned char header[] = { FIN | 9, MASK | 126, 0, 126 };
    struct peer *alice = admit(bench, ALICE);

    say_raw(alice, header, sizeof(header));
    expect_closed_for(alice, CAUSE_ILLEGAL);
}

SPEC(fragmented_control_frame_ends_the_connection, SHOULD,
     REQUIREMENTS("FRAME-01 FR-14"),
     "A ping in fragments ends the connection as a breach of the protocol.",
     "Close with 1002 for a control frame without FIN.")
{
    static const unsigned char frame[] = { MASKED(9, 0) };
    struct peer *alice = admit(bench, ALICE);

    say_raw(alice, frame, sizeof(frame));
    expect_closed_for(alice, CAUSE_ILLEGAL);
}

SPEC(stray_continuation_ends_the_connection, SHOULD, REQUIREMENTS("FRAME-01"),
     "A continuation of nothing, and a message within a message, end the "
     "connection as a breach of the protocol.",
     "Keep in mind whether a message is under way.")
{
    static const unsigned char stray[] = { MASKED(FIN | 0, 2), '{', '}' };
    static const unsigned char nested[] = { MASKED(1, 1), '{',
                                            MASKED(FIN | 1, 2), '{', '}' };
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);

    say_raw(alice, stray, sizeof(stray));
    say_raw(bob, nested, sizeof(nested));
    expect_closed_for(alice, CAUSE_ILLEGAL);
    expect_closed_for(bob, CAUSE_ILLEGAL);
}

SPEC(text_that_is_not_utf8_ends_the_connection, SHOULD,
     REQUIREMENTS("FRAME-02"),
     "Text that is not UTF-8 ends the connection with the code for that.",
     "Validate text in the library, and close with 1007; replace nothing.")
{
    static const unsigned char cut[] = { MASKED(FIN | 1, 2), 0xc3, 0x28 };
    static const unsigned char overlong[] = { MASKED(FIN | 1, 2), 0xc0, 0xaf };
    static const unsigned char half[] = { MASKED(FIN | 1, 3), 0xed, 0xa0,
                                          0x80 };
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    struct peer *carol = admit(bench, CAROL);

    say_raw(alice, cut, sizeof(cut));
    say_raw(bob, overlong, sizeof(overlong));
    say_raw(carol, half, sizeof(half));
    expect_closed_for(alice, CAUSE_NOT_UTF8);
    expect_closed_for(bob, CAUSE_NOT_UTF8);
    expect_closed_for(carol, CAUSE_NOT_UTF8);
}

SPEC(announced_length_is_refused_before_it_comes, SHOULD,
     REQUIREMENTS("FRAME-02 FR-04"),
     "A frame that announces a terabyte is told as too big before its payload "
     "has come.",
     "Compare the announced length with the ceiling in the header; allocate "
     "nothing for it.")
{
    struct peer *alice = admit(bench, ALICE);

    say_raw(alice, terabyte, sizeof(terabyte));
    expect_closed_for(alice, CAUSE_TOO_BIG);
    expect_admitted(dial_as(bench, BOB, GOOD_TOKEN));
}

SPEC(announced_length_of_a_first_message_is_refused_before_it_comes, MUST,
     REQUIREMENTS("CR-07 FR-04"),
     "A first message that announces a terabyte is told as too big before its "
     "payload has come.",
     "Compare the announced length with the ceiling in the header, for "
     "strangers first of all.")
{
    struct peer *peer =
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .silent = true });

    say_raw(peer, terabyte, sizeof(terabyte));
    expect_refused(peer, CAUSE_TOO_BIG);
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}
