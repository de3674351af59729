/* Sessions. One is made with each member, of the claims of a token that holds,
 * and bound to its connection for its whole life: it has no id that anybody
 * could present, so there is none to steal. */
#ifndef CORE_SESSIONS_H
#define CORE_SESSIONS_H

#include "core/logouts.h"

/* When its member last sent something, or came in. */
int64_t member_active_ms(const struct member *member);
/* Looks at one whose deadline has come: its token, and how long it was idle. */
void member_check(struct core *core, struct connection *connection,
                  int64_t now_ms);
/* When to look; INT64_MAX: never. */
int64_t member_deadline_ms(const struct core *core,
                           const struct member *member);
/* A member loses its connection. */
void member_put_out(struct core *core, struct connection *connection,
                    enum refusal_cause cause, enum token_fault fault);

/* --- The entries of secure_policy ----------------------------------------- */

void secure_session_touch(struct core *core, struct connection *connection);
int64_t secure_session_due_ms(const struct core *core,
                              const struct member *member);
void secure_session_expire(struct core *core, struct connection *connection);

#define SECURE_SESSIONS                                                        \
    {                                                                          \
        .touch = secure_session_touch, .due_ms = secure_session_due_ms,        \
        .expire = secure_session_expire, .log_out = secure_log_out,            \
        .is_logged_out = secure_is_logged_out,                                 \
    }

#endif
