/* What tells of the inside of a service. */
#ifndef BENCH_LEAKS_H
#define BENCH_LEAKS_H

#include "base/bytes.h"

struct bench;

/* The first leak of internals in these bytes, or NULL: one of ours, or an
 * expression of the manifest's. */
const char *leak_in(const struct bench *bench, struct bytes bytes);
/* The same of an HTTP answer, whose links are paths as well. */
const char *leak_in_refusal(const struct bench *bench, struct bytes head,
                            struct bytes body);
/* The same of HTTP that stands where frames belong. */
const char *leak_in_litter(const struct bench *bench, struct bytes litter);

#endif
