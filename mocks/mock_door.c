/* The other door of the mock: the reference's latest broadcasts, without HTTP.
 */
#include "mock.h"
#include <stdlib.h>

static const struct door latest = {
    .what = "the latest broadcasts over HTTP",
    .steps = { .count = 1 },
    .read = { .count = 1 },
    .admitted = { .status = 200, .body_like = "signals" },
    .refused = { { .status = 401, .body_like = "unauthorized" } },
    .refused_count = 1,
};

void mock_open_door(struct mock *mock)
{
    mock->adapter.doors = &latest;
    mock->adapter.door_count = 1;
}

static enum fault read_latest(struct mock *mock, const struct inquiry *inquiry,
                              int *status, struct buffer *into)
{
    char *body = NULL;

    *status = core_read_latest(
        node_core(mock_nodes_first(mock)),
        text_of(inquiry->token == NULL ? "" : inquiry->token), &body);
    enum fault fault =
        body == NULL ? fault_say(FAULT_MEMORY, "the core answered nothing")
                     : buffer_add_string(into, body);
    free(body);
    return fault;
}

enum fault mock_knock(void *self, const struct inquiry *inquiry,
                      struct reply *into)
{
    int status;
    enum fault fault = read_latest(self, inquiry, &into->status, &into->body);

    if (fault != FAULT_NONE || inquiry->meanwhile == NULL)
        return fault;
    inquiry->meanwhile(inquiry->self);
    return read_latest(self, inquiry, &status, &into->told);
}
