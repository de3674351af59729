/* The first message of `pos`: what it must be, when it is due, what it may
 * name besides its token, and that nothing of a stranger counts before it. */
#include "tests/pos_world.h"

#define FAILED_AUTH                                                            \
    "send 1 " AUTH_ERROR "; close 1 4003 Authentication failed; "
#define UNEXPECTED "close 1 4003 Expected authentication message; "
#define UNREADABLE "close 1 4003 Authentication error; "

static const struct {
    const char *label;
    const char *message;
    const char *want;
    const char *cause;
} firsts[] = {
    { "no token", "{\"type\":\"authenticate\"}", FAILED_AUTH, "missing" },
    { "an empty token", "{\"type\":\"authenticate\",\"token\":\"\"}",
      FAILED_AUTH, "missing" },
    { "a bad token", "{\"type\":\"authenticate\",\"token\":\"a.b.c\"}",
      FAILED_AUTH, "invalid" },
    { "a user alone", "{\"type\":\"authenticate\",\"user_id\":\"owner\"}",
      FAILED_AUTH, "missing" },
    { "a token that is a number", "{\"type\":\"authenticate\",\"token\":1}",
      UNREADABLE, "unreadable" },
    { "two tokens",
      "{\"type\":\"authenticate\",\"token\":\"a\",\"tok\\u0065n\":\"b\"}",
      UNREADABLE, "unreadable" },
    { "another type", "{\"type\":\"whoami\"}", UNEXPECTED, "unexpected" },
    { "another case", "{\"type\":\"Authenticate\"}", UNEXPECTED, "unexpected" },
    { "a longer type", "{\"type\":\"authenticate \"}", UNEXPECTED,
      "unexpected" },
    { "no type", "{\"token\":\"a.b.c\"}", UNEXPECTED, "unexpected" },
    { "a type that is a number", "{\"type\":1}", UNEXPECTED, "unexpected" },
    { "empty", "{}", UNEXPECTED, "unexpected" },
    { "no JSON", "authenticate", UNREADABLE, "unreadable" },
    { "nothing", "", UNREADABLE, "unreadable" },
    { "an array", "[]", UNREADABLE, "unreadable" },
    { "a string", "\"authenticate\"", UNREADABLE, "unreadable" },
    { "null", "null", UNREADABLE, "unreadable" },
    { "a tail", "{} {}", UNREADABLE, "unreadable" },
    { "17 levels", "{\"type\":[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]}", UNREADABLE,
      "unreadable" },
};

START_TEST(first_message_has_its_answer)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    enter(world, 1, "pos", HOME);
    expect_calls(world, "upgraded", "accept 1; ");
    hear(world, 1, firsts[_i].message);
    expect_calls(world, firsts[_i].label, firsts[_i].want);
    authenticate(world, 1, "alice", "");
    expect_calls(world, "there is one attempt", "");
    ck_assert_int_eq(count_of(world, "events", "event", "ACCESS_DENIED"), 1);
    ck_assert_int_eq(count_of(world, "events", "cause", firsts[_i].cause), 1);
    ck_assert_int_eq(count_of(world, "events", "endpoint", "pos"), 1);
    ck_assert_int_eq(count_of(world, "events", "restaurant", HOME), 1);
    ck_assert_int_eq(count_of(world, "events", "severity", "CRITICAL"), 1);
    ck_assert_int_eq(count_of(world, "history", "what", "add"), 0);
    world_free(world);
}
END_TEST

START_TEST(binary_first_message_is_unreadable)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    enter(world, 1, "kitchen", HOME);
    world->calls[0] = 0;
    core_received(world->core, 1, text_of("{\"type\":\"authenticate\"}"),
                  false);
    expect_calls(world, "binary", UNREADABLE);
    world_free(world);
}
END_TEST

START_TEST(management_tells_who_brings_no_token)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    enter(world, 1, "management", HOME);
    world->calls[0] = 0;
    hear(world, 1, "{\"type\":\"authenticate\"}");
    expect_calls(world, "none", "close 1 4003 Authentication required; ");
    world_free(world);
}
END_TEST

/* --- A user named besides the token --------------------------------------- */

static const struct {
    const char *label;
    const char *more;
    bool holds;
} claims[] = {
    { "none", "", true },
    { "the same", ",\"user_id\":\"alice\"", true },
    { "the same, escaped", ",\"user_id\":\"\\u0061lice\"", true },
    { "null", ",\"user_id\":null", true },
    { "another", ",\"user_id\":\"owner\"", false },
    { "another case", ",\"user_id\":\"Alice\"", false },
    { "longer", ",\"user_id\":\"alice \"", false },
    { "empty", ",\"user_id\":\"\"", false },
    { "a zero", ",\"user_id\":0", false },
    { "a minus zero", ",\"user_id\":-0.0", false },
    { "the word of zero", ",\"user_id\":\"0\"", false },
    { "false", ",\"user_id\":false", false },
    { "true", ",\"user_id\":true", false },
    { "an array", ",\"user_id\":[\"alice\"]", false },
    { "an object", ",\"user_id\":{}", false },
    { "named otherwise", ",\"User_Id\":\"owner\"", true },
};

START_TEST(claimed_user_must_be_that_of_the_token)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    enter(world, 1, "pos", HOME);
    world->calls[0] = 0;
    authenticate(world, 1, "alice", claims[_i].more);
    expect_calls(world, claims[_i].label,
                 claims[_i].holds ? "send 1 " WELCOME("alice") "; "
                                  : FAILED_AUTH);
    ck_assert_int_eq(count_of(world, "pool", "user", "alice"),
                     claims[_i].holds);
    ck_assert_int_eq(gauge_of(world, "tracked_users"), claims[_i].holds);
    world_free(world);
}
END_TEST

START_TEST(welcome_names_the_verified_user)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    admit(world, 1, "alice", "pos", HOME);
    ck_assert_ptr_nonnull(strstr(world->log, "taken from the token"));
    hear(world, 1, "{\"type\":\"whoami\"}");
    expect_calls(world, "whoami",
                 "send 1 {\"type\":\"identity\",\"user_id\":\"alice\"}; ");
    authenticate(world, 1, "owner", "");
    expect_calls(world, "again", "send 1 " ERROR "; ");
    hear(world, 1, "{\"type\":\"whoami\"}");
    expect_calls(world, "still",
                 "send 1 {\"type\":\"identity\",\"user_id\":\"alice\"}; ");
    world_free(world);
}
END_TEST

/* --- When it is due ------------------------------------------------------- */

START_TEST(nothing_prolongs_the_wait)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);
    int64_t due_ms = world->now_ms + 5000;

    enter(world, 1, "pos", HOME);
    world->calls[0] = 0;
    for (int i = 0; i < 49; i++) {
        world->now_ms += 100;
        core_stirred(world->core, 1);
        ck_assert_int_le(core_next_tick(world->core), due_ms);
    }
    world->now_ms = due_ms - 1;
    core_ticked(world->core);
    expect_calls(world, "one before", "");
    world->now_ms = due_ms;
    core_stirred(world->core, 1);
    expect_calls(world, "due", "close 1 4003 Authentication timeout; ");
    ck_assert_int_eq(count_of(world, "events", "cause", "timeout"), 1);
    world_free(world);
}
END_TEST

START_TEST(first_message_counts_until_it_is_due)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    enter(world, 1, "pos", HOME);
    enter(world, 2, "pos", HOME);
    world->calls[0] = 0;
    world->now_ms += 4999;
    authenticate(world, 1, "alice", "");
    ck_assert_ptr_nonnull(strstr(world->calls, "auth_success"));
    world->calls[0] = 0;
    world->now_ms += 1;
    authenticate(world, 2, "alice", "");
    expect_calls(world, "late", "close 2 4003 Authentication timeout; ");
    world_free(world);
}
END_TEST

START_TEST(overlong_first_message_is_refused)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    enter(world, 1, "pos", HOME);
    world->calls[0] = 0;
    ck_assert_uint_eq(core_message_max(world->core, 1, true), 8 * 1024);
    core_overlong(world->core, 1, true, 1 << 20);
    expect_calls(world, "overlong", "close 1 1009 Message too big; end 1; ");
    ck_assert_int_eq(count_of(world, "events", "event", "ACCESS_DENIED"), 1);
    admit(world, 2, "alice", "pos", HOME);
    ck_assert_uint_eq(core_message_max(world->core, 2, true), 64 * 1024);
    core_overlong(world->core, 2, true, 1 << 20);
    expect_calls(world, "member", "close 2 1009 Message too big; end 2; ");
    ck_assert_int_eq(count_of(world, "pool", "user", "alice"), 0);
    ck_assert_int_eq(gauge_of(world, "tracked_users"), 0);
    world_free(world);
}
END_TEST

/* --- What it leaves ------------------------------------------------------- */

static const struct {
    const char *label;
    const char *message;
    bool is_identified;
} leavings[] = {
    { "nothing", "{\"type\":\"authenticate\"}", false },
    { "a bad token", "{\"type\":\"authenticate\",\"token\":\"a\"}", false },
    { "a user", "{\"type\":\"authenticate\",\"user_id\":\"owner\"}", true },
    { "another type", "{\"type\":\"publish\"}", false },
    { "no JSON", "x", false },
};

START_TEST(event_tells_where_an_identity_was_missing)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    enter(world, 1, "kitchen", HOME);
    hear(world, 1, leavings[_i].message);
    ck_assert_msg((strstr(world->events, "\"detail\":\"Missing user_id") !=
                   NULL) == !leavings[_i].is_identified,
                  "%s: %s", leavings[_i].label, world->events);
    ck_assert_ptr_nonnull(strstr(world->events, "\"endpoint\":\"kitchen\""));
    world_free(world);
}
END_TEST

START_TEST(monitor_that_fails_changes_nothing)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    world->monitor_broken = true;
    enter(world, 1, "pos", HOME);
    hear(world, 1, "{\"type\":\"authenticate\"}");
    expect_calls(world, "refused", "accept 1; " FAILED_AUTH);
    ck_assert_ptr_nonnull(strstr(world->log, "the monitor took no event"));
    admit(world, 2, "alice", "pos", HOME);
    ck_assert_int_eq(count_of(world, "pool", "user", "alice"), 1);
    world_free(world);
}
END_TEST

START_TEST(stranger_that_goes_leaves_nothing)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    enter(world, 1, "pos", HOME);
    enter(world, 2, "pos", HOME);
    world->calls[0] = 0;
    core_closed(world->core, 1, DEPARTED_ABRUPTLY);
    core_close_received(world->core, 2, 1000);
    expect_calls(world, "gone", "close 2 1000 ; end 2; ");
    core_closed(world->core, 2, DEPARTED_CLEANLY);
    ck_assert_int_eq(gauge_of(world, "strangers"), 0);
    ck_assert_int_eq(count_of(world, "history", "what", "add"), 0);
    world_free(world);
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("core_first", &tcase);

    tcase_add_loop_test(tcase, first_message_has_its_answer, 0,
                        COUNT_OF(firsts));
    tcase_add_test(tcase, binary_first_message_is_unreadable);
    tcase_add_test(tcase, management_tells_who_brings_no_token);
    tcase_add_loop_test(tcase, claimed_user_must_be_that_of_the_token, 0,
                        COUNT_OF(claims));
    tcase_add_test(tcase, welcome_names_the_verified_user);
    tcase_add_test(tcase, nothing_prolongs_the_wait);
    tcase_add_test(tcase, first_message_counts_until_it_is_due);
    tcase_add_test(tcase, overlong_first_message_is_refused);
    tcase_add_loop_test(tcase, event_tells_where_an_identity_was_missing, 0,
                        COUNT_OF(leavings));
    tcase_add_test(tcase, monitor_that_fails_changes_nothing);
    tcase_add_test(tcase, stranger_that_goes_leaves_nothing);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_core_first");
}
