/* What members of `pos` say to each other: orders of their own restaurant,
 * texts without markup, and one sentence for whatever fails. */
#include "tests/pos_world.h"

#define STATUS(id, status, more)                                               \
    "{\"type\":\"order_status\",\"order_id\":" id ",\"status\":" status more "}"
#define UPDATED(status, notes)                                                 \
    "{\"type\":\"order_updated\",\"order_id\":\"" ORDER                        \
    "\",\"status\":\"" status "\",\"notes\":\"" notes "\"}"

static const struct {
    const char *label;
    const char *message;
    const char *want; /* to all of HOME; NULL: an error to the sender */
} changes[] = {
    { "ready", STATUS("\"" ORDER "\"", "\"ready\"", ""), UPDATED("ready", "") },
    { "with notes", STATUS("\"" ORDER "\"", "\"ready\"", ",\"notes\":\"a\""),
      UPDATED("ready", "a") },
    { "with markup", STATUS("\"" ORDER "\"", "\"ready\"", ",\"notes\":\"<b>\""),
      UPDATED("ready", "&lt;b&gt;") },
    { "no status", "{\"type\":\"order_status\",\"order_id\":\"" ORDER "\"}",
      NULL },
    { "another status", STATUS("\"" ORDER "\"", "\"done\"", ""), NULL },
    { "another case", STATUS("\"" ORDER "\"", "\"Ready\"", ""), NULL },
    { "a longer status", STATUS("\"" ORDER "\"", "\"ready \"", ""), NULL },
    { "an empty status", STATUS("\"" ORDER "\"", "\"\"", ""), NULL },
    { "a status that is a list", STATUS("\"" ORDER "\"", "[\"ready\"]", ""),
      NULL },
    { "notes that are a number",
      STATUS("\"" ORDER "\"", "\"ready\"", ",\"notes\":1"), NULL },
    { "two statuses",
      STATUS("\"" ORDER "\"", "\"ready\"", ",\"status\":\"ready\""), NULL },
    { "a foreign order", STATUS("\"" THEIRS "\"", "\"ready\"", ""), NULL },
    { "an unknown order",
      STATUS("\"cccccccc-cccc-4ccc-8ccc-cccccccccccc\"", "\"ready\"", ""),
      NULL },
    { "an order in upper case",
      STATUS("\"AAAAAAAA-AAAA-4AAA-8AAA-AAAAAAAAAAAA\"", "\"ready\"", ""),
      NULL },
    { "SQL", STATUS("\"" ORDER "' OR '1'='1\"", "\"ready\"", ""), NULL },
    { "an order that is a number", STATUS("1", "\"ready\"", ""), NULL },
    { "an order that is an object", STATUS("{}", "\"ready\"", ""), NULL },
};

START_TEST(change_has_its_outcome)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);
    char want[1024];

    admit(world, 1, "alice", "pos", HOME);
    admit(world, 2, "bob", "kitchen", HOME);
    admit(world, 3, "mallory", "pos", AWAY);
    hear(world, 1, changes[_i].message);
    if (changes[_i].want == NULL)
        snprintf(want, sizeof(want), "send 1 %s; ", ERROR);
    else
        snprintf(want, sizeof(want), "send 1 %s; send 2 %s; ", changes[_i].want,
                 changes[_i].want);
    expect_calls(world, changes[_i].label, want);
    ck_assert_str_eq(shelf.orders[0].status,
                     changes[_i].want == NULL ? "pending" : "ready");
    ck_assert_str_eq(shelf.orders[1].status, "ready");
    world_free(world);
}
END_TEST

START_TEST(order_is_told_to_its_own)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    admit(world, 1, "alice", "pos", HOME);
    hear(world, 1, "{\"type\":\"get_order\",\"order_id\":\"" ORDER "\"}");
    expect_calls(world, "ours",
                 "send 1 {\"type\":\"order\",\"order_id\":\"" ORDER
                 "\",\"status\":\"pending\"}; ");
    hear(world, 1, "{\"type\":\"get_order\",\"order_id\":\"" THEIRS "\"}");
    expect_calls(world, "theirs", "send 1 " ERROR "; ");
    shelf.is_unsteady = true;
    hear(world, 1, "{\"type\":\"get_order\",\"order_id\":\"" ORDER "\"}");
    expect_calls(world, "nobody knows", "send 1 " ERROR "; ");
    hear(world, 1, STATUS("\"" ORDER "\"", "\"ready\"", ""));
    expect_calls(world, "not stored", "send 1 " ERROR "; ");
    ck_assert_str_eq(shelf.orders[0].status, "pending");
    world_free(world);
}
END_TEST

/* --- Messages that fail --------------------------------------------------- */

static const char *const failing[] = {
    "",
    "x",
    "[]",
    "null",
    "{}",
    "{\"type\":1}",
    "{\"type\":\"nothing\"}",
    "{\"type\":\"publish\"}",
    "{\"type\":\"publish\",\"text\":1}",
    "{\"type\":\"publish\",\"text\":null}",
    "{\"type\":\"publish\",\"text\":\"a\",\"text\":\"b\"}",
    "{\"type\":\"publish\",\"text\":\"\\ud800\"}",
    "{\"type\":\"publish\",\"text\":\"a\\u0000b\"}",
    "{\"type\":\"get_order\"}",
    "{\"type\":\"authenticate\",\"token\":\"a.b.c\"}",
    "{\"type\":\"whoami\",\"a\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}",
};

START_TEST(whatever_fails_is_told_by_one_sentence)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    admit(world, 1, "alice", "pos", HOME);
    hear(world, 1, failing[_i]);
    expect_calls(world, failing[_i], "send 1 " ERROR "; ");
    ck_assert_ptr_nonnull(strstr(world->log, "error: message refused"));
    hear(world, 1, "{\"type\":\"whoami\"}");
    ck_assert_ptr_nonnull(strstr(world->calls, "identity"));
    world_free(world);
}
END_TEST

/* --- Texts ---------------------------------------------------------------- */

static const struct {
    const char *label;
    const char *text;
    const char *want;
} texts[] = {
    { "nothing", "", "" },
    { "harmless", "2 x Caf\xc3\xa9 \xe2\x82\xac 3 (50%) \xf0\x9f\x8d\x95",
      "2 x Caf\xc3\xa9 \xe2\x82\xac 3 (50%) \xf0\x9f\x8d\x95" },
    { "markup", "<script>alert(\"x\")</script>",
      "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;" },
    { "an attribute", "' onload='x", "&#39; onload=&#39;x" },
    { "an escape is text", "&lt;", "&amp;lt;" },
    { "line feed and tab", "a\n\tb", "a\n\tb" },
    { "other controls",
      "a\r\x01\x1b[2J\x7f"
      "b",
      "a[2Jb" },
    { "C1",
      "a\xc2\x80\xc2\x9f\xc2\xa0"
      "b",
      "a\xc2\xa0"
      "b" },
    { "a slash", "a/b\\c`d", "a/b\\c`d" },
};

START_TEST(text_is_cleaned)
{
    char *clean = secure_clean_text(text_of(texts[_i].text));

    ck_assert_msg(strcmp(clean, texts[_i].want) == 0, "%s: %s", texts[_i].label,
                  clean);
    free(clean);
}
END_TEST

START_TEST(text_has_its_longest)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);
    static char message[JOURNAL_BYTES];

    admit(world, 1, "alice", "pos", HOME);
    for (int more = 0; more <= 1; more++) {
        message[0] = 0;
        note(message, "{\"type\":\"publish\",\"text\":\"");
        for (int i = 0; i < NOTES_CHARS_MAX + more; i++)
            note(message, "\xe2\x82\xac");
        note(message, "\"}");
        hear(world, 1, message);
        ck_assert((strstr(world->calls, "\"event\"") != NULL) == (more == 0));
        ck_assert((strstr(world->calls, "\"error\"") != NULL) == (more == 1));
        world->calls[0] = 0;
    }
    world_free(world);
}
END_TEST

START_TEST(restaurants_hear_their_own)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    admit(world, 1, "alice", "pos", HOME);
    admit(world, 2, "platform", "management", HOME);
    admit(world, 3, "platform", "management", AWAY);
    hear(world, 1, "{\"type\":\"publish\",\"text\":\"<a>\"}");
    expect_calls(world, "a member's",
                 "send 1 {\"type\":\"event\",\"text\":\"&lt;a&gt;\"}; "
                 "send 2 {\"type\":\"event\",\"text\":\"&lt;a&gt;\"}; ");
    core_publish(world->core, text_of("b"), text_of(AWAY));
    expect_calls(world, "an operator's",
                 "send 3 {\"type\":\"event\",\"text\":\"b\"}; ");
    core_publish(world->core, text_of("b"), text_of("x"));
    expect_calls(world, "no restaurant", "");
    world_free(world);
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("core_orders", &tcase);

    tcase_add_loop_test(tcase, change_has_its_outcome, 0, COUNT_OF(changes));
    tcase_add_test(tcase, order_is_told_to_its_own);
    tcase_add_loop_test(tcase, whatever_fails_is_told_by_one_sentence, 0,
                        COUNT_OF(failing));
    tcase_add_loop_test(tcase, text_is_cleaned, 0, COUNT_OF(texts));
    tcase_add_test(tcase, text_has_its_longest);
    tcase_add_test(tcase, restaurants_hear_their_own);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_core_orders");
}
