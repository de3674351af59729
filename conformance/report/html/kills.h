/* The kill matrix as `mutants --json` tells it: which mutant of the reference
 * fails which criterion. */
#ifndef REPORT_HTML_KILLS_H
#define REPORT_HTML_KILLS_H

#include "base/buffer.h"
#include <stdbool.h>

struct cJSON;
struct kills;

enum {
    KILLS_BYTES_MAX = 16 * 1024 * 1024,
    KILLS_MUTANTS_MAX = 8192,
    KILLS_NAMES_MAX = 256 * 1024, /* of all mutants together */
};

/* NULL, with fault_reason(), where the text is no kill matrix. kills_free it.
 */
struct kills *kills_read(struct bytes text);
void kills_free(struct kills *kills); /* NULL is fine */

/* Ordered by criterion, then by mutant. */
struct kill {
    const char *criterion;
    const char *mutant;
    const char *says; /* what the mutant does wrong */
    bool named;       /* the mutant names the criterion */
    bool failed;      /* the criterion fails the mutant */
};

/* Those of one criterion; *count of them. NULL where there is none. */
const struct kill *kills_of(const struct kills *kills, const char *criterion,
                            size_t *count);

unsigned kills_mutants(const struct kills *kills);

#endif
