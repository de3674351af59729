/* The log as a stream of Redis, with hiredis on the loop of libuv.
 *
 * Keys, all of NAMESPACE, which is "wsconform" where the address names none:
 *
 *     NAMESPACE:{log}         the stream; each entry has p (its position), h, b
 *     NAMESPACE:{log}:count   the position of the last one
 *     NAMESPACE:{log}:state   a hash: position, id (of its entry), state
 *     NAMESPACE:{log}:servers the number of the last server that has begun
 *
 * Positions are given by the script that adds an entry, so that none is missing
 * unless it has been trimmed. Every key goes by itself a day after the last
 * entry. */
#ifndef SHELL_REDIS_LOG_H
#define SHELL_REDIS_LOG_H

#include "node/node.h"
#include <uv.h>

struct redis_log;

/* redis://HOST:PORT[/NAMESPACE] or redis+unix://PATH[?NAMESPACE]. NULL with
 * what is wrong with it. */
struct redis_log *redis_log_new(const char *url, const char **why);
const struct log *redis_log_interface(struct redis_log *redis);
void redis_log_begin(struct redis_log *redis, uv_loop_t *loop,
                     struct node *node);
void redis_log_drop(struct redis_log *redis);
void redis_log_end(struct redis_log *redis);
void redis_log_free(struct redis_log *redis);

#endif
