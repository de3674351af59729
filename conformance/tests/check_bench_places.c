/* Where a credential may be carried, what becomes of two of them, and where an
 * origin counts. */
#include "odd_carriers.h"
#include "script_world.h"

static enum carriage place;

static void carry_to_place(struct bench *bench)
{
    need_no_carrier(bench, place);
    dial_as(bench, ALICE, TOKEN(.carriage = place));
}

/* What is agreed is no other place: nothing is asked there. */
START_TEST(agreed_place_is_no_other)
{
    static const struct {
        const char *profile;
        enum carriage carriage;
        enum verdict want;
    } places[] = {
        { "signals", CARRIED_IN_QUERY, NOT_APPLICABLE },
        { "signals", CARRIED_IN_HEADER, PASS },
        { "signals", CARRIED_IN_COOKIE, PASS },
        { "factory", CARRIED_IN_HEADER, NOT_APPLICABLE },
        { "factory", CARRIED_IN_QUERY, PASS },
        { ODD_CARRIERS, CARRIED_IN_COOKIE, NOT_APPLICABLE },
        { ODD_CARRIERS, CARRIED_IN_QUERY, NOT_APPLICABLE },
        { ODD_CARRIERS, CARRIED_IN_HEADER, PASS },
    };

    place = places[_i].carriage;
    struct result got = perform(places[_i].profile, carry_to_place);
    ck_assert_msg(got.verdict == places[_i].want, "%d: %s: %s", _i,
                  verdict_name(got.verdict), got.seen);
    result_deinit(&got);
}
END_TEST

static void bring_two(struct bench *bench)
{
    struct token second = TOKEN(.literal = "b");

    dial(bench, ALICE, TOKEN(.literal = "a"),
         (struct manner){ .second = &second, .second_alike = true });
}

START_TEST(cookies_stand_in_one_header)
{
    struct result got = perform(ODD_CARRIERS, bring_two);

    ck_assert_msg(got.verdict == PASS, "%s", got.seen);
    result_deinit(&got);
    ck_assert_msg(strstr(play.opened[2], "Cookie: lang=en; sid=b; sid=a") !=
                      NULL,
                  "%s", play.opened[2]);
}
END_TEST

static void ask_native_clients(struct bench *bench)
{
    struct manner native = { .no_origin = true };

    expect_native_client(dial(bench, ALICE, GOOD_TOKEN, native));
}

#define POLICY(policy, carriers)                                               \
    "{\"extends\":\"factory\",\"endpoint\":{\"origin_policy\":\"" policy       \
    "\"},\"capabilities\":{\"subprotocol\":false,\"second_carrier\":false},"   \
    "\"credential\":{\"carriers\":[" carriers "]}}"
#define BEARER "{\"bearer\":true}"
#define COOKIE "{\"cookie\":\"sid\"}"

/* The second socket is the one that sends no origin. */
static const struct {
    const char *manifest;
    int status; /* that it is refused with; 0: it is admitted */
    enum verdict want;
    const char *holds; /* its handshake */
} policies[] = {
    { POLICY("if_present", BEARER), 0, PASS, "Bearer" },
    { POLICY("if_present", BEARER), 403, FAIL, "Bearer" },
    { POLICY("required", BEARER), 403, PASS, "Bearer" },
    { POLICY("required", BEARER), 0, FAIL, "Bearer" },
    { POLICY("with_cookie", BEARER), 0, NOT_APPLICABLE, "" },
    { POLICY("with_cookie", BEARER "," COOKIE), 0, PASS, "Cookie: sid=eyJ" },
    { POLICY("with_cookie", BEARER "," COOKIE), 403, FAIL, "Cookie: sid=eyJ" },
};

START_TEST(origin_counts_as_its_policy_says)
{
    playing_needs = ORIGINS;
    play.script = (struct script){
        .refusals = { [2] = { .status = policies[_i].status } }
    };
    struct result got = perform(policies[_i].manifest, ask_native_clients);
    ck_assert_msg(got.verdict == policies[_i].want, "%d: %s", _i, got.seen);
    ck_assert_msg(strstr(play.opened[2], policies[_i].holds) != NULL, "%s",
                  play.opened[2]);
    result_deinit(&got);
}
END_TEST

/* --- What of it is no secret ---------------------------------------------- */

#define LOGGED                                                                 \
    "{\"extends\":\"signals\",\"credential\":{\"carriers\":["                  \
    "{\"cookie\":\"session-of-ours\"}]}}"

static void come_with_a_named_token(struct bench *bench)
{
    dial_as(bench, ALICE, TOKEN(.literal = "2|session-of-ours|x9-4711"));
    expect_log_without_tokens(bench);
}

START_TEST(name_of_a_cookie_may_be_logged)
{
    static const struct {
        const char *log;
        enum verdict want;
    } logs[] = {
        { "127.0.0.1:5001 in\n", PASS },
        { "127.0.0.1:5001 bad cookie session-of-ours\n", PASS },
        { "127.0.0.1:5001 session-of-ours|x\n", FAIL },
        { "127.0.0.1:5001 of-ours|x9-4711\n", FAIL },
    };

    play.script = (struct script){ .log = logs[_i].log };
    struct result got = perform(LOGGED, come_with_a_named_token);
    ck_assert_msg(got.verdict == logs[_i].want, "%d: %s", _i, got.seen);
    result_deinit(&got);
}
END_TEST

/* --- Ends that are declared to come late ---------------------------------- */

#define ENFORCED(what)                                                         \
    "{\"extends\":\"signals\",\"credential\":{\"enforced\":{" what "}}}"

static void wait_for_an_end(struct bench *bench)
{
    expect_closed_for(admit(bench, ALICE), CAUSE_EXPIRED_LIVE);
}

/* Whatever is declared, it fails; what is declared is told, and tried. */
START_TEST(declared_end_stays_a_finding)
{
    static const struct {
        const char *manifest;
        uint64_t needs;
        bool hangs_up; /* when something is said */
        const char *expected;
    } ends[] = {
        { "signals", LIVE_EXPIRY, false, "token\"" },
        { ENFORCED("\"expiry\":\"never\""), LIVE_EXPIRY, false, "never" },
        { ENFORCED("\"expiry\":\"never\""), REVOCATION, false, "token\"" },
        { ENFORCED("\"revocation\":\"new_connections\""), REVOCATION, false,
          "enforced for new connections alone" },
        { ENFORCED("\"expiry\":\"next_message\""), LIVE_EXPIRY, true,
          "enforced at the next message alone, and so it was" },
        { ENFORCED("\"expiry\":\"next_message\""), LIVE_EXPIRY, false,
          "and then it was not either" },
    };
    size_t length;

    playing_needs = ends[_i].needs;
    play.script = (struct script){ .hangs_up = { [2] = ends[_i].hangs_up } };
    struct result got = perform(ends[_i].manifest, wait_for_an_end);
    length = strlen(ends[_i].expected);
    ck_assert_int_eq(got.verdict, FAIL);
    ck_assert_uint_ge(strlen(got.expected), length);
    ck_assert_str_eq(got.expected + strlen(got.expected) - length,
                     ends[_i].expected);
    result_deinit(&got);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("bench places");
    TCase *tcase = tcase_create("places");

    tcase_add_loop_test(tcase, agreed_place_is_no_other, 0, 8);
    tcase_add_test(tcase, cookies_stand_in_one_header);
    tcase_add_loop_test(tcase, origin_counts_as_its_policy_says, 0,
                        COUNT_OF(policies));
    tcase_add_loop_test(tcase, name_of_a_cookie_may_be_logged, 0, 4);
    tcase_add_loop_test(tcase, declared_end_stays_a_finding, 0, 6);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_bench_places");
}
