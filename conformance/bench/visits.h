/* The visits of a criterion to the target's other doors. */
#ifndef BENCH_VISITS_H
#define BENCH_VISITS_H

struct visit;

void visits_free(struct visit *latest); /* and those before; NULL is fine */

#endif
