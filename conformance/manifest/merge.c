/* Lays the layers over each other: objects member by member, all else as one
 * value. A pattern of a message is one value too, or what it leaves out would
 * still be asked for. */
#include "manifest/internal.h"

static bool merge(cJSON *into, const cJSON *over, const struct rule *rule);

static bool merge_member(cJSON *into, const cJSON *over,
                         const struct rule *rule)
{
    cJSON *there = cJSON_GetObjectItemCaseSensitive(into, over->string);

    if (cJSON_IsObject(there) && cJSON_IsObject(over) &&
        (rule == NULL || (rule->flags & WHOLE) == 0))
        return merge(there, over, rule);

    cJSON *copy = cJSON_Duplicate(over, true);
    if (copy == NULL)
        return false;
    if (there != NULL
            ? cJSON_ReplaceItemInObjectCaseSensitive(into, over->string, copy)
            : cJSON_AddItemToObject(into, over->string, copy))
        return true;
    cJSON_Delete(copy);
    return false;
}

/* `rule` is NULL inside a template. */
static bool merge(cJSON *into, const cJSON *over, const struct rule *rule)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, over)
    {
        const struct rule *own = rule == NULL || rule->kind == KIND_TEMPLATE
                                     ? NULL
                                     : rule_of_member(rule, member->string);
        if (!merge_member(into, member, own))
            return false;
    }
    return true;
}

cJSON *layers_merge(const struct reading *reading)
{
    cJSON *tree = cJSON_CreateObject();
    bool is_whole = tree != NULL;

    for (size_t i = reading->count; i > 0 && is_whole; i--)
        is_whole = merge(tree, reading->layers[i - 1].tree, rule_of_root());
    if (!is_whole) {
        cJSON_Delete(tree);
        return NULL;
    }
    cJSON_DeleteItemFromObjectCaseSensitive(tree, "extends");
    cJSON_DeleteItemFromObjectCaseSensitive(tree, "$schema");
    return tree;
}

const struct layer *layers_origin(const struct reading *reading,
                                  const char *path, struct trail *trail)
{
    for (size_t i = 0; i < reading->count; i++)
        if (trail_find(reading->layers[i].tree, path, trail) != NULL)
            return &reading->layers[i];

    size_t file = reading->count > 1 && reading->layers[0].is_overlay;
    (void)trail_find(reading->layers[file].tree, path, trail);
    return &reading->layers[file];
}
