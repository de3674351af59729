/* VAL: what members may send, and what becomes of the rest. */
#include "bench.h"
#include "hostile.h"
#include "spec.h"

#include <string.h>

enum { DEPTH = 4000 };

/* The member is still served: what it publishes is heard. */
static void expect_served(struct bench *bench, struct peer *member)
{
    const char *text = canary(bench, "next");

    say(member, publication(bench, text));
    expect_reached(member, text);
}

/* Whatever the one has said has come to the other, or never will. */
static void expect_all_said(struct bench *bench, struct peer *one,
                            struct peer *other)
{
    const char *text = canary(bench, "end");

    say(one, publication(bench, text));
    expect_heard(other, text);
}

SPEC(markup_of_users_is_made_harmless, MUST, REQUIREMENTS("VAL-03"),
     "Markup in a text reaches the others escaped or removed, or not at all.",
     "Escape in one function that every text of a user passes through.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *marker = canary(bench, "marker");

    for (size_t i = 0; i < markup.count; i++)
        say(alice, publication(bench, woven(bench, markup.at[i], marker)));
    expect_all_said(bench, alice, bob);
    expect_heard_harmless(bob, marker);
}

SPEC(control_characters_of_users_are_removed, MUST, REQUIREMENTS("VAL-03"),
     "Control characters in a text do not reach the others.",
     "Drop them where you clean the text, or refuse it; a kitchen's printer "
     "obeys them.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *marker = canary(bench, "marker");

    for (size_t i = 0; i < control_characters.count; i++)
        say(alice,
            publication(bench, woven(bench, control_characters.at[i], marker)));
    expect_all_said(bench, alice, bob);
    expect_heard_harmless(bob, marker);
}

SPEC(ordinary_text_arrives_unharmed, MUST, REQUIREMENTS("VAL-11"),
     "Ordinary text of any script arrives as it was sent, or escaped exactly "
     "once.",
     "Escape once, at the edge; do not strip what is not English.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);

    for (size_t i = 0; i < ordinary_text.count; i++) {
        const char *text =
            woven(bench, ordinary_text.at[i], canary(bench, "text"));

        say(alice, publication(bench, text));
        expect_heard_unharmed(bob, text);
    }
}

SPEC(every_message_of_every_endpoint_is_validated, MUST, REQUIREMENTS("VAL-04"),
     "A message whose members are missing or of another type is answered with "
     "the agreed error on each endpoint.",
     "Validate in front of the handlers, by one schema for each type.")
{
    static const char *const wrong[] = {
        "{\"type\":\"publish\"}",
        "{\"type\":\"publish\",\"text\":7}",
        "{\"type\":\"publish\",\"text\":[\"x\"]}",
        "{\"type\":\"order_status\"}",
        "{\"type\":\"get_order\"}",
        "{\"type\":\"get_order\",\"order_id\":{}}",
        "{\"type\":\"get_order\",\"order_id\":\"'--\"}",
    };

    for (unsigned endpoint = 0; endpoint < ENDPOINTS; endpoint++) {
        struct peer *member =
            admit_with(bench, OWNER, GOOD_TOKEN,
                       (struct manner){ .endpoint = (enum entrance)endpoint });

        for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
            say(member, wrong[i]);
            expect_exact_error(member);
        }
    }
}

SPEC(text_that_is_no_object_is_an_error, MUST, REQUIREMENTS("VAL-09 ERR-04"),
     "Text that is no JSON object is answered with the agreed error, and the "
     "connection is served on.",
     "Catch the parser's errors, and check that the result is an object.")
{
    struct peer *alice = admit(bench, ALICE);

    for (size_t i = 0; i < no_objects.count; i++) {
        say(alice, no_objects.at[i]);
        expect_exact_error(alice);
    }
    expect_served(bench, alice);
}

SPEC(deep_nesting_is_an_error, MUST, REQUIREMENTS("VAL-09 ERR-04"),
     "A message nested thousands deep is answered with the agreed error, and "
     "the connection is served on.",
     "Bound the depth in the parser: recursion ends the process, not the "
     "message.")
{
    char text[DEPTH + 1];
    struct peer *alice = admit(bench, ALICE);

    memset(text, '[', DEPTH);
    text[DEPTH] = '\0';
    say(alice, text);
    expect_exact_error(alice);
    expect_served(bench, alice);
}

SPEC(binary_message_is_an_error, MUST, REQUIREMENTS("VAL-09 ERR-04"),
     "A binary message is answered with the agreed error, though its bytes are "
     "a good message, and has no effect.",
     "Read text frames only; the protocol has no others.")
{
    const char *text = canary(bench, "binary");
    const char *message = publication(bench, text);
    struct peer *alice = admit(bench, ALICE);

    say_bytes(alice, message, strlen(message), true);
    expect_exact_error(alice);
    expect_served(bench, alice);
    expect_nobody_heard(bench, text);
}

SPEC(text_given_twice_is_read_one_way, MUST,
     REQUIREMENTS("MV-05 VAL-03 ERR-04"),
     "A message with two texts reaches the others harmless, or not at all, and "
     "the connection is served on.",
     "Refuse an object that has a member twice: two parts of a service may "
     "read two values.")
{
    static const char *const patterns[] = {
        "{\"type\":\"publish\",\"text\":\"x\",\"text\":\"<b>{}</b>\"}",
        "{\"type\":\"publish\",\"text\":\"<b>{}</b>\",\"text\":\"x\"}",
        "{\"type\":\"publish\",\"text\":\"x\",\"te\\u0078t\":\"<b>{}</b>\"}",
    };
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *marker = canary(bench, "marker");

    for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++)
        say(alice, woven(bench, patterns[i], marker));
    expect_served(bench, alice);
    expect_all_said(bench, alice, bob);
    expect_heard_harmless(bob, marker);
}

SPEC(message_of_an_unknown_type_has_no_effect, MUST,
     REQUIREMENTS("VAL-10 ERR-04"),
     "A message of an unknown type, whatever its name, is refused or ignored "
     "without effect, and the connection is served on.",
     "Look the type up in a list of your own; never build the name of a "
     "function from it.")
{
    static const char *const types[] = {
        "\"no_such_type\"", "\"__init__\"",  "\"__class__\"",
        "\"constructor\"",  "\"__proto__\"", "\"toString\"",
        "\"Publish\"",      "\"publish \"",  "\"\"",
        "\"../publish\"",   "\"eval\"",      "\"close\"",
        "\"error\"",        "\"event\"",     "\"order_updated\"",
        "\"auth_success\"", "null",          "1",
        "[\"publish\"]",    "{\"x\":1}",     "true",
    };
    struct peer *alice = admit(bench, ALICE);
    const char *text = canary(bench, "unknown");
    const char *pattern = woven(bench, "{\"text\":\"{}\",\"type\":{}}", text);

    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
        say(alice, woven(bench, pattern, types[i]));
    expect_served(bench, alice);
    expect_nobody_heard(bench, text);
}
