/* Who has logged out everywhere, and since when: no token that was issued
 * before holds any longer. */
#ifndef CORE_LOGOUTS_H
#define CORE_LOGOUTS_H

#include "core/state.h"

/* Is this token of a time before its user logged out? One without a time is. */
bool logout_covers(const struct core *core, const struct claims *claims);
/* Forgets every logout that no token can be older than any more. */
void logouts_forget(struct core *core, int64_t now_ms);
/* When to look for such; INT64_MAX: never. */
int64_t logouts_next_ms(const struct core *core);
void logouts_free(struct core *core);

/* From now on its tokens hold no longer; its connections stay. */
void logout_note(struct core *core, const char *user);
/* All connections of the user, or only this one, end. */
void logout_end(struct core *core, const char *user,
                const struct connection *only);

/* --- The entries of secure_policy ----------------------------------------- */

void secure_log_out(struct core *core, const char *user,
                    struct connection *asking);
bool secure_is_logged_out(const struct core *core, const struct claims *claims);

#endif
