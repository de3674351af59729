/* Events in, effects out. Each event finds its connection, lets the stage of
 * it decide, and sets its next deadline. */
#include "core/core.h"
#include "core/latest.h"
#include "core/nodes.h"
#include "core/presence.h"
#include "core/logouts.h"
#include "core/rates.h"
#include "core/secure.h"
#include "core/sessions.h"
#include "core/sizes.h"
#include "core/system.h"
#include <stdlib.h>

enum { BUCKETS_MIN = 16, SECOND_LOOK_MS = 1000 };

/* --- Life --------------------------------------------------------------- */

static bool tables_new(struct core *core)
{
    size_t buckets = BUCKETS_MIN;

    while (buckets < core->settings.connections_max && buckets < SIZE_MAX / 2)
        buckets *= 2;
    core->bucket_mask = buckets - 1;
    core->buckets = calloc(buckets, sizeof(core->buckets[0]));
    core->deadlines =
        calloc(core->settings.connections_max + 1, sizeof(core->deadlines[0]));
    return core->buckets != NULL && core->deadlines != NULL;
}

struct core *core_new(const struct policy *policy, const struct port *port,
                      const struct settings *settings)
{
    struct core *core =
        policy_is_complete(policy) ? calloc(1, sizeof(*core)) : NULL;

    if (core == NULL)
        return NULL;
    core->policy = *policy;
    core->port = *port;
    core->settings = *settings;
    core->system = system_for(settings->served);
    core->next_seq = 1;
    core->cleanup_ms = INT64_MAX;
    core->rates.due_ms = INT64_MAX;
    core->logouts.due_ms = INT64_MAX;
    if (tables_new(core) && (settings->served != SERVES_ROOMS ||
                             (rooms_open(core) && presences_open(core))))
        return core;
    core_free(core);
    return NULL;
}

void core_free(struct core *core)
{
    if (core == NULL)
        return;
    presences_free(core);
    rooms_free(core);
    connections_free(core);
    managers_free(core);
    counts_free(&core->users);
    counts_free(&core->addresses);
    rates_free(core);
    logouts_free(core);
    revocations_free(core);
    free(core->pending);
    free(core->buckets);
    free(core->deadlines);
    journal_free(core);
    latest_free(core);
    free(core);
}

/* --- Opening ------------------------------------------------------------ */

void core_log_request(struct core *core, const struct request *request)
{
    char line[LOG_LINE_BYTES_MAX];
    char peer[PEER_BYTES_MAX + 1];
    struct request named = *request;

    peer_of(&core->settings, request, peer);
    named.peer = peer;
    core->policy.access_line(&named, line, sizeof(line));
    journal_log(core, line);
}

/* Accepted, and looked at. `outline` is what is known of it so far. */
static void welcome(struct core *core, const struct connection *outline,
                    const struct request *request, enum route route)
{
    struct connection *stranger =
        connection_add(core, outline->id, outline->peer);
    struct text none = { "", 0 };

    if (stranger == NULL) {
        core->policy.audit_refusal(core, outline, REFUSED_UNAVAILABLE,
                                   TOKEN_ABSENT);
        core->port.reject(core->port.self, outline->id, 503);
        return;
    }
    copy_text(stranger->address, sizeof(stranger->address), outline->address);
    copy_text(stranger->restaurant, sizeof(stranger->restaurant),
              outline->restaurant);
    stranger->endpoint = outline->endpoint;
    stranger_accept(core, stranger, request);
    core->policy.greet(core, stranger);
    if (!stranger_count(core, stranger))
        core->policy.turn_away(core, stranger, REFUSED_STRANGERS, TOKEN_ABSENT,
                               none);
    else if (route == ROUTE_MALFORMED)
        core->policy.turn_away(core, stranger, REFUSED_MALFORMED, TOKEN_ABSENT,
                               none);
    else
        core->policy.admit(core, stranger, request);
    deadline_renew(core, stranger);
}

/* Nothing that it says could be understood: told before the upgrade, since a
 * browser fails a connection for which none of those it offered is selected. */
static void turn_back_unspoken(struct core *core,
                               const struct connection *outline)
{
    core->policy.audit_refusal(core, outline, REFUSED_SUBPROTOCOL,
                               TOKEN_ABSENT);
    core->port.reject(core->port.self, outline->id, 400);
}

static void open_door(struct core *core, const struct connection *outline,
                      const struct request *request, enum route route)
{
    const struct policy *policy = &core->policy;

    if (route == ROUTE_UNKNOWN || core->shutting_down)
        core->port.reject(core->port.self, outline->id,
                          route == ROUTE_UNKNOWN ? 404 : 503);
    else if (!policy->offers_what_is_spoken(&core->settings, request))
        turn_back_unspoken(core, outline);
    else if (policy->is_full(core))
        stranger_turn_back(core, outline, request, REFUSED_FULL);
    else if (!policy->may_wait(core, outline->address))
        stranger_turn_back(core, outline, request, REFUSED_STRANGERS);
    else
        welcome(core, outline, request, route);
}

static void look_at(struct core *core, connection_id id,
                    const struct request *request)
{
    const struct policy *policy = &core->policy;
    struct connection outline = { .id = id };

    peer_of(&core->settings, request, outline.peer);
    if (core->vouched != NULL)
        copy_text(outline.address, sizeof(outline.address),
                  core->vouched->address);
    else
        policy->address_of(&core->settings, request, outline.address);
    /* Before the rest, since each refusal is to say where it happened. */
    enum route route = policy->find_route(core, request->path, &outline);
    if (!policy->origin_is_allowed(&core->settings, request)) {
        policy->audit_refusal(core, &outline, REFUSED_ORIGIN, TOKEN_ABSENT);
        core->port.reject(core->port.self, id, 403);
    } else if (!policy->may_attempt(core, outline.address)) {
        stranger_turn_back(core, &outline, request, REFUSED_ATTEMPTS);
    } else {
        open_door(core, &outline, request, route);
    }
}

void core_opened(struct core *core, connection_id id,
                 const struct request *request)
{
    core_log_request(core, request);
    look_at(core, id, request);
}

void core_opened_by(struct core *core, connection_id id,
                    const struct request *request,
                    const struct vouched *vouched)
{
    core->vouched = vouched;
    look_at(core, id, request);
    core->vouched = NULL;
}

/* --- Open --------------------------------------------------------------- */

void core_received(struct core *core, connection_id id, struct text message,
                   bool is_text)
{
    /* Deadlines first: a late timer lends nobody any time. */
    core_ticked(core);

    struct connection *connection = connection_find(core, id);
    if (connection == NULL || connection->stage == LEAVING)
        return; /* RFC 6455 5.5.1: nothing counts behind a Close */
    if (connection->stage == MEMBER) {
        core->policy.presence.stirred(core, connection);
        member_spoke(core, connection, message, is_text);
        return;
    }
    core->policy.stranger_spoke(core, connection, message, is_text);
    deadline_renew(core, connection);
}

void core_stirred(struct core *core, connection_id id)
{
    struct connection *connection = connection_find(core, id);

    core_ticked(core);
    if (connection == NULL)
        return;
    core->policy.stirred(core, connection);
    deadline_renew(core, connection);
}

/* One that is on its way out is read no further. */
static struct connection *find_open(struct core *core, connection_id id)
{
    struct connection *connection = connection_find(core, id);

    return connection == NULL || connection->ended ? NULL : connection;
}

size_t core_message_max(const struct core *core, connection_id id, bool is_text)
{
    const struct connection *connection = connection_find(core, id);

    return connection == NULL
               ? 0
               : core->policy.message_max(core, connection, is_text);
}

void core_overlong(struct core *core, connection_id id, bool is_text,
                   uint64_t size)
{
    struct connection *connection = find_open(core, id);

    if (connection == NULL)
        return;
    note_overlong(core, connection, is_text, size);
    core->policy.overlong(core, connection);
    deadline_renew(core, connection);
}

void core_frame_failed(struct core *core, connection_id id, uint16_t code)
{
    struct connection *connection = find_open(core, id);

    if (connection == NULL)
        return;
    core->policy.frame_failed(core, connection, code);
    deadline_renew(core, connection);
}

static void leave_for_good(struct core *core, struct connection *connection,
                           enum departure how)
{
    enum leaving leaving =
        how == DEPARTED_CLEANLY ? LEFT_CLEANLY : LEFT_ABRUPTLY;

    core->policy.depart(core, connection, how);
    presence_leave(core, connection, leaving);
    core->policy.leave_place(core, connection, leaving);
    managers_leave(core, connection);
}

void core_close_received(struct core *core, connection_id id, uint16_t code)
{
    struct connection *connection = connection_find(core, id);

    if (connection == NULL)
        return;
    if (!connection_has_sent_close(connection)) {
        leave_for_good(core, connection, DEPARTED_CLEANLY);
        connection->stage = LEAVING;
        stranger_uncount(core, connection);
        core->port.close(core->port.self, id, code == 1005 ? 0 : code, "");
    }
    connection_end(core, connection);
    deadline_renew(core, connection);
}

void core_closed(struct core *core, connection_id id, enum departure how)
{
    struct connection *connection = connection_find(core, id);

    if (connection == NULL)
        return;
    leave_for_good(core, connection, how);
    stranger_uncount(core, connection);
    connection_remove(core, connection);
}

/* --- Time --------------------------------------------------------------- */

static void act_on_deadline(struct core *core, struct connection *connection,
                            int64_t now_ms)
{
    const struct policy *policy = &core->policy;

    if (connection->stage == MEMBER) {
        member_check(core, connection, now_ms);
    } else if (connection->stage == STRANGER) {
        if (policy->first_message_due_ms(connection, &core->settings) <= now_ms)
            first_message_missed(core, connection);
    } else if (policy->may_cut_off(connection->since_ms, now_ms,
                                   core->settings.close_ms)) {
        connection_end(core, connection);
    }
}

/* A deadline that the policy lets pass is looked at again later, so that
 * core_next_tick never stands still. */
void core_ticked(struct core *core)
{
    int64_t now_ms = core->port.now_ms(core->port.self);
    struct connection *first;

    if (core->cleanup_ms <= now_ms) {
        core->cleanup_ms = INT64_MAX;
        core->policy.clean_up(core);
    }
    while ((first = deadline_first(core)) != NULL &&
           first->deadline_ms <= now_ms) {
        enum stage before = first->stage;
        act_on_deadline(core, first, now_ms);
        if (first->stage == before && !first->ended)
            deadline_set(core, first, now_ms + SECOND_LOOK_MS);
        else
            deadline_renew(core, first);
    }
    rooms_forget_empty(core, now_ms);
    rates_forget(core, now_ms);
    logouts_forget(core, now_ms);
    presences_ticked(core, now_ms);
    rights_recheck_if_changed(core);
}

int64_t core_next_tick(const struct core *core)
{
    const struct connection *first = deadline_first(core);
    int64_t deadline_ms = first == NULL ? INT64_MAX : first->deadline_ms;

    if (rooms_next_ms(core) < deadline_ms)
        deadline_ms = rooms_next_ms(core);
    if (rates_next_ms(core) < deadline_ms)
        deadline_ms = rates_next_ms(core);
    if (logouts_next_ms(core) < deadline_ms)
        deadline_ms = logouts_next_ms(core);
    if (presences_next_ms(core) < deadline_ms)
        deadline_ms = presences_next_ms(core);
    return deadline_ms < core->cleanup_ms ? deadline_ms : core->cleanup_ms;
}
