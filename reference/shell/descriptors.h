/* How many descriptors this process may have, and who gets them.
 *
 *     | open at the start | others | operators |        sessions        |
 *
 * Others are listeners, log, audit, keys and the directory with its journal. A
 * crowd of sessions must not keep any of them from working. */
#ifndef SHELL_DESCRIPTORS_H
#define SHELL_DESCRIPTORS_H

#include <stddef.h>

enum {
    DESCRIPTORS_MAX = 32 * 1024, /* more are of no use */
    DESCRIPTORS_OF_OTHERS = 48,
    OPERATORS_MAX = 128, /* connections of the control listener */
    SESSIONS_MIN = 16,   /* with fewer it is no service */
};

struct descriptors {
    size_t limit; /* RLIMIT_NOFILE, as it is now */
    size_t operators;
    size_t sessions; /* 0: not even SESSIONS_MIN are left */
};

/* Raises the soft limit as far as the hard one allows, and shares out. */
struct descriptors descriptors_share(void);

#endif
