/* One signal to every member of the pool. */
#include "core/json.h"
#include "core/secure.h"
#include "core/state.h"
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

char *signal_message(struct text text)
{
    cJSON *object = cJSON_CreateObject();
    char *message = NULL;

    /* One bad byte would make every member fail its connection: RFC 6455
     * 8.1. */
    if (text_is_utf8(text) &&
        (text.length == 0 || memchr(text.at, 0, text.length) == NULL) &&
        cJSON_AddStringToObject(object, "type", "signal") != NULL &&
        add_text(object, text))
        message = cJSON_PrintUnformatted(object);
    cJSON_Delete(object);
    return message;
}

/* A member that is gone or slow is the world's to end; the next one is served
 * all the same. */
void secure_broadcast(struct core *core, struct text text)
{
    char *message = signal_message(text);
    struct member *member = message == NULL ? NULL : core->pool;

    while (member != NULL) {
        struct member *next = member->next;
        (void)core->port.send(core->port.self, member->connection->id,
                              text_of(message));
        member = next;
    }
    free(message);
}
