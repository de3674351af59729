/* The one place where text becomes markup. What others have said (a target, a
 * stream, a manifest) gets into a page by %s of html_add() alone, and there it
 * is text, whatever it holds: what could be more is escaped, what a reader
 * would not see or would see in the wrong order is shown by its name. */
#ifndef REPORT_HTML_MARKUP_H
#define REPORT_HTML_MARKUP_H

#include "base/buffer.h"

enum { MARKUP_TEXT_MAX = 4096 }; /* characters of one %s; more is counted */

/* Like printf; `format` is ours, and markup. Knows %s and %.*s (characters),
 * %d, %u, %.0f, %.1f and %%. A text that is cut says how many bytes of it are
 * missing; one that is cut by a precision ends in an ellipsis. */
enum fault html_add(struct buffer *into, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Markup of ours, as it is. */
void html_ours(struct buffer *into, struct bytes markup);

#endif
