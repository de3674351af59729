/* Carries out what operators ask for. A body that is not understood whole
 * changes nothing: 400. */
#include "shell/actions.h"
#include "shell/server.h"
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

enum {
    DONE = 204,
    BAD_REQUEST = 400,
    NOT_FOUND = 404,
    CONFLICT = 409,
    UNAVAILABLE = 503
};

static const struct cJSON *member(const struct cJSON *body, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(body, name);
}

static const char *text_in(const struct cJSON *body, const char *name)
{
    return cJSON_GetStringValue(member(body, name));
}

/* Copies the member's text; false where it is none, or does not fit. */
static bool copy(const struct cJSON *body, const char *name, char *into,
                 size_t size)
{
    const char *text = text_in(body, name);

    return text != NULL && snprintf(into, size, "%s", text) < (int)size;
}

int action_publish(struct server *server, const struct cJSON *body,
                   char **answer)
{
    const char *text = text_in(body, "text");
    const char *restaurant = text_in(body, "restaurant");
    bool has_other =
        member(body, "restaurant") != NULL &&
        (restaurant == NULL || server->options.served != SERVES_POS);

    (void)answer;
    if (text == NULL || has_other)
        return BAD_REQUEST;
    core_publish(server->core, text_of(text),
                 text_of(restaurant == NULL ? "" : restaurant));
    return DONE;
}

int action_revoke(struct server *server, const struct cJSON *body,
                  char **answer)
{
    const char *jti = text_in(body, "jti");

    (void)answer;
    return jti != NULL && core_revoke(server->core, text_of(jti)) ? DONE
                                                                  : BAD_REQUEST;
}

int action_managers(struct server *server, const struct cJSON *body,
                    char **answer)
{
    struct cJSON *object;

    if (server->options.served != SERVES_FACTORY)
        return NOT_FOUND;
    if (body == NULL)
        return BAD_REQUEST;
    object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "error",
                            core_manager_without_context(server->core));
    *answer = cJSON_PrintUnformatted(object);
    cJSON_Delete(object);
    return CONFLICT;
}

/* --- The directory -------------------------------------------------------- */

static int stored(bool written)
{
    return written ? DONE : UNAVAILABLE;
}

static int put_restaurant(struct store *store, const struct cJSON *what)
{
    struct restaurant it = { .active = cJSON_IsTrue(member(what, "active")) };

    if (!copy(what, "id", it.id, sizeof(it.id)) ||
        !cJSON_IsBool(member(what, "active")))
        return BAD_REQUEST;
    return stored(store_put_restaurant(store, &it));
}

static int put_user(struct store *store, const struct cJSON *what)
{
    struct user it = { .id = "" };

    if (!copy(what, "id", it.id, sizeof(it.id)) ||
        !copy(what, "role", it.role, sizeof(it.role)) ||
        !copy(what, "restaurant", it.restaurant, sizeof(it.restaurant)))
        return BAD_REQUEST;
    return stored(store_put_user(store, &it));
}

static int put_order(struct store *store, const struct cJSON *what)
{
    struct order it = { .id = "" };

    if (!copy(what, "id", it.id, sizeof(it.id)) ||
        !copy(what, "restaurant", it.restaurant, sizeof(it.restaurant)) ||
        !copy(what, "status", it.status, sizeof(it.status)))
        return BAD_REQUEST;
    return stored(store_put_order(store, &it));
}

static int remove_user(struct store *store, const struct cJSON *what)
{
    const char *id = cJSON_GetStringValue(what);

    return id == NULL ? BAD_REQUEST
                      : stored(store_remove_user(store, text_of(id)));
}

static const struct {
    const char *name;
    int (*act)(struct store *store, const struct cJSON *what);
} changes[] = {
    { "restaurant", put_restaurant },
    { "user", put_user },
    { "order", put_order },
    { "remove_user", remove_user },
};

int action_directory(struct server *server, const struct cJSON *body,
                     char **answer)
{
    const struct cJSON *what = body == NULL ? NULL : body->child;
    int status = BAD_REQUEST;

    (void)answer;
    if (server->store == NULL)
        return NOT_FOUND;
    if (what == NULL || what->next != NULL)
        return BAD_REQUEST;
    for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++)
        if (strcmp(what->string, changes[i].name) == 0)
            status = changes[i].act(server->store, what);
    if (status == DONE)
        core_directory_changed(server->core);
    return status;
}
