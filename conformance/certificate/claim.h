/* What a run is good for: whether it can be certified, and what is then said of
 * it. Both follow from its stream, the requirement set and the level alone, so
 * that whoever verifies comes to the same. */
#ifndef CERTIFICATE_CLAIM_H
#define CERTIFICATE_CLAIM_H

#include "certificate/sets.h"
#include "run/record.h"

enum { STAMP_BYTES = 21 }; /* 2026-11-22T00:00:00Z */

struct claim {
    const struct record *record;
    const struct book *book;
    const struct set *set;
    enum level level;
    char issued[STAMP_BYTES];
    char expires[STAMP_BYTES];
};

/* "A", "AA", "AAA"; -1: neither. */
int level_named(const char *name);

/* The level that a run was of: what it selected, or all. -1: neither. */
int claim_level(const struct record *record);

/* "memory", "pipe" or "network": how near to what users have it was judged.
 * "unknown": it does not say, and cannot be certified. */
const char *claim_evidence(const struct record *record);

/* "clean", … of the tool that judged. */
const char *claim_tree(const struct record *record);

/* How many criteria of the set the claim rests on, those that were withdrawn
 * left out. */
size_t claim_required(const struct claim *claim);

/* Whether it can be certified. FAULT_DENIED with the first reason why not: it
 * did not end well, something failed or is open, something required was not
 * asked or is a known failure. */
enum fault claim_check(const struct claim *claim);

/* The predicate of the statement. What it makes of a stream it makes for ever,
 * or old certificates no longer hold: nothing in it comes from a sentence of
 * ours, and another member is another type. cJSON_Delete it; NULL without
 * memory. */
struct cJSON *claim_predicate(const struct claim *claim);

/* Milliseconds since 1970 as a stamp, and back; -1: it is no stamp. */
void stamp_write(int64_t ms, char into[STAMP_BYTES]);
int64_t stamp_read(const char *stamp);

#endif
