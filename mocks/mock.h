/* The mock from the inside, for adapter_mock.c, mock_open.c and mock_port.c
 * alone. */
#ifndef MOCKS_MOCK_H
#define MOCKS_MOCK_H

#include "adapter.h"
#include "core/core.h"
#include "event_queue.h"
#include "laboratory.h"
#include "mock_socket.h"
#include "virtual_clock.h"

enum { MOCK_LOG_BYTES_MAX = 8 * 1024 * 1024 };

struct lab {
    const struct manifest *manifest;
    struct keyring *keyring;
};

struct mock {
    struct laboratory laboratory;
    struct adapter adapter;
    struct core *core;
    const struct keyring *keyring; /* the lab's */
    bool decoder_is_broken;
    struct virtual_clock clock;
    struct mock_sockets sockets;
    struct event_queue queue;
    struct buffer log;
    bool log_is_full;
};

/* The core's effects on this mock. None calls back into the core: what it is
 * to learn of them becomes a debt of the socket, to be paid by and by. */
struct port mock_port(struct mock *mock);

/* Tells the client what has happened on its socket; behind EVENT_GONE,
 * nothing. The socket, the time and the sequel are filled in here. */
void mock_tell(struct mock *mock, struct mock_socket *socket,
               struct event event);
/* EVENT_GONE. The core is to learn of it by and by; `politely` says whether as
 * of a clean departure. */
void mock_tell_end(struct mock *mock, struct mock_socket *socket,
                   enum ending ending, bool politely);
/* Lets the 101 leave, as often as the core has asked for it. */
void mock_send_upgrade(struct mock *mock, struct mock_socket *socket);

/* Answers the handshake with an HTTP status, and ends the connection. */
void mock_reject(struct mock *mock, struct mock_socket *socket, int status);

/* FAULT_LIMIT or FAULT_MEMORY once an event has been lost: nothing that is
 * seen from there on proves anything. */
enum fault mock_soundness(const struct mock *mock);

/* mock_open.c: the adapter's `open`, on a sound mock. */
enum fault mock_open(struct mock *mock, unsigned number,
                     const struct opening *opening);

#endif
