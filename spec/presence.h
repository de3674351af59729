/* What a criterion says and asks of presence, and expects to be told of who is
 * there. Part of bench.h.
 *
 * A fence is activity: it pings each peer. Who is to be silent is left alone by
 * the verbs that say so. */
#ifndef PRESENCE_H
#define PRESENCE_H

#include "world.h"

struct bench;
struct peer;

/* The message by which a member sets its status, raw JSON like "\"away\"". */
const char *status_message(struct bench *bench, const char *status);
/* The same, with the id of that user in the place where one might stand. */
const char *status_message_of(struct bench *bench, const char *status,
                              enum identity other);
/* The question for the status of a user, by its id as it stands. */
const char *status_question(struct bench *bench, const char *user);

/* By now `listener` has been told, so many times in all, that this user has
 * come into the room, or left it. Waits for what lacks, and for what is too
 * much. */
void expect_told_joined(struct peer *listener, enum identity who,
                        const char *room, unsigned times);
void expect_told_left(struct peer *listener, enum identity who,
                      const char *room, unsigned times);
/* … and of these changes of its status, in this order: "away online"; "": none.
 */
void expect_told_statuses(struct peer *listener, enum identity who,
                          const char *statuses);
/* It has been told nothing of this user: no coming, no leaving, no status. */
void expect_told_nothing_of(struct peer *listener, enum identity who);
/* Nothing that it was told of `about` holds that one's address, the id of its
 * token, or twelve bytes of it. */
void expect_told_harmless(struct peer *listener, const struct peer *about);
/* Asked, the target tells this status. */
void expect_status(struct peer *asker, enum identity who, const char *status);

#endif
