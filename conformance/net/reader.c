/* A strict reader of server frames, RFC 6455 5.2:
 *
 *     FIN RSV1 RSV2 RSV3 opcode(4) | MASK length(7)
 *
 * Length 126 announces 16 more bits, 127 announces 64. Whatever is wrong is
 * noticed at the first byte that shows it. */
#include "net/reader.h"
#include <stdarg.h>
#include <stdio.h>

void reader_init(struct reader *reader)
{
    memset(reader, 0, sizeof(*reader));
    buffer_init(&reader->message, MESSAGE_BYTES_MAX);
    buffer_init(&reader->inflated, MESSAGE_BYTES_MAX);
}

void reader_deinit(struct reader *reader)
{
    buffer_deinit(&reader->message);
    buffer_deinit(&reader->inflated);
    unpacking_free(reader->unpacking);
    reader->unpacking = NULL;
}

static enum reading violate(struct reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static enum reading violate(struct reader *reader, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(reader->violation, sizeof(reader->violation), format, arguments);
    va_end(arguments);
    return reader->failure = READING_VIOLATION;
}

static unsigned char take_byte(struct bytes *from)
{
    unsigned char byte = from->at[0];

    *from = bytes_of(from->at + 1, from->length - 1);
    return byte;
}

static bool is_control(const struct reader *reader)
{
    return reader->opcode >= OPCODE_CLOSE;
}

static bool is_known(enum opcode opcode)
{
    return opcode <= OPCODE_BINARY ||
           (opcode >= OPCODE_CLOSE && opcode <= OPCODE_PONG);
}

/* Whether a frame of this kind may stand here at all. A Pong may follow our
 * Ping even behind the server's Close (5.5.2), so only data and a second Close
 * are wrong there. */
static enum reading check_order(struct reader *reader)
{
    if (reader->closed && reader->opcode == OPCODE_CLOSE &&
        !tolerate(reader->tolerance, DEVIATION_SECOND_CLOSE))
        return violate(reader, "sent a second Close frame (RFC 6455 5.5.1)");
    if (is_control(reader))
        return READING_MORE;
    if (reader->closed)
        return violate(reader, "sent a data frame after its Close frame "
                               "(RFC 6455 5.5.1)");
    if (reader->opcode == OPCODE_CONTINUATION && !reader->in_message)
        return violate(reader, "sent a continuation frame with nothing to "
                               "continue (RFC 6455 5.4)");
    if (reader->opcode != OPCODE_CONTINUATION && reader->in_message)
        return violate(reader, "began a message within a fragmented one "
                               "(RFC 6455 5.4)");
    return READING_MORE;
}

static void begin_frame(struct reader *reader)
{
    if (is_control(reader)) {
        reader->control_length = 0;
    } else if (reader->opcode != OPCODE_CONTINUATION) {
        reader->in_message = true;
        reader->is_text = reader->opcode == OPCODE_TEXT;
        reader->compressed = reader->rsv == RSV1;
        memset(&reader->utf8, 0, sizeof(reader->utf8));
    }
}

/* RFC 7692 6: RSV1 at the first frame of a message, nowhere else. */
static bool bits_may_stand(const struct reader *reader)
{
    if (reader->rsv != RSV1)
        return reader->rsv == 0;
    return reader->deflates &&
           (reader->opcode == OPCODE_TEXT || reader->opcode == OPCODE_BINARY);
}

static enum reading on_opcode(struct reader *reader, struct bytes *from,
                              struct delivery *ignored)
{
    unsigned char byte = take_byte(from);
    enum reading reading;

    (void)ignored;
    reader->opcode = byte & 0x0f;
    reader->final = (byte & 0x80) != 0;
    reader->rsv = byte & (RSV1 | RSV2 | RSV3);
    if (!bits_may_stand(reader))
        return violate(reader,
                       "set reserved bits (0x%02x) without an extension "
                       "(RFC 6455 5.2)",
                       byte & 0x70u);
    if (!is_known(reader->opcode))
        return violate(reader, "sent the reserved opcode 0x%x (RFC 6455 5.2)",
                       (unsigned)reader->opcode);
    if (is_control(reader) && !reader->final)
        return violate(reader, "fragmented a control frame (RFC 6455 5.5)");
    reading = check_order(reader);
    if (reading == READING_MORE)
        begin_frame(reader);
    reader->state = AT_LENGTH;
    return reading;
}

/* RFC 6455 10.4: a limit of ours, and no rule that it broke. */
static enum reading give_up(struct reader *reader)
{
    violate(reader,
            "sent a message of more than %d bytes, which is the most that is "
            "read here",
            MESSAGE_BYTES_MAX);
    return reader->failure = READING_BEYOND;
}

static enum reading begin_payload(struct reader *reader)
{
    reader->state = AT_PAYLOAD;
    if (!is_control(reader) &&
        reader->left > MESSAGE_BYTES_MAX - reader->message.length)
        return give_up(reader);
    return READING_MORE;
}

static enum reading on_length(struct reader *reader, struct bytes *from,
                              struct delivery *ignored)
{
    unsigned char byte = take_byte(from);

    (void)ignored;
    if ((byte & 0x80) != 0)
        return violate(reader, "masked a frame (RFC 6455 5.1)");
    if (is_control(reader) && byte > CONTROL_BYTES_MAX)
        return violate(reader, "sent a control frame of more than 125 bytes "
                               "(RFC 6455 5.5)");
    reader->left = byte;
    if (byte < 126)
        return begin_payload(reader);
    reader->left = 0;
    reader->length_size = byte == 126 ? 2 : 8;
    reader->length_left = reader->length_size;
    reader->state = AT_LONG_LENGTH;
    return READING_MORE;
}

/* A longer form than needed is an attack on naive parsers, not a style. */
static enum reading on_long_length(struct reader *reader, struct bytes *from,
                                   struct delivery *ignored)
{
    unsigned char byte = take_byte(from);

    (void)ignored;
    if (reader->length_left == 8 && (byte & 0x80) != 0)
        return violate(reader, "set the most significant bit of a 64-bit "
                               "length (RFC 6455 5.2)");
    reader->left = reader->left << 8 | byte;
    if (--reader->length_left > 0)
        return READING_MORE;
    if (reader->left <= (reader->length_size == 2 ? 125u : UINT16_MAX))
        return violate(reader,
                       "wrote the length %u in %u bits, not in its shortest "
                       "form (RFC 6455 5.2)",
                       (unsigned)reader->left, reader->length_size * 8);
    return begin_payload(reader);
}

/* RFC 6455 7.4, and what IANA has registered since (1012 to 1014). */
static bool may_be_sent(int code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

static enum reading finish_close(struct reader *reader,
                                 struct delivery *delivery)
{
    struct utf8 utf8 = { 0 };

    reader->closed = true;
    delivery->code = CODE_ABSENT;
    delivery->data = bytes_of(reader->control, 0);
    if (reader->control_length == 0)
        return READING_DELIVERY;
    if (reader->control_length == 1)
        return violate(reader, "sent a Close payload of one byte "
                               "(RFC 6455 5.5.1)");
    delivery->code = reader->control[0] << 8 | reader->control[1];
    delivery->data = bytes_of(reader->control + 2, reader->control_length - 2);
    if (!may_be_sent(delivery->code))
        return violate(reader,
                       "closed with %d, which no endpoint may send "
                       "(RFC 6455 7.4)",
                       delivery->code);
    if (!utf8_feed(&utf8, delivery->data))
        return violate(reader, "closed with a reason that is not UTF-8 "
                               "(RFC 6455 5.5.1)");
    if (!utf8_is_whole(&utf8) &&
        !tolerate(reader->tolerance, DEVIATION_CUT_REASON))
        return violate(reader, "cut its Close reason within a UTF-8 character "
                               "(RFC 6455 5.5.1)");
    return READING_DELIVERY;
}

/* The whole message is there, as it came. */
static enum reading inflate_message(struct reader *reader)
{
    if (reader->unpacking == NULL)
        reader->unpacking = unpacking_new();
    if (reader->unpacking == NULL)
        return reader->failure = READING_STARVED;
    switch (unpacking_read(reader->unpacking, buffer_view(&reader->message),
                           !reader->takes_over, &reader->inflated)) {
    case FAULT_NONE: break;
    case FAULT_LIMIT: return give_up(reader);
    case FAULT_MEMORY: return READING_STARVED;
    default:
        return violate(reader, "sent a compressed message that is no DEFLATE "
                               "(RFC 7692 7.2.2)");
    }
    return reader->is_text &&
                   !utf8_feed(&reader->utf8, buffer_view(&reader->inflated))
               ? violate(reader, "sent a text message that is not UTF-8 "
                                 "(RFC 6455 8.1)")
               : READING_MORE;
}

static enum reading finish_message(struct reader *reader,
                                   struct delivery *delivery)
{
    enum reading reading = READING_MORE;

    if (!reader->final)
        return READING_MORE;
    if (reader->compressed)
        reading = inflate_message(reader);
    if (reading != READING_MORE)
        return reading;
    if (reader->is_text && !utf8_is_whole(&reader->utf8))
        return violate(reader, "ended a text message within a UTF-8 character "
                               "(RFC 6455 8.1)");
    reader->in_message = false;
    reader->delivered = true;
    delivery->opcode = reader->is_text ? OPCODE_TEXT : OPCODE_BINARY;
    delivery->compressed = reader->compressed;
    delivery->wire = reader->message.length;
    delivery->data =
        buffer_view(reader->compressed ? &reader->inflated : &reader->message);
    return READING_DELIVERY;
}

static enum reading finish_frame(struct reader *reader,
                                 struct delivery *delivery)
{
    reader->state = AT_OPCODE;
    delivery->opcode = reader->opcode;
    delivery->code = 0;
    if (!is_control(reader))
        return finish_message(reader, delivery);
    if (reader->opcode == OPCODE_CLOSE)
        return finish_close(reader, delivery);
    delivery->data = bytes_of(reader->control, reader->control_length);
    return READING_DELIVERY;
}

static enum reading keep_payload(struct reader *reader, struct bytes part)
{
    if (is_control(reader)) {
        memcpy(reader->control + reader->control_length, part.at, part.length);
        reader->control_length += part.length;
        return READING_MORE;
    }
    if (reader->is_text && !reader->compressed &&
        !utf8_feed(&reader->utf8, part))
        return violate(reader, "sent a text message that is not UTF-8 "
                               "(RFC 6455 8.1)");
    return buffer_add(&reader->message, part.at, part.length) == FAULT_NONE
               ? READING_MORE
               : READING_STARVED;
}

static enum reading on_payload(struct reader *reader, struct bytes *from,
                               struct delivery *delivery)
{
    size_t length =
        reader->left < from->length ? (size_t)reader->left : from->length;
    enum reading reading = READING_MORE;

    if (length > 0)
        reading = keep_payload(reader, bytes_of(from->at, length));
    if (reading != READING_MORE)
        return reading;
    *from = bytes_of(from->at + length, from->length - length);
    reader->left -= length;
    return reader->left == 0 ? finish_frame(reader, delivery) : READING_MORE;
}

static enum reading (*const steps[])(struct reader *, struct bytes *,
                                     struct delivery *) = {
    [AT_OPCODE] = on_opcode,
    [AT_LENGTH] = on_length,
    [AT_LONG_LENGTH] = on_long_length,
    [AT_PAYLOAD] = on_payload,
};

/* An empty payload is whole before another byte arrives. */
static bool can_step(const struct reader *reader, const struct bytes *from)
{
    return from->length > 0 ||
           (reader->state == AT_PAYLOAD && reader->left == 0);
}

/* The memory of a giant is not kept for the dwarfs behind it. */
static void forget(struct buffer *buffer)
{
    enum { KEPT_MAX = 64 * 1024 };

    if (buffer->room > KEPT_MAX)
        buffer_deinit(buffer);
    else
        buffer_clear(buffer);
}

static void forget_message(struct reader *reader)
{
    reader->delivered = false;
    forget(&reader->message);
    forget(&reader->inflated);
}

enum reading reader_read(struct reader *reader, struct bytes *from,
                         struct delivery *delivery)
{
    enum reading reading = READING_MORE;

    if (reader->violation[0] != 0)
        return reader->failure;
    if (reader->delivered)
        forget_message(reader);
    while (reading == READING_MORE && can_step(reader, from))
        reading = steps[reader->state](reader, from, delivery);
    return reading;
}
