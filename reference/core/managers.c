/* Managers of `factory`: each belongs to one connection of one verified user.
 * There is no way to one but through the claims of a token that holds. */
#include "core/secure.h"
#include "core/state.h"
#include <stdlib.h>

static const char no_context[] =
    "CRITICAL SECURITY ERROR: no manager without a user context: shared "
    "managers leak messages between users; call manager_create(context) with "
    "the context of a verified token";

const char *secure_without_context(struct core *core)
{
    journal_log(core, "error: a manager was asked for without a user context");
    core->policy.count(core, CONTEXTLESS_REQUESTS);
    return no_context;
}

struct manager *manager_create(struct core *core, const struct claims *context)
{
    struct manager *manager;

    if (context == NULL || context->subject[0] == 0) {
        (void)core->policy.without_context(core);
        return NULL;
    }
    manager = calloc(1, sizeof(*manager));
    if (manager == NULL)
        return NULL;
    manager->id = ++core->next_manager;
    copy_text(manager->user, sizeof(manager->user), context->subject);
    manager->next = core->managers;
    core->managers = manager;
    core->policy.count(core, MANAGERS_CREATED);
    return manager;
}

void manager_end_unused(struct core *core, struct manager *manager)
{
    struct manager **link = &core->managers;

    if (manager == NULL || manager->members > 0)
        return;
    while (*link != manager)
        link = &(*link)->next;
    *link = manager->next;
    free(manager);
    core->policy.count(core, MANAGERS_ENDED);
}

static void manager_leave(struct core *core, struct member *member)
{
    struct manager *manager = member->manager;

    member->manager = NULL;
    if (manager != NULL)
        manager->members--;
    manager_end_unused(core, manager);
}

void managers_leave(struct core *core, const struct connection *connection)
{
    for (struct member *at = connection->member; at != NULL; at = at->older)
        manager_leave(core, at);
}

void managers_free(struct core *core)
{
    while (core->managers != NULL) {
        struct manager *next = core->managers->next;
        free(core->managers);
        core->managers = next;
    }
}

struct manager *secure_manager_for(struct core *core,
                                   const struct claims *claims)
{
    return manager_create(core, claims);
}

void secure_count(struct core *core, enum metric metric)
{
    core->metrics[metric]++;
}

const char *secure_identity_of(const struct member *member)
{
    return member->claims.subject;
}
