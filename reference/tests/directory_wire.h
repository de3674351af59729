/* A file of SQLite in a folder of its own, for a server that is to have it as
 * its directory, and ways to spoil it. */
#ifndef DIRECTORY_WIRE_H
#define DIRECTORY_WIRE_H

#include "tests/pos_wire.h"
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>

enum { FILE_BYTES_MAX = 64 * 1024 };

static struct world world;
static struct options options;
static char database[160];
static char aside[160];
static char audit[160];
static sqlite3 *locker;

static const char rubbish[] =
    "this is no database, and it is long enough to be one";

static inline void set_up(void)
{
    options = world_prepare(&world);
    snprintf(database, sizeof(database), "%s/directory", world.folder);
    snprintf(aside, sizeof(aside), "%s/aside", world.folder);
    snprintf(audit, sizeof(audit), "%s/audit", world.folder);
    options.served = SERVES_POS;
    options.database = database;
    options.audit = audit;
    locker = NULL;
}

static inline void clean_up(void)
{
    const char *files[] = { database,  aside,      audit,
                            world.log, world.keys, world.token_file };

    for (int i = 0; i < COUNT_OF(files); i++)
        unlink(files[i]);
    rmdir(world.folder);
}

static inline size_t read_whole(const char *path, char *into)
{
    FILE *file = fopen(path, "re");

    ck_assert_ptr_nonnull(file);
    size_t length = fread(into, 1, FILE_BYTES_MAX - 1, file);
    ck_assert_uint_lt(length, FILE_BYTES_MAX - 1);
    into[length] = '\0';
    fclose(file);
    return length;
}

/* In place: the file stays the same one. */
static inline void overwrite(const char *bytes, size_t length)
{
    int fd = open(database, O_WRONLY | O_TRUNC | O_CREAT | O_CLOEXEC, 0600);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, bytes, length), (ssize_t)length);
    close(fd);
}

static inline void run_beside(const char *sql)
{
    if (locker == NULL)
        ck_assert_int_eq(sqlite3_open(database, &locker), SQLITE_OK);
    sqlite3_busy_timeout(locker, WORLD_WAIT_MS);
    ck_assert_int_eq(sqlite3_exec(locker, sql, NULL, NULL, NULL), SQLITE_OK);
}

static inline void lock_it(void)
{
    run_beside("BEGIN EXCLUSIVE");
}

static inline void release_it(void)
{
    run_beside("COMMIT");
    sqlite3_close(locker);
    locker = NULL;
}

#endif
