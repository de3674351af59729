/* Events in, effects out. Each event finds its connection, lets the stage of
 * it decide, and sets its next deadline. */
#include "core/core.h"
#include "core/secure.h"
#include "core/state.h"
#include <stdio.h>
#include <stdlib.h>

enum { BUCKETS_MIN = 16, SECOND_LOOK_MS = 1000 };

const struct settings default_settings = {
    .path = "/ws",
    .max_lifetime_s = 900,
    .close_ms = 1000,
    .connections_max = 20000,
};

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
    core->history = calloc(HISTORY_MAX, sizeof(core->history[0]));
    core->events = calloc(EVENTS_MAX, sizeof(core->events[0]));
    return core->buckets != NULL && core->deadlines != NULL &&
           core->history != NULL && core->events != NULL;
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
    core->next_seq = 1;
    if (tables_new(core))
        return core;
    core_free(core);
    return NULL;
}

void core_free(struct core *core)
{
    if (core == NULL)
        return;
    connections_free(core);
    revocations_free(core);
    free(core->pending);
    free(core->buckets);
    free(core->deadlines);
    free(core->history);
    free(core->events);
    free(core);
}

/* --- Opening ------------------------------------------------------------ */

static void log_access(struct core *core, const struct request *request)
{
    char line[LOG_LINE_BYTES_MAX];

    core->policy.access_line(request, line, sizeof(line));
    journal_log(core, line);
}

/* Told after the upgrade, where a browser can read it, and kept no record of:
 * that is what there is no room for. */
static void turn_back(struct core *core, connection_id id)
{
    void *self = core->port.self;

    core->port.accept(self, id, NULL);
    core->port.close(self, id, 1013, "Try again later");
    core->port.end(self, id);
}

static void welcome(struct core *core, connection_id id,
                    const struct request *request)
{
    struct connection *stranger = connection_add(core, id, request->peer);

    if (stranger == NULL) {
        core->port.reject(core->port.self, id, 503);
        return;
    }
    stranger_accept(core, stranger);
    core->policy.greet(core, stranger);
    core->policy.admit(core, stranger, request);
    deadline_renew(core, stranger);
}

void core_opened(struct core *core, connection_id id,
                 const struct request *request)
{
    log_access(core, request);
    if (!text_is(request->path, core->settings.path))
        core->port.reject(core->port.self, id, 404);
    else if (core->shutting_down)
        core->port.reject(core->port.self, id, 503);
    else if (core->connection_count >= core->settings.connections_max)
        turn_back(core, id);
    else
        welcome(core, id, request);
}

/* --- Open --------------------------------------------------------------- */

/* Deadlines are kept first: a late timer lends no token a longer life. */
void core_received(struct core *core, connection_id id, struct text message,
                   bool is_text)
{
    core_ticked(core);

    struct connection *connection = connection_find(core, id);
    if (connection == NULL || connection->stage == LEAVING)
        return; /* RFC 6455 5.5.1: nothing counts behind a Close */
    if (connection->stage == MEMBER)
        member_spoke(core, connection, message, is_text);
    else
        core->policy.stranger_spoke(core, connection, message);
}

/* No longer in the pool before the Close is sent: nothing may follow it. */
static void leave(struct core *core, struct connection *connection,
                  uint16_t code, const char *reason)
{
    pool_leave(core, connection);
    connection->stage = LEAVING;
    connection->since_ms = core->port.now_ms(core->port.self);
    core->port.close(core->port.self, connection->id, code, reason);
}

static bool has_sent_close(const struct connection *connection)
{
    return connection->stage == REFUSED || connection->stage == LEAVING;
}

void core_close_received(struct core *core, connection_id id, uint16_t code)
{
    struct connection *connection = connection_find(core, id);

    if (connection == NULL)
        return;
    if (!has_sent_close(connection)) {
        core->policy.depart(core, connection, DEPARTED_CLEANLY);
        connection->stage = LEAVING;
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
    core->policy.depart(core, connection, how);
    connection_remove(core, connection);
}

/* --- Time --------------------------------------------------------------- */

static void expire(struct core *core, struct connection *connection)
{
    struct text none = { "", 0 };

    pool_leave(core, connection);
    core->policy.turn_away(core, connection, REFUSED_EXPIRED_LIVE,
                           TOKEN_EXPIRED, none);
}

static void act_on_deadline(struct core *core, struct connection *connection,
                            int64_t now_ms)
{
    const struct policy *policy = &core->policy;

    if (connection->stage == MEMBER) {
        const struct claims *claims = &connection->member->claims;
        if (policy->is_expired(claims, now_ms) &&
            policy->has_outlived(claims, now_ms))
            expire(core, connection);
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

    while ((first = deadline_first(core)) != NULL &&
           first->deadline_ms <= now_ms) {
        enum stage before = first->stage;
        act_on_deadline(core, first, now_ms);
        if (first->stage == before && !first->ended)
            deadline_set(core, first, now_ms + SECOND_LOOK_MS);
        else
            deadline_renew(core, first);
    }
}

int64_t core_next_tick(const struct core *core)
{
    const struct connection *first = deadline_first(core);

    return first == NULL ? INT64_MAX : first->deadline_ms;
}

/* --- Control ------------------------------------------------------------ */

void core_publish(struct core *core, struct text text)
{
    core_ticked(core);
    core->policy.broadcast(core, text);
}

void core_revoke(struct core *core, struct text jti)
{
    char line[JTI_BYTES_MAX + 32];

    snprintf(line, sizeof(line), "revoked jti=%.*s",
             jti.length > JTI_BYTES_MAX ? JTI_BYTES_MAX : (int)jti.length,
             jti.length == 0 ? "" : jti.at);
    journal_log(core, line);
    revocation_add(core, jti);
}

void core_shutdown(struct core *core)
{
    core->shutting_down = true;
    for (struct connection *at = core->connections; at != NULL; at = at->next) {
        if (has_sent_close(at))
            continue;
        leave(core, at, 1001, "Server shutdown");
        deadline_renew(core, at);
    }
}
