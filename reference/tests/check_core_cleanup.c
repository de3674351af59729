/* The tables of addresses and users: when their cleanup is due, and what
 * becomes of whoever finds them full. */
#include "tests/pos_world.h"

enum { WINDOW_MS = 60 * 1000, PAUSE_MS = WINDOW_MS / 50 };

#define TOO_OFTEN "1013 Too many attempts; "

static void let_pass(struct world *world, int64_t ms)
{
    world->now_ms += ms;
    core_ticked(world->core);
}

/* From an address of its own, which is 192.0.2.`host`. */
static void come(struct world *world, int id, int host)
{
    char peer[PEER_BYTES_MAX];

    snprintf(peer, sizeof(peer), "192.0.2.%d:1", host);
    open_request(
        world, id,
        (struct request){ .path = text_of("/ws/pos/" HOME), .peer = peer });
}

static void come_and_go(struct world *world, int id, int host)
{
    come(world, id, host);
    core_closed(world->core, (connection_id)id, DEPARTED_CLEANLY);
}

static void expect_tracked(struct world *world, int addresses, int users,
                           int cleanups)
{
    ck_assert_int_eq(gauge_of(world, "tracked_addresses"), addresses);
    ck_assert_int_eq(gauge_of(world, "tracked_users"), users);
    ck_assert_int_eq(gauge_of(world, "cleanups"), cleanups);
}

/* --- When it is due ------------------------------------------------------- */

/* Entries that come later put the one that is due off no further. */
START_TEST(one_cleanup_is_due_at_a_time)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);
    int64_t due_ms = world->now_ms + PAUSE_MS;

    expect_tracked(world, 0, 0, 0);
    ck_assert_int_eq(core_next_tick(world->core), INT64_MAX);
    for (int id = 1; id <= 50; id++) {
        come_and_go(world, id, id);
        let_pass(world, 10);
        ck_assert_int_eq(core_next_tick(world->core), due_ms);
    }
    expect_tracked(world, 50, 0, 1);
    world_free(world);
}
END_TEST

START_TEST(cleanup_frees_what_counts_nothing)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    come_and_go(world, 1, 1);
    let_pass(world, WINDOW_MS / 2);
    come_and_go(world, 2, 2);
    let_pass(world, WINDOW_MS / 2 - 1);
    expect_tracked(world, 2, 0, 1);
    let_pass(world, PAUSE_MS);
    expect_tracked(world, 1, 0, 1);
    let_pass(world, WINDOW_MS);
    expect_tracked(world, 0, 0, 0);
    ck_assert_int_eq(core_next_tick(world->core), INT64_MAX);
    come_and_go(world, 3, 3);
    expect_tracked(world, 1, 0, 1);
    world_free(world);
}
END_TEST

/* Strangers that wait and members that stay are counted on, window or not. */
START_TEST(cleanup_spares_what_counts_something)
{
    struct settings settings = settings_for(SERVES_POS);
    struct shelf shelf;

    settings.auth_ms = 10 * WINDOW_MS;
    struct world *world = pos_with(&secure_policy, &settings, &shelf);
    come(world, 1, 1);
    come(world, 2, 2);
    authenticate(world, 2, "alice", "");
    for (int i = 0; i < 5; i++) {
        let_pass(world, WINDOW_MS);
        expect_tracked(world, 1, 1, 1);
    }
    core_closed(world->core, 1, DEPARTED_CLEANLY);
    core_closed(world->core, 2, DEPARTED_CLEANLY);
    let_pass(world, WINDOW_MS);
    expect_tracked(world, 0, 0, 0);
    world_free(world);
}
END_TEST

START_TEST(signals_count_nothing)
{
    struct world *world = world_new();

    open_as(world, 1, "alice", "viewer");
    open_at(world, 2, "/ws", "");
    expect_tracked(world, 0, 0, 0);
    world_free(world);
}
END_TEST

START_TEST(shortest_window_leaves_the_clock_time)
{
    struct settings settings = settings_for(SERVES_POS);
    struct shelf shelf;

    settings.window_ms = 0;
    struct world *world = pos_with(&secure_policy, &settings, &shelf);
    come(world, 1, 1);
    for (int i = 0; i < 10; i++) {
        ck_assert_int_gt(core_next_tick(world->core), world->now_ms);
        world->now_ms = core_next_tick(world->core);
        core_ticked(world->core);
    }
    world_free(world);
}
END_TEST

/* --- Where they end ------------------------------------------------------- */

static void fill(struct counts *counts, size_t to)
{
    char key[32];

    for (size_t i = 0; counts->entries < to; i++) {
        snprintf(key, sizeof(key), "key %zu", i);
        ck_assert_ptr_nonnull(count_make(counts, key));
    }
}

START_TEST(counts_are_found_again)
{
    struct counts counts = { NULL, 0 };
    char key[32];

    ck_assert_ptr_null(count_find(&counts, "key 1"));
    count_remove(&counts, "key 1");
    fill(&counts, 2 * COUNT_BUCKETS);
    ck_assert_str_eq(count_find(&counts, "key 711")->key, "key 711");
    ck_assert_ptr_null(count_find(&counts, "key"));
    for (size_t i = 0; i < 2 * COUNT_BUCKETS; i += 2) {
        snprintf(key, sizeof(key), "key %zu", i);
        count_remove(&counts, key);
        ck_assert_ptr_null(count_find(&counts, key));
    }
    ck_assert_uint_eq(counts.entries, COUNT_BUCKETS);
    ck_assert_ptr_nonnull(count_find(&counts, "key 711"));
    counts_free(&counts);
}
END_TEST

START_TEST(full_table_takes_no_new_address)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    come(world, 1, 1);
    fill(&world->core->addresses, COUNTS_MAX);
    world->calls[0] = 0;
    come(world, 2, 2);
    expect_calls(world, "unknown", "accept 2; close 2 " TOO_OFTEN "end 2; ");
    come(world, 3, 1);
    expect_calls(world, "known", "accept 3; ");
    ck_assert_int_eq(gauge_of(world, "tracked_addresses"), COUNTS_MAX);
    let_pass(world, WINDOW_MS);
    world->calls[0] = 0;
    come(world, 4, 2);
    expect_calls(world, "cleaned up", "accept 4; ");
    world_free(world);
}
END_TEST

START_TEST(full_table_takes_no_new_stranger)
{
    struct settings settings = settings_for(SERVES_POS);
    struct shelf shelf;

    settings.attempts_max = 0;
    struct world *world = pos_with(&secure_policy, &settings, &shelf);
    fill(&world->core->addresses, COUNTS_MAX);
    come(world, 1, 1);
    expect_calls(world, "unknown", "accept 1; close 1 " TOO_OFTEN);
    core_closed(world->core, 1, DEPARTED_CLEANLY);
    ck_assert_int_eq(gauge_of(world, "tracked_addresses"), COUNTS_MAX);
    world_free(world);
}
END_TEST

static bool has_any_place(const struct core *core, const struct claims *claims)
{
    (void)core, (void)claims;
    return true;
}

/* Nobody comes in uncounted, whatever the policy says of places. */
START_TEST(full_table_takes_no_new_user)
{
    struct settings settings = settings_for(SERVES_POS);
    struct policy policy = secure_policy;
    struct shelf shelf;

    if (_i == 1)
        policy.has_place = has_any_place;
    struct world *world = pos_with(&policy, &settings, &shelf);
    admit(world, 1, "alice", "pos", HOME);
    fill(&world->core->users, COUNTS_MAX);
    enter(world, 2, "pos", HOME);
    world->calls[0] = 0;
    authenticate(world, 2, "bob", "");
    expect_calls(world, "unknown",
                 _i == 1 ? "close 2 1013 Try again later; "
                         : "close 2 1013 Too many connections; ");
    ck_assert_int_eq(count_of(world, "pool", "user", "bob"), 0);
    ck_assert_int_eq(count_of(world, "events", "event", "ACCESS_DENIED"), 1);
    admit(world, 3, "alice", "pos", HOME);
    core_closed(world->core, 1, DEPARTED_CLEANLY);
    core_closed(world->core, 3, DEPARTED_CLEANLY);
    admit(world, 4, "bob", "pos", HOME);
    ck_assert_int_eq(gauge_of(world, "tracked_users"), COUNTS_MAX);
    world_free(world);
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("core_cleanup", &tcase);

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, one_cleanup_is_due_at_a_time);
    tcase_add_test(tcase, cleanup_frees_what_counts_nothing);
    tcase_add_test(tcase, cleanup_spares_what_counts_something);
    tcase_add_test(tcase, signals_count_nothing);
    tcase_add_test(tcase, shortest_window_leaves_the_clock_time);
    tcase_add_test(tcase, counts_are_found_again);
    tcase_add_test(tcase, full_table_takes_no_new_address);
    tcase_add_test(tcase, full_table_takes_no_new_stranger);
    tcase_add_loop_test(tcase, full_table_takes_no_new_user, 0, 2);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_core_cleanup");
}
