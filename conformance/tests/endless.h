/* A command without an end of its own: it reads from a pipe that the test holds
 * and says nothing into, so it blocks for as long as the test lives, and ends
 * with it. It opens the pipe by name: which descriptors are free is nobody's
 * promise. */
#ifndef TESTS_ENDLESS_H
#define TESTS_ENDLESS_H

#include "check_program.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ENDLESS "cat <\"$ENDLESS\""

/* Commands that are started afterwards find our descriptor's path in their
 * environment. */
static inline void name_descriptor(const char *variable, int fd)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)getpid(), fd);
    ck_assert_int_eq(setenv(variable, path, 1), 0);
}

/* Call before the command is started. Returns the end that nobody inherits: a
 * byte written there is one that the command gets. */
static inline int hold_endless(void)
{
    int ends[2];

    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    name_descriptor("ENDLESS", ends[0]);
    return ends[1];
}

#endif
