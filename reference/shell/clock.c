/* The system's two clocks, read here and nowhere else in the shell. */
#include "shell/clock.h"
#include <stdio.h>
#include <time.h>

static int64_t read_ms(clockid_t which)
{
    struct timespec now;

    clock_gettime(which, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_wall_ms(void)
{
    return read_ms(CLOCK_REALTIME);
}

int64_t clock_steady_ms(void)
{
    return read_ms(CLOCK_MONOTONIC);
}

void clock_stamp(char into[CLOCK_STAMP_SIZE])
{
    int64_t now_ms = clock_wall_ms();
    time_t seconds = (time_t)(now_ms / 1000);
    struct tm utc;
    char second[24];

    gmtime_r(&seconds, &utc);
    strftime(second, sizeof(second), "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(into, CLOCK_STAMP_SIZE, "%s.%03dZ", second, (int)(now_ms % 1000));
}
