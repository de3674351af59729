/* Why a criterion fails, without what differs from run to run: canaries and
 * identifiers, times, addresses and ports, and how many broadcasts went by.
 * What tells one failure from another stays: codes, reasons, names, counts. */
#ifndef RUN_REASON_H
#define RUN_REASON_H

#include <stdbool.h>

enum { REASON_BYTES_MAX = 4096 }; /* what is longer is cut */

/* free() it; NULL without memory. What is plain already stays as it is. */
char *reason_plain(const char *seen);

/* Do both come to the same reason? */
bool reason_equals(const char *one, const char *other);

#endif
