/* How many connections a user has. Counted by the verified subject, and in one
 * step with the decision: nothing can come between. */
#include "core/secure.h"
#include "core/state.h"

bool secure_has_place(const struct core *core, const struct claims *claims)
{
    const struct count *count = count_find(&core->users, claims->subject);
    unsigned max = core->settings.per_user_max;

    if (max == 0)
        return true;
    if (count == NULL)
        return core->users.entries < COUNTS_MAX;
    return count->held < max;
}

bool secure_take_place(struct core *core, struct connection *connection)
{
    const char *user = connection->member->claims.subject;
    struct count *count;

    if (core->settings.per_user_max == 0 || connection->has_place)
        return true;
    count = count_make(&core->users, user);
    if (count == NULL)
        return false;
    count->held++;
    connection->has_place = true;
    core->policy.plan_cleanup(core);
    return true;
}

/* However it ended, once. */
void secure_leave_place(struct core *core, struct connection *connection,
                        enum leaving how)
{
    struct count *count;

    (void)how;
    if (!connection->has_place || connection->member == NULL)
        return;
    connection->has_place = false;
    count = count_find(&core->users, connection->member->claims.subject);
    if (count != NULL && --count->held == 0)
        count_remove(&core->users, count->key);
}
