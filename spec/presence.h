/* What a criterion expects to be told of who is there. Part of bench.h. */
#ifndef PRESENCE_H
#define PRESENCE_H

#include "world.h"

struct bench;
struct peer;

/* By now `listener` has been told, so many times in all, that this user has
 * come into the room, or left it. Waits for what lacks, and for what is too
 * much. */
void expect_told_joined(struct peer *listener, enum identity who,
                        const char *room, unsigned times);
void expect_told_left(struct peer *listener, enum identity who,
                      const char *room, unsigned times);
/* It has been told nothing of this user: no coming, no leaving, no status. */
void expect_told_nothing_of(struct peer *listener, enum identity who);
/* Nothing that it was told of `about` holds that one's address, the id of its
 * token, or twelve bytes of it. */
void expect_told_harmless(struct peer *listener, const struct peer *about);

#endif
