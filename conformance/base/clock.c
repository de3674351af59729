/* The system's clocks, the only place that reads them. */
#include "base/clock.h"
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>

static int64_t read_us(clockid_t which)
{
    struct timespec now = { 0 };

    clock_gettime(which, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_monotonic_ms(void)
{
    return read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t clock_monotonic_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

int64_t clock_wall_ms(void)
{
    return read_us(CLOCK_REALTIME) / 1000;
}

static int64_t spent_us(int who)
{
    struct rusage usage = { 0 };

    getrusage(who, &usage);
    return ((int64_t)usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
           usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

int64_t clock_cpu_us(void)
{
    return spent_us(RUSAGE_SELF) + spent_us(RUSAGE_CHILDREN);
}
