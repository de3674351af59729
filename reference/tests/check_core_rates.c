/* Rates of `rooms`: edges to the millisecond, what counts, what is forgotten,
 * and the ceiling of what is remembered. */
#include "core/rates.h"
#include "core/rooms.h"
#include "tests/core_world.h"

enum { MESSAGES = 3, IN_ROOM = 4 };

#define WHOAMI "{\"type\":\"whoami\"}"
#define SPEAK  "{\"type\":\"room_message\",\"room\":\"lobby\",\"text\":\"x\"}"

static struct world *rooms_of(unsigned messages, unsigned in_room)
{
    struct settings settings = settings_for(SERVES_ROOMS);

    settings.messages_max = messages;
    settings.room_messages_max = in_room;
    return world_with(&secure_policy, &settings);
}

static void enter_as(struct world *world, int id, const char *user)
{
    char query[TOKEN_BYTES + 32];

    snprintf(query, sizeof(query), "room=lobby&token=%s",
             good_token(world, user, "member", 600));
    open_at(world, id, "/rooms", query);
}

/* Is this message of connection `id` served, and not refused for its rate? */
static bool is_served(struct world *world, int id, const char *message)
{
    world->calls[0] = 0;
    hear(world, id, message);
    ck_assert_ptr_nonnull(strstr(world->calls, "send "));
    ck_assert_ptr_null(strstr(world->calls, "close "));
    return strstr(world->calls, "\"error\"") == NULL;
}

static void expect_served(struct world *world, int id, const char *message,
                          int times)
{
    for (int i = 0; i < times; i++)
        ck_assert_msg(is_served(world, id, message), "%d of %d", i, times);
}

/* Each is answered by one error, to its sender. */
static void expect_refused(struct world *world, int id, const char *message)
{
    char want[64];

    ck_assert(!is_served(world, id, message));
    snprintf(want, sizeof(want), "send %d {\"type\":\"error\",", id);
    ck_assert_msg(strncmp(world->calls, want, strlen(want)) == 0, "%s",
                  world->calls);
    ck_assert_ptr_null(strstr(world->calls + 1, "send "));
}

START_TEST(allowance_is_of_the_user)
{
    struct world *world = rooms_of(MESSAGES, 0);

    enter_as(world, 1, "alice");
    enter_as(world, 2, "alice");
    enter_as(world, 3, "bob");
    expect_served(world, 1, WHOAMI, 2);
    expect_served(world, 2, SPEAK, 1);
    expect_refused(world, 1, WHOAMI);
    expect_refused(world, 2, SPEAK);
    expect_served(world, 3, WHOAMI, MESSAGES);
    expect_refused(world, 3, WHOAMI);
    ck_assert_int_eq(metric_of(world, "limit_violations"), 3);
    world_free(world);
}
END_TEST

START_TEST(window_begins_with_its_first_message)
{
    struct world *world = rooms_of(MESSAGES, 0);

    enter_as(world, 1, "alice");
    expect_served(world, 1, WHOAMI, 1);
    world->now_ms += RATE_WINDOW_MS - 1;
    expect_served(world, 1, WHOAMI, MESSAGES - 1);
    expect_refused(world, 1, WHOAMI);
    world->now_ms += 1;
    expect_served(world, 1, WHOAMI, MESSAGES);
    expect_refused(world, 1, WHOAMI);
    world_free(world);
}
END_TEST

/* A clock that is set back lends nobody a longer wait. */
START_TEST(window_ends_when_the_clock_is_set_back)
{
    struct world *world = rooms_of(MESSAGES, 0);

    enter_as(world, 1, "alice");
    expect_served(world, 1, WHOAMI, MESSAGES);
    world->now_ms -= 1;
    expect_served(world, 1, WHOAMI, 1);
    world_free(world);
}
END_TEST

START_TEST(whatever_a_member_sends_counts)
{
    struct world *world = rooms_of(MESSAGES, 0);

    enter_as(world, 1, "alice");
    hear(world, 1, "no JSON");
    hear(world, 1, "{\"type\":\"no_such_type\"}");
    core_received(world->core, 1, text_of(WHOAMI), false);
    expect_refused(world, 1, WHOAMI);
    world_free(world);
}
END_TEST

START_TEST(room_has_an_allowance_of_its_own)
{
    struct world *world = rooms_of(0, IN_ROOM);

    enter_as(world, 1, "alice");
    enter_as(world, 2, "bob");
    hear(world, 1,
         "{\"type\":\"create_room\",\"room\":\"quiet\","
         "\"permission\":\"PUBLIC\"}");
    hear(world, 1, "{\"type\":\"join_room\",\"room\":\"quiet\"}");
    expect_served(world, 1, SPEAK, IN_ROOM - 1);
    expect_served(world, 2, SPEAK, 1);
    expect_refused(world, 1, SPEAK);
    expect_refused(world, 2, SPEAK);
    expect_served(
        world, 1,
        "{\"type\":\"room_message\",\"room\":\"quiet\",\"text\":\"\"}",
        IN_ROOM);
    world->now_ms += RATE_WINDOW_MS;
    expect_served(world, 2, SPEAK, IN_ROOM);
    world_free(world);
}
END_TEST

/* Who may not speak in a room takes nothing from those who may. */
START_TEST(outsider_uses_up_no_room)
{
    struct world *world = rooms_of(0, 1);

    enter_as(world, 1, "alice");
    enter_as(world, 2, "mallory");
    hear(world, 2, "{\"type\":\"leave_room\",\"room\":\"lobby\"}");
    ck_assert(!is_served(world, 2, SPEAK));
    ck_assert(
        !is_served(world, 1, "{\"type\":\"room_message\",\"room\":\"lobby\"}"));
    expect_served(world, 1, SPEAK, 1);
    world_free(world);
}
END_TEST

START_TEST(nothing_is_counted_without_a_limit)
{
    struct world *world = rooms_of(0, 0);

    enter_as(world, 1, "alice");
    expect_served(world, 1, SPEAK, 1000);
    ck_assert_int_eq((int)world->core->rates.users.entries, 0);
    ck_assert_int_eq(rates_next_ms(world->core), INT64_MAX);
    world_free(world);
}
END_TEST

START_TEST(windows_are_forgotten)
{
    struct world *world = rooms_of(MESSAGES, IN_ROOM);
    int64_t first_ms = world->now_ms;

    enter_as(world, 1, "alice");
    enter_as(world, 2, "bob");
    expect_served(world, 1, SPEAK, 1);
    ck_assert_int_eq(rates_next_ms(world->core), first_ms + RATE_WINDOW_MS);
    world->now_ms += RATE_WINDOW_MS - 1;
    expect_served(world, 2, WHOAMI, 1);
    ck_assert_int_eq((int)world->core->rates.users.entries, 2);
    world->now_ms += 1;
    core_ticked(world->core);
    ck_assert_int_eq((int)world->core->rates.users.entries, 1);
    world->now_ms += RATE_WINDOW_MS;
    core_ticked(world->core);
    ck_assert_int_eq((int)world->core->rates.users.entries, 0);
    ck_assert_int_eq((int)world->core->rates.rooms.entries, 0);
    ck_assert_int_eq(rates_next_ms(world->core), INT64_MAX);
    world_free(world);
}
END_TEST

/* No place to count in: refused, not let through. */
START_TEST(full_table_refuses)
{
    struct world *world = rooms_of(MESSAGES, 0);
    char key[16];

    enter_as(world, 1, "alice");
    for (int i = 0; i < COUNTS_MAX; i++) {
        snprintf(key, sizeof(key), "u%d", i);
        count_make(&world->core->rates.users, key)->since_ms = world->now_ms;
    }
    expect_refused(world, 1, WHOAMI);
    world->core->rates.due_ms = world->now_ms + RATE_WINDOW_MS;
    world->now_ms += RATE_WINDOW_MS;
    expect_served(world, 1, WHOAMI, 1);
    world_free(world);
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("core_rates", &tcase);

    tcase_add_test(tcase, allowance_is_of_the_user);
    tcase_add_test(tcase, window_begins_with_its_first_message);
    tcase_add_test(tcase, window_ends_when_the_clock_is_set_back);
    tcase_add_test(tcase, whatever_a_member_sends_counts);
    tcase_add_test(tcase, room_has_an_allowance_of_its_own);
    tcase_add_test(tcase, outsider_uses_up_no_room);
    tcase_add_test(tcase, nothing_is_counted_without_a_limit);
    tcase_add_test(tcase, windows_are_forgotten);
    tcase_add_test(tcase, full_table_refuses);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_core_rates");
}
