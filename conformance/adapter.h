/* The mock-socket contract: what a bench asks of a target, however that target
 * is reached. The same events come from the reference core in this process,
 * from a child on a pipe and from the network; a criterion cannot tell.
 *
 * Sockets are numbered by the bench from 1 up and never reused. */
#ifndef ADAPTER_H
#define ADAPTER_H

#include "base/bytes.h"
#include "base/buffer.h"
#include "base/deviation.h"
#include "base/fault.h"
#include <stdbool.h>
#include <stdint.h>

struct cJSON;
struct door;

enum event_kind {
    EVENT_ACCEPTED,  /* 101; subprotocol or NULL */
    EVENT_REJECTED,  /* status; data: body; head: its header lines */
    EVENT_TEXT,      /* data */
    EVENT_BINARY,    /* data */
    EVENT_PONG,      /* data */
    EVENT_CLOSED,    /* Close frame: code (1005: none given), data: reason */
    EVENT_GONE,      /* ending; always a socket's last event */
    EVENT_VIOLATION, /* data: what the peer did against RFC 6455 */
    EVENT_DEVIATION, /* deviation: the same, tolerated; it goes on. data: bytes
                        that are no frames, in the order they came */
};

/* How TCP ended. */
enum ending {
    ENDING_FIN,       /* orderly */
    ENDING_RESET,     /* RST */
    ENDING_OURS,      /* we ended it */
    ENDING_UNREACHED, /* never connected: refused, TLS failed, timed out */
    ENDING_UNREAD,    /* we ended it: it sent more than we read */
};

struct event {
    enum event_kind kind;
    unsigned socket;
    int64_t at_ms; /* adapter's clock */
    int status;
    int code;
    enum ending ending;
    enum deviation deviation;
    bool deflates;     /* with EVENT_ACCEPTED: permessage-deflate is agreed */
    bool compressed;   /* this message was, on the wire … */
    size_t wire;       /* … where its payload had so many bytes */
    struct bytes head; /* where the adapter has one, like … */
    struct bytes data; /* … this: borrowed until the next call */
    const char *subprotocol; /* likewise */
};

struct pair {
    const char *name;
    const char *value;
};

/* One opening handshake. Strings are borrowed for the call. */
struct opening {
    const char *path;           /* "/ws/pos/…"; NULL: that of the URL */
    const char *path_more;      /* put behind it; NULL: nothing */
    const char *query;          /* percent-encoded, without '?'; NULL: none */
    const struct pair *headers; /* beyond those that the handshake needs */
    size_t header_count;
    const char *subprotocols; /* header value, or NULL */
    const char *source;       /* our address, "127.8.0.3"; NULL: any */
    const char *origin;       /* NULL: the manifest's; "": sent empty */
    bool no_origin;           /* none at all */
    const char *timezone;     /* instance to dial; NULL: the first */
    bool plain;               /* the listener without TLS beside the first */
    bool tight;               /* the instance with the tight limits */
    unsigned node;            /* of a cluster, from 0 */
    const struct door *door;  /* one of the adapter's that is a socket, in place
                                 of the endpoint; NULL: that */
    const char *const *early; /* text messages in the handshake's segment */
    size_t early_count;
};

enum message_kind {
    SEND_TEXT,
    SEND_BINARY,
    SEND_PING,
    SEND_CLOSE,
    SEND_FIRST_PART, /* of a text message, more to follow */
    SEND_NEXT_PART,
    SEND_LAST_PART,
};

/* Who asks for a credential of the target's own. */
struct applicant {
    unsigned place;            /* among the manifest's users */
    const struct pair *values; /* what is said of them, NULL-ended */
    bool is_fresh;             /* nobody else's: it will be spoilt */
};

/* Somebody asks at another door. */
struct inquiry {
    const struct door *door; /* one of the adapter's */
    const char *token;       /* NULL: none */
    const char *user;
    /* While it reads there, where it can be read; NULL: it does not read.
     * Called once at least, and may be called again. */
    void (*meanwhile)(void *self);
    void *self;
};

/* What came of it; ceilings are the buffers'. */
struct reply {
    int status;         /* HTTP's; 0: there was no answer */
    struct buffer head; /* its header lines */
    struct buffer body;
    struct buffer told; /* head and body of all that it read */
    int last_status;    /* where a step before the last was refused: what the */
    struct buffer last; /* last is answered all the same; 0: it was not asked */
};

struct adapter_ops {
    const char *name; /* "mock", "net", "pipe" */

    /* Begins a connection; its outcome comes as events. FAULT_ABSENT: no
     * instance for that timezone or node. */
    enum fault (*open)(void *self, unsigned socket,
                       const struct opening *opening);
    /* For SEND_CLOSE `code` counts (0: no code) and `data` is the reason.
     * A socket that is gone is no fault: the bytes are lost. FAULT_ABSENT:
     * there is no wire that would carry this. */
    enum fault (*send)(void *self, unsigned socket, enum message_kind kind,
                       int code, struct bytes data);
    /* Bytes behind the handshake as they are. FAULT_ABSENT: there is no wire.
     */
    enum fault (*send_raw)(void *self, unsigned socket, struct bytes bytes);
    /* Whether a Close of the server is answered by itself (the default).
     * FAULT_ABSENT: it always is. */
    enum fault (*answer_closes)(void *self, unsigned socket, bool answers);
    /* Ends TCP: reset, or orderly. EVENT_GONE with ENDING_OURS follows. */
    void (*drop)(void *self, unsigned socket, bool reset);
    /* The next event, waiting at most wait_ms of real time (0: do not wait;
     * a virtual adapter never waits). 1: *event is filled; 0: none. */
    int (*next_event)(void *self, struct event *event, int wait_ms);
    /* Lets time pass on the target's clock, when that is virtual; else
     * FAULT_ABSENT, and the bench waits in next_event. */
    enum fault (*elapse)(void *self, int64_t ms);
    /* FAULT_NONE: every effect of what came before has become an event.
     * FAULT_ABSENT: the target cannot promise that; the bench fences. Each
     * handshake that was begun has been sent in any case. */
    enum fault (*settle)(void *self);
    /* Asked once, at the end: does what was seen prove anything? A fault makes
     * the verdict inconclusive, whatever it was. NULL: always. */
    enum fault (*soundness)(void *self);
    /* Wall time of the target's clock (ours, where it is real), ms since
     * 1970. */
    int64_t (*now_ms)(void *self);
    /* "127.0.0.5:40123" as the server sees this socket, or "" */
    const char *(*address)(void *self, unsigned socket);

    /* Hooks: FAULT_ABSENT where the target has none, FAULT_HOOK (with a
     * reason) where it fails. */
    /* `tenant` NULL: to everybody. */
    enum fault (*publish)(void *self, const char *text, const char *tenant);
    enum fault (*inspect)(void *self, uint64_t since, struct cJSON **into);
    /* `what`: "decoder", "store" (the directory), "monitor"; of what several
     * nodes share "shared", "shared time", "shared space",
     * "shared speed"; "node": the last. */
    enum fault (*breakage)(void *self, const char *what, bool broken);
    /* Writes into the target's directory, in place of what was there:
     * "tenant" (tenant, active: "true" or "false"), "user" (user, role,
     * tenant: "" for none), "remove_user" (user), "order" (order, tenant,
     * status); "revoke_user" (user) logs one out. `values` end with a NULL
     * name. */
    enum fault (*provision)(void *self, const char *what,
                            const struct pair *values);
    /* Asks for a manager without a user's context. What came of it: *refused,
     * and the text of the answer. */
    enum fault (*ask_without_context)(void *self, bool *refused,
                                      struct buffer *answer);
    /* `name`: its jti, or itself where it is not minted. */
    enum fault (*revoke)(void *self, const char *name);
    /* Appends a token that the target's issuer made for this user and role. */
    enum fault (*issue)(void *self, const char *user, const char *role,
                        struct buffer *into);
    /* Appends a credential that the steps of credential.source fetch, one that
     * was fetched before where that will do. NULL is FAULT_ABSENT. */
    enum fault (*fetch)(void *self, const struct applicant *applicant,
                        struct buffer *into);
    /* Asks at another door. FAULT_HOOK: nobody answered. NULL is
     * FAULT_ABSENT. */
    enum fault (*knock)(void *self, const struct inquiry *inquiry,
                        struct reply *into);
    /* Appends what the nodes have put into what they share, raw, or the latest
     * of it. NULL is FAULT_ABSENT. */
    enum fault (*stored)(void *self, struct buffer *into);
    /* Appends what was logged since this adapter was made. */
    enum fault (*log)(void *self, struct buffer *into);

    void (*free)(void *self);
};

struct adapter {
    const struct adapter_ops *ops;
    void *self;
    uint64_t offers;    /* set of enum need */
    bool is_virtual;    /* time costs nothing */
    bool lags;          /* and yet the target may take some where it need not */
    bool hides_deflate; /* whether it was agreed to, nobody can see */
    unsigned nodes;     /* that can be dialled; 0 is 1 */
    const struct door
        *doors;        /* that it may be asked for, and others, which … */
    size_t door_count; /* … have no steps and are no socket */
};

struct manifest;

/* Dials the manifest's endpoints. NULL with fault_reason(). */
struct adapter *adapter_net_new(const struct manifest *manifest);
void adapter_free(struct adapter *adapter); /* NULL is fine */

#endif
