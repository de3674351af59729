/* Answers the core's questions, one prepared statement each. What a row holds
 * is believed only when it fits: others may write to the file too. */
#include "store/store.h"
#include "store/internal.h"
#include <stdlib.h>
#include <string.h>

struct store *store_open(const char *file, const char **why)
{
    struct store *store = calloc(1, sizeof(*store));
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;

    *why = "out of memory";
    if (store == NULL)
        return NULL;
    store->file = file == NULL ? NULL : strdup(file);
    if ((file == NULL || store->file != NULL) && handle_open(store, flags, why))
        return store;
    store_close(store);
    return NULL;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    handle_close(store);
    free(store->file);
    free(store);
}

bool store_clear(struct store *store)
{
    return store->file == NULL && store->handle != NULL &&
           store->schema == handle_schema(store->handle) &&
           sqlite3_exec(store->handle,
                        "DELETE FROM orders; DELETE FROM users;"
                        "DELETE FROM restaurants",
                        NULL, NULL, NULL) == SQLITE_OK;
}

void *store_handle(struct store *store)
{
    return store->handle;
}

/* An absent text is an empty one; SQL's NULL equals nothing. */
static void bind(sqlite3_stmt *statement, int place, struct text text)
{
    sqlite3_bind_text64(statement, place, text.at == NULL ? "" : text.at,
                        text.length, SQLITE_STATIC, SQLITE_UTF8);
}

/* --- reading -------------------------------------------------------------- */

/* False when the column holds no text, a longer one, or one with a NUL. */
static bool copy_text(sqlite3_stmt *row, int column, char *into, size_t size)
{
    const void *text = sqlite3_column_type(row, column) == SQLITE_TEXT
                           ? sqlite3_column_text(row, column)
                           : NULL;
    size_t length = (size_t)sqlite3_column_bytes(row, column);

    if (text == NULL || length >= size || memchr(text, '\0', length) != NULL)
        return false;
    memcpy(into, text, length);
    into[length] = '\0';
    return true;
}

static bool copy_user(sqlite3_stmt *row, void *into)
{
    struct user *user = into;

    return copy_text(row, 0, user->id, sizeof(user->id)) &&
           copy_text(row, 1, user->role, sizeof(user->role)) &&
           copy_text(row, 2, user->restaurant, sizeof(user->restaurant));
}

static bool copy_restaurant(sqlite3_stmt *row, void *into)
{
    struct restaurant *restaurant = into;

    restaurant->active = sqlite3_column_int64(row, 1) == 1;
    return sqlite3_column_type(row, 1) == SQLITE_INTEGER &&
           copy_text(row, 0, restaurant->id, sizeof(restaurant->id));
}

static bool copy_order(sqlite3_stmt *row, void *into)
{
    struct order *order = into;

    return copy_text(row, 0, order->id, sizeof(order->id)) &&
           copy_text(row, 1, order->restaurant, sizeof(order->restaurant)) &&
           copy_text(row, 2, order->status, sizeof(order->status));
}

/* `copy` fills `found`, which has room for the row's value. */
static enum finding find(struct store *store, enum query query, struct text id,
                         bool (*copy)(sqlite3_stmt *row, void *found),
                         void *found)
{
    sqlite3_stmt *statement = handle_statement(store, query);

    if (statement == NULL)
        return FAILED;
    bind(statement, 1, id);
    int result = sqlite3_step(statement);
    bool fits = result != SQLITE_ROW || copy(statement, found);
    enum finding finding = handle_settle(store, statement, result);
    return fits ? finding : FAILED;
}

static enum finding find_user(void *self, struct text id, struct user *user)
{
    struct user found;
    enum finding finding = find(self, FIND_USER, id, copy_user, &found);

    if (finding == FOUND)
        *user = found;
    return finding;
}

static enum finding find_restaurant(void *self, struct text id,
                                    struct restaurant *restaurant)
{
    struct restaurant found;
    enum finding finding =
        find(self, FIND_RESTAURANT, id, copy_restaurant, &found);

    if (finding == FOUND)
        *restaurant = found;
    return finding;
}

static enum finding find_order(void *self, struct text id, struct order *order)
{
    struct order found;
    enum finding finding = find(self, FIND_ORDER, id, copy_order, &found);

    if (finding == FOUND)
        *order = found;
    return finding;
}

static bool look_around(struct store *store)
{
    sqlite3_stmt *statement = handle_statement(store, LOOK_AROUND);

    return statement != NULL &&
           handle_settle(store, statement, sqlite3_step(statement)) != FAILED;
}

/* What others have done to the file, and that it is still there and ours. */
static bool read_mark(struct store *store, struct mark *mark)
{
    sqlite3_stmt *statement =
        look_around(store) ? handle_statement(store, DATA_VERSION) : NULL;

    if (statement == NULL)
        return false;
    int result = sqlite3_step(statement);
    mark->data = sqlite3_column_int64(statement, 0);
    return handle_settle(store, statement, result) == FOUND;
}

static uint64_t version(void *self)
{
    struct store *store = self;
    struct mark mark = { .data = 0 };

    if (store->file != NULL && !read_mark(store, &mark))
        return 0;
    mark.opened = store->opened;
    mark.own = sqlite3_total_changes64(store->handle);
    if (store->version == 0 || mark.opened != store->mark.opened ||
        mark.data != store->mark.data || mark.own != store->mark.own)
        store->version++;
    store->mark = mark;
    return store->version;
}

/* --- writing -------------------------------------------------------------- */

/* FOUND when a row has changed. */
static enum finding change(struct store *store, sqlite3_stmt *statement)
{
    int result = sqlite3_step(statement);
    bool changed = sqlite3_changes64(store->handle) > 0;
    enum finding finding = handle_settle(store, statement, result);

    return finding == ABSENT && changed ? FOUND : finding;
}

static enum finding set_status(void *self, struct text order,
                               struct text restaurant, struct text status,
                               struct text notes)
{
    sqlite3_stmt *statement = handle_statement(self, SET_STATUS);

    if (statement == NULL)
        return FAILED;
    bind(statement, 1, status);
    bind(statement, 2, notes);
    bind(statement, 3, order);
    bind(statement, 4, restaurant);
    return change(self, statement);
}

bool store_put_restaurant(struct store *store, const struct restaurant *it)
{
    sqlite3_stmt *statement = handle_statement(store, PUT_RESTAURANT);

    if (statement == NULL)
        return false;
    bind(statement, 1, text_of(it->id));
    sqlite3_bind_int(statement, 2, it->active);
    return change(store, statement) == FOUND;
}

bool store_put_user(struct store *store, const struct user *it)
{
    sqlite3_stmt *statement = handle_statement(store, PUT_USER);

    if (statement == NULL)
        return false;
    bind(statement, 1, text_of(it->id));
    bind(statement, 2, text_of(it->role));
    bind(statement, 3, text_of(it->restaurant));
    return change(store, statement) == FOUND;
}

bool store_put_order(struct store *store, const struct order *it)
{
    sqlite3_stmt *statement = handle_statement(store, PUT_ORDER);

    if (statement == NULL)
        return false;
    bind(statement, 1, text_of(it->id));
    bind(statement, 2, text_of(it->restaurant));
    bind(statement, 3, text_of(it->status));
    return change(store, statement) == FOUND;
}

/* A user that was not there is removed as well. */
bool store_remove_user(struct store *store, struct text id)
{
    sqlite3_stmt *statement = handle_statement(store, REMOVE_USER);

    if (statement == NULL)
        return false;
    bind(statement, 1, id);
    return change(store, statement) != FAILED;
}

struct directory store_directory(struct store *store)
{
    static const struct directory_ops ops = {
        .find_user = find_user,
        .find_restaurant = find_restaurant,
        .find_order = find_order,
        .set_status = set_status,
        .version = version,
    };

    return (struct directory){ &ops, store };
}
