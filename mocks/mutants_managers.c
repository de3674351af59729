/* Mutants of `factory` whose users share what they should not, and whose places
 * are miscounted. */
#include "mutants.h"
#include "mutants_common.h"
#include "core/system.h"
#include <cJSON.h>
#include <stdlib.h>

/* --- Managers ------------------------------------------------------------- */

/* get_websocket_manager() */
struct manager *hands_out_one_shared_manager(struct core *core,
                                             const struct claims *claims)
{
    return core->managers != NULL ? core->managers
                                  : secure_manager_for(core, claims);
}

/* A factory with a cache, by user. */
struct manager *reuses_the_manager_of_a_user(struct core *core,
                                             const struct claims *claims)
{
    for (struct manager *at = core->managers; at != NULL; at = at->next)
        if (strcmp(at->user, claims->subject) == 0)
            return at;
    return secure_manager_for(core, claims);
}

struct manager *names_the_manager_by_the_jti(struct core *core,
                                             const struct claims *claims)
{
    struct claims other = *claims;

    if (claims->jti[0] != 0)
        copy_text(other.subject, sizeof(other.subject), claims->jti);
    return secure_manager_for(core, &other);
}

/* Somebody else holds a reference, too. */
struct manager *never_ends_a_manager(struct core *core,
                                     const struct claims *claims)
{
    struct manager *manager = secure_manager_for(core, claims);

    if (manager != NULL)
        manager->members = 1;
    return manager;
}

void makes_the_manager_before_it_authenticates(struct core *core,
                                               struct connection *stranger,
                                               const struct request *request)
{
    struct presented presented;
    struct text token = token_in(core, request, &presented);
    struct cJSON *payload = token.length == 0 ? NULL : payload_of(token);
    const char *subject =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(payload, "sub"));
    struct claims early = claims_of(subject == NULL ? "pending" : subject);

    cJSON_Delete(payload);
    secure_admit(core, stranger, request);
    if (stranger->stage != MEMBER)
        (void)manager_create(core, &early);
}

const char *shrugs_when_there_is_no_context(struct core *core)
{
    core->policy.count(core, CONTEXTLESS_REQUESTS);
    return NULL;
}

/* A warning in the log, and a manager for everybody. */
const char *makes_a_manager_for_nobody(struct core *core)
{
    struct claims nobody = claims_of("None");

    (void)manager_create(core, &nobody);
    return secure_without_context(core);
}

void counts_nothing(struct core *core, enum metric metric)
{
    (void)core, (void)metric;
}

/* --- Who hears ------------------------------------------------------------ */

/* A list of connections in the module. */
bool lets_everybody_hear(const struct member *member,
                         const struct audience *audience)
{
    (void)member, (void)audience;
    return true;
}

bool lets_the_first_connection_hear(const struct member *member,
                                    const struct audience *audience)
{
    const struct member *at = member->previous;

    for (; audience->user[0] != 0 && at != NULL; at = at->previous)
        if (strcmp(at->claims.subject, member->claims.subject) == 0)
            return false;
    return secure_may_hear(member, audience);
}

void tells_everybody_of_an_error(struct core *core,
                                 struct connection *connection,
                                 const struct objection *objection)
{
    for (struct member *at = core->pool; at != NULL; at = at->next)
        secure_message_failed(core, at->connection, objection);
    (void)connection;
}

/* --- Places --------------------------------------------------------------- */

static unsigned held(const struct core *core, const char *user)
{
    const struct count *count = count_find(&core->users, user);

    return count == NULL ? 0 : count->held;
}

/* `>` where `>=` is right. */
bool gives_one_place_too_many(const struct core *core,
                              const struct claims *claims)
{
    return held(core, claims->subject) <= core->settings.per_user_max;
}

bool counts_places_of_all_users_together(const struct core *core,
                                         const struct claims *claims)
{
    unsigned total = 0;

    for (const struct member *at = core->pool; at != NULL; at = at->next)
        total += strncmp(at->claims.subject, "witness", 7) != 0;
    (void)claims;
    return total < core->settings.per_user_max;
}

/* Check, await the database, then add: who came in the same instant is not
 * counted yet. */
bool counts_places_a_moment_late(const struct core *core,
                                 const struct claims *claims)
{
    int64_t now_ms = core->port.now_ms(core->port.self);
    unsigned settled = 0;

    for (const struct member *at = core->pool; at != NULL; at = at->next)
        settled += strcmp(at->claims.subject, claims->subject) == 0 &&
                   at->connection->since_ms < now_ms;
    return settled < core->settings.per_user_max;
}

/* The newest comes in, the oldest goes. */
bool closes_the_oldest_for_the_newest(const struct core *core,
                                      const struct claims *claims)
{
    if (secure_has_place(core, claims))
        return true;
    for (struct member *at = core->pool; at != NULL; at = at->next) {
        if (strcmp(at->claims.subject, claims->subject) != 0)
            continue;
        core->port.close(core->port.self, at->connection->id, 1013,
                         "Too many connections");
        break;
    }
    return false;
}

void frees_a_place_on_a_clean_close_only(struct core *core,
                                         struct connection *connection,
                                         enum leaving how)
{
    if (how == LEFT_CLEANLY)
        secure_leave_place(core, connection, how);
}

void frees_a_place_on_a_crash_only(struct core *core,
                                   struct connection *connection,
                                   enum leaving how)
{
    if (how != LEFT_CLEANLY)
        secure_leave_place(core, connection, how);
}

void keeps_the_place_of_who_is_turned_away(struct core *core,
                                           struct connection *connection,
                                           enum leaving how)
{
    if (how != LEFT_TURNED_AWAY)
        secure_leave_place(core, connection, how);
    else
        connection->has_place = false;
}

/* A `finally` around too much. */
void gives_back_a_place_that_was_never_taken(struct core *core,
                                             struct connection *stranger,
                                             enum refusal_cause cause,
                                             enum token_fault fault,
                                             struct text token)
{
    struct count *count = NULL;

    for (const struct member *at = core->pool; at != NULL; at = at->next)
        if (cause == REFUSED_PER_USER &&
            strcmp(at->connection->address, stranger->address) == 0 &&
            held(core, at->claims.subject) >= core->settings.per_user_max)
            count = count_find(&core->users, at->claims.subject);
    if (count != NULL)
        count->held--;
    secure_turn_away(core, stranger, cause, fault, token);
}

/* user_connections[payload["sub"]].add(…), before anything is verified. */
void counts_a_place_for_a_forged_token(struct core *core,
                                       struct connection *stranger,
                                       enum refusal_cause cause,
                                       enum token_fault fault,
                                       struct text token)
{
    struct cJSON *payload = cause == REFUSED_INVALID ? payload_of(token) : NULL;
    const char *subject =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(payload, "sub"));
    struct count *count =
        subject == NULL ? NULL : count_make(&core->users, subject);

    if (count != NULL)
        count->held++;
    cJSON_Delete(payload);
    secure_turn_away(core, stranger, cause, fault, token);
}

static bool has_bearer(const struct request *request)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (header_is(&request->headers[i], "Authorization"))
            return true;
    return false;
}

static bool has_any_place(const struct core *core, const struct claims *claims)
{
    (void)core, (void)claims;
    return true;
}

static bool takes_none(struct core *core, struct connection *connection)
{
    (void)core, (void)connection;
    return true;
}

void counts_places_of_bearers_only(struct core *core,
                                   struct connection *stranger,
                                   const struct request *request)
{
    struct policy lax = core->policy;

    lax.has_place = has_any_place;
    lax.take_place = takes_none;
    if (has_bearer(request))
        secure_admit(core, stranger, request);
    else
        admit_under(&lax, core, stranger, request);
}
