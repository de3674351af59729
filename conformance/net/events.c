/* A queue of events that own their data. */
#include "net/events.h"
#include <stdlib.h>

struct queued *queued_new(const struct event *event, size_t size)
{
    size_t name = event->subprotocol == NULL ? 0 : strlen(event->subprotocol);

    if (size < event->data.length)
        size = event->data.length;
    struct queued *queued = malloc(sizeof(*queued) + size + 1 + name + 1);
    if (queued == NULL)
        return NULL;
    queued->next = NULL;
    queued->size = size;
    queued->event = *event;
    queued_set_data(queued, event->data);
    if (event->subprotocol != NULL) {
        char *copy = (char *)queued->data + size + 1;
        memcpy(copy, event->subprotocol, name + 1);
        queued->event.subprotocol = copy;
    }
    return queued;
}

void queued_set_data(struct queued *queued, struct bytes data)
{
    size_t length = data.length < queued->size ? data.length : queued->size;

    if (length > 0)
        memcpy(queued->data, data.at, length);
    queued->data[length] = 0;
    queued->event.data = bytes_of(queued->data, length);
}

void events_add(struct events *events, struct queued *queued)
{
    if (events->last == NULL)
        events->first = queued;
    else
        events->last->next = queued;
    events->last = queued;
    events->bytes += queued->size;
}

bool events_take(struct events *events, struct event *into)
{
    struct queued *queued = events->first;

    free(events->taken);
    events->taken = queued;
    if (queued == NULL)
        return false;
    events->first = queued->next;
    if (events->first == NULL)
        events->last = NULL;
    events->bytes -= queued->size;
    *into = queued->event;
    return true;
}

void events_deinit(struct events *events)
{
    struct event ignored;

    while (events_take(events, &ignored))
        continue;
}
