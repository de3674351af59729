/* Where messages are pieces of a text, as a terminal's are: each line of it is
 * a message by itself. For the files of this folder alone.
 *
 *     frame  ["stdout", "{text}"]        ends  "\n"
 *
 *     server                              bench
 *     ["stdout", "news: on"]       ──▶    an open line: one data frame
 *     ["stdout", "e\nnews: two\n"] ──▶    ["stdout", "news: one"]
 *                                         ["stdout", "news: two"]
 *
 * A line that is open is none: nobody counts as having heard it. But it is
 * data, and what it holds has been told. */
#ifndef BENCH_STREAM_H
#define BENCH_STREAM_H

#include "base/assembler.h"
#include "base/bytes.h"
#include <stdbool.h>

struct peer;

/* What has come of one to a peer. */
struct stream {
    struct assembler lines;
    bool is_open;  /* a line is, and counts among data_frames … */
    bool is_stray; /* … and, for it holds a broadcast of ours, among strays */
};

/* Is this message a piece, and nothing beside it? Then its lines have been
 * taken as messages, each by take_whole(). */
bool stream_took(struct peer *peer, struct bytes data);
/* The open line; until the next message. */
struct bytes stream_open(const struct peer *peer);
/* Was this text told, be it in an open line, or in bytes that are no message?
 * For what nobody is to hear. */
bool is_told_unread(const struct peer *peer, const char *text);
bool has_been_told(const struct peer *peer, const char *text);

/* --- message.c ------------------------------------------------------------ */

/* Sorts a received message: one of our signals, or something heard; be it a
 * piece, or whole. */
void take_message(struct peer *peer, struct bytes data);
void take_whole(struct peer *peer, struct bytes data);
void take_litter(struct peer *peer, struct bytes data); /* behind the 101 */
/* A text of ours, but names of users; a broadcast of ours, in whatever form. */
bool holds_canary(const struct peer *peer, struct bytes data);
bool holds_broadcast(const struct peer *peer, struct bytes data);

#endif
