/* The decisions about what a room keeps of what was said, and who may read it.
 * A part of struct policy. */
#ifndef CORE_HISTORY_POLICY_H
#define CORE_HISTORY_POLICY_H

#include <stdbool.h>
#include <stddef.h>

struct cJSON;
struct connection;
struct core;
struct history;
struct room;

struct history_policy {
    /* Keeps what is about to be relayed; false without memory. */
    bool (*keep)(struct core *core, const struct room *room,
                 const struct connection *speaker, const char *raw,
                 const char *clean);
    /* Are there more messages, or bytes, than one room may keep? */
    bool (*is_over)(const struct core *core, const struct history *history);
    /* The room of this id is gone. */
    void (*forget)(struct core *core, const char *id);
    bool (*may_read)(const struct core *core, const struct room *room,
                     const struct connection *connection);
    /* The latest `limit` messages, as they are told. */
    struct cJSON *(*json)(const struct core *core, const struct room *room,
                          size_t limit);
    /* One has just been let in. */
    void (*replay)(struct core *core, const struct connection *connection,
                   const struct room *room);
};

#endif
