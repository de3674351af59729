/* A process between the tool and a server of its own, so that the server may
 * die and live again, or stand still, in the midst of a run: a shell command
 * that knows the keeper's pid is enough.
 *
 *     kill -USR1   kills the server at once, and lets it lie
 *     kill -USR2   starts it again, with the same arguments
 *     kill -TSTP   stops its time (SIGSTOP)
 *     kill -CONT   lets it run on
 *     kill -TERM   ends it, and the keeper
 *
 * The keeper ends when its parent does, and the server with the keeper, even
 * where that is killed. A server that ends by itself ends the keeper in the
 * same way: as if there were none. */
#ifndef RUN_KEEPER_H
#define RUN_KEEPER_H

#include <sys/types.h>

/* In a process of its own, that `parent` has forked; `argv` as for execvp. */
_Noreturn void keeper_run(char *const argv[], pid_t parent);

#endif
