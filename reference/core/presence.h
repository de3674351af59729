/* Who is there: what the members of a room are told of each other. */
#ifndef CORE_PRESENCE_H
#define CORE_PRESENCE_H

#include "core/rooms.h"

/* --- comings.c: rooms, and who comes and goes ------------------------------
 */

/* The others are told, unless this user was inside before; NULL is fine. */
void room_entered(struct core *core, const struct seat *seat, bool was_inside);
/* Frees the seat; who remains is told, unless this user does. */
void room_part(struct core *core, struct seat *seat, enum parting how);

bool same_user(const struct connection *one, const struct connection *other);

/* --- The entries of secure_policy ------------------------------------------
 */

bool secure_is_coming(const struct seat *seat, bool was_inside);
bool secure_is_parting(const struct core *core, const struct seat *seat,
                       enum parting how);
struct cJSON *secure_presence_event(const char *type,
                                    const struct connection *of,
                                    const struct room *room,
                                    const char *status);
void secure_tell_room(struct core *core, const struct room *room,
                      const struct connection *of, struct cJSON *event);

#define SECURE_PRESENCE                                                        \
    {                                                                          \
        .is_coming = secure_is_coming, .is_parting = secure_is_parting,        \
        .event = secure_presence_event, .tell_room = secure_tell_room,         \
    }

#endif
