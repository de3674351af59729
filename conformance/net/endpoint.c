/* Looks targets up and makes sockets towards them. */
#include "net/endpoint.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <sys/un.h>
#include <unistd.h>

/* --- Looking up ----------------------------------------------------------- */

static void add_unix(struct endpoint *endpoint)
{
    struct sockaddr_un *at = (struct sockaddr_un *)&endpoint->addresses[0].at;

    at->sun_family = AF_UNIX;
    memcpy(at->sun_path, endpoint->url.socket_path,
           sizeof(endpoint->url.socket_path));
    endpoint->addresses[0].length = sizeof(*at);
    endpoint->count = 1;
}

static enum fault look_up(struct endpoint *endpoint)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
                              .ai_flags = AI_NUMERICSERV };
    struct addrinfo *found = NULL;
    char port[8];

    snprintf(port, sizeof(port), "%u", endpoint->url.port);
    int error = getaddrinfo(endpoint->url.host, port, &hints, &found);
    if (error != 0)
        return fault_say(FAULT_REFUSED, "host \"%.100s\": %s",
                         endpoint->url.host, gai_strerror(error));
    for (const struct addrinfo *one = found;
         one != NULL && endpoint->count < ENDPOINT_ADDRESSES_MAX;
         one = one->ai_next) {
        struct address *into = &endpoint->addresses[endpoint->count++];
        memcpy(&into->at, one->ai_addr, one->ai_addrlen);
        into->length = one->ai_addrlen;
    }
    freeaddrinfo(found);
    return FAULT_NONE;
}

enum fault endpoint_init(struct endpoint *endpoint, const char *url)
{
    memset(endpoint, 0, sizeof(*endpoint));
    enum fault fault = url_parse(url, &endpoint->url);

    if (fault != FAULT_NONE)
        return fault;
    if (endpoint->url.scheme != URL_UNIX)
        return look_up(endpoint);
    add_unix(endpoint);
    return FAULT_NONE;
}

static bool is_loopback_v4(const struct address *address)
{
    const struct sockaddr_in *at = (const struct sockaddr_in *)&address->at;

    return address->at.ss_family == AF_INET &&
           ntohl(at->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

static bool is_local(const struct address *address)
{
    const struct sockaddr_in6 *at = (const struct sockaddr_in6 *)&address->at;

    if (address->at.ss_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&at->sin6_addr);
    return address->at.ss_family == AF_UNIX || is_loopback_v4(address);
}

bool endpoint_is_local(const struct endpoint *endpoint)
{
    for (size_t i = 0; i < endpoint->count; i++) {
        if (!is_local(&endpoint->addresses[i]))
            return false;
    }
    return endpoint->count > 0;
}

/* --- Our end -------------------------------------------------------------- */

/* The port is left to connect(), so that one local port serves many peers. */
static int bind_source(int fd, const char *source)
{
    struct sockaddr_in at = { .sin_family = AF_INET };
    int on = 1;

    if (inet_pton(AF_INET, source, &at.sin_addr) != 1) {
        errno = EINVAL;
        return -1;
    }
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
    return bind(fd, (const struct sockaddr *)&at, sizeof(at));
}

/* Linux' abstract names: a NUL first, no file, gone with the socket. */
static int bind_name(int fd, unsigned number)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    int bound = -1;

    for (unsigned again = 0; again < 100 && bound != 0; again++) {
        char suffix[16] = "";
        if (again > 0)
            snprintf(suffix, sizeof(suffix), ".%u", again);
        int length =
            snprintf(at.sun_path + 1, sizeof(at.sun_path) - 1,
                     "wsconform-%ld-%u%s", (long)getpid(), number, suffix);
        bound = bind(fd, (const struct sockaddr *)&at,
                     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
                                 (size_t)length));
        if (bound != 0 && errno != EADDRINUSE)
            break;
    }
    return bound;
}

static int bind_our_end(int fd, const struct address *address,
                        const char *source, unsigned number)
{
    if (address->at.ss_family == AF_UNIX)
        return bind_name(fd, number);
    /* A loopback address reaches nothing else, an IPv4 one no IPv6. */
    if (source == NULL || address->at.ss_family != AF_INET ||
        (strncmp(source, "127.", 4) == 0 && !is_loopback_v4(address)))
        return 0;
    return bind_source(fd, source);
}

int endpoint_socket(const struct address *address, const char *source,
                    unsigned number)
{
    int on = 1;
    int fd = socket(address->at.ss_family,
                    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return fault_say(FAULT_SYSTEM, "a socket: %s", strerror(errno));
    if (bind_our_end(fd, address, source, number) != 0) {
        int error = errno;
        close(fd);
        return fault_say(FAULT_SYSTEM, "binding our end to %s: %s",
                         source == NULL ? "a name" : source, strerror(error));
    }
    if (address->at.ss_family != AF_UNIX)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return fd;
}

/* --- Connecting ----------------------------------------------------------- */

/* A second connect() tells how the first one went: EALREADY is under way,
 * EISCONN has succeeded, anything else is what it failed with. */
enum fault endpoint_connect(int fd, const struct address *address)
{
    char text[ADDRESS_SIZE];
    int result;

    do
        result =
            connect(fd, (const struct sockaddr *)&address->at, address->length);
    while (result != 0 && errno == EINTR);
    if (result == 0 || errno == EISCONN)
        return FAULT_NONE;
    if (errno == EINPROGRESS || errno == EALREADY || errno == EAGAIN)
        return FAULT_WAIT;
    int error = errno;
    address_write(address, text);
    return fault_say(error == ECONNREFUSED || error == ENOENT ? FAULT_REFUSED
                                                              : FAULT_SYSTEM,
                     "%s: %s", text, strerror(error));
}

bool endpoint_polls_by_clock(const struct address *address)
{
    return address->at.ss_family == AF_UNIX;
}

/* --- Addresses in text ---------------------------------------------------- */

static void write_unix(const struct address *address, char *into)
{
    const struct sockaddr_un *at = (const struct sockaddr_un *)&address->at;
    size_t length =
        address->length > offsetof(struct sockaddr_un, sun_path)
            ? address->length - offsetof(struct sockaddr_un, sun_path)
            : 0;
    const char *path = at->sun_path;

    bool is_abstract = length > 0 && path[0] == 0;

    path += is_abstract;
    length -= is_abstract;
    snprintf(into, ADDRESS_SIZE, "unix:%s%.*s", is_abstract ? "@" : "",
             (int)strnlen(path, length), path);
}

void address_write(const struct address *address, char into[ADDRESS_SIZE])
{
    char host[INET6_ADDRSTRLEN] = "";
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address->at;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address->at;

    into[0] = 0;
    switch (address->at.ss_family) {
    case AF_UNIX: write_unix(address, into); break;
    case AF_INET:
        inet_ntop(AF_INET, &v4->sin_addr, host, sizeof(host));
        snprintf(into, ADDRESS_SIZE, "%s:%u", host, ntohs(v4->sin_port));
        break;
    case AF_INET6:
        inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof(host));
        snprintf(into, ADDRESS_SIZE, "[%s]:%u", host, ntohs(v6->sin6_port));
        break;
    default: break;
    }
}

void address_of_socket(int fd, char into[ADDRESS_SIZE])
{
    struct address address = { .length = sizeof(address.at) };

    into[0] = 0;
    if (fd >= 0 &&
        getsockname(fd, (struct sockaddr *)&address.at, &address.length) == 0)
        address_write(&address, into);
}
