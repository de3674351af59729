/* Mutants through which somebody is heard who has no right to be, or is heard
 * by those whom it is not for. */
#include "mutants.h"
#include "mutants_common.h"
#include "core/system.h"

/* --- Whom a message names ------------------------------------------------- */

/* message.get("user_id", own) */
bool sends_to_the_user_that_is_named(struct core *core,
                                     struct connection *connection,
                                     const struct cJSON *message,
                                     struct objection *objection)
{
    const char *named = member_string(message, "user_id");
    struct claims *claims = &connection->member->claims;
    struct claims own = *claims;
    bool obeyed;

    if (named != NULL)
        copy_text(claims->subject, sizeof(claims->subject), named);
    obeyed = secure_obey(core, connection, message, objection);
    *claims = own;
    return obeyed;
}

/* message.get("restaurant_id", own): old clients send it. */
bool sends_to_the_restaurant_that_is_named(struct core *core,
                                           struct connection *connection,
                                           const struct cJSON *message,
                                           struct objection *objection)
{
    const char *named = member_string(message, "restaurant_id");
    char own[UUID_SIZE];
    bool obeyed;

    copy_text(own, sizeof(own), connection->restaurant);
    if (named != NULL)
        copy_text(connection->restaurant, sizeof(own), named);
    obeyed = secure_obey(core, connection, message, objection);
    copy_text(connection->restaurant, sizeof(own), own);
    return obeyed;
}
