/* What a peer has been told of presence, for the files that look for it. */
#ifndef BENCH_NOTICES_H
#define BENCH_NOTICES_H

#include "bench/internal.h"

/* What is looked for among the messages that have come; NULL: any. */
struct notice {
    const struct cJSON *pattern;
    const char *user;
    const char *room;
    const char *status;
};
unsigned count_notices(const struct peer *peer, const struct notice *notice);

#endif
