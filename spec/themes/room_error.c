/* ERR: how rooms refuse, whom they tell, and what they tell. */
#include "bench.h"
#include "spec.h"

/* Each of these is refused to one who is not inside, and owns nothing. */
static const enum room_verb verbs[] = {
    ROOM_JOIN,   ROOM_GET,    ROOM_LEAVE,    ROOM_PUBLISH, ROOM_UPDATE,
    ROOM_DELETE, ROOM_INVITE, ROOM_UNINVITE, ROOM_KICK,
};
enum { REFUSED_VERBS = sizeof(verbs) / sizeof(*verbs) };

static struct wish refused(struct bench *bench, size_t i, const char *room)
{
    return WISH(verbs[i], room, .permission = PUBLIC,
                .user = user_id(bench, CAROL), .text = "let me in");
}

SPEC(refused_request_is_answered_by_one_error, MUST, REQUIREMENTS("ERR-08"),
     "Each request about a room that is refused is answered by exactly one "
     "error, which names the request or its cause.",
     "Refuse in one place, and return behind it; put the type of the message, "
     "or a code, into the error.")
{
    struct peer *bob = admit(bench, BOB);
    const char *room = own_room(admit(bench, ALICE), PRIVATE);

    for (size_t i = 0; i < REFUSED_VERBS; i++)
        expect_lone_denial(bob, refused(bench, i, room), DENIED_REFUSED);
    expect_lone_denial(bob, WISH(ROOM_CREATE, room, .permission = PUBLIC),
                       DENIED_REFUSED);
}

SPEC(unreadable_request_is_answered_by_one_error, MUST, REQUIREMENTS("ERR-08"),
     "A message of no known type, a known one without its fields, and text "
     "that is no JSON are answered by exactly one error.",
     "Catch what the parser and the handlers throw where you refuse.")
{
    static const char *const texts[] = { "{\"type\":", "[]", "hello",
                                         "{\"type\":\"no_such_type\"}",
                                         "{\"room\":\"lobby\"}" };
    struct peer *alice = admit(bench, ALICE);

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        expect_lone_denial(alice, (struct wish){ .message = texts[i] },
                           DENIED_MALFORMED);
    for (size_t i = 0; i < REFUSED_VERBS; i++)
        expect_lone_denial(alice,
                           (struct wish){ .verb = verbs[i], .raw_room = "[]" },
                           DENIED_MALFORMED);
}

SPEC(error_of_a_room_is_told_to_its_sender_alone, MUST, REQUIREMENTS("ERR-08"),
     "Neither the members of a room nor its owner are told of an error that "
     "another has caused, nor is another connection of that one.",
     "Send errors to the connection that asked, never to the room.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    struct peer *other = admit(bench, BOB);
    struct peer *dave = admit(bench, DAVE);
    const char *room = own_room(alice, PUBLIC);

    arrange(dave, WISH(ROOM_JOIN, room));
    expect_denied(bob, WISH(ROOM_DELETE, room));
    expect_denied(bob, WISH(ROOM_PUBLISH, room, .text = "let me in"));
    arrange(bob, WISH(ROOM_JOIN, room));
    expect_denied(bob, WISH(ROOM_UPDATE, room, .permission = PRIVATE));
    expect_denied(bob, (struct wish){ .verb = ROOM_PUBLISH, .raw_room = "7" });
    expect_told(dave, room, speak(alice, room));
    fence(bench);
    expect_received_no_error(alice);
    expect_received_no_error(dave);
    expect_received_no_error(other);
}

SPEC(closed_room_is_refused_like_none_whatever_is_asked, MUST,
     REQUIREMENTS("ERR-08 ROOM-11"),
     "To an outsider, whatever he asks of a private room is answered as if "
     "there were none.",
     "Look for the room and the right in one step, and refuse both alike.")
{
    const char *closed = own_room(admit(bench, ALICE), PRIVATE);
    struct peer *bob = admit(bench, BOB);
    struct peer *dave = admit(bench, DAVE);

    for (size_t i = 0; i < REFUSED_VERBS; i++) {
        expect_denied(bob, refused(bench, i, closed));
        expect_denied(dave, refused(bench, i, fresh_room(bench)));
        expect_same_error(bob, dave);
    }
}

SPEC(error_of_a_room_reveals_no_internals, MUST, REQUIREMENTS("ERR-07"),
     "No error about a room holds the text of an exception, a path, a query "
     "or the name of a library.",
     "Send one fixed sentence and a code of your own list; log the exception.")
{
    static const char *const texts[] = {
        "{\"type\":\"join_room\"",
        "{\"type\":\"join_room\",\"room\":{\"$ne\":null}}",
        "{\"type\":\"join_room\",\"room\":\"' OR 1=1--\"}",
        "{\"type\":\"create_room\",\"room\":\"a\",\"permission\":[[]]}",
        ("{\"type\":\"create_room\",\"room\":\"a\",\"permission\":\"PUBLIC\","
         "\"size\":1e999}"),
        "{\"type\":\"__init__\"}",
        "{\"type\":[]}",
    };
    struct peer *alice = admit(bench, ALICE);

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        say(alice, texts[i]);
        expect_sanitized_error(alice);
    }
    expect_denied(alice, WISH(ROOM_JOIN, fresh_room(bench)));
    expect_sanitized_error(alice);
}

SPEC(error_of_a_room_returns_no_markup, MUST, REQUIREMENTS("ERR-07"),
     "Markup in a type, in the id of a room, in a permission or in a user id "
     "comes back escaped, or not at all.",
     "Build no answer from what a client sent.")
{
    const char *marker = canary(bench, "marker");
    const char *markup = woven(bench, "<script>alert('{}')</script>", marker);
    const char *permission =
        woven(bench, "\"<svg/onload=alert(1)>{}\"", marker);
    struct peer *alice = admit(bench, ALICE);
    const char *room = make_room(alice, PUBLIC);

    expect_denied(alice, WISH(ROOM_JOIN, markup));
    expect_denied(alice, WISH(ROOM_CREATE, markup, .permission = PUBLIC));
    expect_denied(alice, WISH(ROOM_PUBLISH, markup, .text = markup));
    expect_denied(alice, WISH(ROOM_UPDATE, room, .permission = permission));
    expect_denied(
        alice, (struct wish){ .message = woven(
                                  bench, "{\"type\":\"<b>{}</b>\"}", marker) });
    fence(bench);
    expect_heard_harmless(alice, marker);
}
