/* WebSocket URLs (RFC 6455 3), and the ws+unix form for local sockets. */
#ifndef NET_URL_H
#define NET_URL_H

#include "base/buffer.h"
#include "base/fault.h"
#include <stdbool.h>

enum url_scheme { URL_WS, URL_WSS, URL_UNIX };

/* A value: no pointer in it, nothing to free. */
struct url {
    enum url_scheme scheme;
    char host[254];        /* without brackets; "" for URL_UNIX */
    bool is_ipv6;          /* the host is an IPv6 address */
    unsigned short port;   /* 1..65535; 0 for URL_UNIX */
    char socket_path[108]; /* URL_UNIX alone; absolute */
    char path[1024];       /* begins with '/' */
    char query[1024];      /* without '?'; "": none */
};

/* Reads "ws://host:port/path?query", "wss://[::1]/", or
 * "ws+unix:///path/to.sock:/path". FAULT_MANIFEST with fault_reason() for
 * anything else; *into is undefined then. */
enum fault url_parse(const char *text, struct url *into);

/* Appends the value of the Host header: brackets around IPv6, the port where
 * it is not the scheme's own, "localhost" for a local socket. */
enum fault url_write_host(const struct url *url, struct buffer *into);

#endif
