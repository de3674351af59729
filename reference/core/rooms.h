/* Rooms: who owns them, whom they admit, who is inside. In memory, for one
 * server; what decides is in the policy, what remembers is here. */
#ifndef CORE_ROOMS_H
#define CORE_ROOMS_H

#include "core/state.h"

enum limits_of_rooms {
    ROOM_ID_CHARS_MAX = 64,
    ROOM_ROLES_MAX = 8,
    ROOM_GUESTS_MAX = 1000, /* invited to one room */
    ROOMS_MAX = 10000,
    ROOMS_OF_CONNECTION_MAX = 100,
    ROOM_BUCKETS = 1024,
};

struct rules {
    enum room_level level;
    char roles[ROOM_ROLES_MAX][ROLE_BYTES_MAX + 1]; /* of ROOM_RESTRICTED */
    unsigned role_count;
    unsigned size_max; /* members */
};

struct guest {
    struct guest *next;
    char user[]; /* with NUL */
};

/* One connection inside one room. */
struct seat {
    struct room *room;
    struct connection *connection;
    int64_t since_ms;  /* only a mutant asks */
    struct seat *next; /* of the room, oldest first */
    struct seat *previous;
    struct seat *next_room; /* of the connection */
};

struct room {
    struct room *next; /* of its bucket */
    char id[ROOM_ID_CHARS_MAX + 1];
    char owner[SUBJECT_BYTES_MAX + 1]; /* "": nobody, a room of ours */
    struct rules rules;
    struct guest *guests;
    unsigned guest_count;
    struct seat *first;
    struct seat *last;
    unsigned members;
    int64_t empty_since_ms; /* while there are no members */
    uint64_t marked;        /* as of a connection */
};

struct histories;

struct rooms {
    struct room *buckets[ROOM_BUCKETS];
    struct histories *histories; /* NULL until something is said */
    size_t count;
    struct counts owners; /* of rooms that are there, by user */
    int64_t due_ms;       /* no empty room is due before */
};

/* The rooms that are there from the start: `lobby` for everybody,
 * `operations` for administrators, `announcements` for everybody to read and
 * for them to write to. False without memory. */
bool rooms_open(struct core *core);
void rooms_free(struct core *core);

struct room *room_find(const struct core *core, struct text id);
/* A room of `owner` without members; NULL without memory, or when there are
 * ROOMS_MAX. The id must be free. */
struct room *room_make(struct core *core, struct text id, const char *owner,
                       const struct rules *rules);
/* Frees it with its seats, guests and history. Tells nobody. */
void room_remove(struct core *core, struct room *room);
/* How many rooms this user owns. */
unsigned rooms_owned(const struct core *core, const char *owner);

bool room_has_guest(const struct room *room, const char *user);
/* False without memory, or when there are ROOM_GUESTS_MAX. */
bool room_add_guest(struct room *room, const char *user);
void room_drop_guest(struct room *room, const char *user);

/* NULL when this connection is not inside. */
struct seat *room_seat(const struct room *room,
                       const struct connection *connection);
/* Puts it inside, whoever it is; false without memory, and for one that is
 * inside ROOMS_OF_CONNECTION_MAX already. */
bool room_sit(const struct core *core, struct room *room,
              struct connection *connection);
void room_stand_up(struct core *core, struct seat *seat);

/* Removes every room that has been empty for long (room_is_due). */
void rooms_forget_empty(struct core *core, int64_t now_ms);
/* When to look for such; INT64_MAX: never. */
int64_t rooms_next_ms(const struct core *core);

/* Sends the object to all members, and deletes it; NULL is fine. */
void room_tell(struct core *core, const struct room *room,
               struct cJSON *object);
/* Ends the membership of everybody whom the rules admit no longer. */
void room_recheck(struct core *core, struct room *room);

const char *room_level_name(enum room_level level); /* "PUBLIC" */

/* room_messages.c, room_manage.c: what a message asks for; false with an
 * objection. */
bool room_serve(struct core *core, struct connection *connection,
                const char *type, const struct cJSON *message,
                struct objection *objection);
bool room_manage(struct core *core, struct connection *connection,
                 const char *type, const struct cJSON *message,
                 struct objection *objection);
bool room_deny(struct objection *objection, const char *detail);
bool room_malformed(struct objection *objection, const char *detail);
/* {"type":…,"room":…} to the one that asked; true. */
bool room_confirm(struct core *core, const struct connection *connection,
                  const char *type, const char *id);
bool room_read_id(const struct core *core, const struct cJSON *message,
                  struct text *id, struct objection *objection);
/* The room that the message names; NULL with an objection. */
struct room *room_named(struct core *core, const struct cJSON *message,
                        struct objection *objection);
/* room_data.c: the room that the message is said in; NULL with an objection. */
struct room *room_to_speak_in(struct core *core,
                              const struct connection *connection,
                              const struct cJSON *message,
                              struct objection *objection);
/* {"type":…,"room":…,"user_id":…}; NULL without memory. */
struct cJSON *room_speech(const struct core *core,
                          const struct connection *connection, const char *type,
                          const struct room *room);
bool room_say_data(struct core *core, struct connection *connection,
                   const struct cJSON *message, struct objection *objection);
/* room_binary.c: the next binary message is for the room that this names. */
bool room_announce_binary(struct core *core, struct connection *connection,
                          const struct cJSON *message,
                          struct objection *objection);
bool room_say_binary(struct core *core, struct connection *connection,
                     struct text bytes, struct objection *objection);
/* The one way into a room: false with an objection, and without a trace. */
bool room_join(struct core *core, struct connection *connection, struct text id,
               struct objection *objection);

/* room_errors.c: the type as one of ours, which lives for ever; NULL when it is
 * none. */
const char *room_event(const char *type);
void room_explain(const struct objection *objection, struct cJSON *error);

/* Joins the room that the query of the handshake names, if it names one, as a
 * message would. */
void room_join_at_once(struct core *core, struct connection *connection,
                       struct text query);

#endif
