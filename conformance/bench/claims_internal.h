/* What the files share that hold claims against the target. */
#ifndef BENCH_CLAIMS_INTERNAL_H
#define BENCH_CLAIMS_INTERNAL_H

#include "bench/internal.h"

bool is_claimed(const struct bench *bench, uint64_t capability);
/* Without a template there is nothing to ask with: not applicable. True where
 * the verdict exists. */
bool lacks_words(struct bench *bench, const struct cJSON *template,
                 uint64_t capability);
/* What the manifest says of it is not what `peer` got. */
void fail_claim(struct peer *peer, uint64_t capability, const char *expected);
/* It is denied, and is there: by what `peer` got. */
void fail_denial(struct peer *peer, uint64_t capability);
/* It is denied, and has been told in the agreed words. */
void fail_words(struct bench *bench, uint64_t capability);
/* A limit to go by. A denial is asked with `unsaid` at least, lest a small
 * number hide the limit; nobody with more than `most`. */
struct measure {
    unsigned said;   /* by the manifest; 0: no number */
    unsigned unsaid; /* tried where there is none */
    unsigned most;
};

/* So many are to be tried. Not applicable where a claim takes more than `most`.
 */
unsigned number_to_try(struct bench *bench, uint64_t capability,
                       struct measure measure);
/* A denial that has met no limit with `tried` is unproven, and not applicable,
 * where more were to be tried. */
void need_enough_tried(struct bench *bench, uint64_t capability,
                       struct measure measure, unsigned tried);

/* Has it been answered by such a message? No fence needed. */
bool has_reply(const struct peer *peer, const struct cJSON *pattern);

#endif
