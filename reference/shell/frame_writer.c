/* The server's own frames: final, unmasked, with the shortest length. */
#include "shell/frame.h"
#include <string.h>

bool close_code_is_legal(uint16_t code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

static void write_big_endian(uint8_t *into, uint64_t number, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--) {
        into[i] = (uint8_t)(number & 0xff);
        number >>= 8;
    }
}

size_t frame_write_header(uint8_t into[FRAME_HEADER_MAX], enum opcode opcode,
                          size_t payload_length)
{
    into[0] = (uint8_t)(0x80 | opcode);
    if (payload_length <= 125) {
        into[1] = (uint8_t)payload_length;
        return 2;
    }
    if (payload_length <= 0xffff) {
        into[1] = 126;
        write_big_endian(into + 2, payload_length, 2);
        return 4;
    }
    into[1] = 127;
    write_big_endian(into + 2, payload_length, 8);
    return 10;
}

/* The longest start of `reason` that fits and ends with a whole character. */
static size_t reason_fit(const char *reason)
{
    size_t length = strnlen(reason, CONTROL_BYTES_MAX - 1);

    if (length <= CONTROL_BYTES_MAX - 2)
        return length;
    length = CONTROL_BYTES_MAX - 2;
    while (length > 0 && ((uint8_t)reason[length] & 0xc0) == 0x80)
        length--;
    return length;
}

size_t frame_write_close(uint8_t into[CONTROL_BYTES_MAX], uint16_t code,
                         const char *reason)
{
    if (code == 0 || code == CLOSE_NO_CODE)
        return 0;
    write_big_endian(into, code, 2);

    size_t length = reason == NULL ? 0 : reason_fit(reason);
    if (length > 0)
        memcpy(into + 2, reason, length);
    return 2 + length;
}
