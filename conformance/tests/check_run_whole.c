/* Whole runs whose target comes to grief on the way. The stream is the test's
 * own: it acts when a given line is written, so nothing here waits. */
#include "check_program.h"
#include "report/report.h"
#include "run/scheduler.h"
#include "run/run.h"
#include <cJSON.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define FEW "*_token_is_kept_out"

/* --- A stream that acts --------------------------------------------------- */

struct trap {
    const char *part; /* of the line at which it acts */
    int after;        /* so many lines with it */
    void (*act)(struct trap *trap);
    pid_t pid;
    struct buffer text;
};

static ssize_t on_write(void *cookie, const char *text, size_t length)
{
    struct trap *trap = cookie;
    size_t part = trap->part == NULL ? 0 : strlen(trap->part);

    buffer_add(&trap->text, text, length);
    if (part > 0 && memmem(text, length, trap->part, part) != NULL &&
        --trap->after == 0)
        trap->act(trap);
    return (ssize_t)length;
}

static FILE *open_trap(struct trap *trap)
{
    FILE *stream =
        fopencookie(trap, "w", (cookie_io_functions_t){ .write = on_write });

    ck_assert_ptr_nonnull(stream);
    setvbuf(stream, NULL, _IOFBF, 1024 * 1024); /* a line is one write */
    buffer_init(&trap->text, RECORD_BYTES_MAX);
    return stream;
}

static void kill_server(struct trap *trap)
{
    siginfo_t info;

    kill(trap->pid, SIGKILL);
    waitid(P_PID, (id_t)trap->pid, &info, WEXITED | WNOWAIT);
}

static void interrupt(struct trap *trap)
{
    (void)trap;
    raise(SIGTERM);
}

/* --- A run ---------------------------------------------------------------- */

static struct target target;
static struct record record;

static void open_target(enum target_kind kind)
{
    struct target_choice choice = { .kind = kind, .profile = "signals" };
    struct buffer errors;

    buffer_init(&errors, 65536);
    enum fault fault = target_open(&target, &choice, &errors);
    ck_assert_msg(fault == FAULT_NONE, "%s%s", buffer_string(&errors),
                  fault_reason());
    buffer_deinit(&errors);
    record_init(&record);
    scheduler_listen();
}

static void close_target(void)
{
    record_deinit(&record);
    target_close(&target);
}

static enum exit_status run(struct trap *trap, struct run_options options)
{
    struct progress progress;

    progress_init(&progress, NULL);
    options.selection.shard = 1;
    options.selection.shards = 1;
    options.seed = 1;
    options.jobs = options.jobs == 0 ? 1 : options.jobs;
    options.repeat = options.repeat == 0 ? 1 : options.repeat;
    options.stream = open_trap(trap);
    enum exit_status status =
        run_catalogue(&target, 1, &options, &progress, &record);
    fclose(options.stream);
    return status;
}

static struct run_options few(long max_wait_ms)
{
    return (struct run_options){ .selection = { .only = FEW,
                                                .max_wait_ms = max_wait_ms } };
}

static const char *seen_last(void)
{
    int count = cJSON_GetArraySize(record.verdicts);

    return member_text(cJSON_GetArrayItem(record.verdicts, count - 1), "seen");
}

/* What is written can be read again, and says the same. */
static void expect_readable(const struct trap *trap)
{
    struct record again;
    struct buffer one, other;

    record_init(&again);
    enum fault fault = record_read(&again, buffer_view(&trap->text));
    ck_assert_msg(fault == FAULT_NONE, "%s\n%.2000s", fault_reason(),
                  buffer_string(&trap->text));
    buffer_init(&one, REPORT_BYTES_MAX);
    buffer_init(&other, REPORT_BYTES_MAX);
    report_json(&record, &one);
    report_json(&again, &other);
    ck_assert_msg(strcmp(buffer_string(&one), buffer_string(&other)) == 0,
                  "the stream makes another report:\n%.2000s",
                  buffer_string(&other));
    buffer_deinit(&one);
    buffer_deinit(&other);
    record_deinit(&again);
}

START_TEST(stream_says_what_the_run_says)
{
    struct trap trap = { .part = NULL };
    struct run_options options = { .selection = { .max_wait_ms = -1 },
                                   .jobs = 4 };

    open_target(TARGET_MOCK);
    ck_assert_int_eq(run(&trap, options), EXIT_GOOD);
    expect_readable(&trap);
    buffer_deinit(&trap.text);
    close_target();
}
END_TEST

/* A dead server refuses everybody: what comes after its death is no pass. */
START_TEST(death_stops_the_run)
{
    struct trap trap = {
        "\"verdict\":\"pass\"", 2, kill_server, 0, { .at = NULL }
    };

    open_target(TARGET_REFERENCE);
    trap.pid = target.servers[0].pid;
    ck_assert_int_eq(run(&trap, few(-1)), EXIT_UNREACHED);
    struct counts counts = record_count(&record);
    ck_assert_uint_eq(counts.of[PASS], 2);
    ck_assert_uint_eq(counts.of[FAIL], 0);
    ck_assert_uint_gt(counts.of[INCONCLUSIVE], 1);
    ck_assert_msg(strstr(seen_last(), "sanity") != NULL, "%s", seen_last());
    ck_assert_int_eq(target_health(&target), FAULT_ENDED);
    ck_assert_msg(strstr(fault_reason(), "TZ=UTC") != NULL, "%s",
                  fault_reason());
    expect_readable(&trap);
    buffer_deinit(&trap.text);
    close_target();
}
END_TEST

/* Only the last look at the target shows it. Nothing is left to be
 * inconclusive, yet every report says why the run is not green. */
START_TEST(death_at_the_end_is_told)
{
    struct trap trap = {
        "\"type\":\"verdict\"", 1, kill_server, 0, { .at = NULL }
    };
    struct run_options options = {
        .selection = { .only = "absent_token_is_kept_out", .max_wait_ms = -1 }
    };
    struct buffer text;

    open_target(TARGET_REFERENCE);
    trap.pid = target.servers[0].pid;
    ck_assert_int_eq(run(&trap, options), EXIT_UNREACHED);
    ck_assert_uint_eq(record_count(&record).of[PASS], 1);
    const char *trouble = member_text(record.end, "trouble");
    ck_assert_msg(strstr(trouble, "fails the sanity check") != NULL, "%s",
                  trouble);
    ck_assert_msg(strstr(trouble, "; asked since it was last sane: "
                                  "absent_token_is_kept_out") != NULL,
                  "%s", trouble);
    buffer_init(&text, REPORT_BYTES_MAX);
    report_text(&record, "wsconform run", false, &text);
    ck_assert_ptr_nonnull(
        strstr(buffer_string(&text), "fails the sanity check"));
    buffer_clear(&text);
    report_tap(&record, &text);
    ck_assert_ptr_nonnull(strstr(buffer_string(&text), "\nBail out! the"));
    buffer_clear(&text);
    report_junit(&record, &text);
    ck_assert_ptr_nonnull(strstr(buffer_string(&text), "<error "));
    ck_assert_ptr_nonnull(strstr(buffer_string(&text), "errors=\"1\""));
    buffer_deinit(&text);
    expect_readable(&trap);
    buffer_deinit(&trap.text);
    close_target();
}
END_TEST

START_TEST(interruption_is_written_down)
{
    struct trap trap = {
        "\"verdict\":\"pass\"", 2, interrupt, 0, { .at = NULL }
    };

    open_target(TARGET_MOCK);
    ck_assert_int_eq(run(&trap, few(-1)), EXIT_UNSURE);
    ck_assert_uint_eq(record_count(&record).of[PASS], 2);
    ck_assert_str_eq(seen_last(), "interrupted");
    ck_assert(cJSON_IsTrue(
        cJSON_GetObjectItemCaseSensitive(record.end, "interrupted")));
    expect_readable(&trap);
    buffer_deinit(&trap.text);
    close_target();
}
END_TEST

/* All that was asked has passed; only the last look at the target is missing.
 * No verdict can say so, so the end does. */
START_TEST(interruption_of_the_last_check_is_told)
{
    struct trap trap = {
        "\"type\":\"verdict\"", 1, interrupt, 0, { .at = NULL }
    };
    struct run_options options = {
        .selection = { .only = "absent_token_is_kept_out", .max_wait_ms = -1 }
    };

    open_target(TARGET_MOCK);
    ck_assert_int_eq(run(&trap, options), EXIT_UNSURE);
    ck_assert_uint_eq(record_count(&record).of[PASS], 1);
    ck_assert_str_eq(member_text(record.end, "trouble"),
                     "the run was interrupted");
    expect_readable(&trap);
    buffer_deinit(&trap.text);
    close_target();
}
END_TEST

/* A hook that works once and fails from then on. */
START_TEST(verdict_that_differs_is_unstable)
{
    char script[512];
    const char *command[] = { "sh", "-c", script, NULL };
    struct trap trap = { .part = NULL };
    struct run_options options = {
        .selection = { .only = "failing_decoder_is_an_invalid_token",
                       .max_wait_ms = -1 },
        .repeat = 2,
    };

    open_target(TARGET_REFERENCE);
    snprintf(script, sizeof(script),
             "cd %s && mkdir once 2>/dev/null && mv -f keys.json keys.json.off",
             target.folder);
    target.manifest->break_decoder_hook.command = command;
    ck_assert_int_eq(run(&trap, options), EXIT_UNSURE);
    ck_assert_msg(strncmp(seen_last(), "unstable: ", 10) == 0, "%s",
                  seen_last());
    snprintf(script, sizeof(script), "%s/once", target.folder);
    rmdir(script);
    buffer_deinit(&trap.text);
    close_target();
}
END_TEST

/* Not asked is not passed: it shows, and it is not green. */
START_TEST(too_long_a_wait_is_not_applicable)
{
    struct trap trap = { .part = NULL };
    struct run_options options = {
        .selection = { .only = "token_is_expired_at_its_very_second",
                       .max_wait_ms = 10 },
    };

    open_target(TARGET_REFERENCE);
    ck_assert_int_eq(run(&trap, options), EXIT_UNSURE);
    ck_assert_uint_eq(record_count(&record).of[NOT_APPLICABLE], 1);
    ck_assert_str_eq(seen_last(), "it waits 2000 ms, and --max-wait is 10");
    expect_readable(&trap);
    buffer_deinit(&trap.text);
    close_target();
}
END_TEST

/* Where time is virtual a wait costs nothing, so none is too long. */
START_TEST(virtual_time_is_never_too_long)
{
    struct trap trap = { .part = NULL };
    struct run_options options = {
        .selection = { .only = "token_is_expired_at_its_very_second" },
    };

    open_target(TARGET_MOCK);
    ck_assert_int_eq(run(&trap, options), EXIT_GOOD);
    buffer_deinit(&trap.text);
    close_target();
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("run_whole");
    TCase *tcase = tcase_create("whole");

    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, stream_says_what_the_run_says);
    tcase_add_test(tcase, death_stops_the_run);
    tcase_add_test(tcase, death_at_the_end_is_told);
    tcase_add_test(tcase, interruption_is_written_down);
    tcase_add_test(tcase, interruption_of_the_last_check_is_told);
    tcase_add_test(tcase, verdict_that_differs_is_unstable);
    tcase_add_test(tcase, too_long_a_wait_is_not_applicable);
    tcase_add_test(tcase, virtual_time_is_never_too_long);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_run_whole");
}
