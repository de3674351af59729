/* A listening socket on the loop, and what becomes of those who knock.
 *
 * libwebsockets would listen too, but asks again without a pause, and says so
 * each time, when there is no descriptor for who knocks: a full house would
 * cost a whole processor. Here such a listener rests, and tries again. */
#ifndef SHELL_ACCEPTOR_H
#define SHELL_ACCEPTOR_H

#include "shell/logfile.h"
#include <stdbool.h>
#include <uv.h>

enum {
    ACCEPT_BATCH = 64,    /* taken in one turn of the loop */
    ACCEPT_REST_MS = 100, /* when no descriptor is left */
};

struct acceptor {
    int fd; /* listening; -1: none */
    struct logfile *log;
    /* False: who knocks is to wait for another turn of the loop. */
    bool (*is_ready)(const void *self);
    /* One has come. Takes the descriptor, which does not block. */
    void (*take)(void *self, int fd);
    void *self;
    uv_poll_t poll;
    uv_timer_t rest;
    bool is_open;
    bool is_resting; /* said so: it is said once, until one is accepted */
};

/* Listening sockets, close-on-exec; -1 with errno. `host` is an IPv4 or IPv6
 * address; port 0 is any free one. What stands at the path of a unix socket is
 * removed first. */
int listen_tcp(const char *host, int port);
int listen_unix(const char *path);
int listening_port(int fd);

/* Takes the listening socket, and accepts from now on. */
void acceptor_open(struct acceptor *acceptor, uv_loop_t *loop, int fd);
void acceptor_close(struct acceptor *acceptor); /* one never opened is fine */

#endif
