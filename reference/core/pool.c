/* The broadcast pool: members alone, oldest first. Every change is written into
 * the history here and nowhere else. */
#include "core/activity.h"

static void note(struct core *core, const struct member *member,
                 const char *what, const char *event)
{
    struct record record = { .at_ms = 0 };

    copy_text(record.what, sizeof(record.what), what);
    copy_text(record.peer, sizeof(record.peer), member->connection->peer);
    copy_text(record.user, sizeof(record.user), member->claims.subject);
    journal_record(core, &record);
    journal_activity(core, member->connection, event, "ok", "");
}

bool pool_holds(const struct core *core, const struct member *member)
{
    (void)core; /* a member is of one core for its whole life */
    return member->pooled;
}

void pool_restore(struct core *core, struct member *member)
{
    if (member->pooled)
        return;
    member->previous = core->pool_last;
    member->next = NULL;
    if (core->pool_last == NULL)
        core->pool = member;
    else
        core->pool_last->next = member;
    core->pool_last = member;
    member->pooled = true;
    member->connection->pool_entries++;
}

void pool_add(struct core *core, struct member *member)
{
    if (member->pooled)
        return;
    pool_restore(core, member);
    note(core, member, "add", "connect");
}

void pool_remove(struct core *core, struct member *member)
{
    if (member == NULL || !member->pooled)
        return;
    if (member->previous == NULL)
        core->pool = member->next;
    else
        member->previous->next = member->next;
    if (member->next == NULL)
        core->pool_last = member->previous;
    else
        member->next->previous = member->previous;
    member->pooled = false;
    member->connection->pool_entries--;
    note(core, member, "remove", "disconnect");
}

void pool_leave(struct core *core, const struct connection *connection)
{
    for (struct member *at = connection->member; at != NULL; at = at->older)
        pool_remove(core, at);
}
