/* Presence in `rooms`: what exactly is told, in which order, and when. */
#include "core/presence.h"
#include "tests/core_world.h"

#define ABOUT(type, room) "{\"type\":\"" type "\",\"room\":\"" room "\"}"
#define TOLD(type, room, user)                                                 \
    "{\"type\":\"" type "\",\"room\":\"" room "\",\"user_id\":\"" user "\"}"

static void enter_as(struct world *world, int id, const char *user)
{
    char query[TOKEN_BYTES + 8];

    snprintf(query, sizeof(query), "token=%s",
             good_token(world, user, "member", 800));
    open_at(world, id, "/rooms", query);
    world->calls[0] = 0;
}

static void join(struct world *world, int id, const char *room)
{
    char message[128];

    snprintf(message, sizeof(message),
             "{\"type\":\"join_room\",\"room\":\"%s\"}", room);
    hear(world, id, message);
    world->calls[0] = 0;
}

static struct world *world_of_rooms(void)
{
    struct settings settings = settings_for(SERVES_ROOMS);

    return world_with(&secure_policy, &settings);
}

/* Alice, and Bob with two connections. */
static struct world *world_of_three(void)
{
    struct world *world = world_of_rooms();

    enter_as(world, 1, "alice");
    enter_as(world, 2, "bob");
    enter_as(world, 3, "bob");
    return world;
}

START_TEST(coming_and_going_is_told_by_user)
{
    struct world *world = world_of_three();

    join(world, 1, "lobby");
    hear(world, 2, ABOUT("join_room", "lobby"));
    expect_calls(world, "first",
                 "send 2 " ABOUT("joined", "lobby") "; send 1 " TOLD(
                     "user_joined", "lobby", "bob") "; ");
    hear(world, 3, ABOUT("join_room", "lobby"));
    expect_calls(world, "second", "send 3 " ABOUT("joined", "lobby") "; ");
    hear(world, 2, ABOUT("leave_room", "lobby"));
    expect_calls(world, "one leaves", "send 2 " ABOUT("left", "lobby") "; ");
    core_closed(world->core, 3, DEPARTED_ABRUPTLY);
    expect_calls(world, "the last is gone",
                 "send 1 " TOLD("user_left", "lobby", "bob") "; ");
    world_free(world);
}
END_TEST

START_TEST(shutdown_is_no_news_of_others)
{
    struct world *world = world_of_three();

    join(world, 1, "lobby");
    join(world, 2, "lobby");
    core_shutdown(world->core);
    expect_calls(world, "shutdown",
                 "close 3 1001 Server shutdown; close 2 1001 Server shutdown; "
                 "close 1 1001 Server shutdown; ");
    world_free(world);
}
END_TEST

#define STATUS(user, status)                                                   \
    "{\"type\":\"presence_update\",\"user_id\":\"" user                        \
    "\",\"status\":\"" status "\"}"
#define SET(status) "{\"type\":\"presence\",\"status\":" status "}"
#define GET(user)   "{\"type\":\"get_presence\",\"user_id\":" user "}"
#define ERROR(event, code)                                                     \
    "{\"type\":\"error\",\"message\":\"Message processing failed\",\"event\":" \
    "\"" event "\",\"code\":\"" code "\"}"

/* Alice (1) and Bob (2, 3) in the lobby, where Bob sits twice. */
static struct world *world_of_lobby(void)
{
    struct world *world = world_of_three();

    for (int id = 1; id <= 3; id++)
        join(world, id, "lobby");
    return world;
}

static const struct {
    const char *message, *want;
} statuses[] = {
    { SET("\"away\""), "send 1 " STATUS("bob", "away") "; " },
    { SET("\"online\""), "" },
    { "{\"type\":\"presence\",\"status\":\"away\",\"user_id\":\"alice\"}",
      "send 1 " STATUS("bob", "away") "; " },
    { SET("\"offline\""), "send 2 " ERROR("presence", "malformed") "; " },
    { SET("\"busy\""), "send 2 " ERROR("presence", "malformed") "; " },
    { SET("1"), "send 2 " ERROR("presence", "malformed") "; " },
    { "{\"type\":\"presence\"}",
      "send 2 " ERROR("presence", "malformed") "; " },
    { GET("\"alice\""), "send 2 {\"type\":\"presence\",\"user_id\":\"alice\","
                        "\"status\":\"online\"}; " },
    { GET("\"bob\""), "send 2 {\"type\":\"presence\",\"user_id\":\"bob\","
                      "\"status\":\"online\"}; " },
    { GET("\"carol\""), "send 2 " ERROR("get_presence", "refused") "; " },
    { GET("\"nobody\""), "send 2 " ERROR("get_presence", "refused") "; " },
    { GET("7"), "send 2 " ERROR("get_presence", "malformed") "; " },
};

START_TEST(status_is_set_and_asked)
{
    struct world *world = world_of_lobby();

    enter_as(world, 4, "carol");
    hear(world, 2, statuses[_i].message);
    expect_calls(world, statuses[_i].message, statuses[_i].want);
    world_free(world);
}
END_TEST

START_TEST(status_goes_to_each_recipient_once)
{
    struct world *world = world_of_lobby();

    hear(world, 1,
         "{\"type\":\"create_room\",\"room\":\"r\",\"permission\":"
         "\"PUBLIC\"}");
    join(world, 1, "r");
    join(world, 2, "r");
    enter_as(world, 4, "alice");
    join(world, 4, "r");
    hear(world, 3, SET("\"away\""));
    expect_calls(
        world, "away",
        "send 1 " STATUS("bob", "away") "; send 4 " STATUS("bob", "away") "; ");
    world_free(world);
}
END_TEST

/* Alice stirs in time; what is told of silence is told to her. */
static void pass(struct world *world, int ms)
{
    for (; ms > 0; ms -= 10000) {
        world->now_ms += 10000;
        core_pulsed(world->core, 1);
        core_ticked(world->core);
    }
}

START_TEST(silence_is_noticed_by_a_check)
{
    struct world *world = world_of_lobby();

    pass(world, 80000);
    ck_assert_int_eq(presences_next_ms(world->core), world->now_ms + 10000);
    core_pulsed(world->core, 3);
    pass(world, 90000);
    expect_calls(world, "through the timeout", "");
    pass(world, 30000);
    expect_calls(world, "behind it",
                 "send 1 " STATUS("bob", "offline") "; send 1 " TOLD(
                     "user_left", "lobby", "bob") "; ");
    hear(world, 2, GET("\"bob\""));
    expect_calls(
        world, "stirs again",
        "send 1 " STATUS("bob", "online") "; send 1 " TOLD(
            "user_joined", "lobby",
            "bob") "; send 2 {\"type\":\"presence\",\"user_id\":\"bob\","
                   "\"status\":\"online\"}; ");
    world_free(world);
}
END_TEST

/* Only silence is undone by activity: who has said to be away is. */
START_TEST(who_is_away_stays_so_while_active)
{
    struct world *world = world_of_lobby();

    hear(world, 2, SET("\"away\""));
    world->calls[0] = 0;
    core_pulsed(world->core, 2);
    hear(world, 2, GET("\"bob\""));
    expect_calls(world, "active",
                 "send 2 {\"type\":\"presence\",\"user_id\":\"bob\","
                 "\"status\":\"away\"}; ");
    world_free(world);
}
END_TEST

START_TEST(who_was_lost_is_not_told_as_gone_again)
{
    struct world *world = world_of_lobby();

    pass(world, 120000);
    world->calls[0] = 0;
    core_close_received(world->core, 2, 1000);
    core_closed(world->core, 2, DEPARTED_CLEANLY);
    core_closed(world->core, 3, DEPARTED_ABRUPTLY);
    expect_calls(world, "gone for good", "close 2 1000 ; end 2; ");
    world_free(world);
}
END_TEST

/* Of who is connected the record stays, however silent. */
START_TEST(record_goes_when_its_user_has_gone)
{
    struct world *world = world_of_lobby();

    enter_as(world, 4, "carol");
    core_closed(world->core, 4, DEPARTED_ABRUPTLY);
    ck_assert_int_eq(count_of(world, "presence", "user", "carol"), 1);
    ck_assert_int_eq(count_of(world, "presence", "status", "online"), 2);
    pass(world, 290000);
    ck_assert_int_eq(count_of(world, "presence", "user", "carol"), 1);
    pass(world, 10000);
    ck_assert_int_eq(count_of(world, "presence", "user", "carol"), 0);
    ck_assert_int_eq(count_of(world, "presence", "user", "bob"), 1);
    ck_assert_int_eq(count_of(world, "presence", "status", "offline"), 1);
    world_free(world);
}
END_TEST

START_TEST(clock_rests_while_nobody_is_there)
{
    struct world *world = world_of_rooms();

    ck_assert(presences_next_ms(world->core) == INT64_MAX);
    enter_as(world, 1, "alice");
    ck_assert_int_eq(presences_next_ms(world->core), world->now_ms + 30000);
    core_closed(world->core, 1, DEPARTED_ABRUPTLY);
    for (int i = 0; i < 11; i++) {
        world->now_ms += 30000;
        core_ticked(world->core);
    }
    ck_assert(presences_next_ms(world->core) == INT64_MAX);
    ck_assert_int_eq(count_of(world, "presence", "user", "alice"), 0);
    world_free(world);
}
END_TEST

START_TEST(records_of_the_gone_have_a_ceiling)
{
    struct world *world = world_of_rooms();
    char user[32];

    enter_as(world, 1, "alice");
    for (int i = 0; i < PRESENCE_GONE_MAX; i++) {
        snprintf(user, sizeof(user), "gone-%d", i);
        ck_assert_ptr_nonnull(presence_make(world->core, user));
    }
    ck_assert_ptr_nonnull(presence_find(world->core, "gone-0"));
    core_closed(world->core, 1, DEPARTED_ABRUPTLY);
    ck_assert_ptr_null(presence_find(world->core, "gone-0"));
    ck_assert_ptr_nonnull(presence_find(world->core, "gone-1"));
    ck_assert_ptr_nonnull(presence_find(world->core, "alice"));
    world_free(world);
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("core_presence", &tcase);

    tcase_add_test(tcase, coming_and_going_is_told_by_user);
    tcase_add_test(tcase, shutdown_is_no_news_of_others);
    tcase_add_loop_test(tcase, status_is_set_and_asked, 0, COUNT_OF(statuses));
    tcase_add_test(tcase, status_goes_to_each_recipient_once);
    tcase_add_test(tcase, silence_is_noticed_by_a_check);
    tcase_add_test(tcase, who_is_away_stays_so_while_active);
    tcase_add_test(tcase, who_was_lost_is_not_told_as_gone_again);
    tcase_add_test(tcase, record_goes_when_its_user_has_gone);
    tcase_add_test(tcase, clock_rests_while_nobody_is_there);
    tcase_add_test(tcase, records_of_the_gone_have_a_ceiling);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_core_presence");
}
