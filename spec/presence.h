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

/* Asked for the status of this user, who is there, the target answers as for
 * nobody: by one error, or by the same status. */
void expect_status_hidden(struct peer *asker, enum identity who);

/* --- Silence -------------------------------------------------------------- */

/* What a user is taken for who is silent: "offline". */
const char *timeout_status(struct bench *bench);
/* Says something that changes nothing but the time of the last activity. */
void stir(struct peer *peer);
void elapse_part_of_timeout(struct bench *bench); /* a third */
/* These, left alone since they last said something, are told to `listener` as
 * timed out: each later behind that than the timeout, and no later than the
 * next check. At the instance with tight limits its own times count. */
void expect_timeouts_told(struct peer *listener, struct peer *const silent[],
                          unsigned count);
/* `active` stirs more often than the timeout, for longer than that: of its user
 * nothing is told. */
void expect_kept_online(struct peer *listener, struct peer *active);
/* This peer, whose connection has died, is told as offline and as having left
 * the room, within the timeout and a check. */
void expect_told_lost(struct peer *listener, const struct peer *lost,
                      const char *room);
/* Inspected, the target keeps a record of this user. */
void expect_recorded(struct bench *bench, enum identity who);
/* … and none any more, by the next cleanup behind the timeout and a check at
 * the latest. Meanwhile `active` stirs. */
void expect_record_deleted(struct bench *bench, enum identity who,
                           struct peer *active);

#endif
