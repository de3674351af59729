/* Files that a command line names, read whole: regular ones, and pipes, as a
 * shell's `<(…)` is one, into which somebody writes. */
#include "cli/rendering.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A program that is still to begin may write into it. */
enum { WRITER_MS = 10000 };

/* Tests, who know that nobody will, wait for less. */
static int patience_with_writers(void)
{
    const char *less = getenv("WSCONFORM_TEST_WRITER_MS");
    long ms = less == NULL ? WRITER_MS : strtol(less, NULL, 10);

    return ms > 0 && ms < WRITER_MS ? (int)ms : WRITER_MS;
}

/* Of a pipe that was opened without waiting for one. */
static const char *await_writer(int file, struct buffer *into)
{
    struct pollfd one = { .fd = file, .events = POLLIN };
    char byte;

    if (poll(&one, 1, patience_with_writers()) == 0) {
        ssize_t length = read(file, &byte, 1);
        if (length == 0)
            return "nobody writes into it";
        if (length == 1 && buffer_add(into, &byte, 1) != FAULT_NONE)
            return "it is too large";
    }
    return NULL;
}

static const char *read_all(int file, struct buffer *into)
{
    char chunk[16384];
    ssize_t length;

    while ((length = read(file, chunk, sizeof(chunk))) > 0)
        if (buffer_add(into, chunk, (size_t)length) != FAULT_NONE)
            return "it is too large";
    return length == 0 ? NULL : strerror(errno);
}

const char *read_file(const char *path, struct buffer *into)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat status;
    const char *why = NULL;

    if (file < 0 || fstat(file, &status) != 0)
        why = strerror(errno);
    else if (S_ISFIFO(status.st_mode))
        why = await_writer(file, into);
    if (why == NULL && fcntl(file, F_SETFL, 0) != 0)
        why = strerror(errno);
    if (why == NULL)
        why = read_all(file, into);
    if (file >= 0)
        close(file);
    return why;
}
