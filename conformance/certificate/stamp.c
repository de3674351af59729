/* Times as certificates have them. */
#include "certificate/claim.h"
#include <stdio.h>
#include <time.h>

void stamp_write(int64_t ms, char into[STAMP_BYTES])
{
    time_t then = (time_t)(ms / 1000);
    struct tm parts = { 0 };

    gmtime_r(&then, &parts);
    if (strftime(into, STAMP_BYTES, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        into[0] = 0;
}

/* There and back, since strptime takes the 31st of February. */
int64_t stamp_read(const char *stamp)
{
    struct tm parts = { 0 };
    char back[STAMP_BYTES];

    if (strlen(stamp) != STAMP_BYTES - 1 ||
        strptime(stamp, "%Y-%m-%dT%H:%M:%SZ", &parts) == NULL)
        return -1;
    int64_t ms = (int64_t)timegm(&parts) * 1000;
    stamp_write(ms, back);
    return strcmp(back, stamp) == 0 ? ms : -1;
}
