/* Appends time-stamped lines to a file or to stderr. */
#include "shell/logfile.h"
#include "shell/clock.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool logfile_open(struct logfile *log, const char *path)
{
    log->fd = STDERR_FILENO;
    if (path != NULL)
        log->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    return log->fd >= 0;
}

/* A full disk must not stop the service: the line is lost. */
static void append(const struct logfile *log, const char *stamp,
                   const char *blank, const char *line)
{
    char whole[LOG_LINE_MAX];
    int wanted = snprintf(whole, sizeof(whole), "%s%s%s\n", stamp, blank, line);
    size_t length = wanted < LOG_LINE_MAX ? (size_t)wanted : LOG_LINE_MAX - 1;

    whole[length - 1] = '\n';
    ssize_t written = write(log->fd, whole, length);
    (void)written;
}

void logfile_write(const struct logfile *log, const char *line)
{
    append(log, "", "", line);
}

void logfile_say(const struct logfile *log, const char *line)
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
