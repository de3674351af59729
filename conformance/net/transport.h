/* A stream of bytes towards a target, plain or under TLS, that never blocks
 * and tells the ways apart in which streams end. */
#ifndef NET_TRANSPORT_H
#define NET_TRANSPORT_H

#include "base/fault.h"
#include "net/url.h"
#include <stdbool.h>
#include <sys/types.h>

struct ssl_ctx_st;
struct ssl_st;
struct transport;

struct transport_ops {
    const char *name; /* "plain", "tls" */
    /* On a connected socket: FAULT_NONE once bytes may flow, FAULT_WAIT until
     * then, else the reason is in fault_reason(). */
    enum fault (*establish)(struct transport *transport);
    /* Up to size bytes. 0: the end, in order; FAULT_WAIT: none yet;
     * FAULT_RESET, FAULT_TLS: the end, out of order. transport->ending names
     * any end. */
    ssize_t (*read)(struct transport *transport, void *into, size_t size);
    /* May write less than size. FAULT_WAIT: nothing for now. Any other fault:
     * nothing ever again, though there may be something to read. */
    ssize_t (*write)(struct transport *transport, const void *from,
                     size_t size);
    /* Says goodbye: close_notify and FIN, as far as that does not block. */
    void (*finish)(struct transport *transport);
};

/* Made by one of the two below; ended by transport_close. */
struct transport {
    const struct transport_ops *ops;
    int fd; /* ours */
    struct ssl_st *ssl;
    const char *host;   /* borrowed, for sentences */
    bool wants_write;   /* TLS has to write before it can go on */
    const char *ending; /* "FIN", "TLS close_notify", …; NULL: none yet */
};

/* Both take the descriptor over, whatever happens. */
void transport_plain(struct transport *transport, int fd);
/* `url` is borrowed: its host is verified, and named to the server (SNI) unless
 * it is an address. FAULT_TLS, FAULT_MEMORY. */
enum fault transport_tls(struct transport *transport, int fd,
                         struct ssl_ctx_st *context, const struct url *url);

/* Ends TCP with a reset, or else with a FIN. Once is enough, twice no harm. */
void transport_close(struct transport *transport, bool reset);

/* A context for clients that trusts ca_file (PEM), or where that is NULL the
 * system. NULL with fault_reason(); SSL_CTX_free() it. */
struct ssl_ctx_st *tls_context_new(const char *ca_file);

/* read() and write() on the bare socket, for the two in here. */
ssize_t socket_failure(struct transport *transport, int error);

#endif
