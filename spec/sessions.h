/* What a criterion asks of sessions, and expects of them. Part of bench.h. */
#ifndef SESSIONS_H
#define SESSIONS_H

#include "world.h"

struct bench;
struct peer;

/* Lets so many hundredths of the time pass that a session at the instance with
 * the tight limits may be idle; where that is all of it, a little more. */
void elapse_idle(struct bench *bench, int percent);
/* Nearly until this peer's token expires; a few seconds where time is real. */
void elapse_life_of_token(struct peer *peer);
/* `peer` asks who it is in a message that names the session of `other` in each
 * way that we know: it is told to be itself, or an error. */
void expect_own_session(struct peer *peer, struct peer *other);
/* What a handshake may name that session by: a query, or a cookie. */
const char *session_query(struct peer *peer);
const char *session_cookie(struct peer *peer);
/* Inspected, so many sessions are this user's; waits a while for it. */
void expect_sessions(struct bench *bench, enum identity who, unsigned count);

/* Says that its user logs out. */
void log_out(struct peer *peer);
/* The same through the operator's hook. */
void revoke_user(struct bench *bench, enum identity who);

#endif
