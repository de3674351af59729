/* All sessions: found by their id, and swept by their deadlines. */
#ifndef SHELL_SESSIONS_H
#define SHELL_SESSIONS_H

#include "shell/session.h"

/* A sixteenth of the places, SESSIONS_GOING_MAX at most, is kept for those who
 * come while others make room for them. */
enum {
    SESSION_BUCKETS = 16 * 1024,
    SESSIONS_MAX = 24 * 1000,
    SESSIONS_GOING_MAX = 64,
};

/* What a session may be waited for. All waits of a kind have one length, so
 * that each list is in the order of its deadlines. */
enum session_wait { NO_WAIT, WAIT_HANDSHAKE, WAIT_EOF, SESSION_WAITS };

TAILQ_HEAD(session_list, session);

struct sessions {
    struct session *buckets[SESSION_BUCKETS];
    struct session_list waits[SESSION_WAITS];
    size_t count;
    size_t max;
    size_t going; /* of `count`: abandoned, and not gone yet */
    connection_id last_id;
};

/* For `max` of them in all. */
void sessions_init(struct sessions *sessions, size_t max);

/* Is there room for one more? One that has been told all, or else the oldest
 * unfinished handshake, is cut off for it; that one goes very soon, not at
 * once. */
bool sessions_make_room(struct sessions *sessions);

/* False when all places are taken, yet some are about to be free. */
bool sessions_are_settled(const struct sessions *sessions);

/* Gives the session its id and counts it. False at `max`. */
bool sessions_add(struct sessions *sessions, struct session *session);
/* From here on it has another id, which no other has. */
void sessions_rename(struct sessions *sessions, struct session *session,
                     connection_id id);
void sessions_remove(struct sessions *sessions, struct session *session);
struct session *sessions_find(const struct sessions *sessions,
                              connection_id id); /* NULL when it is gone */

/* Starts a wait of `length_ms`, in place of the one before. */
void sessions_wait(struct sessions *sessions, struct session *session,
                   enum session_wait wait, int64_t length_ms);

/* The earliest deadline by the steady clock; INT64_MAX when there is none. */
int64_t sessions_next_deadline(const struct sessions *sessions);

/* Calls session_overdue for each session that is. */
void sessions_sweep(struct sessions *sessions);

/* Abandons whoever has not finished its handshake. */
void sessions_abandon_handshakes(struct sessions *sessions);

/* session_turn_away for each. */
void sessions_turn_away(struct sessions *sessions);

#endif
