/* The latest broadcasts, for who reads them over HTTP. */
#ifndef CORE_LATEST_H
#define CORE_LATEST_H

#include "core/core.h"

enum { LATEST_MAX = 128 };

/* Keeps a copy of what was sent to everybody; NULL is fine. Of `signals`
 * alone. */
void latest_keep(struct core *core, const char *message);
void latest_free(struct core *core);
/* {"signals":[…]}, the oldest first; free() it. NULL without memory. */
char *latest_json(const struct core *core);

#endif
