/* VAL: what members say in rooms, and what becomes of the rest. */
#include "bench.h"
#include "hostile.h"
#include "spec.h"

#include <string.h>

enum { DEPTH = 100000 };

/* A public room with both of them inside. */
static const char *common_room(struct bench *bench, struct peer *one,
                               struct peer *other)
{
    const char *room = fresh_room(bench);

    arrange(one, WISH(ROOM_CREATE, room, .permission = PUBLIC));
    arrange(one, WISH(ROOM_JOIN, room));
    arrange(other, WISH(ROOM_JOIN, room));
    return room;
}

/* The member is still served: what it says in the room is told. Whatever it
 * has said before has come to the other, too, or never will. */
static void expect_served(struct peer *one, const char *room,
                          struct peer *other)
{
    expect_told(other, room, speak(one, room));
}

SPEC(markup_in_a_room_is_made_harmless, MUST, REQUIREMENTS("VAL-03"),
     "Markup in what is said in a room reaches the others escaped or removed, "
     "or not at all.",
     "Escape in one function that every text of a user passes through.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = common_room(bench, alice, bob);
    const char *marker = canary(bench, "marker");

    for (size_t i = 0; i < markup.count; i++)
        speak_text(alice, room, woven(bench, markup.at[i], marker));
    expect_served(alice, room, bob);
    expect_heard_harmless(bob, marker);
}

SPEC(control_characters_in_a_room_are_removed, MUST, REQUIREMENTS("VAL-03"),
     "Control characters in what is said in a room do not reach the others.",
     "Drop them where you clean the text, or refuse it.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = common_room(bench, alice, bob);
    const char *marker = canary(bench, "marker");

    for (size_t i = 0; i < control_characters.count; i++)
        speak_text(alice, room, woven(bench, control_characters.at[i], marker));
    expect_served(alice, room, bob);
    expect_heard_harmless(bob, marker);
}

SPEC(ordinary_text_in_a_room_arrives_unharmed, MUST, REQUIREMENTS("VAL-11"),
     "Ordinary text of any script arrives in a room as it was sent, or escaped "
     "exactly once.",
     "Escape once, at the edge; do not strip what is not English.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = common_room(bench, alice, bob);

    for (size_t i = 0; i < ordinary_text.count; i++) {
        const char *text =
            woven(bench, ordinary_text.at[i], canary(bench, "text"));

        speak_text(alice, room, text);
        expect_heard_unharmed(bob, text);
    }
}

SPEC(room_answers_what_is_no_object_by_an_error, MUST, REQUIREMENTS("VAL-09"),
     "Text that is no JSON object is answered with the agreed error, and the "
     "connection is served on in its room.",
     "Catch the parser's errors, and check that the result is an object.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = common_room(bench, alice, bob);

    for (size_t i = 0; i < no_objects.count; i++) {
        say(alice, no_objects.at[i]);
        expect_exact_error(alice);
    }
    expect_served(alice, room, bob);
    expect_received_no_error(bob);
}

SPEC(room_answers_endless_nesting_by_an_error, MUST, REQUIREMENTS("VAL-09"),
     "A message nested as deep as its size allows is answered with the agreed "
     "error, and everybody is served on.",
     "Bound the depth in the parser: recursion ends the process, not the "
     "message.")
{
    static char text[DEPTH + 1];
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = common_room(bench, alice, bob);
    size_t depth = longest(bench, DEPTH);

    memset(text, '[', depth);
    text[depth] = '\0';
    say(alice, text);
    expect_exact_error(alice);
    expect_served(alice, room, bob);
}

SPEC(room_answers_what_is_binary_by_an_error, MUST, REQUIREMENTS("VAL-09"),
     "A binary message is answered with the agreed error, though its bytes are "
     "a good message, and is told to nobody.",
     "Read text frames only; the protocol has no others.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = common_room(bench, alice, bob);
    const char *text = canary(bench, "binary");
    const char *message =
        room_message(bench, WISH(ROOM_PUBLISH, room, .text = text));

    say_bytes(alice, message, strlen(message), true);
    expect_exact_error(alice);
    expect_served(alice, room, bob);
    expect_nobody_heard(bench, text);
}

SPEC(unknown_type_does_nothing_in_a_room, MUST, REQUIREMENTS("VAL-10"),
     "A message of an unknown type, whatever its name and however long, is "
     "refused or ignored without effect, and the connection is served on.",
     "Look the type up in a list of your own; never build the name of a "
     "function from it.")
{
    static const char *const types[] = {
        "\"no_such_type\"",
        "\"__init__\"",
        "\"__class__\"",
        "\"constructor\"",
        "\"__proto__\"",
        "\"toString\"",
        "\"Room_message\"",
        "\"room_message \"",
        "\"\"",
        "\"../join_room\"",
        "\"eval\"",
        "\"close\"",
        "\"error\"",
        "\"event\"",
        "\"removed\"",
        "\"disconnect\"",
        "\"admin\"",
        "\"room\"",
        "[\"room_message\"]",
        "{\"x\":1}",
        "true",
        "null",
        "1",
    };
    static char many[DEPTH + 1];
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = common_room(bench, alice, bob);
    const char *text = canary(bench, "unknown");
    const char *pattern = woven(
        bench, woven(bench, "{\"room\":\"{}\",\"text\":\"{}\",", room), text);
    size_t length = longest(bench, DEPTH);

    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
        say(alice,
            woven(bench, woven(bench, "{}\"type\":{}}", pattern), types[i]));
    memset(many, 'a', length);
    many[length] = '\0';
    say(alice, woven(bench, "{\"type\":\"{}\"}", many));
    expect_served(alice, room, bob);
    expect_nobody_heard(bench, text);
}

SPEC(text_given_twice_to_a_room_is_read_one_way, MUST,
     REQUIREMENTS("MV-05 VAL-03"),
     "A message with two texts reaches a room harmless, or not at all.",
     "Refuse an object that has a member twice: two parts of a service may "
     "read two values.")
{
    static const char *const patterns[] = {
        "\"x\",\"text\":\"<b>{}</b>\"",
        "\"<b>{}</b>\",\"text\":\"x\"",
        "\"x\",\"te\\u0078t\":\"<b>{}</b>\"",
    };
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = common_room(bench, alice, bob);
    const char *marker = canary(bench, "marker");

    for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++)
        say(alice, room_message(
                       bench, WISH(ROOM_PUBLISH, room, .field = "text",
                                   .raw = woven(bench, patterns[i], marker))));
    expect_served(alice, room, bob);
    expect_heard_harmless(bob, marker);
}

SPEC(room_named_twice_is_read_one_way, MUST, REQUIREMENTS("MV-05"),
     "A message that names an open room and a closed one is not told in the "
     "closed one, and lets nobody in.",
     "Refuse an object that has a member twice: the check may read the one, "
     "the work the other.")
{
    static const char *const patterns[] = {
        "\"{}\",\"room\":\"{}\"",
        "\"{}\",\"r\\u006fom\":\"{}\"",
    };
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *open = common_room(bench, alice, bob);
    const char *closed = own_room(alice, PRIVATE);
    const char *text = canary(bench, "intrusion");

    for (size_t i = 0; i < 2 * sizeof(patterns) / sizeof(*patterns); i++) {
        const char *first = i % 2 == 0 ? open : closed;
        const char *last = i % 2 == 0 ? closed : open;
        const char *raw =
            woven(bench, woven(bench, patterns[i / 2], first), last);

        say(bob, room_message(bench, (struct wish){ .verb = ROOM_JOIN,
                                                    .raw_room = raw }));
        say(bob, room_message(bench, (struct wish){ .verb = ROOM_PUBLISH,
                                                    .raw_room = raw,
                                                    .text = text }));
    }
    expect_told(alice, open, speak(bob, open));
    expect_not_told(alice, closed, text);
    const char *secret = speak(alice, closed);

    expect_told(alice, closed, secret);
    fence(bench);
    expect_not_heard(bob, secret);
}
