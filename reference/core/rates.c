/* Counts messages: by user, and by room. */
#include "core/rates.h"
#include "core/rooms.h"
#include "core/secure.h"

bool secure_rate_has_passed(int64_t since_ms, int64_t now_ms)
{
    return secure_window_has_passed(since_ms, now_ms, RATE_WINDOW_MS);
}

/* One that cannot be counted is refused. */
static bool count_one(struct core *core, struct counts *counts, const char *key,
                      unsigned max)
{
    int64_t now_ms = core->port.now_ms(core->port.self);
    struct count *count = max == 0 ? NULL : count_make(counts, key);

    if (count == NULL)
        return max == 0;
    if (count->attempts == 0 ||
        core->policy.rates.has_passed(count->since_ms, now_ms)) {
        count->attempts = 0;
        count->since_ms = now_ms;
    }
    if (core->rates.due_ms == INT64_MAX)
        core->rates.due_ms = now_ms + RATE_WINDOW_MS;
    if (count->attempts >= max)
        return false;
    count->attempts++;
    return true;
}

bool secure_may_send(struct core *core, const struct connection *connection)
{
    return count_one(core, &core->rates.users,
                     connection->member->claims.subject,
                     core->settings.messages_max);
}

bool secure_room_may_take(struct core *core, const struct room *room,
                          const struct member *speaker)
{
    (void)speaker; /* a room's allowance is everybody's */
    return count_one(core, &core->rates.rooms, room->id,
                     core->settings.room_messages_max);
}

/* --- Time ----------------------------------------------------------------- */

static bool is_over(const struct count *count, const void *context)
{
    const struct core *core = context;

    return core->policy.rates.has_passed(count->since_ms,
                                         core->port.now_ms(core->port.self));
}

void rates_forget(struct core *core, int64_t now_ms)
{
    struct rates *rates = &core->rates;

    if (rates->due_ms > now_ms)
        return;
    counts_forget(&rates->users, is_over, core);
    counts_forget(&rates->rooms, is_over, core);
    rates->due_ms = rates->users.entries + rates->rooms.entries == 0
                        ? INT64_MAX
                        : now_ms + RATE_WINDOW_MS;
}

int64_t rates_next_ms(const struct core *core)
{
    return core->rates.due_ms;
}

void rates_free(struct core *core)
{
    counts_free(&core->rates.users);
    counts_free(&core->rates.rooms);
}
