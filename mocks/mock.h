/* The mock from the inside, for adapter_mock.c, mock_open.c and mock_port.c
 * alone. */
#ifndef MOCKS_MOCK_H
#define MOCKS_MOCK_H

#include "adapter.h"
#include "core/core.h"
#include "store/store.h"
#include "event_queue.h"
#include "laboratory.h"
#include "mock_nodes.h"
#include "mock_socket.h"
#include "virtual_clock.h"

enum { MOCK_LOG_BYTES_MAX = 8 * 1024 * 1024 };

struct lab {
    const struct manifest *manifest;
    struct keyring *keyring;
    struct store *spare; /* of a mock that is gone, emptied; or NULL */
};

struct mock {
    struct laboratory laboratory;
    struct adapter adapter;
    struct mock_nodes nodes;
    const struct mutant *mutant;   /* NULL: the secure core */
    const struct keyring *keyring; /* the lab's */
    struct lab *lab;
    struct store *store; /* the directory; NULL: there is none */
    bool decoder_is_broken;
    bool store_is_broken;
    const char *origins[MANIFEST_ORIGINS_MAX + 1]; /* NULL-ended */
    bool monitor_is_broken;
    struct virtual_clock clock;
    struct mock_sockets sockets;
    struct event_queue queue;
    struct deflate_cache deflated;
    struct buffer log;
    bool log_is_full;
};

/* The core's effects on this mock. None calls back into the core: what it is
 * to learn of them becomes a debt of the socket, to be paid by and by. */
struct port mock_port(struct mock_node *one);
struct directory mock_directory(struct mock *mock);

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

/* mock_core.c: the cores, and the directory behind them. */
enum fault mock_start(struct mock *mock);
void mock_stop(struct mock *mock);
/* The server that an opening is for; NULL without memory. */
struct mock_node *mock_node_of(struct mock *mock,
                               const struct opening *opening);
/* mock_port.c: the connections of a server that has lost what it shares, and
 * of one that has died. */
void mock_turn_away(struct mock_node *one);
void mock_cut_off(struct mock_node *one);
void mock_log_line(struct mock_node *one, const char *line);
enum fault mock_provision(struct mock *mock, const char *what,
                          const struct pair *values);

/* mock_frames.c: bytes that a client puts on the wire. */
enum fault mock_take_bytes(struct mock *mock, struct mock_socket *socket,
                           struct bytes bytes);
enum fault mock_take_part(struct mock *mock, struct mock_socket *socket,
                          enum message_kind kind, struct bytes data);
/* One whole message. */
void mock_take_message(struct mock *mock, struct mock_socket *socket,
                       struct bytes data, bool is_text);
void mock_pong(struct mock *mock, struct mock_socket *socket,
               struct bytes data);
/* RFC 6455 5.5.1: the client's Close frame; 1005: without a code. */
void mock_take_close(struct mock *mock, struct mock_socket *socket, int code);

/* mock_door.c: the adapter's other doors, the path of one that is a socket, and
 * its `knock`. */
void mock_open_doors(struct mock *mock);
const char *mock_path_of(const struct door *door);
enum fault mock_knock(void *self, const struct inquiry *inquiry,
                      struct reply *into);

/* mock_open.c: the adapter's `open`, on a sound mock. */
enum fault mock_open(struct mock *mock, unsigned number,
                     const struct opening *opening);

#endif
