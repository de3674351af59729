/* What the directory grants: never the token, never what a client says. */
#include "core/secure.h"
#include "core/system.h"
#include <stdio.h>

enum finding secure_find_user(struct core *core, const struct claims *claims,
                              const struct claimed *claimed, struct user *user)
{
    const struct directory *directory = &core->port.directory;

    (void)claimed;
    if (directory->ops == NULL)
        return FAILED;
    return directory->ops->find_user(directory->self, text_of(claims->subject),
                                     user);
}

enum finding secure_find_restaurant(struct core *core, const char *id)
{
    const struct directory *directory = &core->port.directory;
    struct restaurant restaurant;
    enum finding finding;

    if (directory->ops == NULL)
        return FAILED;
    finding = directory->ops->find_restaurant(directory->self, text_of(id),
                                              &restaurant);
    return finding == FOUND && !restaurant.active ? ABSENT : finding;
}

/* Who owns the platform belongs everywhere; who has no restaurant, nowhere. */
bool secure_belongs_to(const struct user *user, const char *restaurant)
{
    return strcmp(user->role, "platform_owner") == 0 ||
           (user->restaurant[0] != 0 &&
            strcmp(user->restaurant, restaurant) == 0);
}

bool secure_role_may_manage(const char *role)
{
    static const char *const roles[] = { "restaurant_owner", "manager",
                                         "platform_owner" };

    for (size_t i = 0; i < sizeof(roles) / sizeof(*roles); i++)
        if (strcmp(role, roles[i]) == 0)
            return true;
    return false;
}

enum access secure_access(struct core *core, const struct connection *stranger,
                          const struct claims *claims,
                          const struct claimed *claimed)
{
    const struct policy *policy = &core->policy;
    struct user user = { .id = "" };
    enum finding is_user = policy->find_user(core, claims, claimed, &user);
    enum finding is_open = policy->find_restaurant(core, stranger->restaurant);

    if (is_user == FAILED || is_open == FAILED)
        return ACCESS_UNKNOWN;
    if (is_user == ABSENT || is_open == ABSENT ||
        !policy->belongs_to(&user, stranger->restaurant))
        return ACCESS_DENIED;
    if (stranger->endpoint == ENDPOINT_MANAGEMENT &&
        !policy->role_may_manage(user.role))
        return ACCESS_NO_ROLE;
    return ACCESS_GRANTED;
}

bool secure_lets_in(enum endpoint endpoint, enum access access)
{
    (void)endpoint; /* the verdict counts on each */
    return access == ACCESS_GRANTED;
}

void secure_directory_failed(struct core *core, struct connection *stranger)
{
    struct text none = { "", 0 };
    char line[PEER_BYTES_MAX + 64];

    snprintf(line, sizeof(line), "error: no directory to ask peer=%s",
             stranger->peer);
    journal_log(core, line);
    core->policy.turn_away(core, stranger, REFUSED_UNAVAILABLE, TOKEN_HOLDS,
                           none);
}

/* While the directory cannot be asked, members stay as they are: what they
 * send is answered by an error then. */
void secure_recheck(struct core *core, struct connection *connection)
{
    static const struct claimed nobody = { .present = false };
    struct text none = { "", 0 };
    enum access access = core->policy.access(
        core, connection, &connection->member->claims, &nobody);

    core->rights_unknown = access == ACCESS_UNKNOWN;
    if (access == ACCESS_GRANTED || access == ACCESS_UNKNOWN)
        return;
    member_ends(core, connection, LEFT_TURNED_AWAY);
    core->policy.turn_away(core, connection, REFUSED_WITHDRAWN, TOKEN_HOLDS,
                           none);
    deadline_renew(core, connection);
}

void rights_recheck(struct core *core)
{
    struct connection *next;

    core->rights_unknown = false;
    for (struct connection *at = core->connections;
         at != NULL && !core->rights_unknown; at = next) {
        next = at->next;
        if (at->stage == MEMBER && at->member != NULL)
            core->policy.recheck(core, at);
    }
}

void rights_recheck_if_changed(struct core *core)
{
    const struct directory *directory = &core->port.directory;
    uint64_t version;

    if (core->system->served != SERVES_POS)
        return;
    version =
        directory->ops == NULL ? 0 : directory->ops->version(directory->self);
    if (version == 0)
        core->rights_unknown = true;
    else if (core->rights_unknown || version != core->directory_version)
        rights_recheck(core);
    core->directory_version = version;
}
