/* A linked queue: each event carries its own copy of the data. */
#include "event_queue.h"
#include <stdlib.h>

struct queued_event {
    struct event event;
    struct queued_event *next;
    unsigned char data[];
};

static bool has_room(const struct event_queue *queue, size_t length)
{
    return queue->count < QUEUED_EVENTS_MAX && length <= QUEUED_BYTES_MAX &&
           queue->bytes <= QUEUED_BYTES_MAX - length;
}

static struct queued_event *copy_of(const struct event *event)
{
    struct queued_event *copy = malloc(sizeof(*copy) + event->data.length);

    if (copy == NULL)
        return NULL;
    copy->event = *event;
    copy->next = NULL;
    copy->event.data = bytes_of(copy->data, event->data.length);
    if (event->data.length > 0)
        memcpy(copy->data, event->data.at, event->data.length);
    return copy;
}

static void append(struct event_queue *queue, struct queued_event *added)
{
    if (queue->last == NULL)
        queue->first = added;
    else
        queue->last->next = added;
    queue->last = added;
    queue->count++;
    queue->bytes += added->event.data.length;
}

void event_queue_add(struct event_queue *queue, const struct event *event)
{
    struct queued_event *added = NULL;

    if (queue->fault != FAULT_NONE)
        return;
    if (!has_room(queue, event->data.length))
        queue->fault = FAULT_LIMIT;
    else if ((added = copy_of(event)) == NULL)
        queue->fault = FAULT_MEMORY;
    else
        append(queue, added);
}

bool event_queue_take(struct event_queue *queue, struct event *event)
{
    struct queued_event *first = queue->first;

    free(queue->taken);
    queue->taken = first;
    if (first == NULL)
        return false;
    queue->first = first->next;
    if (queue->first == NULL)
        queue->last = NULL;
    queue->count--;
    queue->bytes -= first->event.data.length;
    *event = first->event;
    return true;
}

void event_queue_deinit(struct event_queue *queue)
{
    struct event lost;

    while (event_queue_take(queue, &lost))
        continue;
}
