/* Deviations from RFC 6455 that need not spoil a verdict about something else:
 * where the manifest tolerates one, it is passed over, and reported. */
#ifndef BASE_DEVIATION_H
#define BASE_DEVIATION_H

#include <stdbool.h>

enum deviation {
#define DEVIATION(name, word, text) DEVIATION_##name,
#include "base/deviation.def"
#undef DEVIATION
    DEVIATIONS,
};

/* What is tolerated, and what of it has been seen: sets of 1 << deviation. */
struct tolerance {
    unsigned tolerated;
    unsigned seen;
};

const char *deviation_word(enum deviation deviation); /* in a manifest */
const char *deviation_text(enum deviation deviation); /* as a sentence's end */
int deviation_named(const char *word);                /* or -1 */

/* Notes it where it is tolerated; NULL tolerates nothing. */
bool tolerate(struct tolerance *tolerance, enum deviation deviation);

#endif
