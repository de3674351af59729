/* Ways through a tree, and how they are written. */
#include "manifest/internal.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

enum { TRAIL_NAME_SIZE = 32 };

struct trail trail_down(const struct trail *trail, unsigned step)
{
    struct trail down = *trail;

    if (down.depth < MANIFEST_DEPTH_MAX)
        down.step[down.depth++] = step;
    return down;
}

cJSON *trail_member(const cJSON *object, const char *name, struct trail *trail)
{
    unsigned step = 0;
    cJSON *member;

    cJSON_ArrayForEach(member, object)
    {
        if (member->string != NULL && strcmp(member->string, name) == 0) {
            *trail = trail_down(trail, step);
            return member;
        }
        step++;
    }
    return NULL;
}

/* "name" or "name[3]". */
static cJSON *step_down(const cJSON *node, const char *name,
                        struct trail *trail)
{
    size_t length = strcspn(name, "[");
    char bare[TRAIL_NAME_SIZE];

    snprintf(bare, sizeof(bare), "%.*s", (int)length, name);
    cJSON *member = trail_member(node, bare, trail);
    if (member == NULL || name[length] == 0)
        return member;
    unsigned step = (unsigned)strtoul(name + length + 1, NULL, 10);
    cJSON *element = cJSON_GetArrayItem(member, (int)step);
    if (element != NULL)
        *trail = trail_down(trail, step);
    return element;
}

cJSON *trail_find(const cJSON *tree, const char *path, struct trail *trail)
{
    cJSON *node = NULL;
    char name[TRAIL_NAME_SIZE];

    trail->depth = 0;
    for (;;) {
        size_t length = strcspn(path, ".");
        if (length >= sizeof(name))
            return NULL;
        memcpy(name, path, length);
        name[length] = 0;
        node = step_down(node == NULL ? tree : node, name, trail);
        if (node == NULL || path[length] == 0)
            return node;
        path += length + 1;
    }
}

static bool is_identifier(const char *name)
{
    if (!isalpha((unsigned char)*name) && *name != '_')
        return false;
    for (; *name != 0; name++)
        if (!isalnum((unsigned char)*name) && *name != '_')
            return false;
    return true;
}

/* Cut between two characters of UTF-8, not within one. */
void quote_write(const char *text, struct buffer *into)
{
    size_t length = strnlen(text, SHOWN_BYTES_MAX + 1);
    bool is_cut = length > SHOWN_BYTES_MAX;

    if (is_cut)
        for (length--; length > 0 && (text[length] & 0xc0) == 0x80;)
            length--;
    buffer_add_string(into, "\"");
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"' || text[i] == '\\')
            buffer_add_string(into, "\\");
        buffer_add(into, text + i, 1);
    }
    buffer_add_string(into, is_cut ? "…\"" : "\"");
}

static void write_step(const cJSON *parent, const cJSON *node, unsigned step,
                       struct buffer *into)
{
    if (cJSON_IsArray(parent)) {
        buffer_printf(into, "[%u]", step);
    } else if (is_identifier(node->string)) {
        buffer_printf(into, ".%.*s", SHOWN_BYTES_MAX, node->string);
    } else {
        buffer_add_string(into, "[");
        quote_write(node->string, into);
        buffer_add_string(into, "]");
    }
}

void trail_write(const cJSON *tree, const struct trail *trail,
                 struct buffer *into)
{
    buffer_add_string(into, "$");
    for (unsigned i = 0; i < trail->depth && tree != NULL; i++) {
        const cJSON *node = tree->child;
        for (unsigned left = trail->step[i]; left > 0 && node != NULL; left--)
            node = node->next;
        if (node != NULL)
            write_step(tree, node, trail->step[i], into);
        tree = node;
    }
}
