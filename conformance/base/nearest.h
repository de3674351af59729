/* What somebody probably meant. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

/* The name of `names` (NULL-ended) that `name` was probably meant to be, by
 * Levenshtein's distance; NULL when none is near. */
const char *nearest_name(const char *name, const char *const *names);

#endif
