/* The store that the nodes of the reference share: a Redis of the run's own, on
 * a free port of the loopback, with its data in a folder of the run's. It
 * writes each command to the disk before it answers, and may therefore be
 * killed. */
#ifndef RUN_STORE_H
#define RUN_STORE_H

#include "run/server.h"

struct store_of_run {
    struct server server;
    unsigned port;
    char folder[96]; /* of its data; "" : none */
};

/* Ready when it returns. `folder` is there, and is the caller's to remove. A
 * fault names what to install. */
enum fault store_start(struct store_of_run *store, const char *folder);
/* Stops it, and removes its data. */
void store_stop(struct store_of_run *store);

/* Does a Redis answer there that has read its data? */
bool store_answers(unsigned port);

/* A free TCP port of 127.0.0.1, as far as can be known; 0: there is none. */
unsigned free_port(void);

#endif
