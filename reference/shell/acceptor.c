/* Listens, accepts a few at a time, and rests when the machine is full. */
#include "shell/acceptor.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* --- listening ------------------------------------------------------------ */

static int new_socket(int family)
{
    return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/* Returns the socket once it listens; -1 with errno, and closed, else. */
static int listen_on(int fd, const void *address, socklen_t size)
{
    if (fd >= 0 && bind(fd, address, size) == 0 && listen(fd, SOMAXCONN) == 0)
        return fd;
    int error = errno;
    if (fd >= 0)
        close(fd);
    errno = error;
    return -1;
}

int listen_tcp(const char *host, int port)
{
    struct sockaddr_in v4 = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port) };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
                               .sin6_port = htons((uint16_t)port) };
    bool is_v4 = inet_pton(AF_INET, host, &v4.sin_addr) == 1;
    int on = 1;
    int fd;

    if (!is_v4 && inet_pton(AF_INET6, host, &v6.sin6_addr) != 1) {
        errno = EINVAL;
        return -1;
    }
    fd = new_socket(is_v4 ? AF_INET : AF_INET6);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    return is_v4 ? listen_on(fd, &v4, sizeof(v4))
                 : listen_on(fd, &v6, sizeof(v6));
}

/* For owner and group: made so, as a chmod would come too late. */
int listen_unix(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    if (strlen(path) >= sizeof(address.sun_path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    unlink(path);
    mode_t mask = umask(0117);
    int fd = listen_on(new_socket(AF_UNIX), &address, sizeof(address));
    umask(mask);
    return fd;
}

int listening_port(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address = { 0 };
    socklen_t size = sizeof(address);

    if (getsockname(fd, &address.any, &size) != 0)
        return -1;
    return ntohs(address.any.sa_family == AF_INET6 ? address.v6.sin6_port
                                                   : address.v4.sin_port);
}

/* --- accepting ------------------------------------------------------------ */

static void on_knock(uv_poll_t *poll, int status, int events);

/* A peer that has vanished without a word is found out in 90 s. */
static void set_up(int fd)
{
    static const struct {
        int level;
        int name;
        int value;
    } options[] = {
        { SOL_SOCKET, SO_KEEPALIVE, 1 },    { IPPROTO_TCP, TCP_NODELAY, 1 },
        { IPPROTO_TCP, TCP_KEEPIDLE, 60 },  { IPPROTO_TCP, TCP_KEEPCNT, 3 },
        { IPPROTO_TCP, TCP_KEEPINTVL, 10 },
    };

    /* A unix socket knows but the first of them. */
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
        setsockopt(fd, options[i].level, options[i].name, &options[i].value,
                   sizeof(options[i].value));
}

static void on_rested(uv_timer_t *rest)
{
    struct acceptor *acceptor = rest->data;

    uv_poll_start(&acceptor->poll, UV_READABLE, on_knock);
}

/* Who knocks waits in the kernel's queue meanwhile. */
static void take_a_rest(struct acceptor *acceptor, int error)
{
    char line[128];

    uv_poll_stop(&acceptor->poll);
    uv_timer_start(&acceptor->rest, on_rested, ACCEPT_REST_MS, 0);
    if (acceptor->is_resting)
        return;
    acceptor->is_resting = true;
    snprintf(line, sizeof(line), "cannot accept: %s; connections wait",
             strerror(error));
    logfile_say(acceptor->log, line);
}

/* What is no fault of ours: nobody is there, or no longer. */
static bool is_nobody(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR ||
           error == ECONNABORTED || error == EPROTO || error == EPERM;
}

static bool accept_one(struct acceptor *acceptor)
{
    int fd = accept4(acceptor->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (fd < 0) {
        if (!is_nobody(errno))
            take_a_rest(acceptor, errno);
        return false;
    }
    acceptor->is_resting = false;
    set_up(fd);
    acceptor->take(acceptor->self, fd);
    return true;
}

static void on_knock(uv_poll_t *poll, int status, int events)
{
    struct acceptor *acceptor = poll->data;
    int left = ACCEPT_BATCH;

    (void)status, (void)events;
    while (left > 0 && acceptor->is_ready(acceptor->self) &&
           accept_one(acceptor))
        left--;
}

void acceptor_open(struct acceptor *acceptor, uv_loop_t *loop, int fd)
{
    acceptor->fd = fd;
    acceptor->is_open = true;
    uv_poll_init(loop, &acceptor->poll, fd);
    uv_timer_init(loop, &acceptor->rest);
    acceptor->poll.data = acceptor;
    acceptor->rest.data = acceptor;
    uv_poll_start(&acceptor->poll, UV_READABLE, on_knock);
}

void acceptor_close(struct acceptor *acceptor)
{
    if (!acceptor->is_open)
        return;
    acceptor->is_open = false;
    uv_poll_stop(&acceptor->poll);
    uv_close((uv_handle_t *)&acceptor->poll, NULL);
    uv_close((uv_handle_t *)&acceptor->rest, NULL);
    close(acceptor->fd);
    acceptor->fd = -1;
}
