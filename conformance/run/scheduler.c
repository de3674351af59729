/* Which worker runs when. */
#include "run/scheduler.h"
#include "base/clock.h"
#include "run/worker.h"
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static volatile sig_atomic_t interrupted;

struct slot {
    struct worker worker;
    const struct task *task; /* NULL: free */
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
        if (scheduler->slots[i].task == NULL)
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

static void finish(struct scheduler *scheduler, struct slot *slot)
{
    const struct task_ops *ops = scheduler->ops;
    const char *trouble = slot->worker.trouble;

    ops->done(ops->self, slot->task->data,
              trouble[0] == 0 ? buffer_string(&slot->worker.line) : NULL,
              trouble[0] == 0 ? NULL : trouble,
              clock_monotonic_us() - slot->worker.since_us);
    worker_deinit(&slot->worker);
    slot->task = NULL;
    scheduler->running--;
    scheduler->ended++;
}

static void start(struct scheduler *scheduler, const struct task *task)
{
    const struct task_ops *ops = scheduler->ops;
    struct slot *slot = free_slot(scheduler);

    ops->began(ops->self, task->data);
    slot->task = task;
    scheduler->running++;
    if (worker_start(&slot->worker, ops->work, task->data, task->deadline_ms) !=
        FAULT_NONE) {
        strncat(slot->worker.trouble, fault_reason(),
                sizeof(slot->worker.trouble) - 1);
        finish(scheduler, slot);
    }
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

/* Until something is written, a worker ends, a deadline passes or a signal
 * comes. */
static void wait_for_any(struct scheduler *scheduler)
{
    struct pollfd fds[2 * JOBS_MAX];
    nfds_t count = 0;
    int64_t until_ms = INT64_MAX;

    for (int i = 0; i < scheduler->jobs; i++) {
        struct slot *slot = &scheduler->slots[i];
        if (slot->task == NULL)
            continue;
        fds[count++] = (struct pollfd){ slot->worker.pidfd, POLLIN, 0 };
        fds[count++] = (struct pollfd){ slot->worker.pipe, POLLIN, 0 };
        if (worker_until_ms(&slot->worker) < until_ms)
            until_ms = worker_until_ms(&slot->worker);
    }
    int64_t left = until_ms - clock_monotonic_ms();
    poll_unless_interrupted(fds, count,
                            left < 0       ? 0
                            : left > 60000 ? 60000
                                           : left);
}

static void reap(struct scheduler *scheduler)
{
    int64_t now_ms = clock_monotonic_ms();

    for (int i = 0; i < scheduler->jobs; i++) {
        struct slot *slot = &scheduler->slots[i];
        if (slot->task != NULL && worker_progress(&slot->worker, now_ms))
            finish(scheduler, slot);
    }
}

static void kill_all(struct scheduler *scheduler)
{
    for (int i = 0; i < scheduler->jobs; i++) {
        struct slot *slot = &scheduler->slots[i];
        if (slot->task == NULL)
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
            latest = &tasks[next++];
            start(scheduler, latest);
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
