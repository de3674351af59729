/* Between the bench, whose messages are JSON, and a service that speaks
 * Socket.IO over WebSockets: does the opening dialogue, answers heartbeats, and
 * makes events of messages and messages of events.
 *
 *     bench          codec           service
 *                       <──────────  0{"sid":…}
 *                       ──────────>  40{"token":…}
 *     ACCEPTED   <───   <──────────  40{"sid":…}      or 44{"message":…}
 *     ["a",{}]   ───>   ──────────>  42["a",{}]
 *     ["b",{}]   <───   <──────────  42["b",{}]
 *     {"ack":"3-7","event":["c"]} ─> 427["c"]
 *     {"ack":"3-7","data":[1]}    <─ 437[1]
 *                       <──────────  2
 *                       ──────────>  3
 *     CLOSED 1005 <───  <──────────  41
 *
 * A connection counts as accepted once it has been answered. A CONNECT_ERROR is
 * the message ["connect_error",…]; it, a DISCONNECT and the end of Engine.IO
 * are a Close without a code, which the codec answers with a Close of the
 * WebSocket, as clients do. What comes behind is passed on all the same. Where
 * a refusal leaves the connection open, a CONNECT_ERROR is the message alone,
 * and an object that is said behind it the payload of another CONNECT. */
#ifndef NET_CODEC_H
#define NET_CODEC_H

#include "adapter.h"

enum limits_of_codecs {
    CODEC_SOCKETS_MAX = 65536,
    CODEC_HELD_MAX = 4096,               /* messages that wait, of one socket */
    CODEC_BYTES_MAX = 128 * 1024 * 1024, /* of one message */
    CODEC_CALM_MIN_MS = 100,
};

struct codec_terms {
    const char *namespace; /* "/" */
    const char *event;     /* what a text that names no event is sent as */
    /* The first text that is said is the payload of CONNECT, and nothing goes
     * out before it; else CONNECT has none, and is sent at once. A CONNECT that
     * was answered is told as ["connect",…] then. */
    bool awaits_first;
    bool stays_open; /* behind a CONNECT_ERROR, as far as we are concerned */
};

/* What carries the frames. */
struct line {
    void *self;
    enum fault (*send)(void *self, unsigned socket, enum message_kind kind,
                       int code, struct bytes data);
    int (*next)(void *self, struct event *event, int wait_ms);
    void (*drop)(void *self, unsigned socket);
};

struct codec;
struct manifest;

/* … for what the manifest says of its service; *into is NULL where its messages
 * are frames as they are. The manifest outlives it. */
enum fault codec_for(const struct manifest *manifest, const struct line *line,
                     struct codec **into);
/* The texts of the terms are borrowed for its life. NULL without memory. */
struct codec *codec_new(const struct codec_terms *terms,
                        const struct line *line);
void codec_free(struct codec *codec); /* NULL is fine */

/* See adapter.h: send, next_event, answer_closes. */
enum fault codec_send(struct codec *codec, unsigned socket,
                      enum message_kind kind, int code, struct bytes data);
int codec_next(struct codec *codec, struct event *event, int wait_ms);
/* Takes every frame that waits, and says what is due to it: on a clock that
 * stands still, before it moves. The line's fault, if it has one. */
enum fault codec_absorb(struct codec *codec);
/* How long time may pass at most, from `now_ms` of the line's clock, until
 * codec_absorb() is due: a heartbeat is to be answered. From CODEC_CALM_MIN_MS
 * up; INT64_MAX: none is. */
int64_t codec_calm_ms(const struct codec *codec, int64_t now_ms);
/* codec NULL is fine. */
void codec_answer_closes(struct codec *codec, unsigned socket, bool answers);

/* What goes out with the handshake of a socket, as the packets that they are;
 * NULL without memory. codec_free_early(), NULL is fine there. */
char **codec_early(struct codec *codec, unsigned socket,
                   const struct opening *opening);
void codec_free_early(char **texts, size_t count);

#endif
