/* The part of the policy that writes the log of activity. */
#ifndef CORE_ACTIVITY_POLICY_H
#define CORE_ACTIVITY_POLICY_H

#include <stddef.h>

struct connection;

struct activity {
    const char *event, *outcome, *room;
};

struct activity_policy {
    /* The line; "" for none. Writes at most `size` bytes with NUL. */
    void (*line)(const struct connection *connection,
                 const struct activity *activity, char *into, size_t size);
};

#endif
