/* The message that a frame reader puts together: its limits, its bytes as they
 * came, unmasked and inflated. */
#include "shell/frame_message.h"
#include <stdlib.h>
#include <string.h>

/* Of what is unmasked, and inflated, at once. */
enum { UNMASKED_BYTES = 4096, INFLATED_BYTES = 16 * 1024 };

static size_t at_most(size_t max)
{
    if (max == 0)
        return MESSAGE_BYTES_USUAL;
    return max > MESSAGE_BYTES_MAX ? MESSAGE_BYTES_MAX : max;
}

static bool is_text(const struct frame_reader *reader)
{
    return reader->message_opcode == OPCODE_TEXT;
}

/* What the message under way may be, as it came. */
static size_t wire_max(const struct frame_reader *reader)
{
    return at_most(is_text(reader) ? reader->text_max : reader->binary_max);
}

/* … and as it is read. */
static size_t message_max(const struct frame_reader *reader)
{
    size_t inflated = is_text(reader) ? reader->inflated_text_max
                                      : reader->inflated_binary_max;

    return reader->inflater == NULL || inflated == 0 ? wire_max(reader)
                                                     : at_most(inflated);
}

/* What may still come; the limits may have shrunk meanwhile. DEFLATE may make a
 * message a little longer; blocks of nothing could go on for ever. */
uint64_t message_room_left(const struct frame_reader *reader)
{
    size_t most = wire_max(reader);

    if (reader->inflater != NULL)
        most += most / 8 + 1024;
    return most > reader->wire_length ? most - reader->wire_length : 0;
}

/* False without memory. */
bool message_begin(struct frame_reader *reader)
{
    reader->message_opcode = reader->opcode;
    reader->message_length = 0;
    reader->wire_length = 0;
    reader->fragments = 0;
    reader->scan = (struct utf8_scan){ 0 };
    if (reader->compressed)
        reader->inflater = inflater_new();
    return !reader->compressed || reader->inflater != NULL;
}

/* Grows by what has arrived, not by what was announced. */
static bool make_room(struct frame_reader *reader, size_t more)
{
    size_t needed = reader->message_length + more;
    size_t size = reader->message_size == 0 ? 256 : reader->message_size;

    if (needed <= reader->message_size)
        return true;
    while (size < needed)
        size *= 2;
    uint8_t *grown = realloc(reader->message, size);
    if (grown == NULL)
        return false;
    reader->message = grown;
    reader->message_size = size;
    return true;
}

/* What has been read of a message, unmasked and inflated. Returns 0, or the
 * code that the peer is owed. */
static uint16_t append(struct frame_reader *reader, const uint8_t *bytes,
                       size_t length)
{
    if (length == 0)
        return 0;
    if (!make_room(reader, length))
        return CLOSE_SERVER_ERROR;
    memcpy(reader->message + reader->message_length, bytes, length);
    reader->message_length += length;
    return is_text(reader) && !utf8_scan(&reader->scan, bytes, length)
               ? CLOSE_BAD_DATA
               : 0;
}

/* Stops at the first piece that is too much: a megabyte may stand for a
 * thousand. */
static uint16_t inflate_piece(struct frame_reader *reader, struct text from)
{
    uint8_t piece[INFLATED_BYTES];
    uint16_t owed = 0;
    long count;

    do {
        count = inflater_read(reader->inflater, &from, piece, sizeof(piece));
        if (count < 0)
            return CLOSE_BAD_DATA;
        if (reader->message_length + (size_t)count > message_max(reader)) {
            reader->message_length += (size_t)count;
            return CLOSE_TOO_BIG;
        }
        owed = append(reader, piece, (size_t)count);
    } while (owed == 0 && (from.length > 0 || count == sizeof(piece)));
    return owed;
}

uint16_t message_take(struct frame_reader *reader, const uint8_t *bytes,
                      size_t length)
{
    uint8_t piece[UNMASKED_BYTES];
    uint16_t owed = 0;

    for (size_t done = 0; done < length && owed == 0;) {
        size_t now =
            length - done < sizeof(piece) ? length - done : sizeof(piece);
        for (size_t i = 0; i < now; i++)
            piece[i] =
                bytes[done + i] ^ reader->mask[(reader->seen + done + i) % 4];
        owed = reader->inflater == NULL
                   ? append(reader, piece, now)
                   : inflate_piece(reader,
                                   (struct text){ (const char *)piece, now });
        done += now;
    }
    reader->wire_length += length;
    return owed;
}

/* RFC 7692 7.2.2: these four bytes were left out. */
uint16_t message_finish(struct frame_reader *reader)
{
    static const char tail[] = { 0, 0, '\xff', '\xff' };
    uint16_t owed =
        reader->inflater == NULL
            ? 0
            : inflate_piece(reader, (struct text){ tail, sizeof(tail) });

    inflater_free(reader->inflater);
    reader->inflater = NULL;
    return owed;
}
