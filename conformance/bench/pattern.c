/* Patterns and templates of a manifest: JSON with "{name}" in places, or where
 * messages are texts, a text with them. */
#include "bench/internal.h"
#include "bench/matcher.h"
#include <cJSON.h>
#include <stdlib.h>

enum { TEMPLATE_BYTES_MAX = 64 * 1024 * 1024 };

static bool is_variable(const struct cJSON *pattern)
{
    const char *text = cJSON_GetStringValue(pattern);
    size_t length = text == NULL ? 0 : strlen(text);

    return length > 2 && text[0] == '{' && text[length - 1] == '}' &&
           strcspn(text + 1, "{}") == length - 2;
}

/* Of these only a string may come; of all others any value. */
static bool is_any(const struct cJSON *pattern)
{
    static const char *const strings[] = {
        "{text}",  "{user}", "{tenant}",     "{time}",  "{order}", "{status}",
        "{notes}", "{room}", "{permission}", "{roles}", "{event}", "{id}",
    };
    const char *name = cJSON_GetStringValue(pattern);

    for (size_t i = 0; i < COUNT(strings); i++)
        if (strcmp(name, strings[i]) == 0)
            return false;
    return true;
}

/* Where the value has what stands in the pattern at `place`: the member of the
 * same name, or of an event, which is an array, the element. */
static const struct cJSON *beside(const struct cJSON *member, int place,
                                  const struct cJSON *value)
{
    return cJSON_IsArray(value)
               ? cJSON_GetArrayItem(value, place)
               : cJSON_GetObjectItemCaseSensitive(value, member->string);
}

static bool members_match(const struct cJSON *pattern,
                          const struct cJSON *value)
{
    const struct cJSON *member;
    int place = 0;

    cJSON_ArrayForEach(member, pattern)
    {
        const struct cJSON *other = beside(member, place++, value);
        if (other == NULL || !pattern_matches(member, other))
            return false;
    }
    return true;
}

bool pattern_matches(const struct cJSON *pattern, const struct cJSON *value)
{
    if (is_matcher(pattern))
        return matcher_holds(pattern, value);
    if (cJSON_IsObject(pattern))
        return cJSON_IsObject(value) && members_match(pattern, value);
    if (cJSON_IsArray(pattern))
        return cJSON_IsArray(value) && members_match(pattern, value);
    if (is_variable(pattern))
        return cJSON_IsString(value) || is_any(pattern);
    if (cJSON_IsString(pattern) && cJSON_IsString(value))
        return text_matches(pattern->valuestring, value->valuestring);
    return cJSON_Compare(pattern, value, true);
}

bool pattern_is_all(const struct cJSON *pattern, const struct cJSON *value)
{
    if (!pattern_matches(pattern, value) || cJSON_IsString(value) ||
        is_matcher(pattern))
        return pattern_matches(pattern, value);
    return cJSON_GetArraySize(pattern) == cJSON_GetArraySize(value) &&
           (!cJSON_IsArray(value) ||
            cJSON_GetArraySize(event_payload(pattern)) ==
                cJSON_GetArraySize(event_payload(value)));
}

const struct cJSON *event_payload(const struct cJSON *message)
{
    return cJSON_IsArray(message) ? cJSON_GetArrayItem(message, 1) : message;
}

const struct cJSON *pattern_value(const struct cJSON *pattern,
                                  const struct cJSON *value, const char *name)
{
    const char *text = cJSON_GetStringValue(pattern);
    const struct cJSON *found = NULL;
    const struct cJSON *member;
    int place = 0;

    if (text != NULL && is_variable(pattern) &&
        strncmp(text + 1, name, strlen(name)) == 0 &&
        text[1 + strlen(name)] == '}')
        return value;
    if (text != NULL && !is_variable(pattern))
        return text_capture(text, value, name);
    if (!cJSON_IsObject(pattern) && !cJSON_IsArray(pattern))
        return NULL;
    cJSON_ArrayForEach(member, pattern)
    {
        if (found == NULL)
            found = pattern_value(member, beside(member, place, value), name);
        place++;
    }
    return found;
}

const char *pattern_capture(const struct cJSON *pattern,
                            const struct cJSON *value, const char *name)
{
    return cJSON_GetStringValue(pattern_value(pattern, value, name));
}

char *quoted(const char *text)
{
    struct cJSON *string = cJSON_CreateString(text);
    char *printed = cJSON_PrintUnformatted(string);

    cJSON_Delete(string);
    return printed;
}

/* The raw JSON for this string, NULL where it is no variable or unknown. */
static const char *raw_for(const struct cJSON *string, const struct pair *raw)
{
    const char *text = cJSON_GetStringValue(string);

    for (; is_variable(string) && raw->name != NULL; raw++)
        if (strncmp(text + 1, raw->name, strlen(raw->name)) == 0 &&
            text[1 + strlen(raw->name)] == '}')
            return raw->value;
    return NULL;
}

static enum fault write_value(const struct cJSON *value, const struct pair *raw,
                              struct buffer *into);

static enum fault write_members(const struct cJSON *object,
                                const struct pair *raw, struct buffer *into)
{
    const char *separator = "{";
    enum fault fault = FAULT_NONE;
    const struct cJSON *member;

    cJSON_ArrayForEach(member, object)
    {
        const char *given = raw_for(member, raw);
        char *name = quoted(member->string);
        if (fault == FAULT_NONE && (given == NULL || *given != 0)) {
            fault = name == NULL
                        ? FAULT_MEMORY
                        : buffer_printf(into, "%s%s:", separator, name);
            if (fault == FAULT_NONE)
                fault = write_value(member, raw, into);
            separator = ",";
        }
        cJSON_free(name);
    }
    if (fault == FAULT_NONE && *separator == '{')
        fault = buffer_add_string(into, "{");
    return fault == FAULT_NONE ? buffer_add_string(into, "}") : fault;
}

/* An element that is left out would make another of the one behind it. */
static enum fault write_elements(const struct cJSON *array,
                                 const struct pair *raw, struct buffer *into)
{
    enum fault fault = buffer_add_string(into, "[");
    const struct cJSON *element;

    cJSON_ArrayForEach(element, array)
    {
        const char *given = raw_for(element, raw);
        if (fault == FAULT_NONE && element != array->child)
            fault = buffer_add_string(into, ",");
        if (fault == FAULT_NONE)
            fault = given != NULL && *given == 0
                        ? buffer_add_string(into, "null")
                        : write_value(element, raw, into);
    }
    return fault == FAULT_NONE ? buffer_add_string(into, "]") : fault;
}

/* Variables may stand among its words. */
static enum fault write_string(const char *text, const struct pair *raw,
                               struct buffer *into)
{
    struct buffer filled;
    char *printed = NULL;
    enum fault fault;

    buffer_init(&filled, TEMPLATE_BYTES_MAX);
    fault = text_write(text, raw, &filled);
    if (fault == FAULT_NONE)
        printed = quoted(buffer_string(&filled));
    if (fault == FAULT_NONE)
        fault =
            printed == NULL ? FAULT_MEMORY : buffer_add_string(into, printed);
    cJSON_free(printed);
    buffer_deinit(&filled);
    return fault;
}

static enum fault write_value(const struct cJSON *value, const struct pair *raw,
                              struct buffer *into)
{
    const char *given = raw_for(value, raw);
    char *printed;
    enum fault fault;

    if (given != NULL)
        return buffer_add_string(into, given);
    if (cJSON_IsObject(value))
        return write_members(value, raw, into);
    if (cJSON_IsArray(value))
        return write_elements(value, raw, into);
    if (cJSON_IsString(value) && !is_variable(value))
        return write_string(value->valuestring, raw, into);
    printed = cJSON_PrintUnformatted(value);
    fault = printed == NULL ? FAULT_MEMORY : buffer_add_string(into, printed);
    cJSON_free(printed);
    return fault;
}

char *template_write(const struct cJSON *template, const struct pair *raw)
{
    struct buffer into;
    char *text = NULL;
    enum fault fault;

    buffer_init(&into, TEMPLATE_BYTES_MAX);
    fault = cJSON_IsString(template)
                ? text_write(template->valuestring, raw, &into)
                : write_value(template, raw, &into);
    if (fault == FAULT_NONE)
        text = strdup(buffer_string(&into));
    buffer_deinit(&into);
    return text;
}
