/* What a bench asks of a target's hooks, as questions to the child. */
#ifndef PIPE_HOOKS_PIPE_H
#define PIPE_HOOKS_PIPE_H

#include "pipe/internal.h"

/* See adapter.h. */
enum fault hook_publish(struct implementation *one, const char *text,
                        const char *tenant);
enum fault hook_inspect(struct implementation *one, uint64_t since,
                        struct cJSON **into);
enum fault hook_breakage(struct implementation *one, const char *what,
                         bool broken);
enum fault hook_provision(struct implementation *one, const char *what,
                          const struct pair *values);
enum fault hook_ask_without_context(struct implementation *one, bool *refused,
                                    struct buffer *answer);
enum fault hook_revoke(struct implementation *one, const char *jti);
enum fault hook_issue(struct implementation *one, const char *user,
                      const char *role, struct buffer *into);
enum fault hook_stored(struct implementation *one, struct buffer *into);
enum fault hook_log(struct implementation *one, struct buffer *into);

#endif
