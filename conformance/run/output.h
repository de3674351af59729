/* Where reports go: a file that is there whole or not at all, standard output
 * for "-". A report that could not be written is never passed over. */
#ifndef RUN_OUTPUT_H
#define RUN_OUTPUT_H

#include "base/buffer.h"
#include <stdbool.h>
#include <stdio.h>

/* Makes the folder of `path` where that is missing. FAULT_OUTPUT. */
enum fault output_write(const char *path, struct bytes text);

/* The same, but never over a file that is there. */
enum fault output_write_new(const char *path, struct bytes text);

/* Behind what is there already; FAULT_OUTPUT also where the file would have
 * more than `most` bytes then, and it is as it was. */
enum fault output_append(const char *path, struct bytes text, size_t most);

/* A stream that grows line by line. NULL with fault_reason(). */
FILE *output_open(const char *path);
/* FAULT_OUTPUT when a line was lost, now or before. */
enum fault output_close(FILE *file, const char *path);

#endif
