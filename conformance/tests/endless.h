/* A command without an end of its own: it reads from a pipe that the test holds
 * and says nothing into, so it blocks for as long as the test lives, and ends
 * with it. */
#ifndef TESTS_ENDLESS_H
#define TESTS_ENDLESS_H

#include "check_program.h"
#include <fcntl.h>
#include <unistd.h>

#define ENDLESS "cat <&9"
enum { ENDLESS_FD = 9 };

/* Call before the command is started. Returns the end that nobody inherits: a
 * byte written there is one that the command gets. */
static inline int hold_endless(void)
{
    int ends[2];

    ck_assert_int_eq(fcntl(ENDLESS_FD, F_GETFD), -1);
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    ck_assert_int_eq(dup2(ends[0], ENDLESS_FD), ENDLESS_FD);
    close(ends[0]);
    return ends[1];
}

#endif
