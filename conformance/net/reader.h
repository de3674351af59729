/* Reads what a server sends behind the handshake, as strictly as RFC 6455
 * allows: the first frame that breaks a rule is the last that is read.
 *
 * Of extensions, permessage-deflate alone is understood (RFC 7692), where it
 * `deflates`. */
#ifndef NET_READER_H
#define NET_READER_H

#include "base/deviation.h"
#include "base/buffer.h"
#include "base/packing.h"
#include "net/frame.h"
#include "net/utf8.h"

enum limits_of_readers {
    MESSAGE_BYTES_MAX = 16 * 1024 * 1024, /* reassembled */
    CONTROL_BYTES_MAX = 125,              /* RFC 6455 5.5 */
    CODE_ABSENT = 1005,                   /* a Close without a code, 7.1.5 */
};

enum reading {
    READING_MORE,      /* all of the bytes are used up */
    READING_DELIVERY,  /* *delivery is filled; call again */
    READING_VIOLATION, /* reader->violation says which; read no further */
    READING_BEYOND,    /* no fault of its: more than is read here. Likewise */
    READING_STARVED,   /* out of memory; read no further */
};

/* A whole message (text, binary) or a control frame. */
struct delivery {
    enum opcode opcode;
    int code;        /* of a Close; CODE_ABSENT: it has none */
    bool compressed; /* RFC 7692; `wire`: its payload's bytes then */
    size_t wire;
    struct bytes data; /* payload; of a Close the reason. Borrowed until the
                          next call */
};

enum reader_state { AT_OPCODE, AT_LENGTH, AT_LONG_LENGTH, AT_PAYLOAD };

struct reader {
    enum reader_state state;
    enum opcode opcode;   /* of this frame */
    bool final;           /* is this frame */
    uint8_t rsv;          /* of this frame: set of enum rsv */
    uint64_t left;        /* payload bytes of this frame still to come */
    unsigned length_size; /* 2 or 8: the long length's */
    unsigned length_left; /* bytes of it still to come */

    bool in_message; /* between a first fragment and the final one */
    bool is_text;    /* that message */
    struct utf8 utf8;
    bool deflates;   /* permessage-deflate has been agreed upon … */
    bool takes_over; /* … and a message may refer to those before it */
    bool compressed; /* the message under way */
    struct unpacking *unpacking; /* NULL until it is needed */
    struct buffer inflated;
    struct buffer message;
    unsigned char control[CONTROL_BYTES_MAX];
    size_t control_length;
    struct tolerance *tolerance; /* borrowed; NULL: nothing is tolerated */
    bool closed;                 /* a Close has been read */
    bool delivered;              /* the message went out with the last call */
    enum reading failure; /* VIOLATION or BEYOND, once there is a sentence */
    char violation[200];  /* a sentence with its section of RFC 6455 */
};

void reader_init(struct reader *reader); /* pair: deinit */
void reader_deinit(struct reader *reader);

/* Reads from the front of *from, which is advanced, up to the next delivery.
 * However the stream is cut, the deliveries are the same. */
enum reading reader_read(struct reader *reader, struct bytes *from,
                         struct delivery *delivery);

#endif
