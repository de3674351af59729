/* The nodes of the reference, which share a store. */
#ifndef RUN_NODES_H
#define RUN_NODES_H

#include "run/target.h"

/* Until each has what they share: before that it refuses everybody. `token` is
 * that of their control. FAULT_TIMEOUT. */
enum fault nodes_await(const struct target *target, const char *token,
                       int deadline_ms);

#endif
