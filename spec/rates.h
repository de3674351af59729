/* What a criterion asks of rates, and expects of them. Part of bench.h. */
#ifndef RATES_H
#define RATES_H

#include "rooms.h"

struct bench;
struct peer;

/* What became of messages that were said one behind the other. */
struct burst {
    unsigned said;
    unsigned told;    /* that reached the listener */
    unsigned refused; /* errors for the rate, to all speakers together */
    long long took_ms;
};

/* In a window: messages of one user, and into one room; at the instance with
 * the tight limits. */
unsigned messages_allowed(struct bench *bench);
unsigned tight_messages(struct bench *bench);
unsigned tight_room_messages(struct bench *bench);
/* Until nothing that was said before counts any longer. */
void elapse_rate(struct bench *bench);
void elapse_half_rate(struct bench *bench); /* twice is the whole */
/* What is said: `times` requests of the first speaker's, then `each` texts by
 * all of them, by turns, into a room that they and the listener are inside of.
 */
struct flood {
    struct peer *const *speakers;
    unsigned count;
    struct wish request;
    unsigned times;
    bool binary;  /* the requests are binary messages instead, of no room */
    bool redials; /* amid the texts another connection of the first speaker's
                     user comes, and goes */
    bool at_once; /* what was said before may count */
    const char *room;
    struct peer *listener;
    unsigned each;
    unsigned allowed; /* so many of the texts may be told */
};
/* Nothing that was said before counts. On a real clock it is said anew, thrice
 * at most, where more than are allowed are told: a second may end within a
 * burst. One that takes longer than a window is inconclusive then. */
struct burst burst(struct flood flood);
/* As many were told as are allowed: exactly where time stands still, else up
 * to a tenth more. */
void expect_told_as_allowed(struct bench *bench, struct burst burst,
                            unsigned allowed);
/* Each that was not told is answered by one error, and none that was. */
void expect_each_refused(struct bench *bench, struct burst burst);
/* Seen from inside, the user of `peer` is among those whose messages are
 * counted once it has made this request; and is no more. */
void expect_sender_tracked(struct peer *peer, struct wish wish);
void expect_sender_forgotten(struct peer *peer);

/* Does the target still count attempts of our address number `source`? */
void expect_address_tracked(struct bench *bench, unsigned source, bool tracked);

#endif
