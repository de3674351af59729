/* What a run has to tell beside its verdicts: other doors, what its manifest
 * widens, and what was tolerated. */
#ifndef REPORT_BESIDE_H
#define REPORT_BESIDE_H

#include "run/record.h"

/* `name` is "asked_door", "other_door" (one that was not),
 * "widened" or "tolerated". */
typedef void tell_beside(void *self, const char *name, const char *text);
void each_beside(const struct record *record, tell_beside *tell, void *self);

#endif
