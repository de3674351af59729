/* `run --baseline` and `--write-baseline`: files of known failures. */
#ifndef CLI_GATE_H
#define CLI_GATE_H

#include "cli/options.h"
#include "manifest/baseline.h"
#include "run/record.h"

/* Reads what --baseline names (else *baseline is NULL) and looks whether what
 * --write-baseline names may be written. EXIT_GOOD, or EXIT_USAGE with all
 * said; baseline_free() it. */
int gate_open(const struct options *options, struct baseline **baseline);

/* Writes what --write-baseline names. EXIT_GOOD, also where nothing is asked
 * for; EXIT_UNSURE where the run cannot be a baseline or the file not be
 * written, with all said. */
int gate_write(const struct options *options, const struct baseline *before,
               const struct record *record);

#endif
