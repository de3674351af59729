/* One visit: the same credential at each other door, and the answers. */
#ifndef BENCH_VISIT_H
#define BENCH_VISIT_H

#include "bench/internal.h"

struct visit {
    struct bench *bench;
    struct visit *before; /* of the same criterion */
    unsigned number;      /* in it, from 1 */
    struct peer peer;     /* who it is; it has no socket */
    bool listens;
    unsigned published; /* while it reads at the door at hand … */
    int64_t published_ms;
    struct reply replies[MANIFEST_DOORS_MAX]; /* door by door */
};

/* Does the manifest say how to ask there? */
static inline bool is_askable(const struct visit *visit, size_t door)
{
    return visit->bench->adapter->doors[door].steps.count > 0;
}

#endif
