/* Streams that were tampered with: none of them may turn a red run green, and
 * a sound one comes back in the order of its plan. */
#include "check_program.h"
#include "run/lines.h"
#include "run/record.h"
#include "stream_world.h"
#include <cJSON.h>
#include <string.h>

#define PLAN(criteria) OPEN_PLAN ",\"criteria\":" criteria "}\n"
#define VERDICT(id, verdict, place)                                            \
    "{\"type\":\"verdict\",\"id\":\"" id "\",\"profile\":\"signals\","         \
    "\"verdict\":\"" verdict "\",\"place\":" place "}\n"
#define END(pass, fail, inconclusive, more)                                    \
    "{\"type\":\"end\",\"counts\":{\"pass\":" pass ",\"fail\":" fail           \
    ",\"inconclusive\":" inconclusive ",\"not_applicable\":0}" more "}\n"
#define PASSED VERDICT("a", "pass", "0")
#define FAILED VERDICT("b", "fail", "1")
#define KNOWN                                                                  \
    "{\"type\":\"verdict\",\"id\":\"b\",\"profile\":\"signals\","              \
    "\"verdict\":\"fail\",\"baseline\":\"known\",\"place\":1}\n"
#define VOUCHED                                                                \
    ",\"baseline\":{\"entries\":[{\"criterion\":\"b\",\"profile\":"            \
    "\"signals\",\"state\":\"known\"}]}"
#define UNSURE VERDICT("b", "inconclusive", "1")

static const struct {
    const char *label;
    const char *stream;
    const char *want; /* in the reason; NULL: it is sound */
} rows[] = {
    { "all pass", PLAN("1") PASSED END("1", "0", "0", ",\"exit\":0"), NULL },
    { "a failure", PLAN("2") PASSED FAILED END("1", "1", "0", ",\"exit\":1"),
      NULL },
    { "all pass, and the target not sane at the end",
      PLAN("1") PASSED END("1", "0", "0", ",\"exit\":4"), NULL },
    { "a failure with exit 0",
      PLAN("2") PASSED FAILED END("1", "1", "0", ",\"exit\":0"),
      "exit 0, its verdicts make 1" },
    { "inconclusive with exit 1",
      PLAN("2") PASSED UNSURE END("1", "0", "1", ",\"exit\":1"),
      "exit 1, its verdicts make 3" },
    { "interrupted with exit 0",
      PLAN("1") PASSED END("1", "0", "0", ",\"exit\":0,\"interrupted\":true"),
      "exit 0, its verdicts make 3" },
    { "nothing passed, exit 0",
      PLAN("1")
          VERDICT("a", "not-applicable",
                  "0") "{\"type\":\"end\",\"counts\":{\"pass\":0,\"fail\":0,"
                       "\"inconclusive\":0,\"not_applicable\":1},\"exit\":0}\n",
      "exit 0, its verdicts make 3" },
    { "no exit", PLAN("1") PASSED END("1", "0", "0", ""), "no exit" },
    { "an exit that there is not",
      PLAN("1") PASSED END("1", "0", "0", ",\"exit\":7"), "no exit" },
    { "half an exit", PLAN("1") PASSED END("1", "0", "0", ",\"exit\":0.5"),
      "no exit" },
    { "an exit as text", PLAN("1") PASSED END("1", "0", "0", ",\"exit\":\"0\""),
      "no exit" },
    { "no counts", PLAN("1") PASSED "{\"type\":\"end\",\"exit\":0}\n",
      "no count of pass" },
    { "one count missing",
      PLAN("1") PASSED "{\"type\":\"end\",\"counts\":{\"pass\":1,\"fail\":0,"
                       "\"inconclusive\":0},\"exit\":0}\n",
      "no count of not-applicable" },
    { "a count below zero", PLAN("1") PASSED END("-1", "0", "0", ",\"exit\":0"),
      "no count of pass" },
    { "a count without end",
      PLAN("1") PASSED END("1e300", "0", "0", ",\"exit\":0"),
      "no count of pass" },
    { "nothing", "", "empty" },
    { "no criterion at all", PLAN("0") END("0", "0", "0", ",\"exit\":0"),
      "names no number of criteria" },
    { "a plan without a number", OPEN_PLAN "}\n" PASSED,
      "names no number of criteria" },
    { "a plan without end", PLAN("1e300") PASSED,
      "names no number of criteria" },
    { "more verdicts than planned", PLAN("1") PASSED FAILED,
      "more verdicts than the plan" },
    { "a verdict behind U+0000 in its name",
      PLAN("2") PASSED
      "{\"type\":\"verdict\",\"id\":\"b\",\"profile\":\"signals\","
      "\"verdict\\u0000x\":\"pass\",\"verdict\":\"fail\",\"place\":1}\n" END(
          "2", "0", "0", ",\"exit\":0"),
      "line 3 of the stream: it has U+0000" },
    { "U+0000 behind an escaped backslash",
      PLAN("1") "{\"type\":\"verdict\",\"id\":\"a\",\"seen\":"
                "\"\\\\\\u0000\",\"verdict\":\"pass\",\"place\":0}\n",
      "U+0000" },
    { "the words of it behind one",
      PLAN("1") "{\"type\":\"verdict\",\"id\":\"a\",\"profile\":"
                "\"signals\",\"verdict\":\"pass\",\"seen\":"
                "\"\\\\u0000\",\"place\":0}\n" END("1", "0", "0",
                                                   ",\"exit\":0"),
      NULL },
    { "text behind an object", OPEN_PLAN ",\"criteria\":1} x\n", "no object" },
    { "two objects in a line", OPEN_PLAN ",\"criteria\":1}{}\n", "no object" },
    { "trouble with exit 0",
      PLAN("1") PASSED END("1", "0", "0", ",\"exit\":0,\"trouble\":\"t\""),
      "exit 0, its verdicts make 3" },
    { "a plan without its choice",
      "{\"type\":\"plan\",\"schema\":2," CATALOGUE ",\"criteria\":1}\n",
      "what was selected" },
    { "a shard out of range",
      "{\"type\":\"plan\",\"schema\":2,\"selection\":{\"only\":\"\","
      "\"level\":\"\",\"shard\":3,\"shards\":2,\"max_wait_ms\":-1,"
      "\"repeat\":1}," CATALOGUE ",\"criteria\":1}\n",
      "what was selected" },
    { "a level that there is not",
      "{\"type\":\"plan\",\"schema\":2,\"selection\":{\"only\":\"\","
      "\"level\":\"B\",\"shard\":1,\"shards\":1,\"max_wait_ms\":-1,"
      "\"repeat\":1}," CATALOGUE ",\"criteria\":1}\n",
      "what was selected" },
    { "a part that calls itself the whole",
      "{\"type\":\"plan\",\"schema\":2,\"selection\":{\"only\":\"\","
      "\"level\":\"\",\"shard\":1,\"shards\":1,\"max_wait_ms\":-1,"
      "\"repeat\":1}," CATALOGUE ",\"criteria\":1}\n",
      "1 criteria where a whole profile of 9" },
    { "more than the profile has", PLAN("10"), "10 criteria of a profile" },
    { "no digest",
      "{\"type\":\"plan\",\"schema\":2," SELECTION
      ",\"profile\":\"signals\",\"catalogue_sha256\":\"00\","
      "\"catalogue_criteria\":9,\"profile_criteria\":9,\"criteria\":1}\n",
      "no digest" },
    { "a known failure",
      PLAN("2") PASSED KNOWN END("1", "1", "0", VOUCHED ",\"exit\":0"), NULL },
    { "a known failure without an entry",
      PLAN("2") PASSED KNOWN END("1", "1", "0", ",\"exit\":0"),
      "b is marked as a known failure" },
    { "a known pass",
      PLAN(
          "1") "{\"type\":\"verdict\",\"id\":\"b\",\"profile\":\"signals\","
               "\"verdict\":\"pass\",\"baseline\":\"known\",\"place\":1}\n" END(
                   "1", "0", "0", VOUCHED ",\"exit\":0"),
      "b is marked as a known failure" },
    { "a failure that is not known beside one that is",
      PLAN("2") KNOWN VERDICT("c", "fail", "0")
          END("0", "2", "0", VOUCHED ",\"exit\":0"),
      "exit 0, its verdicts make 1" },
    { "a stale entry with exit 0",
      PLAN("1") PASSED END("1", "0", "0",
                           ",\"baseline\":{\"entries\":[{\"state\":"
                           "\"passes\"}]},\"exit\":0"),
      "exit 0, its verdicts make 5" },
    { "a baseline without entries",
      PLAN("1") PASSED END("1", "0", "0", ",\"baseline\":{},\"exit\":0"),
      "without entries" },
    { "no size",
      "{\"type\":\"plan\",\"schema\":2," SELECTION
      ",\"profile\":\"signals\",\"catalogue_sha256\":\"" DIGEST
      "\",\"profile_criteria\":9,\"criteria\":1}\n",
      "no size" },
};

START_TEST(tampering_is_told)
{
    expect_reading(rows[_i].label, rows[_i].stream, rows[_i].want);
}
END_TEST

/* A stream of this very catalogue is held to what its selection makes. */
static const struct {
    const char *id;
    const char *want; /* in the reason; NULL: it is sound */
} claims[] = {
    { "valid_token_is_admitted", NULL },
    { "absent_token_is_kept_out", "valid_token_is_admitted at place 1" },
};

START_TEST(verdicts_are_those_of_the_selection)
{
    char digest[DIGEST_BYTES];
    char stream[2048];

    catalogue_digest(digest);
    snprintf(stream, sizeof(stream),
             "{\"type\":\"plan\",\"schema\":2,\"profile\":\"signals\","
             "\"catalogue_sha256\":\"%s\",\"catalogue_criteria\":4000,"
             "\"profile_criteria\":4000,\"selection\":{\"only\":"
             "\"valid_token_is_admitted\",\"level\":\"\",\"shard\":1,"
             "\"shards\":1,\"max_wait_ms\":-1,\"repeat\":1},"
             "\"criteria\":1}\n"
             "{\"type\":\"verdict\",\"id\":\"%s\",\"profile\":"
             "\"signals\",\"verdict\":\"pass\"}\n"
             "%s",
             digest, claims[_i].id, END("1", "0", "0", ",\"exit\":0"));
    expect_reading(claims[_i].id, stream, claims[_i].want);
}
END_TEST

/* Verdicts are written as they come; a report has them as planned. */
START_TEST(order_is_that_of_the_plan)
{
    static const char stream[] =
        PLAN("3") VERDICT("c", "pass", "2") VERDICT("a", "pass", "0")
            VERDICT("b", "pass", "1") END("3", "0", "0", ",\"exit\":0");
    static const char *const want[] = { "a", "b", "c" };
    struct record record;

    record_init(&record);
    ck_assert_int_eq(record_read(&record, bytes_of_string(stream)), FAULT_NONE);
    for (int i = 0; i < COUNT_OF(want); i++)
        ck_assert_str_eq(
            member_text(cJSON_GetArrayItem(record.verdicts, i), "id"), want[i]);
    record_deinit(&record);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("run_stream");
    TCase *tcase = tcase_create("stream");

    tcase_add_loop_test(tcase, tampering_is_told, 0, COUNT_OF(rows));
    tcase_add_loop_test(tcase, verdicts_are_those_of_the_selection, 0,
                        COUNT_OF(claims));
    tcase_add_test(tcase, order_is_that_of_the_plan);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_run_stream");
}
