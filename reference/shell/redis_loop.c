#include "shell/redis_loop.h"
#include <stdlib.h>

struct attachment {
    uv_poll_t poll;
    redisAsyncContext *context; /* NULL: gone */
    int events;
};

/* Whatever has happened to the socket, reading or writing finds out. */
static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct attachment *at = poll->data;

    if (at->context != NULL && (status < 0 || (events & UV_READABLE) != 0))
        redisAsyncHandleRead(at->context);
    if (at->context != NULL && (status < 0 || (events & UV_WRITABLE) != 0))
        redisAsyncHandleWrite(at->context);
}

static void listen_for(struct attachment *at, int events)
{
    if (at->events == events)
        return;
    at->events = events;
    if (events == 0)
        uv_poll_stop(&at->poll);
    else
        uv_poll_start(&at->poll, events, on_poll);
}

static void add_read(void *self)
{
    struct attachment *at = self;

    listen_for(at, at->events | UV_READABLE);
}

static void drop_read(void *self)
{
    struct attachment *at = self;

    listen_for(at, at->events & ~UV_READABLE);
}

static void add_write(void *self)
{
    struct attachment *at = self;

    listen_for(at, at->events | UV_WRITABLE);
}

static void drop_write(void *self)
{
    struct attachment *at = self;

    listen_for(at, at->events & ~UV_WRITABLE);
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void clean_up(void *self)
{
    struct attachment *at = self;

    if (at->context == NULL)
        return;
    at->context = NULL;
    uv_poll_stop(&at->poll);
    uv_close((uv_handle_t *)&at->poll, on_closed);
}

bool redis_loop_attach(redisAsyncContext *context, uv_loop_t *loop)
{
    struct attachment *at = calloc(1, sizeof(*at));

    if (at == NULL || uv_poll_init(loop, &at->poll, context->c.fd) != 0) {
        free(at);
        return false;
    }
    at->poll.data = at;
    at->context = context;
    context->ev.data = at;
    context->ev.addRead = add_read;
    context->ev.delRead = drop_read;
    context->ev.addWrite = add_write;
    context->ev.delWrite = drop_write;
    context->ev.cleanup = clean_up;
    return true;
}
