/* What `run` and `report` share: where reports go, and how they get there. */
#ifndef CLI_RENDERING_H
#define CLI_RENDERING_H

#include "base/buffer.h"
#include "cli/options.h"
#include "run/record.h"
#include <stdio.h>

enum { REPEAT_BYTES_MAX = 32 * 1024 }; /* of a command that repeats a run */

/* The worse of two exit statuses. */
int worse_status(int one, int other);

/* One line on stderr; returns EXIT_UNSURE. */
int unsure_error(const char *why);

/* Where people read: a report on standard output stands there alone. */
FILE *for_people(const struct options *options);

/* EXIT_GOOD, or EXIT_USAGE where two reports claim standard output, or what
 * goes into one cannot be read; that has been said. */
int check_reports(const struct options *options);

/* The whole of a file, up to the limit of `into`, or of a pipe into which
 * somebody writes, or begins to within ten seconds. NULL, or why it cannot be
 * read; valid until the next call. */
const char *read_file(const char *path, struct buffer *into);

/* Writes each report that was asked for (but the stream). EXIT_GOOD, or
 * EXIT_UNSURE where one could not be written; that has been said. */
int write_reports(const struct options *options, const struct record *record);

/* The report for people. `repeat` is the command that runs it all again. */
int print_text(const struct record *record, const char *repeat, bool colour,
               FILE *to);

#endif
