/* Connections with their claims, the pool, and when each is due. */
#include "core/snapshot_parts.h"
#include <cJSON.h>
#include <limits.h>

/* --- Claims --------------------------------------------------------------- */

bool put_claims(struct cJSON *into, const struct claims *claims)
{
    return put_text(into, "subject", claims->subject) &&
           put_text(into, "role", claims->role) &&
           put_text(into, "jti", claims->jti) &&
           put_number(into, "expires_s", claims->expires_s) &&
           put_number(into, "expires_ms", claims->expires_ms) &&
           put_number(into, "issued_s", claims->issued_s) &&
           put_number(into, "issued_ms", claims->issued_ms) &&
           put_number(into, "not_before_s", claims->not_before_s) &&
           put_number(into, "not_before_ms", claims->not_before_ms);
}

/* Seconds that stay a time when they become milliseconds. */
static bool take_date(const struct cJSON *from, const char *name_s,
                      const char *name_ms, int64_t *seconds, int *ms)
{
    int64_t rest;

    if (!take_number(from, name_s, 0, INT64_MAX / 1024, seconds) ||
        !take_number(from, name_ms, 0, 999, &rest))
        return false;
    *ms = (int)rest;
    return true;
}

bool take_claims(const struct cJSON *from, struct claims *claims)
{
    return take_text(from, "subject", claims->subject,
                     sizeof(claims->subject)) &&
           claims->subject[0] != 0 &&
           take_text(from, "role", claims->role, sizeof(claims->role)) &&
           take_text(from, "jti", claims->jti, sizeof(claims->jti)) &&
           take_date(from, "expires_s", "expires_ms", &claims->expires_s,
                     &claims->expires_ms) &&
           take_date(from, "issued_s", "issued_ms", &claims->issued_s,
                     &claims->issued_ms) &&
           take_date(from, "not_before_s", "not_before_ms",
                     &claims->not_before_s, &claims->not_before_ms);
}

/* --- Connections ---------------------------------------------------------- */

/* Endpoint, restaurant and first message are of `pos`. */
static bool put_connection(struct cJSON *entry,
                           const struct connection *connection)
{
    const struct member *member = connection->member;

    return put_number(entry, "id", (int64_t)connection->id) &&
           put_text(entry, "peer", connection->peer) &&
           put_text(entry, "address", connection->address) &&
           put_number(entry, "node", connection->node) &&
           put_number(entry, "stage", connection->stage) &&
           put_number(entry, "since_ms", connection->since_ms) &&
           put_flag(entry, "is_counted", connection->is_counted) &&
           put_flag(entry, "has_place", connection->has_place) &&
           put_flag(entry, "accepted", connection->accepted) &&
           put_flag(entry, "ended", connection->ended) &&
           put_text(entry, "announced", connection->announced) &&
           (member == NULL ||
            (put_number(entry, "active_ms", member->active_ms) &&
             put_claims(put_object(entry, "claims"), &member->claims)));
}

/* The stage last: a member has claims. */
static bool take_stage(struct connection *connection, const struct cJSON *entry)
{
    const cJSON *from = cJSON_GetObjectItemCaseSensitive(entry, "claims");
    struct claims claims = { .subject = "" };
    int64_t stage;

    if (!take_number(entry, "stage", STRANGER, LEAVING, &stage) ||
        (stage == MEMBER && from == NULL))
        return false;
    if (from != NULL &&
        (!take_claims(from, &claims) ||
         member_new(connection, &claims) == NULL ||
         !take_time(entry, "active_ms", &connection->member->active_ms)))
        return false;
    connection->stage = (enum stage)stage;
    return true;
}

static bool take_one(struct core *core, const struct cJSON *entry)
{
    char peer[PEER_BYTES_MAX + 1];
    struct connection *connection;
    int64_t id;
    int64_t node;

    if (!take_number(entry, "id", INT64_MIN, INT64_MAX, &id) ||
        !take_number(entry, "node", 0, UINT_MAX, &node) ||
        !take_text(entry, "peer", peer, sizeof(peer)) ||
        connection_find(core, (connection_id)id) != NULL)
        return false;
    connection = connection_add(core, (connection_id)id, peer);
    if (connection == NULL)
        return false;
    connection->node = (unsigned)node;
    return take_text(entry, "address", connection->address,
                     sizeof(connection->address)) &&
           take_time(entry, "since_ms", &connection->since_ms) &&
           take_flag(entry, "is_counted", &connection->is_counted) &&
           take_flag(entry, "has_place", &connection->has_place) &&
           take_flag(entry, "accepted", &connection->accepted) &&
           take_flag(entry, "ended", &connection->ended) &&
           take_text(entry, "announced", connection->announced,
                     sizeof(connection->announced)) &&
           take_stage(connection, entry);
}

/* --- The pool and the deadlines ------------------------------------------- */

static bool is_kept(const struct core *core,
                    const struct connection *connection)
{
    return connection_find(core, connection->id) == connection;
}

static bool put_pool(const struct core *core, struct cJSON *list)
{
    const struct member *at = core->pool;

    for (; at != NULL; at = at->next)
        if (at->connection->member == at && is_kept(core, at->connection) &&
            !put_number(put_last(list), "id", (int64_t)at->connection->id))
            return false;
    return list != NULL;
}

static bool take_pool(struct core *core, const struct cJSON *list)
{
    const cJSON *entry;

    cJSON_ArrayForEach(entry, list)
    {
        struct connection *connection = take_connection(core, entry, "id");
        if (connection == NULL || connection->member == NULL ||
            pool_holds(core, connection->member))
            return false;
        pool_restore(core, connection->member);
    }
    return list != NULL;
}

/* As they lie in the heap: of two that are due at once, that says which comes
 * first. */
static bool put_deadlines(const struct core *core, struct cJSON *list)
{
    for (size_t i = 1; i <= core->deadline_count; i++) {
        cJSON *entry = put_last(list);
        if (!put_number(entry, "id", (int64_t)core->deadlines[i]->id) ||
            !put_number(entry, "at_ms", core->deadlines[i]->deadline_ms))
            return false;
    }
    return list != NULL;
}

static bool take_deadlines(struct core *core, const struct cJSON *list)
{
    const cJSON *entry;
    int64_t at_ms;

    cJSON_ArrayForEach(entry, list)
    {
        struct connection *connection = take_connection(core, entry, "id");
        if (connection == NULL || connection->deadline_place != 0 ||
            !take_time(entry, "at_ms", &at_ms))
            return false;
        deadline_set(core, connection, at_ms);
    }
    return list != NULL;
}

/* --- The part ------------------------------------------------------------- */

bool connections_export(const struct core *core, struct cJSON *part)
{
    struct cJSON *list = put_list(part, "oldest_first");

    for (const struct connection *at = core->connections; at != NULL;
         at = at->next)
        if (!put_connection(put_first(list), at))
            return false;
    return put_pool(core, put_list(part, "pool")) &&
           put_deadlines(core, put_list(part, "deadlines"));
}

bool connections_import(struct core *core, const struct cJSON *part)
{
    size_t max = core->settings.connections_max;
    const cJSON *list = take_list(part, "oldest_first", max);
    const cJSON *entry;

    cJSON_ArrayForEach(entry, list)
    {
        if (!take_one(core, entry))
            return false;
    }
    return list != NULL && take_pool(core, take_list(part, "pool", max)) &&
           take_deadlines(core, take_list(part, "deadlines", max));
}
