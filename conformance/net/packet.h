/* Packets of Engine.IO 4 with those of Socket.IO 5 inside, as a text frame of
 * the WebSocket transport holds them:
 *
 *     4     2     /rooms,     17     ["joined",{"room":"a"}]
 *     |     |     namespace   ack    payload, JSON
 *     |     kind of Socket.IO
 *     kind of Engine.IO
 *
 * (socketio/engine.io-protocol v4, socketio/socket.io-protocol v5.) */
#ifndef NET_PACKET_H
#define NET_PACKET_H

#include "base/buffer.h"
#include <stdbool.h>

enum limits_of_packets {
    NAMESPACE_MAX = 64,
    EVENT_NAME_MAX = 64,
    ACK_DIGITS_MAX = 16,
};

enum packet_kind {
    /* Engine.IO */
    PACKET_OPEN, /* payload: {"sid":…} */
    PACKET_CLOSE,
    PACKET_PING,
    PACKET_PONG,
    PACKET_NOOP,
    /* Socket.IO */
    PACKET_CONNECT,    /* payload: {"sid":…} */
    PACKET_DISCONNECT, /* payload: any JSON, or none */
    PACKET_EVENT,      /* payload: ["name",…] */
    PACKET_ACK,        /* payload: […] */
    PACKET_REFUSAL,    /* CONNECT_ERROR; payload: any JSON, or none */
    PACKET_BINARY,     /* an event or an ack with attachments: not read */
};

struct packet {
    enum packet_kind kind;
    struct bytes number;  /* digits of an acknowledgement; empty: none */
    struct bytes payload; /* borrowed from the text, too; empty: none */
};

/* Of the heartbeats that the payload of PACKET_OPEN announces: how long until
 * the next, and how long until its answer is missed; 0: it does not say. */
struct rhythm {
    int interval_ms;
    int timeout_ms;
};

struct rhythm packet_rhythm(struct bytes payload);

/* Takes one apart. `namespace` is ours, "/" by default: another's is none that
 * a server may send us. NULL, and *into is filled; else what is wrong with it.
 */
const char *packet_read(struct bytes text, const char *namespace,
                        struct packet *into);

/* Appends CONNECT with that payload as it stands; none where it is empty. */
enum fault packet_write_connect(const char *namespace, struct bytes payload,
                                struct buffer *into);
/* Appends what goes before the payload of an event. */
enum fault packet_write_prefix(const char *namespace, struct buffer *into);
/* Is it {"ack":"3-7","event":["name",…]}, an event that asks for an
 * acknowledgement? Its number is what stands behind the last `-`. */
bool packet_is_request(struct bytes text);
/* Appends that event, with its number before it. */
enum fault packet_write_request(const char *namespace, struct bytes text,
                                struct buffer *into);
/* Appends an event of `name`, which holds no character that JSON escapes:
 * `text` is its payload where that is an array with a name in front; other JSON
 * is the only argument of the event `name`; whatever is no JSON is that, too,
 * as a string; what cannot even be a string stands there as it is. */
enum fault packet_write_event(const char *namespace, const char *name,
                              struct bytes text, struct buffer *into);

#endif
