/* The plain transport, and how every transport's socket ends. */
#include "net/transport.h"
#include <errno.h>
#include <openssl/ssl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

ssize_t socket_failure(struct transport *transport, int error)
{
    if (error == EAGAIN || error == EWOULDBLOCK || error == EINTR)
        return FAULT_WAIT;
    transport->ending = error == ECONNRESET || error == EPIPE ? "RST"
                        : error == ETIMEDOUT                  ? "a TCP time-out"
                                             : "a network error";
    return fault_say(FAULT_RESET, "%s", strerror(error));
}

static enum fault plain_establish(struct transport *transport)
{
    (void)transport;
    return FAULT_NONE;
}

static ssize_t plain_read(struct transport *transport, void *into, size_t size)
{
    ssize_t count = recv(transport->fd, into, size, 0);

    if (count < 0)
        return socket_failure(transport, errno);
    if (count == 0)
        transport->ending = "FIN";
    return count;
}

static ssize_t plain_write(struct transport *transport, const void *from,
                           size_t size)
{
    ssize_t count = send(transport->fd, from, size, MSG_NOSIGNAL);

    return count < 0 ? socket_failure(transport, errno) : count;
}

static void plain_finish(struct transport *transport)
{
    shutdown(transport->fd, SHUT_WR);
}

static const struct transport_ops plain = {
    .name = "plain",
    .establish = plain_establish,
    .read = plain_read,
    .write = plain_write,
    .finish = plain_finish,
};

void transport_plain(struct transport *transport, int fd)
{
    memset(transport, 0, sizeof(*transport));
    transport->ops = &plain;
    transport->fd = fd;
}

/* The kernel answers unread bytes with a reset, so an orderly end reads them
 * first: what has arrived, up to a ceiling. */
static void discard(int fd)
{
    enum { ROUNDS_MAX = 256 };
    char waste[4096];

    for (int i = 0; i < ROUNDS_MAX; i++) {
        if (recv(fd, waste, sizeof(waste), MSG_DONTWAIT) <= 0)
            break;
    }
}

void transport_close(struct transport *transport, bool reset)
{
    struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

    if (transport->ops == NULL)
        return;
    if (reset) {
        setsockopt(transport->fd, SOL_SOCKET, SO_LINGER, &at_once,
                   sizeof(at_once));
    } else {
        transport->ops->finish(transport);
        discard(transport->fd);
    }
    SSL_free(transport->ssl);
    close(transport->fd);
    memset(transport, 0, sizeof(*transport));
    transport->fd = -1;
}
