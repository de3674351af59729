/* What a criterion expects of what a room keeps of what was said. Part of
 * bench.h. */
#ifndef HISTORY_H
#define HISTORY_H

#include "world.h"
#include <stddef.h>

struct bench;
struct peer;

/* One message, and who has said it. */
struct line {
    const char *text;
    enum identity who;
};

/* Says a text that occurs nowhere else, and waits until it comes back: the
 * verdict is inconclusive when it does not. */
const char *speak_for_good(struct peer *peer, const char *room);
/* Asked for what it keeps of the room, the target tells exactly these lines, in
 * this order. */
void expect_history(struct peer *peer, const char *room,
                    const struct line *lines, size_t count);
/* The same of what it tells by itself to one that has just come in. */
void expect_replay(struct peer *peer, const char *room,
                   const struct line *lines, size_t count);
/* Nothing of that was told to it since it asked to come in. Fences. */
void expect_no_replay(struct peer *peer);
/* Asked, it tells no line with this text; others may be there. */
void expect_no_history_of(struct peer *peer, const char *room,
                          const char *text);
/* Asked for no more than `limit` lines, it tells the latest of these. Not
 * applicable where nobody can ask for so many. */
void expect_latest(struct peer *peer, const char *room,
                   const struct line *lines, size_t count, unsigned limit);
/* What it tells of a text that holds `marker` is what its members were told of
 * it before. */
void expect_kept_as_told(struct peer *peer, const char *room,
                         const char *marker);
/* Asked, it tells some lines, and each of them was told to the members before.
 */
void expect_kept_what_was_told(struct peer *peer, const char *room);
unsigned history_max(struct bench *bench); /* messages that a room keeps */

#endif
