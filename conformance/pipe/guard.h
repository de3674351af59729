/* A process between the tool and a child of strange make. Whatever the child
 * does, forks and leaves behind ends with the guard, and the guard ends with
 * the tool, even where that is killed.
 *
 *     tool ── guard ── sh -c COMMAND ── …
 *
 * The child has a group of its own; what leaves that group comes to the guard
 * when its parents have died (it is a subreaper). */
#ifndef PIPE_GUARD_H
#define PIPE_GUARD_H

#include <stdbool.h>
#include <sys/types.h>

/* How the child has ended; what a guard writes, once. */
struct departure {
    int status;          /* as of waitpid */
    bool left_processes; /* others of its making still ran */
};

/* In a process of its own, that `parent` has forked. `ends` become the child's
 * stdin, stdout and stderr; the departure is written to `news`. SIGTERM: kill
 * all there is. */
_Noreturn void guard_run(const char *command, const int ends[3], int news,
                         pid_t parent);

#endif
