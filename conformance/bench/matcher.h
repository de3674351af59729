/* What a pattern says that no value can, and what a pattern captures. */
#ifndef BENCH_MATCHER_H
#define BENCH_MATCHER_H

#include <stdbool.h>

struct cJSON;

enum { VARIABLE_SIZE = 40 }; /* of the name of one, with its NUL */

enum {
    MATCHED_BYTES_MAX = 8192
}; /* of a string that an expression is tried
      on; a longer one does not match */

/* Is it one of these, in place of a value?
 *     {"$regex": "^a+$"}       a string that the POSIX extended expression
 * finds
 *     {"$element": pattern}    an array with such an element
 *     {"$json": pattern, "$prefix": "42"}   a string that holds such JSON */
bool is_matcher(const struct cJSON *pattern);
bool matcher_holds(const struct cJSON *matcher, const struct cJSON *value);
/* Does the expression find this text? False where it does not compile. */
bool regex_finds(const char *expression, const char *text);

/* Puts what stands where the pattern has "{name}", and what "$as" names of the
 * first group of a $regex, into the object `into`. They have to match. */
void pattern_captures(const struct cJSON *pattern, const struct cJSON *value,
                      struct cJSON *into);

#endif
