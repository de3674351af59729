/* How many run beside each other, and that a signal ends the run at once,
 * whenever it comes. */
#include "base/clock.h"
#include "check_program.h"
#include "run/scheduler.h"
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { TASKS = 12, ROUNDS = 40, PROMPT_MS = 3000, DEADLINE_MS = 30000 };

struct tally {
    int running;
    int most;
    int ended;
    char words[160];
};

static void began(void *self, void *data)
{
    struct tally *tally = self;

    (void)data;
    tally->running++;
    if (tally->running > tally->most)
        tally->most = tally->running;
}

static void done(void *self, void *data, const char *line, const char *trouble,
                 int64_t us)
{
    struct tally *tally = self;

    (void)data, (void)line, (void)us;
    tally->running--;
    tally->ended++;
    snprintf(tally->words, sizeof(tally->words), "%s",
             trouble == NULL ? "" : trouble);
}

static bool always(void *self)
{
    (void)self;
    return true;
}

static char *works(void *data)
{
    (void)data;
    return strdup("x");
}

static char *hangs(void *data)
{
    (void)data;
    while (pause() != 0)
        continue;
    return NULL;
}

static char *signals_its_parent(void *data)
{
    kill(getppid(), SIGTERM);
    return hangs(data);
}

static char *says_nothing(void *data)
{
    (void)data;
    return strdup("");
}

static const int jobs[] = { 1, 2, 5, JOBS_MAX };

START_TEST(no_more_than_jobs_beside_each_other)
{
    struct tally tally = { .most = 0 };
    struct task_ops ops = { works, began, done, always, &tally };
    struct task tasks[TASKS];

    for (int i = 0; i < TASKS; i++)
        tasks[i] = (struct task){ 0, false, DEADLINE_MS, NULL };
    ck_assert_uint_eq(scheduler_run(tasks, TASKS, jobs[_i], &ops), TASKS);
    ck_assert_int_le(tally.most, jobs[_i]);
    ck_assert_int_eq(tally.ended, TASKS);
    ck_assert_int_eq(tally.running, 0);
}
END_TEST

/* Round after round, so that the signal also comes just before the wait. */
START_TEST(signal_ends_the_run_at_once)
{
    for (int round = 0; round < ROUNDS; round++) {
        struct tally tally = { .most = 0 };
        struct task_ops ops = { signals_its_parent, began, done, always,
                                &tally };
        struct task tasks[] = { { 0, false, DEADLINE_MS, NULL },
                                { 0, false, DEADLINE_MS, NULL } };
        int64_t since_ms = clock_monotonic_ms();

        scheduler_listen();
        ck_assert_msg(!scheduler_interrupted(), "before round %d", round);
        ck_assert_uint_eq(scheduler_run(tasks, 2, 1, &ops), 1);
        ck_assert(scheduler_interrupted());
        ck_assert_str_eq(tally.words, "interrupted");
        ck_assert_int_lt(clock_monotonic_ms() - since_ms, PROMPT_MS);
    }
}
END_TEST

START_TEST(hang_is_killed_at_its_deadline)
{
    struct tally tally = { .most = 0 };
    struct task_ops ops = { hangs, began, done, always, &tally };
    struct task task = { 0, false, 200, NULL };
    int64_t since_ms = clock_monotonic_ms();
    int64_t since_cpu_us = clock_cpu_us();

    scheduler_run(&task, 1, 1, &ops);
    ck_assert_int_ge(clock_monotonic_ms() - since_ms, 199);
    ck_assert_int_lt(clock_monotonic_ms() - since_ms, PROMPT_MS);
    ck_assert_str_eq(tally.words,
                     "the worker hung: no result within its deadline");
    /* It waited for that, and did not spin. */
    ck_assert_int_lt(clock_cpu_us() - since_cpu_us, 100 * 1000);
}
END_TEST

START_TEST(nothing_is_no_result)
{
    struct tally tally = { .most = 0 };
    struct task_ops ops = { says_nothing, began, done, always, &tally };
    struct task task = { 0, false, DEADLINE_MS, NULL };

    scheduler_run(&task, 1, 1, &ops);
    ck_assert_str_eq(tally.words, "the worker ended without a result");
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("run_scheduler");
    TCase *tcase = tcase_create("scheduler");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, no_more_than_jobs_beside_each_other, 0,
                        COUNT_OF(jobs));
    tcase_add_test(tcase, signal_ends_the_run_at_once);
    tcase_add_test(tcase, hang_is_killed_at_its_deadline);
    tcase_add_test(tcase, nothing_is_no_result);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_run_scheduler");
}
