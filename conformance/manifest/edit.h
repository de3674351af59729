/* Changes to the text of a manifest that keep its comments and its layout. */
#ifndef MANIFEST_EDIT_H
#define MANIFEST_EDIT_H

#include "base/buffer.h"
#include "base/fault.h"
#include <stdbool.h>

struct cJSON;

struct edit {
    char *path;         /* what a link leads to */
    struct buffer read; /* as it was found */
    struct buffer text; /* as it is to be */
    unsigned changes;
};

/* FAULT_MANIFEST with fault_reason() where it cannot be read, or is no JSON.
 * edit_deinit in any case. */
enum fault edit_open(struct edit *edit, const char *path);
void edit_deinit(struct edit *edit);

/* The line of the member at this path ("refusals.missing", "credential.keys"),
 * as the text is now; where it is not there, of the nearest object around it.
 */
unsigned edit_line(const struct edit *edit, const char *path, bool *is_there);

/* Puts the value there: in place of the one that is there, or as the last
 * member of its object, with the objects around it where they are missing.
 * FAULT_MANIFEST where something on the way is no object. */
enum fault edit_set(struct edit *edit, const char *path,
                    const struct cJSON *value);

/* Writes the text, whole or not at all. FAULT_MANIFEST: it would be no manifest
 * that can be read, or the file has been changed by somebody since edit_open;
 * FAULT_OUTPUT: it cannot be written. */
enum fault edit_save(struct edit *edit);

#endif
