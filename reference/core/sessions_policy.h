/* What sessions decide. Part of policy.h. */
#ifndef CORE_SESSIONS_POLICY_H
#define CORE_SESSIONS_POLICY_H

#include <stdbool.h>
#include <stdint.h>

struct claims;
struct connection;
struct core;
struct member;

struct sessions_policy {
    /* Its member has sent a message. */
    void (*touch)(struct core *core, struct connection *connection);
    /* When it ends unless its member sends something, in ms since 1970;
     * INT64_MAX: never. */
    int64_t (*due_ms)(const struct core *core, const struct member *member);
    /* It was due: ends it. */
    void (*expire)(struct core *core, struct connection *connection);
    /* The user logs out, by a message over `asking`, or through an operator
     * (NULL). */
    void (*log_out)(struct core *core, const char *user,
                    struct connection *asking);
    /* Was this token issued before its user logged out? */
    bool (*is_logged_out)(const struct core *core, const struct claims *claims);
};

#endif
