/* POST /directory: one entry of the directory of `pos`, strictly read. */
#ifndef SHELL_CONTROL_DIRECTORY_H
#define SHELL_CONTROL_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>

struct cJSON;
struct store;

/* Returns 204 once it is stored, 400 when it is not understood, 503 when the
 * store failed: nothing has changed then. */
int control_directory(struct store *store, const struct cJSON *body);

/* Has the object these members and no others? `names` ends with NULL. */
bool has_members(const struct cJSON *object, const char *const *names);

/* Copies a string member; false when there is none, or none that fits. */
bool copy_member(const struct cJSON *object, const char *name, char *into,
                 size_t size);

/* In lower case, as PROTOCOL.md has it. */
bool is_uuid(const char *text);

#endif
