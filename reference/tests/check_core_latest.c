/* The other way in: whose token reads the latest broadcasts, and which those
 * are. */
#include "core/latest.h"
#include "tests/core_world.h"

#define REFUSED "{\"error\":\"unauthorized\"}"

static struct world *world_serving(enum served served)
{
    struct settings settings = settings_for(served);

    return world_with(&secure_policy, &settings);
}

static void expect_answer(struct world *world, const char *token, int status,
                          const char *want)
{
    char *body = NULL;

    ck_assert_int_eq(core_read_latest(world->core, text_of(token), &body),
                     status);
    ck_assert_str_eq(body, want);
    free(body);
}

START_TEST(good_token_reads_what_was_broadcast)
{
    struct world *world = world_serving(SERVES_SIGNALS);
    char *token = core_issue(world->core, "alice", "viewer");

    expect_answer(world, token, 200, "{\"signals\":[]}");
    core_publish(world->core, text_of("a"), text_of(""));
    core_publish(world->core, text_of("\xff"), text_of("")); /* no text */
    core_publish(world->core, text_of("b"), text_of(""));
    expect_answer(world, token, 200,
                  "{\"signals\":[{\"type\":\"signal\",\"text\":\"a\"},"
                  "{\"type\":\"signal\",\"text\":\"b\"}]}");
    free(token);
    world_free(world);
}
END_TEST

START_TEST(any_other_token_reads_nothing)
{
    struct world *world = world_serving(SERVES_SIGNALS);
    char *token = core_issue(world->core, "alice", "viewer");
    char endless[TOKEN_BYTES_MAX + 2];

    core_publish(world->core, text_of("a"), text_of(""));
    memset(endless, 'a', sizeof(endless) - 1);
    endless[sizeof(endless) - 1] = 0;
    expect_answer(world, "", 401, REFUSED);
    expect_answer(world, "a.b.c", 401, REFUSED);
    expect_answer(world, endless, 401, REFUSED);
    world->now_ms += INT64_C(365) * 24 * 3600 * 1000;
    expect_answer(world, token, 401, REFUSED);
    free(token);
    world_free(world);
}
END_TEST

START_TEST(the_oldest_are_forgotten)
{
    struct world *world = world_serving(SERVES_SIGNALS);
    char *token = core_issue(world->core, "alice", "viewer");
    char text[32];
    char *body = NULL;

    for (int i = 0; i <= LATEST_MAX; i++) {
        snprintf(text, sizeof(text), "n%d.", i);
        core_publish(world->core, text_of(text), text_of(""));
    }
    ck_assert_int_eq(core_read_latest(world->core, text_of(token), &body), 200);
    ck_assert_ptr_null(strstr(body, "n0."));
    ck_assert_ptr_nonnull(strstr(body, "n1."));
    ck_assert_ptr_nonnull(strstr(body, text));
    free(body);
    free(token);
    world_free(world);
}
END_TEST

/* What is said in a restaurant or to one user is not for whoever asks. */
START_TEST(other_systems_keep_none)
{
    struct world *world = world_serving(SERVES_FACTORY);
    char *body;

    core_publish(world->core, text_of("a"), text_of(""));
    body = latest_json(world->core);
    ck_assert_str_eq(body, "{\"signals\":[]}");
    free(body);
    world_free(world);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("core_latest");
    TCase *tcase = tcase_create("latest");

    tcase_add_test(tcase, good_token_reads_what_was_broadcast);
    tcase_add_test(tcase, any_other_token_reads_nothing);
    tcase_add_test(tcase, the_oldest_are_forgotten);
    tcase_add_test(tcase, other_systems_keep_none);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_core_latest");
}
