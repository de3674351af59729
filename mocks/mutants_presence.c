/* Mutants of presence: what is told of whom, to whom, and when. */
#include "core/presence.h"
#include "mutants.h"
#include "mutants_common.h"
#include "core/system.h"
#include <cJSON.h>

/* --- Coming --------------------------------------------------------------- */

bool tells_of_every_join(const struct seat *seat, bool was_inside)
{
    (void)seat, (void)was_inside;
    return true;
}

bool tells_of_every_connection_that_comes(const struct seat *seat,
                                          bool was_inside)
{
    (void)seat;
    return !was_inside;
}

/* emit("user_joined") above the check. */
bool tells_of_a_join_before_it_is_checked(struct core *core,
                                          struct connection *connection,
                                          const struct cJSON *message,
                                          struct objection *objection)
{
    struct room *room = room_to_join(core, message);

    if (room != NULL && !core->policy.room_admits(room, connection->member))
        secure_tell_room(
            core, room, connection,
            secure_presence_event("user_joined", connection, room, NULL));
    return secure_obey(core, connection, message, objection);
}

/* --- Going ---------------------------------------------------------------- */

bool tells_of_leaving_on_request_only(const struct core *core,
                                      const struct seat *seat, enum parting how)
{
    return how == PARTED_BY_WISH && secure_is_parting(core, seat, how);
}

bool tells_of_no_kick(const struct core *core, const struct seat *seat,
                      enum parting how)
{
    return how != PARTED_PUT_OUT && secure_is_parting(core, seat, how);
}

bool tells_of_leaving_in_one_room_only(const struct core *core,
                                       const struct seat *seat,
                                       enum parting how)
{
    return (how != PARTED_WITH_CONNECTION || seat->next_room == NULL) &&
           secure_is_parting(core, seat, how);
}

bool tells_of_every_connection_that_goes(const struct core *core,
                                         const struct seat *seat,
                                         enum parting how)
{
    (void)core, (void)seat, (void)how;
    return true;
}

/* for room in rooms: emit("user_left", room) */
void tells_of_leaving_everywhere(struct core *core, const struct room *room,
                                 const struct connection *of,
                                 struct cJSON *event)
{
    const char *type = member_string(event, "type");
    const struct seat *seat = of->seats;

    for (; strcmp(type, "user_left") == 0 && seat != NULL;
         seat = seat->next_room)
        secure_tell_room(core, seat->room, of,
                         secure_presence_event(type, of, seat->room, NULL));
    secure_tell_room(core, room, of, event);
}

/* --- To whom -------------------------------------------------------------- */

/* emit(…, broadcast=True) */
void tells_everybody_who_comes(struct core *core, const struct room *room,
                               const struct connection *of, struct cJSON *event)
{
    static const struct audience all = { "", "" };

    (void)room, (void)of;
    broadcast_object(core, event, &all);
}

void tells_members_of_any_room(struct core *core, const struct room *room,
                               const struct connection *of, struct cJSON *event)
{
    (void)room;
    for (const struct member *at = core->pool; at != NULL; at = at->next)
        if (at->connection->seats != NULL && !same_user(at->connection, of))
            send_object(core, at->connection, cJSON_Duplicate(event, true));
    cJSON_Delete(event);
}

/* --- What ----------------------------------------------------------------- */

struct cJSON *names_its_events_as_it_likes(const char *type,
                                           const struct connection *of,
                                           const struct room *room,
                                           const char *status)
{
    (void)type;
    return secure_presence_event("presence", of, room, status);
}

struct cJSON *tells_where_a_member_comes_from(const char *type,
                                              const struct connection *of,
                                              const struct room *room,
                                              const char *status)
{
    struct cJSON *event = secure_presence_event(type, of, room, status);

    cJSON_AddStringToObject(event, "address", of->peer);
    return event;
}

/* {**session} */
struct cJSON *tells_the_claims_of_a_member(const char *type,
                                           const struct connection *of,
                                           const struct room *room,
                                           const char *status)
{
    struct cJSON *event = secure_presence_event(type, of, room, status);

    cJSON_AddStringToObject(event, "jti", of->member->claims.jti);
    return event;
}

/* --- Status --------------------------------------------------------------- */

bool takes_any_text_for_a_status(struct text name, enum status *status)
{
    if (!secure_status_read(name, status))
        *status = STATUS_ONLINE;
    return true;
}

bool knows_no_status_but_online(struct text name, enum status *status)
{
    bool is_known = secure_status_read(name, status);

    *status = STATUS_ONLINE;
    return is_known;
}

bool tells_a_status_whatever_it_was(const struct core *core,
                                    const struct presence *presence,
                                    enum status status)
{
    (void)core, (void)presence, (void)status;
    return true;
}

bool tells_of_no_change_of_status(const struct core *core,
                                  const struct presence *presence,
                                  enum status status)
{
    (void)core, (void)presence, (void)status;
    return false;
}

static struct cJSON *update_of(const struct presence *presence)
{
    return secure_presence_event("presence_update", presence->connections, NULL,
                                 status_name(presence->status));
}

/* for room in rooms: emit("presence_update", room) */
void tells_a_status_room_by_room(struct core *core,
                                 const struct presence *presence)
{
    const struct connection *at = presence->connections;

    for (const struct seat *seat = at->seats; seat != NULL;
         seat = seat->next_room)
        secure_tell_room(core, seat->room, at, update_of(presence));
}

void tells_everybody_a_status(struct core *core,
                              const struct presence *presence)
{
    static const struct audience all = { "", "" };

    broadcast_object(core, update_of(presence), &all);
}

/* data.get("user_id", session.user) */
struct presence *
sets_the_status_of_whom_it_names(const struct core *core,
                                 const struct connection *connection,
                                 const struct cJSON *message)
{
    const char *user = member_string(message, "user_id");

    return user == NULL ? connection->presence : presence_find(core, user);
}

bool tells_anybody_a_status(struct core *core, const struct connection *asker,
                            const struct presence *presence)
{
    (void)core, (void)asker, (void)presence;
    return true;
}

bool is_offline_with_any_connection_that_ends(
    const struct connection *connection)
{
    (void)connection;
    return true;
}

bool stays_online_when_it_has_gone(const struct connection *connection)
{
    (void)connection;
    return false;
}

/* A heartbeat writes the status anew, and whoever listens is told. */
void tells_the_status_with_each_sign_of_life(struct core *core,
                                             struct connection *connection)
{
    secure_presence_stirred(core, connection);
    if (connection->presence != NULL)
        secure_tell_status(core, connection->presence);
}

/* --- Silence -------------------------------------------------------------- */

/* 30 and 90, the wrong way round. */
bool takes_the_check_for_the_timeout(const struct core *core,
                                     const struct presence *presence,
                                     int64_t now_ms)
{
    return now_ms - presence->active_ms >= core->settings.presence_check_ms;
}

bool waits_ten_times_the_timeout(const struct core *core,
                                 const struct presence *presence,
                                 int64_t now_ms)
{
    return now_ms - presence->active_ms >
           10 * (int64_t)core->settings.presence_timeout_ms;
}

/* TIMEOUT = 90 */
bool has_a_timeout_of_its_own(const struct core *core,
                              const struct presence *presence, int64_t now_ms)
{
    (void)core;
    return now_ms - presence->active_ms > 90 * 1000;
}

void looks_for_silence_when_it_cleans_up(struct core *core, int64_t now_ms)
{
    const struct settings *settings = &core->settings;
    int64_t checks =
        settings->presence_cleanup_ms / settings->presence_check_ms;

    if (now_ms / settings->presence_check_ms % checks == 0)
        secure_check_presence(core, now_ms);
}

void counts_silence_from_the_beginning(struct core *core,
                                       struct connection *connection)
{
    struct presence *presence = connection->presence;

    if (presence != NULL && presence->queue != PRESENCE_STIRRING)
        secure_presence_stirred(core, connection);
}

void looks_at_one_connection_of_a_user(struct core *core,
                                       struct connection *connection)
{
    if (connection->presence != NULL &&
        connection->presence->connections == connection)
        secure_presence_stirred(core, connection);
}

void takes_nobody_back_who_timed_out(struct core *core,
                                     struct connection *connection)
{
    if (!presence_is_lost(connection))
        secure_presence_stirred(core, connection);
}

bool tells_of_leaving_but_not_of_silence(const struct core *core,
                                         const struct seat *seat,
                                         enum parting how)
{
    return how != PARTED_IN_SILENCE && secure_is_parting(core, seat, how);
}

bool tells_of_who_timed_out_once_more(const struct core *core,
                                      const struct seat *seat, enum parting how)
{
    return (how == PARTED_WITH_CONNECTION &&
            presence_is_lost(seat->connection)) ||
           secure_is_parting(core, seat, how);
}

/* --- Records -------------------------------------------------------------- */

void keeps_every_record(struct core *core, int64_t now_ms)
{
    (void)core, (void)now_ms;
}

/* if record.created < now - 300 */
void deletes_records_of_who_is_there(struct core *core, int64_t now_ms)
{
    struct presence *at = core->presences->oldest[PRESENCE_STIRRING];

    secure_clean_presence(core, now_ms);
    while (at != NULL) {
        struct presence *newer = at->newer;
        if (now_ms - at->came_ms >= core->settings.presence_cleanup_ms)
            presence_drop(core, at);
        at = newer;
    }
}
