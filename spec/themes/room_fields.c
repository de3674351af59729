/* VAL: the fields of what is asked about rooms. */
#include "bench.h"
#include "spec.h"

#include <string.h>

enum { DIGITS = 1000000, LONG_NAME = 10000, LONG_ID = 64 * 1024 };

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

/* A request that its owner is granted as it stands: one of the room for each
 * verb that needs one. */
static struct wish good(struct bench *bench, enum room_verb verb,
                        const char *room)
{
    return WISH(verb, verb == ROOM_CREATE ? fresh_room(bench) : room,
                .permission = PUBLIC, .user = user_id(bench, OWNER),
                .text = "good day");
}

static struct wish odd(struct wish wish, const char *field, const char *raw)
{
    wish.field = field;
    wish.raw = raw;
    return wish;
}

/* Fields without which there is nothing to be done. */
static const char *const required[] = { "room", "permission", "user", "text" };

/* A room with its owner inside. */
/* Each has a room of his own: no user sends as much as a rate forbids. */
enum { OWNERS = 4 };

static void settle_owners(struct bench *bench, struct peer *owners[OWNERS],
                          const char *rooms[OWNERS])
{
    for (int i = 0; i < OWNERS; i++) {
        owners[i] = admit(bench, (enum identity)(ALICE + i));
        rooms[i] = own_room(owners[i], PUBLIC);
    }
}

static void expect_untouched(struct peer *const owners[OWNERS],
                             const char *const rooms[OWNERS])
{
    for (int i = 0; i < OWNERS; i++) {
        expect_rules(owners[i], rooms[i], "PUBLIC", (enum identity)(ALICE + i));
        expect_told(owners[i], rooms[i], speak(owners[i], rooms[i]));
    }
}

/* The request with each of these values in place of each of its fields. */
static void expect_all_denied(struct bench *bench, struct peer *owner,
                              struct wish wish, const char *const values[],
                              size_t count)
{
    for (size_t i = 0; i < COUNT_OF(required); i++)
        for (size_t j = 0;
             j < count && room_is_asked(bench, wish.verb, required[i]); j++)
            expect_denied(owner, odd(wish, required[i], values[j]));
}

SPEC(field_of_another_type_is_refused, MUST, REQUIREMENTS("VAL-07"),
     "A field that is null, a boolean, a number, a list or an object where a "
     "text is due is refused in every request, and changes nothing.",
     "Ask for the type before you use a value; never convert it.")
{
    static const char *const values[] = {
        "null", "true",         "false",        "7", "-1.5", "[]",
        "{}",   "[\"PUBLIC\"]", "{\"a\":\"b\"}"
    };
    struct peer *owners[OWNERS];
    const char *rooms[OWNERS];

    settle_owners(bench, owners, rooms);
    for (int verb = 0; verb < ROOM_VERBS; verb++)
        expect_all_denied(
            bench, owners[verb % OWNERS],
            good(bench, (enum room_verb)verb, rooms[verb % OWNERS]), values,
            COUNT_OF(values));
    expect_denied(owners[0], WISH(ROOM_JOIN, "7"));
    expect_denied(owners[1], WISH(ROOM_JOIN, "true"));
    expect_untouched(owners, rooms);
}

SPEC(request_without_a_field_is_refused, MUST, REQUIREMENTS("VAL-08"),
     "A request that lacks one of its fields is refused, whichever it is, and "
     "the connection is served on.",
     "Read the fields by one schema for each type; an exception is no answer.")
{
    static const char *const nothing[] = { OMITTED };
    struct peer *owners[OWNERS];
    const char *rooms[OWNERS];

    settle_owners(bench, owners, rooms);
    for (int verb = 0; verb < ROOM_VERBS; verb++)
        expect_all_denied(
            bench, owners[verb % OWNERS],
            good(bench, (enum room_verb)verb, rooms[verb % OWNERS]), nothing,
            1);
    expect_untouched(owners, rooms);
}

SPEC(roles_that_are_no_list_of_roles_are_refused, MUST, REQUIREMENTS("VAL-07"),
     "Roles that are no list, or a list of something else than texts, are "
     "refused, and no room is made of them.",
     "Look at each entry of a list, too.")
{
    static const char *const values[] = {
        "true", "7",         "\"admin\"",    "{}",
        "[7]",  "[[\"x\"]]", "[\"x\",null]", "[{}]",
    };
    struct peer *alice = admit(bench, ALICE);

    for (size_t i = 0;
         i < COUNT_OF(values) && room_is_asked(bench, ROOM_CREATE, "roles");
         i++) {
        const char *room = fresh_room(bench);

        expect_denied(alice, WISH(ROOM_CREATE, room, .permission = RESTRICTED,
                                  .roles = values[i]));
        expect_denied(alice, WISH(ROOM_GET, room));
    }
}

SPEC(size_that_is_no_count_is_refused, MUST, REQUIREMENTS("VAL-07"),
     "A size that is negative, nothing, a fraction, beyond what a double holds "
     "exactly, endless, or no number is refused, and no room is made of it.",
     "Read numbers with bounds; what cannot be a count is none.")
{
    static char digits[DIGITS + 1];
    static const char *const values[] = {
        "-1",       "0",     "1.5",  "9007199254740993",
        "1e308",    "1e999", "NaN",  "18446744073709551617",
        "Infinity", "\"2\"", "true", digits,
        "[2]",      "{}",
    };
    struct peer *alice = admit(bench, ALICE);

    memset(digits, '9', longest(bench, DIGITS));
    for (size_t i = 0;
         i < COUNT_OF(values) && room_is_asked(bench, ROOM_CREATE, "size");
         i++) {
        const char *room = fresh_room(bench);

        expect_denied(alice, odd(WISH(ROOM_CREATE, room, .permission = PUBLIC),
                                 "size", values[i]));
        expect_denied(alice, WISH(ROOM_GET, room));
    }
}

SPEC(user_id_of_another_form_is_refused, MUST, REQUIREMENTS("VAL-06"),
     "A user id that is empty, endless, or holds a control character is "
     "refused.",
     "Match ids against a form and a length before you use them.")
{
    static char many[LONG_NAME + 3] = "\"";
    static const char *const values[] = { "\"\"",         "\"a\\u0000b\"",
                                          "\"a\\nb\"",    "\"\\u001b[2J\"",
                                          "\"a\\u007f\"", many };
    struct peer *alice = admit(bench, ALICE);
    const char *room = own_room(alice, PUBLIC);

    memset(many + 1, 'a', LONG_NAME);
    many[LONG_NAME + 1] = '"';
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        expect_denied(alice,
                      odd(good(bench, ROOM_INVITE, room), "user", values[i]));
        expect_denied(alice,
                      odd(good(bench, ROOM_KICK, room), "user", values[i]));
    }
    expect_granted(alice, good(bench, ROOM_INVITE, room));
}

SPEC(fields_of_a_message_give_no_right, MUST, REQUIREMENTS("VAL-06"),
     "A member whose messages name a role, an owner or another user has no "
     "more rights behind them, and stays who he was.",
     "Take what you know from a message, field by field; never merge it into "
     "what you know of its sender.")
{
    static const char *const more[] = {
        "\"role\":\"{}\"",
        "\"user\":{\"role\":\"{}\",\"admin\":true}",
        "\"__proto__\":{\"role\":\"{}\",\"isAdmin\":true}",
        "\"constructor\":{\"prototype\":{\"role\":\"{}\"}}",
    };
    const char *role = role_of(bench, PLATFORM);
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = own_room(alice, PUBLIC);
    const char *closed = own_room(alice, PRIVATE);

    for (size_t i = 0; i < COUNT_OF(more); i++) {
        struct wish wish = WISH(ROOM_JOIN, room);

        wish.more = woven(bench, more[i], role);
        say(bob, room_message(bench, wish));
        fence(bench);
        expect_denied(bob, WISH(ROOM_DELETE, room));
        expect_denied(bob, WISH(ROOM_JOIN, closed));
    }
    say(bob, room_message(bench, WISH(ROOM_JOIN, room,
                                      .more = woven(bench, "\"user_id\":\"{}\"",
                                                    user_id(bench, ALICE)))));
    fence(bench);
    expect_denied(bob, WISH(ROOM_UPDATE, room, .permission = OWNER_ONLY));
    expect_identity(bob, BOB);
}

SPEC(room_id_that_resembles_another_opens_no_door, MUST,
     REQUIREMENTS("VAL-05 ROOM-06"),
     "An id that looks like that of a room, or hides it behind other "
     "characters, joins no room; nor does one of 64 KB.",
     "Compare ids byte by byte; fold, strip and decode nothing.")
{
    static char many[LONG_ID + 3] = "\"";
    static const char *const patterns[] = {
        "\"{}\\u200b\"", "\"\\u202e{}\"", "\"{}\\ufeff\"", "\"{}\\u0301\"",
        "\"./{}\"",      "\"..%2f{}\"",   "\"x/../{}\"",   "\"{}*\"",
        "\"{}?\"",       "\"%2e/{}\"",    "\"{}\\u0000\"", "\"{}\\u0000.x\"",
        "\" {}\"",       "\"{}\\n\"",     "\"\\uff0f{}\"", "\"\\u0433{}\"",
        "\"room:{}\"",   "\"{}#\"",
    };
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *room = own_room(alice, PUBLIC);

    for (size_t i = 0; i < COUNT_OF(patterns); i++)
        expect_denied(
            bob, (struct wish){ .verb = ROOM_JOIN,
                                .raw_room = woven(bench, patterns[i], room) });
    memset(many + 1, 'a', LONG_ID);
    many[LONG_ID + 1] = '"';
    expect_denied(bob, (struct wish){ .verb = ROOM_JOIN, .raw_room = many });
    expect_denied(bob, WISH(ROOM_PUBLISH, room, .text = "let me in"));
    expect_granted(bob, WISH(ROOM_JOIN, room));
    expect_told(alice, room, speak(bob, room));
}
