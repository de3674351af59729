/* The implementation at the other end of a pipe, from one start to the next: a
 * child process that lives for many criteria, with a fresh world for each. A
 * child that breaks the protocol is killed and blamed; the next world starts
 * another. */
#ifndef PIPE_IMPLEMENTATION_H
#define PIPE_IMPLEMENTATION_H

#include "adapter.h"
#include "pipe/saying.h"

struct manifest;

enum {
    HELLO_MS = 20000, /* beside limits.answer_ms: interpreters start slowly */
    LEAVE_MS = 10000, /* from `bye` to the end … */
    LEAVE_AGAIN_MS = 1000, /* … of who has not left an earlier time */
};

/* What it has said of itself. */
struct introduction {
    char name[1024];
    bool is_virtual;
    uint64_t offers; /* set of enum need: what hangs on hooks */
    unsigned wire;   /* set of enum wire */
    unsigned nodes;
};

struct implementation;

/* Starts nothing yet. `isolated`: a process for each world. Both strings and
 * the manifest must outlive it. NULL with fault_reason(). */
struct implementation *implementation_new(const struct manifest *manifest,
                                          const char *command, bool isolated);
/* Says bye, and sees to it that nothing stays. NULL is fine. */
void implementation_free(struct implementation *one);
/* How long `hello` may take, beside limits.answer_ms, and the leaving. */
void implementation_hurry(struct implementation *one, int hello_ms,
                          int leave_ms);

/* A fresh world: starts a child, or resets the one that is there. The reason
 * of a fault begins with "adapter: " and says who did what in answer to what.
 */
enum fault implementation_begin(struct implementation *one);
/* Of the child that was started last; all zero before. */
const struct introduction *
implementation_introduced(const struct implementation *one);
/* Says bye and waits for the end, from the first that does not go on no longer
 * than LEAVE_AGAIN_MS. A fault as above where it does not go, goes with another
 * status than 0 or leaves a process behind. */
enum fault implementation_end(struct implementation *one);

#endif
