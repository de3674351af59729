/* The codec from the inside: for its own files alone. */
#ifndef NET_CODEC_SESSION_H
#define NET_CODEC_SESSION_H

#include "net/codec.h"
#include "net/events.h"
#include "net/packet.h"

enum stage {
    SHAKING,    /* no 101 yet */
    UPGRADED,   /* no open of Engine.IO yet */
    OPENED,     /* awaits what CONNECT is to hold */
    CONNECTING, /* awaits the answer to CONNECT */
    JOINED,
    ENDED, /* refused, put out, or closed */
};

/* A frame that waits until CONNECT is answered. */
struct held {
    struct held *next;
    enum message_kind kind;
    size_t length;
    unsigned char data[];
};

struct session {
    enum stage stage;
    bool is_told;      /* that it was accepted */
    bool never_closes; /* leaves the Close to the server */
    bool is_closing;   /* we have sent a Close */
    bool deflates;     /* permessage-deflate is agreed */
    bool is_refused;   /* and may try again */
    bool is_lost;      /* the bench knows that it is gone */
    bool is_early;     /* CONNECT has gone out with the handshake */
    struct rhythm rhythm;
    int64_t beat_ms; /* when the next heartbeat is due; the line's clock */
    char *subprotocol;
    char *first; /* what CONNECT is to hold; NULL: not said yet */
    struct held *held;
    struct held **last;
    unsigned held_count;
};

struct codec {
    struct codec_terms terms;
    struct line line;
    struct session **sessions; /* by socket, from 1 up; NULL: none yet */
    size_t room;
    struct events events; /* that the bench has not taken */
};

/* NULL without memory, or beyond CODEC_SOCKETS_MAX. */
struct session *codec_session(struct codec *codec, unsigned socket);
enum fault codec_transmit(const struct codec *codec, unsigned socket,
                          enum message_kind kind, struct bytes data);
/* Sends CONNECT with what it is to hold. */
void codec_connect(const struct codec *codec, unsigned socket,
                   struct session *session);
/* Sends what has waited for the answer to it. */
void codec_release(const struct codec *codec, unsigned socket,
                   struct session *session);

#endif
