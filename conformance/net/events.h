/* Events that wait to be taken, in the order in which they happened. */
#ifndef NET_EVENTS_H
#define NET_EVENTS_H

#include "adapter.h"

struct queued {
    struct queued *next;
    size_t size; /* of its data */
    struct event event;
    unsigned char data[]; /* and a NUL, and the subprotocol */
};

/* All zero: empty. */
struct events {
    struct queued *first;
    struct queued *last;
    struct queued *taken; /* lives until the next is taken */
    size_t bytes;         /* of data that wait */
};

/* A copy of the event with room for `size` bytes of data at least, in no queue
 * yet; NULL without memory. */
struct queued *queued_new(const struct event *event, size_t size);
/* Replaces its data, cut to the room that it was made with. */
void queued_set_data(struct queued *queued, struct bytes data);

/* Takes the event over. */
void events_add(struct events *events, struct queued *queued);

/* The oldest event, its data valid until the next call; false: none waits. */
bool events_take(struct events *events, struct event *into);

void events_deinit(struct events *events);

#endif
