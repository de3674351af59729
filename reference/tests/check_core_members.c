/* What members say and hear, and how they go: messages, broadcasts, the pool
 * to the end of a connection. */
#include "core/system.h"
#include "tests/core_world.h"

#define SIGNAL(text) "{\"type\":\"signal\",\"text\":\"" text "\"}"
#define ERROR        "{\"type\":\"error\",\"message\":\"" SENTENCE "\"}"
#define SENTENCE     "Message processing failed"

static const struct {
    const char *label;
    const char *role;
    const char *message;
    const char *want;
} messages[] = {
    { "publish", "publisher", "{\"type\":\"publish\",\"text\":\"hi\"}",
      "send 1 " SIGNAL("hi") "; send 2 " SIGNAL("hi") "; " },
    { "publish, quoted", "publisher",
      "{\"type\":\"publish\",\"text\":\"a\\\"b\\u000a\"}",
      "send 1 " SIGNAL("a\\\"b\\n") "; send 2 " SIGNAL("a\\\"b\\n") "; " },
    { "publish without the role", "viewer",
      "{\"type\":\"publish\",\"text\":\"hi\"}", "send 2 " ERROR "; " },
    { "publish with another case of it", "Publisher",
      "{\"type\":\"publish\",\"text\":\"hi\"}", "send 2 " ERROR "; " },
    { "publish nothing", "publisher", "{\"type\":\"publish\"}",
      "send 2 " ERROR "; " },
    { "publish a number", "publisher", "{\"type\":\"publish\",\"text\":1}",
      "send 2 " ERROR "; " },
    { "two types", "publisher",
      "{\"type\":\"publish\",\"text\":\"hi\",\"type\":\"publish\"}",
      "send 2 " ERROR "; " },
    { "a signal", "publisher", SIGNAL("forged"), "send 2 " ERROR "; " },
    { "no type", "publisher", "{\"text\":\"hi\"}", "send 2 " ERROR "; " },
    { "type a number", "publisher", "{\"type\":1}", "send 2 " ERROR "; " },
    { "no object", "publisher", "[]", "send 2 " ERROR "; " },
    { "no JSON", "publisher", "hello", "send 2 " ERROR "; " },
    { "nothing", "publisher", "", "send 2 " ERROR "; " },
};

START_TEST(message_has_its_answer)
{
    struct world *world = world_new();

    open_as(world, 1, "alice", "viewer");
    open_as(world, 2, "bob", messages[_i].role);
    world->calls[0] = 0;
    hear(world, 2, messages[_i].message);
    expect_calls(world, messages[_i].label, messages[_i].want);
    ck_assert_int_eq(gauge_of(world, "members"), 2);
    world_free(world);
}
END_TEST

START_TEST(binary_message_is_an_error)
{
    struct world *world = world_new();

    open_as(world, 1, "alice", "publisher");
    world->calls[0] = 0;
    core_received(world->core, 1,
                  text_of("{\"type\":\"publish\",\"text\":\"x\"}"), false);
    expect_calls(world, "binary", "send 1 " ERROR "; ");
    world_free(world);
}
END_TEST

START_TEST(forbidden_message_is_audited)
{
    struct world *world = world_new();

    open_as(world, 1, "alice", "viewer");
    hear(world, 1, "{\"type\":\"publish\",\"text\":\"x\"}");
    hear(world, 1, "{\"type\":\"x\"}");
    ck_assert_int_eq(count_of(world, "events", "event", "message_refused"), 1);
    ck_assert_int_eq(count_of(world, "events", "cause", "forbidden"), 1);
    world_free(world);
}
END_TEST

START_TEST(failing_send_disturbs_nobody)
{
    struct world *world = world_new();

    for (int id = 1; id <= 3; id++)
        open_as(world, id, "alice", "viewer");
    world->calls[0] = 0;
    world->deaf = 1;
    publish(world, "a");
    expect_calls(world, "deaf",
                 "send 1 " SIGNAL("a") "; send 2 " SIGNAL(
                     "a") "; send 3 " SIGNAL("a") "; ");
    core_closed(world->core, 1, DEPARTED_ABRUPTLY);
    publish(world, "b");
    expect_calls(world, "gone",
                 "send 2 " SIGNAL("b") "; send 3 " SIGNAL("b") "; ");
    world_free(world);
}
END_TEST

static const struct {
    const char *label;
    struct text text;
    const char *want; /* NULL: nothing is sent */
} signals[] = {
    { "nothing", { "", 0 }, SIGNAL("") },
    { "no pointer", { NULL, 0 }, SIGNAL("") },
    { "controls", { "\n\t\x01\x7f", 4 }, SIGNAL("\\n\\t\\u0001\x7f") },
    { "quotes", { "\"\\/", 3 }, SIGNAL("\\\"\\\\/") },
    { "UTF-8", { "\xe2\x82\xac", 3 }, SIGNAL("\xe2\x82\xac") },
    { "a part of a longer text", { "abcdef", 3 }, SIGNAL("abc") },
    { "no UTF-8", { "\xff", 1 }, NULL },
    { "a NUL", { "a\0b", 3 }, NULL },
};

START_TEST(signal_is_json)
{
    struct core core = { .system = &system_signals };
    char *got = signal_message(&core, signals[_i].text);

    if (signals[_i].want == NULL)
        ck_assert_msg(got == NULL, "%s: %s", signals[_i].label, got);
    else
        ck_assert_str_eq(got, signals[_i].want);
    free(got);
}
END_TEST

START_TEST(departed_member_leaves_the_pool)
{
    struct world *world = world_new();
    enum departure how = _i == 0 ? DEPARTED_CLEANLY : DEPARTED_ABRUPTLY;

    open_as(world, 1, "alice", "viewer");
    open_as(world, 2, "bob", "viewer");
    core_closed(world->core, 1, how);
    ck_assert_int_eq(count_of(world, "pool", "user", "alice"), 0);
    ck_assert_int_eq(count_of(world, "pool", "user", "bob"), 1);
    ck_assert_int_eq(count_of(world, "history", "what", "remove"), 1);
    ck_assert_int_eq(gauge_of(world, "connections"), 1);
    core_closed(world->core, 1, how);
    ck_assert_int_eq(gauge_of(world, "connections"), 1);
    world_free(world);
}
END_TEST

START_TEST(close_of_a_member_is_answered)
{
    struct world *world = world_new();

    open_as(world, 1, "alice", "viewer");
    open_as(world, 2, "bob", "publisher");
    world->calls[0] = 0;
    core_close_received(world->core, 1, 1000);
    expect_calls(world, "1000", "close 1 1000 ; end 1; ");
    publish(world, "a");
    hear(world, 1, "{}");
    expect_calls(world, "behind the Close", "send 2 " SIGNAL("a") "; ");
    core_close_received(world->core, 2, 1005);
    expect_calls(world, "no code", "close 2 0 ; end 2; ");
    core_close_received(world->core, 2, 1000);
    world->now_ms += 10 * 1000;
    core_ticked(world->core);
    expect_calls(world, "ended once", "");
    world_free(world);
}
END_TEST

START_TEST(close_of_a_refused_peer_ends_it)
{
    struct world *world = world_new();

    open_at(world, 1, "/ws", "");
    world->calls[0] = 0;
    core_close_received(world->core, 1, 1008);
    expect_calls(world, "answered", "end 1; ");
    core_closed(world->core, 1, DEPARTED_CLEANLY);
    ck_assert_int_eq(gauge_of(world, "connections"), 0);
    ck_assert_int_eq(core_next_tick(world->core), INT64_MAX);
    world_free(world);
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("core_members", &tcase);

    tcase_add_loop_test(tcase, message_has_its_answer, 0, COUNT_OF(messages));
    tcase_add_test(tcase, binary_message_is_an_error);
    tcase_add_test(tcase, forbidden_message_is_audited);
    tcase_add_test(tcase, failing_send_disturbs_nobody);
    tcase_add_loop_test(tcase, signal_is_json, 0, COUNT_OF(signals));
    tcase_add_loop_test(tcase, departed_member_leaves_the_pool, 0, 2);
    tcase_add_test(tcase, close_of_a_member_is_answered);
    tcase_add_test(tcase, close_of_a_refused_peer_ends_it);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_core_members");
}
