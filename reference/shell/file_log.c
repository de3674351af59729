#include "shell/file_log.h"
#include "shell/clock.h"
#include <sqlite3.h>
#include <stdlib.h>

enum { RETRY_MS = 1000 };

struct file_log {
    sqlite3 *database;
    struct log log;
    struct node *node;
    uv_loop_t *loop;
    uv_timer_t timer;
    int64_t at_ms; /* of the last entry: a clock that is set back adds none */
};

/* A log that is closed to others (EXCLUSIVE) needs no shared memory for its
 * journal; and what a commit has given to the kernel outlives the process. */
static const char schema[] =
    "PRAGMA locking_mode = EXCLUSIVE;"
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = NORMAL;"
    "CREATE TABLE IF NOT EXISTS log (position INTEGER PRIMARY KEY,"
    " at_ms INTEGER NOT NULL, head BLOB NOT NULL, body BLOB NOT NULL);"
    "CREATE TABLE IF NOT EXISTS kept (one INTEGER PRIMARY KEY CHECK (one = 1),"
    " position INTEGER NOT NULL, state BLOB NOT NULL);"
    "CREATE TABLE IF NOT EXISTS servers (count INTEGER NOT NULL);"
    "INSERT INTO servers SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM servers);";

/* --- Statements ----------------------------------------------------------- */

static sqlite3_stmt *prepare(struct file_log *file, const char *sql)
{
    sqlite3_stmt *statement = NULL;

    (void)sqlite3_prepare_v2(file->database, sql, -1, &statement, NULL);
    return statement;
}

/* NULL is fine, and false. */
static bool run(sqlite3_stmt *statement)
{
    bool is_done = statement != NULL && sqlite3_step(statement) == SQLITE_DONE;

    sqlite3_finalize(statement);
    return is_done;
}

static void bind_blob(sqlite3_stmt *statement, int place, struct text text)
{
    if (statement != NULL)
        sqlite3_bind_blob64(statement, place, text.length == 0 ? "" : text.at,
                            text.length, SQLITE_STATIC);
}

static struct text column(sqlite3_stmt *statement, int place)
{
    const char *at = sqlite3_column_blob(statement, place);
    int length = sqlite3_column_bytes(statement, place);

    return (struct text){ at == NULL ? "" : at, (size_t)length };
}

/* --- Writing -------------------------------------------------------------- */

static void fail(struct file_log *file)
{
    node_lost(file->node, sqlite3_errmsg(file->database));
}

static int64_t next_ms(struct file_log *file)
{
    int64_t now_ms = clock_wall_ms();

    if (now_ms > file->at_ms)
        file->at_ms = now_ms;
    return file->at_ms;
}

static void append(void *self, struct text head, struct text body)
{
    struct file_log *file = self;
    uint64_t position = node_position(file->node) + 1;
    int64_t at_ms = next_ms(file);
    sqlite3_stmt *insert = prepare(file, "INSERT INTO log VALUES (?, ?, ?, ?)");

    if (insert != NULL) {
        sqlite3_bind_int64(insert, 1, (sqlite3_int64)position);
        sqlite3_bind_int64(insert, 2, at_ms);
    }
    bind_blob(insert, 3, head);
    bind_blob(insert, 4, body);
    if (run(insert))
        node_told(file->node, position, at_ms, head, body);
    else
        fail(file);
}

static void keep(void *self, uint64_t position, struct text state)
{
    struct file_log *file = self;
    sqlite3_stmt *replace =
        prepare(file, "INSERT OR REPLACE INTO kept VALUES (1, ?, ?)");
    sqlite3_stmt *trim = prepare(file, "DELETE FROM log WHERE position <= ?");

    if (replace != NULL)
        sqlite3_bind_int64(replace, 1, (sqlite3_int64)position);
    bind_blob(replace, 2, state);
    if (trim != NULL)
        sqlite3_bind_int64(trim, 1, (sqlite3_int64)position);
    (void)sqlite3_exec(file->database, "BEGIN", NULL, NULL, NULL);
    bool is_kept = run(replace);
    bool is_trimmed = run(trim);
    (void)sqlite3_exec(file->database,
                       is_kept && is_trimmed ? "COMMIT" : "ROLLBACK", NULL,
                       NULL, NULL);
}

/* --- Reading it again ----------------------------------------------------- */

static int64_t count_servers(struct file_log *file)
{
    sqlite3_stmt *select =
        prepare(file, "UPDATE servers SET count = count + 1 RETURNING count");
    int64_t count = 0;

    if (select != NULL && sqlite3_step(select) == SQLITE_ROW)
        count = sqlite3_column_int64(select, 0);
    return run(select) ? count : 0;
}

static bool tell_entries(struct file_log *file)
{
    sqlite3_stmt *select = prepare(
        file, "SELECT position, at_ms, head, body FROM log ORDER BY position");
    int step = select == NULL ? SQLITE_ERROR : sqlite3_step(select);

    for (; step == SQLITE_ROW; step = sqlite3_step(select)) {
        file->at_ms = sqlite3_column_int64(select, 1);
        if (sqlite3_column_int64(select, 0) >
            (int64_t)node_position(file->node))
            node_told(file->node, (uint64_t)sqlite3_column_int64(select, 0),
                      file->at_ms, column(select, 2), column(select, 3));
    }
    sqlite3_finalize(select);
    return step == SQLITE_DONE;
}

/* The number of the server that the log was of, which it is to replace: there
 * is no other. */
static bool join(struct file_log *file)
{
    int64_t count = count_servers(file);
    sqlite3_stmt *select = prepare(file, "SELECT position, state FROM kept");
    bool has_joined = false;

    if (count > 0 && select != NULL) {
        bool is_kept = sqlite3_step(select) == SQLITE_ROW;
        has_joined = node_restore(
            file->node, node_number(count),
            is_kept ? (uint64_t)sqlite3_column_int64(select, 0) : 0,
            is_kept ? column(select, 1) : text_of(""));
    }
    sqlite3_finalize(select);
    return has_joined && tell_entries(file) && node_begin(file->node, true);
}

static void try_again(struct file_log *file)
{
    if (!join(file))
        fail(file);
}

static void on_retry(uv_timer_t *timer)
{
    try_again(timer->data);
}

/* --- Life ----------------------------------------------------------------- */

struct file_log *file_log_new(const char *path, const char **why)
{
    struct file_log *file = calloc(1, sizeof(*file));
    static char said[256];

    *why = "out of memory";
    if (file == NULL)
        return NULL;
    if (sqlite3_open(path, &file->database) == SQLITE_OK &&
        sqlite3_exec(file->database, schema, NULL, NULL, NULL) == SQLITE_OK) {
        file->log = (struct log){ append, keep, file };
        return file;
    }
    sqlite3_snprintf(sizeof(said), said, "cannot use the database: %s",
                     sqlite3_errmsg(file->database));
    *why = said;
    file_log_free(file);
    return NULL;
}

const struct log *file_log_interface(struct file_log *file)
{
    return &file->log;
}

void file_log_begin(struct file_log *file, uv_loop_t *loop, struct node *node)
{
    file->loop = loop;
    file->node = node;
    uv_timer_init(loop, &file->timer);
    file->timer.data = file;
    try_again(file);
}

void file_log_drop(struct file_log *file)
{
    if (!uv_is_closing((uv_handle_t *)&file->timer))
        uv_timer_start(&file->timer, on_retry, RETRY_MS, 0);
}

void file_log_end(struct file_log *file)
{
    if (file->loop != NULL)
        uv_close((uv_handle_t *)&file->timer, NULL);
}

void file_log_free(struct file_log *file)
{
    sqlite3_close(file->database);
    free(file);
}
