/* Messages at a limit of size, and beyond it. Part of bench.h. */
#ifndef SIZES_H
#define SIZES_H

#include "world.h"
#include <stdbool.h>
#include <stddef.h>

struct bench;
struct peer;

size_t bound(struct bench *bench, enum bound bound); /* as the manifest says */

/* `unit` so many times. */
const char *repeated(struct bench *bench, const char *unit, size_t count);
/* The same as a JSON string: behind `first` and between quotes. */
const char *string_of(struct bench *bench, const char *first, const char *unit,
                      size_t count);
const char *array_of(struct bench *bench, size_t elements);
const char *object_of(struct bench *bench, size_t members);
/* All of its names are one. */
const char *twins_of(struct bench *bench, size_t members);
/* What said as data makes a message of so many levels: opened by `open`, as
 * "[" or "{\"a\":[", again and again, and closed. */
const char *nested(struct bench *bench, const char *open, size_t levels);
/* What said as data in that room makes a message of exactly `bytes`, within all
 * other limits; `first` stands in front. */
const char *data_of_bytes(struct bench *bench, const char *room,
                          const char *first, size_t bytes);

/* Says the data, or the text, in that room, and the listener is told exactly
 * it; a text may come escaped once. */
void expect_data_passes(struct peer *speaker, const char *room,
                        const char *data, struct peer *listener);
void expect_text_passes(struct peer *speaker, const char *room,
                        const char *text, struct peer *listener);
/* Says it, and is answered that it is too large; the connection stays. */
void expect_data_denied(struct peer *speaker, const char *room,
                        const char *data);
/* Says a room message of so many bytes, spaces for the most part, whose text
 * is `text`. */
void say_padded(struct peer *peer, const char *room, const char *text,
                size_t bytes);
/* Bytes that are no text. */
const unsigned char *bytes_of_size(struct bench *bench, size_t size);
/* Says that the next binary message is for this room. */
void announce_binary(struct peer *peer, const char *room);
/* One binary message in fragments of `part` bytes; `ends`: the last is one. */
void say_binary_parts(struct peer *peer, const unsigned char *at, size_t length,
                      size_t part, bool ends);
/* The peer's binary message of that number, from 1, is this one, and what tells
 * of it stands directly in front of it. */
void expect_parcel(struct peer *peer, unsigned number, const char *room,
                   const unsigned char *at, size_t length);
/* Announced and said, it reaches the listener so. */
void expect_binary_passes(struct peer *speaker, const char *room,
                          const unsigned char *at, size_t length,
                          struct peer *listener);
/* So many have come to it, and no more will. */
void expect_parcels(struct peer *peer, unsigned count);
/* What this peer said last is answered by an error, and the connection stays;
 * or may be closed as too big. */
void expect_binary_denied(struct peer *peer);
void expect_binary_too_big(struct peer *peer);
/* --- The soft limit --------------------------------------------------------
 */

/* The longest message that is served; one beyond it is answered by an error.
 * Of the service or, where it says none, of its instance with tight limits. Not
 * applicable where neither is there. */
size_t soft_bytes(struct bench *bench);
bool is_soft_at_tight(struct bench *bench);
/* As long as a message may be for its connection to be kept; where that is
 * unknown, one byte beyond the soft limit. */
size_t hard_bytes(struct bench *bench);
/* Says that it publishes this text, in a message of exactly so many bytes:
 * blanks for the most part. */
void publish_padded(struct peer *peer, const char *text, size_t bytes);
/* An error has come since it last spoke, and the connection is kept. */
void expect_soft_refusal(struct peer *peer);
/* The same where a soft limit is claimed; where it is denied, no error comes.
 */
void expect_soft_refusal_if_claimed(struct peer *peer);

/* --- Compressed: RFC 7692 ------------------------------------------------- */

/* A member that has offered permessage-deflate. */
struct peer *admit_with_deflate(struct bench *bench, enum identity who);
void expect_deflates(struct peer *peer); /* the target has agreed to it */
/* Of the message that expect_data_passes has last found for this listener. */
size_t told_length(struct peer *peer); /* bytes, not compressed */
void expect_told_compressed(struct peer *peer);
void expect_told_plain(struct peer *peer);
/* One message of `copies` times these bytes, compressed. */
void say_compressed(struct peer *peer, const void *at, size_t length,
                    unsigned copies, bool binary);
void say_data_compressed(struct peer *peer, const char *room, const char *data);
/* The listener is told exactly this, which somebody has said. */
void expect_data_told(struct peer *listener, const char *room,
                      const char *data);
/* Exactly one log line names this peer's user, and both numbers; it has no more
 * than a kilobyte. */
void expect_excess_logged(struct peer *peer, size_t size, size_t limit);

#endif
