/* JSON that has a name twice in an object means one thing to one reader, and
 * another to the next (RFC 8259 4). */
#ifndef BASE_NAMES_H
#define BASE_NAMES_H

#include <stdbool.h>

struct cJSON;

/* Has any object of it, as deep as it may be, a name twice? Yes without
 * memory. */
bool names_repeat(const struct cJSON *node);

#endif
