/* The server's log: one line, one write, so that lines of several writers never
 * mix and a reader never sees half of one.
 *
 * Nothing here waits: a line that cannot be written at once (a full pipe, a
 * FIFO without a reader, a full disk) is dropped, and the next that can be is
 * preceded by one that says how many were. */
#ifndef SHELL_LOGFILE_H
#define SHELL_LOGFILE_H

#include <stdbool.h>

enum { LOG_LINE_MAX = 4096 };

struct logfile {
    int fd;
    unsigned long dropped; /* since a line was last written */
    bool torn;             /* the last one was written in part */
};

/* Appends to `path`, or to stderr when it is NULL. False (with errno) when the
 * file cannot be opened. */
bool logfile_open(struct logfile *log, const char *path);

/* Writes a line that is finished but for its line break; cuts it at
 * LOG_LINE_MAX. Cleaning it is the caller's business. */
void logfile_write(struct logfile *log, const char *line);

/* The same, with the time (RFC 3339, UTC) and a blank before the line. */
void logfile_say(struct logfile *log, const char *line);

void logfile_close(struct logfile *log); /* leaves stderr open */

#endif
