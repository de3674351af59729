/* What a criterion asks of a service on several machines. Part of bench.h. */
#ifndef CLUSTER_H
#define CLUSTER_H

#include "world.h"

struct bench;
struct peer;
struct token;

/* Nodes that can be dialled; at least one. */
unsigned nodes(struct bench *bench);
/* Dials that node, and waits until it is served there: two pings are answered.
 * What one node does is known at the others is for the criterion to show, so no
 * broadcast of ours is waited for; that it is served is a precondition. */
struct peer *admit_at(struct bench *bench, enum identity who,
                      struct token token, enum site site);
/* Says so many texts into the room, which occur nowhere else, one behind the
 * other; returns the number of the first, for the call below. */
unsigned speak_often(struct peer *peer, const char *room, unsigned count);
/* It is told of those, each once, in the order in which they were said. */
void expect_told_in_order(struct peer *peer, const char *room, unsigned first,
                          unsigned count);

#endif
