/* One connection's life: connect, TLS, handshake, frames, end. It turns bytes
 * into events and never blocks. */
#ifndef NET_CONNECTION_H
#define NET_CONNECTION_H

#include "adapter.h"
#include "net/endpoint.h"
#include "net/events.h"
#include "net/generator.h"
#include "net/handshake.h"
#include "net/reader.h"
#include "net/response.h"
#include "net/transport.h"

enum limits_of_connections {
    WAITING_BYTES_MAX = 16 * 1024 * 1024, /* of events nobody has taken */
    WAITING_EVENTS_MAX = 20000,           /* likewise */
    UNSENT_BYTES_MAX = 32 * 1024 * 1024,  /* that the server does not read */
    CHUNK_SIZE = 64 * 1024,               /* of one read */
    CHUNKS_PER_TURN = 4,                  /* then it is the others' turn */
    LITTER_BYTES_MAX = 4096,              /* of HTTP behind a 101 */
    RECONNECT_MS = 5, /* between looks where poll cannot tell */
};

/* What all connections of an adapter share; borrowed by each. */
struct shared {
    struct events events;
    struct generator generator;
    struct ssl_ctx_st *tls; /* NULL where no endpoint needs it */
    int answer_ms;          /* connect, TLS and handshake together */
    int close_ms;           /* from a Close to the end of TCP */
    unsigned tolerated;     /* set of 1 << enum deviation */
    int64_t clock_ms;       /* time spent waiting; deadlines are on it */
    unsigned char chunk[CHUNK_SIZE];
};

enum stage {
    CONNECTING, /* TCP */
    SECURING,   /* TLS */
    SHAKING,    /* handshake */
    REFUSED,    /* another status than 101; waits for the end of TCP */
    TALKING,    /* frames */
    GONE,       /* EVENT_GONE is queued, TCP is closed */
};

/* HTTP behind a 101, where it is tolerated. */
enum litter {
    LITTER_NONE,
    LITTER_BEGUN,      /* an answer that may have its end */
    LITTER_TO_THE_END, /* of TCP */
};

struct connection {
    struct shared *shared;
    const struct endpoint *endpoint;
    unsigned socket;
    enum stage stage;
    char source[64];  /* our address; "": any */
    size_t candidate; /* among the endpoint's addresses */
    struct transport transport;
    char address[ADDRESS_SIZE]; /* our end */

    char key[KEY_SIZE];
    char *subprotocols; /* offered; NULL: none */
    char *extensions;
    struct response response;
    struct reader reader;
    struct tolerance tolerance; /* of both */
    unsigned deviations;        /* that have been told */
    bool is_framed;             /* a frame has begun */
    enum litter litter;
    size_t littered;   /* bytes of it */
    struct buffer out; /* to be written from `sent` on */
    size_t sent;
    struct buffer held; /* to be written once the server has accepted */
    bool deaf;          /* the server takes no bytes any more */

    bool answers_closes;
    bool close_sent;
    bool close_seen;
    int64_t deadline_ms; /* on the shared clock; 0: none */
    size_t waiting_events;
    size_t waiting_bytes;
    struct queued *farewell; /* EVENT_GONE, made beforehand: it cannot fail */
};

/* Begins to connect. `opening` is borrowed for the call, `endpoint` and
 * `shared` for the connection's life. NULL without memory or when the request
 * is beyond its ceiling, with fault_reason(). */
struct connection *connection_new(struct shared *shared,
                                  const struct endpoint *endpoint,
                                  unsigned socket,
                                  const struct opening *opening,
                                  const char *origin);
void connection_free(struct connection *connection); /* NULL is fine */

/* Looks whether TCP stands, and goes on as far as it can. */
void connection_proceed(struct connection *connection);
/* Writes and reads what can be, as far as poll's `revents` say. */
void connection_turn(struct connection *connection, short revents);
/* Ends what has waited too long. */
void connection_check_deadline(struct connection *connection);

/* What poll is to wait for. */
short connection_wants(const struct connection *connection);

/* See adapter.h: send and drop. */
enum fault connection_send(struct connection *connection,
                           enum message_kind kind, int code, struct bytes data);
enum fault connection_send_raw(struct connection *connection,
                               struct bytes bytes);
void connection_drop(struct connection *connection, bool reset);

#endif
