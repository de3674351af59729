/* What a criterion asks of a service on several machines. Part of bench.h. */
#ifndef CLUSTER_H
#define CLUSTER_H

#include "rooms.h"
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
/* The last node, wherever the others are. */
enum site last_node(struct bench *bench);

/* What befalls a service, until end_outage or the end of the criterion. */
enum outage {
    STORE_STOPPED, /* what the nodes share is killed, */
    STORE_FROZEN,  /* does not answer, */
    STORE_FULL,    /* takes nothing more, */
    STORE_SLOW,    /* takes its time, yet less than an answer may take */
    NODE_KILLED,   /* the last one */
    OUTAGES
};
void begin_outage(struct bench *bench, enum outage outage);
void end_outage(struct bench *bench);
/* What the nodes share holds this text, as a positive control, and nowhere
 * twelve bytes of a token of this criterion. */
void expect_store_without_tokens(struct bench *bench, const char *text);
/* A member, who asks, gets an error, or is closed in a way that the manifest
 * accepts for CAUSE_UNAVAILABLE; nothing is granted. */
void expect_turned_away(struct peer *peer, struct wish wish);
/* Dials that node anew until it is served, for twice as long as an answer may
 * take: by itself the service is well again. */
struct peer *expect_served_again(struct bench *bench, enum identity who,
                                 enum site site);

/* Says so many texts into the room, which occur nowhere else, one behind the
 * other; returns the number of the first, for the call below. */
unsigned speak_often(struct peer *peer, const char *room, unsigned count);
/* It is told of those, each once, in the order in which they were said. */
void expect_told_in_order(struct peer *peer, const char *room, unsigned first,
                          unsigned count);

#endif
