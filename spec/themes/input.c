/* VAL: what members may send, and what becomes of the rest. */
#include "bench.h"
#include "spec.h"

#include <string.h>

enum { DEPTH = 4000, LONG = 10 * 1024 };

static const char *quoted(struct bench *bench, const char *text)
{
    return woven(bench, "\"{}\"", text);
}

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

SPEC(order_id_of_another_form_changes_nothing, MUST, REQUIREMENTS("VAL-01"),
     "An order id of another form or type is answered with the agreed error, "
     "and no order changes.",
     "Match the id against the form of a UUID; bind it to the query as a "
     "parameter.")
{
    static const char *const ids[] = {
        "\"' OR '1'='1\"",
        "\"1; UPDATE orders SET status='cancelled'--\"",
        "\"x' UNION SELECT 1,2,3--\"",
        "\"*\"",
        "\"%\"",
        "\"\"",
        "\"00000000-0000-4000-8000-00000000000g\"",
        "0",
        "1",
        "null",
        "true",
        "[]",
        "{\"$ne\":null}",
        OMITTED,
    };
    struct peer *alice = admit(bench, ALICE);
    const char *ours = order(bench, HOME);
    const char *last = quoted(bench, status(bench, statuses(bench) - 1));

    for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
        say(alice, status_change(bench, ids[i], last, OMITTED));
        expect_exact_error(alice);
    }
    expect_order(alice, ours, status(bench, 0));
}

SPEC(endless_order_id_changes_nothing, MUST, REQUIREMENTS("VAL-01"),
     "An order id of ten kilobytes is answered with the agreed error, and no "
     "order changes.",
     "Bound the length before you look at the form.")
{
    char text[LONG];
    struct peer *alice = admit(bench, ALICE);
    const char *ours = order(bench, HOME);
    const char *last = quoted(bench, status(bench, statuses(bench) - 1));

    memset(text, 'a', sizeof(text));
    text[0] = text[LONG - 2] = '"';
    text[LONG - 1] = '\0';
    say(alice, status_change(bench, text, last, OMITTED));
    expect_exact_error(alice);
    expect_order(alice, ours, status(bench, 0));
}

SPEC(listed_status_is_set, MUST, REQUIREMENTS("VAL-02"),
     "Each status of the list is set by a member, and seen by another.",
     "Keep the list in one place, and let the order have any of them.")
{
    const char *ours = order(bench, HOME);
    const char *id = quoted(bench, ours);
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);

    for (unsigned i = 0; i < statuses(bench); i++) {
        say(alice,
            status_change(bench, id, quoted(bench, status(bench, i)), OMITTED));
        expect_order(alice, ours, status(bench, i));
        expect_order(bob, ours, status(bench, i));
    }
}

SPEC(status_outside_the_list_is_refused, MUST, REQUIREMENTS("VAL-02"),
     "A status that is not on the list, or of another type, is answered with "
     "the agreed error, and the order keeps its own.",
     "Compare with the list of whole names, after the type.")
{
    static const char *const wrong[] = {
        "\"done\"",  "\"READY\"", "\"ready \"", "\"\"", "\"__class__\"",
        "null",      "1",         "true",       "[]",   "[\"ready\"]",
        "{\"x\":1}", OMITTED,
    };
    const char *ours = order(bench, HOME);
    const char *id = quoted(bench, ours);
    struct peer *alice = admit(bench, ALICE);

    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        say(alice, status_change(bench, id, wrong[i], OMITTED));
        expect_exact_error(alice);
    }
    expect_order(alice, ours, status(bench, 0));
}

SPEC(notes_of_another_type_are_refused, MUST, REQUIREMENTS("VAL-04"),
     "Notes that are no text are answered with the agreed error, and the order "
     "keeps its status.",
     "Check every member of the message before you act on one.")
{
    static const char *const wrong[] = { "1", "[]", "{\"x\":1}", "true" };
    const char *ours = order(bench, HOME);
    const char *id = quoted(bench, ours);
    const char *last = quoted(bench, status(bench, statuses(bench) - 1));
    struct peer *alice = admit(bench, ALICE);

    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        say(alice, status_change(bench, id, last, wrong[i]));
        expect_exact_error(alice);
    }
    expect_order(alice, ours, status(bench, 0));
}

SPEC(markup_of_users_is_made_harmless, MUST, REQUIREMENTS("VAL-03"),
     "Markup in a text reaches the others escaped or removed, or not at all.",
     "Escape in one function that every text of a user passes through.")
{
    static const char *const patterns[] = {
        "<script>alert(1)</script>{}",
        "{}<img src=x onerror=alert(1)>",
        "{}<svg/onload=alert(1)>",
        "\"><b>{}</b>",
        "<scr<script>ipt>{}",
        "&lt;script&gt;{}<script>",
        "'{}<a href='javascript:alert(1)'>",
    };
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *marker = canary(bench, "marker");

    for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++)
        say(alice, publication(bench, woven(bench, patterns[i], marker)));
    expect_all_said(bench, alice, bob);
    expect_heard_harmless(bob, marker);
}

SPEC(control_characters_of_users_are_removed, MUST, REQUIREMENTS("VAL-03"),
     "Control characters in a text do not reach the others.",
     "Drop them where you clean the text, or refuse it; a kitchen's printer "
     "obeys them.")
{
    static const char *const patterns[] = { "\x1b[2J{}", "{}\x07\x08",
                                            "\x01{}\x1f", "{}\x7f", "a\r{}" };
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);
    const char *marker = canary(bench, "marker");

    for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++)
        say(alice, publication(bench, woven(bench, patterns[i], marker)));
    expect_all_said(bench, alice, bob);
    expect_heard_harmless(bob, marker);
}

SPEC(notes_of_users_are_made_harmless, MUST, REQUIREMENTS("VAL-03 VAL-04"),
     "Markup and control characters in an order's notes reach the others "
     "harmless, or not at all.",
     "Clean each text of each message, not the most obvious one.")
{
    const char *ours = order(bench, HOME);
    const char *id = quoted(bench, ours);
    const char *first = quoted(bench, status(bench, 0));
    const char *marker = canary(bench, "notes");
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);

    say(alice, status_change(
                   bench, id, first,
                   woven(bench, "\"<script>{}</script>\\u001b[2J\"", marker)));
    expect_order(alice, ours, status(bench, 0));
    expect_order(bob, ours, status(bench, 0));
    expect_heard_harmless(bob, marker);
}

SPEC(ordinary_text_arrives_unharmed, MUST, REQUIREMENTS("VAL-11"),
     "Ordinary text of any script arrives as it was sent, or escaped exactly "
     "once.",
     "Escape once, at the edge; do not strip what is not English.")
{
    static const char *const patterns[] = {
        "Tisch 7: 2 \xc3\x97 K\xc3\xa4sesp\xc3\xa4tzle {}",
        "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e {}",
        "\xd7\xa2\xd7\x91\xd7\xa8\xd7\x99\xd7\xaa {}",
        "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7 {}",
        "Fish & Chips {}",
        "O'Brien said \"2 < 3\" {}",
        "{} SELECT a table for two; DROP by at 8",
    };
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);

    for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
        const char *text = woven(bench, patterns[i], canary(bench, "text"));

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
    static const char *const texts[] = {
        "hello",          "",        "[]",
        "[{\"a\":1}]",    "1",       "null",
        "\"x\"",          "true",    "{\"type\":",
        "{} {}",          "{'a':1}", "{\"type\":NaN}",
        "\xef\xbb\xbf{}",
    };
    struct peer *alice = admit(bench, ALICE);

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        say(alice, texts[i]);
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

/* Both ids, the one with the other behind it. */
static const char *two_ids(struct bench *bench, const char *one,
                           const char *other)
{
    return woven(bench, woven(bench, "\"{}\",\"order_id\":\"{}\"", one), other);
}

SPEC(order_named_twice_is_read_one_way, MUST, REQUIREMENTS("MV-05 VAL-02"),
     "A message with two order ids or two statuses changes no order of others, "
     "and gives none a status outside the list.",
     "Refuse an object that has a member twice: two parts of a service may "
     "read two values.")
{
    const char *named = order(bench, HOME);
    const char *kept = order(bench, HOME);
    const char *theirs = order(bench, OTHER);
    const char *first = quoted(bench, status(bench, 0));
    const char *last = quoted(bench, status(bench, statuses(bench) - 1));
    struct manner there = { .tenant = OTHER };
    struct peer *mallory = admit_with(bench, MALLORY, GOOD_TOKEN, there);
    struct peer *alice = admit(bench, ALICE);

    say(alice,
        status_change(bench, two_ids(bench, named, theirs), last, OMITTED));
    say(alice,
        status_change(bench, two_ids(bench, theirs, named), last, OMITTED));
    say(alice, status_change(bench, quoted(bench, kept),
                             woven(bench, "{},\"status\":\"cooked\"", first),
                             OMITTED));
    say(alice, status_change(bench, quoted(bench, kept),
                             woven(bench, "\"cooked\",\"status\":{}", first),
                             OMITTED));
    expect_order(alice, kept, status(bench, 0));
    expect_order(mallory, theirs, status(bench, 0));
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
