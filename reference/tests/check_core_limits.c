/* How many: attempts and strangers of an address, connections of a user and in
 * all; and that each place is given back, once. */
#include "tests/pos_world.h"

#define TOO_MANY "Too many attempts"

static struct world *limited(const struct policy *policy, struct shelf *shelf,
                             unsigned attempts, unsigned strangers)
{
    struct settings settings = settings_for(SERVES_POS);

    settings.attempts_max = attempts;
    settings.strangers_max = strangers;
    return pos_with(policy, &settings, shelf);
}

/* An attempt from this address; the forwarded one is a lie. */
static void attempt(struct world *world, int id, const char *host)
{
    char peer[PEER_BYTES_MAX];
    char lie[32];
    struct header forwarded = { text_of("X-Forwarded-For"), { NULL, 0 } };

    snprintf(peer, sizeof(peer), "%s:%d", host, 1000 + id);
    snprintf(lie, sizeof(lie), "6.6.6.%d", id);
    forwarded.value = text_of(lie);
    open_request(world, id,
                 (struct request){ .path = text_of("/ws/pos/" HOME),
                                   .headers = &forwarded,
                                   .header_count = 1,
                                   .peer = peer });
}

static void expect_admitted(struct world *world, int id, const char *host)
{
    char want[64];

    attempt(world, id, host);
    snprintf(want, sizeof(want), "accept %d; ", id);
    expect_calls(world, "one more", want);
}

static void expect_turned_back(struct world *world, int id, const char *host)
{
    char want[128];

    attempt(world, id, host);
    snprintf(want, sizeof(want),
             "accept %d; close %d 1013 " TOO_MANY "; end %d; ", id, id, id);
    expect_calls(world, "one too many", want);
    core_closed(world->core, (connection_id)id, DEPARTED_CLEANLY);
}

START_TEST(attempts_of_an_address_are_counted)
{
    struct shelf shelf;
    struct world *world = limited(&secure_policy, &shelf, 500, 0);

    for (int id = 1; id <= 500; id++)
        expect_admitted(world, id, "10.0.0.1");
    expect_turned_back(world, 501, "10.0.0.1");
    expect_admitted(world, 502, "10.0.0.2");
    ck_assert_int_eq(count_of(world, "events", "cause", "attempts"), 1);
    ck_assert_int_eq(metric_of(world, "limit_violations"), 1);
    world->now_ms += 59999;
    expect_turned_back(world, 503, "10.0.0.1");
    world->now_ms += 1;
    expect_admitted(world, 504, "10.0.0.1");
    world_free(world);
}
END_TEST

START_TEST(unix_sockets_share_one_allowance)
{
    struct shelf shelf;
    struct world *world = limited(&secure_policy, &shelf, 1, 0);

    expect_admitted(world, 1, "unix");
    expect_turned_back(world, 2, "unix");
    expect_admitted(world, 3, "127.0.0.1");
    world_free(world);
}
END_TEST

START_TEST(strangers_of_an_address_are_counted)
{
    struct shelf shelf;
    struct world *world = limited(&secure_policy, &shelf, 0, 3);

    for (int id = 1; id <= 3; id++)
        expect_admitted(world, id, "10.0.0.1");
    expect_turned_back(world, 4, "10.0.0.1");
    expect_admitted(world, 5, "10.0.0.2");
    authenticate(world, 1, "alice", "");
    hear(world, 2, "{}");
    core_closed(world->core, 3, DEPARTED_ABRUPTLY);
    world->calls[0] = 0;
    for (int id = 6; id <= 8; id++)
        expect_admitted(world, id, "10.0.0.1");
    expect_turned_back(world, 9, "10.0.0.1");
    world->now_ms += 5000;
    core_ticked(world->core);
    world->calls[0] = 0;
    expect_admitted(world, 10, "10.0.0.1");
    ck_assert_int_eq(count_of(world, "events", "cause", "strangers"), 2);
    world_free(world);
}
END_TEST

/* --- Of a user ------------------------------------------------------------ */

static const char *endpoint_of(int id)
{
    static const char *const endpoints[] = { "pos", "kitchen", "management" };

    return endpoints[id % 3];
}

/* Fifty wait, and speak one behind the other: five get in. */
START_TEST(fifty_at_once_get_five_places)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);
    int admitted = 0;

    for (int id = 1; id <= 50; id++)
        enter(world, id, endpoint_of(id), HOME);
    for (int id = 1; id <= 50; id++) {
        world->calls[0] = 0;
        authenticate(world, id, "owner", "");
        admitted += strstr(world->calls, "auth_success") != NULL;
        if (id > 5)
            ck_assert_ptr_nonnull(
                strstr(world->calls, "1013 Too many connections; "));
    }
    ck_assert_int_eq(admitted, 5);
    ck_assert_int_eq(count_of(world, "pool", "user", "owner"), 5);
    ck_assert_int_eq(count_of(world, "events", "cause", "per_user"), 45);
    admit(world, 60, "alice", "pos", HOME);
    world_free(world);
}
END_TEST

static void end_cleanly(struct world *world, int id)
{
    core_close_received(world->core, (connection_id)id, 1000);
    core_closed(world->core, (connection_id)id, DEPARTED_CLEANLY);
}

static void end_abruptly(struct world *world, int id)
{
    core_closed(world->core, (connection_id)id, DEPARTED_ABRUPTLY);
}

static void end_by_fault(struct world *world, int id)
{
    core_frame_failed(world->core, (connection_id)id, 1002);
    core_closed(world->core, (connection_id)id, DEPARTED_CLEANLY);
}

static void end_by_length(struct world *world, int id)
{
    core_overlong(world->core, (connection_id)id, true, 1 << 20);
    core_closed(world->core, (connection_id)id, DEPARTED_CLEANLY);
}

static void (*const ends[])(struct world *world, int id) = {
    end_cleanly,
    end_abruptly,
    end_by_fault,
    end_by_length,
};

START_TEST(place_is_given_back_once)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    for (int id = 1; id <= 5; id++)
        admit(world, id, "owner", endpoint_of(id), HOME);
    ends[_i](world, 3);
    admit(world, 6, "owner", "pos", HOME);
    enter(world, 7, "pos", HOME);
    world->calls[0] = 0;
    authenticate(world, 7, "owner", "");
    expect_calls(world, "full again", "close 7 1013 Too many connections; ");
    core_closed(world->core, 7, DEPARTED_CLEANLY);
    for (int id = 1; id <= 6; id++)
        core_closed(world->core, (connection_id)id, DEPARTED_ABRUPTLY);
    ck_assert_int_eq(gauge_of(world, "tracked_users"), 0);
    ck_assert_int_eq(count_of(world, "history", "what", "remove"), 6);
    world_free(world);
}
END_TEST

START_TEST(expired_token_gives_its_place_back)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    for (int id = 1; id <= 5; id++)
        admit(world, id, "owner", "pos", HOME);
    world->now_ms += 600 * 1000;
    core_ticked(world->core);
    ck_assert_int_eq(gauge_of(world, "tracked_users"), 0);
    admit(world, 6, "owner", "pos", HOME);
    world_free(world);
}
END_TEST

START_TEST(a_lie_takes_no_place_of_its_victim)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    for (int id = 1; id <= 20; id++) {
        enter(world, id, "pos", HOME);
        if (id % 2 == 0)
            authenticate(world, id, "alice", ",\"user_id\":\"owner\"");
        else
            hear(world, id,
                 "{\"type\":\"authenticate\",\"user_id\":\"owner\"}");
    }
    ck_assert_int_eq(gauge_of(world, "tracked_users"), 0);
    for (int id = 21; id <= 25; id++)
        admit(world, id, "owner", "pos", HOME);
    world_free(world);
}
END_TEST

/* --- In all --------------------------------------------------------------- */

START_TEST(server_is_full)
{
    struct settings settings = settings_for(SERVES_POS);
    struct shelf shelf;

    settings.connections_max = 2;
    struct world *world = pos_with(&secure_policy, &settings, &shelf);
    enter(world, 1, "pos", HOME);
    enter(world, 2, "pos", HOME);
    world->calls[0] = 0;
    enter(world, 3, "kitchen", HOME);
    expect_calls(world, "full",
                 "accept 3; close 3 1013 Try again later; end 3; ");
    ck_assert_int_eq(count_of(world, "events", "cause", "full"), 1);
    ck_assert_int_eq(count_of(world, "events", "endpoint", "kitchen"), 1);
    world_free(world);
}
END_TEST

static bool never_full(const struct core *core)
{
    (void)core;
    return false;
}

START_TEST(no_policy_lifts_the_ceiling_in_all)
{
    struct settings settings = settings_for(SERVES_POS);
    struct policy policy = secure_policy;
    struct shelf shelf;

    settings.connections_max = 2;
    policy.is_full = never_full;
    struct world *world = pos_with(&policy, &settings, &shelf);
    enter(world, 1, "pos", HOME);
    enter(world, 2, "pos", HOME);
    world->calls[0] = 0;
    for (int id = 3; id <= 300; id++) {
        char want[32];
        enter(world, id, "kitchen", HOME);
        snprintf(want, sizeof(want), "reject %d 503; ", id);
        expect_calls(world, "beyond the ceiling", want);
    }
    ck_assert_int_eq(gauge_of(world, "connections"), 2);
    ck_assert_int_eq(count_of(world, "events", "cause", "unavailable"), 298);
    ck_assert_int_eq(count_of(world, "events", "endpoint", "kitchen"), 298);
    world->now_ms += 5000;
    core_ticked(world->core);
    ck_assert_int_eq(count_of(world, "events", "cause", "timeout"), 2);
    core_closed(world->core, 1, DEPARTED_CLEANLY);
    enter(world, 301, "pos", HOME);
    ck_assert_int_eq(gauge_of(world, "connections"), 2);
    world_free(world);
}
END_TEST

/* --- Tables --------------------------------------------------------------- */

START_TEST(addresses_are_forgotten)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);
    char host[32];

    ck_assert_int_eq(gauge_of(world, "cleanups"), 0);
    for (int id = 1; id <= 200; id++) {
        snprintf(host, sizeof(host), "10.0.0.%d", id);
        expect_admitted(world, id, host);
        core_closed(world->core, (connection_id)id, DEPARTED_ABRUPTLY);
    }
    ck_assert_int_eq(gauge_of(world, "tracked_addresses"), 200);
    ck_assert_int_eq(gauge_of(world, "cleanups"), 1);
    expect_admitted(world, 999, "10.0.1.1");
    world->now_ms += 4999;
    authenticate(world, 999, "alice", "");
    for (int i = 0; i < 100 && gauge_of(world, "cleanups") > 0; i++) {
        ck_assert_int_lt(core_next_tick(world->core), INT64_MAX);
        world->now_ms = core_next_tick(world->core);
        core_ticked(world->core);
    }
    ck_assert_int_eq(gauge_of(world, "tracked_addresses"), 0);
    world_free(world);
}
END_TEST

START_TEST(live_entries_outlast_the_cleanup)
{
    struct shelf shelf;
    struct world *world = pos_new(&shelf);

    for (int id = 1; id <= 5; id++)
        admit(world, id, "owner", "pos", HOME);
    world->now_ms += 120 * 1000;
    core_ticked(world->core);
    ck_assert_int_eq(gauge_of(world, "tracked_users"), 1);
    ck_assert_int_eq(gauge_of(world, "tracked_addresses"), 0);
    ck_assert_int_eq(gauge_of(world, "cleanups"), 1);
    enter(world, 6, "pos", HOME);
    world->calls[0] = 0;
    authenticate(world, 6, "owner", "");
    expect_calls(world, "still five", "close 6 1013 Too many connections; ");
    world_free(world);
}
END_TEST

START_TEST(full_table_refuses)
{
    struct counts counts = { .entries = COUNTS_MAX };

    ck_assert_ptr_null(count_make(&counts, "one more"));
    counts.entries = 0;
    ck_assert_ptr_nonnull(count_make(&counts, "one"));
    ck_assert_ptr_eq(count_make(&counts, "one"), count_find(&counts, "one"));
    ck_assert_uint_eq(counts.entries, 1);
    count_remove(&counts, "two");
    count_remove(&counts, "one");
    ck_assert_uint_eq(counts.entries, 0);
    counts_free(&counts);
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("core_limits", &tcase);

    tcase_add_test(tcase, attempts_of_an_address_are_counted);
    tcase_add_test(tcase, unix_sockets_share_one_allowance);
    tcase_add_test(tcase, strangers_of_an_address_are_counted);
    tcase_add_test(tcase, fifty_at_once_get_five_places);
    tcase_add_loop_test(tcase, place_is_given_back_once, 0, COUNT_OF(ends));
    tcase_add_test(tcase, expired_token_gives_its_place_back);
    tcase_add_test(tcase, a_lie_takes_no_place_of_its_victim);
    tcase_add_test(tcase, server_is_full);
    tcase_add_test(tcase, no_policy_lifts_the_ceiling_in_all);
    tcase_add_test(tcase, addresses_are_forgotten);
    tcase_add_test(tcase, live_entries_outlast_the_cleanup);
    tcase_add_test(tcase, full_table_refuses);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_core_limits");
}
