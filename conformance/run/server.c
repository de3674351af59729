/* A server of our own that is started for a run. */
#include "run/server.h"
#include "base/clock.h"
#include "run/keeper.h"
#include <cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STOP_MS = 3000, READY_LINE_MAX = 4096 };

static _Noreturn void be_server(int out, char *const argv[],
                                const char *timezone, pid_t keeps_for)
{
    sigset_t none;

    /* Until it is another program, handlers of ours would stop us for it. */
    signal(SIGTERM, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setenv("TZ", timezone, 1);
    dup2(out, STDOUT_FILENO);
    setpgid(0, 0); /* a ^C at the terminal is ours to pass on */
    if (keeps_for != 0)
        keeper_run(argv, keeps_for);
    execvp(argv[0], argv);
    dprintf(out, "{\"error\":\"%s\"}\n", strerror(errno));
    _exit(127);
}

static enum fault start(struct server *server, char *const argv[],
                        const char *timezone, bool is_kept)
{
    int ends[2];
    pid_t parent = is_kept ? getpid() : 0;

    memset(server, 0, sizeof(*server));
    server->out = -1;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return fault_say(FAULT_SYSTEM, "no pipe: %s", strerror(errno));
    fflush(NULL);
    server->pid = fork();
    if (server->pid == 0)
        be_server(ends[1], argv, timezone, parent);
    close(ends[1]);
    server->out = ends[0];
    if (server->pid > 0)
        return FAULT_NONE;
    server->pid = 0;
    return fault_say(FAULT_SYSTEM, "no process: %s", strerror(errno));
}

enum fault server_start(struct server *server, char *const argv[],
                        const char *timezone)
{
    return start(server, argv, timezone, false);
}

enum fault server_start_kept(struct server *server, char *const argv[],
                             const char *timezone)
{
    return start(server, argv, timezone, true);
}

static void copy_string(const struct cJSON *object, const char *name,
                        char *into, size_t size)
{
    const struct cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    if (cJSON_IsString(item))
        snprintf(into, size, "%s", item->valuestring);
}

static enum fault understand(struct server *server, const char *line)
{
    struct cJSON *ready = cJSON_Parse(line);

    copy_string(ready, "url", server->url, sizeof(server->url));
    copy_string(ready, "plain", server->plain_url, sizeof(server->plain_url));
    copy_string(ready, "control", server->control, sizeof(server->control));
    copy_string(ready, "unix", server->unix_url, sizeof(server->unix_url));
    cJSON_Delete(ready);
    if (server->url[0] == 0)
        return fault_say(FAULT_PROTOCOL,
                         "the server said \"%.200s\" where its "
                         "url was due",
                         line);
    return FAULT_NONE;
}

enum fault server_ready(struct server *server, int deadline_ms)
{
    int64_t until = clock_monotonic_ms() + deadline_ms;
    char line[READY_LINE_MAX];
    size_t length = 0;

    while (length < sizeof(line) - 1) {
        struct pollfd fd = { server->out, POLLIN, 0 };
        int64_t left = until - clock_monotonic_ms();
        int ready = left <= 0 ? 0 : poll(&fd, 1, (int)left);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready == 0)
            return fault_say(FAULT_TIMEOUT,
                             "the server was not ready within %d ms",
                             deadline_ms);
        ssize_t got =
            read(server->out, line + length, sizeof(line) - 1 - length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return fault_say(FAULT_ENDED, "the server ended before it was "
                                          "ready");
        length += (size_t)got;
        line[length] = 0;
        if (strchr(line, '\n') != NULL)
            return understand(server, line);
    }
    return fault_say(FAULT_LIMIT, "the server said too much");
}

bool server_has_died(struct server *server, int *status)
{
    if (server->pid != 0 &&
        waitpid(server->pid, &server->status, WNOHANG) != 0) {
        server->pid = 0;
        server->died = true;
    }
    *status = server->status;
    return server->died;
}

void server_stop(struct server *server)
{
    if (server->pid > 0) {
        struct pollfd fd = { pidfd_open(server->pid, 0), POLLIN, 0 };
        kill(server->pid, SIGTERM);
        poll(&fd, 1, STOP_MS);
        kill(server->pid, SIGKILL);
        waitpid(server->pid, NULL, 0);
        close(fd.fd);
    }
    if (server->out >= 0)
        close(server->out);
    server->pid = 0;
    server->out = -1;
}
