/* How many messages a user may send in a second, over all their connections,
 * and how many may be said into one room. A window begins with the first
 * message that it counts; what is refused does not prolong it. */
#ifndef CORE_RATES_H
#define CORE_RATES_H

#include "core/state.h"

enum { RATE_WINDOW_MS = 1000 };

/* Forgets every window that has passed. */
void rates_forget(struct core *core, int64_t now_ms);
/* When to look for such; INT64_MAX: never. */
int64_t rates_next_ms(const struct core *core);
void rates_free(struct core *core);

/* --- The entries of secure_policy ----------------------------------------- */

bool secure_may_send(struct core *core, const struct connection *connection);
bool secure_room_may_take(struct core *core, const struct room *room,
                          const struct member *speaker);
bool secure_rate_has_passed(int64_t since_ms, int64_t now_ms);

#define SECURE_RATES                                                           \
    {                                                                          \
        .may_send = secure_may_send, .room_may_take = secure_room_may_take,    \
        .has_passed = secure_rate_has_passed,                                  \
    }

#endif
