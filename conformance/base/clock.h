/* The system's clocks, the only place that reads them. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

int64_t clock_monotonic_ms(void); /* for deadlines */
int64_t clock_monotonic_us(void);
int64_t clock_wall_ms(void); /* since 1970, UTC */
int64_t clock_cpu_us(void);  /* of this process and its reaped children */

#endif
