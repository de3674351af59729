/* JSON that has a name twice in an object means one thing to one reader, and
 * another to the next (RFC 8259 4); so does one with U+0000 in a string, which
 * ends there for who reads it with cJSON. */
#ifndef BASE_NAMES_H
#define BASE_NAMES_H

#include "base/bytes.h"
#include <stdbool.h>

struct cJSON;

/* Has any object of it, as deep as it may be, a name twice? Yes without
 * memory. */
bool names_repeat(const struct cJSON *node);
/* Has JSON this text for a string with U+0000, written out as an escape? */
bool nul_is_written(struct bytes text);

#endif
