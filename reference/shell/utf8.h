/* UTF-8 (RFC 3629) judged as it arrives: no overlong form, no surrogate,
 * nothing above U+10FFFF. */
#ifndef SHELL_UTF8_H
#define SHELL_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zero: between two characters, where every text begins. */
struct utf8_scan {
    uint8_t missing; /* continuation bytes that the character still lacks */
    uint8_t lowest; /* the range of the next one; unused when none is missing */
    uint8_t highest;
};

/* Reads the next `length` bytes of a text. False as soon as one of them cannot
 * stand there; the scan is of no further use then. */
bool utf8_scan(struct utf8_scan *scan, const uint8_t *bytes, size_t length);

/* May the text end here, or is a character cut in two? */
bool utf8_scan_is_whole(const struct utf8_scan *scan);

/* Both for a text that is all there. */
bool utf8_holds(const uint8_t *bytes, size_t length);

#endif
