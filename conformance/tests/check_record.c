/* The stream and its reports, read back. */
#include "check_program.h"
#include "manifest/baseline.h"
#include "report/report.h"
#include "run/output.h"
#include "run/record.h"
#include "stream_world.h"
#include <cJSON.h>
#include <string.h>

#define PLAN OPEN_PLAN ",\"target\":\"t\",\"criteria\":2}\n"
#define GOOD                                                                   \
    "{\"type\":\"verdict\",\"id\":\"a\",\"profile\":\"signals\","              \
    "\"theme\":\"AUTH\",\"verdict\":\"pass\",\"ms\":1}\n"
#define BAD                                                                    \
    "{\"type\":\"verdict\",\"id\":\"b\",\"profile\":\"signals\","              \
    "\"theme\":\"AUTH\",\"verdict\":\"fail\",\"ms\":2,\"expected\":\"x\","     \
    "\"seen\":\"]]> \\u0001 \\u001b[31m <b> # ::error & \\\"q\\\"\","          \
    "\"statement\":\"s\",\"mend\":\"m\"}\n"
#define END                                                                    \
    "{\"type\":\"end\",\"counts\":{\"pass\":1,\"fail\":1,\"inconclusive\":0,"  \
    "\"not_applicable\":0},\"exit\":1,\"wall_ms\":3}\n"

static const struct {
    const char *label;
    const char *stream;
    const char *want; /* in the reason; NULL: it is whole */
} rows[] = {
    { "whole", PLAN GOOD BAD END, NULL },
    { "empty", "", "empty" },
    { "no plan", GOOD BAD END, "no plan" },
    { "no end", PLAN GOOD BAD, "cut" },
    { "cut in a line", PLAN GOOD "{\"type\":\"ver", "cut" },
    { "one verdict lost", PLAN GOOD END, "plan names 2" },
    { "one doubled", PLAN GOOD GOOD END, "second verdict" },
    { "two streams", PLAN GOOD BAD END PLAN GOOD BAD END, "behind the end" },
    { "two plans", PLAN PLAN GOOD BAD END, "second plan" },
    { "no JSON", PLAN "pass\n", "no object" },
    { "an unknown verdict",
      PLAN "{\"type\":\"verdict\",\"id\":\"a\",\"verdict\":\"PASS\"}\n",
      "a verdict that there is not" },
    { "a verdict of nothing",
      PLAN "{\"type\":\"verdict\",\"verdict\":\"pass\"}\n", "no criterion" },
    { "counts that were edited",
      PLAN GOOD BAD
      "{\"type\":\"end\",\"counts\":{\"pass\":2,\"fail\":0,\"inconclusive\":0,"
      "\"not_applicable\":0}}\n",
      "counts 2 pass" },
    { "an interruption of another kind",
      PLAN GOOD BAD
      "{\"type\":\"end\",\"counts\":{\"pass\":1,\"fail\":1,\"inconclusive\":0,"
      "\"not_applicable\":0},\"exit\":1,\"interrupted\":\"true\"}\n",
      "how it ended" },
    { "trouble of another kind",
      PLAN GOOD BAD
      "{\"type\":\"end\",\"counts\":{\"pass\":1,\"fail\":1,\"inconclusive\":0,"
      "\"not_applicable\":0},\"exit\":1,\"trouble\":[\"died\"]}\n",
      "how it ended" },
    { "a deadly pass",
      PLAN "{\"type\":\"verdict\",\"id\":\"a\",\"verdict\":\"pass\","
           "\"died\":true}\n",
      "died of it, and it is no failure" },
    { "a schema of tomorrow", "{\"type\":\"plan\",\"schema\":3}\n", "schema" },
};

START_TEST(only_a_whole_stream_is_read)
{
    expect_reading(rows[_i].label, rows[_i].stream, rows[_i].want);
}
END_TEST

/* Each is looked for among all verdicts. */
START_TEST(no_more_entries_are_read_than_a_baseline_has)
{
    struct buffer stream;

    buffer_init(&stream, 1024 * 1024);
    buffer_add_string(&stream, PLAN GOOD BAD
                      "{\"type\":\"end\",\"counts\":{\"pass\":1,\"fail\":1,"
                      "\"inconclusive\":0,\"not_applicable\":0},\"exit\":1,"
                      "\"baseline\":{\"entries\":[{}");
    for (int i = 1; i < BASELINE_ENTRIES_MAX + _i; i++)
        buffer_add_string(&stream, ",{}");
    buffer_add_string(&stream, "]}}\n");
    expect_reading("entries", buffer_string(&stream),
                   _i == 0 ? NULL : "more than 4096 entries");
    buffer_deinit(&stream);
}
END_TEST

static struct record record;
static struct buffer text;

static void begin(void)
{
    const char *stream = PLAN GOOD BAD END;

    record_init(&record);
    ck_assert_int_eq(record_read(&record, bytes_of_string(stream)), FAULT_NONE);
    buffer_init(&text, REPORT_BYTES_MAX);
}

static void end(void)
{
    record_deinit(&record);
    buffer_deinit(&text);
}

static void expect_text(const char *part)
{
    ck_assert_msg(strstr(buffer_string(&text), part) != NULL,
                  "`%s` is not in:\n%s", part, buffer_string(&text));
}

static void expect_no_text(const char *part)
{
    ck_assert_msg(strstr(buffer_string(&text), part) == NULL, "`%s` is in:\n%s",
                  part, buffer_string(&text));
}

START_TEST(junit_decides_by_children)
{
    ck_assert_int_eq(report_junit(&record, &text), FAULT_NONE);
    expect_text("tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\"");
    expect_text("classname=\"wsconform.signals.AUTH\" name=\"b\"");
    expect_text("<failure type=\"FAIL\" message=\"]]&gt; \xef\xbf\xbd");
    expect_no_text("\x01");
    expect_no_text("\x1b");
    expect_no_text("]]>");
}
END_TEST

START_TEST(tap_has_its_plan_first)
{
    ck_assert_int_eq(report_tap(&record, &text), FAULT_NONE);
    ck_assert_int_eq(
        strncmp(buffer_string(&text),
                "TAP version 14\n1..2\n# --only *; signals has 9\n", 46),
        0);
    expect_text("ok 1 - signals/a\n");
    expect_text("not ok 2 - signals/b\n  ---\n");
    expect_text("  ...\n");
    expect_no_text("\x1b");
}
END_TEST

START_TEST(json_has_the_agreed_shape)
{
    ck_assert_int_eq(report_json(&record, &text), FAULT_NONE);
    expect_text("\"summary\"");
    expect_text("\"selected\":\t\"--only *; signals has 9\"");
    expect_text("\"not_applicable\"");
    expect_text("\"longest_wait_ms\"");
    expect_text("\"criteria\"");
}
END_TEST

START_TEST(text_holds_no_escape_of_the_target)
{
    report_text(&record, "wsconform run --mock", false, &text);
    expect_no_text("\x1b");
    expect_text("\\x1b[31m");
    expect_text("1 pass, 1 fail, 0 inconclusive, 0 not applicable");
    expect_text("of 2 criteria (--only *; signals has 9), in");
    expect_text("Mend first: b");
    expect_text("wsconform run --mock --only b");
}
END_TEST

/* What else is amiss may come of that. */
START_TEST(deadly_criterion_is_mended_first)
{
    cJSON *deadly = cJSON_Duplicate(cJSON_GetArrayItem(record.verdicts, 1), 1);

    cJSON_AddTrueToObject(deadly, "died");
    cJSON_ReplaceItemInObject(deadly, "id", cJSON_CreateString("deadly"));
    cJSON_AddItemToArray(record.verdicts, deadly);
    report_text(&record, "wsconform run", false, &text);
    expect_text("Mend first: deadly. ");
    buffer_clear(&text);
    report_html(&record, NULL, &text);
    expect_text("<h2>Mend first</h2>\n<p><a class=\"id\" "
                "href=\"#signals/deadly\">deadly</a>");
}
END_TEST

static const struct {
    const char *path;
    bool works;
} outputs[] = {
    { "/dev/full", false },
    { "/", false },
    { "/proc/no/such/folder/x", false },
    { "/dev/null", true },
};

START_TEST(unwritable_reports_are_told)
{
    enum fault fault =
        output_write(outputs[_i].path, bytes_of_string("a report\n"));

    ck_assert_msg((fault == FAULT_NONE) == outputs[_i].works, "%s: %s",
                  outputs[_i].path, fault_reason());
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("record");
    TCase *stream = tcase_create("stream");
    TCase *reports = tcase_create("reports");

    tcase_add_loop_test(stream, only_a_whole_stream_is_read, 0, COUNT_OF(rows));
    tcase_add_loop_test(stream, no_more_entries_are_read_than_a_baseline_has, 0,
                        2);
    tcase_add_loop_test(stream, unwritable_reports_are_told, 0,
                        COUNT_OF(outputs));
    tcase_add_checked_fixture(reports, begin, end);
    tcase_add_test(reports, junit_decides_by_children);
    tcase_add_test(reports, tap_has_its_plan_first);
    tcase_add_test(reports, json_has_the_agreed_shape);
    tcase_add_test(reports, text_holds_no_escape_of_the_target);
    tcase_add_test(reports, deadly_criterion_is_mended_first);
    suite_add_tcase(suite, stream);
    suite_add_tcase(suite, reports);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_record");
}
