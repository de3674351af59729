/* One piece of work in a process of its own. */
#include "run/worker.h"
#include "base/clock.h"
#include "base/grace.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(struct worker *worker, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void say(struct worker *worker, const char *format, ...)
{
    va_list arguments;

    if (worker->trouble[0] != 0)
        return;
    va_start(arguments, format);
    vsnprintf(worker->trouble, sizeof(worker->trouble), format, arguments);
    va_end(arguments);
}

static bool write_whole(int to, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t written = write(to, text, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        text += written;
        length -= (size_t)written;
    }
    return true;
}

/* A worker leaves by _exit, so its coverage must be written by hand. */
extern void __gcov_dump(void) __attribute__((weak));

static _Noreturn void be_child(int to, char *(*work)(void *self), void *self)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGINT, SIG_IGN); /* the parent decides */
    signal(SIGTERM, SIG_DFL);
    signal(SIGPIPE, SIG_IGN);

    char *line = work(self);
    bool whole = line != NULL && write_whole(to, line, strlen(line));
    free(line);
    if (__gcov_dump != NULL)
        __gcov_dump();
    _exit(whole ? 0 : 1);
}

enum fault worker_start(struct worker *worker, char *(*work)(void *self),
                        void *self, int deadline_ms)
{
    int ends[2];

    memset(worker, 0, sizeof(*worker));
    worker->pidfd = -1;
    worker->pipe = -1;
    buffer_init(&worker->line, WORKER_LINE_MAX);
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return fault_say(FAULT_SYSTEM, "no pipe: %s", strerror(errno));
    fcntl(ends[1], F_SETFL, 0);
    fflush(NULL); /* or both would write what is buffered */
    worker->grace = grace_open();
    worker->pid = fork();
    if (worker->pid == 0) {
        grace_use(worker->grace);
        close(ends[0]);
        be_child(ends[1], work, self);
    }
    close(ends[1]);
    worker->pipe = ends[0];
    if (worker->pid < 0) {
        close(ends[0]);
        worker->pid = 0;
        return fault_say(FAULT_SYSTEM, "no process: %s", strerror(errno));
    }
    setpgid(worker->pid, worker->pid);
    worker->pidfd = pidfd_open(worker->pid, 0);
    worker->since_us = clock_monotonic_us();
    worker->until_ms = clock_monotonic_ms() + deadline_ms;
    return FAULT_NONE;
}

static void read_pipe(struct worker *worker)
{
    char chunk[16384];

    while (worker->pipe >= 0) {
        ssize_t length = read(worker->pipe, chunk, sizeof(chunk));
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            return;
        if (length > 0 &&
            buffer_add(&worker->line, chunk, (size_t)length) == FAULT_NONE)
            continue;
        if (length > 0) {
            say(worker, "the worker wrote more than %d bytes", WORKER_LINE_MAX);
            kill(-worker->pid, SIGKILL);
        }
        close(worker->pipe);
        worker->pipe = -1;
    }
}

static void judge_status(struct worker *worker, int status)
{
    if (WIFSIGNALED(status))
        say(worker, "the worker crashed: signal %d (%s)", WTERMSIG(status),
            strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) != 0)
        say(worker, "the worker ended early, with status %d",
            WEXITSTATUS(status));
    else if (worker->line.length == 0)
        say(worker, "the worker ended without a result");
    else if (memchr(worker->line.at, 0, worker->line.length) != NULL)
        say(worker, "the worker wrote a NUL");
}

int64_t worker_until_ms(const struct worker *worker)
{
    return worker->until_ms + grace_ms(worker->grace);
}

bool worker_progress(struct worker *worker, int64_t now_ms)
{
    int status = 0;

    read_pipe(worker);
    if (now_ms >= worker_until_ms(worker)) {
        say(worker, "the worker hung: no result within its deadline");
        kill(-worker->pid, SIGKILL);
        kill(worker->pid, SIGKILL);
    }

    pid_t ended = waitpid(worker->pid, &status, WNOHANG);
    if (ended == 0)
        return false;
    if (kill(-worker->pid, 0) == 0) {
        say(worker, "the worker left a process behind");
        kill(-worker->pid, SIGKILL);
    }
    read_pipe(worker);
    judge_status(worker, status);
    worker->pid = 0;
    return true;
}

void worker_kill(struct worker *worker)
{
    if (worker->pid == 0)
        return;
    kill(-worker->pid, SIGKILL);
    kill(worker->pid, SIGKILL);
    waitpid(worker->pid, NULL, 0);
    worker->pid = 0;
}

void worker_deinit(struct worker *worker)
{
    worker_kill(worker);
    if (worker->pipe >= 0)
        close(worker->pipe);
    if (worker->pidfd >= 0)
        close(worker->pidfd);
    grace_close(worker->grace);
    worker->grace = NULL;
    buffer_deinit(&worker->line);
}
