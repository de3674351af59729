/* Who authenticates by a message: what is said in its place, and once more
 * behind it. Part of bench.h. */
#ifndef FIRST_H
#define FIRST_H

#include "world.h"

struct bench;
struct peer;

/* Who says this first, in place of what authenticates, is refused for `cause`;
 * unless the manifest has strangers say such things. */
void expect_wrong_first(struct bench *bench, const char *text,
                        enum cause cause);
/* … and so is who says what members say to take part, where they say any. Not
 * applicable, where strangers may say all that was to be asked till then. */
void expect_no_joining(struct bench *bench, enum cause cause);
/* A member is closed for `cause` as the manifest has it; where it lists no way,
 * it is answered by an error and kept. It is not welcomed once more. */
void expect_answered_as(struct peer *member, enum cause cause);

#endif
