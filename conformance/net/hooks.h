/* The target's hooks: what a manifest offers beside the WebSocket itself, over
 * HTTP, as commands, as a log file.
 *
 * Each call blocks for at most the manifest's answer_ms. FAULT_ABSENT: there is
 * no such hook. FAULT_HOOK: it failed; fault_reason() names it, with its URL
 * and status or its command and stderr, without the manifest's secrets. */
#ifndef NET_HOOKS_H
#define NET_HOOKS_H

#include "base/buffer.h"
#include "manifest/manifest.h"
#include "net/call.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct cJSON;
struct pair;

enum limits_of_hooks {
    HOOK_ANSWER_MAX = 8 * 1024 * 1024,
    LOG_BYTES_MAX = 16 * 1024 * 1024,
};

struct hooks {
    const struct manifest *manifest;
    struct caller caller;
    off_t log_offset; /* where the log ended when we began */
};

/* `manifest` is borrowed until deinit. FAULT_MEMORY. */
enum fault hooks_init(struct hooks *hooks, const struct manifest *manifest);
void hooks_deinit(struct hooks *hooks); /* one that is all zero is fine */

/* `tenant` NULL: to everybody. */
enum fault hooks_publish(struct hooks *hooks, const char *text,
                         const char *tenant);
/* Writes into the directory; see adapter.h. */
enum fault hooks_provision(struct hooks *hooks, const char *what,
                           const struct pair *values);
enum fault hooks_ask_without_context(struct hooks *hooks, bool *refused,
                                     struct buffer *answer);
/* Any JSON object; cJSON_Delete() it. */
enum fault hooks_inspect(struct hooks *hooks, uint64_t since,
                         struct cJSON **into);
/* `what` is "decoder", "store" or "monitor". */
enum fault hooks_breakage(struct hooks *hooks, const char *what, bool broken);
/* Appends the token that was answered: as the whole text, or as `access_token`
 * or `token` of a JSON object. FAULT_HOOK, without the answer in its reason,
 * where there is none. */
enum fault hooks_issue(struct hooks *hooks, const char *user, const char *role,
                       struct buffer *into);
/* Starts the target again; may take its restart_ms. */
enum fault hooks_restart(struct hooks *hooks);
/* What the nodes share, raw. */
enum fault hooks_stored(struct hooks *hooks, struct buffer *into);
/* `name`: its jti, or itself. */
enum fault hooks_revoke(struct hooks *hooks, const char *name);
/* Appends what the log has grown by since hooks_init; all of it, when it has
 * become shorter since. FAULT_LIMIT beyond LOG_BYTES_MAX. */
enum fault hooks_log(const struct hooks *hooks, struct buffer *into);

#endif
