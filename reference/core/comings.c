/* Who comes into a room and who goes: the others are told, once for a user
 * whatever the number of its connections. */
#include "core/presence.h"
#include <cJSON.h>

bool same_user(const struct connection *one, const struct connection *other)
{
    return strcmp(one->member->claims.subject, other->member->claims.subject) ==
           0;
}

static bool is_only_seat(const struct seat *seat)
{
    const struct seat *at = seat->room->first;

    while (at != NULL &&
           (at == seat || !same_user(at->connection, seat->connection)))
        at = at->next;
    return at == NULL;
}

bool secure_is_coming(const struct seat *seat, bool was_inside)
{
    return !was_inside && is_only_seat(seat);
}

/* While all are told of the shutdown, nobody is of the others; and who has
 * timed out is told as gone already. */
bool secure_is_parting(const struct core *core, const struct seat *seat,
                       enum parting how)
{
    return !core->shutting_down &&
           (how == PARTED_IN_SILENCE ||
            (is_only_seat(seat) && !presence_is_lost(seat->connection)));
}

/* Who it is, and no more: neither where from nor by which token. */
struct cJSON *secure_presence_event(const char *type,
                                    const struct connection *of,
                                    const struct room *room, const char *status)
{
    struct cJSON *event = cJSON_CreateObject();

    cJSON_AddStringToObject(event, "type", type);
    if (room != NULL)
        cJSON_AddStringToObject(event, "room", room->id);
    cJSON_AddStringToObject(event, "user_id", of->member->claims.subject);
    if (status != NULL)
        cJSON_AddStringToObject(event, "status", status);
    return event;
}

void secure_tell_room(struct core *core, const struct room *room,
                      const struct connection *of, struct cJSON *event)
{
    char *text = event == NULL ? NULL : cJSON_PrintUnformatted(event);
    const struct seat *seat = text == NULL ? NULL : room->first;

    for (; seat != NULL; seat = seat->next)
        if (!same_user(seat->connection, of) &&
            core->policy.room_may_hear(core, seat))
            (void)core->port.send(core->port.self, seat->connection->id,
                                  text_of(text));
    cJSON_free(text);
    cJSON_Delete(event);
}

static void tell(struct core *core, const char *type, const struct room *room,
                 const struct connection *of)
{
    const struct presence_policy *policy = &core->policy.presence;

    policy->tell_room(core, room, of, policy->event(type, of, room, NULL));
}

void room_entered(struct core *core, const struct seat *seat, bool was_inside)
{
    if (seat != NULL && core->policy.presence.is_coming(seat, was_inside))
        tell(core, "user_joined", seat->room, seat->connection);
}

void room_part(struct core *core, struct seat *seat, enum parting how)
{
    const struct connection *connection = seat->connection;
    const struct room *room = seat->room;
    bool is_told = core->policy.presence.is_parting(core, seat, how);

    room_stand_up(core, seat);
    if (is_told)
        tell(core, "user_left", room, connection);
}

/* Each room of the user once: more than one connection may sit in it. */
static void tell_rooms(struct core *core, const struct presence *presence,
                       bool is_return)
{
    uint64_t mark = ++core->presences->marks;

    for (const struct connection *at = presence->connections; at != NULL;
         at = at->next_of_user)
        for (const struct seat *seat = at->seats; seat != NULL;
             seat = seat->next_room) {
            if (seat->room->marked == mark)
                continue;
            seat->room->marked = mark;
            if (is_return)
                tell(core, "user_joined", seat->room, at);
            else if (core->policy.presence.is_parting(core, seat,
                                                      PARTED_IN_SILENCE))
                tell(core, "user_left", seat->room, at);
        }
}

void presence_tell_return(struct core *core, const struct presence *presence)
{
    tell_rooms(core, presence, true);
}

void presence_tell_loss(struct core *core, const struct presence *presence)
{
    tell_rooms(core, presence, false);
}
