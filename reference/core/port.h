/* Everything the core may do to the world, and everything it may ask it.
 *
 * The core holds no socket, no clock and no file. A shell (reference/shell) or
 * a mock (mocks/) fills this table. Effects happen in the order of the calls;
 * none may call back into the core before it returns. */
#ifndef CORE_PORT_H
#define CORE_PORT_H

#include "core/text.h"
#include "core/directory.h"
#include "core/key.h"
#include <stdbool.h>
#include <stdint.h>

/* A connection's number: given by the world, never reused. */
typedef uint64_t connection_id;

struct port {
    /* Completes the upgrade. `subprotocol` may be NULL. At most once each. */
    void (*accept)(void *self, connection_id id, const char *subprotocol);
    /* Answers the handshake with this HTTP status, and ends the connection. */
    void (*reject)(void *self, connection_id id, int status);
    /* Queues one text message. False when the peer is known to be gone or
     * cannot keep up; the world then tells core_closed in its own time. */
    bool (*send)(void *self, connection_id id, struct text text);
    /* The same of one binary message. */
    bool (*send_binary)(void *self, connection_id id, struct text bytes);
    /* Queues a Close frame; nothing may be sent behind it. */
    void (*close)(void *self, connection_id id, uint16_t code,
                  const char *reason);
    /* Ends TCP once what is queued has been written; core_closed follows. */
    void (*end)(void *self, connection_id id);
    /* One finished line for the log, without its line break. */
    void (*log)(void *self, const char *line);
    /* Wall time in milliseconds since 1970, UTC. */
    int64_t (*now_ms)(void *self);
    /* The keys that tokens are verified with, or NULL when they cannot be had
     * just now (a store or file that fails): that is a decoder failure. */
    const struct keyring *(*keyring)(void *self);
    /* Hands one audit event, a line of JSON, to the security monitor. False
     * when that failed: it changes nothing for any client. */
    bool (*monitor)(void *self, const char *event);
    struct directory directory; /* of `pos` */
    void *self;
};

#endif
