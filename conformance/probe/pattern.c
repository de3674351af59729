/* Patterns, drawn from a message that was heard: what we know stands under its
 * name, what tells the type of a message stays, all else is left out. */
#include "probe/steps.h"
#include <cJSON.h>
#include <stdlib.h>

static bool tells_type(const char *name)
{
    static const char *const names[] = { "type",   "event", "kind",  "op",
                                         "action", "name",  "topic", "method" };
    bool tells = false;

    for (size_t i = 0; name != NULL && i < COUNT(names); i++)
        tells = tells || strcmp(name, names[i]) == 0;
    return tells;
}

static struct cJSON *known_value(const char *text, const struct pair *known)
{
    char variable[64];

    for (; known->name != NULL; known++) {
        if (known->value == NULL || strcmp(text, known->value) != 0)
            continue;
        snprintf(variable, sizeof(variable), "{%s}", known->name);
        return cJSON_CreateString(variable);
    }
    return NULL;
}

static struct cJSON *draw(const struct cJSON *value, const struct pair *known);

static struct cJSON *draw_object(const struct cJSON *value,
                                 const struct pair *known)
{
    struct cJSON *object = cJSON_CreateObject();
    const struct cJSON *member;
    bool knows = false;

    cJSON_ArrayForEach(member, value)
    {
        struct cJSON *drawn = draw(member, known);
        knows = knows || drawn != NULL;
        if (drawn == NULL && tells_type(member->string) &&
            cJSON_IsString(member))
            drawn = cJSON_Duplicate(member, false);
        if (drawn != NULL)
            cJSON_AddItemToObject(object, member->string, drawn);
    }
    if (knows)
        return object;
    cJSON_Delete(object);
    return NULL;
}

/* The place of an element counts: those before the last that we know stay as
 * they are. */
static struct cJSON *draw_array(const struct cJSON *value,
                                const struct pair *known)
{
    struct cJSON *array = cJSON_CreateArray();
    const struct cJSON *element;
    int last = 0;
    int count = 0;

    cJSON_ArrayForEach(element, value)
    {
        struct cJSON *drawn = draw(element, known);
        count++;
        if (drawn != NULL)
            last = count;
        cJSON_AddItemToArray(
            array, drawn != NULL ? drawn : cJSON_Duplicate(element, true));
    }
    while (cJSON_GetArraySize(array) > last)
        cJSON_DeleteItemFromArray(array, last);
    if (last > 0)
        return array;
    cJSON_Delete(array);
    return NULL;
}

/* NULL: nothing of what is known stands in it. */
static struct cJSON *draw(const struct cJSON *value, const struct pair *known)
{
    if (cJSON_IsString(value))
        return known_value(value->valuestring, known);
    if (cJSON_IsObject(value))
        return draw_object(value, known);
    return cJSON_IsArray(value) ? draw_array(value, known) : NULL;
}

struct cJSON *pattern_of_message(const char *message, const struct pair *known)
{
    struct cJSON *value = cJSON_Parse(message);
    struct cJSON *pattern = value == NULL ? NULL : draw(value, known);

    cJSON_Delete(value);
    return pattern;
}
