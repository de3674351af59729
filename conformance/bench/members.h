/* The bench's own members: those that prove that the target works, and those
 * that publish. Read by internal.h, behind what it needs. */
#ifndef BENCH_MEMBERS_H
#define BENCH_MEMBERS_H

#include "bench/internal.h"

/* --- dial.c, fence.c ------------------------------------------------------ */

/* Stays open, and is welcomed where that is the custom. */
bool is_served(struct peer *peer);
/* A peer that has yet to dial. Never NULL. */
struct peer *new_peer(struct bench *bench, enum identity who, const char *name);
void dial_with(struct peer *peer, const struct token *token,
               const struct manner *manner);

/* --- witness.c ------------------------------------------------------------ */

struct peer *open_witness(struct bench *bench, const char *name, enum site at);

/* --- publish.c ------------------------------------------------------------ */

/* Has the target no hook for it, while its members publish to all? */
bool publishes_by_itself(const struct manifest *manifest,
                         const struct adapter *adapter);
/* Lets our publisher in, where we need one, while that is still possible. */
void ready_publisher(struct bench *bench);
/* One broadcast for whoever hears what this peer hears; its number. */
unsigned publish_for(const struct peer *peer);

#endif
