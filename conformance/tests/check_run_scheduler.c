/* How many run beside each other, and that a signal ends the run at once,
 * whenever it comes. */
#include "base/clock.h"
#include "check_program.h"
#include "run/scheduler.h"
#include <signal.h>
#include <stdlib.h>
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
    struct task_ops ops = { works, began, done, always, &tally, NULL };
    struct task tasks[TASKS];

    for (int i = 0; i < TASKS; i++)
        tasks[i] = (struct task){ 0, false, DEADLINE_MS, NULL, false };
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
        struct task_ops ops = {
            signals_its_parent, began, done, always, &tally, NULL
        };
        struct task tasks[] = { { 0, false, DEADLINE_MS, NULL, false },
                                { 0, false, DEADLINE_MS, NULL, false } };
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
    struct task_ops ops = { hangs, began, done, always, &tally, NULL };
    struct task task = { 0, false, 200, NULL, false };
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
    struct task_ops ops = { says_nothing, began, done, always, &tally, NULL };
    struct task task = { 0, false, DEADLINE_MS, NULL, false };

    scheduler_run(&task, 1, 1, &ops);
    ck_assert_str_eq(tally.words, "the worker ended without a result");
}
END_TEST

/* --- Several in one worker ------------------------------------------------ */

enum { NEIGHBOURS = 24 };

struct answer {
    int times;
    char line[32]; /* the worker's pid; "": none */
    char trouble[160];
};

struct neighbours {
    struct answer answers[NEIGHBOURS];
    int stop_behind; /* this one; -1: at none */
    bool stopped;
};

static struct neighbours neighbours;

static void note_answer(void *self, void *data, const char *line,
                        const char *trouble, int64_t us)
{
    struct neighbours *all = self;
    struct answer *answer = data;

    (void)us;
    answer->times++;
    snprintf(answer->line, sizeof(answer->line), "%s",
             line == NULL ? "" : line);
    snprintf(answer->trouble, sizeof(answer->trouble), "%s",
             trouble == NULL ? "" : trouble);
    if (answer - all->answers == all->stop_behind)
        all->stopped = true;
}

static void begin_nothing(void *self, void *data)
{
    (void)self, (void)data;
}

static bool has_not_stopped(void *self)
{
    return !((const struct neighbours *)self)->stopped;
}

static int number_of(const void *data)
{
    return (int)((const struct answer *)data - neighbours.answers);
}

static char *tells_its_process(void *data)
{
    char *line = NULL;

    (void)data;
    return asprintf(&line, "%d", (int)getpid()) < 0 ? NULL : line;
}

static char *comes_to_grief(void *data)
{
    switch (number_of(data)) {
    case 3: abort();
    case 4: return strdup("two\nlines");
    case 7: return hangs(data);
    case 8: _exit(0);
    default: return tells_its_process(data);
    }
}

static size_t run_neighbours(char *(*work)(void *data), int at_a_time,
                             int deadline_ms)
{
    struct task_ops ops = { work,        begin_nothing,
                            note_answer, has_not_stopped,
                            &neighbours, NULL };
    struct task tasks[NEIGHBOURS];

    for (int i = 0; i < NEIGHBOURS; i++)
        tasks[i] = (struct task){ 0, false, deadline_ms, &neighbours.answers[i],
                                  true };
    return scheduler_run(tasks, NEIGHBOURS, at_a_time, &ops);
}

static void start_neighbours(void)
{
    neighbours = (struct neighbours){ .stop_behind = -1 };
    scheduler_listen();
}

START_TEST(neighbours_share_a_worker)
{
    const struct answer *answers = neighbours.answers;
    int others = 0;

    start_neighbours();
    ck_assert_uint_eq(run_neighbours(tells_its_process, 1, DEADLINE_MS),
                      NEIGHBOURS);
    for (int i = 0; i < NEIGHBOURS; i++)
        ck_assert_msg(answers[i].times == 1 && answers[i].line[0] != 0,
                      "%d: %d times, \"%s\"", i, answers[i].times,
                      answers[i].trouble);
    for (int i = 1; i < NEIGHBOURS; i++)
        others += strcmp(answers[i].line, answers[i - 1].line) != 0;
    ck_assert_int_gt(others, 0);
    ck_assert_int_lt(others, NEIGHBOURS / 2);
}
END_TEST

START_TEST(grief_is_of_the_one_alone_that_came_to_it)
{
    static const struct {
        int number;
        const char *trouble;
    } griefs[] = {
        { 3, "the worker crashed: signal 6 (Aborted)" },
        { 4, "the worker ended early, with status 1" },
        { 7, "the worker hung: no result within its deadline" },
        { 8, "the worker ended without a result" },
    };
    const struct answer *answers = neighbours.answers;

    start_neighbours();
    ck_assert_uint_eq(run_neighbours(comes_to_grief, jobs[_i], 300),
                      NEIGHBOURS);
    for (int i = 0; i < NEIGHBOURS; i++) {
        const char *want = "";
        for (int g = 0; g < COUNT_OF(griefs); g++)
            want = griefs[g].number == i ? griefs[g].trouble : want;
        ck_assert_int_eq(answers[i].times, 1);
        ck_assert_msg(strcmp(answers[i].trouble, want) == 0,
                      "%d: want \"%s\", got \"%s\"", i, want,
                      answers[i].trouble);
        ck_assert_int_eq(answers[i].line[0] == 0, want[0] != 0);
    }
}
END_TEST

/* Who shares its worker is answered, nobody else is begun. */
START_TEST(stop_lets_a_shared_worker_end)
{
    size_t ended;
    size_t answered = 0;

    start_neighbours();
    neighbours.stop_behind = 1;
    ended = run_neighbours(tells_its_process, 1, DEADLINE_MS);
    ck_assert_uint_lt(ended, NEIGHBOURS);
    for (size_t i = 0; i < NEIGHBOURS; i++) {
        ck_assert_int_eq(neighbours.answers[i].times, i < ended);
        answered += neighbours.answers[i].line[0] != 0;
    }
    ck_assert_uint_eq(answered, ended);
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
    tcase_add_test(tcase, neighbours_share_a_worker);
    tcase_add_loop_test(tcase, grief_is_of_the_one_alone_that_came_to_it, 0,
                        COUNT_OF(jobs));
    tcase_add_test(tcase, stop_lets_a_shared_worker_end);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_run_scheduler");
}
