/* Names peers from what the kernel knows of them; never asks the DNS. */
#include "shell/peer.h"
#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un local;
    struct sockaddr_storage room;
};

enum { NAME_SIZE = PEER_BYTES_MAX + 1 };

static void name_v4(const struct in_addr *ip, in_port_t port, char *into)
{
    char text[INET_ADDRSTRLEN];

    inet_ntop(AF_INET, ip, text, sizeof(text));
    snprintf(into, NAME_SIZE, "%s:%u", text, (unsigned)ntohs(port));
}

/* An IPv4 client of a dual-stack listener is an IPv4 client. */
static void name_v6(const struct sockaddr_in6 *address, char *into)
{
    char text[INET6_ADDRSTRLEN];

    if (IN6_IS_ADDR_V4MAPPED(&address->sin6_addr)) {
        struct in_addr ip;

        memcpy(&ip, address->sin6_addr.s6_addr + 12, sizeof(ip));
        name_v4(&ip, address->sin6_port, into);
        return;
    }
    inet_ntop(AF_INET6, &address->sin6_addr, text, sizeof(text));
    snprintf(into, NAME_SIZE, "[%s]:%u", text,
             (unsigned)ntohs(address->sin6_port));
}

static void name_local(const struct sockaddr_un *address, socklen_t length,
                       uint64_t number, char *into)
{
    size_t named = length - offsetof(struct sockaddr_un, sun_path);
    bool is_abstract = named > 0 && address->sun_path[0] == '\0';
    size_t at = (size_t)snprintf(into, NAME_SIZE, "unix:");

    if (length <= offsetof(struct sockaddr_un, sun_path)) {
        snprintf(into + at, NAME_SIZE - at, "#%" PRIu64, number);
        return;
    }
    for (size_t i = 0; i < named && at < PEER_BYTES_MAX; i++) {
        char c = address->sun_path[i];

        if (c == '\0' && !is_abstract)
            break;
        if (i == 0 && is_abstract)
            c = '@';
        into[at++] = c > 0x20 && c < 0x7f ? c : '?';
    }
    into[at] = '\0';
}

void peer_name(int socket, uint64_t number, char into[PEER_BYTES_MAX + 1])
{
    union address address = { 0 };
    socklen_t length = sizeof(address.room);

    if (getpeername(socket, &address.any, &length) != 0) {
        snprintf(into, NAME_SIZE, "unknown:#%" PRIu64, number);
        return;
    }
    switch (address.any.sa_family) {
    case AF_INET:
        name_v4(&address.v4.sin_addr, address.v4.sin_port, into);
        break;
    case AF_INET6: name_v6(&address.v6, into); break;
    default: name_local(&address.local, length, number, into); break;
    }
}
