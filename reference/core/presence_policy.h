/* The decisions about who is there, and about what others are told of it. A
 * part of struct policy. */
#ifndef CORE_PRESENCE_POLICY_H
#define CORE_PRESENCE_POLICY_H

#include <stdbool.h>
#include <stdint.h>

struct cJSON;
struct connection;
struct core;
struct room;
struct seat;

/* How a seat in a room comes to be free. */
enum parting {
    PARTED_BY_WISH,
    PARTED_PUT_OUT,         /* kicked, or no longer admitted */
    PARTED_WITH_CONNECTION, /* which has ended */
};

struct presence_policy {
    /* Is this seat, new or not, the first of its user in the room? */
    bool (*is_coming)(const struct seat *seat, bool was_inside);
    /* … and this one, about to be free, the last that is to be told of? */
    bool (*is_parting)(const struct core *core, const struct seat *seat,
                       enum parting how);
    /* What is told of this user; `room` and `status` may be NULL. */
    struct cJSON *(*event)(const char *type, const struct connection *of,
                           const struct room *room, const char *status);
    /* Sends the event to who is inside the room, and deletes it. */
    void (*tell_room)(struct core *core, const struct room *room,
                      const struct connection *of, struct cJSON *event);
};

#endif
