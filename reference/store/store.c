/* The directory on SQLite. Every statement is prepared once, and every value
 * is bound: no text of a client ever becomes SQL. */
#include "store/store.h"
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum statement {
    FIND_USER,
    FIND_RESTAURANT,
    FIND_ORDER,
    SET_STATUS,
    PUT_USER,
    PUT_RESTAURANT,
    PUT_ORDER,
    REMOVE_USER,
    DATA_VERSION,
    STATEMENTS
};

static const char *const texts[STATEMENTS] = {
    [FIND_USER] = "SELECT id, role, restaurant FROM users WHERE id = ?1",
    [FIND_RESTAURANT] = "SELECT id, active FROM restaurants WHERE id = ?1",
    [FIND_ORDER] = "SELECT id, restaurant, status FROM orders WHERE id = ?1",
    [SET_STATUS] = "UPDATE orders SET status = ?3, notes = ?4 "
                   "WHERE id = ?1 AND restaurant = ?2",
    [PUT_USER] = "INSERT OR REPLACE INTO users (id, role, restaurant) "
                 "VALUES (?1, ?2, ?3)",
    [PUT_RESTAURANT] = "INSERT OR REPLACE INTO restaurants (id, active) "
                       "VALUES (?1, ?2)",
    [PUT_ORDER] = "INSERT OR REPLACE INTO orders (id, restaurant, status) "
                  "VALUES (?1, ?2, ?3)",
    [REMOVE_USER] = "DELETE FROM users WHERE id = ?1",
    [DATA_VERSION] = "PRAGMA data_version",
};

/* The rollback journal: with it a lock on the file is a lock. */
static const char schema[] =
    "PRAGMA journal_mode = DELETE;"
    "CREATE TABLE IF NOT EXISTS restaurants ("
    " id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),"
    " active INTEGER NOT NULL CHECK (active IN (0, 1))) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS users ("
    " id TEXT PRIMARY KEY NOT NULL CHECK (length(id) BETWEEN 1 AND 128),"
    " role TEXT NOT NULL CHECK (length(role) <= 32),"
    " restaurant TEXT NOT NULL CHECK (length(restaurant) IN (0, 36))"
    ") WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS orders ("
    " id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),"
    " restaurant TEXT NOT NULL CHECK (length(restaurant) = 36),"
    " status TEXT NOT NULL CHECK (length(status) BETWEEN 1 AND 16),"
    " notes TEXT NOT NULL DEFAULT '') WITHOUT ROWID;";

struct store {
    sqlite3 *handle;
    sqlite3_stmt *statements[STATEMENTS];
};

/* --- Opening -------------------------------------------------------------- */

static bool prepare(struct store *store, enum statement which)
{
    return store->statements[which] != NULL ||
           sqlite3_prepare_v3(store->handle, texts[which], -1,
                              SQLITE_PREPARE_PERSISTENT,
                              &store->statements[which], NULL) == SQLITE_OK;
}

struct store *store_open(const char *file, const char **why)
{
    struct store *store = calloc(1, sizeof(*store));
    int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int code;

    *why = "out of memory";
    if (store == NULL)
        return NULL;
    code = sqlite3_open_v2(file == NULL ? ":memory:" : file, &store->handle,
                           flags, NULL);
    if (code == SQLITE_OK) {
        sqlite3_busy_timeout(store->handle, STORE_BUSY_MS);
        code = sqlite3_exec(store->handle, schema, NULL, NULL, NULL);
    }
    if (code == SQLITE_OK)
        return store;
    *why = sqlite3_errstr(code);
    store_close(store);
    return NULL;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(store->statements[i]);
    sqlite3_close(store->handle);
    free(store);
}

void *store_handle(struct store *store)
{
    return store->handle;
}

/* --- Asking --------------------------------------------------------------- */

static void bind_text(sqlite3_stmt *statement, int place, struct text text)
{
    sqlite3_bind_text64(statement, place, text.at == NULL ? "" : text.at,
                        text.length, SQLITE_TRANSIENT, SQLITE_UTF8);
}

/* The statement with its texts bound; NULL when it cannot be prepared. */
static sqlite3_stmt *begin(struct store *store, enum statement which,
                           const struct text *values, int count)
{
    sqlite3_stmt *statement;

    if (!prepare(store, which))
        return NULL;
    statement = store->statements[which];
    for (int i = 0; i < count; i++)
        bind_text(statement, i + 1, values[i]);
    return statement;
}

/* A statement that failed is prepared anew the next time: the file may be
 * another by then. */
static void end(struct store *store, enum statement which, int code)
{
    sqlite3_reset(store->statements[which]);
    sqlite3_clear_bindings(store->statements[which]);
    if (code == SQLITE_ROW || code == SQLITE_DONE)
        return;
    sqlite3_finalize(store->statements[which]);
    store->statements[which] = NULL;
}

static void copy_column(sqlite3_stmt *statement, int column, char *into,
                        size_t size)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    size_t length = text == NULL ? 0 : strnlen(text, size - 1);

    memcpy(into, text == NULL ? "" : text, length);
    into[length] = 0;
}

static enum finding finding_of(int code)
{
    return code == SQLITE_ROW ? FOUND : code == SQLITE_DONE ? ABSENT : FAILED;
}

static enum finding find_user(void *self, struct text id, struct user *user)
{
    sqlite3_stmt *row = begin(self, FIND_USER, &id, 1);
    int code = row == NULL ? SQLITE_ERROR : sqlite3_step(row);

    if (code == SQLITE_ROW) {
        copy_column(row, 0, user->id, sizeof(user->id));
        copy_column(row, 1, user->role, sizeof(user->role));
        copy_column(row, 2, user->restaurant, sizeof(user->restaurant));
    }
    if (row != NULL)
        end(self, FIND_USER, code);
    return finding_of(code);
}

static enum finding find_restaurant(void *self, struct text id,
                                    struct restaurant *restaurant)
{
    sqlite3_stmt *row = begin(self, FIND_RESTAURANT, &id, 1);
    int code = row == NULL ? SQLITE_ERROR : sqlite3_step(row);

    if (code == SQLITE_ROW) {
        copy_column(row, 0, restaurant->id, sizeof(restaurant->id));
        restaurant->active = sqlite3_column_int(row, 1) == 1;
    }
    if (row != NULL)
        end(self, FIND_RESTAURANT, code);
    return finding_of(code);
}

static enum finding find_order(void *self, struct text id, struct order *order)
{
    sqlite3_stmt *row = begin(self, FIND_ORDER, &id, 1);
    int code = row == NULL ? SQLITE_ERROR : sqlite3_step(row);

    if (code == SQLITE_ROW) {
        copy_column(row, 0, order->id, sizeof(order->id));
        copy_column(row, 1, order->restaurant, sizeof(order->restaurant));
        copy_column(row, 2, order->status, sizeof(order->status));
    }
    if (row != NULL)
        end(self, FIND_ORDER, code);
    return finding_of(code);
}

/* --- Changing ------------------------------------------------------------- */

/* How many rows it has changed; -1 when it could not. */
static int change(struct store *store, enum statement which,
                  const struct text *values, int count)
{
    sqlite3_stmt *statement = begin(store, which, values, count);
    int code = statement == NULL ? SQLITE_ERROR : sqlite3_step(statement);

    if (statement != NULL)
        end(store, which, code);
    return code == SQLITE_DONE ? sqlite3_changes(store->handle) : -1;
}

static enum finding set_status(void *self, struct text order,
                               struct text restaurant, struct text status,
                               struct text notes)
{
    const struct text values[] = { order, restaurant, status, notes };
    int changed = change(self, SET_STATUS, values, 4);

    return changed < 0 ? FAILED : changed == 0 ? ABSENT : FOUND;
}

/* What others write shows in data_version, what we write in our own count. */
static uint64_t version(void *self)
{
    struct store *store = self;
    sqlite3_stmt *row = begin(store, DATA_VERSION, NULL, 0);
    int code = row == NULL ? SQLITE_ERROR : sqlite3_step(row);
    uint64_t others =
        code == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(row, 0) : 0;

    if (row != NULL)
        end(store, DATA_VERSION, code);
    return others == 0
               ? 0
               : others << 40 ^ (uint64_t)sqlite3_total_changes(store->handle);
}

static const struct directory_ops ops = {
    .find_user = find_user,
    .find_restaurant = find_restaurant,
    .find_order = find_order,
    .set_status = set_status,
    .version = version,
};

struct directory store_directory(struct store *store)
{
    struct directory directory = { &ops, store };

    return directory;
}

/* --- Operators and fixtures ------------------------------------------------
 */

bool store_put_restaurant(struct store *store, const struct restaurant *it)
{
    const struct text values[] = { text_of(it->id),
                                   text_of(it->active ? "1" : "0") };

    return change(store, PUT_RESTAURANT, values, 2) == 1;
}

bool store_put_user(struct store *store, const struct user *it)
{
    const struct text values[] = { text_of(it->id), text_of(it->role),
                                   text_of(it->restaurant) };

    return change(store, PUT_USER, values, 3) == 1;
}

bool store_put_order(struct store *store, const struct order *it)
{
    const struct text values[] = { text_of(it->id), text_of(it->restaurant),
                                   text_of(it->status) };

    return change(store, PUT_ORDER, values, 3) == 1;
}

bool store_remove_user(struct store *store, struct text id)
{
    return change(store, REMOVE_USER, &id, 1) >= 0;
}
