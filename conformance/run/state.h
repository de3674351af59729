/* What a run knows while it goes on. */
#ifndef RUN_STATE_H
#define RUN_STATE_H

#include "run/run.h"
#include "run/scheduler.h"

enum { PATIENCE_MS = 20000, SUSPECTS_MAX = 6 };

/* One criterion of the selection, and what its repetitions came to. */
struct entry {
    struct target *target;
    const struct criterion *criterion;
    unsigned place;        /* in the selection */
    unsigned seen_of[4];   /* repetitions by enum verdict */
    unsigned repetitions;  /* done */
    struct cJSON *verdict; /* line of the stream; NULL: not yet */
};

/* One repetition. */
struct turn {
    struct run *run;
    struct entry *entry;
    unsigned world;
};

struct run {
    struct target *targets; /* of one kind, each of another profile */
    size_t target_count;
    const struct run_options *options;
    struct progress *progress;
    struct record *record;
    struct entry *entries;
    struct turn *turns;
    struct task *tasks;
    size_t entry_count;
    size_t turn_count;
    unsigned worlds;   /* used so far */
    bool must_recheck; /* a failure since the last sanity check */
    bool must_mend;    /* a worker ended that may have broken the decoder */
    bool gave_up;      /* the target is not sane */
    char why[1024];    /* it is not, or the run came to no good end */
    /* What was asked since it was last seen sane: the latest, in a ring. */
    const char *suspects[SUSPECTS_MAX];
    unsigned suspect_count; /* of all of them */
    int64_t started_us;
    int64_t started_cpu_us;
    int longest_wait_ms;
};

/* In the worker: plays the turn, and returns the line of its result. free() it.
 * NULL: out of memory. */
char *play_turn(void *data);

/* Why the run came to no good end, redacted. The reason that is known first is
 * the one that is told. */
void note_trouble(struct run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* This criterion was asked: where the target proves to be dead, it may have
 * been this one that it has not survived. */
void note_suspect(struct run *run, const char *id);

/* A dead target refuses everything: nothing counts without this. Sets gave_up
 * where it is not sane. */
void check_sanity(struct run *run);

#endif
