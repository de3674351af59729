/* The log of who came and went, said and asked what, and was refused: a line
 * for each, in systems that keep one. State hangs on none of it. */
#ifndef CORE_ACTIVITY_H
#define CORE_ACTIVITY_H

#include "core/activity_policy.h"
#include "core/state.h"

/* `event` is one of ours: "connect", "disconnect", "binary", "removed", the
 * type of a message; `outcome` is "ok" or the cause of a refusal; `room` is an
 * id that is valid, or "". */
void journal_activity(struct core *core, const struct connection *connection,
                      const char *event, const char *outcome, const char *room);

void secure_activity_line(const struct connection *connection,
                          const struct activity *activity, char *into,
                          size_t size);
#define SECURE_ACTIVITY                                                        \
    {                                                                          \
        .line = secure_activity_line                                           \
    }

#endif
