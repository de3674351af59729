/* One event to every member that it is for. */
#include "core/json.h"
#include "core/latest.h"
#include "core/secure.h"
#include "core/system.h"
#include <cJSON.h>
#include <stdlib.h>

static bool add_text(cJSON *object, struct text text)
{
    char *copy = strndup(text.at == NULL ? "" : text.at, text.length);
    bool added =
        copy != NULL && cJSON_AddStringToObject(object, "text", copy) != NULL;

    free(copy);
    return added;
}

char *signal_message(const struct core *core, struct text text)
{
    cJSON *object = cJSON_CreateObject();
    char *message = NULL;

    /* One bad byte would make every member fail its connection: RFC 6455
     * 8.1. */
    if (text_is_utf8(text) &&
        (text.length == 0 || memchr(text.at, 0, text.length) == NULL) &&
        cJSON_AddStringToObject(object, "type", core->system->event_type) !=
            NULL &&
        add_text(object, text))
        message = cJSON_PrintUnformatted(object);
    cJSON_Delete(object);
    return message;
}

bool secure_may_hear(const struct member *member,
                     const struct audience *audience)
{
    const struct connection *connection = member->connection;

    if (audience->user[0] != 0 &&
        strcmp(member->claims.subject, audience->user) != 0)
        return false;
    return audience->restaurant[0] == 0 ||
           strcmp(connection->restaurant, audience->restaurant) == 0;
}

/* A member that is gone or slow is the world's to end; the next one is served
 * all the same. */
static void send_all(struct core *core, const char *message,
                     const struct audience *audience)
{
    struct member *member = message == NULL ? NULL : core->pool;

    while (member != NULL) {
        struct member *next = member->next;
        if (core->policy.may_hear(member, audience))
            (void)core->port.send(core->port.self, member->connection->id,
                                  text_of(message));
        member = next;
    }
}

void secure_broadcast(struct core *core, struct text text,
                      const struct audience *audience)
{
    char *message = signal_message(core, text);

    latest_keep(core, message);
    send_all(core, message, audience);
    free(message);
}

void broadcast_object(struct core *core, struct cJSON *object,
                      const struct audience *audience)
{
    char *message = object == NULL ? NULL : cJSON_PrintUnformatted(object);

    send_all(core, message, audience);
    cJSON_free(message);
    cJSON_Delete(object);
}
