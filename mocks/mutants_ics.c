/* Mutants that are not what the manifest says: they do without what it claims,
 * or do what it has not named. */
#include "mutants.h"
#include "mutants_common.h"
#include "core/history.h"
#include "core/system.h"
#include <cJSON.h>
#include <string.h>

bool lets_nobody_publish(const struct claims *claims)
{
    (void)claims;
    return false;
}

bool lets_everybody_publish(const struct claims *claims)
{
    (void)claims;
    return true;
}

/* return; what the client waits for never comes. */
void refuses_to_publish_without_a_word(struct core *core,
                                       struct connection *connection,
                                       const struct objection *objection)
{
    if (objection->fault != MESSAGE_FORBIDDEN)
        secure_message_failed(core, connection, objection);
}

bool takes_every_text_for_too_long(struct text text)
{
    (void)text;
    return false;
}

const char *tells_nobody_who_it_is(const struct member *member)
{
    (void)member;
    return "";
}

/* What a library does of itself, long after the contract has been written. */
void reads_a_subprotocol_that_nobody_named(const struct core *core,
                                           const struct request *request,
                                           struct presented *presented)
{
    secure_find_token(core, request, presented);
    if (!presented->present)
        find_by_carriers(core, CARRIES_SUBPROTOCOL, request, presented);
}

/* The route is there, the table is not. */
struct cJSON *answers_history_with_nothing(const struct core *core,
                                           const struct room *room,
                                           size_t limit)
{
    struct cJSON *object = secure_history_json(core, room, limit);

    cJSON_ReplaceItemInObjectCaseSensitive(object, "messages",
                                           cJSON_CreateArray());
    return object;
}

/* Before the store has answered. */
void replays_an_empty_history(struct core *core,
                              const struct connection *connection,
                              const struct room *room)
{
    send_object(core, connection, answers_history_with_nothing(core, room, 0));
}

void tells_nobody_who_is_there(struct core *core, const struct room *room,
                               const struct connection *of, struct cJSON *event)
{
    (void)core, (void)room, (void)of;
    cJSON_Delete(event);
}

bool counts_no_attempts_at_all(struct core *core, const char *address)
{
    (void)core, (void)address;
    return true;
}

/* if user.role in ("manager", "employee"): … */
bool lets_no_owner_into_its_restaurant(const struct user *user,
                                       const char *restaurant)
{
    return strcmp(user->role, "restaurant_owner") != 0 &&
           secure_belongs_to(user, restaurant);
}
