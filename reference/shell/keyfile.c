/* Looks at a key file before each use: one stat(), and a read when that shows
 * another file than the last time. */
#include "shell/keyfile.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

void keyfile_init(struct keyfile *keyfile, const char *path)
{
    *keyfile = (struct keyfile){ .path = path };
}

static bool is_same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

/* The change time tells two writes of one size within one tick apart. */
static bool is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
           a->st_size == b->st_size && is_same_time(a->st_mtim, b->st_mtim) &&
           is_same_time(a->st_ctim, b->st_ctim);
}

static void forget(struct keyfile *keyfile)
{
    keyring_free(keyfile->keyring);
    keyfile->keyring = NULL;
    keyfile->read = false;
}

/* Reads up to `size` bytes; -1 when the file cannot be read. */
static ssize_t read_all(int fd, char *into, size_t size)
{
    size_t done = 0;

    while (done < size) {
        ssize_t count = read(fd, into + done, size - done);
        if (count < 0)
            return -1;
        if (count == 0)
            break;
        done += (size_t)count;
    }
    return (ssize_t)done;
}

static struct keyring *read_keyring(int fd, const char **why)
{
    struct keyring *keyring = NULL;
    char *bytes = malloc(KEYFILE_BYTES_MAX + 1);
    ssize_t length =
        bytes == NULL ? -1 : read_all(fd, bytes, KEYFILE_BYTES_MAX + 1);

    *why = "the key file cannot be read";
    if (length > KEYFILE_BYTES_MAX)
        *why = "the key file is too big";
    else if (length >= 0)
        keyring = keyring_read((struct text){ bytes, (size_t)length }, why);
    free(bytes);
    return keyring;
}

/* `seen` is of the very file that is read, whatever the path names by then. */
static void read_again(struct keyfile *keyfile, const char **why)
{
    int fd = open(keyfile->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    *why = "the key file cannot be opened";
    if (fd < 0)
        return;
    if (fstat(fd, &keyfile->seen) == 0 && S_ISREG(keyfile->seen.st_mode)) {
        keyfile->keyring = read_keyring(fd, why);
        keyfile->read = true;
    }
    close(fd);
}

const struct keyring *keyfile_keyring(struct keyfile *keyfile, const char **why)
{
    struct stat now;
    bool there = stat(keyfile->path, &now) == 0;

    *why = "the key file holds no keyring";
    if (there && keyfile->read && is_same_file(&now, &keyfile->seen))
        return keyfile->keyring;
    forget(keyfile);
    read_again(keyfile, why);
    return keyfile->keyring;
}

void keyfile_deinit(struct keyfile *keyfile)
{
    forget(keyfile);
}
