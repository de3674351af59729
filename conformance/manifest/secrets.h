/* What of a manifest must not be shown: the values of its `vars` and its keys.
 * A hook may quote any of them where it fails. */
#ifndef MANIFEST_SECRETS_H
#define MANIFEST_SECRETS_H

#include "manifest/manifest.h"

/* A copy with `<secret>` in place of each value of `vars` (of one that is a
 * URL, its user, password and query), and of any twelve bytes of a key. A text
 * that was cut within a value hides what is left of it. free() it. */
char *secrets_redact(const struct manifest *manifest, const char *text);

#endif
