/* What the policy says of sizes; part of policy.h. */
#ifndef CORE_SIZES_POLICY_H
#define CORE_SIZES_POLICY_H

#include "core/core.h"

/* What of a message is more than may be. */
struct excess {
    enum size_kind kind;
    size_t size; /* or the first that is too much, where none counted on */
    size_t limit;
};

struct connection;

struct deflate_policy {
    bool (*agrees)(const struct core *core);
    /* `agreed`: whether the peer of this message has. */
    bool (*compresses)(bool agreed, size_t length);
    /* The longest message, once it is inflated. */
    size_t (*inflated_max)(const struct core *core,
                           const struct connection *connection, bool is_text);
};

#endif
