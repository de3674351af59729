/* The manual of manifests: a sentence for each member, and a whole manifest
 * with them as comments. */
#ifndef MANIFEST_MANUAL_H
#define MANIFEST_MANUAL_H

#include "base/prose.h"
#include "manifest/manifest.h"
#include <stdbool.h>

/* What the member of this path says, as schema.def writes it
 * ("endpoint.timezones.*", "credential.keys[].alg"); "" is the whole. NULL:
 * there is no such. */
const char *manual_sentence(const char *path);

/* Appends what there is to say of a path as an error writes it ("$.endpoint",
 * "endpoint.tight.url", "credential.keys[0].alg"), or of a capability as a
 * verdict does ("room_rights"): its sentence, what it may be, and its members.
 * False: there is no such member; `near` is the nearest
 * that there is, or "". */
enum { MANUAL_PATH_SIZE = 128 };
bool manual_explain(const char *path, struct buffer *into,
                    char near[MANUAL_PATH_SIZE]);

/* Appends the reference of all members, as Markdown. */
void manual_write(struct buffer *into);

/* Appends a manifest that extends the profile: `said`, and what a team usually
 * has to change, stand in it; the rest of the profile is commented out, with
 * its values. `profile` was read without an overlay. */
void draft_write(const struct manifest *profile, const struct cJSON *said,
                 struct buffer *into);

#endif
