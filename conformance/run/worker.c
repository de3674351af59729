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

static bool write_result(int to, char *line)
{
    bool whole = line != NULL && strchr(line, '\n') == NULL &&
                 write_whole(to, line, strlen(line)) &&
                 write_whole(to, "\n", 1);

    free(line);
    return whole;
}

static struct {
    void (*act)(void *self);
    void *self;
} at_end;

void worker_at_end(void (*last)(void *self), void *self)
{
    at_end.act = last;
    at_end.self = self;
}

static _Noreturn void be_child(int to, char *(*work)(void *self),
                               void *const *selves, size_t count)
{
    bool good = true;

    at_end.act = NULL;
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGINT, SIG_IGN); /* the parent decides */
    signal(SIGTERM, SIG_DFL);
    signal(SIGPIPE, SIG_IGN);

    for (size_t i = 0; i < count && good; i++)
        good = write_result(to, work(selves[i]));
    if (at_end.act != NULL)
        at_end.act(at_end.self);
    if (__gcov_dump != NULL)
        __gcov_dump();
    _exit(good ? 0 : 1);
}

static void begin_piece(struct worker *worker)
{
    worker->since_us = clock_monotonic_us();
    worker->until_ms = clock_monotonic_ms() + worker->deadline_ms;
}

static void end_piece(struct worker *worker)
{
    worker->took_us = clock_monotonic_us() - worker->since_us;
}

enum fault worker_start(struct worker *worker, char *(*work)(void *self),
                        void *const *selves, size_t count, int deadline_ms)
{
    int ends[2];

    memset(worker, 0, sizeof(*worker));
    worker->pidfd = -1;
    worker->pipe = -1;
    worker->pieces = count;
    worker->deadline_ms = deadline_ms;
    buffer_init(&worker->written, WORKER_LINE_MAX);
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
        be_child(ends[1], work, selves, count);
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
    begin_piece(worker);
    return FAULT_NONE;
}

static const char *end_of_line(const struct buffer *written)
{
    return written->length == 0 ? NULL
                                : memchr(written->at, '\n', written->length);
}

/* No further than the end of a line, so that the ceiling is one of a line. */
static void read_pipe(struct worker *worker)
{
    char chunk[16384];

    while (worker->pipe >= 0 && !worker->has_line) {
        ssize_t length = read(worker->pipe, chunk, sizeof(chunk));
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            return;
        if (length > 0 &&
            buffer_add(&worker->written, chunk, (size_t)length) == FAULT_NONE) {
            worker->has_line = memchr(chunk, '\n', (size_t)length) != NULL;
            continue;
        }
        if (length > 0) {
            say(worker, "the worker wrote more than %d bytes", WORKER_LINE_MAX);
            kill(-worker->pid, SIGKILL);
        }
        close(worker->pipe);
        worker->pipe = -1;
    }
}

static void judge_end(struct worker *worker, bool answered)
{
    int status = worker->status;

    if (WIFSIGNALED(status))
        say(worker, "the worker crashed: signal %d (%s)", WTERMSIG(status),
            strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) != 0)
        say(worker, "the worker ended early, with status %d",
            WEXITSTATUS(status));
    else if (!answered || worker->line.length == 0)
        say(worker, "the worker ended without a result");
    else if (worker->written.length > 0)
        say(worker, "the worker wrote more than its results");
    else if (memchr(worker->line.at, 0, worker->line.length) != NULL)
        say(worker, "the worker wrote a NUL");
}

int64_t worker_until_ms(const struct worker *worker)
{
    return worker->until_ms + grace_ms(worker->grace);
}

/* Moves the next whole line over. */
static bool take_line(struct worker *worker)
{
    const char *end = end_of_line(&worker->written);

    if (end == NULL)
        return false;
    size_t length = (size_t)(end - (const char *)worker->written.at);
    buffer_clear(&worker->line);
    buffer_add(&worker->line, worker->written.at, length);
    buffer_consume(&worker->written, length + 1);
    worker->has_line = end_of_line(&worker->written) != NULL;
    return true;
}

/* Reaps it when it has ended; what it wrote may still be to be read. */
static void look_for_end(struct worker *worker)
{
    if (worker->pid == 0 || waitpid(worker->pid, &worker->status, WNOHANG) == 0)
        return;
    if (kill(-worker->pid, 0) == 0) {
        say(worker, "the worker left a process behind");
        kill(-worker->pid, SIGKILL);
    }
    worker->pid = 0;
}

enum worker_state worker_progress(struct worker *worker, int64_t now_ms)
{
    look_for_end(worker);
    read_pipe(worker);
    if (worker->answered + 1 < worker->pieces && take_line(worker)) {
        worker->answered++;
        end_piece(worker);
        begin_piece(worker);
        return WORKER_ANSWERED;
    }
    if (worker->pid == 0) {
        buffer_clear(&worker->line);
        judge_end(worker, take_line(worker));
        end_piece(worker);
        return WORKER_ENDED;
    }
    if (now_ms >= worker_until_ms(worker)) {
        say(worker, "the worker hung: no result within its deadline");
        kill(-worker->pid, SIGKILL);
        kill(worker->pid, SIGKILL);
    }
    return WORKER_RUNS;
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
    buffer_deinit(&worker->written);
    buffer_deinit(&worker->line);
}
