/* The log that several servers share, or that one writes into a file: which of
 * them, and of what settings. All take NULL for a server that has none. */
#ifndef SHELL_SHARED_H
#define SHELL_SHARED_H

#include "node/node.h"

struct server;
struct shared;

/* Where an event has to come back within, and whoever is not heard of for how
 * long is dead, in ms. */
enum { BEAT_MS = 500, DEAD_MS = 3000, LOG_MS = 2000 };

/* Of --store or --db. NULL with what is wrong with it. */
struct shared *shared_new(struct server *server, const char **why);
const struct log *shared_log(struct shared *shared); /* or NULL */
/* What all servers must agree on, as words. */
const char *shared_settings(const struct shared *shared);
/* Looks for it from here on. */
void shared_begin(struct shared *shared, struct node *node);
/* The node has lost it: it is looked for anew, very soon but not within this
 * call. */
void shared_drop(struct shared *shared);
/* While the loop still turns; then it may be freed. */
void shared_end(struct shared *shared);
void shared_free(struct shared *shared);

#endif
