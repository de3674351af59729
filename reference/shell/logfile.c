/* Appends time-stamped lines to a file or to stderr. */
#include "shell/logfile.h"
#include "shell/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A FIFO that nobody reads yet cannot be opened for writing alone. */
static int open_appending(const char *path)
{
    int flags = O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    int fd = open(path, O_WRONLY | flags, 0640);

    if (fd < 0 && errno == ENXIO)
        fd = open(path, O_RDWR | flags, 0640);
    return fd;
}

bool logfile_open(struct logfile *log, const char *path)
{
    *log = (struct logfile){ .fd = STDERR_FILENO };
    if (path != NULL)
        log->fd = open_appending(path);
    return log->fd >= 0;
}

/* Stderr is shared with others, who may want it to block: so it is asked first.
 * A pipe that is ready takes PIPE_BUF bytes, and no line is longer. */
static bool put(struct logfile *log, const char *bytes, size_t length)
{
    struct pollfd ready = { .fd = log->fd, .events = POLLOUT };

    if (poll(&ready, 1, 0) != 1 || (ready.revents & POLLOUT) == 0)
        return false;
    ssize_t written = write(log->fd, bytes, length);
    if (written > 0)
        log->torn = (size_t)written < length;
    return written == (ssize_t)length;
}

/* Says what is missing, before anything else is said. */
static bool confess(struct logfile *log)
{
    char stamp[CLOCK_STAMP_SIZE];
    char line[128];

    if (log->dropped == 0)
        return true;
    clock_stamp(stamp);
    int length = snprintf(line, sizeof(line), "%s%s log lines dropped: %lu\n",
                          log->torn ? "\n" : "", stamp, log->dropped);
    if (!put(log, line, (size_t)length))
        return false;
    log->dropped = 0;
    return true;
}

/* What cannot be written at once must not stop the service: the line is lost,
 * and counted. */
static void append(struct logfile *log, const char *stamp, const char *blank,
                   const char *line)
{
    char whole[LOG_LINE_MAX];
    int wanted = snprintf(whole, sizeof(whole), "%s%s%s\n", stamp, blank, line);
    size_t length = wanted < LOG_LINE_MAX ? (size_t)wanted : LOG_LINE_MAX - 1;

    whole[length - 1] = '\n';
    if (!confess(log) || !put(log, whole, length))
        log->dropped++;
}

void logfile_write(struct logfile *log, const char *line)
{
    append(log, "", "", line);
}

void logfile_say(struct logfile *log, const char *line)
{
    char stamp[CLOCK_STAMP_SIZE];

    clock_stamp(stamp);
    append(log, stamp, " ", line);
}

void logfile_close(struct logfile *log)
{
    if (log->fd > STDERR_FILENO)
        close(log->fd);
    log->fd = -1;
}
