/* WebSocket frames (RFC 6455 5.2) as values. */
#ifndef NET_FRAME_H
#define NET_FRAME_H

#include "base/bytes.h"
#include <stdbool.h>
#include <stdint.h>

enum opcode {
    OPCODE_CONTINUATION = 0x0,
    OPCODE_TEXT = 0x1,
    OPCODE_BINARY = 0x2,
    OPCODE_CLOSE = 0x8,
    OPCODE_PING = 0x9,
    OPCODE_PONG = 0xa,
};

enum rsv { RSV1 = 0x40, RSV2 = 0x20, RSV3 = 0x10 };

/* How the length is spelled; the shortest form is the only right one. */
enum length_form { LENGTH_SHORTEST, LENGTH_16_BITS, LENGTH_64_BITS };

/* All zero but the opcode: final, masked, no extension bits, true length. The
 * abnormal is what is spelled out. */
struct frame {
    enum opcode opcode; /* its low four bits are sent, whatever they are */
    uint8_t rsv;        /* set of enum rsv */
    bool more;          /* FIN clear: fragments follow */
    bool unmasked;
    enum length_form form;
    bool lies; /* announces `says` bytes in place of the true length */
    uint64_t says;
    struct bytes payload; /* borrowed */
};

#endif
