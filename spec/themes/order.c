/* VAL: orders, their status and their notes. */
#include "bench.h"
#include "spec.h"

#include <string.h>

enum { LONG = 10 * 1024 };

/* OWNER, at this endpoint. */
static struct peer *owner_at(struct bench *bench, unsigned endpoint)
{
    return admit_with(bench, OWNER, GOOD_TOKEN,
                      (struct manner){ .endpoint = (enum entrance)endpoint });
}

static const char *quoted(struct bench *bench, const char *text)
{
    return woven(bench, "\"{}\"", text);
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
    size_t length = longest(bench, LONG);
    struct peer *alice = admit(bench, ALICE);
    const char *ours = order(bench, HOME);
    const char *last = quoted(bench, status(bench, statuses(bench) - 1));

    memset(text, 'a', length);
    text[0] = text[length - 2] = '"';
    text[length - 1] = '\0';
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
     "the agreed error, the order keeps its own, and nobody is told of one.",
     "Compare with the list of whole names, after the type, before you store "
     "or announce anything.")
{
    static const char *const wrong[] = {
        "\"done\"",  "\"READY\"", "\"ready \"", "\"\"", "\"__class__\"",
        "null",      "1",         "true",       "[]",   "[\"ready\"]",
        "{\"x\":1}", OMITTED,
    };
    const char *ours = order(bench, HOME);
    const char *id = quoted(bench, ours);
    struct peer *alice = admit(bench, ALICE);
    struct peer *colleague = admit(bench, BOB);

    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        say(alice, status_change(bench, id, wrong[i], OMITTED));
        expect_exact_error(alice);
    }
    expect_order(alice, ours, status(bench, 0));
    fence(bench);
    expect_not_heard(colleague, ours);
}

SPEC(status_is_checked_on_every_endpoint, MUST, REQUIREMENTS("VAL-02 VAL-04"),
     "Kitchen and management refuse a status outside the list as the main "
     "endpoint does, and the order keeps its own.",
     "Check in the one function that stores, not in the handler of one "
     "endpoint.")
{
    const char *ours = order(bench, HOME);
    const char *id = quoted(bench, ours);
    struct peer *alice = admit(bench, ALICE);

    for (unsigned endpoint = KITCHEN; endpoint < ENDPOINTS; endpoint++) {
        struct peer *owner = owner_at(bench, endpoint);

        say(owner, status_change(bench, id, "\"done\"", OMITTED));
        expect_exact_error(owner);
        say(owner, status_change(bench, id, "[\"ready\"]", OMITTED));
        expect_exact_error(owner);
    }
    expect_order(alice, ours, status(bench, 0));
}

SPEC(order_of_another_restaurant_is_none_on_every_endpoint, MUST,
     REQUIREMENTS("AUTHZ-10 VAL-01"),
     "Kitchen and management neither read nor change an order of another "
     "restaurant.",
     "Look orders up by id and restaurant together, wherever the question "
     "comes from.")
{
    const char *theirs = order(bench, OTHER);
    const char *id = quoted(bench, theirs);
    const char *last = quoted(bench, status(bench, statuses(bench) - 1));
    struct peer *mallory = admit_with(bench, MALLORY, GOOD_TOKEN,
                                      (struct manner){ .tenant = OTHER });

    for (unsigned endpoint = KITCHEN; endpoint < ENDPOINTS; endpoint++) {
        struct peer *owner = owner_at(bench, endpoint);

        say(owner, order_request(bench, id));
        expect_exact_error(owner);
        say(owner, status_change(bench, id, last, OMITTED));
        expect_exact_error(owner);
    }
    expect_order(mallory, theirs, status(bench, 0));
}

SPEC(texts_are_made_harmless_on_every_endpoint, MUST,
     REQUIREMENTS("VAL-03 VAL-04"),
     "Markup in a text or in notes that come from kitchen or management "
     "reaches the others harmless, or not at all.",
     "Clean texts where they are sent on, whoever sends them.")
{
    const char *ours = order(bench, HOME);
    const char *first = quoted(bench, status(bench, 0));
    const char *marker = canary(bench, "marker");
    const char *markup = woven(bench, "<script>{}</script>\x1b[2J", marker);
    const char *notes = woven(bench, "\"<img src=x>{}\\u001b[2J\"", marker);
    struct peer *alice = admit(bench, ALICE);

    for (unsigned endpoint = KITCHEN; endpoint < ENDPOINTS; endpoint++) {
        struct peer *owner = owner_at(bench, endpoint);

        say(owner, publication(bench, markup));
        say(owner, status_change(bench, quoted(bench, ours), first, notes));
        expect_order(owner, ours, status(bench, 0));
    }
    expect_order(alice, ours, status(bench, 0));
    fence(bench);
    expect_heard_harmless(alice, marker);
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

SPEC(notes_are_never_a_part_of_the_query, MUST,
     REQUIREMENTS("VAL-01 VAL-04 VAL-11"),
     "Notes may hold an apostrophe; those that look like SQL set no status but "
     "the one asked for, and touch no order of others.",
     "Bind every text to the query as a parameter, the harmless ones too.")
{
    static const char *const patterns[] = {
        "\"x', status = '{}' --\"",
        "\"x', status='{}' WHERE '1'='1' --\"",
        "\"x'; UPDATE orders SET status = '{}'; --\"",
        "\"x\\\\', status = '{}' #\"",
        "\"x\\\", status = '{}' --\"",
    };
    const char *ours = order(bench, HOME);
    const char *theirs = order(bench, OTHER);
    const char *id = quoted(bench, ours);
    const char *set = quoted(bench, status(bench, 1));
    const char *last = status(bench, statuses(bench) - 1);
    struct peer *alice = admit(bench, ALICE);
    struct peer *mallory = admit_with(bench, MALLORY, GOOD_TOKEN,
                                      (struct manner){ .tenant = OTHER });

    say(alice, status_change(bench, id, set, "\"for O'Brien\""));
    expect_order(alice, ours, status(bench, 1));
    for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
        say(alice,
            status_change(bench, id, set, woven(bench, patterns[i], last)));
        expect_order(alice, ours, status(bench, 1));
        expect_order(mallory, theirs, status(bench, 0));
    }
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
