/* Writes frames, right or wrong, as they are asked for. */
#include "net/writer.h"

enum { HEADER_MAX = 14, MASK_SIZE = 4 };

static enum length_form form_of(const struct frame *frame, uint64_t length)
{
    if (frame->form != LENGTH_SHORTEST || length < 126)
        return frame->form;
    return length <= UINT16_MAX ? LENGTH_16_BITS : LENGTH_64_BITS;
}

static size_t put_number(unsigned char *into, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++)
        into[i] = (unsigned char)(number >> (8 * (size - 1 - i)));
    return size;
}

/*     FIN RSV1 RSV2 RSV3 opcode(4) | MASK length(7)
 *
 * Length 126 announces 16 more bits, 127 announces 64. */
static size_t put_header(const struct frame *frame, unsigned char *into)
{
    uint64_t length = frame->lies ? frame->says : frame->payload.length;
    unsigned char mask_bit = frame->unmasked ? 0 : 0x80;
    unsigned first = (frame->more ? 0u : 0x80u) | (frame->rsv & 0x70u) |
                     ((unsigned)frame->opcode & 0x0fu);

    into[0] = (unsigned char)first;
    switch (form_of(frame, length)) {
    case LENGTH_16_BITS:
        into[1] = mask_bit | 126;
        return 2 + put_number(into + 2, length, 2);
    case LENGTH_64_BITS:
        into[1] = mask_bit | 127;
        return 2 + put_number(into + 2, length, 8);
    case LENGTH_SHORTEST: break;
    }
    into[1] = mask_bit | (unsigned char)length;
    return 2;
}

enum fault frame_write(const struct frame *frame, struct generator *generator,
                       struct buffer *into)
{
    unsigned char header[HEADER_MAX];
    unsigned char mask[MASK_SIZE] = { 0 };
    size_t start = into->length;
    size_t length = put_header(frame, header);

    if (!frame->unmasked) {
        generator_fill(generator, mask, MASK_SIZE);
        memcpy(header + length, mask, MASK_SIZE);
        length += MASK_SIZE;
    }
    enum fault fault = buffer_add(into, header, length);
    if (fault != FAULT_NONE)
        return fault;
    fault = buffer_add(into, frame->payload.at, frame->payload.length);
    if (fault != FAULT_NONE) {
        into->length = start;
        return fault;
    }
    unsigned char *payload = into->at + start + length;
    for (size_t i = 0; i < frame->payload.length; i++)
        payload[i] ^= mask[i % MASK_SIZE];
    return FAULT_NONE;
}

enum fault message_write(enum opcode opcode, struct bytes payload, size_t piece,
                         struct generator *generator, struct buffer *into)
{
    enum fault fault;

    do {
        size_t length = payload.length < piece ? payload.length : piece;
        struct frame frame = {
            .opcode = opcode,
            .more = length < payload.length,
            .payload = bytes_of(payload.at, length),
        };
        fault = frame_write(&frame, generator, into);
        payload = bytes_of(payload.at + length, payload.length - length);
        opcode = OPCODE_CONTINUATION;
    } while (fault == FAULT_NONE && payload.length > 0);
    return fault;
}

enum fault close_write(int code, struct bytes reason,
                       struct generator *generator, struct buffer *into)
{
    struct buffer payload;
    struct frame frame = { .opcode = OPCODE_CLOSE };
    unsigned char number[2];
    enum fault fault = FAULT_NONE;

    buffer_init(&payload, into->limit);
    if (code != 0) {
        put_number(number, (uint64_t)code, sizeof(number));
        fault = buffer_add(&payload, number, sizeof(number));
        if (fault == FAULT_NONE)
            fault = buffer_add(&payload, reason.at, reason.length);
    }
    frame.payload = buffer_view(&payload);
    if (fault == FAULT_NONE)
        fault = frame_write(&frame, generator, into);
    buffer_deinit(&payload);
    return fault;
}
