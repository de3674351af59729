/* Time that passes only when it is told to. */
#ifndef MOCKS_VIRTUAL_CLOCK_H
#define MOCKS_VIRTUAL_CLOCK_H

#include <stdint.h>

/* Where every world begins: 2026-01-01T00:00:00.500Z, in the middle of a
 * second, so that rounding shows. */
#define VIRTUAL_START_MS INT64_C(1767225600500)

struct virtual_clock {
    int64_t now_ms; /* since 1970, UTC */
};

void virtual_clock_start(struct virtual_clock *clock);
/* Forward only: an earlier moment leaves the clock as it is. */
void virtual_clock_advance_to(struct virtual_clock *clock, int64_t at_ms);
/* `ms` from now, without overflow; a negative span is none. */
int64_t virtual_clock_after(const struct virtual_clock *clock, int64_t ms);

#endif
