/* Which worker runs when. */
#include "run/scheduler.h"
#include "base/clock.h"
#include "run/worker.h"
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static volatile sig_atomic_t interrupted;

/* So many share a worker at most; and fewer towards the end, for all workers
 * to have something to do. */
enum { SHARE_MAX = 32, SHARE_MIN = 4, ROUNDS = 2, DEAR_MAX = 512 };
enum { WAIT_MS_MAX = 60000 };

struct slot {
    struct worker worker;
    const struct task *tasks; /* NULL: free */
    size_t count;             /* that share the worker */
};

struct scheduler {
    const struct task_ops *ops;
    struct slot slots[JOBS_MAX];
    int jobs;
    int running;
    size_t ended;
};

static void on_signal(int number)
{
    interrupted = number;
}

void scheduler_listen(void)
{
    struct sigaction action = { .sa_handler = on_signal };

    interrupted = 0;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool scheduler_interrupted(void)
{
    return interrupted != 0;
}

/* Shared ones first, and of these the longest wait. */
static int by_order(const void *one, const void *other)
{
    const struct task *a = one;
    const struct task *b = other;

    if (a->exclusive != b->exclusive)
        return a->exclusive ? 1 : -1;
    return (a->wait_ms < b->wait_ms) - (a->wait_ms > b->wait_ms);
}

static struct slot *free_slot(struct scheduler *scheduler)
{
    for (int i = 0; i < scheduler->jobs; i++) {
        if (scheduler->slots[i].tasks == NULL)
            return &scheduler->slots[i];
    }
    return NULL;
}

static bool may_start(const struct scheduler *scheduler,
                      const struct task *task, const struct task *running)
{
    if (interrupted || !scheduler->ops->goes_on(scheduler->ops->self))
        return false;
    if (task->exclusive || (running != NULL && running->exclusive))
        return scheduler->running == 0;
    return scheduler->running < scheduler->jobs;
}

/* The task that is worked on has come to an end. */
static void tell(struct scheduler *scheduler, const struct slot *slot,
                 const struct task *task)
{
    const struct task_ops *ops = scheduler->ops;
    const struct worker *worker = &slot->worker;
    const char *trouble = worker->trouble[0] == 0 ? NULL : worker->trouble;

    ops->done(ops->self, task->data,
              trouble == NULL ? buffer_string(&worker->line) : NULL, trouble,
              worker->took_us);
    scheduler->ended++;
}

static void start(struct scheduler *scheduler, struct slot *slot,
                  const struct task *tasks, size_t count)
{
    const struct task_ops *ops = scheduler->ops;
    void *selves[DEAR_MAX];
    int deadline_ms = 0;

    for (size_t i = 0; i < count; i++) {
        selves[i] = tasks[i].data;
        if (tasks[i].deadline_ms > deadline_ms)
            deadline_ms = tasks[i].deadline_ms;
    }
    slot->tasks = tasks;
    slot->count = count;
    scheduler->running++;
    ops->began(ops->self, tasks->data);
    if (worker_start(&slot->worker, ops->work, selves, count, deadline_ms) !=
        FAULT_NONE)
        strncat(slot->worker.trouble, fault_reason(),
                sizeof(slot->worker.trouble) - 1);
}

/* Those behind the one that the worker ended with have had no chance: they get
 * another worker. */
static void finish(struct scheduler *scheduler, struct slot *slot)
{
    const struct task *task = slot->tasks + slot->worker.answered;
    size_t left = slot->count - slot->worker.answered - 1;

    tell(scheduler, slot, task);
    worker_deinit(&slot->worker);
    slot->tasks = NULL;
    scheduler->running--;
    if (left > 0 && !interrupted)
        start(scheduler, slot, task + 1, left);
}

/* A signal that comes between the look at `interrupted` and the wait would be
 * slept through; so it is held back, and let in by the wait itself. */
static void poll_unless_interrupted(struct pollfd *fds, nfds_t count,
                                    int64_t ms)
{
    struct timespec timeout = { ms / 1000, ms % 1000 * 1000000 };
    sigset_t held, before;

    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigprocmask(SIG_BLOCK, &held, &before);
    if (!interrupted)
        ppoll(fds, count, &timeout, &before);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

void scheduler_pause(int ms)
{
    poll_unless_interrupted(NULL, 0, ms);
}

/* Until something is written, a worker ends, a deadline passes or a signal
 * comes. */
static void wait_for_any(struct scheduler *scheduler)
{
    struct pollfd fds[2 * JOBS_MAX];
    nfds_t count = 0;
    int64_t until_ms = INT64_MAX;

    for (int i = 0; i < scheduler->jobs; i++) {
        struct slot *slot = &scheduler->slots[i];
        if (slot->tasks == NULL)
            continue;
        fds[count++] = (struct pollfd){ slot->worker.pidfd, POLLIN, 0 };
        fds[count++] = (struct pollfd){ slot->worker.pipe, POLLIN, 0 };
        if (worker_until_ms(&slot->worker) < until_ms)
            until_ms = worker_until_ms(&slot->worker);
    }
    const struct task_ops *ops = scheduler->ops;
    int64_t most = ops->waits == NULL ? -1 : ops->waits(ops->self);
    int64_t left = until_ms - clock_monotonic_ms();
    if (most < 0)
        most = WAIT_MS_MAX;
    poll_unless_interrupted(fds, count,
                            left < 0      ? 0
                            : left > most ? most
                                          : left);
}

static void follow(struct scheduler *scheduler, struct slot *slot,
                   int64_t now_ms)
{
    const struct task_ops *ops = scheduler->ops;
    enum worker_state state;

    do {
        const struct task *task = slot->tasks + slot->worker.answered;
        state = worker_progress(&slot->worker, now_ms);
        if (state == WORKER_ANSWERED) {
            tell(scheduler, slot, task);
            ops->began(ops->self, task[1].data);
        }
    } while (state == WORKER_ANSWERED && !interrupted);
    if (state == WORKER_ENDED)
        finish(scheduler, slot);
}

static void reap(struct scheduler *scheduler)
{
    int64_t now_ms = clock_monotonic_ms();

    for (int i = 0; i < scheduler->jobs; i++) {
        struct slot *slot = &scheduler->slots[i];
        if (slot->tasks != NULL)
            follow(scheduler, slot, now_ms);
    }
}

/* Each job that is free gets one worker, and no more come behind it. */
static size_t dear_share(const struct scheduler *scheduler, size_t count)
{
    size_t idle = (size_t)(scheduler->jobs - scheduler->running);
    size_t most = (count + idle - 1) / (idle == 0 ? 1 : idle);

    return most > DEAR_MAX ? DEAR_MAX : most;
}

/* How many of the tasks to come get the next worker. */
static size_t share(const struct scheduler *scheduler, const struct task *tasks,
                    size_t count)
{
    size_t most = count / (size_t)(ROUNDS * scheduler->jobs);
    size_t together = 1;

    if (tasks[0].sharing == SHARES_MOST)
        most = dear_share(scheduler, count);
    else if (most > SHARE_MAX)
        most = SHARE_MAX;
    if (most < SHARE_MIN)
        most = count < SHARE_MIN ? count : SHARE_MIN;
    while (together < most && tasks[0].sharing != SHARES_NOTHING &&
           tasks[together].sharing != SHARES_NOTHING)
        together++;
    return together;
}

static void kill_all(struct scheduler *scheduler)
{
    for (int i = 0; i < scheduler->jobs; i++) {
        struct slot *slot = &scheduler->slots[i];
        if (slot->tasks == NULL)
            continue;
        strncat(slot->worker.trouble, "interrupted",
                sizeof(slot->worker.trouble) - 1);
        worker_kill(&slot->worker);
        finish(scheduler, slot);
    }
}

size_t scheduler_run(struct task *tasks, size_t count, int jobs,
                     const struct task_ops *ops)
{
    struct scheduler whole = {
        .ops = ops,
        .jobs = jobs < 1          ? 1
                : jobs > JOBS_MAX ? JOBS_MAX
                                  : jobs,
    };
    struct scheduler *scheduler = &whole;
    const struct task *latest = NULL;
    size_t next = 0;

    qsort(tasks, count, sizeof(*tasks), by_order);
    do {
        while (next < count && may_start(scheduler, &tasks[next], latest)) {
            size_t together = share(scheduler, &tasks[next], count - next);
            latest = &tasks[next];
            start(scheduler, free_slot(scheduler), latest, together);
            next += together;
        }
        if (interrupted)
            kill_all(scheduler);
        if (scheduler->running > 0) {
            wait_for_any(scheduler);
            reap(scheduler);
        }
    } while (scheduler->running > 0 ||
             (next < count && !interrupted && ops->goes_on(ops->self)));
    return scheduler->ended;
}
