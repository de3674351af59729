/* The state of `rooms` as one JSON object: what a node that comes late, or a
 * server that starts again, goes on from. Whoever imports it and then gets the
 * same events has the same effects.
 *
 * Not in it: the journal, of which only the count goes on; the keys; any token,
 * of which a member keeps the claims alone. */
#ifndef CORE_SNAPSHOT_H
#define CORE_SNAPSHOT_H

#include "core/core.h"

/* A snapshot in bytes. What the tables of the core may hold at most is more
 * than this only when strangers to each other fill every one of them. */
enum { SNAPSHOT_BYTES_MAX = 256 * 1024 * 1024 };

/* cJSON_Delete it. The same state gives the same text, byte by byte. NULL
 * without memory, and for another system than `rooms`. */
struct cJSON *core_export(const struct core *core);

/* Reads what core_export has made under the same settings into a core that no
 * event has come to yet. No effect goes out. False for everything that
 * core_export would not have made, to the letter, and without memory: such a
 * core holds nothing then, and turns everybody away with 503. */
bool core_import(struct core *core, const struct cJSON *state);

/* Parses bytes that somebody else may have written. NULL when they are more
 * than SNAPSHOT_BYTES_MAX or no strict JSON. cJSON_Delete it. */
struct cJSON *snapshot_read(struct text bytes);

#endif
