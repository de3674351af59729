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
    struct reply replies[MANIFEST_DOORS_MAX]; /* door by door … */
    struct peer *guests[MANIFEST_DOORS_MAX]; /* … or who has dialled there; of
                                                the bench */
};

static inline bool is_socket(const struct visit *visit, size_t door)
{
    return visit->bench->adapter->doors[door].is_socket;
}

/* Does the manifest say how to ask there over HTTP, and can we? */
static inline bool is_askable(const struct visit *visit, size_t door)
{
    const struct adapter *adapter = visit->bench->adapter;

    return adapter->doors[door].steps.count > 0 && adapter->ops->knock != NULL;
}

/* --- guests.c: at doors that are WebSockets ------------------------------- */

/* Dials each of them. False: there is none. */
bool guests_dial(struct visit *visit, const struct token *token);
/* Each is a member there; else `verdict`. */
void judge_guests(struct visit *visit, enum verdict verdict);
/* Each was refused as at the endpoint. */
void judge_strangers(struct visit *visit);
/* … and both alike; … and told nothing of the inside. */
void judge_likeness_of_guests(struct visit *one, struct visit *other);
void judge_what_guests_see(struct visit *visit);
/* Each has been told a broadcast; none has. */
void judge_told_guests(struct visit *visit);
void judge_untold_guests(struct visit *visit);

#endif
