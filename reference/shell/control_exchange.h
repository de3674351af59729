/* One request of an operator and its answer, between control.c, which speaks
 * HTTP, and control_requests.c, which knows what may be asked. */
#ifndef SHELL_CONTROL_EXCHANGE_H
#define SHELL_CONTROL_EXCHANGE_H

#include "core/text.h"
#include <stdbool.h>
#include <stdint.h>

struct server;

/* One connection, and the request on it that is being answered. */
struct exchange {
    const struct route *route;
    int refusal; /* a status, when the head alone decides; else 0 */
    int status;  /* while `waits`, of a request that has been obeyed */
    bool waits;  /* for the servers of the service to know of it */
    uint64_t ticket;
    char *body;
    size_t body_length;
    uint64_t since;
    char *token;  /* a user's, where the route is for users; NULL: none */
    char *answer; /* LWS_PRE of room first; what is still to be sent of it: */
    size_t answer_length;
    size_t sent;
};

/* Returns the status; may set the answer. */
typedef int handler(struct server *server, struct exchange *exchange);

/* What is asked with a body is done at once, and answered when all servers of
 * the service know of it; the rest is looked up when this one knows whatever
 * they knew. */
struct route {
    const char *path;
    bool has_body;
    handler *handle;
    bool for_users; /* who bring a token of theirs, which the handler judges */
};

/* NULL: there is no such path. */
const struct route *control_route(const char *path);

#endif
