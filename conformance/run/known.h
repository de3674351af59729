/* What a baseline makes of a run. A known failure stays a failure, and is
 * marked as known; the gate is green where there is no other, and where every
 * entry still says what is.
 *
 *     the criterion …          failure is   entry is
 *     fails as listed          known        known
 *     fails otherwise          otherwise    otherwise      exit 1
 *     fails, not listed        new                         exit 1
 *     fails, the day is over   expired      expired        exit 1
 *     passes                                passes         exit 5
 *     is not there, is of another profile, or is not applicable
 *                                           unmatched      exit 5
 *     is inconclusive                       unjudged       exit 3
 *     was left out by --only, --level, --shard or --max-wait
 *                                           unasked */
#ifndef RUN_KNOWN_H
#define RUN_KNOWN_H

#include "manifest/baseline.h"
#include "run/record.h"

/* Another repetition has failed with this reason: adds it to "also_seen", an
 * array, where it is another than those that are known of the failure. */
void known_add_reason(struct cJSON *verdict, const char *seen);

/* Of a failure: adds "baseline": "known", "otherwise", "expired" or "new", and
 * of a listed one "known_until" and "known_note". */
void known_mark(const struct baseline *baseline, struct cJSON *verdict);

/* Has this verdict been marked as known? */
bool known_is(const struct cJSON *verdict);
/* Of one that counts in spite of a baseline: why, in words. "" of others. */
const char *known_says(const struct cJSON *verdict);

/* What each entry came to, over the marked verdicts of a run of these
 * profiles, as an object: {"file","entries":[{"criterion","profile","state",
 * "expires","at","says"}]}. cJSON_Delete it. */
struct cJSON *known_judge(const struct baseline *baseline,
                          const struct record *record, unsigned profiles);

/* How many entries a run found to say no longer what is; known failures. */
unsigned known_stale(const struct record *record);
unsigned known_count(const struct record *record);
/* The entries of the record's end, or NULL. Borrowed. */
const struct cJSON *known_entries(const struct record *record);
/* Is this entry of the record stale? */
bool known_entry_is_stale(const struct cJSON *entry);

/* Do marks and entries of a record that was read agree? FAULT_PROTOCOL with a
 * sentence. */
enum fault known_check(const struct record *record);

/* The baseline of this run: each failure with its reasons, until `expires`;
 * what `before` (may be NULL) lists and the run bears out, or did not ask,
 * keeps its day and its note. */
enum fault known_write(const struct record *record,
                       const struct baseline *before, const char *expires,
                       struct buffer *into);
/* False: the run cannot be a baseline, and `why` says why not. */
bool known_is_fit(const struct record *record, struct buffer *why);

#endif
