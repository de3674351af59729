/* Sentences in lines that a person likes to read. */
#ifndef BASE_PROSE_H
#define BASE_PROSE_H

#include "base/buffer.h"

/* Appends a text in lines of at most `columns`, each behind `prefix`. */
void add_wrapped(struct buffer *into, const char *prefix, const char *text,
                 size_t columns);

/* The same where the first line has begun already: the others are indented by
 * `indent`, which counts as a part of the columns. */
void add_hanging(struct buffer *into, const char *text, size_t indent,
                 size_t columns);

#endif
