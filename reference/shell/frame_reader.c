/* The frame reader: one small function per state, so that one byte and a
 * megabyte take the same way.
 *
 *     FIN RSV1 RSV2 RSV3 opcode(4) | MASK length(7) | [16 or 64 bits more]
 *     | masking key(32) | payload
 *
 * Every rule is applied at the first byte that can break it: a message that
 * will be too big is refused at the header that says so. */
#include "shell/frame_message.h"
#include <stdlib.h>

enum state { AT_OPCODE, AT_LENGTH, AT_LENGTH_MORE, AT_MASK, AT_PAYLOAD, OVER };

/* A step takes at least one byte, unless the frame's payload is empty. */
typedef size_t step(struct frame_reader *reader, const uint8_t *bytes,
                    size_t length, struct frame_event *event);

static void fail(struct frame_reader *reader, struct frame_event *event,
                 uint16_t code)
{
    reader->state = OVER;
    *event = (struct frame_event){ .what = ARRIVED_FAULT, .code = code };
}

static bool is_control(uint8_t opcode)
{
    return (opcode & 0x8) != 0;
}

static bool opcode_is_known(uint8_t opcode)
{
    return opcode <= OPCODE_BINARY ||
           (opcode >= OPCODE_CLOSE && opcode <= OPCODE_PONG);
}

/* RFC 6455 5.4: a continuation needs a message under way, and a new message
 * needs that there is none; a control frame comes whole, and anywhere. */
static bool frame_may_start(const struct frame_reader *reader, uint8_t opcode,
                            bool final)
{
    if (is_control(opcode))
        return final;
    return (opcode == OPCODE_CONTINUATION) == (reader->message_opcode != 0);
}

/* RFC 7692 6: RSV1 marks a message at its first frame, nothing else. */
static bool bits_may_stand(const struct frame_reader *reader, uint8_t first)
{
    uint8_t opcode = first & 0x0f;

    if ((first & 0x70) == COMPRESSED_BIT)
        return reader->inflates &&
               (opcode == OPCODE_TEXT || opcode == OPCODE_BINARY);
    return (first & 0x70) == 0;
}

static size_t on_opcode(struct frame_reader *reader, const uint8_t *bytes,
                        size_t length, struct frame_event *event)
{
    uint8_t opcode = bytes[0] & 0x0f;
    bool final = (bytes[0] & 0x80) != 0;

    (void)length;
    if (!bits_may_stand(reader, bytes[0]) || !opcode_is_known(opcode) ||
        !frame_may_start(reader, opcode, final)) {
        fail(reader, event, CLOSE_PROTOCOL_ERROR);
        return 1;
    }
    reader->opcode = opcode;
    reader->final = final;
    reader->compressed = (bytes[0] & COMPRESSED_BIT) != 0;
    reader->seen = 0;
    reader->length = 0;
    reader->mask_bytes = 0;
    reader->state = AT_LENGTH;
    return 1;
}

static bool is_text(const struct frame_reader *reader)
{
    return reader->message_opcode == OPCODE_TEXT;
}

static void fail_too_big(struct frame_reader *reader, struct frame_event *event,
                         uint64_t size)
{
    fail(reader, event, CLOSE_TOO_BIG);
    event->is_text = is_text(reader);
    event->size = size;
}

/* The length is known: is there room for it? */
static void on_length_known(struct frame_reader *reader,
                            struct frame_event *event)
{
    reader->state = AT_MASK;
    if (is_control(reader->opcode))
        return;
    if (reader->opcode != OPCODE_CONTINUATION && !message_begin(reader))
        fail(reader, event, CLOSE_SERVER_ERROR);
    else if (reader->length > message_room_left(reader) ||
             ++reader->fragments > FRAGMENTS_MAX)
        fail_too_big(reader, event, reader->length + reader->wire_length);
}

static size_t on_length(struct frame_reader *reader, const uint8_t *bytes,
                        size_t length, struct frame_event *event)
{
    bool masked = (bytes[0] & 0x80) != 0;
    uint8_t announced = bytes[0] & 0x7f;

    (void)length;
    if (!masked ||
        (is_control(reader->opcode) && announced > CONTROL_BYTES_MAX)) {
        fail(reader, event, CLOSE_PROTOCOL_ERROR);
    } else if (announced > CONTROL_BYTES_MAX) {
        reader->length_bytes = announced == 126 ? 2 : 8;
        reader->state = AT_LENGTH_MORE;
    } else {
        reader->length = announced;
        reader->length_bytes = 0;
        on_length_known(reader, event);
    }
    return 1;
}

/* The top bit of the 64 must be clear, and only the shortest form that holds a
 * length may be used (RFC 6455 5.2). `seen` counts the bytes of the length. */
static size_t on_length_more(struct frame_reader *reader, const uint8_t *bytes,
                             size_t length, struct frame_event *event)
{
    bool top_bit = reader->length_bytes == 8 && (bytes[0] & 0x80) != 0;

    (void)length;
    if (top_bit) {
        fail(reader, event, CLOSE_PROTOCOL_ERROR);
        return 1;
    }
    reader->length = reader->length << 8 | bytes[0];
    reader->seen++;
    if (--reader->length_bytes > 0)
        return 1;

    uint64_t shortest = reader->seen == 8 ? 65536 : 126;
    reader->seen = 0;
    if (reader->length < shortest)
        fail(reader, event, CLOSE_PROTOCOL_ERROR);
    else
        on_length_known(reader, event);
    return 1;
}

static size_t on_mask(struct frame_reader *reader, const uint8_t *bytes,
                      size_t length, struct frame_event *event)
{
    (void)length;
    (void)event;
    reader->mask[reader->mask_bytes++] = bytes[0];
    if (reader->mask_bytes == sizeof(reader->mask))
        reader->state = AT_PAYLOAD;
    return 1;
}

static void unmask(struct frame_reader *reader, uint8_t *into,
                   const uint8_t *from, size_t length)
{
    for (size_t i = 0; i < length; i++)
        into[i] = from[i] ^ reader->mask[(reader->seen + i) % 4];
}

/* Returns 0, or the code that the peer is owed. */
static uint16_t take_payload(struct frame_reader *reader, const uint8_t *bytes,
                             size_t length)
{
    if (!is_control(reader->opcode))
        return message_take(reader, bytes, length);
    unmask(reader, reader->control + reader->seen, bytes, length);
    return 0;
}

/* RFC 6455 5.5.1: nothing, or a code that may stand there and a reason. */
static void finish_close(struct frame_reader *reader, struct frame_event *event)
{
    const uint8_t *payload = reader->control;
    size_t length = (size_t)reader->length;
    uint16_t code = CLOSE_NO_CODE;

    if (length >= 2)
        code = (uint16_t)(payload[0] << 8 | payload[1]);
    if (length == 1 || (length >= 2 && !close_code_is_legal(code))) {
        fail(reader, event, CLOSE_PROTOCOL_ERROR);
        return;
    }
    size_t reason_length = length < 2 ? 0 : length - 2;
    if (!utf8_holds(payload + 2, reason_length)) {
        fail(reader, event, CLOSE_BAD_DATA);
        return;
    }
    reader->state = OVER;
    event->what = ARRIVED_CLOSE;
    event->code = code;
    event->payload = (struct text){ (const char *)payload + 2, reason_length };
}

static void finish_control(struct frame_reader *reader,
                           struct frame_event *event)
{
    if (reader->opcode == OPCODE_CLOSE) {
        finish_close(reader, event);
        return;
    }
    event->what = reader->opcode == OPCODE_PING ? ARRIVED_PING : ARRIVED_PONG;
    event->payload =
        (struct text){ (const char *)reader->control, (size_t)reader->length };
}

static void owe(struct frame_reader *reader, struct frame_event *event,
                uint16_t code)
{
    if (code == CLOSE_TOO_BIG)
        fail_too_big(reader, event, reader->message_length);
    else
        fail(reader, event, code);
}

static void finish_message(struct frame_reader *reader,
                           struct frame_event *event)
{
    uint16_t owed = message_finish(reader);

    if (owed == 0 && is_text(reader) && !utf8_scan_is_whole(&reader->scan))
        owed = CLOSE_BAD_DATA;
    if (owed != 0) {
        owe(reader, event, owed);
        return;
    }
    event->what = is_text(reader) ? ARRIVED_TEXT : ARRIVED_BINARY;
    event->payload = (struct text){
        reader->message == NULL ? "" : (const char *)reader->message,
        reader->message_length,
    };
    reader->message_opcode = 0;
    reader->delivered = true;
}

static void finish_frame(struct frame_reader *reader, struct frame_event *event)
{
    reader->state = AT_OPCODE;
    if (is_control(reader->opcode))
        finish_control(reader, event);
    else if (reader->final)
        finish_message(reader, event);
}

static size_t on_payload(struct frame_reader *reader, const uint8_t *bytes,
                         size_t length, struct frame_event *event)
{
    uint64_t left = reader->length - reader->seen;
    size_t taken = length < left ? length : (size_t)left;
    uint16_t owed = take_payload(reader, bytes, taken);

    reader->seen += taken;
    if (owed != 0)
        owe(reader, event, owed);
    else if (reader->seen == reader->length)
        finish_frame(reader, event);
    return taken;
}

static size_t swallow(struct frame_reader *reader, const uint8_t *bytes,
                      size_t length, struct frame_event *event)
{
    (void)reader;
    (void)bytes;
    (void)event;
    return length;
}

static step *const steps[] = {
    [AT_OPCODE] = on_opcode,           [AT_LENGTH] = on_length,
    [AT_LENGTH_MORE] = on_length_more, [AT_MASK] = on_mask,
    [AT_PAYLOAD] = on_payload,         [OVER] = swallow,
};

/* An empty payload is complete without a byte of its own. */
static bool may_step(const struct frame_reader *reader, size_t left)
{
    return left > 0 || (reader->state == AT_PAYLOAD && reader->length == 0);
}

size_t frame_read(struct frame_reader *reader, const uint8_t *bytes,
                  size_t length, struct frame_event *event)
{
    size_t done = 0;

    *event = (struct frame_event){ .what = ARRIVED_NOTHING };
    if (reader->delivered)
        frame_reader_deinit(reader);
    while (event->what == ARRIVED_NOTHING && may_step(reader, length - done))
        done +=
            steps[reader->state](reader, bytes + done, length - done, event);
    return done;
}

void frame_reader_deinit(struct frame_reader *reader)
{
    inflater_free(reader->inflater);
    reader->inflater = NULL;
    free(reader->message);
    reader->message = NULL;
    reader->message_length = 0;
    reader->message_size = 0;
    reader->delivered = false;
}
