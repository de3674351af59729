/* Finds names that an object has twice. RFC 8259 leaves their meaning open,
 * cJSON takes the first and others the last: so neither counts. */
#include "manifest/internal.h"
#include <stdlib.h>

struct name {
    const char *name;
    unsigned step;
};

static int by_name_and_step(const void *one, const void *other)
{
    const struct name *a = one;
    const struct name *b = other;
    int order = strcmp(a->name, b->name);

    return order != 0 ? order : (a->step > b->step) - (a->step < b->step);
}

static void check_names(struct reading *reading, const struct layer *layer,
                        const cJSON *object, const struct trail *trail)
{
    size_t count = (size_t)cJSON_GetArraySize(object);
    struct name *names = calloc(count + 1, sizeof(*names));
    unsigned step = 0;
    const cJSON *member;

    if (names == NULL) {
        mistake_no_memory(reading);
        return;
    }
    cJSON_ArrayForEach(member, object)
    {
        names[step].name = member->string;
        names[step].step = step;
        step++;
    }
    qsort(names, count, sizeof(*names), by_name_and_step);
    for (size_t i = 1; i < count; i++) {
        struct trail there = trail_down(trail, names[i].step);
        if (strcmp(names[i - 1].name, names[i].name) == 0)
            mistake_add(reading, layer, &there, "this name a second time",
                        "each name once");
    }
    free(names);
}

static void check_below(struct reading *reading, const struct layer *layer,
                        const cJSON *node, const struct trail *trail)
{
    unsigned step = 0;
    const cJSON *child;

    if (cJSON_IsObject(node))
        check_names(reading, layer, node, trail);
    if (trail->depth == MANIFEST_DEPTH_MAX)
        return;
    cJSON_ArrayForEach(child, node)
    {
        struct trail there = trail_down(trail, step++);
        if (cJSON_IsObject(child) || cJSON_IsArray(child))
            check_below(reading, layer, child, &there);
    }
}

void check_duplicates(struct reading *reading, const struct layer *layer)
{
    struct trail root = { 0 };

    check_below(reading, layer, layer->tree, &root);
}
