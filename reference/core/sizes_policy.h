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
struct objection;
struct room;

struct sizes_policy {
    /* Is no part of it more than may be? False with what is, the first of them.
     */
    bool (*measure)(struct core *core, struct connection *connection,
                    struct text message, struct excess *excess);
    bool (*size_fits)(const struct core *core, enum size_kind kind,
                      size_t size);
    /* Characters of a JSON string, as it stands between its quotes. */
    size_t (*text_chars)(struct text raw);
    /* The room that this connection has announced its binary message for, once;
     * NULL with an objection. */
    struct room *(*binary_room)(struct core *core,
                                struct connection *connection,
                                struct objection *objection);
    void (*relay_binary)(struct core *core, const struct room *room,
                         const struct connection *connection,
                         struct text bytes);
};

struct deflate_policy {
    bool (*agrees)(const struct core *core);
    /* `agreed`: whether the peer of this message has. */
    bool (*compresses)(bool agreed, size_t length);
    /* The longest message, once it is inflated. */
    size_t (*inflated_max)(const struct core *core,
                           const struct connection *connection, bool is_text);
};

#endif
