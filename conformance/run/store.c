/* Starts a Redis for the nodes of the reference. */
#include "run/store.h"
#include "base/clock.h"
#include <arpa/inet.h>
#include <errno.h>
#include <ftw.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TRIES = 5, READY_MS = 10000, LOOK_MS = 10, CANNOT_START = 127 };

static struct sockaddr_in loopback(unsigned port)
{
    return (struct sockaddr_in){ .sin_family = AF_INET,
                                 .sin_port = htons((uint16_t)port),
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

unsigned free_port(void)
{
    struct sockaddr_in at = loopback(0);
    socklen_t length = sizeof(at);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool found = fd >= 0 &&
                 bind(fd, (const struct sockaddr *)&at, sizeof(at)) == 0 &&
                 getsockname(fd, (struct sockaddr *)&at, &length) == 0;

    if (fd >= 0)
        close(fd);
    return found ? ntohs(at.sin_port) : 0;
}

bool store_answers(unsigned port)
{
    static const char ping[] = "PING\r\n";
    struct sockaddr_in at = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char answer[8] = "";
    struct pollfd readable = { fd, POLLIN, 0 };

    bool good =
        fd >= 0 && connect(fd, (const struct sockaddr *)&at, sizeof(at)) == 0 &&
        send(fd, ping, strlen(ping), MSG_NOSIGNAL) == (ssize_t)strlen(ping) &&
        poll(&readable, 1, 1000) == 1 &&
        recv(fd, answer, sizeof(answer) - 1, 0) >= 5;
    if (fd >= 0)
        close(fd);
    return good && strncmp(answer, "+PONG", 5) == 0;
}

/* What it has answered it has written; and no more is asked of it, for it is
 * the process that is killed here, not the machine. To wait for a busy disk
 * each time would make a slow store of it. */
static enum fault start_at(struct store_of_run *store, unsigned port)
{
    char number[16];
    char log[128];
    const char *const argv[] = { "redis-server", "--bind",    "127.0.0.1",
                                 "--port",       number,      "--dir",
                                 store->folder,  "--save",    "",
                                 "--appendonly", "yes",       "--appendfsync",
                                 "no",           "--logfile", log,
                                 "--databases",  "1",         NULL };

    snprintf(number, sizeof(number), "%u", port);
    snprintf(log, sizeof(log), "%s/redis.log", store->folder);
    store->port = port;
    return server_start_kept(&store->server, (char *const *)(uintptr_t)argv,
                             "UTC");
}

/* FAULT_ENDED: it has died of this port, maybe. */
static enum fault await_answer(struct store_of_run *store)
{
    int64_t until = clock_monotonic_ms() + READY_MS;
    struct pollfd end_of_it = { store->server.out, POLLIN, 0 };
    int status = 0;

    while (clock_monotonic_ms() < until) {
        if (store_answers(store->port))
            return FAULT_NONE;
        poll(&end_of_it, 1, LOOK_MS);
        if (!server_has_died(&store->server, &status))
            continue;
        if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT_START)
            return fault_say(FAULT_SYSTEM,
                             "several nodes share a Redis, and redis-server is "
                             "not on PATH; install it: ci/setup, or apt-get "
                             "install redis-server");
        return fault_say(FAULT_ENDED, "redis-server ended at once, with %s %d",
                         WIFSIGNALED(status) ? "signal" : "status",
                         WIFSIGNALED(status) ? WTERMSIG(status)
                                             : WEXITSTATUS(status));
    }
    return fault_say(FAULT_TIMEOUT, "redis-server did not answer within %d ms",
                     READY_MS);
}

enum fault store_start(struct store_of_run *store, const char *folder)
{
    enum fault fault = FAULT_ENDED;

    snprintf(store->folder, sizeof(store->folder), "%s/store", folder);
    if (mkdir(store->folder, S_IRWXU) != 0) {
        fault =
            fault_say(FAULT_OUTPUT, "%s: %s", store->folder, strerror(errno));
        store->folder[0] = 0;
        return fault;
    }
    for (int i = 0; i < TRIES && fault == FAULT_ENDED; i++) {
        unsigned port = free_port();
        fault = port == 0 ? fault_say(FAULT_SYSTEM, "no free port")
                          : start_at(store, port);
        if (fault == FAULT_NONE)
            fault = await_answer(store);
        if (fault != FAULT_NONE)
            server_stop(&store->server);
    }
    return fault;
}

static int remove_one(const char *path, const struct stat *status, int kind,
                      struct FTW *walk)
{
    (void)status, (void)kind, (void)walk;
    remove(path);
    return 0;
}

void store_stop(struct store_of_run *store)
{
    enum { FOLDERS_OPEN_MAX = 8 };

    if (store->folder[0] == 0)
        return;
    server_stop(&store->server);
    nftw(store->folder, remove_one, FOLDERS_OPEN_MAX, FTW_DEPTH | FTW_PHYS);
    store->folder[0] = 0;
}
