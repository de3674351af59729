/* The client's end of each connection, and the TCP between: what has been said
 * either way, and who has hung up. It holds no bytes; what the server says
 * becomes an event at once. */
#ifndef MOCKS_MOCK_SOCKET_H
#define MOCKS_MOCK_SOCKET_H

#include "adapter.h"
#include "shell/frame.h"

struct mock_node;

enum limits_of_mock_sockets {
    MOCK_SOCKETS_MAX = 60000, /* each has a port of its own */
    MOCK_FIRST_PORT = 5000,
};

struct mock_socket {
    unsigned number;
    struct mock_node *node;       /* that it has dialled */
    struct frame_reader reader;   /* of parts and of raw bytes */
    struct deflate_terms deflate; /* agreed upon, or none */
    char address[80];             /* "127.8.0.3:5001", "[::1]:5001" */

    bool answers_closes; /* a Close of the server, by itself */
    bool is_opening;     /* the core is looking at its handshake just now */
    unsigned unsent_upgrades; /* accepted, but 101 has not left yet */
    bool accepted;            /* 101 has left */
    char subprotocol[512];    /* that it names; "": none */

    bool server_closed; /* the server's Close frame has come */
    int server_code;    /* 1005: without a code */
    bool client_closed; /* ours has been sent */

    bool gone;       /* EVENT_GONE is told; nothing may follow it */
    bool was_polite; /* how the core is to be told of the end */
    bool forgotten;  /* the core has been told of the end */

    bool owes_answer; /* a Close frame of the server waits for ours */
    bool owes_end;    /* the core is to be told of the end */
    bool is_due;      /* stands in the list of debts */
    struct mock_socket *next_due;
};

/* All zero is an empty table. */
struct mock_sockets {
    struct mock_socket **at; /* by number, from 1 */
    size_t room;
    struct mock_socket *first_due; /* those that owe something, oldest first */
    struct mock_socket *last_due;
};

/* A new socket from `source` (NULL: 127.0.0.1). FAULT_LIMIT for a number of 0,
 * beyond MOCK_SOCKETS_MAX or used before, and for a source that is no
 * address. */
enum fault mock_socket_open(struct mock_sockets *sockets, unsigned number,
                            const char *source, struct mock_socket **socket);
/* NULL when there is none. */
struct mock_socket *mock_socket_find(const struct mock_sockets *sockets,
                                     uint64_t number);
/* Puts it into the list of those that owe something, once. */
void mock_socket_is_due(struct mock_sockets *sockets,
                        struct mock_socket *socket);
/* Takes the oldest off that list; NULL when it is empty. */
struct mock_socket *mock_socket_due(struct mock_sockets *sockets);
void mock_sockets_deinit(struct mock_sockets *sockets);

/* Can the client still say something that the server will read? */
bool mock_socket_can_speak(const struct mock_socket *socket);

#endif
