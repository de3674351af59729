/* Which worker runs when: many beside each other, the longest declared wait
 * first, those that need the target for themselves last and alone. */
#ifndef RUN_SCHEDULER_H
#define RUN_SCHEDULER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JOBS_MAX = 64 };

/* May a task share a worker with its neighbours? */
enum sharing {
    SHARES_NOTHING,
    SHARES,      /* a process costs more than such a task */
    SHARES_MOST, /* what a worker starts is dear: as few as there are jobs */
};

struct task {
    int wait_ms; /* declared; 0 where time is virtual */
    bool exclusive;
    int deadline_ms; /* of its worker */
    void *data;
    enum sharing sharing;
};

/* MUST NOT block. */
struct task_ops {
    /* In the worker. The result, one line; NULL is trouble. */
    char *(*work)(void *data);
    /* In the parent: it has begun; it has ended with `line`, or with
     * `trouble` (never both NULL) after `us` microseconds. */
    void (*began)(void *self, void *data);
    void (*done)(void *self, void *data, const char *line, const char *trouble,
                 int64_t us);
    /* False: start no more, let those that run end. */
    bool (*goes_on)(void *self);
    void *self;
    /* Before it waits: for how many ms at most; -1: as long as it takes. NULL
     * says the same. */
    int (*waits)(void *self);
};

/* Runs all tasks, `jobs` (1 to JOBS_MAX) at a time; sorts `tasks`. Returns how
 * many were run: fewer when goes_on said no or a signal came. */
size_t scheduler_run(struct task *tasks, size_t count, int jobs,
                     const struct task_ops *ops);

/* Has SIGINT or SIGTERM come since scheduler_listen? */
void scheduler_listen(void);
bool scheduler_interrupted(void);
/* Lets so much time pass, unless one of them comes. */
void scheduler_pause(int ms);

#endif
