/* The two ways of DEFLATE, by zlib: raw, without header and checksum. */
#include "shell/deflate.h"
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { WINDOW_BITS_MAX = 15, MEMORY_LEVEL = 8, TAIL_BYTES = 4 };

/* --- Reading -------------------------------------------------------------- */

struct inflater {
    z_stream stream;
};

struct inflater *inflater_new(void)
{
    struct inflater *inflater = calloc(1, sizeof(*inflater));

    if (inflater != NULL &&
        inflateInit2(&inflater->stream, -WINDOW_BITS_MAX) != Z_OK) {
        free(inflater);
        inflater = NULL;
    }
    return inflater;
}

void inflater_free(struct inflater *inflater)
{
    if (inflater == NULL)
        return;
    inflateEnd(&inflater->stream);
    free(inflater);
}

/* Behind a final block another stream may begin (7.2.3.5). */
static bool step(z_stream *stream)
{
    int result = inflate(stream, Z_SYNC_FLUSH);

    if (result == Z_STREAM_END)
        return inflateReset(stream) == Z_OK;
    return result == Z_OK || result == Z_BUF_ERROR;
}

long inflater_read(struct inflater *inflater, struct text *from, uint8_t *into,
                   size_t size)
{
    z_stream *stream = &inflater->stream;
    uInt before;

    stream->next_in = (Bytef *)(uintptr_t)from->at;
    stream->avail_in = (uInt)from->length;
    stream->next_out = into;
    stream->avail_out = (uInt)size;
    do {
        before = stream->avail_in + stream->avail_out;
        if (!step(stream))
            return -1;
    } while (stream->avail_out > 0 && stream->avail_in > 0 &&
             stream->avail_in + stream->avail_out < before);
    if (stream->avail_out > 0 && stream->avail_in > 0)
        return -1; /* it stands still */
    from->at += from->length - stream->avail_in;
    from->length = stream->avail_in;
    return (long)(size - stream->avail_out);
}

/* --- Writing -------------------------------------------------------------- */

void deflate_cache_deinit(struct deflate_cache *cache)
{
    free(cache->plain);
    free(cache->packed);
    *cache = (struct deflate_cache){ .window_bits = 0 };
}

/* A sync flush ends with 00 00 ff ff, which is left out (7.2.1). */
static size_t pack(struct text message, int window_bits, uint8_t *into,
                   size_t size)
{
    z_stream stream = { .next_in = (Bytef *)(uintptr_t)message.at,
                        .avail_in = (uInt)message.length,
                        .next_out = into,
                        .avail_out = (uInt)size };
    size_t length = 0;

    if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, -window_bits,
                     MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
        return 0;
    if (deflate(&stream, Z_SYNC_FLUSH) == Z_OK && stream.avail_in == 0 &&
        stream.avail_out > 0)
        length = size - stream.avail_out - TAIL_BYTES;
    deflateEnd(&stream);
    return length;
}

static bool holds(const struct deflate_cache *cache, struct text message,
                  int window_bits)
{
    return cache->window_bits == window_bits &&
           cache->plain_length == message.length && cache->packed_length > 0 &&
           memcmp(cache->plain, message.at, message.length) == 0;
}

struct text deflate_message(struct deflate_cache *cache,
                            const struct deflate_terms *terms,
                            struct text message)
{
    size_t size = message.length + message.length / 64 + 256;

    if (!holds(cache, message, terms->window_bits)) {
        deflate_cache_deinit(cache);
        cache->plain = malloc(message.length + 1);
        cache->packed = malloc(size);
        if (cache->plain == NULL || cache->packed == NULL)
            return (struct text){ "", 0 };
        memcpy(cache->plain, message.at, message.length);
        cache->plain_length = message.length;
        cache->window_bits = terms->window_bits;
        cache->packed_length =
            pack(message, terms->window_bits, cache->packed, size);
    }
    return (struct text){ (const char *)cache->packed, cache->packed_length };
}
