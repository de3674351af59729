/* Mutants of `rooms` on several nodes: what one of them was told, the others
 * are not. */
#include "core/nodes.h"
#include "core/rooms.h"
#include "core/secure.h"
#include "core/state.h"
#include "laboratory.h"
#include "mutants.h"
#include <stdio.h>
#include <stdlib.h>

/* A dictionary in the process. */
bool gives_each_node_a_memory_of_its_own(const struct core *core,
                                         enum tidings tidings)
{
    (void)core, (void)tidings;
    return false;
}

/* Counters in the process, messages through a queue. */
bool knows_no_connection_of_another_node(const struct core *core,
                                         enum tidings tidings)
{
    (void)core;
    return tidings != TIDINGS_COMING;
}

bool hears_no_word_of_another_node(const struct core *core,
                                   enum tidings tidings)
{
    (void)core;
    return tidings != TIDINGS_WORDS;
}

/* The counter is taken back where it was not counted. */
bool keeps_who_has_left_another_node(const struct core *core,
                                     enum tidings tidings)
{
    (void)core;
    return tidings != TIDINGS_GOING;
}

bool publishes_at_the_node_that_was_asked(const struct core *core,
                                          enum tidings tidings)
{
    (void)core;
    return tidings != TIDINGS_PUBLISHED;
}

bool revokes_at_the_node_that_was_asked(const struct core *core,
                                        enum tidings tidings)
{
    (void)core;
    return tidings != TIDINGS_REVOKED;
}

bool mourns_no_node(const struct core *core, enum tidings tidings)
{
    (void)core;
    return tidings != TIDINGS_DEATH;
}

/* except RedisError: log; pass */
bool serves_on_without_its_store(const struct core *core)
{
    (void)core;
    return true;
}

/* Where it was first shown, by its id; 0: nowhere yet. */
static unsigned first_node_of(struct buffer *held, const char *jti,
                              unsigned node)
{
    char line[JTI_BYTES_MAX + 32];
    const char *at;

    snprintf(line, sizeof(line), "\n%s at ", jti);
    at = held->length == 0 ? NULL : strstr(buffer_string(held), line);
    if (at != NULL)
        return (unsigned)strtoul(at + strlen(line), NULL, 10);
    buffer_printf(held, "%s%u", line, node);
    return node;
}

/* A session in the memory of one machine, and no sticky balancer before it. */
bool binds_a_token_to_one_node(const struct core *core,
                               const struct claims *claims)
{
    struct buffer *held = &laboratory_of(core)->held;

    if (secure_is_revoked(core, claims))
        return true;
    return first_node_of(held, claims->jti, core->node) != core->node;
}

/* --- Counters in the memory of a node ------------------------------------- */

bool counts_the_places_of_one_node(const struct core *core,
                                   const struct claims *claims)
{
    unsigned held = 0;

    for (const struct connection *at = core->connections; at != NULL;
         at = at->next)
        held += at->stage == MEMBER && at->node == core->node &&
                strcmp(at->member->claims.subject, claims->subject) == 0;
    return core->settings.per_user_max == 0 ||
           held < core->settings.per_user_max;
}

bool fills_a_room_at_each_node(const struct core *core, struct room *room,
                               struct connection *connection)
{
    unsigned elsewhere = 0;

    for (const struct seat *at = room->first; at != NULL; at = at->next)
        elsewhere += at->connection->node != connection->node;
    room->members -= elsewhere;
    bool entered = secure_room_enter(core, room, connection);
    room->members += elsewhere;
    return entered;
}

/* handshake.auth, as it came. */
struct text puts_the_whole_query_into_the_store(const struct request *request,
                                                struct text needed)
{
    (void)needed;
    return request->query;
}
