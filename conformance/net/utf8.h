/* UTF-8 (RFC 3629), judged as it arrives, however it is cut. */
#ifndef NET_UTF8_H
#define NET_UTF8_H

#include "base/bytes.h"
#include <stdbool.h>

/* All zero: between two characters. */
struct utf8 {
    unsigned char left; /* continuation bytes still to come */
    unsigned char low;  /* the range of the next one */
    unsigned char high;
};

/* False at the first byte that no well-formed text can have here; the state is
 * of no use then. */
bool utf8_feed(struct utf8 *utf8, struct bytes bytes);

/* Whether a text may end here. */
bool utf8_is_whole(const struct utf8 *utf8);

/* The bytes, 1 to 4, of the character that `at` begins with; 0: none does.
 * Reads no further than the character's end or the first byte that is none of
 * it, so a text needs no more than its NUL. */
size_t utf8_character(const char *at);

#endif
