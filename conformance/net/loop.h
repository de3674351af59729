/* Many connections on one poll(2), by the bench's socket numbers. */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include "net/connection.h"
#include <poll.h>

enum limits_of_loops {
    SOCKETS_MAX = 65536,
    QUEUE_BYTES_MAX = 64 * 1024 * 1024, /* of events; then nothing is read */
};

/* All zero but `shared.answer_ms` and the like: no connection yet. */
struct loop {
    struct shared shared;
    int64_t clock_us;                /* time spent in loop_next */
    int64_t looked_us;               /* when poll was last asked */
    struct connection **connections; /* by socket, from 1 up; NULL: none */
    struct connection **polled;
    struct pollfd *fds;
    size_t room; /* of the three */
};

/* Ends what is open, without a further event. */
void loop_deinit(struct loop *loop);

/* Begins a connection; see connection_new for what is borrowed. FAULT_LIMIT,
 * FAULT_MEMORY, FAULT_SYSTEM (the number is in use) with fault_reason(). */
enum fault loop_open(struct loop *loop, const struct endpoint *endpoint,
                     unsigned socket, const struct opening *opening,
                     const char *origin);

/* NULL once its EVENT_GONE has been taken, or where it never was. */
struct connection *loop_connection(const struct loop *loop, unsigned socket);

/* Until each handshake that was begun has been sent, or cannot be. What comes
 * meanwhile waits to be taken. */
void loop_send_handshakes(struct loop *loop);

/* See next_event in adapter.h. */
int loop_next(struct loop *loop, struct event *event, int wait_ms);

#endif
