/* Where a target listens: a URL with its addresses, and sockets towards it. */
#ifndef NET_ENDPOINT_H
#define NET_ENDPOINT_H

#include "base/fault.h"
#include "net/url.h"
#include <sys/socket.h>

enum limits_of_endpoints {
    ENDPOINT_ADDRESSES_MAX = 8,
    ADDRESS_SIZE = 128, /* of an address in text, with its NUL */
};

struct address {
    struct sockaddr_storage at;
    socklen_t length;
};

struct endpoint {
    struct url url;
    struct address addresses[ENDPOINT_ADDRESSES_MAX];
    size_t count; /* at least 1 */
};

/* Reads the URL and looks its host up, once; a name server that is silent
 * costs the resolver's own time-out here and none later. FAULT_MANIFEST for a
 * bad URL, FAULT_REFUSED for a host without address; fault_reason() says. */
enum fault endpoint_init(struct endpoint *endpoint, const char *url);

/* Whether every address is this machine. */
bool endpoint_is_local(const struct endpoint *endpoint);

/* A non-blocking socket bound to our end: to `source` where it may reach this
 * address, to the abstract name "wsconform-<pid>-<number>" for a local socket.
 * The descriptor, or a negative fault with fault_reason(). */
int endpoint_socket(const struct address *address, const char *source,
                    unsigned number);

/* Begins to connect, or looks how far it is: FAULT_NONE connected, FAULT_WAIT
 * not yet, else it has failed, with fault_reason(). Does not block. */
enum fault endpoint_connect(int fd, const struct address *address);

/* Whether a FAULT_WAIT is to be tried again by the clock rather than by poll:
 * a local socket with a full backlog tells nobody when there is room. */
bool endpoint_polls_by_clock(const struct address *address);

/* "127.0.0.5:40123", "[::1]:40123", "unix:@wsconform-…" (the @ stands for the
 * NUL of an abstract name, as in /proc/net/unix); "" when unknown. */
void address_write(const struct address *address, char into[ADDRESS_SIZE]);
void address_of_socket(int fd, char into[ADDRESS_SIZE]);

#endif
