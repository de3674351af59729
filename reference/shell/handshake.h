/* The opening handshake, RFC 6455 4.2.1: reads the head of one HTTP request,
 * as it arrives, and finds it legal or tells the status that refuses it.
 *
 * Strict where a front proxy and a back end might read two things: HTTP/1.1,
 * CR LF, origin-form, no folded lines, no body, no character that is none. It
 * judges the form alone: paths, tokens, origins and subprotocols are the
 * core's business. */
#ifndef SHELL_HANDSHAKE_H
#define SHELL_HANDSHAKE_H

#include "core/core.h"
#include "shell/deflate.h"
#include <stdbool.h>
#include <stddef.h>

enum limits_of_handshakes {
    HANDSHAKE_BYTES_MAX = HEAD_BYTES_MAX,
    ACCEPT_KEY_SIZE = 29,             /* 28 characters and NUL */
    ANSWER_SIZE = 10 * 1024,          /* the longest answer there is, and NUL */
    SUBPROTOCOL_BYTES_MAX = 9 * 1024, /* jwt. and a token */
};

/* Statuses of handshake_feed; every other one is the HTTP status that refuses
 * the request. */
enum { HANDSHAKE_UNFINISHED = 0, HANDSHAKE_LEGAL = 101 };

/* Where a part of the head lies in `bytes`. */
struct span {
    size_t from;
    size_t length;
};

/* A value; all zero is a handshake of which nothing has come. */
struct handshake {
    int status;    /* UNFINISHED, LEGAL, or the refusal */
    uint8_t state; /* an index into the table of handshake.c */
    char *bytes;   /* the head so far; grows up to HANDSHAKE_BYTES_MAX */
    size_t length;
    size_t size;
    size_t mark; /* where the part being read begins */
    struct span target;
    struct span name; /* of the line being read */
    struct {
        struct span name;
        struct span value;
    } lines[HEADERS_MAX];
    size_t line_count;
    struct deflate_terms deflate; /* that its answer agrees to; none at first */
};

/* Reads on. Returns how many bytes it took: what is left behind the head is the
 * first of the frames. `handshake->status` tells how it stands; once it is not
 * UNFINISHED nothing more is taken. */
size_t handshake_feed(struct handshake *handshake, const char *bytes,
                      size_t length);

/* Of a LEGAL handshake: fills *request, and `headers` with its HEADERS_MAX
 * places. They point into the handshake. `peer` is passed on. */
void handshake_request(const struct handshake *handshake, const char *peer,
                       struct header headers[HEADERS_MAX],
                       struct request *request);

/* Of a LEGAL handshake: agrees to the first offer of permessage-deflate that
 * can be honoured; false when there is none. */
bool handshake_agree_to_deflate(struct handshake *handshake);

/* Of a LEGAL handshake: writes the 101 that accepts it. `subprotocol` may be
 * NULL, else it is a token of at most SUBPROTOCOL_BYTES_MAX. Returns the
 * length, or 0 when it cannot be written (a subprotocol that is no token). */
size_t handshake_write_accept(const struct handshake *handshake,
                              const char *subprotocol, char into[ANSWER_SIZE]);

/* Writes a whole HTTP answer that refuses and ends the connection. Any status
 * of 400 to 599; returns the length. */
size_t handshake_write_refusal(int status, char into[ANSWER_SIZE]);

/* Frees what the handshake holds; NULL bytes are fine. */
void handshake_deinit(struct handshake *handshake);

/* For the rules (handshake_rules.c): is the finished head what 4.2.1 asks for?
 * LEGAL, or the refusal. */
int handshake_judge(const struct handshake *handshake);

/* The value of the only line of this name (compared without case), NULL when
 * there is none. *count says how many there are. */
const char *handshake_line(const struct handshake *handshake, const char *name,
                           size_t *length, size_t *count);

/* May this character stand in an RFC 9110 token? */
bool is_token_character(char c);

#endif
