/* Work in a process of its own: a crash, a hang, a flood or a child left behind
 * is that process's trouble and nobody else's. Of several pieces in one process
 * it is the trouble of the one that was worked on. */
#ifndef RUN_WORKER_H
#define RUN_WORKER_H

#include "base/buffer.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { WORKER_LINE_MAX = 4 * 1024 * 1024 };

struct worker {
    pid_t pid; /* leader of a group of its own; 0: none, or reaped */
    int status;
    int pidfd;
    int pipe;            /* what it writes; -1 at its end */
    int deadline_ms;     /* of each piece, beside its grace */
    int64_t until_ms;    /* of the one that is worked on */
    struct grace *grace; /* that its hooks ask for */
    int64_t since_us;
    int64_t took_us; /* the piece that has ended last */
    size_t pieces;
    size_t answered; /* of the pieces; also: which one is worked on */
    struct buffer written;
    bool has_line; /* `written` holds the end of one */
    struct buffer line;
    char trouble[160]; /* "" : it worked */
};

/* Forks. The child calls work(self) for `count` (at least 1) of `selves`, one
 * after the other, writes a line with what each returns (free()d) and leaves by
 * _exit. Of the deadline, the time in hooks is not counted. FAULT_SYSTEM. */
enum fault worker_start(struct worker *worker, char *(*work)(void *self),
                        void *const *selves, size_t count, int deadline_ms);

/* In a worker: what is to be done before it leaves. The latest call counts. */
void worker_at_end(void (*last)(void *self), void *self);

/* When its time is up, as things stand. */
int64_t worker_until_ms(const struct worker *worker);

enum worker_state {
    WORKER_RUNS,
    WORKER_ANSWERED, /* `line` holds the result of a piece, not of the last */
    WORKER_ENDED,    /* and was reaped: `line` holds the result of the piece
                      * `answered`, or `trouble` says why there is none */
};

/* Takes in what has been written; call it again after WORKER_ANSWERED. */
enum worker_state worker_progress(struct worker *worker, int64_t now_ms);

/* Kills it and all it left behind. */
void worker_kill(struct worker *worker);
void worker_deinit(struct worker *worker);

#endif
