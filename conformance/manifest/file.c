/* Reads small files whole, and joins paths. */
#include "manifest/internal.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *read_all(int fd, size_t max, struct buffer *into)
{
    static char too_big[64];
    char chunk[16 * 1024];
    ssize_t count;

    while ((count = read(fd, chunk, sizeof(chunk))) > 0) {
        if (into->length + (size_t)count > max) {
            snprintf(too_big, sizeof(too_big), "more than %zu bytes", max);
            return too_big;
        }
        if (buffer_add(into, chunk, (size_t)count) != FAULT_NONE)
            return "no memory for it";
    }
    return count == 0 ? NULL : strerror(errno);
}

/* Not to block on a FIFO, it is opened without waiting and asked what it is. */
const char *file_load(const char *path, size_t max, struct buffer *into,
                      dev_t *device, ino_t *inode)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat status;
    const char *why;

    if (fd < 0)
        return strerror(errno);
    if (fstat(fd, &status) != 0)
        why = strerror(errno);
    else if (!S_ISREG(status.st_mode))
        why = "it is no regular file";
    else
        why = read_all(fd, max, into);
    close(fd);
    if (why == NULL && device != NULL && inode != NULL) {
        *device = status.st_dev;
        *inode = status.st_ino;
    }
    return why;
}

char *path_folder(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL)
        return strdup(".");
    return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

char *path_join(const char *folder, const char *path)
{
    char *joined = NULL;

    if (path[0] == '/' || strcmp(folder, ".") == 0)
        return strdup(path);
    if (asprintf(&joined, "%s/%s", folder, path) < 0)
        return NULL;
    return joined;
}
