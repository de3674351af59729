#include "base/packing.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { WINDOW_BITS = 15, MEMORY_LEVEL = 8, PIECE = 32 * 1024 };

static const unsigned char flush_end[] = { 0x00, 0x00, 0xff, 0xff };

/* --- Packing -------------------------------------------------------------- */

static size_t pack_once(struct bytes from, int level, unsigned char *into,
                        size_t size)
{
    z_stream stream = { .next_in = (Bytef *)(uintptr_t)from.at,
                        .avail_in = (uInt)from.length,
                        .next_out = into,
                        .avail_out = (uInt)size };
    size_t length = 0;

    if (deflateInit2(&stream, level, Z_DEFLATED, -WINDOW_BITS, MEMORY_LEVEL,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return 0;
    if (deflate(&stream, Z_FULL_FLUSH) == Z_OK && stream.avail_out > 0)
        length = size - stream.avail_out;
    deflateEnd(&stream);
    return length;
}

enum fault packing_add(struct bytes from, unsigned copies, struct buffer *into)
{
    size_t size = from.length + from.length / 8 + 256;
    unsigned char *packed = malloc(size);
    size_t length =
        packed == NULL
            ? 0
            : pack_once(from, copies > 1 ? Z_BEST_COMPRESSION : Z_BEST_SPEED,
                        packed, size);
    enum fault fault = length < sizeof(flush_end) ? FAULT_MEMORY : FAULT_NONE;

    for (unsigned i = 0; i < copies && fault == FAULT_NONE; i++)
        fault = buffer_add(
            into, packed, i + 1 < copies ? length : length - sizeof(flush_end));
    free(packed);
    return fault;
}

/* --- Unpacking ------------------------------------------------------------ */

struct unpacking {
    z_stream stream;
    unsigned char piece[PIECE];
};

struct unpacking *unpacking_new(void)
{
    struct unpacking *unpacking = calloc(1, sizeof(*unpacking));

    if (unpacking != NULL &&
        inflateInit2(&unpacking->stream, -WINDOW_BITS) != Z_OK) {
        free(unpacking);
        unpacking = NULL;
    }
    return unpacking;
}

void unpacking_free(struct unpacking *unpacking)
{
    if (unpacking == NULL)
        return;
    inflateEnd(&unpacking->stream);
    free(unpacking);
}

/* A final block ends one stream; another may follow it. */
static enum fault read_piece(struct unpacking *unpacking, struct buffer *into)
{
    z_stream *stream = &unpacking->stream;

    stream->next_out = unpacking->piece;
    stream->avail_out = PIECE;
    int result = inflate(stream, Z_SYNC_FLUSH);
    if (result == Z_STREAM_END && inflateReset(stream) != Z_OK)
        return FAULT_MEMORY;
    if (result != Z_OK && result != Z_BUF_ERROR && result != Z_STREAM_END)
        return result == Z_MEM_ERROR ? FAULT_MEMORY : FAULT_PROTOCOL;
    return buffer_add(into, unpacking->piece, PIECE - stream->avail_out);
}

static enum fault read_part(struct unpacking *unpacking, struct bytes from,
                            struct buffer *into)
{
    z_stream *stream = &unpacking->stream;
    enum fault fault = FAULT_NONE;

    stream->next_in = (Bytef *)(uintptr_t)from.at;
    stream->avail_in = (uInt)from.length;
    do {
        fault = read_piece(unpacking, into);
    } while (fault == FAULT_NONE &&
             (stream->avail_in > 0 || stream->avail_out == 0));
    return fault;
}

enum fault unpacking_read(struct unpacking *unpacking, struct bytes from,
                          bool alone, struct buffer *into)
{
    enum fault fault = FAULT_NONE;

    if (alone && inflateReset(&unpacking->stream) != Z_OK)
        return FAULT_MEMORY;
    if (from.length > 0)
        fault = read_part(unpacking, from, into);
    return fault == FAULT_NONE
               ? read_part(unpacking, bytes_of(flush_end, sizeof(flush_end)),
                           into)
               : fault;
}
