/* The handle on the file: opened, watched, given up and opened again.
 *
 * The journal is one of rollback, never a WAL: whoever locks the file locks
 * readers out too, and a call tells it instead of answering from the past. */
#include "store/internal.h"
#include <string.h>

#define BYTES(column) "length(CAST(" column " AS BLOB))"

/* A NUL in a text would end it for length(), so bytes are counted. */
static const char *const tables[] = {
    "CREATE TABLE IF NOT EXISTS restaurants ("
    " id TEXT NOT NULL PRIMARY KEY CHECK (" BYTES(
        "id") " = 36),"
              " active INTEGER NOT NULL CHECK (active IN (0, 1))"
              ") STRICT, WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS users ("
    " id TEXT NOT NULL PRIMARY KEY CHECK (" BYTES(
        "id") " BETWEEN 1 AND 128),"
              " role TEXT NOT NULL CHECK (" BYTES(
                  "role") " <= 32),"
                          " restaurant TEXT NOT NULL CHECK (" BYTES(
                              "restaurant") " IN (0, 36))"
                                            ") STRICT, WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS orders ("
    " id TEXT NOT NULL PRIMARY KEY CHECK (" BYTES(
        "id") " = 36),"
              " restaurant TEXT NOT NULL CHECK (" BYTES(
                  "restaurant") " = 36),"
                                " status TEXT NOT NULL CHECK (" BYTES(
                                    "status") " BETWEEN 1 AND 16),"
                                              " notes TEXT NOT NULL DEFAULT '' "
                                              "CHECK (" BYTES(
                                                  "notes") " <= 6000)"
                                                           ") STRICT, WITHOUT "
                                                           "ROWID",
};

static const char *const queries[QUERIES] = {
    [FIND_USER] = "SELECT id, role, restaurant FROM users WHERE id = ?",
    [FIND_RESTAURANT] = "SELECT id, active FROM restaurants WHERE id = ?",
    [FIND_ORDER] = "SELECT id, restaurant, status FROM orders WHERE id = ?",
    [SET_STATUS] = "UPDATE orders SET status = ?, notes = ?"
                   " WHERE id = ? AND restaurant = ?",
    [PUT_RESTAURANT] = "INSERT OR REPLACE INTO restaurants (id, active)"
                       " VALUES (?, ?)",
    [PUT_USER] = "INSERT OR REPLACE INTO users (id, role, restaurant)"
                 " VALUES (?, ?, ?)",
    [PUT_ORDER] = "INSERT OR REPLACE INTO orders (id, restaurant, status)"
                  " VALUES (?, ?, ?)",
    [REMOVE_USER] = "DELETE FROM users WHERE id = ?",
    /* A file cut to nothing is a database without tables: it has a version,
     * and is none of ours. */
    [LOOK_AROUND] = "SELECT 1 FROM users, restaurants, orders LIMIT 1",
    [DATA_VERSION] = "PRAGMA data_version",
};

static bool run_once(sqlite3 *handle, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(handle, sql, -1, &statement, NULL);

    if (result == SQLITE_OK)
        result = sqlite3_step(statement);
    sqlite3_finalize(statement);
    return result == SQLITE_DONE || result == SQLITE_ROW;
}

static void forget_statements(struct store *store)
{
    for (int i = 0; i < QUERIES; i++) {
        sqlite3_finalize(store->statements[i]);
        store->statements[i] = NULL;
    }
}

static bool prepare_all(struct store *store)
{
    for (int i = 0; i < QUERIES; i++) {
        if (sqlite3_prepare_v3(store->handle, queries[i], -1,
                               SQLITE_PREPARE_PERSISTENT, &store->statements[i],
                               NULL) != SQLITE_OK) {
            forget_statements(store);
            return false;
        }
    }
    return true;
}

/* Immediate, since several may begin at once: who has read already and then
 * wants to write is told "locked" without a wait. Whole or not at all: where
 * somebody else's tables stand in the way, none of ours are put beside them. */
static bool make_tables(struct store *store)
{
    bool made = run_once(store->handle, "BEGIN IMMEDIATE");

    for (size_t i = 0; made && i < sizeof(tables) / sizeof(tables[0]); i++)
        made = run_once(store->handle, tables[i]);
    return made && prepare_all(store) && run_once(store->handle, "COMMIT");
}

/* Of a file that has its tables nothing is written. */
static bool prepare_new(struct store *store)
{
    sqlite3_busy_timeout(store->handle, STORE_START_BUSY_MS);
    return run_once(store->handle, "PRAGMA journal_mode = DELETE") &&
           (prepare_all(store) || make_tables(store));
}

int handle_schema(sqlite3 *handle)
{
    sqlite3_stmt *statement = NULL;
    int schema = -1;

    if (sqlite3_prepare_v2(handle, "PRAGMA schema_version", -1, &statement,
                           NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        schema = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return schema;
}

/* --- patience ------------------------------------------------------------- */

enum { FAILURES_MAX = 8 }; /* by then nothing is left of STORE_BUSY_MS */

static bool is_lock(int result)
{
    return (result & 0xff) == SQLITE_BUSY || (result & 0xff) == SQLITE_LOCKED;
}

/* Each call that finds the file still locked waits half as long as the one
 * before: a crowd of writers is outwaited, and a lock that stays holds up
 * nobody for long. */
static int busy_ms(const struct store *store)
{
    return STORE_BUSY_MS >> store->failures;
}

static void note_lock(struct store *store, bool is_locked)
{
    if (!is_locked)
        store->failures = 0;
    else if (store->failures < FAILURES_MAX)
        store->failures++;
    sqlite3_busy_timeout(store->handle, busy_ms(store));
}

/* --- opening -------------------------------------------------------------- */

/* What is wrong, and what helps. */
static const char *sentence_of(int result)
{
    switch (result & 0xff) {
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
        return "cannot open the directory's file; its folder must be there, "
               "and both writable";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "another process has locked the directory; end that one first";
    case SQLITE_NOTADB:
    case SQLITE_ERROR:
        return "this is no directory of ours; name another file, or move it "
               "away";
    case SQLITE_CORRUPT:
        return "the directory is damaged; bring back a copy of it";
    default: return sqlite3_errstr(result);
    }
}

bool handle_open(struct store *store, int flags, const char **why)
{
    const char *file = store->file == NULL ? ":memory:" : store->file;
    int result = sqlite3_open_v2(file, &store->handle, flags, NULL);

    if (result == SQLITE_OK) {
        sqlite3_busy_timeout(store->handle, busy_ms(store));
        sqlite3_db_config(store->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0,
                          NULL);
        sqlite3_db_config(store->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        if ((flags & SQLITE_OPEN_CREATE) != 0 ? prepare_new(store)
                                              : prepare_all(store)) {
            note_lock(store, false);
            store->opened++;
            store->schema = handle_schema(store->handle);
            return true;
        }
        result = sqlite3_errcode(store->handle);
        note_lock(store, is_lock(result));
    }
    *why = sentence_of(result);
    handle_close(store);
    return false;
}

void handle_close(struct store *store)
{
    forget_statements(store);
    sqlite3_close(store->handle);
    store->handle = NULL;
}

/* SQLite keeps to the file it has opened, whatever the path names by now. */
static bool has_moved(const struct store *store)
{
    int moved = 0;

    if (store->file != NULL)
        sqlite3_file_control(store->handle, "main", SQLITE_FCNTL_HAS_MOVED,
                             &moved);
    return moved != 0;
}

sqlite3_stmt *handle_statement(struct store *store, enum query query)
{
    const char *why;

    if (store->handle != NULL && has_moved(store))
        handle_close(store);
    /* Made by store_open alone: an empty file in the place of a lost one would
     * know nobody, and nobody would learn that it was lost. */
    if (store->handle == NULL &&
        !handle_open(store, SQLITE_OPEN_READWRITE, &why))
        return NULL;
    return store->statements[query];
}

static bool has_failed(int result)
{
    switch (result) {
    case SQLITE_ROW:
    case SQLITE_DONE:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_CONSTRAINT:
    case SQLITE_TOOBIG: return false;
    default: return true;
    }
}

enum finding handle_settle(struct store *store, sqlite3_stmt *statement,
                           int result)
{
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    note_lock(store, is_lock(result));
    if (store->file != NULL && has_failed(result & 0xff))
        handle_close(store);
    if (result == SQLITE_ROW)
        return FOUND;
    return result == SQLITE_DONE ? ABSENT : FAILED;
}
