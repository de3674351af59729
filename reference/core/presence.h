/* Who is there: the status of each user, and what the members of a room are
 * told of each other. All of it follows from the events and their times. */
#ifndef CORE_PRESENCE_H
#define CORE_PRESENCE_H

#include "core/rooms.h"

enum limits_of_presence {
    PRESENCE_BUCKETS = 4096,
    PRESENCE_GONE_MAX = 16384, /* beyond it, who went first is forgotten */
};

/* Each record stands in one of these, the longest there first. */
enum presence_queue {
    PRESENCE_STIRRING, /* by its last activity */
    PRESENCE_SILENT,   /* has timed out, and is connected still */
    PRESENCE_GONE,     /* has no connection any more */
    PRESENCE_QUEUES,
};

/* What is known of a user, whatever the number of connections. */
struct presence {
    struct presence *bucket_next;
    struct presence *older; /* of its queue */
    struct presence *newer;
    enum presence_queue queue;
    enum status status;
    int64_t since_ms;  /* of this status */
    int64_t active_ms; /* last activity */
    int64_t came_ms;   /* only a mutant asks */
    struct connection *connections;
    char user[]; /* with NUL */
};

struct presences {
    struct presence *buckets[PRESENCE_BUCKETS];
    struct presence *oldest[PRESENCE_QUEUES];
    struct presence *newest[PRESENCE_QUEUES];
    size_t gone;
    int64_t check_ms;   /* when due; INT64_MAX: nobody to look at */
    int64_t cleanup_ms; /* the same */
    uint64_t marks; /* that have been made: `marked` of whom is told already */
};

/* Of `rooms`; without memory false. */
bool presences_open(struct core *core);
void presences_free(struct core *core);

/* NULL: it is not known. */
struct presence *presence_find(const struct core *core, const char *user);
/* The same, or a new one that has no connection yet; NULL without memory. */
struct presence *presence_make(struct core *core, const char *user);
/* To the newest end of that queue. */
void presence_move(struct core *core, struct presence *presence,
                   enum presence_queue queue);
/* Makes the connection one more of its user's. */
void presence_attach(struct presence *presence, struct connection *connection);
/* Forgets it, also where there are connections. */
void presence_drop(struct core *core, struct presence *presence);
bool presence_is_lost(const struct connection *connection);

/* A member has come: false without memory. */
bool presence_arrive(struct core *core, struct connection *connection);
/* It ends: takes it out of its rooms as well, which are told. */
void presence_leave(struct core *core, struct connection *connection,
                    enum leaving how);
/* Sets the status, and tells of it where it is another. */
void presence_set(struct core *core, struct presence *presence,
                  enum status status);
/* The user is active, whatever was before. */
void presence_wake(struct core *core, struct presence *presence);

/* presence_time.c: a check and a cleanup are due where there is need of one. */
void presence_plan(struct core *core);
void presences_ticked(struct core *core, int64_t now_ms);
int64_t presences_next_ms(const struct core *core); /* INT64_MAX: never */
/* Offline, and told as gone from its rooms, though its seats are kept. */
void presence_time_out(struct core *core, struct presence *presence);

/* A message about presence, or one about rooms. */
bool presence_serve(struct core *core, struct connection *connection,
                    const char *type, const struct cJSON *message,
                    struct objection *objection);

const char *status_name(enum status status); /* "online" */

/* --- comings.c: rooms, and who comes and goes ----------------------------- */

/* The others are told, unless this user was inside before; NULL is fine. */
void room_entered(struct core *core, const struct seat *seat, bool was_inside);
/* Frees the seat; who remains is told, unless this user does. */
void room_part(struct core *core, struct seat *seat, enum parting how);
/* To each room of the user: it is here again. */
void presence_tell_return(struct core *core, const struct presence *presence);
/* … it has been silent for too long. */
void presence_tell_loss(struct core *core, const struct presence *presence);

bool same_user(const struct connection *one, const struct connection *other);

/* --- The entries of secure_policy ----------------------------------------- */

bool secure_is_coming(const struct seat *seat, bool was_inside);
bool secure_is_parting(const struct core *core, const struct seat *seat,
                       enum parting how);
struct cJSON *secure_presence_event(const char *type,
                                    const struct connection *of,
                                    const struct room *room,
                                    const char *status);
void secure_tell_room(struct core *core, const struct room *room,
                      const struct connection *of, struct cJSON *event);
void secure_tell_status(struct core *core, const struct presence *presence);
bool secure_status_read(struct text name, enum status *status);
struct presence *secure_presence_subject(const struct core *core,
                                         const struct connection *connection,
                                         const struct cJSON *message);
bool secure_is_news(const struct core *core, const struct presence *presence,
                    enum status status);
bool secure_may_see_presence(struct core *core, const struct connection *asker,
                             const struct presence *presence);
void secure_presence_stirred(struct core *core, struct connection *connection);
bool secure_is_gone(const struct connection *connection);
bool secure_is_silent(const struct core *core, const struct presence *presence,
                      int64_t now_ms);
void secure_check_presence(struct core *core, int64_t now_ms);
void secure_clean_presence(struct core *core, int64_t now_ms);

/* clang-format off */
#define SECURE_PRESENCE                                                        \
    {                                                                          \
        .is_coming = secure_is_coming,                                         \
        .is_parting = secure_is_parting,                                       \
        .event = secure_presence_event,                                        \
        .tell_room = secure_tell_room,                                         \
        .tell_status = secure_tell_status,                                     \
        .status_read = secure_status_read,                                     \
        .subject = secure_presence_subject,                                    \
        .is_news = secure_is_news,                                             \
        .may_see = secure_may_see_presence,                                    \
        .stirred = secure_presence_stirred,                                    \
        .is_gone = secure_is_gone,                                             \
        .is_silent = secure_is_silent,                                         \
        .check = secure_check_presence,                                        \
        .clean = secure_clean_presence,                                        \
    }
/* clang-format on */

#endif
