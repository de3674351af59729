/* What `explain` tells of a criterion. */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

#include "cli/verbs.h"
#include "manifest/manifest.h"
#include "spec.h"

/* On stdout: what it proves, what it needs, what it accepts of this manifest,
 * the exchange, and one that fails. */
void explain_criterion(const struct options *options,
                       const struct criterion *criterion,
                       const struct manifest *manifest);

#endif
