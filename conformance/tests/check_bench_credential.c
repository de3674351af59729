/* What is made of a credential: where it may not be carried, and what becomes
 * of two of them. */
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

static Suite *suite(void)
{
    Suite *suite = suite_create("bench credential");
    TCase *tcase = tcase_create("credentials");

    tcase_add_loop_test(tcase, agreed_place_is_no_other, 0, 8);
    tcase_add_test(tcase, cookies_stand_in_one_header);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_bench_credential");
}
