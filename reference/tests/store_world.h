/* A directory on SQLite in a folder of its own, for the checks of the store. */
#ifndef STORE_WORLD_H
#define STORE_WORLD_H

#include "check_program.h"
#include "store/store.h"
#include <sqlite3.h>
#include <unistd.h>

#define BISTRO "11111111-1111-4111-8111-111111111111"
#define TAVERN "22222222-2222-4222-8222-222222222222"
#define ORDER  "33333333-3333-4333-8333-333333333333"

static char folder[64];
static char path[96];
static struct store *store;
static struct directory directory;

static const struct restaurant bistro = { BISTRO, true };
static const struct user alice = { "alice", "manager", BISTRO };
static const struct order order = { ORDER, BISTRO, "pending" };

static inline void fill(void)
{
    ck_assert(store_put_restaurant(store, &bistro));
    ck_assert(store_put_user(store, &alice));
    ck_assert(store_put_order(store, &order));
}

static inline void open_store(const char *file)
{
    const char *why = "";

    store = store_open(file, &why);
    ck_assert_msg(store != NULL, "%s", why);
    directory = store_directory(store);
}

static inline void set_up(void)
{
    snprintf(folder, sizeof(folder), "/tmp/wsconform-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/directory", folder);
    open_store(path);
    fill();
}

static inline void tear_down(void)
{
    store_close(store);
    unlink(path);
    rmdir(folder);
}

static inline enum finding find_alice(void)
{
    struct user user;

    return directory.ops->find_user(store, text_of("alice"), &user);
}

static inline uint64_t version(void)
{
    return directory.ops->version(store);
}

static inline enum finding set_status(const char *status, const char *notes)
{
    return directory.ops->set_status(store, text_of(ORDER), text_of(BISTRO),
                                     text_of(status), text_of(notes));
}

static inline void execute(sqlite3 *handle, const char *sql)
{
    char *why = NULL;

    ck_assert_msg(sqlite3_exec(handle, sql, NULL, NULL, &why) == SQLITE_OK,
                  "%s: %s", sql, why);
}

static inline sqlite3 *open_beside(void)
{
    sqlite3 *handle = NULL;

    ck_assert_int_eq(sqlite3_open(path, &handle), SQLITE_OK);
    return handle;
}

#endif
