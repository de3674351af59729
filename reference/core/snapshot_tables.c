/* The plain numbers of a core, and its tables by a text. */
#include "core/snapshot_parts.h"
#include <cJSON.h>
#include <limits.h>

/* --- Numbers -------------------------------------------------------------- */

/* Each metric by its place: an enum has no names. */
bool numbers_export(const struct core *core, struct cJSON *part)
{
    struct cJSON *metrics = put_list(part, "metrics");

    for (size_t i = 0; i < METRICS; i++)
        if (!put_number(put_last(metrics), "count", (int64_t)core->metrics[i]))
            return false;
    return put_number(part, "next_seq", (int64_t)core->next_seq) &&
           put_number(part, "cleanup_ms", core->cleanup_ms) &&
           put_flag(part, "shutting_down", core->shutting_down);
}

bool numbers_import(struct core *core, const struct cJSON *part)
{
    const cJSON *metrics = take_list(part, "metrics", METRICS);
    const cJSON *entry;
    uint64_t *metric = core->metrics;
    int64_t number;

    cJSON_ArrayForEach(entry, metrics)
    {
        if (!take_number(entry, "count", 0, INT64_MAX, &number))
            return false;
        *metric++ = (uint64_t)number;
    }
    if (!take_number(part, "next_seq", 1, INT64_MAX / 2, &number))
        return false;
    core->next_seq = (uint64_t)number;
    return take_due(part, "cleanup_ms", &core->cleanup_ms) &&
           take_flag(part, "shutting_down", &core->shutting_down);
}

/* --- Counts --------------------------------------------------------------- */

/* The last one of each bucket comes first: so they are made again. */
static bool put_counts(const struct counts *counts, struct cJSON *list)
{
    for (size_t i = 0; counts->buckets != NULL && i < COUNT_BUCKETS; i++) {
        const struct count *at = counts->buckets[i];
        for (; at != NULL; at = at->next) {
            cJSON *entry = put_first(list);
            if (!put_text(entry, "key", at->key) ||
                !put_number(entry, "since_ms", at->since_ms) ||
                !put_number(entry, "held", at->held) ||
                !put_number(entry, "attempts", at->attempts))
                return false;
        }
    }
    return list != NULL;
}

static bool take_count(struct counts *counts, const cJSON *entry)
{
    char key[PEER_BYTES_MAX + SUBJECT_BYTES_MAX];
    int64_t since_ms;
    int64_t held;
    int64_t attempts;
    struct count *count;

    if (!take_text(entry, "key", key, sizeof(key)) ||
        !take_time(entry, "since_ms", &since_ms) ||
        !take_number(entry, "held", 0, UINT_MAX, &held) ||
        !take_number(entry, "attempts", 0, UINT_MAX, &attempts) ||
        count_find(counts, key) != NULL)
        return false;
    count = count_make(counts, key);
    if (count == NULL)
        return false;
    count->since_ms = since_ms;
    count->held = (unsigned)held;
    count->attempts = (unsigned)attempts;
    return true;
}

static bool take_counts(struct counts *counts, const cJSON *list)
{
    const cJSON *entry;

    cJSON_ArrayForEach(entry, list)
    {
        if (!take_count(counts, entry))
            return false;
    }
    return list != NULL;
}

bool counts_export(const struct core *core, struct cJSON *part)
{
    return put_counts(&core->users, put_list(part, "users")) &&
           put_counts(&core->addresses, put_list(part, "addresses")) &&
           put_counts(&core->rates.users, put_list(part, "senders")) &&
           put_counts(&core->rates.rooms, put_list(part, "spoken_in")) &&
           put_number(part, "rates_due_ms", core->rates.due_ms) &&
           put_counts(&core->logouts.users, put_list(part, "logouts")) &&
           put_number(part, "logouts_all_ms", core->logouts.all_ms) &&
           put_number(part, "logouts_due_ms", core->logouts.due_ms);
}

bool counts_import(struct core *core, const struct cJSON *part)
{
    return take_counts(&core->users, take_list(part, "users", COUNTS_MAX)) &&
           take_counts(&core->addresses,
                       take_list(part, "addresses", COUNTS_MAX)) &&
           take_counts(&core->rates.users,
                       take_list(part, "senders", COUNTS_MAX)) &&
           take_counts(&core->rates.rooms,
                       take_list(part, "spoken_in", COUNTS_MAX)) &&
           take_due(part, "rates_due_ms", &core->rates.due_ms) &&
           take_counts(&core->logouts.users,
                       take_list(part, "logouts", COUNTS_MAX)) &&
           take_time(part, "logouts_all_ms", &core->logouts.all_ms) &&
           take_due(part, "logouts_due_ms", &core->logouts.due_ms);
}

/* Takes one from the count, or gives it back; false when there is none. */
static bool count_moves(const struct counts *counts, const char *key, int by)
{
    struct count *count = count_find(counts, key);

    if (count == NULL || (by < 0 && count->held == 0))
        return false;
    count->held += (unsigned)by;
    return true;
}

static bool all_counts_move(struct core *core, int by)
{
    bool moved = true;

    for (struct connection *at = core->connections; at != NULL && moved;
         at = at->next) {
        if (at->is_counted)
            moved = count_moves(&core->addresses, at->address, by);
        if (at->has_place && moved)
            moved = at->member != NULL &&
                    count_moves(&core->users, at->member->claims.subject, by);
    }
    return moved;
}

/* Everything that will be given back once is given back, and taken again. */
bool counts_cover_connections(struct core *core)
{
    return all_counts_move(core, -1) && all_counts_move(core, 1);
}

/* --- Revocations ---------------------------------------------------------- */

bool revocations_export(const struct core *core, struct cJSON *part)
{
    struct cJSON *list = put_list(part, "tokens");

    for (size_t i = 0; i < core->revoked_count; i++) {
        cJSON *entry = put_last(list);
        if (!put_text(entry, "jti", core->revoked[i]) ||
            !put_number(entry, "until_ms", core->revoked_until_ms[i]))
            return false;
    }
    return put_number(part, "all_until_ms", core->revoked_all_until_ms);
}

bool revocations_import(struct core *core, const struct cJSON *part)
{
    const cJSON *list = take_list(part, "tokens", REVOKED_MAX);
    const cJSON *entry;
    char jti[JTI_BYTES_MAX + 1];
    int64_t until_ms;

    cJSON_ArrayForEach(entry, list)
    {
        if (!take_text(entry, "jti", jti, sizeof(jti)) || jti[0] == 0 ||
            !take_due(entry, "until_ms", &until_ms) ||
            !revocation_restore(core, jti, until_ms))
            return false;
    }
    return list != NULL &&
           take_due(part, "all_until_ms", &core->revoked_all_until_ms);
}
