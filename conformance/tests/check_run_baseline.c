/* Runs against a baseline: what each entry comes to, and what the gate says.
 * The target is the reference in memory, of which a manifest wants another
 * reason for a missing token: two criteria fail. */
#include "check_program.h"
#include "report/report.h"
#include "run/known.h"
#include "run/run.h"
#include "run/scheduler.h"
#include <cJSON.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOW_MS INT64_C(1795298400000) /* 2026-11-21T22:00:00Z */
#define FIRST  "token_counts_only_in_its_agreed_place"
#define SECOND "missing_token_is_told_with_the_agreed_code_and_reason"
#define FEW    "*ing_token_*" /* SECOND, and one that passes */
#define SEEN   "alice-2 got close 1008 \\\"Authentication required\\\""
#define ENTRY(criterion, seen, expires)                                        \
    "{\"criterion\":\"" criterion "\",\"profile\":\"signals\",\"seen\":[" seen \
    "],\"expires\":\"" expires "\",\"note\":\"TICKET-1\"}"
#define KNOWN ENTRY(SECOND, "\"" SEEN "\"", "2026-12-01")

static struct target target;
static struct record record;

static void open_target(void)
{
    char path[] = "/tmp/wsconform-base-XXXXXX";
    static const char text[] =
        "{\"name\":\"mine\",\"extends\":\"signals\",\"refusals\":{"
        "\"missing\":[{\"close\":1008,\"reason\":\"Nope\"}]}}";
    struct target_choice choice = { .kind = TARGET_MOCK, .file = path };
    struct buffer errors;
    int to = mkstemp(path);

    ck_assert_int_eq(write(to, text, sizeof(text) - 1), sizeof(text) - 1);
    close(to);
    buffer_init(&errors, 65536);
    enum fault fault = target_open(&target, &choice, &errors);
    unlink(path);
    ck_assert_msg(fault == FAULT_NONE, "%s", buffer_string(&errors));
    buffer_deinit(&errors);
    record_init(&record);
    scheduler_listen();
}

static void close_target(void)
{
    record_deinit(&record);
    target_close(&target);
}

static struct baseline *baseline_of(const char *entries)
{
    struct buffer text;
    struct buffer errors;

    buffer_init(&text, 65536);
    buffer_init(&errors, 65536);
    buffer_printf(&text, "{\"baseline\":1,\"known\":[%s]}", entries);
    struct baseline *baseline =
        baseline_read_text("b.json", buffer_view(&text), NOW_MS, &errors);
    ck_assert_msg(baseline != NULL, "%s", buffer_string(&errors));
    buffer_deinit(&text);
    buffer_deinit(&errors);
    return baseline;
}

static enum exit_status run(const char *only, const struct baseline *baseline,
                            uint64_t seed, FILE *stream)
{
    struct progress progress;
    struct run_options options = {
        .selection = { .only = only,
                       .shard = 1,
                       .shards = 1,
                       .max_wait_ms = -1 },
        .jobs = 1,
        .repeat = 1,
        .seed = seed,
        .stream = stream,
        .baseline = baseline,
    };

    progress_init(&progress, NULL);
    return run_catalogue(&target, 1, &options, &progress, &record);
}

/* --- What an entry comes to ----------------------------------------------- */

static const struct {
    const char *label;
    const char *only;
    const char *entries;
    int want;
    const char *failure; /* what is said of SECOND's */
    const char *state;   /* of the last entry; NULL: there is none */
    const char *says;    /* of it, in part */
} rows[] = {
    { "nothing is listed", FEW, "", EXIT_FAIL, "new", NULL, NULL },
    { "it fails as listed", FEW, KNOWN, EXIT_GOOD, "known", "known", "" },
    { "it fails as is listed behind another reason", FEW,
      ENTRY(SECOND, "\"x\",\"" SEEN "\"", "2026-12-01"), EXIT_GOOD, "known",
      "known", "" },
    { "it fails otherwise", FEW,
      ENTRY(SECOND, "\"alice-2 got close 4001 \\\"x\\\"\"", "2026-12-01"),
      EXIT_FAIL, "otherwise", "otherwise", "another reason" },
    { "its last day", FEW, ENTRY(SECOND, "\"" SEEN "\"", "2026-11-21"),
      EXIT_GOOD, "known", "known", "" },
    { "its day is over", FEW, ENTRY(SECOND, "\"" SEEN "\"", "2026-11-20"),
      EXIT_FAIL, "expired", "expired", "counts no more" },
    { "it passes, and its day is over", FEW,
      KNOWN
      "," ENTRY("missing_token_leaves_no_pool_entry", "\"x\"", "2026-11-20"),
      EXIT_GOOD, "known", "expired", "counts no more" },
    { "it passes", FEW,
      KNOWN
      "," ENTRY("missing_token_leaves_no_pool_entry", "\"x\"", "2026-12-01"),
      EXIT_STALE, "known", "passes", "passes now" },
    { "one passes, another fails anew", FEW,
      ENTRY("missing_token_leaves_no_pool_entry", "\"x\"", "2026-12-01"),
      EXIT_STALE, "new", "passes", "passes now" },
    { "there is no such criterion", FEW,
      KNOWN "," ENTRY("valid_token_is_admited", "\"x\"", "2026-12-01"),
      EXIT_STALE, "known", "unmatched",
      "did you mean \"valid_token_is_admitted\"?" },
    { "there is no such profile", FEW,
      KNOWN ",{\"criterion\":\"valid_token_is_admitted\",\"profile\":"
            "\"signal\",\"seen\":[\"x\"],\"expires\":\"2026-12-01\"}",
      EXIT_STALE, "known", "unmatched", "did you mean \"signals\"?" },
    { "it is of a profile that is not run", FEW,
      KNOWN ",{\"criterion\":\"valid_token_is_admitted\",\"profile\":"
            "\"pos\",\"seen\":[\"x\"],\"expires\":\"2026-12-01\"}",
      EXIT_STALE, "known", "unmatched", "not of the profile pos" },
    { "it is no criterion of its profile", FEW,
      KNOWN
      "," ENTRY("each_user_has_a_manager_of_their_own", "\"x\"", "2026-12-01"),
      EXIT_STALE, "known", "unmatched", "no criterion of signals" },
    { "it was left out", FEW,
      KNOWN "," ENTRY("valid_token_is_admitted", "\"x\"", "2026-12-01"),
      EXIT_GOOD, "known", "unasked", "" },
};

static const char *state_of_second(void)
{
    const struct cJSON *line;

    cJSON_ArrayForEach(line, record.verdicts)
    {
        if (strcmp(member_text(line, "id"), SECOND) == 0)
            return member_text(line, "baseline");
    }
    return "not there";
}

START_TEST(entry_comes_to_what_it_is)
{
    struct baseline *baseline = baseline_of(rows[_i].entries);

    open_target();
    int status = (int)run(rows[_i].only, baseline, 1, NULL);
    const struct cJSON *entries = known_entries(&record);
    const struct cJSON *last =
        cJSON_GetArrayItem(entries, cJSON_GetArraySize(entries) - 1);
    ck_assert_msg(status == rows[_i].want, "%s: %d", rows[_i].label, status);
    ck_assert_str_eq(state_of_second(), rows[_i].failure);
    ck_assert_int_eq(last == NULL, rows[_i].state == NULL);
    if (last != NULL)
        ck_assert_str_eq(member_text(last, "state"), rows[_i].state);
    if (last != NULL)
        ck_assert_msg(strstr(member_text(last, "says"), rows[_i].says) != NULL,
                      "%s: %s", rows[_i].label, member_text(last, "says"));
    /* Whatever is known of it, it has failed. */
    ck_assert_uint_eq(record_count(&record).of[FAIL], 1);
    close_target();
    baseline_free(baseline);
}
END_TEST

/* Each repetition has to fail as is listed. */
static const struct {
    const char *reasons; /* of the entry */
    const char *also_seen;
    const char *want;
} repetitions[] = {
    { "\"a\"", "[]", "known" },
    { "\"a\",\"b\"", "[\"b\"]", "known" },
    { "\"a\"", "[\"b\"]", "otherwise" },
    { "\"b\"", "[\"b\"]", "otherwise" },
    { "\"a\",\"b\"", "[\"b\",\"c\"]", "otherwise" },
};

START_TEST(every_repetition_counts)
{
    char text[1024];

    snprintf(text, sizeof(text),
             "{\"criterion\":\"c\",\"profile\":\"pos\",\"seen\":[%s],"
             "\"expires\":\"2026-12-01\"}",
             repetitions[_i].reasons);
    struct baseline *baseline = baseline_of(text);
    snprintf(text, sizeof(text),
             "{\"id\":\"c\",\"profile\":\"pos\",\"verdict\":\"fail\","
             "\"seen\":\"a\",\"also_seen\":%s}",
             repetitions[_i].also_seen);
    struct cJSON *verdict = cJSON_Parse(text);
    known_mark(baseline, verdict);
    ck_assert_str_eq(member_text(verdict, "baseline"), repetitions[_i].want);
    cJSON_Delete(verdict);
    baseline_free(baseline);
}
END_TEST

/* A service that changes its answer on every run: each answer is evidence. */
START_TEST(every_other_reason_is_kept_once)
{
    static const char *const seen[] = {
        "alice-2 got close 1008 \"x\" in 12 ms",
        "alice-2 got close 1008 \"x\" in 9 ms",
        "alice-2 got close 4001 \"x\" in 12 ms",
        "alice-2 got HTTP 500",
        "alice-2 got close 4001 \"x\" in 7 ms",
    };
    struct cJSON *verdict = cJSON_CreateObject();

    cJSON_AddStringToObject(verdict, "verdict", "fail");
    cJSON_AddStringToObject(verdict, "seen", seen[0]);
    for (size_t i = 0; i < COUNT(seen); i++)
        known_add_reason(verdict, seen[i]);
    const struct cJSON *also =
        cJSON_GetObjectItemCaseSensitive(verdict, "also_seen");
    ck_assert_int_eq(cJSON_GetArraySize(also), 2);
    for (int i = 0; i < 2; i++)
        ck_assert_str_eq(cJSON_GetArrayItem(also, i)->valuestring, seen[i + 2]);
    cJSON_Delete(verdict);
}
END_TEST

/* --- Reports -------------------------------------------------------------- */

static const struct {
    enum fault (*make)(const struct record *record, struct buffer *into);
    const char *known;
    const char *stale;
} reports[] = {
    { report_json, "\"baseline\":\t\"known\"", "\"state\":\t\"passes\"" },
    { report_junit, "<skipped message=\"XFAIL known until 2026-12-01: ",
      "<failure type=\"STALE\" message=\"it passes now: delete the entry\">"
      "b.json:1: " },
    { report_tap,
      "not ok 1 - signals/" SECOND " # TODO known until 2026-12-01\n",
      "not ok 3 - baseline/signals/missing_token_leaves_no_pool_entry\n" },
};

static void make_stale_run(struct buffer *stream)
{
    struct baseline *baseline = baseline_of(KNOWN "," ENTRY(
        "missing_token_leaves_no_pool_entry", "\"x\"", "2026-12-01"));
    FILE *to = open_memstream((char **)&stream->at, &stream->length);

    open_target();
    ck_assert_int_eq(run(FEW, baseline, 1, to), EXIT_STALE);
    fclose(to);
    baseline_free(baseline);
}

/* Also from the stream alone. */
START_TEST(report_shows_known_and_stale)
{
    struct buffer stream = { .limit = RECORD_BYTES_MAX };
    struct buffer text;
    struct record again;

    make_stale_run(&stream);
    record_init(&again);
    enum fault fault = record_read(&again, buffer_view(&stream));
    ck_assert_msg(fault == FAULT_NONE, "%s", fault_reason());
    buffer_init(&text, REPORT_BYTES_MAX);
    reports[_i].make(&again, &text);
    ck_assert_msg(strstr(buffer_string(&text), reports[_i].known) != NULL, "%s",
                  buffer_string(&text));
    ck_assert_msg(strstr(buffer_string(&text), reports[_i].stale) != NULL, "%s",
                  buffer_string(&text));
    buffer_deinit(&text);
    record_deinit(&again);
    close_target();
    free(stream.at);
}
END_TEST

START_TEST(people_are_told)
{
    static const char *const parts[] = {
        "known failure   " SECOND ", until 2026-12-01: alice-2 got close 1008 "
        "\"Authentication required\"; TICKET-1\n",
        ("\nSTALE  b.json:1: missing_token_leaves_no_pool_entry of signals: it "
         "passes now: delete the entry\n"),
        "1 pass, 1 fail (1 known), 0 inconclusive",
    };
    struct buffer stream = { .limit = RECORD_BYTES_MAX };
    struct buffer text;

    make_stale_run(&stream);
    buffer_init(&text, REPORT_BYTES_MAX);
    report_text(&record, "wsconform run", false, &text);
    for (size_t i = 0; i < COUNT(parts); i++)
        ck_assert_msg(strstr(buffer_string(&text), parts[i]) != NULL,
                      "\"%s\" is not in:\n%s", parts[i], buffer_string(&text));
    ck_assert_ptr_null(strstr(buffer_string(&text), "FAIL  "));
    buffer_deinit(&text);
    close_target();
    free(stream.at);
}
END_TEST

/* --- Writing -------------------------------------------------------------- */

static struct baseline *written(const struct baseline *before,
                                const char *expires)
{
    struct buffer text;
    struct buffer errors;

    buffer_init(&text, 65536);
    buffer_init(&errors, 65536);
    ck_assert_int_eq(known_write(&record, before, expires, &text), FAULT_NONE);
    struct baseline *baseline =
        baseline_read_text("w.json", buffer_view(&text), NOW_MS, &errors);
    ck_assert_msg(baseline != NULL, "%s%s", buffer_string(&errors),
                  buffer_string(&text));
    buffer_deinit(&text);
    buffer_deinit(&errors);
    return baseline;
}

/* Written with one seed, held with another. */
START_TEST(what_is_written_holds)
{
    open_target();
    ck_assert_int_eq(run("*token*", NULL, 1, NULL), EXIT_FAIL);
    struct baseline *baseline = written(NULL, "2026-12-21");
    ck_assert_uint_eq(baseline->count, 2);
    ck_assert_str_eq(baseline->at[0].expires, "2026-12-21");
    record_deinit(&record);
    record_init(&record);
    ck_assert_int_eq(run("*token*", baseline, 99, NULL), EXIT_GOOD);
    ck_assert_uint_eq(known_count(&record), 2);
    close_target();
    baseline_free(baseline);
}
END_TEST

/* What goes on keeps its day and its note, what was not asked stays, and what
 * passes goes. */
START_TEST(renewal_prolongs_nothing)
{
    struct baseline *before = baseline_of(
        KNOWN "," ENTRY("missing_token_leaves_no_pool_entry", "\"x\"",
                        "2026-12-02") "," ENTRY("valid_token_is_admitted",
                                                "\"x\"", "2026-12-03"));

    open_target();
    ck_assert_int_eq(run(FEW, before, 1, NULL), EXIT_STALE);
    struct baseline *after = written(before, "2027-01-01");
    ck_assert_uint_eq(after->count, 2);
    ck_assert_str_eq(after->at[0].criterion, SECOND);
    ck_assert_str_eq(after->at[0].expires, "2026-12-01");
    ck_assert_str_eq(after->at[0].note, "TICKET-1");
    ck_assert_str_eq(after->at[1].criterion, "valid_token_is_admitted");
    ck_assert_str_eq(after->at[1].expires, "2026-12-03");
    close_target();
    baseline_free(before);
    baseline_free(after);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("run_baseline");
    TCase *tcase = tcase_create("baseline");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, entry_comes_to_what_it_is, 0, COUNT_OF(rows));
    tcase_add_loop_test(tcase, every_repetition_counts, 0,
                        COUNT_OF(repetitions));
    tcase_add_loop_test(tcase, report_shows_known_and_stale, 0,
                        COUNT_OF(reports));
    tcase_add_test(tcase, every_other_reason_is_kept_once);
    tcase_add_test(tcase, people_are_told);
    tcase_add_test(tcase, what_is_written_holds);
    tcase_add_test(tcase, renewal_prolongs_nothing);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_run_baseline");
}
