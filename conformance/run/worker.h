/* One piece of work in a process of its own: a crash, a hang, a flood or a
 * child left behind is that process's trouble and nobody else's. */
#ifndef RUN_WORKER_H
#define RUN_WORKER_H

#include "base/buffer.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { WORKER_LINE_MAX = 4 * 1024 * 1024 };

struct worker {
    pid_t pid; /* leader of a group of its own; 0: none */
    int pidfd;
    int pipe;            /* what it writes; -1 at its end */
    int64_t until_ms;    /* beside its grace */
    struct grace *grace; /* that its hooks ask for */
    int64_t since_us;
    struct buffer line;
    char trouble[160]; /* "" : it worked */
};

/* Forks. The child calls work(self), writes what that returns (free()d) and
 * leaves by _exit. Of the deadline, the time in hooks is not counted.
 * FAULT_SYSTEM. */
enum fault worker_start(struct worker *worker, char *(*work)(void *self),
                        void *self, int deadline_ms);

/* When its time is up, as things stand. */
int64_t worker_until_ms(const struct worker *worker);

/* Takes in what has been written. True once the worker has ended and has been
 * reaped: `line` holds its result, or `trouble` says why there is none. */
bool worker_progress(struct worker *worker, int64_t now_ms);

/* Kills it and all it left behind. */
void worker_kill(struct worker *worker);
void worker_deinit(struct worker *worker);

#endif
