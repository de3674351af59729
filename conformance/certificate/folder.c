/* The folder of a certificate. */
#include "certificate/folder.h"
#include "certificate/envelope.h"
#include "run/record.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

void folder_init(struct folder *folder)
{
    memset(folder, 0, sizeof(*folder));
    buffer_init(&folder->certificate, ENVELOPE_BYTES_MAX);
    buffer_init(&folder->stream, RECORD_BYTES_MAX);
}

void folder_deinit(struct folder *folder)
{
    buffer_deinit(&folder->certificate);
    buffer_deinit(&folder->stream);
}

bool folder_is_name(const char *name)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789._-";

    return name[0] != 0 && strchr("._-", name[0]) == NULL &&
           strlen(name) < FOLDER_NAME_BYTES &&
           strspn(name, letters) == strlen(name);
}

const struct folder_file *folder_find(const struct folder *folder,
                                      const char *name)
{
    for (size_t i = 0; i < folder->count; i++) {
        if (strcmp(folder->files[i].name, name) == 0)
            return &folder->files[i];
    }
    return NULL;
}

static enum fault refuse(const char *name, const char *why)
{
    return fault_say(FAULT_PROTOCOL, "%.200s in the folder %s", name, why);
}

static enum fault keep(struct buffer *into, const char *name, struct bytes text)
{
    buffer_clear(into);
    return buffer_add(into, text.at, text.length) == FAULT_NONE
               ? FAULT_NONE
               : refuse(name, "is too large");
}

enum fault folder_add(struct folder *folder, const char *name,
                      struct bytes text)
{
    struct folder_file *file = &folder->files[folder->count];

    if (!folder_is_name(name))
        return refuse(name, "has a name that no certificate gives");
    if (strcmp(name, FOLDER_CERTIFICATE) == 0)
        return keep(&folder->certificate, name, text);
    if (folder_find(folder, name) != NULL)
        return refuse(name, "is there twice");
    if (folder->count == FOLDER_FILES_MAX)
        return refuse(name, "is one file too many");
    snprintf(file->name, sizeof(file->name), "%s", name);
    digest_of(text, file->sha256);
    folder->count++;
    return strcmp(name, FOLDER_STREAM) == 0 ? keep(&folder->stream, name, text)
                                            : FAULT_NONE;
}

/* --- On disk -------------------------------------------------------------- */

static enum fault unreadable(const char *name)
{
    return fault_say(FAULT_SYSTEM, "%s cannot be read: %s", name,
                     strerror(errno));
}

static enum fault read_all(int file, const char *name, struct buffer *into)
{
    char chunk[65536];
    ssize_t length;

    while ((length = read(file, chunk, sizeof(chunk))) > 0) {
        if (buffer_add(into, chunk, (size_t)length) != FAULT_NONE)
            return refuse(name, "is too large");
    }
    return length == 0 ? FAULT_NONE : unreadable(name);
}

static enum fault read_one(struct folder *folder, int file, const char *name)
{
    struct buffer text;
    struct stat status;

    if (fstat(file, &status) != 0)
        return unreadable(name);
    if (!S_ISREG(status.st_mode))
        return refuse(name, "is no file");
    buffer_init(&text, FOLDER_FILE_BYTES_MAX);
    enum fault fault = read_all(file, name, &text);
    if (fault == FAULT_NONE)
        fault = folder_add(folder, name, buffer_view(&text));
    buffer_deinit(&text);
    return fault;
}

static enum fault read_entry(struct folder *folder, int there, const char *name)
{
    int file =
        openat(there, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

    if (file < 0)
        return errno == ELOOP ? refuse(name, "is a link") : unreadable(name);
    enum fault fault = read_one(folder, file, name);
    close(file);
    return fault;
}

enum fault folder_read(struct folder *folder, const char *path)
{
    DIR *there = opendir(path);
    enum fault fault = FAULT_NONE;
    const struct dirent *entry;

    if (there == NULL && errno == ENOTDIR)
        return fault_say(FAULT_SYSTEM, "%s is no folder with a %s in it", path,
                         FOLDER_CERTIFICATE);
    if (there == NULL)
        return unreadable(path);
    while (fault == FAULT_NONE && (entry = readdir(there)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            fault = read_entry(folder, dirfd(there), entry->d_name);
    }
    closedir(there);
    return fault;
}
