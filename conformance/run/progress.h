/* What a person sees while a run goes on: on a terminal one live line and the
 * failures as they come, elsewhere a plain line for each verdict. */
#ifndef RUN_PROGRESS_H
#define RUN_PROGRESS_H

#include "bench/result.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { PROGRESS_RUNNING_MAX = 64 };

struct progress {
    FILE *to; /* NULL: quiet */
    bool live;
    bool colour;
    bool blocks; /* the terminal has signs beyond ASCII */
    size_t total;
    size_t done;
    unsigned of[4]; /* counts by enum verdict */
    unsigned known;
    const char
        *running[PROGRESS_RUNNING_MAX]; /* the longest first; then NULL */
    int64_t began_ms;
    int64_t drawn_ms;
};

/* Looks at what `to` is, TERM, the locale's variables, and NO_COLOR, which
 * takes the colour alone. */
void progress_init(struct progress *progress, FILE *to);
void progress_plan(struct progress *progress, const char *headline,
                   size_t total);
void progress_began(struct progress *progress, const char *id);
/* A failure of a baseline is known. */
void progress_done(struct progress *progress, const char *id,
                   enum verdict verdict, bool is_known, const char *seen,
                   int64_t us);
/* Draws the time anew where there is a live line. Returns after how many ms it
 * likes to be asked again; -1: it does not. */
int progress_tick(struct progress *progress);
/* Wipes the live line. */
void progress_end(struct progress *progress);

#endif
