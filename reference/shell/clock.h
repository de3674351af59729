/* The one place where the shell asks what time it is. */
#ifndef SHELL_CLOCK_H
#define SHELL_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* Room for "2026-02-22T10:00:00.000Z" and its NUL. */
enum { CLOCK_STAMP_SIZE = 32 };

/* Milliseconds since 1970, UTC: what tokens are judged by. May jump. */
int64_t clock_wall_ms(void);

/* Milliseconds since some moment before the start: what deadlines are
 * measured by. Never runs backwards. */
int64_t clock_steady_ms(void);

/* Writes the present wall time in the form of RFC 3339, in UTC, whatever the
 * machine's time zone is. */
void clock_stamp(char into[CLOCK_STAMP_SIZE]);

#endif
