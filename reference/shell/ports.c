/* The core's port: finds the session that is meant, and hands on. An id whose
 * session is gone is no mistake: the core will be told, or has been. */
#include "shell/clock.h"
#include "shell/server.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static struct session *session_of(void *self, connection_id id)
{
    const struct server *server = self;
    struct session *session = sessions_find(&server->sessions, id);

    return session != NULL && session->known_to_core ? session : NULL;
}

static void port_accept(void *self, connection_id id, const char *subprotocol)
{
    struct session *session = session_of(self, id);

    if (session != NULL)
        session_accept(session, subprotocol);
}

static void port_reject(void *self, connection_id id, int status)
{
    struct session *session = session_of(self, id);

    if (session != NULL)
        session_reject(session, status);
}

static bool port_send(void *self, connection_id id, struct text text)
{
    struct session *session = session_of(self, id);

    return session != NULL && session_send(session, text, true);
}

static bool port_send_binary(void *self, connection_id id, struct text bytes)
{
    struct session *session = session_of(self, id);

    return session != NULL && session_send(session, bytes, false);
}

static void port_close(void *self, connection_id id, uint16_t code,
                       const char *reason)
{
    struct session *session = session_of(self, id);

    if (session != NULL)
        session_close(session, code, reason);
}

static void port_end(void *self, connection_id id)
{
    struct session *session = session_of(self, id);

    if (session != NULL)
        session_end(session);
}

static void port_log(void *self, const char *line)
{
    struct server *server = self;

    logfile_write(&server->log, line);
}

static int64_t port_now_ms(void *self)
{
    const struct server *server = self;
    int64_t now_ms = clock_wall_ms();

    return server->node == NULL ? now_ms : node_now(server->node, now_ms);
}

static const struct keyring *port_keyring(void *self)
{
    struct server *server = self;
    const char *why;
    char line[256];
    const struct keyring *keyring = keyfile_keyring(&server->keys, &why);

    if (keyring == NULL) {
        snprintf(line, sizeof(line), "keys unavailable: %s", why);
        logfile_say(&server->log, line);
    }
    return keyring;
}

static bool is_empty(int fd)
{
    struct stat status;

    return fstat(fd, &status) == 0 && status.st_size == 0;
}

/* Behind a torn event a line of its own is begun, unless the file is another
 * one by now. */
static bool append_event(int fd, const char *event, bool *torn)
{
    struct iovec parts[] = {
        { (char[]){ '\n' }, *torn && !is_empty(fd) ? 1 : 0 },
        { (void *)(uintptr_t)event, strlen(event) },
        { (char[]){ '\n' }, 1 },
    };
    size_t whole = parts[0].iov_len + parts[1].iov_len + 1;
    ssize_t written = writev(fd, parts, 3);

    if (written > 0)
        *torn = (size_t)written > parts[0].iov_len && (size_t)written < whole;
    return written == (ssize_t)whole;
}

/* Opened anew each time, so that the file may be moved aside; never waited
 * for. */
static bool port_monitor(void *self, const char *event)
{
    struct server *server = self;
    const char *path = server->options.audit;
    int flags = O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC;

    if (path == NULL)
        return true;
    int fd = open(path, flags, 0640);
    if (fd < 0)
        return false;
    bool taken = append_event(fd, event, &server->audit_is_torn);
    close(fd);
    return taken;
}

static struct directory server_directory(const struct server *server)
{
    return server->store == NULL ? (struct directory){ NULL, NULL }
                                 : store_directory(server->store);
}

struct port server_port(struct server *server)
{
    return (struct port){ .accept = port_accept,
                          .reject = port_reject,
                          .send = port_send,
                          .send_binary = port_send_binary,
                          .close = port_close,
                          .end = port_end,
                          .log = port_log,
                          .now_ms = port_now_ms,
                          .keyring = port_keyring,
                          .monitor = port_monitor,
                          .directory = server_directory(server),
                          .self = server };
}
