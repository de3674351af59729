/* Raises the limit, counts what is open, and divides the rest. */
#include "shell/descriptors.h"
#include <dirent.h>
#include <sys/resource.h>

/* With the dots and the folder itself: three more than there are. */
static size_t count_open(void)
{
    DIR *folder = opendir("/proc/self/fd");
    size_t count = 0;

    if (folder == NULL)
        return 0;
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

static size_t raise_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 0;
    limit.rlim_cur =
        limit.rlim_max < DESCRIPTORS_MAX ? limit.rlim_max : DESCRIPTORS_MAX;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        getrlimit(RLIMIT_NOFILE, &limit);
    return (size_t)limit.rlim_cur;
}

struct descriptors descriptors_share(void)
{
    struct descriptors share = { .limit = raise_limit() };
    size_t tenth = share.limit / 10;
    size_t taken;

    share.operators = tenth < OPERATORS_MAX ? tenth : OPERATORS_MAX;
    taken = count_open() + DESCRIPTORS_OF_OTHERS + share.operators;
    if (share.limit >= taken + SESSIONS_MIN)
        share.sessions = share.limit - taken;
    return share;
}
