/* The keyring in a file, read again whenever the file has changed: keys are
 * rotated, and taken away, without a restart. */
#ifndef SHELL_KEYFILE_H
#define SHELL_KEYFILE_H

#include "core/key.h"
#include <stdbool.h>
#include <sys/stat.h>

enum { KEYFILE_BYTES_MAX = 256 * 1024 };

struct keyfile {
    const char *path; /* borrowed */
    struct stat seen; /* of the file that `keyring` was read from */
    bool read;        /* has `seen` been filled? */
    struct keyring *keyring;
};

void keyfile_init(struct keyfile *keyfile, const char *path);

/* The keys as the file has them now: borrowed until the next call. NULL when
 * the file is missing, too big or no keyring; *why then says which. */
const struct keyring *keyfile_keyring(struct keyfile *keyfile,
                                      const char **why);

void keyfile_deinit(struct keyfile *keyfile);

#endif
