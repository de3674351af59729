/* Reads the server's answer to the handshake: strictly where it says 101, with
 * patience where it refuses, never without a ceiling. */
#ifndef NET_RESPONSE_H
#define NET_RESPONSE_H

#include "base/deviation.h"
#include "base/buffer.h"
#include <stdbool.h>

enum limits_of_responses {
    RESPONSE_HEAD_MAX = 64 * 1024, /* bytes up to the empty line */
    RESPONSE_FIELDS_MAX = 200,
    RESPONSE_BODY_MAX = 4 * 1024, /* kept of a refusal; the rest is unread */
    RESPONSE_PROTOCOL_MAX = 4096, /* bytes of a chosen subprotocol */
};

enum answer {
    ANSWER_MORE,
    ANSWER_ACCEPTED,  /* 101, and all that belongs to it */
    ANSWER_REJECTED,  /* another status; the body is as whole as it gets */
    ANSWER_VIOLATION, /* neither; response->violation says why */
    ANSWER_STARVED,   /* out of memory */
};

/* What was asked for. Strings are borrowed until deinit. */
struct terms {
    const char *key;
    const char *subprotocols;    /* offered, as in the header; NULL: none */
    const char *extensions;      /* likewise */
    struct tolerance *tolerance; /* NULL: nothing is tolerated */
};

enum response_state { IN_HEAD, IN_BODY, IN_CHUNKS };
enum chunk_state {
    IN_CHUNK_SIZE,
    IN_CHUNK_EXTENSION,
    IN_CHUNK_DATA,
    IN_CHUNK_GAP,
};

/* What one head says. */
struct said {
    bool is_1_1;   /* HTTP/1.1, not 1.0 */
    bool persists; /* the server may keep TCP open behind the body */
    unsigned upgrades, accepts, protocols;
    bool upgrade_is_websocket, connection_is_upgrade, accept_is_right;
    char foreign[80]; /* a choice that was not offered; "": none */
    bool is_chunked;
    bool has_length;
    size_t body_left; /* where has_length */
};

struct response {
    struct terms terms;
    enum response_state state;
    struct buffer head;
    int status; /* 0 until the head is whole */
    struct said said;
    char subprotocol[RESPONSE_PROTOCOL_MAX]; /* "": none */
    bool deflates;   /* permessage-deflate is agreed upon … */
    bool takes_over; /* … and its messages may refer to those before */

    struct buffer body;
    enum chunk_state chunk;
    size_t chunk_left;

    char violation[240]; /* a sentence with its section */
};

void response_init(struct response *response, struct terms terms);
void response_deinit(struct response *response);

/* Reads from the front of *from, which is advanced; what stands behind a 101
 * is left there. Any outcome but ANSWER_MORE is the last. */
enum answer response_read(struct response *response, struct bytes *from);

/* The stream or our patience has ended: ANSWER_REJECTED when a head was whole,
 * else ANSWER_VIOLATION. */
enum answer response_end(struct response *response);

#endif
