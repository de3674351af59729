/* What somebody may have meant. */
#ifndef CLI_CLOSEST_H
#define CLI_CLOSEST_H

/* The name (of a NULL-ended list) that is nearest to `word` in single-letter
 * edits, or NULL when none is near. */
const char *closest(const char *word, const char *const names[]);

#endif
