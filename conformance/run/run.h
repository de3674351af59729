/* A run: which criteria, against what, and what came of it. */
#ifndef RUN_RUN_H
#define RUN_RUN_H

#include "bench/result.h"
#include "run/progress.h"
#include "run/record.h"
#include "run/target.h"
#include <stdint.h>
#include <stdio.h>

/* Exit statuses; the highest wins. */
enum exit_status {
    EXIT_GOOD = 0,
    EXIT_FAIL = 1,
    EXIT_USAGE = 2,
    EXIT_UNSURE = 3,
    EXIT_UNREACHED = 4,
    EXIT_STALE = 5, /* the baseline */
};

struct selection {
    const char *only;  /* glob over ids, or NULL */
    const char *level; /* "A", "AA", "AAA", or NULL */
    unsigned shard;    /* from 1 */
    unsigned shards;   /* 1: all */
    long max_wait_ms;  /* -1: any */
};

struct baseline;

struct run_options {
    struct selection selection;
    int jobs;
    unsigned repeat; /* from 1 */
    uint64_t seed;
    FILE *stream;                    /* of NDJSON, or NULL */
    enum keeping keeping;            /* of transcripts */
    const struct baseline *baseline; /* of known failures, or NULL */
    const char *manifest;            /* its file, as it was named, or NULL */
    const char *command; /* that runs it all again, without what is secret; or
                            NULL */
};

/* Fills `chosen` (room for catalogue_size) in catalogue order, with criteria of
 * these profiles (a set of enum profile). */
size_t run_select(const struct selection *selection, unsigned profiles,
                  const struct criterion **chosen);
/* How many verdicts a run against these open targets will have. */
size_t run_count(const struct run_options *options,
                 const struct target *targets, size_t target_count);

/* Runs the selection against open targets of one kind, each of a profile of
 * its own. The record is whole whatever happens; the status says how it
 * went. */
enum exit_status run_catalogue(struct target *targets, size_t target_count,
                               const struct run_options *options,
                               struct progress *progress,
                               struct record *record);

#endif
