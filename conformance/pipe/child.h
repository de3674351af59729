/* The process at the other end: lines out, lines in, under deadlines and
 * ceilings; stderr is kept, its end that is. It knows no protocol. */
#ifndef PIPE_CHILD_H
#define PIPE_CHILD_H

#include "base/buffer.h"
#include "pipe/guard.h"
#include <stdint.h>

enum {
    CHILD_ERRORS_KEPT = 2048,
    CHILD_READ_MAX = 64 * 1024 * 1024,   /* between two child_new_world */
    CHILD_UNSENT_MAX = 64 * 1024 * 1024, /* that it does not read */
};

struct child {
    pid_t guard; /* 0: there is none */
    int in;      /* its stdin, and so on */
    int out;
    int err;
    int news;
    bool has_ended;
    struct departure departure; /* where it has */
    struct buffer unsent;
    size_t sent; /* of `unsent` */
    struct buffer heard;
    size_t taken; /* of `heard` */
    size_t seen;  /* of `heard`: no '\n' behind `taken` and before this */
    size_t total; /* read in this world */
    char errors[CHILD_ERRORS_KEPT + 1];
    size_t error_length;
};

/* All zero, before child_start, is ended. */
void child_init(struct child *child); /* pair: child_deinit */
/* Kills it where it still runs. */
void child_deinit(struct child *child);

/* `command` is for /bin/sh. FAULT_SYSTEM. That it cannot be started shows in
 * how it ends. */
enum fault child_start(struct child *child, const char *command);
/* Ends it: waits as long for it to go by itself, then kills all of it.
 * *departure tells how it went; false: it had to be killed. */
bool child_end(struct child *child, int patience_ms,
               struct departure *departure);

/* From here on the ceiling of what is read counts anew. */
void child_new_world(struct child *child);

/* Queues bytes; they leave with the next child_line. FAULT_LIMIT: it does not
 * read. */
enum fault child_write(struct child *child, struct bytes bytes);
/* The next line, without its '\n', until the next call. FAULT_TIMEOUT: none
 * came until then (clock_monotonic_ms); FAULT_ENDED: it has closed its stdout,
 * or has ended: `has_ended`; FAULT_LIMIT; FAULT_PROTOCOL: half a line. */
enum fault child_line(struct child *child, int64_t until_ms,
                      struct bytes *line);
/* Has it said more than was taken? Waits for nothing. */
bool child_has_more(const struct child *child);
/* Reads what its stderr still holds. The end of it, on one line. */
const char *child_errors(struct child *child);

#endif
