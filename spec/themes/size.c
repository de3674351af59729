/* SIZE: how much a message of a member may hold (003 §10). */
#include "bench.h"
#include "spec.h"

#include <string.h>

enum { DEEP = 100000, DIGITS = 100000, MUCH = 5 };

/* One who speaks in a room, and one who listens there. */
struct pair_of_members {
    struct peer *speaker, *listener;
    const char *room;
};

static struct pair_of_members meet(struct bench *bench)
{
    struct pair_of_members both = { admit(bench, ALICE), admit(bench, BOB),
                                    NULL };

    both.room = own_room(both.speaker, PUBLIC);
    arrange(both.listener, WISH(ROOM_JOIN, both.room));
    return both;
}

static void expect_passes(struct pair_of_members both, const char *data)
{
    expect_data_passes(both.speaker, both.room, data, both.listener);
}

/* An error, and nobody is told. */
static void expect_refused_data(struct pair_of_members both, const char *data)
{
    expect_data_denied(both.speaker, both.room, data);
}

/* --- Texts ---------------------------------------------------------------- */

SPEC(text_at_its_limit_is_delivered, MUST, REQUIREMENTS("SIZE-01 CFG-03"),
     "A text of one character, and one of exactly as many as are agreed, reach "
     "the room as they are.",
     "Compare with the limit itself; a thousand are allowed, not 999.")
{
    struct pair_of_members both = meet(bench);
    size_t most = bound(bench, BOUND_TEXT);

    expect_text_passes(both.speaker, both.room, "x", both.listener);
    expect_text_passes(both.speaker, both.room, repeated(bench, "x", most - 1),
                       both.listener);
    expect_text_passes(both.speaker, both.room, repeated(bench, "x", most),
                       both.listener);
}

SPEC(longer_text_is_refused, MUST, REQUIREMENTS("SIZE-01 SIZE-12 CFG-03"),
     "A text of one character more is answered with an error, and nothing of "
     "it reaches the room.",
     "Refuse the whole; a text that is cut short is another text.")
{
    struct pair_of_members both = meet(bench);
    const char *marker = canary(bench, "long");
    size_t more = bound(bench, BOUND_TEXT) + 1 - strlen(marker);
    const char *one =
        woven(bench, woven(bench, "{}{}", marker), repeated(bench, "x", more));
    const char *many =
        woven(bench, woven(bench, "{}{}", marker),
              repeated(bench, "x", MUCH * bound(bench, BOUND_TEXT)));

    expect_denied_as(both.speaker, WISH(ROOM_PUBLISH, both.room, .text = one),
                     DENIED_TOO_LARGE);
    expect_denied_as(both.speaker, WISH(ROOM_PUBLISH, both.room, .text = many),
                     DENIED_TOO_LARGE);
    fence(bench);
    expect_not_heard(both.listener, marker);
}

SPEC(text_is_counted_in_characters, MUST, REQUIREMENTS("SIZE-02"),
     "As many characters of two bytes, or of markup, as are agreed reach the "
     "room; one more does not.",
     "Count after decoding and before escaping: neither bytes nor entities.")
{
    struct pair_of_members both = meet(bench);
    size_t most = bound(bench, BOUND_TEXT);

    expect_text_passes(both.speaker, both.room,
                       repeated(bench, "\xc3\xa9", most), both.listener);
    expect_text_passes(both.speaker, both.room, repeated(bench, "<", most),
                       both.listener);
    expect_denied_as(both.speaker,
                     WISH(ROOM_PUBLISH, both.room,
                          .text = repeated(bench, "\xc3\xa9", most + 1)),
                     DENIED_TOO_LARGE);
}

SPEC(text_is_counted_after_decoding, MUST, REQUIREMENTS("SIZE-02 SIZE-10"),
     "As many escaped characters as are agreed reach the room, six bytes each; "
     "one more does not.",
     "Count the characters of the string that the parser gives you.")
{
    struct pair_of_members both = meet(bench);
    size_t most = bound(bench, BOUND_TEXT);

    expect_passes(both, string_of(bench, "", "\\u00e9", most));
    expect_refused_data(both, string_of(bench, "", "\\u00e9", most + 1));
}

/* --- The whole ------------------------------------------------------------ */

SPEC(text_beyond_the_cap_is_never_parsed, MUST, REQUIREMENTS("SIZE-03"),
     "A text frame of one byte more than the transport takes ends the "
     "connection, and what it says is not said.",
     "Set the library's limit for messages; do not parse what is beyond it.")
{
    struct pair_of_members both = meet(bench);
    const char *text = canary(bench, "beyond");

    say_padded(both.speaker, both.room, text, message_bytes(bench) + 1);
    expect_closed_for(both.speaker, CAUSE_TOO_BIG);
    fence(bench);
    expect_not_heard(both.listener, text);
}

SPEC(json_at_its_limit_is_delivered, MUST,
     REQUIREMENTS("SIZE-05 SIZE-06 CFG-03"),
     "JSON of exactly as many bytes as are agreed, within the other limits, "
     "reaches the room.",
     "Compare the bytes that came with the limit itself, in one place.")
{
    struct pair_of_members both = meet(bench);
    size_t most = bound(bench, BOUND_JSON);

    expect_passes(both, data_of_bytes(bench, both.room, "", most - 1));
    expect_passes(both, data_of_bytes(bench, both.room, "", most));
}

SPEC(longer_json_is_refused, MUST,
     REQUIREMENTS("SIZE-05 SIZE-06 SIZE-12 CFG-03"),
     "JSON of one byte more is answered with an error, and so is JSON of as "
     "much as a frame may have; nothing of it reaches the room.",
     "Have one limit for JSON; of two, a client gets whichever runs first.")
{
    struct pair_of_members both = meet(bench);
    const char *marker = canary(bench, "long");
    size_t most = bound(bench, BOUND_JSON);

    expect_refused_data(both,
                        data_of_bytes(bench, both.room, marker, most + 1));
    expect_refused_data(
        both, data_of_bytes(bench, both.room, marker, message_bytes(bench)));
    fence(bench);
    expect_not_heard(both.listener, marker);
}

/* --- Structure ------------------------------------------------------------ */

/* What opens levels: lists, objects, one in the other. */
static const char *const openings[] = { "[", "{\"a\":", "{\"a\":[" };

SPEC(json_at_its_depth_is_delivered, MUST, REQUIREMENTS("SIZE-07 CFG-03"),
     "JSON of as many levels as are agreed reaches the room, be they lists, "
     "objects, or both.",
     "Count the outermost as the first level.")
{
    struct pair_of_members both = meet(bench);

    for (size_t i = 0; i < sizeof(openings) / sizeof(*openings); i++)
        expect_passes(both,
                      nested(bench, openings[i], bound(bench, BOUND_DEPTH)));
}

SPEC(deeper_json_is_refused, MUST, REQUIREMENTS("SIZE-07 CFG-03"),
     "JSON of one level more is answered with an error, be they lists, "
     "objects, or both.",
     "Count lists and objects alike.")
{
    struct pair_of_members both = meet(bench);

    for (size_t i = 0; i < sizeof(openings) / sizeof(*openings); i++)
        expect_refused_data(
            both, nested(bench, openings[i], bound(bench, BOUND_DEPTH) + 1));
}

SPEC(no_depth_and_no_number_does_harm, MUST, REQUIREMENTS("SIZE-07"),
     "A hundred thousand levels, and a number of as many digits, are answered, "
     "and the connection is served on.",
     "Measure without recursion, before anything is parsed.")
{
    struct pair_of_members both = meet(bench);
    const char *text = canary(bench, "number");

    for (size_t i = 0; i < sizeof(openings) / sizeof(*openings); i++)
        expect_denied(both.speaker,
                      WISH(ROOM_DATA, both.room,
                           .data = nested(bench, openings[i], DEEP)));
    expect_denied(both.speaker, WISH(ROOM_DATA, both.room,
                                     .data = repeated(bench, "[", DEEP)));
    say(both.speaker, repeated(bench, "7", DIGITS));
    expect_text_passes(both.speaker, both.room, text, both.listener);
}

SPEC(array_at_its_limit_is_delivered, MUST, REQUIREMENTS("SIZE-08 CFG-03"),
     "An array of as many elements as are agreed reaches the room.",
     "Give arrays a limit of their own; that of objects is another.")
{
    struct pair_of_members both = meet(bench);

    expect_passes(both, array_of(bench, bound(bench, BOUND_ARRAY)));
}

SPEC(longer_array_is_refused, MUST, REQUIREMENTS("SIZE-08 CFG-03"),
     "An array of one element more is answered with an error.",
     "Count the elements while you read them.")
{
    struct pair_of_members both = meet(bench);

    expect_refused_data(both, array_of(bench, bound(bench, BOUND_ARRAY) + 1));
}

SPEC(object_at_its_limit_is_delivered, MUST, REQUIREMENTS("SIZE-09 CFG-03"),
     "An object of as many members as are agreed reaches the room.",
     "Compare with the limit itself.")
{
    struct pair_of_members both = meet(bench);

    expect_passes(both, object_of(bench, bound(bench, BOUND_OBJECT)));
}

SPEC(larger_object_is_refused, MUST, REQUIREMENTS("SIZE-09 CFG-03"),
     "An object of one member more is answered with an error, and so is one "
     "whose members have all one name.",
     "Count the members that came; a parser keeps one of equal names.")
{
    struct pair_of_members both = meet(bench);
    size_t more = bound(bench, BOUND_OBJECT) + 1;

    expect_refused_data(both, object_of(bench, more));
    expect_refused_data(both, twins_of(bench, more));
}

SPEC(limits_of_structure_hold_at_every_level, MUST, REQUIREMENTS("SIZE-10"),
     "An array, an object and a text over their limits are refused wherever "
     "they stand.",
     "Walk the whole value, not its root.")
{
    struct pair_of_members both = meet(bench);
    const char *array = array_of(bench, bound(bench, BOUND_ARRAY) + 1);
    const char *object = object_of(bench, bound(bench, BOUND_OBJECT) + 1);
    const char *text = string_of(bench, "", "x", bound(bench, BOUND_TEXT) + 1);
    static const char *const places[] = { "{\"a\":{\"b\":{}}}", "[{\"a\":{}}]",
                                          "[[{}],0]", "[0,[{}]]" };

    for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
        expect_refused_data(both, woven(bench, places[i], array));
        expect_refused_data(both, woven(bench, places[i], object));
        expect_refused_data(both, woven(bench, places[i], text));
    }
}

/* --- What comes of it ----------------------------------------------------- */

SPEC(sender_of_too_much_is_told_and_served_on, MUST,
     REQUIREMENTS("SIZE-11 ERR-08"),
     "Behind each message over a limit of content, its sender hears one error, "
     "and what it says next reaches the room.",
     "Answer with an error event; hang up for the transport's cap alone.")
{
    struct pair_of_members both = meet(bench);
    const char *const much[] = {
        string_of(bench, "", "x", bound(bench, BOUND_TEXT) + 1),
        data_of_bytes(bench, both.room, "", bound(bench, BOUND_JSON) + 1),
        nested(bench, "[", bound(bench, BOUND_DEPTH) + 1),
        array_of(bench, bound(bench, BOUND_ARRAY) + 1),
        object_of(bench, bound(bench, BOUND_OBJECT) + 1),
    };

    for (size_t i = 0; i < sizeof(much) / sizeof(*much); i++) {
        expect_lone_denial(both.speaker,
                           WISH(ROOM_DATA, both.room, .data = much[i]),
                           DENIED_TOO_LARGE);
        expect_passes(both, string_of(bench, canary(bench, "next"), "x", i));
    }
}

/* A member of the message that no message may have. */
static const char *surplus(struct bench *bench)
{
    return woven(bench, "\"surplus\":{}",
                 array_of(bench, bound(bench, BOUND_ARRAY) + 1));
}

SPEC(message_over_a_limit_changes_no_room, MUST, REQUIREMENTS("SIZE-12"),
     "Whatever it asks of a room, a message over a limit has no effect: "
     "nothing is made, changed or deleted, and nobody is told, comes or goes.",
     "Measure in front of all handlers, not in one of them.")
{
    struct pair_of_members both = meet(bench);
    struct peer *carol = admit(bench, CAROL);
    const char *more = surplus(bench);
    const char *guest = user_id(bench, CAROL);
    const char *closed = own_room(both.speaker, PRIVATE);
    const char *none = fresh_room(bench);
    const char *text = canary(bench, "surplus");

    expect_denied_as(
        both.speaker,
        WISH(ROOM_CREATE, none, .permission = PUBLIC, .more = more),
        DENIED_TOO_LARGE);
    expect_denied(carol, WISH(ROOM_JOIN, none));
    expect_denied_as(
        both.speaker,
        WISH(ROOM_UPDATE, closed, .permission = PUBLIC, .more = more),
        DENIED_TOO_LARGE);
    expect_denied_as(both.speaker,
                     WISH(ROOM_INVITE, closed, .user = guest, .more = more),
                     DENIED_TOO_LARGE);
    expect_denied(carol, WISH(ROOM_JOIN, closed));
    expect_denied_as(
        both.speaker,
        WISH(ROOM_KICK, both.room, .user = user_id(bench, BOB), .more = more),
        DENIED_TOO_LARGE);
    expect_denied_as(both.speaker, WISH(ROOM_DELETE, both.room, .more = more),
                     DENIED_TOO_LARGE);
    expect_denied_as(both.listener, WISH(ROOM_LEAVE, both.room, .more = more),
                     DENIED_TOO_LARGE);
    expect_denied_as(carol, WISH(ROOM_JOIN, both.room, .more = more),
                     DENIED_TOO_LARGE);
    expect_denied_as(both.speaker,
                     WISH(ROOM_PUBLISH, both.room, .text = text, .more = more),
                     DENIED_TOO_LARGE);
    expect_told(both.listener, both.room, speak(both.speaker, both.room));
    expect_not_heard(both.listener, text);
    expect_denied(carol, WISH(ROOM_PUBLISH, both.room, .text = "x"));
}

SPEC(message_over_a_limit_reaches_nobody, MUST, REQUIREMENTS("SIZE-12"),
     "Of data over each limit no member of the room hears.",
     "Measure before you send on.")
{
    struct pair_of_members both = meet(bench);
    const char *marker = canary(bench, "much");
    const char *weave = woven(bench, "[\"{}\",{}]", marker);
    const char *const much[] = {
        string_of(bench, marker, "x", bound(bench, BOUND_TEXT)),
        data_of_bytes(bench, both.room, marker, bound(bench, BOUND_JSON) + 1),
        woven(bench, weave, nested(bench, "[", bound(bench, BOUND_DEPTH))),
        woven(bench, weave, array_of(bench, bound(bench, BOUND_ARRAY) + 1)),
        woven(bench, weave, object_of(bench, bound(bench, BOUND_OBJECT) + 1)),
    };

    for (size_t i = 0; i < sizeof(much) / sizeof(*much); i++)
        expect_refused_data(both, much[i]);
    fence(bench);
    expect_not_heard(both.listener, marker);
}

SPEC(message_over_a_limit_leaves_one_record, MUST, REQUIREMENTS("SIZE-13"),
     "Each message over a limit leaves one log record of at most a kilobyte, "
     "with its sender, its size and the limit.",
     "Log the numbers, where the limit is enforced, once.")
{
    static const enum identity who[] = { ALICE, BOB, CAROL, DAVE, OWNER };
    static const enum bound kinds[] = { BOUND_TEXT, BOUND_DEPTH, BOUND_ARRAY,
                                        BOUND_OBJECT, BOUND_JSON };
    struct peer *peers[5];
    const char *room = make_room(peers[0] = admit(bench, who[0]), PUBLIC);

    for (size_t i = 0; i < 5; i++) {
        size_t more = bound(bench, kinds[i]) + 1;
        const char *const much[] = {
            string_of(bench, "", "x", more < DEEP ? more : 1),
            nested(bench, "[", more < DEEP ? more : 1),
            array_of(bench, more < DEEP ? more : 1),
            object_of(bench, more < DEEP ? more : 1),
            data_of_bytes(bench, room, "", more < 1024 ? 1024 : more),
        };

        if (i > 0)
            peers[i] = admit(bench, who[i]);
        arrange(peers[i], WISH(ROOM_JOIN, room));
        expect_data_denied(peers[i], room, much[i]);
    }
    for (size_t i = 0; i < 5; i++)
        expect_excess_logged(peers[i], bound(bench, kinds[i]) + 1,
                             bound(bench, kinds[i]));
}

SPEC(payload_over_a_limit_is_not_logged, MUST, REQUIREMENTS("SIZE-13"),
     "Nothing of a message over a limit stands in the log.",
     "Log its size, not what it says.")
{
    struct pair_of_members both = meet(bench);
    const char *marker = canary(bench, "payload");

    expect_refused_data(
        both, string_of(bench, marker, "x", bound(bench, BOUND_TEXT)));
    expect_not_logged(bench, marker);
}
