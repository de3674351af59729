/* Text of others as a person may see it, in any format. What a reader would not
 * see, or would see in the wrong order, is shown by its name: [U+202E]. */
#ifndef REPORT_SHOWN_H
#define REPORT_SHOWN_H

#include "base/buffer.h"
#include <stdbool.h>
#include <stdint.h>

/* The bytes (1 to 4) of the character that `at`, not "", begins with, and its
 * code point. Where none begins there: 1, and *point is 0xfffd. */
size_t shown_character(const char *at, uint32_t *point);

/* Has it no shape of its own, or does it turn the order of its neighbours? A
 * line feed and a tab have none of that. */
bool shown_is_unseen(uint32_t point);

/* Bytes and sentences of ours, as they are. What does not fit fails all that
 * follows, lest a report lack its middle: *_add says so at the end. */
void shown_bytes(struct buffer *into, const void *at, size_t length);
void shown_ours(struct buffer *into, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Writes one ASCII character that is neither letter, digit nor space. */
typedef void (*shown_escape)(struct buffer *into, char byte);

/* On one line: a line feed is named too, a tab is a space. Behind `most`
 * characters it is cut, and says how many bytes are missing. FAULT_LIMIT or
 * FAULT_MEMORY where something did not fit, now or before. */
enum fault shown_add(struct buffer *into, const char *text, size_t most,
                     shown_escape escape);

/* The same in quotes, as JSON and YAML have it. */
enum fault shown_quoted(struct buffer *into, const char *text, size_t most);

#endif
