/* Workers that misbehave, each in its own way, and what must be said of it. */
#include "base/clock.h"
#include "base/grace.h"
#include "check_program.h"
#include "manifest/manifest.h"
#include "net/hooks.h"
#include "run/scheduler.h"
#include "run/worker.h"
#include "tests/endless.h"
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

enum { DEADLINE_MS = 400, LONG_MS = 10000 };

static char *succeeds(void *self)
{
    (void)self;
    return strdup("{\"verdict\":\"pass\"}");
}

static char *crashes(void *self)
{
    (void)self;
    raise(SIGABRT); /* a sanitizer would catch SIGSEGV */
    return NULL;
}

static char *hangs(void *self)
{
    (void)self;
    while (pause() != 0)
        continue;
    return NULL;
}

static char *leaves_early(void *self)
{
    (void)self;
    _exit(0);
}

static char *fails(void *self)
{
    (void)self;
    return NULL;
}

static char *floods(void *self)
{
    (void)self;
    char *text = malloc(WORKER_LINE_MAX + 2);
    memset(text, 'x', WORKER_LINE_MAX + 1);
    text[WORKER_LINE_MAX + 1] = 0;
    return text;
}

static char *leaks_a_child(void *self)
{
    (void)self;
    if (fork() == 0) {
        for (;;)
            pause();
    }
    return strdup("{\"verdict\":\"pass\"}");
}

/* Its target answers when the test lets it, and that is the target's right. */
static char *has_a_slow_hook(void *self)
{
    static const char *const command[] = { "sh", "-c",
                                           "read -r line <\"$ENDLESS\"",
                                           "{text}", NULL };
    struct manifest manifest = { .answer_ms = GRACE_MS_MAX };
    struct hooks hooks;
    bool good;

    (void)self;
    manifest.publish_hook =
        (struct hook){ .command = command, .present = true };
    if (hooks_init(&hooks, &manifest) != FAULT_NONE)
        return NULL;
    good = hooks_publish(&hooks, "x", NULL) == FAULT_NONE;
    hooks_deinit(&hooks);
    return good ? strdup("{\"verdict\":\"pass\"}") : NULL;
}

/* What was granted and not needed is taken back. */
static char *hangs_behind_a_hook(void *self)
{
    grace_grant(60000);
    grace_grant(-60000);
    return hangs(self);
}

static const struct {
    const char *label;
    char *(*work)(void *self);
    const char *want; /* in the trouble; "": none */
    int deadline_ms;
} rows[] = {
    { "a good one", succeeds, "", LONG_MS },
    { "a crash", crashes, "crashed: signal 6", LONG_MS },
    { "a hang", hangs, "hung", DEADLINE_MS },
    { "an early end", leaves_early, "without a result", LONG_MS },
    { "no result", fails, "status 1", LONG_MS },
    { "a flood", floods, "more than", LONG_MS },
    { "a hang behind a hook", hangs_behind_a_hook, "hung", DEADLINE_MS },
    { "a child left behind", leaks_a_child, "left a process behind", LONG_MS },
};

START_TEST(trouble_is_told)
{
    void *nothing = NULL;
    struct worker worker;

    ck_assert_int_eq(
        worker_start(&worker, rows[_i].work, &nothing, 1, rows[_i].deadline_ms),
        FAULT_NONE);
    pid_t group = worker.pid;
    while (worker_progress(&worker, clock_monotonic_ms()) != WORKER_ENDED)
        continue;
    ck_assert_msg((worker.trouble[0] == 0) == (rows[_i].want[0] == 0),
                  "%s: \"%s\"", rows[_i].label, worker.trouble);
    ck_assert_msg(strstr(worker.trouble, rows[_i].want) != NULL,
                  "%s: want \"%s\", got \"%s\"", rows[_i].label, rows[_i].want,
                  worker.trouble);
    /* Killed, maybe not yet reaped by init: no process of it runs on. */
    for (int64_t until = clock_monotonic_ms() + 2000;
         kill(-group, 0) == 0 && clock_monotonic_ms() < until;)
        continue;
    worker_deinit(&worker);
}
END_TEST

/* The hook has begun once its time is granted, and is let go by the test. */
START_TEST(hook_slower_than_the_deadline_is_waited_for)
{
    void *nothing = NULL;
    struct worker worker;
    int released = hold_endless();

    ck_assert_int_eq(
        worker_start(&worker, has_a_slow_hook, &nothing, 1, LONG_MS),
        FAULT_NONE);
    int64_t deadline_ms = worker.until_ms;
    while (worker_until_ms(&worker) == deadline_ms)
        ck_assert_int_ne(worker_progress(&worker, clock_monotonic_ms()),
                         WORKER_ENDED);
    ck_assert_int_ne(worker_progress(&worker, deadline_ms + 1), WORKER_ENDED);
    ck_assert_int_eq(write(released, "\n", 1), 1);
    while (worker_progress(&worker, clock_monotonic_ms()) != WORKER_ENDED)
        continue;
    ck_assert_str_eq(worker.trouble, "");
    worker_deinit(&worker);
    close(released);
}
END_TEST

/* --- Order ---------------------------------------------------------------- */

struct diary {
    int began[8];
    int beside[8]; /* how many ran when it began */
    int count;
    int running;
    int stop_after;
};

static char *work_fast(void *data)
{
    (void)data;
    return strdup("x");
}

static void began(void *self, void *data)
{
    struct diary *diary = self;

    diary->beside[diary->count] = diary->running++;
    diary->began[diary->count++] = *(int *)data;
}

static void done(void *self, void *data, const char *line, const char *trouble,
                 int64_t us)
{
    struct diary *diary = self;

    (void)data, (void)us;
    ck_assert_msg(line != NULL, "%s", trouble);
    diary->running--;
}

static bool goes_on(void *self)
{
    const struct diary *diary = self;

    return diary->stop_after == 0 || diary->count < diary->stop_after;
}

START_TEST(longest_wait_first_exclusive_last_and_alone)
{
    static int names[] = { 1, 2, 3, 4 };
    struct task tasks[] = {
        { 0, true, 2000, &names[0], false },
        { 10, false, 2000, &names[1], false },
        { 500, false, 2000, &names[2], false },
        { 2000, true, 2000, &names[3], false },
    };
    struct diary diary = { .count = 0 };
    struct task_ops ops = { work_fast, began, done, goes_on, &diary, NULL };

    ck_assert_uint_eq(scheduler_run(tasks, 4, 8, &ops), 4);
    ck_assert_int_eq(diary.began[0], 3);
    ck_assert_int_eq(diary.began[1], 2);
    ck_assert_int_eq(diary.began[2], 4);
    ck_assert_int_eq(diary.began[3], 1);
    ck_assert_int_eq(diary.beside[2], 0);
    ck_assert_int_eq(diary.beside[3], 0);
}
END_TEST

START_TEST(stops_when_told)
{
    static int names[] = { 1, 2, 3 };
    struct task tasks[] = {
        { 0, false, 2000, &names[0], false },
        { 0, false, 2000, &names[1], false },
        { 0, false, 2000, &names[2], false },
    };
    struct diary diary = { .stop_after = 1 };
    struct task_ops ops = { work_fast, began, done, goes_on, &diary, NULL };

    ck_assert_uint_eq(scheduler_run(tasks, 3, 1, &ops), 1);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("worker");
    TCase *tcase = tcase_create("worker");

    tcase_add_loop_test(tcase, trouble_is_told, 0, COUNT_OF(rows));
    tcase_add_test(tcase, hook_slower_than_the_deadline_is_waited_for);
    tcase_add_test(tcase, longest_wait_first_exclusive_last_and_alone);
    tcase_add_test(tcase, stops_when_told);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_worker");
}
