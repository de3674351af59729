/* `--html`, and the kill matrix that goes into it. */
#ifndef CLI_PAGE_H
#define CLI_PAGE_H

#include "cli/options.h"
#include "run/record.h"

/* Whether --mutants can be read, before a run. EXIT_GOOD, or EXIT_USAGE with
 * all said. */
int page_check(const struct options *options);

/* Writes what --html names. EXIT_GOOD, also where nothing is asked for;
 * EXIT_UNSURE where it could not be written, with all said. */
int page_write(const struct options *options, const struct record *record);

#endif
