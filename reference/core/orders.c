/* Orders of a restaurant: read and changed by its own members alone. */
#include "core/secure.h"
#include "core/system.h"
#include <cJSON.h>
#include <stdlib.h>

bool secure_status_is_valid(struct text status)
{
    static const char *const statuses[] = { "pending", "preparing", "ready",
                                            "completed", "cancelled" };

    for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++)
        if (text_is(status, statuses[i]))
            return true;
    return false;
}

bool secure_order_is_ours(const struct order *order,
                          const struct member *member)
{
    return strcmp(order->restaurant, member->connection->restaurant) == 0;
}

/* An order of another restaurant does not exist. */
enum finding secure_find_order(struct core *core, const struct member *member,
                               struct text id, struct order *order)
{
    const struct directory *directory = &core->port.directory;
    enum finding finding;

    if (!core->policy.is_uuid(id))
        return ABSENT;
    if (directory->ops == NULL)
        return FAILED;
    finding = directory->ops->find_order(directory->self, id, order);
    if (finding == FOUND && !core->policy.order_is_ours(order, member))
        return ABSENT;
    return finding;
}

/* The order that the message names; false with an objection. */
static bool find_named(struct core *core, const struct connection *connection,
                       const struct cJSON *message, struct order *order,
                       struct objection *objection)
{
    const char *id = member_string(message, "order_id");

    if (id == NULL)
        return object_to(objection, MESSAGE_MALFORMED, "order_id is no string");
    switch (
        core->policy.find_order(core, connection->member, text_of(id), order)) {
    case FOUND: return true;
    case ABSENT:
        return object_to(objection, MESSAGE_MALFORMED, "no such order");
    case FAILED: break;
    }
    return object_to(objection, MESSAGE_FAILED, "no directory to ask");
}

static bool tell(struct core *core, const struct connection *connection,
                 const struct cJSON *message, struct objection *objection)
{
    struct order order;
    struct cJSON *object;

    if (!find_named(core, connection, message, &order, objection))
        return false;
    object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "type", "order");
    cJSON_AddStringToObject(object, "order_id", order.id);
    cJSON_AddStringToObject(object, "status", order.status);
    send_object(core, connection, object);
    return true;
}

/* --- Changing one --------------------------------------------------------- */

/* The notes, cleaned; NULL with an objection. free() them. */
static char *read_notes(struct core *core, const struct cJSON *message,
                        struct objection *objection)
{
    const cJSON *notes = cJSON_GetObjectItemCaseSensitive(message, "notes");
    const char *text = notes == NULL ? "" : cJSON_GetStringValue(notes);
    char *clean = NULL;

    if (text == NULL)
        object_to(objection, MESSAGE_MALFORMED, "notes is no string");
    else if (!core->policy.text_is_short(text_of(text)))
        object_to(objection, MESSAGE_MALFORMED, "notes are too long");
    else
        clean = core->policy.clean_text(text_of(text));
    if (text != NULL && clean == NULL && objection->detail[0] == 0)
        object_to(objection, MESSAGE_FAILED, "no memory");
    return clean;
}

static bool store(struct core *core, const struct order *order,
                  const char *status, const char *notes,
                  struct objection *objection)
{
    const struct directory *directory = &core->port.directory;

    if (directory->ops != NULL &&
        directory->ops->set_status(directory->self, text_of(order->id),
                                   text_of(order->restaurant), text_of(status),
                                   text_of(notes)) == FOUND)
        return true;
    return object_to(objection, MESSAGE_FAILED, "the order was not stored");
}

static void announce(struct core *core, const struct connection *connection,
                     const struct order *order, const char *status,
                     const char *notes)
{
    struct audience ours = { "", connection->restaurant };
    struct cJSON *object = cJSON_CreateObject();

    cJSON_AddStringToObject(object, "type", "order_updated");
    cJSON_AddStringToObject(object, "order_id", order->id);
    cJSON_AddStringToObject(object, "status", status);
    cJSON_AddStringToObject(object, "notes", notes);
    broadcast_object(core, object, &ours);
}

static bool change(struct core *core, const struct connection *connection,
                   const struct cJSON *message, struct objection *objection)
{
    const char *status = member_string(message, "status");
    struct order order;
    char *notes;
    bool stored;

    if (status == NULL || !core->policy.status_is_valid(text_of(status)))
        return object_to(objection, MESSAGE_MALFORMED, "no such status");
    if (!find_named(core, connection, message, &order, objection))
        return false;
    notes = read_notes(core, message, objection);
    stored = notes != NULL && store(core, &order, status, notes, objection);
    if (stored)
        announce(core, connection, &order, status, notes);
    free(notes);
    return stored;
}

bool order_serve(struct core *core, struct connection *connection,
                 const char *type, const struct cJSON *message,
                 struct objection *objection)
{
    if (strcmp(type, "order_status") == 0)
        return change(core, connection, message, objection);
    if (strcmp(type, "get_order") == 0)
        return tell(core, connection, message, objection);
    return object_to(objection, MESSAGE_UNKNOWN_TYPE, type);
}
