/* Time that a worker is granted beyond its deadline. */
#include "base/grace.h"
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>

struct grace {
    _Atomic int64_t ms;
};

static struct grace *account; /* of this process; NULL: none */

struct grace *grace_open(void)
{
    void *shared = mmap(NULL, sizeof(struct grace), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    return shared == MAP_FAILED ? NULL : shared; /* all zero */
}

void grace_close(struct grace *grace)
{
    if (grace != NULL)
        munmap(grace, sizeof(*grace));
}

int64_t grace_ms(const struct grace *grace)
{
    int64_t ms = grace == NULL ? 0 : atomic_load(&grace->ms);

    return ms < 0 ? 0 : ms > GRACE_MS_MAX ? GRACE_MS_MAX : ms;
}

void grace_use(struct grace *grace)
{
    account = grace;
}

void grace_grant(int64_t ms)
{
    if (account != NULL)
        atomic_fetch_add(&account->ms, ms);
}
