/* Where reports go. */
#include "run/output.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static enum fault fail(const char *path)
{
    return fault_say(FAULT_OUTPUT, "%s could not be written: %s", path,
                     strerror(errno));
}

static void make_folders(const char *path)
{
    char folder[4096];

    if (strlen(path) >= sizeof(folder))
        return;
    for (size_t i = 1; path[i] != 0; i++) {
        if (path[i] != '/')
            continue;
        memcpy(folder, path, i);
        folder[i] = 0;
        mkdir(folder, 0777);
    }
}

FILE *output_open(const char *path)
{
    if (strcmp(path, "-") == 0)
        return stdout;
    make_folders(path);

    FILE *file = fopen(path, "we");
    if (file == NULL)
        fail(path);
    return file;
}

/* A disk may tell only now that it is full. What is no file cannot be synced,
 * and says so with EINVAL or EROFS. */
static bool is_synced(FILE *file)
{
    return file == stdout || fsync(fileno(file)) == 0 || errno == EINVAL ||
           errno == EROFS || errno == ENOTSUP;
}

/* The first thing that went wrong is why; of one that stdio has only kept a
 * flag of, a full disk is the likeliest. */
enum fault output_close(FILE *file, const char *path)
{
    int why = ferror(file) != 0 ? ENOSPC : 0;

    if (fflush(file) != 0 && why == 0)
        why = errno;
    if (why == 0 && !is_synced(file))
        why = errno;
    if (file != stdout && fclose(file) != 0 && why == 0)
        why = errno;
    errno = why;
    return why != 0 ? fail(path) : FAULT_NONE;
}

/* Devices, pipes and the like are written as they are. */
static bool is_special(const char *path)
{
    struct stat status;

    return strcmp(path, "-") == 0 ||
           (stat(path, &status) == 0 && !S_ISREG(status.st_mode));
}

static enum fault write_plainly(const char *path, struct bytes text)
{
    FILE *file = output_open(path);

    if (file == NULL)
        return FAULT_OUTPUT;
    fwrite(text.at, 1, text.length, file);
    return output_close(file, path);
}

/* `place` gives the whole file its name: rename, or link, which never takes one
 * that is there. */
static enum fault write_whole(const char *path, struct bytes text,
                              int (*place)(const char *from, const char *to))
{
    char *aside = NULL;

    if (is_special(path))
        return write_plainly(path, text);
    if (asprintf(&aside, "%s.part", path) < 0)
        return fail(path);

    enum fault fault = write_plainly(aside, text);
    if (fault == FAULT_NONE && place(aside, path) != 0)
        fault = fail(path);
    unlink(aside); /* a link leaves it, a rename has taken it */
    free(aside);
    return fault;
}

enum fault output_write(const char *path, struct bytes text)
{
    return write_whole(path, text, rename);
}

enum fault output_write_new(const char *path, struct bytes text)
{
    return write_whole(path, text, link);
}

enum fault output_append(const char *path, struct bytes text, size_t most)
{
    struct stat status = { .st_size = 0 };

    if (stat(path, &status) == 0 && (size_t)status.st_size + text.length > most)
        return fault_say(FAULT_OUTPUT, "%s would be larger than %zu bytes",
                         path, most);

    FILE *file = fopen(path, "ae");
    if (file == NULL)
        return fail(path);
    fwrite(text.at, 1, text.length, file);
    return output_close(file, path);
}
