/* The lines of a stream, each an object of JSON. */
#ifndef RUN_LINES_H
#define RUN_LINES_H

#include "base/digest.h"
#include "bench/result.h"
#include "run/run.h"
#include <stdio.h>

/* From a worker to its parent; free() it. */
char *result_line(const struct result *result);

/* The verdict of a criterion from a worker's line, or from its trouble. A line
 * that is no result is trouble too. cJSON_Delete it. */
struct cJSON *verdict_line(const struct criterion *criterion, const char *line,
                           const char *trouble, int64_t us);
/* An array of the words of a text, which single spaces part. */
struct cJSON *words_json(const char *words);

/* Another verdict in its place. */
void verdict_set(struct cJSON *line, enum verdict verdict, const char *expected,
                 const char *seen, ...) __attribute__((format(printf, 4, 5)));

/* A URL as it may be shown: what stands behind its `?` may be a secret. */
void url_shown(const char *url, char *into, size_t size);

/* Where it is, and how many nodes it has; returns `into`. */
const char *target_shown(const struct target *target, char *into, size_t size);

struct cJSON *plan_line(const struct target *targets, size_t target_count,
                        const struct run_options *options, size_t criteria);

struct ending_of_run {
    enum exit_status status;
    bool interrupted;
    const char *trouble; /* why the run as a whole came to grief, where no
                            verdict can say it; "": it did not */
    int64_t wall_ms;
    int64_t cpu_ms;
    int longest_wait_ms;
};
/* Fills the record's end, which may hold the baseline's part already. */
void end_line(const struct record *record, const struct ending_of_run *ending);

/* Writes it at once: what a run has found is not lost when it is killed. */
void line_write(FILE *to, const struct cJSON *line);

/* Hex SHA-256 over ids, statements and needs of the whole catalogue. */
void catalogue_digest(char into[DIGEST_BYTES]);

#endif
