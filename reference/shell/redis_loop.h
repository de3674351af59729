/* hiredis on a loop of libuv. The adapter that comes with hiredis 0.14 does not
 * tell of a connection that was refused; this one does. */
#ifndef SHELL_REDIS_LOOP_H
#define SHELL_REDIS_LOOP_H

#include <hiredis/async.h>
#include <stdbool.h>
#include <uv.h>

/* False without memory. */
bool redis_loop_attach(redisAsyncContext *context, uv_loop_t *loop);

#endif
