/* What a pattern says that no value can: {"$regex": …} and its kin; and what a
 * pattern captures. */
#include "bench/internal.h"
#include "bench/matcher.h"
#include <cJSON.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>

bool is_matcher(const struct cJSON *pattern)
{
    return cJSON_IsObject(pattern) && pattern->child != NULL &&
           pattern->child->string[0] == '$';
}

static const struct cJSON *part(const struct cJSON *matcher, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(matcher, name);
}

/* --- Expressions ---------------------------------------------------------- */

/* The whole, then the first group. */
static bool find(const char *expression, const char *text, regmatch_t found[2])
{
    regex_t regex;
    bool finds;

    if (strlen(text) > MATCHED_BYTES_MAX ||
        regcomp(&regex, expression, REG_EXTENDED) != 0)
        return false;
    finds = regexec(&regex, text, 2, found, 0) == 0;
    regfree(&regex);
    return finds;
}

bool regex_finds(const char *expression, const char *text)
{
    regmatch_t found[2];

    return find(expression, text, found);
}

/* --- Texts that hold JSON ------------------------------------------------- */

/* cJSON_Delete it; NULL where there is none. */
static struct cJSON *json_in(const struct cJSON *matcher,
                             const struct cJSON *value)
{
    const char *text = cJSON_GetStringValue(value);
    const char *prefix = cJSON_GetStringValue(part(matcher, "$prefix"));
    size_t length = prefix == NULL ? 0 : strlen(prefix);

    if (text == NULL || (length > 0 && strncmp(text, prefix, length) != 0))
        return NULL;
    return cJSON_ParseWithOpts(text + length, NULL, true);
}

static bool json_holds(const struct cJSON *matcher, const struct cJSON *value)
{
    struct cJSON *json = json_in(matcher, value);
    bool holds = json != NULL && pattern_matches(part(matcher, "$json"), json);

    cJSON_Delete(json);
    return holds;
}

/* --- Matching ------------------------------------------------------------- */

static const struct cJSON *element_like(const struct cJSON *pattern,
                                        const struct cJSON *array)
{
    const struct cJSON *element;

    if (!cJSON_IsArray(array))
        return NULL;
    cJSON_ArrayForEach(element, array)
    {
        if (pattern_matches(pattern, element))
            return element;
    }
    return NULL;
}

bool matcher_holds(const struct cJSON *matcher, const struct cJSON *value)
{
    const char *text = cJSON_GetStringValue(value);
    const struct cJSON *one;

    if ((one = part(matcher, "$element")) != NULL)
        return element_like(one, value) != NULL;
    if (part(matcher, "$json") != NULL)
        return json_holds(matcher, value);
    if (text == NULL)
        return false;
    one = part(matcher, "$regex");
    return cJSON_IsString(one) && regex_finds(one->valuestring, text);
}

/* --- Capturing ------------------------------------------------------------ */

static void put(struct cJSON *into, const char *name, struct cJSON *value)
{
    if (value == NULL)
        return;
    cJSON_DeleteItemFromObjectCaseSensitive(into, name);
    if (!cJSON_AddItemToObject(into, name, value))
        cJSON_Delete(value);
}

static void capture_group(const struct cJSON *matcher, const char *text,
                          struct cJSON *into)
{
    const char *name = cJSON_GetStringValue(part(matcher, "$as"));
    const char *expression = cJSON_GetStringValue(part(matcher, "$regex"));
    regmatch_t found[2];
    char *group;

    if (name == NULL || !find(expression, text, found) || found[1].rm_so < 0)
        return;
    group = strndup(text + found[1].rm_so,
                    (size_t)(found[1].rm_eo - found[1].rm_so));
    if (group != NULL)
        put(into, name, cJSON_CreateString(group));
    free(group);
}

static void capture_by(const struct cJSON *matcher, const struct cJSON *value,
                       struct cJSON *into)
{
    const struct cJSON *inside = part(matcher, "$element");
    struct cJSON *json;

    if (inside != NULL) {
        pattern_captures(inside, element_like(inside, value), into);
    } else if (part(matcher, "$json") != NULL) {
        json = json_in(matcher, value);
        pattern_captures(part(matcher, "$json"), json, into);
        cJSON_Delete(json);
    } else if (part(matcher, "$regex") != NULL && cJSON_IsString(value)) {
        capture_group(matcher, value->valuestring, into);
    }
}

static void capture_text(const char *pattern, const struct cJSON *value,
                         struct cJSON *into)
{
    const char *at = pattern;
    char name[VARIABLE_SIZE];
    struct bytes found;

    for (; (at = template_variable(at, &found)) != NULL; at += found.length) {
        if (found.length >= sizeof(name))
            continue;
        snprintf(name, sizeof(name), "%.*s", (int)found.length,
                 (const char *)found.at);
        put(into, name,
            at == pattern && at[found.length + 2] == 0
                ? cJSON_Duplicate(value, true)
                : cJSON_Duplicate(text_capture(pattern, value, name), true));
    }
}

void pattern_captures(const struct cJSON *pattern, const struct cJSON *value,
                      struct cJSON *into)
{
    const struct cJSON *member;
    int place = 0;

    if (value == NULL)
        return;
    if (cJSON_IsString(pattern))
        capture_text(pattern->valuestring, value, into);
    else if (is_matcher(pattern))
        capture_by(pattern, value, into);
    else if (cJSON_IsObject(pattern) || cJSON_IsArray(pattern))
        cJSON_ArrayForEach(member, pattern)
        {
            pattern_captures(
                member,
                cJSON_IsArray(value)
                    ? cJSON_GetArrayItem(value, place++)
                    : cJSON_GetObjectItemCaseSensitive(value, member->string),
                into);
        }
}
