/* A server of our own that is started for a run: the reference, on free ports
 * of the loopback, killed by pid at the end, whatever happens. */
#ifndef RUN_SERVER_H
#define RUN_SERVER_H

#include "base/buffer.h"
#include <stdbool.h>
#include <sys/types.h>

struct server {
    pid_t pid;     /* 0: none */
    int out;       /* its stdout; -1: none */
    bool died;     /* by itself, */
    int status;    /* and how */
    char name[32]; /* in a report of that: "node 2" */
    char url[256];
    char plain_url[256]; /* "": none */
    char control[256];
    char unix_url[256];
};

/* Starts argv[0] (a path, or a name on PATH) under TZ `timezone`; returns at
 * once. */
enum fault server_start(struct server *server, char *const argv[],
                        const char *timezone);
/* The same, and a keeper between (keeper.h): `pid` is the keeper's. */
enum fault server_start_kept(struct server *server, char *const argv[],
                             const char *timezone);
/* Waits for the line of JSON that says where it listens. FAULT_TIMEOUT,
 * FAULT_ENDED, FAULT_PROTOCOL with a reason. */
enum fault server_ready(struct server *server, int deadline_ms);
/* Has it ended by itself? Then it is reaped, and *status is how. */
bool server_has_died(struct server *server, int *status);
/* SIGTERM, then SIGKILL after a second; reaped. */
void server_stop(struct server *server);

#endif
