/* The routes of the control API, of each system: what they take, what they
 * refuse, and what comes of it. */
#include "tests/pos_wire.h"

#define TAVERN "22222222-2222-4222-8222-222222222222"
#define ORDER  "33333333-3333-4333-8333-333333333333"

static const struct {
    enum served served;
    const char *path;
    const char *body;
    int want;
} rows[] = {
    /* publish */
    { SERVES_SIGNALS, "/publish", "{\"text\":\"a\"}", 204 },
    { SERVES_SIGNALS, "/publish", "{\"text\":\"\"}", 204 },
    { SERVES_SIGNALS, "/publish", "{}", 400 },
    { SERVES_SIGNALS, "/publish", "[]", 400 },
    { SERVES_SIGNALS, "/publish", "\"text\"", 400 },
    { SERVES_SIGNALS, "/publish", "{\"Text\":\"a\"}", 400 },
    { SERVES_SIGNALS, "/publish", "{\"text\":null}", 400 },
    { SERVES_SIGNALS, "/publish", "{\"text\":[\"a\"]}", 400 },
    { SERVES_SIGNALS, "/publish", "{\"text\":\"a\",\"text\":\"b\"}", 400 },
    { SERVES_SIGNALS, "/publish", "{\"text\":\"a\",\"more\":1}", 400 },
    { SERVES_SIGNALS, "/publish", "{\"text\":\"a\"} ", 204 },
    { SERVES_SIGNALS, "/publish", "{\"text\":\"a\"}x", 400 },
    { SERVES_SIGNALS, "/publish", "{\"text\":\"a\"}{}", 400 },
    { SERVES_SIGNALS, "/publish",
      "{\"text\":\"a\",\"restaurant\":\"" BISTRO "\"}", 400 },
    { SERVES_POS, "/publish", "{\"text\":\"a\",\"restaurant\":\"" BISTRO "\"}",
      204 },
    { SERVES_POS, "/publish", "{\"text\":\"a\"}", 400 },
    { SERVES_POS, "/publish", "{\"text\":\"a\",\"restaurant\":\"\"}", 400 },
    { SERVES_POS, "/publish", "{\"text\":\"a\",\"restaurant\":7}", 400 },
    { SERVES_POS, "/publish", "{\"text\":\"a\",\"restaurant\":\"" BISTRO "0\"}",
      400 },
    { SERVES_POS, "/publish", "{\"text\":\"a\",\"restaurant\":null}", 400 },
    /* revoke */
    { SERVES_FACTORY, "/revoke", "{\"jti\":\"a\"}", 204 },
    { SERVES_ROOMS, "/revoke_user", "{\"user\":\"a\"}", 204 },
    { SERVES_ROOMS, "/revoke_user", "{\"user\":\"\"}", 400 },
    { SERVES_ROOMS, "/revoke_user", "{\"user\":7}", 400 },
    { SERVES_ROOMS, "/revoke_user", "{\"jti\":\"a\"}", 400 },
    { SERVES_POS, "/revoke_user", "{\"user\":\"a\"}", 404 },
    { SERVES_FACTORY, "/revoke", "{\"jti\":\"\"}", 400 },
    /* token */
    { SERVES_SIGNALS, "/token", "{\"user\":\"a\",\"role\":\"b\"}", 200 },
    { SERVES_SIGNALS, "/token", "{\"user\":\"a\",\"role\":\"\"}", 200 },
    { SERVES_SIGNALS, "/token", "{\"user\":\"\",\"role\":\"b\"}", 400 },
    { SERVES_SIGNALS, "/token", "{\"user\":\"a\"}", 400 },
    { SERVES_SIGNALS, "/token", "{\"user\":\"a\",\"role\":7}", 400 },
    { SERVES_FACTORY, "/token", "{\"user\":\"a\",\"role\":\"b\"}", 404 },
    { SERVES_FACTORY, "/revoke", "{\"jti\":7}", 400 },
    { SERVES_FACTORY, "/revoke", "{\"jti\":\"a\",\"sub\":\"b\"}", 400 },
    { SERVES_FACTORY, "/revoke", "{\"jti\":\"a\\u0000b\"}", 400 },
    /* managers */
    { SERVES_FACTORY, "/managers", "{\"user\":\"alice\"}", 409 },
    { SERVES_FACTORY, "/managers", "{\"user\":\"\"}", 409 },
    { SERVES_FACTORY, "/managers", "{}", 400 },
    { SERVES_FACTORY, "/managers", "{\"user\":7}", 400 },
    { SERVES_SIGNALS, "/managers", "{\"user\":\"alice\"}", 404 },
    { SERVES_POS, "/managers", "{\"user\":\"alice\"}", 404 },
    /* directory */
    { SERVES_SIGNALS, "/directory", "{\"remove_user\":\"alice\"}", 404 },
    { SERVES_FACTORY, "/directory", "{\"remove_user\":\"alice\"}", 404 },
    { SERVES_POS, "/directory", "{}", 400 },
    { SERVES_POS, "/directory", "[]", 400 },
    { SERVES_POS, "/directory", "{\"table\":{\"id\":\"a\"}}", 400 },
    { SERVES_POS, "/directory",
      "{\"restaurant\":{\"id\":\"" TAVERN "\",\"active\":false}}", 204 },
    { SERVES_POS, "/directory",
      "{\"restaurant\":{\"id\":\"" TAVERN "\",\"active\":1}}", 400 },
    { SERVES_POS, "/directory",
      "{\"restaurant\":{\"id\":\"tavern\",\"active\":true}}", 400 },
    { SERVES_POS, "/directory",
      "{\"restaurant\":{\"id\":\"AAAAAAAA-1111-4111-8111-111111111111\","
      "\"active\":true}}",
      400 },
    { SERVES_POS, "/directory", "{\"restaurant\":{\"id\":\"" TAVERN "\"}}",
      400 },
    { SERVES_POS, "/directory",
      "{\"restaurant\":{\"id\":\"" TAVERN "\",\"active\":true,\"x\":1}}", 400 },
    { SERVES_POS, "/directory", "{\"restaurant\":\"" TAVERN "\"}", 400 },
    { SERVES_POS, "/directory",
      "{\"restaurant\":{\"id\":\"" TAVERN "\",\"active\":true},"
      "\"remove_user\":\"alice\"}",
      400 },
    { SERVES_POS, "/directory",
      "{\"user\":{\"id\":\"b\",\"role\":\"\",\"restaurant\":\"\"}}", 204 },
    { SERVES_POS, "/directory",
      "{\"user\":{\"id\":\"\",\"role\":\"cook\",\"restaurant\":\"\"}}", 400 },
    { SERVES_POS, "/directory",
      "{\"user\":{\"id\":\"b\",\"role\":\"cook\",\"restaurant\":\"here\"}}",
      400 },
    { SERVES_POS, "/directory",
      "{\"user\":{\"id\":\"b\",\"role\":\"a role of more than 32 bytes, and "
      "then\",\"restaurant\":\"\"}}",
      400 },
    { SERVES_POS, "/directory",
      "{\"user\":{\"id\":\"'; DROP TABLE users; --\",\"role\":\"cook\","
      "\"restaurant\":\"" BISTRO "\"}}",
      204 },
    { SERVES_POS, "/directory", "{\"remove_user\":\"nobody\"}", 204 },
    { SERVES_POS, "/directory", "{\"remove_user\":\"\"}", 400 },
    { SERVES_POS, "/directory", "{\"remove_user\":{\"id\":\"alice\"}}", 400 },
    { SERVES_POS, "/directory",
      "{\"order\":{\"id\":\"" ORDER "\",\"restaurant\":\"" BISTRO
      "\",\"status\":\"pending\"}}",
      204 },
    { SERVES_POS, "/directory",
      "{\"order\":{\"id\":\"" ORDER "\",\"restaurant\":\"" BISTRO
      "\",\"status\":\"\"}}",
      400 },
    { SERVES_POS, "/directory",
      "{\"order\":{\"id\":\"7\",\"restaurant\":\"" BISTRO
      "\",\"status\":\"pending\"}}",
      400 },
    { SERVES_POS, "/directory",
      "{\"order\":{\"id\":\"" ORDER
      "\",\"restaurant\":\"\",\"status\":\"pending\"}}",
      400 },
};

static struct world world;

static void start(enum served served)
{
    struct options options = world_prepare(&world);

    options.served = served;
    world_start(&world, &options);
}

static void stop(void)
{
    ck_assert_int_eq(world_stop(&world), 0);
}

static void answer_all(enum served served)
{
    char answer[HEARD_SIZE];

    for (int i = 0; i < COUNT_OF(rows); i++) {
        if (rows[i].served != served)
            continue;
        int got = call(&world, "POST", rows[i].path, rows[i].body, answer);
        ck_assert_msg(got == rows[i].want, "%s %s: want %d, got %d",
                      rows[i].path, rows[i].body, rows[i].want, got);
        ck_assert_int_eq(answer[0] == '\0',
                         rows[i].want != 409 && rows[i].want != 200);
    }
}

START_TEST(each_body_is_taken_or_refused)
{
    start((enum served)_i);
    answer_all((enum served)_i);
    stop();
}
END_TEST

/* 65,536 bytes are a body, one more is none. */
START_TEST(a_body_has_a_ceiling)
{
    static char body[64 * 1024 + 2];
    char answer[HEARD_SIZE];

    start(SERVES_SIGNALS);
    memset(body, ' ', sizeof(body) - 1);
    memcpy(body, "{\"text\":\"a\"}", 12);
    ck_assert_int_eq(call(&world, "POST", "/publish", body, answer), 413);
    body[sizeof(body) - 2] = '\0';
    ck_assert_int_eq(call(&world, "POST", "/publish", body, answer), 204);
    stop();
}
END_TEST

/* A manager comes with a user's context alone: who asks is told, and counted.
 */
START_TEST(no_manager_without_a_context)
{
    char answer[HEARD_SIZE];

    start(SERVES_FACTORY);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(
            call(&world, "POST", "/managers", "{\"user\":\"alice\"}", answer),
            409);
        ck_assert_ptr_nonnull(
            strstr(answer, "{\"error\":\"CRITICAL SECURITY ERROR: "));
    }
    ck_assert(inspect_comes_to(&world, "\"contextless_requests\":3"));
    ck_assert(inspect_comes_to(&world, "\"managers_created\":0"));
    stop();
}
END_TEST

/* A restaurant hears what is published to it, and what to all. */
START_TEST(a_publication_goes_where_it_is_meant_for)
{
    char payload[HEARD_SIZE];
    size_t length;

    start(SERVES_POS);
    pos_fill(&world);
    struct client alice = dial(world.port);
    pos_enter(alice);
    const char *const bodies[] = {
        "{\"text\":\"theirs\",\"restaurant\":\"" TAVERN "\"}",
        "{\"text\":\"ours\",\"restaurant\":\"" BISTRO "\"}",
    };
    for (int i = 0; i < COUNT_OF(bodies); i++)
        ck_assert_int_eq(call(&world, "POST", "/publish", bodies[i], payload),
                         204);
    ck_assert_uint_eq(hear_frame(alice, payload, &length), 0x81);
    ck_assert_str_eq(payload, "{\"type\":\"event\",\"text\":\"ours\"}");
    hang_up(alice);
    stop();
}
END_TEST

/* Its right is gone, and so is she. */
START_TEST(who_is_removed_is_put_out)
{
    char answer[HEARD_SIZE];

    start(SERVES_POS);
    pos_fill(&world);
    struct client alice = dial(world.port);
    pos_enter(alice);
    ck_assert_int_eq(call(&world, "POST", "/directory",
                          "{\"remove_user\":\"alice\"}", answer),
                     204);
    expect_close(alice, 4003, "Access denied");
    hang_up(alice);
    stop();
}
END_TEST

/* What is held open by operators is bounded: one more is cut off at once, and
 * those who are there go on. */
START_TEST(operators_are_counted)
{
    struct client operators[OPERATORS_MAX];
    char answer[HEARD_SIZE];
    char byte;

    start(SERVES_SIGNALS);
    for (int i = 0; i < OPERATORS_MAX; i++) {
        operators[i] = dial(world.control_port);
        ck_assert_int_eq(call_on(operators[i], "GET", "/inspect", "", answer),
                         200);
    }
    struct client surplus = dial(world.control_port);
    ck_assert(wait_readable(surplus.fd));
    ck_assert_int_eq(recv(surplus.fd, &byte, 1, 0), 0);
    hang_up(surplus);
    for (int i = 0; i < OPERATORS_MAX; i++) {
        ck_assert_int_eq(call_on(operators[i], "GET", "/inspect", "", answer),
                         200);
        hang_up(operators[i]);
    }
    stop();
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("shell: routes");
    TCase *tcase = tcase_create("control");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, each_body_is_taken_or_refused, 0,
                        SERVES_POS + 1);
    tcase_add_test(tcase, a_body_has_a_ceiling);
    tcase_add_test(tcase, no_manager_without_a_context);
    tcase_add_test(tcase, a_publication_goes_where_it_is_meant_for);
    tcase_add_test(tcase, who_is_removed_is_put_out);
    tcase_add_test(tcase, operators_are_counted);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_shell_routes");
}
