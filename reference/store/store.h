/* The directory on SQLite, through prepared statements alone.
 *
 * A file that is locked, damaged or gone makes a call FAILED, one that is
 * read-only a call that writes; it works again once the file does. Each wait
 * for a lock takes at most STORE_BUSY_MS, and half as long as the one before
 * where that was in vain; a call that has to open the file anew may wait
 * twice. store_open, which several servers may call at once, waits longer. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "core/directory.h"

enum { STORE_BUSY_MS = 300, STORE_START_BUSY_MS = 3000 };

struct store;

/* NULL `file`: in memory. Makes the tables where they are missing. NULL with
 * *why, a text that lives for ever. */
struct store *store_open(const char *file, const char **why);
void store_close(struct store *store); /* NULL is fine */
/* Empties a store that is in memory, for another life. False when its tables
 * are no longer those that store_open made, or it has a file: it is as it
 * was, or worse, and for store_close alone. */
bool store_clear(struct store *store);

/* For the core. */
struct directory store_directory(struct store *store);

/* For operators and fixtures: each replaces what was there. False when it
 * could not be written; nothing has changed then. */
bool store_put_restaurant(struct store *store, const struct restaurant *it);
bool store_put_user(struct store *store, const struct user *it);
bool store_put_order(struct store *store, const struct order *it);
bool store_remove_user(struct store *store, struct text id);

/* The raw handle, a sqlite3 *: for mutants that glue their SQL together. */
void *store_handle(struct store *store);

#endif
