/* `--step-summary` and `--annotations`: what GitHub Actions shows of a job. */
#ifndef CLI_WORKFLOW_H
#define CLI_WORKFLOW_H

#include "cli/options.h"
#include "run/record.h"

/* EXIT_GOOD, also where nothing is asked for, or no file of a summary is named;
 * EXIT_UNSURE where it could not be written, with all said. */
int workflow_write(const struct options *options, const struct record *record);

#endif
