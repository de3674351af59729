/* What sessions decide. Part of policy.h. */
#ifndef CORE_SESSIONS_POLICY_H
#define CORE_SESSIONS_POLICY_H

#include <stdint.h>

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
};

#endif
