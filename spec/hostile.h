/* What users say to do harm, and what they say in peace: the same in each
 * system. Patterns for woven(), apart from those that are no objects. */
#ifndef HOSTILE_H
#define HOSTILE_H

#include <stddef.h>

struct said_texts {
    const char *const *at;
    size_t count;
};
extern const struct said_texts markup;             /* that a browser obeys */
extern const struct said_texts control_characters; /* that a terminal obeys */
extern const struct said_texts ordinary_text;      /* of any script */
extern const struct said_texts no_objects; /* no JSON, or no object of it */

#endif
