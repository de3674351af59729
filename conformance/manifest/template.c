/* Texts with {name} in them. A brace that begins no name stands for itself, so
 * JSON in a template needs no escapes. */
#include "adapter.h"
#include "manifest/internal.h"
#include <ctype.h>

const char *template_variable(const char *text, struct bytes *name)
{
    for (; (text = strchr(text, '{')) != NULL; text++) {
        const char *end = text + 1;
        while (isalnum((unsigned char)*end) || *end == '_')
            end++;
        if (*end == '}' && end > text + 1 && !isdigit((unsigned char)text[1])) {
            *name = bytes_of(text + 1, (size_t)(end - text - 1));
            return text;
        }
    }
    return NULL;
}

static bool is_named(struct bytes name, const char *other)
{
    return strlen(other) == name.length &&
           memcmp(name.at, other, name.length) == 0;
}

static const struct pair *pair_named(const struct pair *values,
                                     struct bytes name)
{
    for (; values != NULL && values->name != NULL; values++)
        if (is_named(name, values->name))
            return values;
    return NULL;
}

static enum fault add_value(struct buffer *into, const struct pair *values,
                            const char *variable, struct bytes name)
{
    const struct pair *pair = pair_named(values, name);

    if (pair == NULL)
        return buffer_add(into, variable, name.length + 2);
    return buffer_add_string(into, pair->value == NULL ? "" : pair->value);
}

char *template_fill(const char *template, const struct pair *values)
{
    enum fault fault = FAULT_NONE;
    const char *variable;
    struct buffer filled;
    struct bytes name;

    buffer_init(&filled, FILLED_BYTES_MAX);
    while (fault == FAULT_NONE &&
           (variable = template_variable(template, &name)) != NULL) {
        fault = buffer_add(&filled, template, (size_t)(variable - template));
        if (fault == FAULT_NONE)
            fault = add_value(&filled, values, variable, name);
        template = variable + name.length + 2;
    }
    if (fault == FAULT_NONE)
        fault = buffer_add_string(&filled, template);
    if (fault == FAULT_NONE)
        return buffer_take(&filled);
    buffer_deinit(&filled);
    (void)fault_say(fault, "a template: %s", fault_text(fault));
    return NULL;
}

static bool text_mentions(const char *text, const char *name, bool alone)
{
    const char *at = text;
    struct bytes found;

    while ((at = template_variable(at, &found)) != NULL) {
        if (is_named(found, name) &&
            (!alone || (at == text && at[found.length + 2] == 0)))
            return true;
        at++;
    }
    return false;
}

static bool any_mentions(const cJSON *value, const char *name, bool alone)
{
    const cJSON *child;

    if (cJSON_IsString(value) && text_mentions(value->valuestring, name, alone))
        return true;
    cJSON_ArrayForEach(child, value)
    {
        if (any_mentions(child, name, alone))
            return true;
    }
    return false;
}

bool template_mentions(const cJSON *value, const char *name, bool alone)
{
    return any_mentions(value, name, alone && !cJSON_IsString(value));
}
