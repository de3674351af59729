/* Time that passes only when it is told to. */
#include "virtual_clock.h"

void virtual_clock_start(struct virtual_clock *clock)
{
    clock->now_ms = VIRTUAL_START_MS;
}

void virtual_clock_advance_to(struct virtual_clock *clock, int64_t at_ms)
{
    if (at_ms > clock->now_ms)
        clock->now_ms = at_ms;
}

int64_t virtual_clock_after(const struct virtual_clock *clock, int64_t ms)
{
    if (ms <= 0)
        return clock->now_ms;
    return ms > INT64_MAX - clock->now_ms ? INT64_MAX : clock->now_ms + ms;
}
