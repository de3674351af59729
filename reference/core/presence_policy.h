/* The decisions about who is there, and about what others are told of it. A
 * part of struct policy. */
#ifndef CORE_PRESENCE_POLICY_H
#define CORE_PRESENCE_POLICY_H

#include "core/text.h"
#include <stdbool.h>
#include <stdint.h>

struct cJSON;
struct connection;
struct core;
struct presence;
struct room;
struct seat;

enum status { STATUS_OFFLINE, STATUS_ONLINE, STATUS_AWAY, STATUSES };

/* How a seat in a room comes to be free, or to count as such. */
enum parting {
    PARTED_BY_WISH,
    PARTED_PUT_OUT,         /* kicked, or no longer admitted */
    PARTED_WITH_CONNECTION, /* which has ended */
    PARTED_IN_SILENCE,      /* the user has timed out, and the seat is kept */
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
    /* Tells of the user's status whoever is to know. */
    void (*tell_status)(struct core *core, const struct presence *presence);

    /* The status that a member may give to itself. */
    bool (*status_read)(struct text name, enum status *status);
    /* Whose status a message sets; NULL: nobody's. */
    struct presence *(*subject)(const struct core *core,
                                const struct connection *connection,
                                const struct cJSON *message);
    /* Is this status another than that of now? */
    bool (*is_news)(const struct core *core, const struct presence *presence,
                    enum status status);
    /* May this member learn of that user? */
    bool (*may_see)(struct core *core, const struct connection *asker,
                    const struct presence *presence);
    /* Something came from the member, be it a ping. */
    void (*stirred)(struct core *core, struct connection *connection);
    /* Is the user gone once this connection has ended? */
    bool (*is_gone)(const struct connection *connection);
    /* Has this user said nothing for too long? */
    bool (*is_silent)(const struct core *core, const struct presence *presence,
                      int64_t now_ms);
    /* Looks for such, each time that a check is due. */
    void (*check)(struct core *core, int64_t now_ms);
    /* Deletes records, each time that a cleanup is due. */
    void (*clean)(struct core *core, int64_t now_ms);
};

#endif
