/* Mutants of `pos` that let in who has no right, or keep who has lost it. */
#include "laboratory.h"
#include "mutants.h"
#include "mutants_common.h"
#include "core/system.h"

/* `if not verify(…)` of a tuple, which is never false. */
bool takes_a_tuple_for_a_boolean_at_the_main_endpoint(enum endpoint endpoint,
                                                      enum access access)
{
    return endpoint == ENDPOINT_MAIN || secure_lets_in(endpoint, access);
}

bool takes_a_tuple_for_a_boolean_in_the_kitchen(enum endpoint endpoint,
                                                enum access access)
{
    return endpoint == ENDPOINT_KITCHEN || secure_lets_in(endpoint, access);
}

bool takes_a_tuple_for_a_boolean_in_the_management(enum endpoint endpoint,
                                                   enum access access)
{
    return endpoint == ENDPOINT_MANAGEMENT || secure_lets_in(endpoint, access);
}

bool forgets_a_role_that_may_manage(const char *role)
{
    return strcmp(role, "manager") != 0 && secure_role_may_manage(role);
}

/* role in "restaurant_owner platform_owner manager" */
bool looks_for_the_role_in_a_string(const char *role)
{
    return strstr("restaurant_owner platform_owner manager", role) != NULL;
}

bool trims_and_lowers_the_role(const char *role)
{
    return strncasecmp(role, "manager", 7) == 0 || secure_role_may_manage(role);
}

enum finding believes_the_role_of_the_token(struct core *core,
                                            const struct claims *claims,
                                            const struct claimed *claimed,
                                            struct user *user)
{
    enum finding finding = secure_find_user(core, claims, claimed, user);

    if (claims->role[0] != 0)
        copy_text(user->role, sizeof(user->role), claims->role);
    return finding;
}

/* `if user and user.role not in …`: no user, no refusal. */
enum access admits_who_is_unknown(struct core *core,
                                  const struct connection *stranger,
                                  const struct claims *claims,
                                  const struct claimed *claimed)
{
    struct user user;

    if (secure_find_user(core, claims, claimed, &user) == ABSENT)
        return ACCESS_GRANTED;
    return secure_access(core, stranger, claims, claimed);
}

enum finding serves_an_inactive_restaurant(struct core *core, const char *id)
{
    const struct directory *directory = &core->port.directory;
    struct restaurant restaurant;

    return directory->ops->find_restaurant(directory->self, text_of(id),
                                           &restaurant);
}

enum finding serves_a_restaurant_that_is_none(struct core *core, const char *id)
{
    enum finding finding = serves_an_inactive_restaurant(core, id);

    return finding == ABSENT ? FOUND : secure_find_restaurant(core, id);
}

/* "Restaurant not found" is friendlier. */
void tells_a_restaurant_from_none(struct core *core,
                                  struct connection *stranger,
                                  enum refusal_cause cause,
                                  enum token_fault fault, struct text token)
{
    struct refusal friendly = { 4003, "Restaurant not found", true };

    if (cause != REFUSED_FORBIDDEN ||
        secure_find_restaurant(core, stranger->restaurant) == FOUND) {
        secure_turn_away(core, stranger, cause, fault, token);
        return;
    }
    core->policy.audit_refusal(core, stranger, cause, fault);
    stranger_refuse(core, stranger, friendly);
}

bool takes_any_text_for_an_id(struct text text)
{
    (void)text;
    return true;
}

bool checks_the_role_not_the_restaurant(const struct user *user,
                                        const char *restaurant)
{
    (void)restaurant;
    return strcmp(user->role, "restaurant_owner") == 0 ||
           secure_belongs_to(user, restaurant);
}

/* Onboarding: an owner without a restaurant may look around. */
bool lets_an_owner_without_a_restaurant_pass(const struct user *user,
                                             const char *restaurant)
{
    return (strcmp(user->role, "restaurant_owner") == 0 &&
            user->restaurant[0] == 0) ||
           secure_belongs_to(user, restaurant);
}

bool keeps_the_owner_of_the_platform_out(const struct user *user,
                                         const char *restaurant)
{
    return strcmp(user->restaurant, restaurant) == 0;
}

/* The cheap check first: who has no place learns of that, right or no right. */
enum access judges_places_before_rights(struct core *core,
                                        const struct connection *stranger,
                                        const struct claims *claims,
                                        const struct claimed *claimed)
{
    if (!secure_has_place(core, claims))
        return ACCESS_GRANTED;
    return secure_access(core, stranger, claims, claimed);
}

void pools_who_is_denied_for_an_instant(struct core *core,
                                        struct connection *stranger,
                                        enum refusal_cause cause,
                                        enum token_fault fault,
                                        struct text token)
{
    struct claims claims = claims_of("denied");
    struct member *member = cause == REFUSED_FORBIDDEN || cause == REFUSED_ROLE
                                ? member_new(stranger, &claims)
                                : NULL;

    if (member != NULL) {
        pool_add(core, member);
        pool_remove(core, member);
    }
    secure_turn_away(core, stranger, cause, fault, token);
}

/* return None, None */
void returns_without_a_close(struct core *core, struct connection *stranger,
                             enum refusal_cause cause, enum token_fault fault,
                             struct text token)
{
    if (cause != REFUSED_MALFORMED && cause != REFUSED_FORBIDDEN) {
        secure_turn_away(core, stranger, cause, fault, token);
        return;
    }
    core->policy.audit_refusal(core, stranger, cause, fault);
    stranger->since_ms = INT64_MAX / 2;
}

/* --- Events and orders ---------------------------------------------------- */

bool tells_the_main_endpoint_only(const struct member *member,
                                  const struct audience *audience)
{
    return member->connection->endpoint == ENDPOINT_MAIN &&
           secure_may_hear(member, audience);
}

bool tells_every_restaurant(const struct member *member,
                            const struct audience *audience)
{
    (void)member, (void)audience;
    return true;
}

static bool is_anybodys(const struct order *order, const struct member *member)
{
    (void)order, (void)member;
    return true;
}

/* Messages of this type find the orders of all restaurants. */
static bool obey_for_all(struct core *core, struct connection *connection,
                         const struct cJSON *message, const char *type,
                         struct objection *objection)
{
    const char *said = member_string(message, "type");
    struct policy kept = core->policy;
    bool obeyed;

    if (said != NULL && strcmp(said, type) == 0)
        core->policy.order_is_ours = is_anybodys;
    obeyed = secure_obey(core, connection, message, objection);
    core->policy = kept;
    return obeyed;
}

bool shows_the_orders_of_all(struct core *core, struct connection *connection,
                             const struct cJSON *message,
                             struct objection *objection)
{
    return obey_for_all(core, connection, message, "get_order", objection);
}

bool changes_the_orders_of_all(struct core *core, struct connection *connection,
                               const struct cJSON *message,
                               struct objection *objection)
{
    return obey_for_all(core, connection, message, "order_status", objection);
}

/* --- Rights that are withdrawn -------------------------------------------- */

void checks_rights_at_the_door_only(struct core *core,
                                    struct connection *connection)
{
    (void)core, (void)connection;
}

void looks_again_at_roles_only(struct core *core, struct connection *connection)
{
    struct policy kept = core->policy;

    core->policy.find_restaurant = serves_an_inactive_restaurant;
    secure_recheck(core, connection);
    core->policy = kept;
}

/* The kitchen has a handler of its own, which only asks who still exists. */
void looks_again_outside_the_kitchen(struct core *core,
                                     struct connection *connection)
{
    static const struct claimed nobody = { .present = false };
    struct user user;

    if (connection->endpoint != ENDPOINT_KITCHEN ||
        secure_find_user(core, &connection->member->claims, &nobody, &user) !=
            FOUND)
        secure_recheck(core, connection);
}

/* sockets[user_id]: one for each user and endpoint. */
void looks_again_at_one_connection_of_a_user(struct core *core,
                                             struct connection *connection)
{
    const char *user = connection->member->claims.subject;

    for (const struct connection *at = core->connections; at != NULL;
         at = at->next)
        if (at->stage == REFUSED && at->member != NULL &&
            at->endpoint == connection->endpoint &&
            strcmp(at->member->claims.subject, user) == 0)
            return;
    secure_recheck(core, connection);
}

bool lets_a_revoked_token_live_on(const struct claims *claims, struct text jti)
{
    (void)claims, (void)jti;
    return false;
}

void closes_and_keeps_in_the_pool(struct core *core,
                                  struct connection *connection)
{
    static const struct claimed nobody = { .present = false };
    enum access access = core->policy.access(
        core, connection, &connection->member->claims, &nobody);

    if (access == ACCESS_DENIED || access == ACCESS_NO_ROLE)
        core->port.close(core->port.self, connection->id, 4003,
                         "Access denied");
}

/* --- A directory that fails ----------------------------------------------- */

void admits_without_a_directory(struct core *core, struct connection *stranger)
{
    static const struct claimed nobody = { .present = false };
    struct claims claims = claims_of("nobody");

    if (stranger_joins(core, stranger, &claims))
        core->policy.welcome(core, stranger, &nobody);
}

/* The session that failed is kept, and used again. */
enum access remembers_that_the_directory_failed(
    struct core *core, const struct connection *stranger,
    const struct claims *claims, const struct claimed *claimed)
{
    struct buffer *held = &laboratory_of(core)->held;
    enum access access = secure_access(core, stranger, claims, claimed);

    if (access == ACCESS_UNKNOWN && stranger->stage == STRANGER)
        (void)buffer_add_string(held, "failed");
    return held->length > 0 && stranger->stage == STRANGER ? ACCESS_UNKNOWN
                                                           : access;
}

void registers_before_the_check_that_raises(struct core *core,
                                            struct connection *stranger)
{
    struct claims claims = claims_of("nobody");
    struct member *member = member_new(stranger, &claims);

    if (member != NULL) {
        pool_add(core, member);
        pool_remove(core, member);
    }
    secure_directory_failed(core, stranger);
}

void is_silent_about_its_directory(struct core *core,
                                   struct connection *stranger)
{
    struct text none = { "", 0 };

    core->policy.turn_away(core, stranger, REFUSED_UNAVAILABLE, TOKEN_HOLDS,
                           none);
}

/* `user.role` with `user` unbound: the worker dies, and all with it. */
void dies_of_nobody_in_the_management(struct core *core,
                                      struct connection *stranger,
                                      enum refusal_cause cause,
                                      enum token_fault fault, struct text token)
{
    if (cause == REFUSED_NO_IDENTITY)
        for (struct connection *at = core->connections; at != NULL;
             at = at->next)
            connection_end(core, at);
    secure_turn_away(core, stranger, cause, fault, token);
}
