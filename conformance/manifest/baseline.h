/* A baseline: the failures of a service that its team knows of, each with the
 * reason seen and the last day on which it is put up with. A file of JSON,
 * comments allowed, that people edit (spec/baseline.schema.json). */
#ifndef MANIFEST_BASELINE_H
#define MANIFEST_BASELINE_H

#include "base/buffer.h"
#include <stdbool.h>
#include <stdint.h>

struct cJSON;

enum {
    BASELINE_VERSION = 1,
    BASELINE_ENTRIES_MAX = 4096,
    BASELINE_REASONS_MAX = 64,
    BASELINE_REASON_BYTES_MAX = 8192,
    BASELINE_DAYS = 30,      /* how long an entry lasts by default */
    BASELINE_DAYS_MAX = 365, /* and at most, from today */
    DAY_BYTES = 16,
};

/* All texts are borrowed from the baseline. */
struct known_failure {
    const char *criterion; /* any name: whether there is one is not known yet */
    const char *profile;
    const char *note;    /* the team's own word; NULL: none */
    const char *expires; /* YYYY-MM-DD, the last day (UTC) on which it counts */
    const char *seen[BASELINE_REASONS_MAX];
    size_t seen_count; /* from 1 */
    unsigned line;     /* where it stands in the file */
    bool is_expired;
};

struct baseline {
    char *path;
    struct cJSON *tree;
    struct known_failure *at; /* no criterion of a profile twice */
    size_t count;             /* may be 0 */
};

/* Reads a file; `now_ms` since 1970. baseline_free() it. NULL with a line for
 * each mistake in `errors`: file:line, JSON path, what is found and what was
 * expected. */
struct baseline *baseline_read(const char *path, int64_t now_ms,
                               struct buffer *errors);
/* The same of a text that stands under this name in errors. */
struct baseline *baseline_read_text(const char *name, struct bytes text,
                                    int64_t now_ms, struct buffer *errors);
void baseline_free(struct baseline *baseline); /* NULL is fine */

/* The entry for a criterion of a profile; NULL: there is none. */
const struct known_failure *baseline_find(const struct baseline *baseline,
                                          const char *criterion,
                                          const char *profile);

/* The day (UTC) so many days from now, as YYYY-MM-DD. */
void day_from(int64_t now_ms, int days, char into[DAY_BYTES]);

#endif
