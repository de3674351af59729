/* The variables of a manifest, and texts with them in their places. What the
 * set-up is yet to save is known by name alone: it stays as it stands. */
#include "manifest/internal.h"
#include "adapter.h"
#include <stdio.h>
#include <stdlib.h>

enum { NAMES_BYTES_MAX = 64 * 1024 };

static void add_saved_names(const cJSON *tree, struct buffer *names)
{
    const cJSON *step;
    const cJSON *save;

    cJSON_ArrayForEach(step, cJSON_GetObjectItemCaseSensitive(tree, "setup"))
    {
        cJSON_ArrayForEach(save, cJSON_GetObjectItemCaseSensitive(step, "save"))
        {
            buffer_printf(names, "%s ", save->string);
        }
    }
}

bool vars_read(const cJSON *tree, struct vars *vars)
{
    const cJSON *object = cJSON_GetObjectItemCaseSensitive(tree, "vars");
    size_t count = 0;
    const cJSON *member;

    buffer_init(&vars->names, NAMES_BYTES_MAX);
    vars->pairs =
        calloc((size_t)cJSON_GetArraySize(object) + 1, sizeof(*vars->pairs));
    if (vars->pairs == NULL)
        return false;
    cJSON_ArrayForEach(member, object)
    {
        vars->pairs[count].name = member->string;
        vars->pairs[count++].value = member->valuestring;
        buffer_printf(&vars->names, "%s ", member->string);
    }
    add_saved_names(tree, &vars->names);
    return true;
}

void vars_free(struct vars *vars)
{
    buffer_deinit(&vars->names);
    free(vars->pairs);
}

const char *build_text(struct building *building, const char *path,
                       const char *variables, const char *text)
{
    char found[FOUND_BYTES];
    char own[FOUND_BYTES];
    char expected[FOUND_BYTES + 32];
    struct buffer names;

    if (text == NULL)
        return NULL;
    buffer_init(&names, 2 * NAMES_BYTES_MAX);
    buffer_printf(&names, "%s%s", buffer_string(&building->vars.names),
                  variables);
    if (foreign_variable(text, buffer_string(&names), found)) {
        write_variables(variables, own);
        snprintf(expected, sizeof(expected), "%s%sa name of vars",
                 *variables == 0 ? "" : own, *variables == 0 ? "" : " or ");
        build_mistake(building, path, found, expected);
    }
    buffer_deinit(&names);
    return build_keep(building, template_fill(text, building->vars.pairs));
}
