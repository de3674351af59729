/* A decoder that was broken for a criterion whose worker did not live to mend
 * it: the run does, or says that it could not. */
#include "check_program.h"
#include "run/run.h"
#include "run/scheduler.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BREAK           "cd $FOLDER && mv -f keys.json keys.json.off && "
#define KILL_THE_WORKER "kill -KILL $PPID"
#define INTERRUPT_THE_RUN                                                      \
    "kill -TERM $RUN; while kill -0 $PPID 2>/dev/null; do :; done"

static struct target target;
static struct record record;

static void begin(void)
{
    struct target_choice choice = { .kind = TARGET_REFERENCE,
                                    .profile = "signals" };
    struct buffer errors;
    char pid[24];

    buffer_init(&errors, 65536);
    ck_assert_msg(target_open(&target, &choice, &errors) == FAULT_NONE, "%s%s",
                  buffer_string(&errors), fault_reason());
    buffer_deinit(&errors);
    record_init(&record);
    scheduler_listen();
    snprintf(pid, sizeof(pid), "%d", (int)getpid());
    setenv("RUN", pid, 1);
    setenv("FOLDER", target.folder, 1);
}

static void end(void)
{
    record_deinit(&record);
    target_close(&target);
}

static enum exit_status run_with(const char *const *breaks,
                                 const char *const *mends)
{
    struct run_options options = {
        .selection = { .only = "failing_decoder_is_an_invalid_token",
                       .shard = 1,
                       .shards = 1,
                       .max_wait_ms = -1 },
        .jobs = 1,
        .repeat = 1,
        .seed = 1,
    };
    struct progress progress;

    progress_init(&progress, NULL);
    target.manifest->break_decoder_hook.command = breaks;
    if (mends != NULL)
        target.manifest->mend_decoder_hook.command = mends;
    return run_catalogue(&target, 1, &options, &progress, &record);
}

static const struct {
    const char *label;
    const char *breaks[4];
    const char *trouble;
} deaths[] = {
    { "the worker is killed", { "sh", "-c", BREAK KILL_THE_WORKER }, "" },
    { "the run is interrupted",
      { "sh", "-c", BREAK INTERRUPT_THE_RUN },
      "the run was interrupted" },
};

START_TEST(decoder_is_mended_for_a_worker_that_cannot)
{
    char path[128];
    struct stat status;

    ck_assert_int_eq(run_with(deaths[_i].breaks, NULL), EXIT_UNSURE);
    ck_assert_uint_eq(record_count(&record).of[INCONCLUSIVE], 1);
    snprintf(path, sizeof(path), "%s/keys.json", target.folder);
    ck_assert_msg(stat(path, &status) == 0, "%s: it is broken still",
                  deaths[_i].label);
    ck_assert_str_eq(member_text(record.end, "trouble"), deaths[_i].trouble);
}
END_TEST

START_TEST(decoder_that_stays_broken_is_told)
{
    static const char *const breaks[] = { "sh", "-c", INTERRUPT_THE_RUN, NULL };
    static const char *const mends[] = { "false", NULL };

    ck_assert_int_eq(run_with(breaks, mends), EXIT_UNSURE);
    const char *trouble = member_text(record.end, "trouble");
    ck_assert_msg(strstr(trouble, "may still be broken") != NULL, "%s",
                  trouble);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("run_mend");
    TCase *tcase = tcase_create("mend");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, begin, end);
    tcase_add_loop_test(tcase, decoder_is_mended_for_a_worker_that_cannot, 0,
                        COUNT_OF(deaths));
    tcase_add_test(tcase, decoder_that_stays_broken_is_told);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_run_mend");
}
