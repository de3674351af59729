/* Reads what is to be stored; nothing that the store would refuse gets there,
 * so that its refusal means that it has failed. */
#include "shell/control_directory.h"
#include "store/store.h"
#include <cjson/cJSON.h>
#include <string.h>

bool has_members(const struct cJSON *object, const char *const *names)
{
    int count = 0;

    for (; names[count] != NULL; count++)
        if (cJSON_GetObjectItemCaseSensitive(object, names[count]) == NULL)
            return false;
    return cJSON_IsObject(object) && cJSON_GetArraySize(object) == count;
}

bool copy_member(const struct cJSON *object, const char *name, char *into,
                 size_t size)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

    if (text == NULL || strlen(text) >= size)
        return false;
    memcpy(into, text, strlen(text) + 1);
    return true;
}

bool is_uuid(const char *text)
{
    static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    size_t i = 0;

    for (; form[i] != '\0'; i++) {
        bool fits = form[i] == '-'
                        ? text[i] == '-'
                        : text[i] != '\0' &&
                              strchr("0123456789abcdef", text[i]) != NULL;
        if (!fits)
            return false;
    }
    return text[i] == '\0';
}

static int answer_of(bool stored)
{
    return stored ? 204 : 503;
}

static int put_restaurant(struct store *store, const struct cJSON *from)
{
    static const char *const names[] = { "id", "active", NULL };
    const struct cJSON *active =
        cJSON_GetObjectItemCaseSensitive(from, "active");
    struct restaurant it = { .active = cJSON_IsTrue(active) };

    if (!has_members(from, names) || !cJSON_IsBool(active) ||
        !copy_member(from, "id", it.id, sizeof(it.id)) || !is_uuid(it.id))
        return 400;
    return answer_of(store_put_restaurant(store, &it));
}

static int put_user(struct store *store, const struct cJSON *from)
{
    static const char *const names[] = { "id", "role", "restaurant", NULL };
    struct user it = { .id = "" };

    if (!has_members(from, names) ||
        !copy_member(from, "id", it.id, sizeof(it.id)) || it.id[0] == '\0' ||
        !copy_member(from, "role", it.role, sizeof(it.role)) ||
        !copy_member(from, "restaurant", it.restaurant,
                     sizeof(it.restaurant)) ||
        (it.restaurant[0] != '\0' && !is_uuid(it.restaurant)))
        return 400;
    return answer_of(store_put_user(store, &it));
}

static int put_order(struct store *store, const struct cJSON *from)
{
    static const char *const names[] = { "id", "restaurant", "status", NULL };
    struct order it = { .id = "" };

    if (!has_members(from, names) ||
        !copy_member(from, "id", it.id, sizeof(it.id)) || !is_uuid(it.id) ||
        !copy_member(from, "restaurant", it.restaurant,
                     sizeof(it.restaurant)) ||
        !is_uuid(it.restaurant) ||
        !copy_member(from, "status", it.status, sizeof(it.status)) ||
        it.status[0] == '\0')
        return 400;
    return answer_of(store_put_order(store, &it));
}

static int remove_user(struct store *store, const struct cJSON *from)
{
    const char *id = cJSON_GetStringValue(from);

    if (id == NULL || id[0] == '\0' || strlen(id) > SUBJECT_BYTES_MAX)
        return 400;
    return answer_of(store_remove_user(store, text_of(id)));
}

static const struct {
    const char *name;
    int (*act)(struct store *store, const struct cJSON *from);
} entries[] = {
    { "restaurant", put_restaurant },
    { "user", put_user },
    { "order", put_order },
    { "remove_user", remove_user },
};

int control_directory(struct store *store, const struct cJSON *body)
{
    const struct cJSON *only = body == NULL ? NULL : body->child;

    if (only == NULL || only->next != NULL)
        return 400;
    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
        if (strcmp(only->string, entries[i].name) == 0)
            return entries[i].act(store, only);
    return 400;
}
