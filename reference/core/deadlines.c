/* When which connection is to be looked at next: a binary heap, so that a
 * storm of refusals costs no scan of the members. */
#include "core/sessions.h"

static void put(struct core *core, size_t place, struct connection *connection)
{
    core->deadlines[place] = connection;
    connection->deadline_place = place;
}

static void rise(struct core *core, struct connection *connection)
{
    size_t place = connection->deadline_place;

    while (place > 1 &&
           core->deadlines[place / 2]->deadline_ms > connection->deadline_ms) {
        put(core, place, core->deadlines[place / 2]);
        place /= 2;
    }
    put(core, place, connection);
}

static void sink(struct core *core, struct connection *connection)
{
    size_t place = connection->deadline_place;
    size_t below;

    while ((below = 2 * place) <= core->deadline_count) {
        if (below < core->deadline_count &&
            core->deadlines[below + 1]->deadline_ms <
                core->deadlines[below]->deadline_ms)
            below++;
        if (core->deadlines[below]->deadline_ms >= connection->deadline_ms)
            break;
        put(core, place, core->deadlines[below]);
        place = below;
    }
    put(core, place, connection);
}

static void take_out(struct core *core, struct connection *connection)
{
    struct connection *last = core->deadlines[core->deadline_count--];
    size_t place = connection->deadline_place;

    connection->deadline_place = 0;
    if (last == connection)
        return;
    put(core, place, last);
    rise(core, last);
    sink(core, last);
}

void deadline_set(struct core *core, struct connection *connection,
                  int64_t at_ms)
{
    if (connection->deadline_place != 0)
        take_out(core, connection);
    if (at_ms == INT64_MAX)
        return;
    connection->deadline_ms = at_ms;
    put(core, ++core->deadline_count, connection);
    rise(core, connection);
}

struct connection *deadline_first(const struct core *core)
{
    return core->deadline_count == 0 ? NULL : core->deadlines[1];
}

static int64_t deadline_of(const struct core *core,
                           const struct connection *connection)
{
    const struct member *member = connection->member;

    if (connection->ended)
        return INT64_MAX;
    if (connection->stage == STRANGER)
        return core->policy.first_message_due_ms(connection, &core->settings);
    if (connection->stage == MEMBER)
        return member == NULL ? INT64_MAX : member_deadline_ms(core, member);
    return connection->since_ms + core->settings.close_ms;
}

void deadline_renew(struct core *core, struct connection *connection)
{
    deadline_set(core, connection, deadline_of(core, connection));
}
