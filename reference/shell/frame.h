/* RFC 6455 section 5 from the server's side: frames of the client in, frames
 * of the server out. No I/O; of extensions, permessage-deflate where
 * `inflates`.
 *
 * It refuses whatever the RFC says must not be sent, and tells which close
 * code the peer is owed. Nothing is repaired. */
#ifndef SHELL_FRAME_H
#define SHELL_FRAME_H

#include "core/text.h"
#include "shell/deflate.h"
#include "shell/utf8.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a peer can push against. */
enum limits_of_frames {
    MESSAGE_BYTES_MAX = 64 * 1024 * 1024, /* put together from its fragments */
    MESSAGE_BYTES_USUAL = 64 * 1024,      /* … where nobody says otherwise */
    FRAGMENTS_MAX = 1024,
    CONTROL_BYTES_MAX = 125,
    COMPRESSED_BIT = 0x40, /* RSV1 */
    FRAME_HEADER_MAX = 10, /* of a server's frame: it has no mask */
};

enum opcode {
    OPCODE_CONTINUATION = 0x0,
    OPCODE_TEXT = 0x1,
    OPCODE_BINARY = 0x2,
    OPCODE_CLOSE = 0x8,
    OPCODE_PING = 0x9,
    OPCODE_PONG = 0xa,
};

enum close_code {
    CLOSE_GOING_AWAY = 1001,
    CLOSE_PROTOCOL_ERROR = 1002,
    CLOSE_NO_CODE = 1005, /* never on the wire */
    CLOSE_BAD_DATA = 1007,
    CLOSE_TOO_BIG = 1009,
    CLOSE_TRY_AGAIN_LATER = 1013,
    CLOSE_SERVER_ERROR = 1011,
};

enum arrival {
    ARRIVED_NOTHING, /* more bytes are needed */
    ARRIVED_TEXT,
    ARRIVED_BINARY,
    ARRIVED_PING,
    ARRIVED_PONG,
    ARRIVED_CLOSE, /* code: 1005 when the frame held none */
    ARRIVED_FAULT, /* code: the one that the peer is owed */
};

struct frame_event {
    enum arrival what;
    uint16_t code;
    struct text payload; /* of a Close: its reason. Until the next read. */
    bool is_text;        /* of a message that is too long, and … */
    uint64_t size;       /* … what was announced of it */
};

/* A value; all zero is a reader at the start of a connection. */
struct frame_reader {
    size_t text_max;          /* of a message; 0: MESSAGE_BYTES_USUAL */
    size_t binary_max;        /* likewise; never more than MESSAGE_BYTES_MAX */
    bool inflates;            /* RSV1 has been agreed upon: RFC 7692 */
    size_t inflated_text_max; /* of such a message; 0: as above */
    size_t inflated_binary_max; /* likewise */
    uint8_t state;              /* an index into the table of frame_reader.c */
    uint8_t opcode;
    bool final;
    uint8_t length_bytes; /* of the extended length, still to come */
    uint8_t mask_bytes;   /* seen so far */
    uint8_t mask[4];
    uint64_t length; /* of this frame's payload */
    uint64_t seen;   /* of this frame's payload */
    uint8_t control[CONTROL_BYTES_MAX];

    bool compressed; /* is RSV1 set in this frame? */

    /* The message under way; `message` lives only as long as it. */
    struct inflater *inflater; /* NULL: it is none that was compressed */
    size_t wire_length;        /* of its payloads, as they came */
    uint8_t message_opcode;    /* 0: none is under way */
    unsigned fragments;
    struct utf8_scan scan;
    uint8_t *message;
    size_t message_length;
    size_t message_size;
    bool delivered; /* the message was handed out by the last read */
};

/* Reads on from `bytes`, at most until one event. Returns how many bytes it
 * took: call again with the rest until ARRIVED_NOTHING. After ARRIVED_CLOSE or
 * ARRIVED_FAULT it swallows all that follows. */
size_t frame_read(struct frame_reader *reader, const uint8_t *bytes,
                  size_t length, struct frame_event *event);

/* Frees what the reader holds; it may be used again. */
void frame_reader_deinit(struct frame_reader *reader);

/* May a Close frame carry this code (RFC 6455 7.4 and the IANA registry)? */
bool close_code_is_legal(uint16_t code);

/* Writes the header of a final, unmasked frame; returns its length. */
size_t frame_write_header(uint8_t into[FRAME_HEADER_MAX], enum opcode opcode,
                          size_t payload_length);

/* Writes the payload of a Close frame and returns its length: nothing for code
 * 0 or 1005; a reason that is too long is cut at a character. */
size_t frame_write_close(uint8_t into[CONTROL_BYTES_MAX], uint16_t code,
                         const char *reason);

#endif
