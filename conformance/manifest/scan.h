/* A strict reader of JSON that keeps nothing. */
#ifndef MANIFEST_SCAN_H
#define MANIFEST_SCAN_H

#include "base/bytes.h"

/* What a text does wrong first. */
struct flaw {
    unsigned line;
    char found[40];
    const char *expected; /* NULL: nothing is wrong */
};

/* Holds the text to RFC 8259, to our ceilings and to UTF-8, which cJSON does
 * not. */
struct flaw scan_text(struct bytes text);

#endif
