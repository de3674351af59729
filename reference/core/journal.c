/* The log, and the ring of records: the pool's history and the audit events.
 * One count numbers both, so a reader asks for "what is new" once. */
#include "core/system.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void copy_text(char *into, size_t size, const char *from)
{
    size_t length = strnlen(from, size - 1);

    memcpy(into, from, length);
    into[length] = 0;
}

void time_write(int64_t at_ms, char into[TIME_BYTES])
{
    time_t seconds = (time_t)(at_ms / 1000);
    struct tm utc = { .tm_mday = 1 };

    (void)gmtime_r(&seconds, &utc);
    size_t length = strftime(into, TIME_BYTES, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(into + length, TIME_BYTES - length, ".%03uZ",
             (unsigned)(at_ms % 1000));
}

void journal_log(struct core *core, const char *line)
{
    char clean[LOG_LINE_BYTES_MAX];
    char finished[LOG_LINE_BYTES_MAX + TIME_BYTES];
    char now[TIME_BYTES];

    if (core->is_foreign)
        return;
    time_write(core->port.now_ms(core->port.self), now);
    core->policy.clean_line(line, clean, sizeof(clean));
    snprintf(finished, sizeof(finished), "%s %s", now, clean);
    core->port.log(core->port.self, finished);
}

static size_t chunk_of(uint64_t seq)
{
    return seq % RECORDS_MAX / RECORDS_CHUNK;
}

void journal_record(struct core *core, struct record *record)
{
    struct record **chunk = &core->records[chunk_of(core->next_seq)];

    record->seq = core->next_seq++;
    record->at_ms = core->port.now_ms(core->port.self);
    if (*chunk == NULL)
        *chunk = calloc(RECORDS_CHUNK, sizeof(**chunk));
    if (*chunk != NULL)
        (*chunk)[record->seq % RECORDS_CHUNK] = *record;
}

const struct record *journal_find(const struct core *core, uint64_t seq)
{
    const struct record *chunk = core->records[chunk_of(seq)];
    const struct record *record =
        chunk == NULL ? NULL : &chunk[seq % RECORDS_CHUNK];

    return seq != 0 && record != NULL && record->seq == seq ? record : NULL;
}

void journal_free(struct core *core)
{
    for (size_t i = 0; i < RECORDS_MAX / RECORDS_CHUNK; i++)
        free(core->records[i]);
}

/* The event as the monitor gets it: a line of JSON. */
static void report(struct core *core, const struct record *record)
{
    struct cJSON *event = record_json(core, record);
    char *line = event == NULL ? NULL : cJSON_PrintUnformatted(event);

    if (line == NULL || !core->port.monitor(core->port.self, line))
        core->policy.monitor_failed(core, record->peer);
    cJSON_free(line);
    cJSON_Delete(event);
}

void journal_audit(struct core *core, const char *what, const char *severity,
                   const char *cause, const char *detail,
                   const struct connection *connection, const char *user)
{
    struct record record = { .is_event = true,
                             .endpoint = endpoint_name(core, connection) };

    copy_text(record.what, sizeof(record.what), what);
    copy_text(record.severity, sizeof(record.severity), severity);
    copy_text(record.cause, sizeof(record.cause), cause);
    copy_text(record.detail, sizeof(record.detail), detail);
    copy_text(record.peer, sizeof(record.peer), connection->peer);
    copy_text(record.user, sizeof(record.user), user);
    copy_text(record.restaurant, sizeof(record.restaurant),
              connection->restaurant);
    journal_record(core, &record);
    if (!core->is_foreign)
        report(core, &record);
}
