/* The other doors of the mock: the reference's latest broadcasts, without HTTP,
 * and its socket by its old path. */
#include "mock.h"
#include <stdlib.h>

static const struct door doors[] = {
    { .what = "the latest broadcasts over HTTP",
      .steps = { .count = 1 },
      .read = { .count = 1 },
      .admitted = { .status = 200, .body_like = "signals" },
      .refused = { { .status = 401, .body_like = "unauthorized" } },
      .refused_count = 1 },
    { .what = "the old path",
      .url = "ws://127.0.0.1/ws/old",
      .is_socket = true },
};

void mock_open_doors(struct mock *mock)
{
    mock->adapter.doors = doors;
    mock->adapter.door_count = COUNT(doors);
}

const char *mock_path_of(const struct door *door)
{
    return strchr(door->url + strlen("ws://"), '/');
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
