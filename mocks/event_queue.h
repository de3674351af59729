/* Events that a bench has not taken yet, under a ceiling. */
#ifndef MOCKS_EVENT_QUEUE_H
#define MOCKS_EVENT_QUEUE_H

#include "adapter.h"

enum limits_of_event_queues {
    QUEUED_EVENTS_MAX = 64 * 1024,
    QUEUED_BYTES_MAX = 64 * 1024 * 1024, /* of data, in all */
};

struct queued_event;

/* All zero is an empty queue. */
struct event_queue {
    struct queued_event *first;
    struct queued_event *last;
    struct queued_event *taken; /* its data is lent out */
    size_t count;
    size_t bytes;
    enum fault fault; /* FAULT_LIMIT or FAULT_MEMORY: an event was lost, and
                         no verdict may rest on the rest */
};

/* Copies event->data. Once an event was lost, all later ones are, too. */
void event_queue_add(struct event_queue *queue, const struct event *event);
/* False when none is left. The data is lent until the next call. */
bool event_queue_take(struct event_queue *queue, struct event *event);
void event_queue_deinit(struct event_queue *queue);

#endif
