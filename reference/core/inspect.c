/* The core as JSON, for operators and for a bench that must see what no wire
 * shows. It reads, and changes nothing. */
#include "core/presence.h"
#include "core/sessions.h"
#include "core/system.h"
#include <cJSON.h>

/* Each adds to the tree, or makes *whole false for want of memory. */
static void add_text(cJSON *object, const char *name, const char *text,
                     bool *whole)
{
    if (cJSON_AddStringToObject(object, name, text) == NULL)
        *whole = false;
}

static void add_number(cJSON *object, const char *name, uint64_t number,
                       bool *whole)
{
    if (cJSON_AddNumberToObject(object, name, (double)number) == NULL)
        *whole = false;
}

static cJSON *add_array(cJSON *object, const char *name, bool *whole)
{
    cJSON *array = cJSON_AddArrayToObject(object, name);

    if (array == NULL)
        *whole = false;
    return array;
}

static cJSON *add_entry(cJSON *array, bool *whole)
{
    cJSON *entry = cJSON_CreateObject();

    if (cJSON_AddItemToArray(array, entry))
        return entry;
    cJSON_Delete(entry);
    *whole = false;
    return NULL;
}

static void add_pool(cJSON *tree, const struct core *core, bool *whole)
{
    cJSON *array = add_array(tree, "pool", whole);

    for (const struct member *at = core->pool; at != NULL; at = at->next) {
        cJSON *entry = add_entry(array, whole);
        add_text(entry, "peer", at->connection->peer, whole);
        add_text(entry, "user", at->claims.subject, whole);
        add_text(entry, "restaurant", at->connection->restaurant, whole);
        add_text(entry, "endpoint", endpoint_name(core, at->connection), whole);
    }
}

static void add_element(cJSON *array, const char *text, bool *whole)
{
    cJSON *element = cJSON_CreateString(text);

    if (cJSON_AddItemToArray(array, element))
        return;
    cJSON_Delete(element);
    *whole = false;
}

/* The peers of all members whose manager it is: one, if all is well. */
static void add_peers(cJSON *entry, const struct core *core,
                      const struct manager *manager, bool *whole)
{
    cJSON *array = add_array(entry, "peers", whole);

    for (const struct member *at = core->pool; at != NULL; at = at->next)
        if (at->manager == manager)
            add_element(array, at->connection->peer, whole);
}

static void add_managers(cJSON *tree, const struct core *core, bool *whole)
{
    cJSON *array = add_array(tree, "managers", whole);

    for (const struct manager *at = core->managers; at != NULL; at = at->next) {
        cJSON *entry = add_entry(array, whole);
        add_number(entry, "id", at->id, whole);
        add_text(entry, "user", at->user, whole);
        add_peers(entry, core, at, whole);
    }
}

/* Who or what is counted at the moment. */
static void add_counted(cJSON *tree, const char *name,
                        const struct counts *counts, bool *whole)
{
    cJSON *array = add_array(tree, name, whole);

    for (size_t i = 0; counts->buckets != NULL && i < COUNT_BUCKETS; i++)
        for (const struct count *at = counts->buckets[i]; at != NULL;
             at = at->next)
            add_element(array, at->key, whole);
}

static void add_room(cJSON *array, const struct room *room, bool *whole)
{
    cJSON *entry = add_entry(array, whole);

    add_text(entry, "room", room->id, whole);
    add_text(entry, "permission", room_level_name(room->rules.level), whole);
    add_text(entry, "owner", room->owner, whole);
    cJSON *members = add_array(entry, "members", whole);
    for (const struct seat *at = room->first; at != NULL; at = at->next)
        add_element(members, at->connection->member->claims.subject, whole);
}

static void add_rooms(cJSON *tree, const struct core *core, bool *whole)
{
    cJSON *array = add_array(tree, "rooms", whole);

    for (size_t i = 0; core->rooms != NULL && i < ROOM_BUCKETS; i++)
        for (const struct room *at = core->rooms->buckets[i]; at != NULL;
             at = at->next)
            add_room(array, at, whole);
}

static void add_presence(cJSON *tree, const struct core *core, bool *whole)
{
    cJSON *array = add_array(tree, "presence", whole);
    char since[TIME_BYTES];

    for (int i = 0; core->presences != NULL && i < PRESENCE_QUEUES; i++)
        for (const struct presence *at = core->presences->oldest[i]; at != NULL;
             at = at->newer) {
            cJSON *entry = add_entry(array, whole);
            time_write(at->since_ms, since);
            add_text(entry, "user", at->user, whole);
            add_text(entry, "status", status_name(at->status), whole);
            add_text(entry, "since", since, whole);
        }
}

/* One for each member, and no longer than it is one. */
static void add_sessions(cJSON *tree, const struct core *core, bool *whole)
{
    cJSON *array = add_array(tree, "sessions", whole);
    char time[TIME_BYTES];

    for (const struct member *at = core->pool;
         at != NULL && core->rooms != NULL; at = at->next) {
        cJSON *entry = add_entry(array, whole);
        add_text(entry, "user", at->claims.subject, whole);
        time_write(at->connection->since_ms, time);
        add_text(entry, "since", time, whole);
        time_write(member_active_ms(at), time);
        add_text(entry, "last_activity", time, whole);
    }
}

static void add_metrics(cJSON *tree, const struct core *core, bool *whole)
{
    cJSON *metrics = cJSON_AddObjectToObject(tree, "metrics");
    const uint64_t *of = core->metrics;

    add_number(metrics, "managers_created", of[MANAGERS_CREATED], whole);
    add_number(metrics, "managers_active",
               of[MANAGERS_CREATED] - of[MANAGERS_ENDED], whole);
    add_number(metrics, "managers_ended", of[MANAGERS_ENDED], whole);
    add_number(metrics, "auth_failures", of[AUTH_FAILURES], whole);
    add_number(metrics, "limit_violations", of[LIMIT_VIOLATIONS], whole);
    add_number(metrics, "contextless_requests", of[CONTEXTLESS_REQUESTS],
               whole);
}

static void add_change(cJSON *array, const struct record *record, bool *whole)
{
    cJSON *entry = add_entry(array, whole);

    add_number(entry, "seq", record->seq, whole);
    add_text(entry, "what", record->what, whole);
    add_text(entry, "peer", record->peer, whole);
    add_text(entry, "user", record->user, whole);
}

struct cJSON *record_json(const struct core *core, const struct record *record)
{
    cJSON *entry = cJSON_CreateObject();
    bool whole = entry != NULL;
    char time[TIME_BYTES];

    (void)core;
    time_write(record->at_ms, time);
    add_number(entry, "seq", record->seq, &whole);
    add_text(entry, "time", time, &whole);
    add_text(entry, "event", record->what, &whole);
    add_text(entry, "severity", record->severity, &whole);
    add_text(entry, "cause", record->cause, &whole);
    add_text(entry, "detail", record->detail, &whole);
    add_text(entry, "peer", record->peer, &whole);
    add_text(entry, "user", record->user, &whole);
    add_text(entry, "restaurant", record->restaurant, &whole);
    add_text(entry, "endpoint",
             record->endpoint == NULL ? "" : record->endpoint, &whole);
    if (whole)
        return entry;
    cJSON_Delete(entry);
    return NULL;
}

static void add_event(cJSON *array, const struct core *core,
                      const struct record *record, bool *whole)
{
    cJSON *event = record_json(core, record);

    if (event == NULL || !cJSON_AddItemToArray(array, event)) {
        cJSON_Delete(event);
        *whole = false;
    }
}

/* The oldest record that no later one can have overwritten. */
static uint64_t first_kept(const struct core *core)
{
    return core->next_seq > RECORDS_MAX ? core->next_seq - RECORDS_MAX : 1;
}

static void add_records(cJSON *tree, const struct core *core, uint64_t since,
                        bool *whole)
{
    cJSON *history = add_array(tree, "history", whole);
    cJSON *events = add_array(tree, "events", whole);
    uint64_t first = first_kept(core);

    for (uint64_t seq = since > first ? since : first; seq < core->next_seq;
         seq++) {
        const struct record *record = journal_find(core, seq);
        if (record != NULL && record->is_event)
            add_event(events, core, record, whole);
        else if (record != NULL)
            add_change(history, record, whole);
    }
}

static void add_gauges(cJSON *tree, const struct core *core, bool *whole)
{
    cJSON *gauges = cJSON_AddObjectToObject(tree, "gauges");
    uint64_t strangers = 0;
    uint64_t members = 0;

    for (const struct connection *at = core->connections; at != NULL;
         at = at->next) {
        strangers += at->stage == STRANGER || at->stage == REFUSED;
        members += at->stage == MEMBER;
    }
    add_number(gauges, "connections", core->connection_count, whole);
    add_number(gauges, "strangers", strangers, whole);
    add_number(gauges, "members", members, whole);
    add_number(gauges, "pending", core->pending_count, whole);
    add_number(gauges, "tracked_addresses", core->addresses.entries, whole);
    add_number(gauges, "tracked_users", core->users.entries, whole);
    add_number(gauges, "cleanups", core->cleanup_ms != INT64_MAX, whole);
}

struct cJSON *core_inspect(const struct core *core, uint64_t since)
{
    cJSON *tree = cJSON_CreateObject();
    bool whole = true;

    add_pool(tree, core, &whole);
    add_managers(tree, core, &whole);
    add_counted(tree, "addresses", &core->addresses, &whole);
    add_counted(tree, "senders", &core->rates.users, &whole);
    add_rooms(tree, core, &whole);
    add_presence(tree, core, &whole);
    add_sessions(tree, core, &whole);
    add_metrics(tree, core, &whole);
    add_records(tree, core, since, &whole);
    add_gauges(tree, core, &whole);
    add_number(tree, "next", core->next_seq, &whole);
    add_number(tree, "first", first_kept(core), &whole);
    if (whole)
        return tree;
    cJSON_Delete(tree);
    return NULL;
}
