/* Between the store's files: one handle on the file, and the statements that
 * it has prepared. */
#ifndef STORE_INTERNAL_H
#define STORE_INTERNAL_H

#include "store/store.h"
#include <sqlite3.h>

enum query {
    FIND_USER,
    FIND_RESTAURANT,
    FIND_ORDER,
    SET_STATUS,
    PUT_RESTAURANT,
    PUT_USER,
    PUT_ORDER,
    REMOVE_USER,
    LOOK_AROUND,
    DATA_VERSION,
    QUERIES,
};

/* What changes when the file may have changed. */
struct mark {
    uint64_t opened; /* how often the file was */
    int64_t data;    /* of others, since it was opened */
    int64_t own;
};

struct store {
    char *file;      /* NULL: in memory */
    sqlite3 *handle; /* NULL: to be opened when it is next needed */
    sqlite3_stmt *statements[QUERIES];
    int failures; /* so many calls in a row have waited for a lock in vain */
    struct mark mark; /* when `version` was told */
    uint64_t opened;
    uint64_t version;
    int schema; /* SQLite's count of changes to the tables, once they are made
                 */
};

/* Opens the file and prepares all statements. `flags` are SQLite's. False with
 * *why; the store is closed then. */
bool handle_open(struct store *store, int flags, const char **why);
void handle_close(struct store *store);

/* SQLite's count of changes to the tables; -1: it cannot be told. */
int handle_schema(sqlite3 *handle);

/* The statement, fresh and unbound, on the file that is there now; NULL when
 * there is none to be had. */
sqlite3_stmt *handle_statement(struct store *store, enum query query);

/* Ends the use of a statement that sqlite3_step left with `result`. A handle
 * that has failed is given up: the next call makes a new one. FOUND for a row,
 * ABSENT for none, else FAILED. */
enum finding handle_settle(struct store *store, sqlite3_stmt *statement,
                           int result);

#endif
