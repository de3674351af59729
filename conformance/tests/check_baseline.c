/* The reader of baselines: each mistake is one exact line, and the JSON Schema,
 * which editors know, finds what it can. */
#include "manifest/baseline.h"
#include "manifest_world.h"

#define NOW_MS INT64_C(1795298400000) /* 2026-11-21T22:00:00Z */

#define HEAD "{\"baseline\":1,\"known\":[\n"
#define ENTRY(criterion, expires)                                              \
    "{\"criterion\":\"" criterion "\",\"profile\":\"signals\",\"seen\":"       \
    "[\"a\"],\"expires\":\"" expires "\"}"
#define AT(line, path, rest) "b.json:" #line ": " path ": " rest "\n"
#define REASONS                                                                \
    "an array of 1 to 64 reasons, each as the report has it behind \"seen\""
#define DAY "the last day on which it counts, as YYYY-MM-DD"

static const struct {
    const char *label;
    const char *text;
    const char *want;    /* "": it is good */
    bool schema_refuses; /* what the schema can say too */
} rows[] = {
    { "nothing known", "{\"baseline\":1,\"known\":[]}", "", false },
    { "comments", "// mine\n" HEAD "/* here */" ENTRY("a", "2026-11-22") "]}",
      "", false },
    { "a criterion that there is not is for the run to say",
      HEAD ENTRY("no_such", "2026-11-22") "]}", "", false },
    { "all that can be said",
      "{\"$schema\":\"x\",\"baseline\":1,\"known\":[{\"criterion\":\"a\","
      "\"profile\":\"pos\",\"seen\":[\"x\",\"y\"],\"expires\":\"2027-11-21\","
      "\"note\":\"n\"}]}",
      "", false },
    { "the same of another profile",
      HEAD ENTRY("a", "2026-11-22") ",{\"criterion\":\"a\",\"profile\":\"pos\","
                                    "\"seen\":[\"x\"],\"expires\":"
                                    "\"2026-11-22\"}]}",
      "", false },
    { "no JSON", "known failures: none",
      AT(1, "$", "found \"k\", expected a value"), true },
    { "no version", "{\n\"known\":[]}",
      AT(1, "$",
         "found no member \"baseline\", expected 1, the version of such files"),
      true },
    { "a version of tomorrow", "{\n\"baseline\":2,\"known\":[]}",
      AT(2, "$.baseline", "found 2, expected 1, the version of such files"),
      true },
    { "a typo", "{\"baseline\":1,\n\"knwon\":[],\"known\":[]}",
      AT(2, "$.knwon",
         "found an unknown name, expected one of $schema, baseline, known; "
         "did you mean \"known\"?"),
      true },
    { "a typo in an entry",
      HEAD "{\"criterion\":\"a\",\"profile\":\"p\",\"seen\":[\"x\"],\n"
           "\"expires\":\"2026-11-22\",\"expire\":\"2026-11-22\"}]}",
      AT(3, "$.known[0].expire",
         "found an unknown name, expected one of criterion, profile, seen, "
         "expires, note; did you mean \"expires\"?"),
      true },
    { "no reason",
      HEAD "{\"criterion\":\"a\",\"profile\":\"p\",\n\"seen\":[],"
           "\"expires\":\"2026-11-22\"}]}",
      AT(3, "$.known[0].seen",
         "found an array of 0 elements, expected " REASONS),
      true },
    { "no day",
      HEAD "{\"criterion\":\"a\",\"profile\":\"p\",\"seen\":[\"x\"]}]}",
      AT(2, "$.known[0]", "found no member \"expires\", expected " DAY), true },
    { "a day of another form", HEAD ENTRY("a", "22.11.2026") "]}",
      AT(2, "$.known[0].expires", "found \"22.11.2026\", expected " DAY),
      true },
    { "a day that no calendar has", HEAD ENTRY("a", "2027-02-29") "]}",
      AT(2, "$.known[0].expires", "found \"2027-02-29\", expected " DAY),
      false },
    { "for ever", HEAD ENTRY("a", "2027-11-22") "]}",
      AT(2, "$.known[0].expires",
         "found \"2027-11-22\", expected a day up to 2027-11-21, 365 from "
         "today"),
      false },
    { "one twice",
      HEAD ENTRY("a", "2026-11-22") ",\n" ENTRY("a", "2026-11-22") "]}",
      AT(3, "$.known[1].criterion",
         "found a second entry of a criterion and a profile, expected one, "
         "with each reason in \"seen\""),
      false },
    { "a name twice", "{\"baseline\":1,\"known\":[],\n\"known\":[]}",
      AT(2, "$.known",
         "found this name a second time, expected each name once"),
      false },
};

START_TEST(baseline_is_read_or_told)
{
    struct buffer errors;

    buffer_init(&errors, 65536);
    struct baseline *baseline = baseline_read_text(
        "b.json", bytes_of_string(rows[_i].text), NOW_MS, &errors);
    says(rows[_i].label, buffer_string(&errors), rows[_i].want);
    ck_assert_int_eq(baseline != NULL, rows[_i].want[0] == 0);
    baseline_free(baseline);
    buffer_deinit(&errors);
}
END_TEST

START_TEST(schema_agrees)
{
    struct buffer lines;

    buffer_init(&lines, 1024 * 1024);
    for (size_t i = 0; i < COUNT(rows); i++) {
        cJSON *tree = cJSON_Parse(rows[i].text); /* NULL: comments */
        char *text = cJSON_PrintUnformatted(tree);
        if (text != NULL)
            buffer_printf(&lines, "[%s,%s,\"baseline\"]\n",
                          rows[i].schema_refuses ? "false" : "true", text);
        cJSON_free(text);
        cJSON_Delete(tree);
    }
    ck_assert_int_eq(
        run_python("conformance/tests/judge_schema.py", buffer_string(&lines)),
        0);
    buffer_deinit(&lines);
}
END_TEST

static const struct {
    const char *expires;
    bool is_expired;
} days[] = {
    { "2026-11-20", true },
    { "2026-11-21", false }, /* to its end */
    { "2026-11-22", false },
};

START_TEST(entry_counts_to_the_end_of_its_day)
{
    struct buffer text;
    struct buffer errors;

    buffer_init(&text, 4096);
    buffer_init(&errors, 4096);
    buffer_printf(&text,
                  "{\"baseline\":1,\n\n\"known\":[{\"criterion\":\"c\","
                  "\"profile\":\"p\",\"seen\":[\"x\",\"y\"],\"expires\":"
                  "\"%s\",\"note\":\"n\"}]}",
                  days[_i].expires);
    struct baseline *baseline =
        baseline_read_text("b.json", buffer_view(&text), NOW_MS, &errors);
    ck_assert_msg(baseline != NULL, "%s", buffer_string(&errors));
    const struct known_failure *known = baseline_find(baseline, "c", "p");
    ck_assert_ptr_nonnull(known);
    ck_assert_int_eq(known->is_expired, days[_i].is_expired);
    ck_assert_str_eq(known->expires, days[_i].expires);
    ck_assert_str_eq(known->note, "n");
    ck_assert_uint_eq(known->seen_count, 2);
    ck_assert_str_eq(known->seen[1], "y");
    ck_assert_uint_eq(known->line, 3);
    ck_assert_ptr_null(baseline_find(baseline, "c", "q"));
    ck_assert_ptr_null(baseline_find(baseline, "d", "p"));
    ck_assert_ptr_null(baseline_find(NULL, "c", "p"));
    baseline_free(baseline);
    buffer_deinit(&text);
    buffer_deinit(&errors);
}
END_TEST

START_TEST(file_that_cannot_be_read_is_told)
{
    struct buffer errors;

    buffer_init(&errors, 65536);
    ck_assert_ptr_null(baseline_read("/no/such.json", NOW_MS, &errors));
    says("none", buffer_string(&errors),
         "/no/such.json:1: $: found no baseline (No such file or directory), "
         "expected a readable file of at most 1 MiB; --write-baseline makes "
         "one\n");
    buffer_clear(&errors);
    ck_assert_ptr_null(baseline_read("/tmp", NOW_MS, &errors));
    ck_assert_ptr_nonnull(strstr(buffer_string(&errors), "no regular file"));
    buffer_deinit(&errors);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("baseline");
    TCase *tcase = tcase_create("baseline");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, baseline_is_read_or_told, 0, COUNT_OF(rows));
    tcase_add_loop_test(tcase, entry_counts_to_the_end_of_its_day, 0,
                        COUNT_OF(days));
    tcase_add_test(tcase, schema_agrees);
    tcase_add_test(tcase, file_that_cannot_be_read_is_told);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_baseline");
}
