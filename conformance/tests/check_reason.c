/* Reasons without what differs from run to run: what is left must differ where
 * the failures do. */
#include "check_program.h"
#include "run/reason.h"
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *seen;
    const char *want;
} rows[] = {
    { "alice-2 got close 1008 \"Authentication required\"",
      "alice-2 got close 1008 \"Authentication required\"" },
    { "", "<nothing>" },
    { "asked who it is, alice-3 is told \"bob-05241d674fa71057\"",
      "asked who it is, alice-3 is told \"bob-<id>\"" },
    { "it heard sig-19356294f4cfc722-1, then sig-19356294f4cfc722-12",
      "it heard sig-<id>, then sig-<id>" },
    { "{\"restaurant_id\":\"82fcce13-cfe9-4e22-a036-35fd359281dc\"}",
      "{\"restaurant_id\":\"<id>\"}" },
    { "\"timestamp\":\"2026-01-01T00:00:00.500Z\"",
      "\"timestamp\":\"<time>\"" },
    { "at 2026-11-21 20:35:12,123 and 2026-11-21T20:35:12+01:00",
      "at <time> and <time>" },
    { "{\"iat\":1795293312,\"exp\":1795293312.25}",
      "{\"iat\":<id>,\"exp\":<id>}" },
    { "no log line about alice-2, 127.8.0.64:5002, holds `token=`",
      "no log line about alice-2, <address>, holds `token=`" },
    { "ws://localhost:41873/ws and [::1]:80",
      "ws://<address>/ws and <address>" },
    { "still connected 5003 ms after the Close, 1.5 s too long",
      "still connected <duration> after the Close, <duration> too long" },
    { "alice-7 got 1 data frame, then close 4001 \"\"",
      "alice-7 got data frames, then close 4001 \"\"" },
    { "alice-7 got 17 data frames, then close 4001 \"\"",
      "alice-7 got data frames, then close 4001 \"\"" },
    { "alice-5 received 27, 2 of them broadcasts of ours",
      "alice-5 received <n>, <n> of them broadcasts of ours" },
    { "alice-5 received 27, 0 of them broadcasts of ours",
      "alice-5 received <n>, 0 of them broadcasts of ours" },
    { "it heard {\"clients\": 28, \"code\": 4001, \"load\":0.5}",
      "it heard {\"clients\": <n>, \"code\": 4001, \"load\":<n>}" },
    { "the socket is Q1zVb4CnB5Nx0x3IAAAB", "the socket is <id>" },
    { "the profile is word_null_is_an_invalid_token",
      "the profile is word_null_is_an_invalid_token" },
    { "HTTP 403 before the upgrade", "HTTP 403 before the upgrade" },
    { "bob-3 has 2 pool entries where 1 is right",
      "bob-3 has 2 pool entries where 1 is right" },
};

START_TEST(noise_is_put_aside)
{
    char *plain = reason_plain(rows[_i].seen);
    char *again = reason_plain(plain);

    ck_assert_str_eq(plain, rows[_i].want);
    ck_assert_str_eq(again, plain);
    ck_assert(reason_equals(rows[_i].seen, rows[_i].want));
    free(plain);
    free(again);
}
END_TEST

/* Each is another failure than the first. */
static const char *const others[] = {
    "alice-2 got close 1008 \"Authentication required\"",
    "alice-2 got close 4001 \"Authentication required\"",
    "alice-2 got close 1008 \"Authentication  required\"",
    "alice-3 got close 1008 \"Authentication required\"",
    "alice-2 got data frames, then close 1008 \"Authentication required\"",
    "alice-2 got a Close frame without a code (1005)",
    "alice-2 got HTTP 401 before the upgrade",
    "alice-2 got HTTP 403 before the upgrade",
    "alice-2 got FIN without a Close frame (1006)",
    "alice-2 got an open connection",
    "alice-2 got an open connection; the last frame was {\"type\":\"a\"}",
    "alice-2 got an open connection; the last frame was {\"type\":\"b\"}",
};

START_TEST(other_failures_stay_others)
{
    for (int i = 0; i < COUNT_OF(others); i++)
        ck_assert_msg(reason_equals(others[_i], others[i]) == (i == _i),
                      "\"%s\" and \"%s\"", others[_i], others[i]);
}
END_TEST

/* A quotation that ran out of room ends in half of something. */
START_TEST(long_quotation_is_cut_at_a_seam)
{
    char one[512];
    char other[512];
    static const char head[] =
        "alice-2 was told \"{\"type\":\"room_history\",\"room\":"
        "\"room-35a9f4bc0a671421\",\"messages\":[{\"user_id\":\"carol\","
        "\"text\":\"said in the room where all of them were\"},{\"user_id\":"
        "\"alice\",\"text\":\"and once more\"},";

    snprintf(one, sizeof(one), "%s{\"user_id\":\"bob-7dba1880a6\"", head);
    snprintf(other, sizeof(other), "%s{\"user_id\":\"bob-11ec8\"", head);
    ck_assert(reason_equals(one, other));
    one[40] = '?';
    ck_assert(!reason_equals(one, other));
}
END_TEST

START_TEST(endless_reason_has_an_end)
{
    char text[3 * REASON_BYTES_MAX];

    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = 0;
    char *plain = reason_plain(text);
    ck_assert_uint_le(strlen(plain), REASON_BYTES_MAX + 8);
    free(plain);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("reason");
    TCase *tcase = tcase_create("reason");

    tcase_add_loop_test(tcase, noise_is_put_aside, 0, COUNT_OF(rows));
    tcase_add_loop_test(tcase, other_failures_stay_others, 0, COUNT_OF(others));
    tcase_add_test(tcase, long_quotation_is_cut_at_a_seam);
    tcase_add_test(tcase, endless_reason_has_an_end);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_reason");
}
