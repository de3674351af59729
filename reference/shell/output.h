/* What waits to be sent on one connection: written directly while the peer
 * keeps up, kept in order up to a ceiling when it does not. */
#ifndef SHELL_OUTPUT_H
#define SHELL_OUTPUT_H

#include "core/text.h"
#include <stdbool.h>
#include <stddef.h>

struct lws;
struct chunk;

enum { OUTPUT_BYTES_MAX = 1024 * 1024 };

/* All zero: nothing waits. */
struct output {
    struct chunk *first;
    struct chunk *last;
    size_t waiting; /* bytes in the chunks */
};

/* Sends, or keeps, `head` and `body` as one piece, of any size. False when the
 * connection is broken, when the peer lags by more than OUTPUT_BYTES_MAX
 * already, or without memory: the connection is of no further use then. */
bool output_send(struct output *output, struct lws *wsi, struct text head,
                 struct text body);

/* The connection is writable again: sends on. False when it is broken. */
bool output_resume(struct output *output, struct lws *wsi);

/* Has everything gone to the kernel? */
bool output_is_done(const struct output *output, struct lws *wsi);

void output_deinit(struct output *output);

#endif
