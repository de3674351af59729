/* Of what a snapshot is put together: parts, each a pair of functions, and
 * fields, each a pair as well. Numbers are decimal texts: they have sixty-four
 * bits. For the snapshot's own files. */
#ifndef CORE_SNAPSHOT_PARTS_H
#define CORE_SNAPSHOT_PARTS_H

#include "core/state.h"

struct cJSON;

/* --- Fields --------------------------------------------------------------- */

/* False, or NULL, without memory; an object that is NULL is fine. Bytes that
 * are not printable ASCII, and '%', are written as %XX: an address may hold
 * whatever a proxy has put there. */
bool put_text(struct cJSON *object, const char *name, const char *text);
bool put_number(struct cJSON *object, const char *name, int64_t number);
bool put_flag(struct cJSON *object, const char *name, bool flag);
struct cJSON *put_object(struct cJSON *object, const char *name);
struct cJSON *put_list(struct cJSON *object, const char *name);
/* A new object of the list, at its end or at its front. */
struct cJSON *put_last(struct cJSON *list);
struct cJSON *put_first(struct cJSON *list);

/* False when it is not there, of another type, not written as put_… writes it,
 * does not fit with its NUL, or is out of the range; a number and a flag are
 * left as they were then. */
bool take_text(const struct cJSON *object, const char *name, char *into,
               size_t size);
bool take_number(const struct cJSON *object, const char *name, int64_t min,
                 int64_t max, int64_t *into);
bool take_flag(const struct cJSON *object, const char *name, bool *into);
/* NULL when it is none, or has more than `max` entries. */
const struct cJSON *take_list(const struct cJSON *object, const char *name,
                              size_t max);

/* A time in ms since 1970, which no sum with a setting overflows. */
bool take_time(const struct cJSON *object, const char *name, int64_t *into);
/* Such a time, or INT64_MAX: never. */
bool take_due(const struct cJSON *object, const char *name, int64_t *into);
/* The connection of that name's id; NULL when there is none. */
struct connection *take_connection(const struct core *core,
                                   const struct cJSON *object,
                                   const char *name);

/* Of an event as well, on its way to other servers. */
bool put_claims(struct cJSON *into, const struct claims *claims);
bool take_claims(const struct cJSON *from, struct claims *claims);

/* --- Parts ---------------------------------------------------------------- */

/* Each writes its own state into an empty object, and reads it again; false
 * where it cannot. The order is that of snapshot.c. */
bool numbers_export(const struct core *core, struct cJSON *part);
bool numbers_import(struct core *core, const struct cJSON *part);
bool counts_export(const struct core *core, struct cJSON *part);
bool counts_import(struct core *core, const struct cJSON *part);
bool revocations_export(const struct core *core, struct cJSON *part);
bool revocations_import(struct core *core, const struct cJSON *part);
bool connections_export(const struct core *core, struct cJSON *part);
bool connections_import(struct core *core, const struct cJSON *part);
bool rooms_export(const struct core *core, struct cJSON *part);
bool rooms_import(struct core *core, const struct cJSON *part);
bool presence_export(const struct core *core, struct cJSON *part);
bool presence_import(struct core *core, const struct cJSON *part);
bool history_export(const struct core *core, struct cJSON *part);
bool history_import(struct core *core, const struct cJSON *part);

/* Is no connection counted that its table does not count? */
bool counts_cover_connections(struct core *core);

#endif
