/* The reference server, started for the occasion: its files in a temporary
 * folder, its processes, and what a manifest has to be told of them. */
#ifndef RUN_REFERENCE_H
#define RUN_REFERENCE_H

#include "run/target.h"

enum {
    CONTROL_TOKEN_SIZE = 33, /* in hex, with its NUL */
    /* A window is real here, and so many attempts fit into it on a busy
     * machine too. The profile's own number is shown in memory. */
    REFERENCE_ATTEMPTS_MAX = 150,
    REFERENCE_STRANGERS_MAX = 100,
    /* Silence is waited for here in earnest, and more of it than a busy machine
     * falls into by itself. The profile's own is shown in memory. */
    REFERENCE_PRESENCE_CHECK_MS = 500,
    REFERENCE_PRESENCE_TIMEOUT_MS = 2000,
    REFERENCE_PRESENCE_CLEANUP_MS = 2500,
};

/* The files in a folder of their own, and the servers, ready. The target has
 * its manifest. target_close undoes it, also after a fault. */
enum fault reference_start(struct target *target,
                           const struct target_choice *choice,
                           char token[CONTROL_TOKEN_SIZE]);
/* Where it listens and how it is controlled, to be laid over the manifest;
 * cJSON_Delete it. */
struct cJSON *reference_overlay(const struct target *target,
                                const struct target_choice *choice,
                                const char *token);
/* How many attempts, and how many strangers, of an address it allows. */
unsigned reference_attempts(const struct manifest *manifest);
unsigned reference_strangers(const struct manifest *manifest);
void reference_remove_files(struct target *target);

/* Paths in its folder, and the time zone of each server. */
const char *reference_path(const struct target *target, const char *name,
                           char into[128]);
const char *reference_timezone(size_t server);

#endif
