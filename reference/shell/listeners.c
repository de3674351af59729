/* The listeners: WebSocket over TCP or TLS, over a unix socket, and control.
 *
 * libwebsockets serves the sockets that the acceptors hand to it, with TLS, in
 * its raw-socket role; the handshake and the frames are our own (session.c), as
 * its WebSocket role takes unmasked frames and other things that RFC 6455
 * forbids. */
#include "shell/control.h"
#include "shell/server.h"
#include <errno.h>
#include <libwebsockets.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

enum { READ_BYTES = 16 * 1024, WRITE_BYTES = 64 * 1024 };

static int raw_event(struct lws *wsi, enum lws_callback_reasons reason,
                     void *user, void *in, size_t length)
{
    struct session *session = user;
    struct server *server = lws_context_user(lws_get_context(wsi));

    switch (reason) {
    case LWS_CALLBACK_RAW_ADOPT:
        return !server->stopping && session_begin(session, server, wsi) ? 0
                                                                        : -1;
    case LWS_CALLBACK_RAW_RX:
        /* A unix socket's end comes as a read of nothing. */
        if (session->server == NULL || length == 0)
            return -1;
        session_read(session, in, length);
        return 0;
    case LWS_CALLBACK_RAW_WRITEABLE:
        if (session->server != NULL)
            session_writable(session);
        return 0;
    case LWS_CALLBACK_RAW_CLOSE:
        if (session != NULL)
            session_gone(session);
        return 0;
    default: return 0;
    }
}

static const struct lws_protocols raw_protocols[] = {
    { .name = "raw",
      .callback = raw_event,
      .per_session_data_size = sizeof(struct session),
      .tx_packet_size = WRITE_BYTES },
    { .name = NULL },
};

static bool open_context(struct server *server)
{
    void *loops[1] = { &server->loop };
    struct lws_context_creation_info info = {
        .options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_LIBUV |
                   LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT,
        .foreign_loops = loops,
        .user = server,
        .pt_serv_buf_size = READ_BYTES,
        .timeout_secs = (unsigned)(server->options.handshake_ms + 999) / 1000,
    };

    server->context = lws_create_context(&info);
    return server->context != NULL;
}

static struct lws_context_creation_info raw_info(const char *name)
{
    return (struct lws_context_creation_info){
        .vhost_name = name,
        .port = CONTEXT_PORT_NO_LISTEN_SERVER,
        .protocols = raw_protocols,
        .listen_accept_role = "raw-skt",
        .listen_accept_protocol = "raw",
        .options = LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG,
    };
}

static bool is_ipv6(const char *host)
{
    return strchr(host, ':') != NULL;
}

/* --- who knocks ----------------------------------------------------------- */

/* One that is not taken is told nothing: there is nothing yet that it could
 * read. libwebsockets closes what it does not adopt. */
static void take_stranger(struct server *server, struct lws_vhost *vhost,
                          bool tls, int fd)
{
    lws_sock_file_fd_type socket = { .sockfd = fd };
    int how = LWS_ADOPT_SOCKET | (tls ? LWS_ADOPT_ALLOW_SSL : 0);

    if (server->stopping || !session_is_welcome(server, fd))
        close(fd);
    else
        lws_adopt_descriptor_vhost(vhost, (lws_adoption_type)how, socket, "raw",
                                   NULL);
}

static bool is_ready(const void *self)
{
    const struct server *server = self;

    return sessions_are_settled(&server->sessions);
}

static void take_tcp(void *self, int fd)
{
    struct server *server = self;

    take_stranger(server, server->tcp, server->options.certificate != NULL, fd);
}

static void take_plain(void *self, int fd)
{
    struct server *server = self;

    take_stranger(server, server->plain, false, fd);
}

static void take_local(void *self, int fd)
{
    struct server *server = self;

    take_stranger(server, server->local, false, fd);
}

/* Takes the listening socket. */
static void accept_with(struct server *server, struct acceptor *acceptor,
                        void (*take)(void *self, int fd), int fd)
{
    acceptor->log = &server->log;
    acceptor->is_ready = is_ready;
    acceptor->take = take;
    acceptor->self = server;
    acceptor_open(acceptor, &server->loop, fd);
}

/* --- where it listens ----------------------------------------------------- */

static int listen_or_say(const char *host, int port)
{
    int fd = listen_tcp(host, port);

    if (fd < 0)
        fprintf(stderr,
                "wsconform-reference: cannot listen on %s port %d: %s\n", host,
                port, strerror(errno));
    return fd;
}

static bool open_plain(struct server *server)
{
    const struct options *options = &server->options;
    struct lws_context_creation_info info = raw_info("plain");

    if (options->plain_port < 0)
        return true;
    int fd = listen_or_say(options->host, options->plain_port);
    if (fd < 0)
        return false;
    accept_with(server, &server->at_plain, take_plain, fd);
    server->plain = lws_create_vhost(server->context, &info);
    return server->plain != NULL;
}

static bool open_tcp(struct server *server)
{
    const struct options *options = &server->options;
    struct lws_context_creation_info info = raw_info("tcp");
    int fd = listen_or_say(options->host, options->port);

    if (fd < 0)
        return false;
    accept_with(server, &server->at_tcp, take_tcp, fd);
    if (options->certificate != NULL) {
        info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
        info.ssl_cert_filepath = options->certificate;
        info.ssl_private_key_filepath = options->private_key;
        info.alpn = "http/1.1";
    }
    server->tcp = lws_create_vhost(server->context, &info);
    if (server->tcp == NULL)
        fprintf(stderr, "wsconform-reference: the certificate or its key will "
                        "not do\n");
    return server->tcp != NULL;
}

/* The path is cleared for the listener: only a socket may go. */
static bool may_replace(const char *path)
{
    struct stat status;

    return lstat(path, &status) != 0 || S_ISSOCK(status.st_mode);
}

static void remember_local(struct server *server)
{
    struct stat status;

    if (lstat(server->options.unix_path, &status) != 0)
        return;
    server->local_device = status.st_dev;
    server->local_inode = status.st_ino;
}

static bool open_local(struct server *server)
{
    struct lws_context_creation_info info = raw_info("unix");
    const char *path = server->options.unix_path;

    if (path == NULL)
        return true;
    if (!may_replace(path)) {
        fprintf(stderr,
                "wsconform-reference: %s stands there and is no socket\n",
                path);
        return false;
    }
    int fd = listen_unix(path);
    if (fd < 0) {
        fprintf(stderr, "wsconform-reference: cannot listen on %s: %s\n", path,
                strerror(errno));
        return false;
    }
    accept_with(server, &server->at_local, take_local, fd);
    remember_local(server);
    server->local = lws_create_vhost(server->context, &info);
    return server->local != NULL;
}

/* Here libwebsockets listens by itself: operators are few, and there are
 * descriptors set aside for them. */
static bool open_control(struct server *server)
{
    struct lws_context_creation_info info = {
        .vhost_name = "control",
        .port = server->options.control_port,
        .iface = "127.0.0.1",
        .protocols = control_protocols,
        .keepalive_timeout = 60,
        .options = LWS_SERVER_OPTION_DISABLE_IPV6 |
                   LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND,
    };

    if (server->options.control_port < 0)
        return true;
    server->control = lws_create_vhost(server->context, &info);
    if (server->control == NULL)
        fprintf(stderr,
                "wsconform-reference: cannot listen on 127.0.0.1 port %d\n",
                server->options.control_port);
    return server->control != NULL;
}

void listeners_forget(const struct server *server)
{
    struct stat status;

    if (server->at_local.is_open &&
        lstat(server->options.unix_path, &status) == 0 &&
        status.st_dev == server->local_device &&
        status.st_ino == server->local_inode)
        unlink(server->options.unix_path);
}

void listeners_close(struct server *server)
{
    acceptor_close(&server->at_tcp);
    acceptor_close(&server->at_plain);
    acceptor_close(&server->at_local);
}

bool listeners_open(struct server *server)
{
    return open_context(server) && open_tcp(server) && open_plain(server) &&
           open_local(server) && open_control(server);
}

/* Of `pos` the client adds endpoint and restaurant. */
static const char *served_path(const struct server *server)
{
    switch (server->options.served) {
    case SERVES_FACTORY: return "/factory";
    case SERVES_POS: return "";
    case SERVES_ROOMS: return "/rooms";
    default: return "/ws";
    }
}

static void describe_local(const struct server *server, char *into, size_t size)
{
    char *path = server->local == NULL
                     ? NULL
                     : realpath(server->options.unix_path, NULL);

    into[0] = '\0';
    if (path != NULL)
        snprintf(into, size, ",\"unix\":\"ws+unix://%s:%s\"", path,
                 served_path(server));
    free(path);
}

static void describe_control(const struct server *server, char *into,
                             size_t size)
{
    into[0] = '\0';
    if (server->control != NULL)
        snprintf(into, size, ",\"control\":\"http://127.0.0.1:%d\"",
                 lws_get_vhost_listen_port(server->control));
}

static void describe_plain(const struct server *server, char *into, size_t size)
{
    bool bracket = is_ipv6(server->options.host);

    into[0] = '\0';
    if (server->plain != NULL)
        snprintf(into, size, ",\"plain\":\"ws://%s%s%s:%d%s\"",
                 bracket ? "[" : "", server->options.host, bracket ? "]" : "",
                 listening_port(server->at_plain.fd), served_path(server));
}

int listeners_describe(const struct server *server, char *into, size_t size)
{
    const struct options *options = &server->options;
    bool bracket = is_ipv6(options->host);
    char local[PATH_MAX + 64];
    char control[64];
    char plain[128];

    describe_plain(server, plain, sizeof(plain));
    describe_local(server, local, sizeof(local));
    describe_control(server, control, sizeof(control));
    return snprintf(into, size, "{\"url\":\"%s://%s%s%s:%d%s\"%s%s%s}\n",
                    options->certificate == NULL ? "ws" : "wss",
                    bracket ? "[" : "", options->host, bracket ? "]" : "",
                    listening_port(server->at_tcp.fd), served_path(server),
                    plain, control, local);
}
