/* What a mutant may find behind its core, and a server never: the secrets that
 * the tokens are signed with, and a memory of its own. Each mock has one, so
 * no lie outlives its criterion. */
#ifndef MOCKS_LABORATORY_H
#define MOCKS_LABORATORY_H

#include "base/buffer.h"
#include "core/core.h"
#include "manifest/manifest.h"

enum { HELD_BYTES_MAX = 64 * 1024 };

struct laboratory {
    const struct manifest *manifest; /* borrowed; lives as long as the mock */
    struct store *store;             /* the directory's, or NULL */
    struct buffer held;              /* a mutant's own; empty at first */
};

/* That of the mock which drives this core. */
struct laboratory *laboratory_of(const struct core *core);

#endif
