/* What a person sees while a run goes on: on a terminal one live line and the
 * failures as they come, elsewhere a plain line for each verdict. */
#ifndef RUN_PROGRESS_H
#define RUN_PROGRESS_H

#include "bench/result.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct progress {
    FILE *to; /* NULL: quiet */
    bool live;
    bool colour;
    size_t total;
    size_t done;
    unsigned of[4];         /* counts by enum verdict */
    const char *running[4]; /* a few of those that run */
    int64_t drawn_ms;
};

/* Looks at what `to` is, NO_COLOR and TERM. */
void progress_init(struct progress *progress, FILE *to);
void progress_plan(struct progress *progress, const char *headline,
                   size_t total);
void progress_began(struct progress *progress, const char *id);
/* A failure of a baseline is known. */
void progress_done(struct progress *progress, const char *id,
                   enum verdict verdict, bool is_known, const char *seen,
                   int64_t us);
/* Wipes the live line. */
void progress_end(struct progress *progress);

#endif
