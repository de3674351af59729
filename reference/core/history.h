/* What was said in rooms of late: kept under the id of the room, as it was
 * relayed, oldest first. It goes with the room; a later one of that id begins
 * without. */
#ifndef CORE_HISTORY_H
#define CORE_HISTORY_H

#include "core/rooms.h"

enum limits_of_history {
    HISTORY_ROOM_BYTES_MAX = 64 * 1024,   /* of one room, structs and all */
    HISTORY_BYTES_MAX = 16 * 1024 * 1024, /* of all rooms */
    HISTORY_MESSAGES_MAX = 300 * 1000,    /* more than fit into those */
    HISTORY_BUCKETS = 1024,
};

struct said {
    struct said *next;  /* in its room */
    struct said *older; /* of all rooms */
    struct said *newer;
    struct history *history;
    int64_t at_ms;
    size_t bytes;
    const char *text; /* behind the user */
    char user[];      /* with NUL */
};

struct history {
    struct history *next; /* of its bucket */
    char id[ROOM_ID_CHARS_MAX + 1];
    struct said *first; /* never NULL: an empty history is none */
    struct said *last;
    size_t count;
    size_t bytes;
};

struct histories {
    struct history *buckets[HISTORY_BUCKETS];
    struct said *oldest;
    struct said *newest;
    size_t bytes;
};

/* NULL: nothing is known of that room. */
const struct history *history_find(const struct core *core, const char *id);
/* Keeps it, and forgets the oldest of the room, or of all, where there would be
 * too much. False without memory; what is longer than HISTORY_ROOM_BYTES_MAX is
 * not kept. */
bool history_add(struct core *core, const char *id, const char *user,
                 const char *text, int64_t at_ms);
void history_remove(struct core *core, const char *id);
void histories_free(struct core *core);
/* The latest `limit` messages, oldest first. */
void history_add_json(const struct core *core, const char *id, size_t limit,
                      struct cJSON *messages);

/* {"type":"get_history",…} */
bool history_serve(struct core *core, struct connection *connection,
                   const struct cJSON *message, struct objection *objection);

/* --- The entries of secure_policy ----------------------------------------- */

bool secure_history_keep(struct core *core, const struct room *room,
                         const struct connection *speaker, const char *raw,
                         const char *clean);
bool secure_history_is_over(const struct core *core,
                            const struct history *history);
void secure_history_forget(struct core *core, const char *id);
bool secure_history_may_read(const struct core *core, const struct room *room,
                             const struct connection *connection);
struct cJSON *secure_history_json(const struct core *core,
                                  const struct room *room, size_t limit);
void secure_history_replay(struct core *core,
                           const struct connection *connection,
                           const struct room *room);

#define SECURE_HISTORY                                                         \
    {                                                                          \
        .keep = secure_history_keep, .is_over = secure_history_is_over,        \
        .forget = secure_history_forget, .may_read = secure_history_may_read,  \
        .json = secure_history_json, .replay = secure_history_replay,          \
    }

#endif
