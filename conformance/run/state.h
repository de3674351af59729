/* What a run knows while it goes on. */
#ifndef RUN_STATE_H
#define RUN_STATE_H

#include "run/run.h"
#include "run/scheduler.h"

enum { PATIENCE_MS = 60000, SUSPECTS_MAX = 6 };

/* One criterion of the selection, and what its repetitions came to. */
struct entry {
    struct target *target;
    const struct criterion *criterion;
    unsigned place;        /* in the selection */
    unsigned seen_of[4];   /* repetitions by enum verdict */
    unsigned repetitions;  /* done */
    bool was_deadly;       /* the target has not survived one of them */
    struct cJSON *verdict; /* line of the stream; NULL: not yet */
};

/* One repetition. */
struct turn {
    struct run *run;
    struct entry *entry;
    unsigned world;
    /* What it came to, as long as it does not count yet. */
    struct cJSON *verdict;
    int64_t began_us;
    int64_t ended_us;
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
    /* Those that the target may not have survived, in the order of their ends:
     * what they came to does not count yet. */
    struct turn **pending;
    size_t pending_count;
    unsigned restarts; /* of the target, after it died */
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

/* A dead target refuses everything: nothing counts without this. Where one is
 * not sane, it is found out what it died of, and it is brought back; else
 * gave_up is set. */
void check_sanity(struct run *run);
/* NULL: it is sane, or a signal has come. Else the verdict of the criterion
 * that asks; cJSON_Delete it. */
struct cJSON *sanity_of(struct run *run, struct target *target);
/* Nothing more is asked: this target cannot be judged. */
void give_up(struct run *run, const struct target *target,
             const struct cJSON *sanity);

/* Adds where in the selection, and of which profile it is. */
void entry_place(const struct entry *entry, struct cJSON *verdict);
/* Writes down what the entry came to, once all its repetitions are in. Who
 * kills the target has failed, whatever the others came to. */
void entry_conclude(struct run *run, struct entry *entry, int64_t us);

/* How long its worker may take. */
int turn_deadline_ms(const struct turn *turn);
/* The verdict of a turn, where it played. */
struct cJSON *turn_verdict(const struct turn *turn, const char *line,
                           const char *trouble, int64_t us);
/* Counts what the turn came to, and no more afterwards. */
void turn_counts(struct run *run, struct turn *turn);

/* A turn has ended: it counts at once where its target cannot die of it, or
 * else once another, begun behind it, has passed. */
void blame_later(struct run *run, struct turn *turn);
/* Of what was asked last the target may be dying still: waits that long. */
void blame_wait(const struct run *run);
/* Its target is sane, or nobody asks any more: all that is pending counts. */
void blame_nobody(struct run *run);
/* The target has died of one of those that are pending. Where hooks.restart
 * brings it back, each is asked alone, and the run goes on; else it gives up.
 */
void blame_culprit(struct run *run, struct target *target,
                   const struct cJSON *sanity);

#endif
