/* What members do, a line each: peer, user, event, room, outcome. */
#include "core/activity.h"
#include "core/system.h"
#include <stdio.h>

void secure_activity_line(const struct connection *connection,
                          const struct activity *activity, char *into,
                          size_t size)
{
    bool is_good = strcmp(activity->outcome, "ok") == 0;

    snprintf(into, size, "%s: activity %s user=%s event=%s room=%s outcome=%s",
             is_good ? "info" : "warning", connection->peer,
             connection->member == NULL ? "-"
                                        : connection->member->claims.subject,
             activity->event, activity->room[0] == 0 ? "-" : activity->room,
             activity->outcome);
}

void journal_activity(struct core *core, const struct connection *connection,
                      const char *event, const char *outcome, const char *room)
{
    struct activity activity = { event, outcome, room };
    char line[LOG_LINE_BYTES_MAX] = "";

    if (!core->system->logs_activity)
        return;
    core->policy.activity.line(connection, &activity, line, sizeof(line));
    if (line[0] != 0)
        journal_log(core, line);
}
