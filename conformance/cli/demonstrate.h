/* A criterion shown in memory: against the sound reference, and against one
 * that it fails. */
#ifndef CLI_DEMONSTRATE_H
#define CLI_DEMONSTRATE_H

#include "bench/result.h"
#include "lab.h"

/* One of the two. */
struct showing {
    const struct mutant *mutant; /* NULL: the sound one */
    enum verdict verdict;
    uint32_t causes;    /* set of 1 << enum cause */
    struct cJSON *line; /* what it is told by; NULL: it could not be shown */
    char trouble[200];  /* why not */
};

struct demonstration {
    struct showing sound, broken;
};

/* Both are filled, whatever happens; demonstration_deinit. Where no mutant of
 * the manifest's profile dies by it, `broken` has none. */
void demonstrate(const struct criterion *criterion,
                 const struct manifest *manifest, struct demonstration *into);
void demonstration_deinit(struct demonstration *demonstration);

/* Appends the exchange, `first` lines of it and, where there are more, `last`
 * of them at its end. */
void exchange_write(const struct showing *showing, int first, int last,
                    struct buffer *into);
/* A text of it: "expected", "seen". */
const char *showing_text(const struct showing *showing, const char *name);

#endif
