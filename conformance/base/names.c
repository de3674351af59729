/* Names that stand twice in an object, or end before their end. */
#include "base/names.h"
#include <cJSON.h>
#include <stdlib.h>
#include <string.h>

static int by_name(const void *one, const void *other)
{
    return strcmp(*(const char *const *)one, *(const char *const *)other);
}

static bool repeat_in(const struct cJSON *object)
{
    size_t count = (size_t)cJSON_GetArraySize(object);
    const char **names = calloc(count + 1, sizeof(*names));
    bool found = names == NULL;
    const struct cJSON *member;
    size_t i = 0;

    if (names == NULL)
        return found;
    cJSON_ArrayForEach(member, object)
    {
        names[i++] = member->string;
    }
    qsort(names, count, sizeof(*names), by_name);
    for (i = 1; i < count && !found; i++)
        found = strcmp(names[i - 1], names[i]) == 0;
    free(names);
    return found;
}

bool names_repeat(const struct cJSON *node)
{
    bool found = cJSON_IsObject(node) && repeat_in(node);
    const struct cJSON *child = node->child;

    for (; child != NULL && !found; child = child->next)
        found = names_repeat(child);
    return found;
}

/* An escaped backslash begins no escape. */
bool nul_is_written(struct bytes text)
{
    static const char nul[] = { '\\', 'u', '0', '0', '0', '0' };

    for (size_t i = 0; i + sizeof(nul) <= text.length; i++) {
        if (text.at[i] != '\\')
            continue;
        if (memcmp(text.at + i, nul, sizeof(nul)) == 0)
            return true;
        i++;
    }
    return false;
}
