/* The implementation from the inside, for the files of this folder alone. */
#ifndef PIPE_INTERNAL_H
#define PIPE_INTERNAL_H

#include "net/events.h"
#include "net/generator.h"
#include "pipe/child.h"
#include "pipe/implementation.h"
#include "pipe/speech.h"

enum {
    PIPE_SOCKETS_MAX = 60000, /* of a world: each has a port of its own */
    PIPE_FIRST_PORT = 5000,
    PIPE_SHOWN = 160, /* of a line, in a blame */
};

/* A client's end, as the harness sees it. */
struct pipe_socket {
    bool accepted;
    bool server_closed;
    bool client_closed;
    bool over;   /* EVENT_GONE is told */
    bool fading; /* … or is about to be; what comes before the next `settled`
                    had left already */
    int code;    /* of the client's Close */
    char address[80];
    struct buffer parts; /* of a message */
    bool binary;
};

struct implementation {
    const struct manifest *manifest;
    const char *command;
    bool isolated;
    int hello_ms;
    int leave_ms;
    struct generator generator;

    struct child child;
    bool runs;
    bool cannot_reset;
    struct introduction introduction;

    /* The world. */
    struct pipe_socket *sockets; /* by number, from 1 */
    unsigned socket_count;       /* opened */
    unsigned socket_room;
    unsigned base; /* the child's number of a socket is ours and this */
    struct events events;
    unsigned fading_count;
    bool is_settled;  /* nothing was said since, and nothing may be heard */
    bool must_settle; /* something was said since it last settled */
    /* socket, length and payload, of who answers none itself */
    struct buffer waiting_pings;

    int64_t seq;
    bool clock_is_new;  /* a fresh world may begin at any time */
    int64_t settled_ms; /* the child's clock, when it last settled */
    int64_t now_ms;     /* … and with what has elapsed since */
    int64_t latest_ms;  /* of the latest event */

    enum fault fault; /* the child is no more; nothing counts */
    char why[4096];
    struct speech speech;
    char verb[40];               /* that was spoken last */
    char spoken[PIPE_SHOWN + 1]; /* … and how; hello without its keys */
    char heard[PIPE_SHOWN + 1];  /* the latest line of the child */
    char asked[PIPE_SHOWN + 1];  /* what waits for its answer */
    struct saying answer;
};

/* --- conversation.c ------------------------------------------------------- */

/* What a child says is no command to a terminal: '?' for control characters. */
void make_plain(char *text);
/* Kills the child, and remembers why: "adapter: …". Returns the fault. */
enum fault blame(struct implementation *one, enum fault fault, const char *what,
                 ...) __attribute__((format(printf, 3, 4)));
/* The fault that the child is blamed for, its reason said again. */
enum fault still_blamed(const struct implementation *one);

/* … for what child_line came to instead of a line. */
enum fault blame_silence(struct implementation *one, enum fault fault);

/* A line to the child: begin, its members, and utter. */
struct speech *say_verb(struct implementation *one, const char *verb);
enum fault utter(struct implementation *one);
/* … and one that is answered: with `seq`, and up to that answer, which stands
 * in one->answer then. FAULT_ABSENT: `unsupported`. FAULT_HOOK: `failed`. */
struct speech *ask_verb(struct implementation *one, const char *verb);
enum fault ask(struct implementation *one, enum saying_kind want);
/* Takes in one line at most, FAULT_TIMEOUT without one. */
enum fault hear(struct implementation *one, int64_t until_ms);
/* The fence. */
enum fault settle_pipe(struct implementation *one);

/* --- frames.c ------------------------------------------------------------- */

/* See adapter.h: send, send_raw, answer_closes, drop. */
enum fault frame_send(struct implementation *one, unsigned number,
                      enum message_kind kind, int code, struct bytes data);
enum fault frame_send_raw(struct implementation *one, unsigned number,
                          struct bytes bytes);
enum fault frame_answer_closes(struct implementation *one, unsigned number,
                               bool answers);
void frame_drop(struct implementation *one, unsigned number, bool reset);

/* --- sockets.c ------------------------------------------------------------ */

enum fault sockets_open(struct implementation *one, unsigned number,
                        const char *source);
/* NULL: never opened. */
struct pipe_socket *socket_at(const struct implementation *one,
                              unsigned number);
void sockets_clear(struct implementation *one);
/* An event of ours or of the child's; EVENT_GONE ends the socket. */
enum fault tell_event(struct implementation *one, unsigned number,
                      struct event event);
/* What the child says of a socket. */
enum fault take_event(struct implementation *one, const struct saying *saying);
/* It will be over when all before has settled, if it is not yet. */
void fade(struct implementation *one, struct pipe_socket *socket);
/* The library's part, once all before it has settled: pongs, and the Close
 * frame in answer to a client's. */
enum fault after_settling(struct implementation *one);

#endif
