/* What a criterion came to: the verdict and everything that explains it. */
#ifndef BENCH_RESULT_H
#define BENCH_RESULT_H

#include "adapter.h"
#include "manifest/manifest.h"
#include "spec.h"

enum verdict { PASS, FAIL, INCONCLUSIVE, NOT_APPLICABLE };

const char *verdict_name(enum verdict verdict); /* "not-applicable" */
int verdict_named(const char *name);            /* or -1 */

/* Which exchanges are kept: where nobody reads those of what passed, they cost
 * more than the criterion itself. */
enum keeping { KEPT_WHOLE, KEPT_UNLESS_PASSED, KEPT_NEVER };

/* A criterion's own world. */
struct world {
    uint64_t seed;  /* of the run: canaries, users and noise come from it */
    unsigned index; /* tells worlds of one run apart: source address, users */
    enum keeping keeping; /* of the transcript */
};

struct result {
    enum verdict verdict;
    char *expected; /* the whole accept-set, in words; "" for a pass */
    char *seen;     /* what was seen instead; for not-applicable: why */
    uint32_t
        causes; /* set of 1 << enum cause: whose accept-sets it asked for */
    unsigned deviations; /* that were tolerated: set of 1 << enum deviation */
    struct cJSON *transcript; /* array of {"at_ms","peer","what","text"}; NULL:
                                 not kept */
};

/* Runs one criterion against one target. The adapter is fresh and is used up:
 * the caller frees it. Fills *result whatever happens; result_deinit it. All
 * texts in it are redacted: no token, key or control token. */
void bench_run(const struct criterion *criterion,
               const struct manifest *manifest, struct adapter *adapter,
               const struct world *world, struct result *result);
void result_deinit(struct result *result);

/* Must it run alone: by itself, or because it counts users whom the manifest
 * gives to all criteria? */
bool bench_is_alone(const struct criterion *criterion,
                    const struct manifest *manifest);

/* The accept-set of a cause, in words. */
void describe_outcomes(const struct outcomes *outcomes, struct buffer *into);

#endif
