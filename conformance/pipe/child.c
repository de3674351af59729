/* Pipes to a child, none of which may block. */
#include "pipe/child.h"
#include "base/clock.h"
#include "pipe/saying.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024, GUARD_MS = 5000 };

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* --- Start and end -------------------------------------------------------- */

void child_init(struct child *child)
{
    memset(child, 0, sizeof(*child));
    child->in = child->out = child->err = child->news = -1;
    buffer_init(&child->unsent, CHILD_UNSENT_MAX);
    buffer_init(&child->heard, 2 * SAYING_BYTES_MAX);
}

static bool make_pipes(int ours[4], int theirs[4])
{
    for (int i = 0; i < 4; i++) {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0)
            return false;
        ours[i] = ends[i == 0 ? 1 : 0];
        theirs[i] = ends[i == 0 ? 0 : 1];
        fcntl(ours[i], F_SETFL, O_NONBLOCK);
    }
    return true;
}

enum fault child_start(struct child *child, const char *command)
{
    int ours[4] = { -1, -1, -1, -1 };
    int theirs[4] = { -1, -1, -1, -1 };
    pid_t self = getpid();
    bool good = make_pipes(ours, theirs);

    fflush(NULL); /* or both would write what is buffered */
    if (good)
        child->guard = fork();
    if (good && child->guard == 0)
        guard_run(command, theirs, theirs[3], self);
    good = good && child->guard > 0;
    for (int i = 0; i < 4; i++)
        close_fd(&theirs[i]);
    for (int i = 0; i < 4 && !good; i++)
        close_fd(&ours[i]);
    child->in = ours[0];
    child->out = ours[1];
    child->err = ours[2];
    child->news = ours[3];
    if (good)
        return FAULT_NONE;
    child->guard = 0;
    return fault_say(FAULT_SYSTEM, "no child: %s", strerror(errno));
}

static void flush(struct child *child)
{
    while (child->sent < child->unsent.length && child->in >= 0) {
        ssize_t count = write(child->in, child->unsent.at + child->sent,
                              child->unsent.length - child->sent);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && errno != EAGAIN)
            close_fd(&child->in); /* its stdout will tell why */
        if (count <= 0)
            return;
        child->sent += (size_t)count;
    }
    buffer_clear(&child->unsent);
    child->sent = 0;
}

static void take_news(struct child *child)
{
    if (child->news >= 0 && !child->has_ended &&
        read(child->news, &child->departure, sizeof(child->departure)) ==
            (ssize_t)sizeof(child->departure))
        child->has_ended = true;
}

static void await_news(struct child *child, int patience_ms)
{
    int64_t until = clock_monotonic_ms() + patience_ms;
    int64_t left = patience_ms;

    while (!child->has_ended && left >= 0) {
        struct pollfd fd = { child->news, POLLIN, 0 };
        poll(&fd, 1, (int)left);
        take_news(child);
        if (left == 0 || (fd.revents & POLLHUP) != 0)
            return;
        left = until - clock_monotonic_ms();
        left = left < 0 ? 0 : left;
    }
}

/* It has all killed and reaped when it closes its end. */
static void await_guard(struct child *child)
{
    struct pollfd fd = { child->news, 0, 0 };

    if (poll(&fd, 1, GUARD_MS) == 0)
        kill(child->guard, SIGKILL);
    while (waitpid(child->guard, NULL, 0) < 0 && errno == EINTR)
        continue;
    child->guard = 0;
}

bool child_end(struct child *child, int patience_ms,
               struct departure *departure)
{
    bool by_itself;

    memset(departure, 0, sizeof(*departure));
    if (child->guard == 0)
        return false;
    flush(child);
    close_fd(&child->in);
    await_news(child, patience_ms);
    by_itself = child->has_ended;
    kill(child->guard, SIGTERM);
    await_news(child, GUARD_MS);
    await_guard(child);
    child_errors(child);
    *departure = child->departure;
    close_fd(&child->out);
    close_fd(&child->err);
    close_fd(&child->news);
    return by_itself;
}

void child_deinit(struct child *child)
{
    struct departure ignored;

    child_end(child, 0, &ignored);
    buffer_deinit(&child->unsent);
    buffer_deinit(&child->heard);
    child_init(child);
}

void child_new_world(struct child *child)
{
    child->total = child->heard.length - child->taken;
}

/* --- Writing -------------------------------------------------------------- */

enum fault child_write(struct child *child, struct bytes bytes)
{
    enum fault fault = buffer_add(&child->unsent, bytes.at, bytes.length);

    if (child->unsent.length >= CHUNK && child->sent == 0)
        flush(child);
    return fault == FAULT_LIMIT
               ? fault_say(FAULT_LIMIT, "it reads nothing of its stdin")
               : fault;
}

/* --- Reading -------------------------------------------------------------- */

/* Its end alone is kept. */
static void keep_errors(struct child *child, const char *at, size_t length)
{
    if (length > CHILD_ERRORS_KEPT) {
        at += length - CHILD_ERRORS_KEPT;
        length = CHILD_ERRORS_KEPT;
    }
    size_t kept = CHILD_ERRORS_KEPT - length;
    if (child->error_length < kept)
        kept = child->error_length;
    memmove(child->errors, child->errors + child->error_length - kept, kept);
    memcpy(child->errors + kept, at, length);
    child->error_length = kept + length;
    child->errors[child->error_length] = 0;
}

/* Some of it, and later the rest: who floods it shall not hold us up. */
static void drain_errors(struct child *child)
{
    char chunk[16 * 1024];
    ssize_t count = child->err < 0 ? -1 : 1;

    for (int i = 0; i < 8 && count > 0; i++) {
        count = read(child->err, chunk, sizeof(chunk));
        if (count > 0)
            keep_errors(child, chunk, (size_t)count);
    }
    if (count == 0)
        close_fd(&child->err);
}

const char *child_errors(struct child *child)
{
    drain_errors(child);
    while (child->error_length > 0 &&
           child->errors[child->error_length - 1] == '\n')
        child->errors[--child->error_length] = 0;
    for (size_t i = 0; i < child->error_length; i++) {
        if ((unsigned char)child->errors[i] < ' ')
            child->errors[i] = child->errors[i] == '\n' ? '|' : ' ';
    }
    return child->errors;
}

/* Room at the end for what is to come, nothing at the front that was taken. */
static void tidy(struct child *child)
{
    if (child->taken == 0)
        return;
    buffer_consume(&child->heard, child->taken);
    child->seen -= child->taken;
    child->taken = 0;
}

/* FAULT_NONE: something came. */
static enum fault read_some(struct child *child)
{
    char chunk[CHUNK];
    ssize_t count = read(child->out, chunk, sizeof(chunk));

    if (count < 0)
        return errno == EAGAIN || errno == EINTR ? FAULT_WAIT : FAULT_ENDED;
    if (count == 0)
        return FAULT_ENDED;
    child->total += (size_t)count;
    if (child->total > CHILD_READ_MAX)
        return fault_say(FAULT_LIMIT, "it wrote more than %d MiB",
                         CHILD_READ_MAX >> 20);
    tidy(child);
    return buffer_add(&child->heard, chunk, (size_t)count);
}

static bool take_line(struct child *child, struct bytes *line)
{
    const unsigned char *from = child->heard.at + child->seen;
    const unsigned char *end = NULL;

    if (child->seen < child->heard.length)
        end = memchr(from, '\n', child->heard.length - child->seen);
    if (end == NULL) {
        child->seen = child->heard.length;
        return false;
    }
    size_t length = (size_t)(end - (child->heard.at + child->taken));
    *line = bytes_of(child->heard.at + child->taken, length);
    child->taken += length + 1;
    child->seen = child->taken;
    return true;
}

bool child_has_more(const struct child *child)
{
    struct pollfd fd = { child->out, POLLIN, 0 };

    return child->heard.length > child->taken ||
           (poll(&fd, 1, 0) == 1 && (fd.revents & POLLIN) != 0);
}

static enum fault judge_end(struct child *child)
{
    await_news(child, 200);
    if (child->heard.length > child->taken)
        return fault_say(FAULT_PROTOCOL, "it ended in the midst of a line");
    return FAULT_ENDED;
}

/* Waits for anything, and takes in what there is. */
static enum fault pump(struct child *child, int64_t until_ms)
{
    int64_t left = until_ms - clock_monotonic_ms();
    struct pollfd fds[] = {
        { child->out, POLLIN, 0 },
        { child->err, POLLIN, 0 },
        { child->news, POLLIN, 0 },
        { child->unsent.length > 0 ? child->in : -1, POLLOUT, 0 },
    };

    if (poll(fds, COUNT(fds), left < 0 ? 0 : (int)left) < 0 && errno != EINTR)
        return fault_say(FAULT_SYSTEM, "poll: %s", strerror(errno));
    drain_errors(child);
    flush(child);
    enum fault fault = read_some(child);
    if (fault == FAULT_WAIT && fds[2].revents != 0) {
        take_news(child);
        return FAULT_ENDED; /* another may still hold the pipe */
    }
    return fault == FAULT_WAIT && left <= 0 ? FAULT_TIMEOUT : fault;
}

enum fault child_line(struct child *child, int64_t until_ms, struct bytes *line)
{
    flush(child);
    while (!take_line(child, line)) {
        if (child->heard.length - child->taken > SAYING_BYTES_MAX)
            return fault_say(FAULT_LIMIT, "a line has more than %d MiB",
                             SAYING_BYTES_MAX >> 20);
        enum fault fault = pump(child, until_ms);
        if (fault == FAULT_ENDED)
            return judge_end(child);
        if (fault != FAULT_NONE && fault != FAULT_WAIT)
            return fault;
    }
    return line->length > SAYING_BYTES_MAX
               ? fault_say(FAULT_LIMIT, "a line has more than %d MiB",
                           SAYING_BYTES_MAX >> 20)
               : FAULT_NONE;
}
