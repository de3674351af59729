/* Deadlines: the expiry of a live token, the cut-off of a refused peer, and
 * the order in which thousands of them come up. */
#include "tests/core_world.h"

#define SIGNAL(text) "{\"type\":\"signal\",\"text\":\"" text "\"}"
#define EXPIRED      "close 1 1008 Invalid or expired token; "

static void let_pass(struct world *world, int64_t ms)
{
    world->now_ms += ms;
    core_ticked(world->core);
}

START_TEST(live_token_expires_to_the_millisecond)
{
    struct world *world = world_new();
    int64_t expiry_ms = world->now_ms + 5000;

    open_with(world, 1, good_token(world, "alice", "viewer", 5));
    world->calls[0] = 0;
    ck_assert_int_eq(core_next_tick(world->core), expiry_ms);
    let_pass(world, 4999);
    expect_calls(world, "one before", "");
    let_pass(world, 1);
    expect_calls(world, "expired", EXPIRED);
    ck_assert_int_eq(count_of(world, "pool", "user", "alice"), 0);
    ck_assert_int_eq(count_of(world, "events", "cause", "expired_live"), 1);
    ck_assert_int_eq(count_of(world, "events", "event", "auth_refused"), 1);
    ck_assert_int_eq(core_next_tick(world->core),
                     expiry_ms + world->core->settings.close_ms);
    let_pass(world, world->core->settings.close_ms);
    expect_calls(world, "cut off", "end 1; ");
    ck_assert_int_eq(core_next_tick(world->core), INT64_MAX);
    world_free(world);
}
END_TEST

/* Whoever calls late: nobody is heard or told a thing after the expiry. */
START_TEST(late_timer_lends_no_time)
{
    struct world *world = world_new();

    open_with(world, 1, good_token(world, "alice", "publisher", 5));
    world->calls[0] = 0;
    world->now_ms += 5000;
    if (_i == 0)
        publish(world, "a");
    else
        hear(world, 1, "{\"type\":\"publish\",\"text\":\"a\"}");
    expect_calls(world, "late", EXPIRED);
    world_free(world);
}
END_TEST

START_TEST(refused_peer_is_cut_off)
{
    struct world *world = world_new();

    open_at(world, 1, "/ws", "");
    world->calls[0] = 0;
    let_pass(world, world->core->settings.close_ms - 1);
    expect_calls(world, "one before", "");
    let_pass(world, 1);
    expect_calls(world, "in time", "end 1; ");
    let_pass(world, 60 * 1000);
    expect_calls(world, "once", "");
    core_closed(world->core, 1, DEPARTED_ABRUPTLY);
    ck_assert_int_eq(gauge_of(world, "connections"), 0);
    world_free(world);
}
END_TEST

START_TEST(nobody_is_cut_off_with_time_to_spare)
{
    struct settings settings = settings_for(SERVES_SIGNALS);

    settings.close_ms = 0;
    struct world *world = world_with(&secure_policy, &settings);
    open_with(world, 1, good_token(world, "alice", "viewer", 5));
    world->calls[0] = 0;
    let_pass(world, 5000);
    expect_calls(world, "both at once", EXPIRED "end 1; ");
    world_free(world);
}
END_TEST

static bool never_outlives(const struct claims *claims, int64_t now_ms)
{
    (void)claims, (void)now_ms;
    return false;
}

static bool never_cuts_off(int64_t refused_ms, int64_t now_ms, int close_ms)
{
    (void)refused_ms, (void)now_ms, (void)close_ms;
    return false;
}

/* A policy that lets a deadline pass must not make the timer stand still. */
START_TEST(passed_deadline_moves_on)
{
    struct policy policy = secure_policy;

    policy.has_outlived = never_outlives;
    policy.may_cut_off = never_cuts_off;
    struct world *world = world_under(&policy);
    open_with(world, 1, good_token(world, "alice", "viewer", 5));
    open_at(world, 2, "/ws", "");
    world->calls[0] = 0;
    for (int i = 0; i < 20; i++) {
        int64_t next_ms = core_next_tick(world->core);
        ck_assert_int_gt(next_ms, world->now_ms);
        world->now_ms = next_ms;
        core_ticked(world->core);
    }
    expect_calls(world, "never", "");
    world_free(world);
}
END_TEST

/* Connections of all kinds come and go; each tick must end exactly those
 * whose time is up, which a count over all tells. */
START_TEST(thousands_of_deadlines_keep_their_order)
{
    enum { MANY = 3000 };
    struct world *world = world_new();
    uint64_t random = 1;
    int64_t start_ms = world->now_ms;

    for (int id = 1; id <= MANY; id++) {
        random = random * 6364136223846793005U + 1442695040888963407U;
        int life_s = 1 + (int)(random >> 33) % 800;
        open_with(world, id, good_token(world, "alice", "viewer", life_s));
        world->calls[0] = world->log[0] = 0;
        if (id % 3 == 0)
            core_closed(world->core, (connection_id)(id / 2 + 1),
                        DEPARTED_CLEANLY);
    }
    while (core_next_tick(world->core) != INT64_MAX) {
        int64_t next_ms = core_next_tick(world->core);
        ck_assert_int_ge(next_ms, world->now_ms);
        world->now_ms = next_ms;
        core_ticked(world->core);
        world->calls[0] = world->log[0] = 0;
        for (const struct member *at = world->core->pool; at != NULL;
             at = at->next)
            ck_assert_int_gt(at->claims.expires_s * 1000, world->now_ms);
    }
    ck_assert_int_gt(world->now_ms, start_ms);
    ck_assert_ptr_null(world->core->pool);
    ck_assert_uint_eq(world->core->deadline_count, 0);
    world_free(world);
}
END_TEST

START_TEST(connections_are_found_by_id)
{
    struct world *world = world_new();

    for (int id = 1; id <= 1000; id++)
        open_at(world, id * 4096, "/ws", ""),
            world->log[0] = world->calls[0] = 0;
    for (int id = 1; id <= 1000; id++)
        ck_assert_uint_eq(
            connection_find(world->core, (connection_id)id * 4096)->id,
            (connection_id)id * 4096);
    ck_assert_ptr_null(connection_find(world->core, 1));
    for (int id = 1000; id >= 1; id -= 2)
        core_closed(world->core, (connection_id)id * 4096, DEPARTED_CLEANLY);
    ck_assert_ptr_null(connection_find(world->core, 1000 * 4096));
    ck_assert_ptr_nonnull(connection_find(world->core, 999 * 4096));
    ck_assert_int_eq(gauge_of(world, "strangers"), 500);
    world_free(world);
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("core_time", &tcase);

    tcase_add_test(tcase, live_token_expires_to_the_millisecond);
    tcase_add_loop_test(tcase, late_timer_lends_no_time, 0, 2);
    tcase_add_test(tcase, refused_peer_is_cut_off);
    tcase_add_test(tcase, nobody_is_cut_off_with_time_to_spare);
    tcase_add_test(tcase, passed_deadline_moves_on);
    tcase_add_test(tcase, thousands_of_deadlines_keep_their_order);
    tcase_add_test(tcase, connections_are_found_by_id);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_core_time");
}
