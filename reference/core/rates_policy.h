/* What rates decide. Part of policy.h. */
#ifndef CORE_RATES_POLICY_H
#define CORE_RATES_POLICY_H

#include <stdbool.h>
#include <stdint.h>

struct connection;
struct core;
struct member;
struct room;

struct rates_policy {
    /* Counts one message of this member's user, or one that it says into the
     * room; false beyond the allowance of a second. */
    bool (*may_send)(struct core *core, const struct connection *connection);
    bool (*room_may_take)(struct core *core, const struct room *room,
                          const struct member *speaker);
    bool (*has_passed)(int64_t since_ms, int64_t now_ms);
};

#endif
