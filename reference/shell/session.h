/* One connection of the WebSocket listeners, from TCP's beginning to its end:
 * handshake, then frames, then an orderly end.
 *
 *     HANDSHAKING --legal--> OPEN --end, or a fault--> ENDING --EOF--> gone
 *          \-------- refused, or too slow ---------------/
 *
 * ENDING lingers: it has sent its last byte and its FIN and reads on, so that
 * no RST of ours eats the Close frame before the peer has read it. */
#ifndef SHELL_SESSION_H
#define SHELL_SESSION_H

#include "core/core.h"
#include "shell/frame.h"
#include "shell/handshake.h"
#include "shell/output.h"
#include <sys/queue.h>

struct server;
struct lws;

enum { LINGER_MS = 2000 };

enum session_stage { HANDSHAKING, OPEN, ENDING };

/* Lives in the per-connection memory of libwebsockets, which zeroes it. */
struct session {
    struct server *server; /* NULL: never begun */
    struct lws *wsi;
    connection_id id;
    enum session_stage stage;
    bool in_the_clear;   /* without TLS, where others have it */
    bool known_to_core;  /* between core_opened and core_closed */
    bool accepted;       /* the 101 has been queued */
    bool close_sent;     /* a Close frame has been queued */
    bool close_received; /* the peer's has come */
    bool abandoned;      /* to be cut off: nothing is read or sent any more */
    bool at_the_door;    /* counted in the crowd of its address */
    bool is_opening;     /* the core looks at its handshake just now */
    bool is_deaf;        /* nothing that comes counts any more */
    unsigned under_way;  /* into the log, and not back yet */
    bool is_held;        /* … and so many that no more are read */
    char peer[PEER_BYTES_MAX + 1];
    struct handshake *handshake; /* NULL once it is over */
    struct frame_reader reader;
    struct deflate_terms deflate; /* agreed upon, or none */
    struct output output;

    /* Kept by sessions.c. */
    struct session *bucket_next;
    TAILQ_ENTRY(session) waiting;
    int wait; /* enum session_wait */
    int64_t deadline_ms;
};

/* --- what libwebsockets tells -------------------------------------------- */

/* May one more come in, who is behind this socket? */
bool session_is_welcome(struct server *server, int socket);
/* False when there is no room for one more: the connection is to be closed. */
bool session_begin(struct session *session, struct server *server,
                   struct lws *wsi);
void session_read(struct session *session, const void *bytes, size_t length);
void session_writable(struct session *session);
/* TCP is gone. Frees what the session holds, not the session. */
void session_gone(struct session *session);
/* What it was waiting for has not come in time. */
void session_overdue(struct session *session);

/* --- what the core tells, through its port -------------------------------- */

void session_accept(struct session *session, const char *subprotocol);
void session_reject(struct session *session, int status);
bool session_send(struct session *session, struct text message, bool is_text);
void session_close(struct session *session, uint16_t code, const char *reason);
void session_end(struct session *session);
void session_pong(struct session *session, struct text payload);
/* One of its events has come out of the log. */
void session_came_back(struct session *session);
/* The servers' log is lost: 1013, wherever it stands. */
void session_turn_away(struct session *session);

/* Cuts TCP off, very soon but not within this call. */
void session_abandon(struct session *session);

/* --- between session.c and session_read.c --------------------------------- */

void session_refuse_handshake(struct session *session, int status);
/* The core has answered it. */
void session_leave_handshake(struct session *session);
void session_drop_handshake(struct session *session);
/* The core, once. */
void session_tell_end(struct session *session, enum departure how);

#endif
