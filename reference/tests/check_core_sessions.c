/* Sessions of `rooms`: edges to the millisecond, what prolongs one, and what
 * is told of them. */
#include "core/sessions.h"
#include "tests/core_world.h"

enum { TTL_MS = 5000, LIFE_S = 600 };

#define WHOAMI "{\"type\":\"whoami\"}"
#define GONE   "close 1 4001 Session expired; "

static struct world *rooms_of(int ttl_ms)
{
    struct settings settings = settings_for(SERVES_ROOMS);

    settings.session_ttl_ms = ttl_ms;
    settings.messages_max = 2;
    return world_with(&secure_policy, &settings);
}

static void enter_as(struct world *world, int id, const char *user)
{
    char query[TOKEN_BYTES + 8];

    snprintf(query, sizeof(query), "token=%s",
             good_token(world, user, "member", LIFE_S));
    open_at(world, id, "/rooms", query);
    world->calls[0] = 0;
}

static void expect_identity(struct world *world, const char *user)
{
    char want[128];

    snprintf(want, sizeof(want),
             "send 1 {\"type\":\"identity\",\"user_id\":\"%s\"}; ", user);
    hear(world, 1, WHOAMI);
    expect_calls(world, user, want);
}

static void tick_after(struct world *world, int ms)
{
    world->now_ms += ms;
    core_ticked(world->core);
}

START_TEST(idle_session_ends_in_time)
{
    struct world *world = rooms_of(TTL_MS);

    enter_as(world, 1, "alice");
    ck_assert_int_eq(member_deadline_ms(
                         world->core, connection_find(world->core, 1)->member),
                     world->now_ms + TTL_MS);
    tick_after(world, TTL_MS - 1);
    expect_calls(world, "a moment before", "");
    ck_assert_int_eq(count_of(world, "sessions", "user", "alice"), 1);
    tick_after(world, 1);
    expect_calls(world, "in time", GONE);
    ck_assert_int_eq(count_of(world, "sessions", "user", "alice"), 0);
    ck_assert_int_eq(count_of(world, "events", "cause", "session"), 1);
    world_free(world);
}
END_TEST

START_TEST(each_message_prolongs_it)
{
    struct world *world = rooms_of(TTL_MS);

    enter_as(world, 1, "alice");
    for (int i = 0; i < 10; i++) {
        world->now_ms += TTL_MS - 1;
        expect_identity(world, "alice");
    }
    world->now_ms += TTL_MS - 1;
    hear(world, 1, "no JSON");
    world->calls[0] = 0;
    tick_after(world, TTL_MS - 1);
    expect_calls(world, "whatever it holds", "");
    tick_after(world, 1);
    expect_calls(world, "idle", GONE);
    world_free(world);
}
END_TEST

/* A late timer lends nobody any time, and nothing revives what has ended. */
START_TEST(message_that_comes_with_the_end_does_not_count)
{
    struct world *world = rooms_of(TTL_MS);

    enter_as(world, 1, "alice");
    world->now_ms += TTL_MS;
    hear(world, 1, WHOAMI);
    expect_calls(world, "at the end", GONE);
    hear(world, 1, WHOAMI);
    core_stirred(world->core, 1);
    expect_calls(world, "behind it", "");
    world_free(world);
}
END_TEST

/* A ping keeps TCP alive, and says nothing of its user. */
START_TEST(ping_prolongs_nothing)
{
    struct world *world = rooms_of(TTL_MS);

    enter_as(world, 1, "alice");
    world->now_ms += TTL_MS - 1;
    core_stirred(world->core, 1);
    tick_after(world, 1);
    expect_calls(world, "in time", GONE);
    world_free(world);
}
END_TEST

START_TEST(session_outlives_no_token)
{
    struct world *world = rooms_of(LIFE_S * 1000 + 1);

    enter_as(world, 1, "alice");
    tick_after(world, LIFE_S * 1000);
    expect_calls(world, "the token's end",
                 "close 1 4001 Invalid or expired token; ");
    world_free(world);
}
END_TEST

START_TEST(without_a_limit_it_may_be_idle)
{
    struct world *world = rooms_of(0);

    enter_as(world, 1, "alice");
    tick_after(world, LIFE_S * 1000 - 1);
    expect_identity(world, "alice");
    world_free(world);
}
END_TEST

static char *sessions_of(struct world *world)
{
    cJSON *tree = core_inspect(world->core, 0);
    char *text = cJSON_PrintUnformatted(
        cJSON_GetObjectItemCaseSensitive(tree, "sessions"));

    cJSON_Delete(tree);
    return text;
}

START_TEST(sessions_are_told_to_operators)
{
    struct world *world = rooms_of(TTL_MS);
    char *text;

    enter_as(world, 1, "alice");
    world->now_ms += 1500;
    hear(world, 1, WHOAMI);
    text = sessions_of(world);
    ck_assert_str_eq(text, "[{\"user\":\"alice\","
                           "\"since\":\"2026-02-22T10:00:00.000Z\","
                           "\"last_activity\":\"2026-02-22T10:00:01.500Z\"}]");
    cJSON_free(text);
    core_closed(world->core, 1, DEPARTED_ABRUPTLY);
    ck_assert_int_eq(count_of(world, "sessions", "user", "alice"), 0);
    world_free(world);
}
END_TEST

/* --- Logging out ---------------------------------------------------------- */

#define LOGOUT  "{\"type\":\"logout\"}"
#define GOODBYE "4001 Logged out; "

/* Is a token of this user and time admitted? `iat`: raw JSON, or NULL. */
static bool comes_in(struct world *world, int id, const char *user,
                     const char *iat)
{
    char payload[256];
    char query[TOKEN_BYTES + 8];

    snprintf(payload, sizeof(payload), "{\"sub\":\"%s\",\"exp\":%lld%s%s}",
             user, (long long)(world->now_ms / 1000 + 300),
             iat == NULL ? "" : ",\"iat\":", iat == NULL ? "" : iat);
    snprintf(query, sizeof(query), "token=%s",
             sign(world, GOOD_HEADER, payload));
    world->calls[0] = 0;
    open_at(world, id, "/rooms", query);
    return strstr(world->calls, "close") == NULL;
}

static const char *seconds_ago(const struct world *world, double ago)
{
    static char text[32];

    snprintf(text, sizeof(text), "%.3f", (double)world->now_ms / 1000 - ago);
    return text;
}

START_TEST(logout_ends_all_connections_of_the_user)
{
    struct world *world = rooms_of(TTL_MS);

    enter_as(world, 1, "alice");
    enter_as(world, 2, "bob");
    enter_as(world, 3, "alice");
    hear(world, 1, LOGOUT);
    expect_calls(world, "both", "close 3 " GOODBYE "close 1 " GOODBYE);
    ck_assert_int_eq(count_of(world, "sessions", "user", "alice"), 0);
    ck_assert_int_eq(count_of(world, "sessions", "user", "bob"), 1);
    ck_assert_int_eq(count_of(world, "events", "cause", "logout"), 2);
    hear(world, 3, WHOAMI);
    expect_calls(world, "behind it", "");
    world_free(world);
}
END_TEST

START_TEST(older_tokens_hold_no_longer)
{
    struct world *world = rooms_of(TTL_MS);

    enter_as(world, 1, "alice");
    world->now_ms += 5500;
    hear(world, 1, "x");
    world->now_ms += 4500;
    ck_assert(core_revoke_user(world->core, text_of("alice")));
    ck_assert(!comes_in(world, 2, "alice", seconds_ago(world, 1)));
    ck_assert(!comes_in(world, 3, "alice", seconds_ago(world, 0)));
    ck_assert(comes_in(world, 4, "bob", seconds_ago(world, 1)));
    world->now_ms += 2000;
    ck_assert(!comes_in(world, 5, "alice", seconds_ago(world, 2)));
    ck_assert(!comes_in(world, 6, "alice", NULL));
    ck_assert(comes_in(world, 7, "alice", seconds_ago(world, 1)));
    world_free(world);
}
END_TEST

/* Where a token need not say when it was issued. */
START_TEST(token_without_a_time_counts_as_old)
{
    struct settings settings = settings_for(SERVES_ROOMS);

    settings.max_lifetime_s = 0;
    struct world *world = world_with(&secure_policy, &settings);
    ck_assert(comes_in(world, 1, "alice", NULL));
    ck_assert(core_revoke_user(world->core, text_of("alice")));
    world->now_ms += 5000;
    ck_assert(!comes_in(world, 2, "alice", NULL));
    ck_assert(comes_in(world, 3, "bob", NULL));
    ck_assert_int_eq(logouts_next_ms(world->core), INT64_MAX);
    world_free(world);
}
END_TEST

START_TEST(logouts_are_forgotten_with_the_oldest_token)
{
    struct world *world = rooms_of(0);
    int64_t first_ms = world->now_ms;
    const struct counts *users = &world->core->logouts.users;

    ck_assert(core_revoke_user(world->core, text_of("alice")));
    world->now_ms += 1000;
    ck_assert(core_revoke_user(world->core, text_of("bob")));
    ck_assert_int_eq(logouts_next_ms(world->core), first_ms + 900 * 1000);
    tick_after(world, 900 * 1000 - 1001);
    ck_assert_int_eq((int)users->entries, 2);
    tick_after(world, 1);
    ck_assert_int_eq((int)users->entries, 1);
    tick_after(world, 900 * 1000);
    ck_assert_int_eq((int)users->entries, 0);
    ck_assert_int_eq(logouts_next_ms(world->core), INT64_MAX);
    world_free(world);
}
END_TEST

/* More than can be remembered: nobody's older token holds. */
START_TEST(full_table_of_logouts_fails_closed)
{
    struct world *world = rooms_of(0);
    char user[16];

    for (int i = 0; i <= COUNTS_MAX; i++) {
        snprintf(user, sizeof(user), "u%d", i);
        logout_note(world->core, user);
    }
    ck_assert(!comes_in(world, 1, "carol", seconds_ago(world, 1)));
    world->now_ms += 1000;
    ck_assert(comes_in(world, 2, "carol", seconds_ago(world, 0)));
    tick_after(world, 900 * 1000);
    ck_assert_int_eq(world->core->logouts.all_ms, 0);
    ck_assert_int_eq((int)world->core->logouts.users.entries, 0);
    world_free(world);
}
END_TEST

START_TEST(nobody_is_called_so)
{
    struct world *world = rooms_of(0);
    char longer[SUBJECT_BYTES_MAX + 2];

    memset(longer, 'u', sizeof(longer));
    longer[sizeof(longer) - 1] = 0;
    ck_assert(!core_revoke_user(world->core, text_of("")));
    ck_assert(!core_revoke_user(world->core, text_of(longer)));
    ck_assert(!core_revoke_user(world->core, (struct text){ "a\0b", 3 }));
    ck_assert_int_eq((int)world->core->logouts.users.entries, 0);
    world_free(world);
}
END_TEST

static Suite *suite(void)
{
    TCase *tcase;
    Suite *suite = suite_with("core_sessions", &tcase);

    tcase_add_test(tcase, idle_session_ends_in_time);
    tcase_add_test(tcase, each_message_prolongs_it);
    tcase_add_test(tcase, message_that_comes_with_the_end_does_not_count);
    tcase_add_test(tcase, ping_prolongs_nothing);
    tcase_add_test(tcase, session_outlives_no_token);
    tcase_add_test(tcase, without_a_limit_it_may_be_idle);
    tcase_add_test(tcase, sessions_are_told_to_operators);
    tcase_add_test(tcase, logout_ends_all_connections_of_the_user);
    tcase_add_test(tcase, older_tokens_hold_no_longer);
    tcase_add_test(tcase, token_without_a_time_counts_as_old);
    tcase_add_test(tcase, logouts_are_forgotten_with_the_oldest_token);
    tcase_add_test(tcase, full_table_of_logouts_fails_closed);
    tcase_add_test(tcase, nobody_is_called_so);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_core_sessions");
}
