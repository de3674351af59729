/* A queue of chunks in front of lws_write.
 *
 * libwebsockets keeps what the kernel did not take of one write, without a
 * ceiling; so nothing is written while it still keeps something, and what it
 * keeps is never more than one chunk. */
#include "shell/output.h"
#include <libwebsockets.h>
#include <stdlib.h>

struct chunk {
    struct chunk *next;
    size_t length;
    unsigned char bytes[]; /* LWS_PRE of room first */
};

static struct chunk *chunk_new(struct text head, struct text body)
{
    size_t length = head.length + body.length;
    struct chunk *chunk = malloc(sizeof(*chunk) + LWS_PRE + length);

    if (chunk == NULL)
        return NULL;
    chunk->next = NULL;
    chunk->length = length;
    if (head.length > 0)
        memcpy(chunk->bytes + LWS_PRE, head.at, head.length);
    if (body.length > 0)
        memcpy(chunk->bytes + LWS_PRE + head.length, body.at, body.length);
    return chunk;
}

/* Takes the chunk. */
static bool chunk_write(struct chunk *chunk, struct lws *wsi)
{
    int written =
        lws_write(wsi, chunk->bytes + LWS_PRE, chunk->length, LWS_WRITE_RAW);

    free(chunk);
    return written >= 0;
}

static void chunk_keep(struct output *output, struct chunk *chunk)
{
    if (output->last == NULL)
        output->first = chunk;
    else
        output->last->next = chunk;
    output->last = chunk;
    output->waiting += chunk->length;
}

static struct chunk *chunk_take(struct output *output)
{
    struct chunk *chunk = output->first;

    output->first = chunk->next;
    if (output->first == NULL)
        output->last = NULL;
    output->waiting -= chunk->length;
    return chunk;
}

bool output_send(struct output *output, struct lws *wsi, struct text head,
                 struct text body)
{
    bool may_write = output_is_done(output, wsi);

    if (!may_write && output->waiting > OUTPUT_BYTES_MAX)
        return false;

    struct chunk *chunk = chunk_new(head, body);
    if (chunk == NULL)
        return false;
    if (may_write)
        return chunk_write(chunk, wsi);
    chunk_keep(output, chunk);
    lws_callback_on_writable(wsi);
    return true;
}

bool output_resume(struct output *output, struct lws *wsi)
{
    while (output->first != NULL && !lws_partial_buffered(wsi))
        if (!chunk_write(chunk_take(output), wsi))
            return false;
    if (!output_is_done(output, wsi))
        lws_callback_on_writable(wsi);
    return true;
}

bool output_is_done(const struct output *output, struct lws *wsi)
{
    return output->first == NULL && !lws_partial_buffered(wsi);
}

void output_deinit(struct output *output)
{
    while (output->first != NULL)
        free(chunk_take(output));
}
