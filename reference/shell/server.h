/* The running server: one node, one libuv loop, the listeners on it.
 *
 * Only the shell's own files look inside; main needs server_run alone. */
#ifndef SHELL_SERVER_H
#define SHELL_SERVER_H

#include "core/core.h"
#include "node/node.h"
#include "shell/acceptor.h"
#include "shell/crowd.h"
#include "shell/descriptors.h"
#include "shell/keyfile.h"
#include "shell/logfile.h"
#include "shell/options.h"
#include "shell/sessions.h"
#include "store/store.h"
#include <sys/types.h>
#include <uv.h>

struct lws_context;
struct lws_vhost;

enum {
    GRACE_MS = 1000, /* how long a shutdown waits for the peers */
    CONTROL_TOKEN_MIN = 16,
    CONTROL_TOKEN_MAX = 512,
};

struct server {
    struct options options;
    struct node *node;
    struct deflate_cache deflated;
    struct shared *shared; /* what several servers share, or NULL */
    struct store *store;   /* of `pos`, else NULL */
    struct sessions sessions;
    struct logfile log;
    bool audit_is_torn; /* its last event was written in part */
    struct keyfile keys;
    char control_token[CONTROL_TOKEN_MAX + 1];

    struct crowd crowd;
    struct descriptors descriptors;
    size_t operators; /* connections of the control listener */

    struct lws_context *context;
    struct lws_vhost *tcp;   /* does not listen: at_tcp does */
    struct lws_vhost *plain; /* without TLS beside it; nor this: at_plain */
    struct lws_vhost *local; /* nor does this: at_local */
    struct lws_vhost *control;
    struct acceptor at_tcp;
    struct acceptor at_plain;
    struct acceptor at_local;
    dev_t local_device; /* of the unix socket's file, as we made it */
    ino_t local_inode;

    uv_loop_t loop;
    uv_prepare_t turn; /* before each wait: sets `wake` */
    uv_timer_t wake;   /* for the nearest deadline of all */
    uv_signal_t terminate;
    uv_signal_t interrupt;
    bool stopping;
    int64_t stop_ms; /* by the steady clock; while stopping */
};

/* Serves until SIGTERM or SIGINT. Writes the line of JSON that tells where it
 * listens to `announce` once it does. Returns the exit status: 0 ended in
 * order, 1 it could not start (said on stderr), 2 an option names a file that
 * will not do (said on stderr). Leaves SIGTERM and SIGINT blocked: a process
 * serves once, and exits. */
int server_run(const struct options *options, int announce);

/* --- between the shell's files -------------------------------------------- */

/* listeners.c: creates the context and its listeners. False, with a line on
 * stderr, when one of them cannot listen. */
bool listeners_open(struct server *server);
/* Nobody comes in from here on. */
void listeners_close(struct server *server);
/* Writes the announcement; returns its length, as snprintf does. */
int listeners_describe(const struct server *server, char *into, size_t size);

/* Removes the unix socket's file, which outlives its listener, unless another
 * one stands in its place. */
void listeners_forget(const struct server *server);

/* ports.c: what the core may do. */
struct port server_port(struct server *server);

/* Told by each session at its very end: the last one ends a shutdown. */
void server_session_gone(struct server *server);

#endif
