/* Texts with "{name}" in them: as patterns of what comes, whether it is a
 * message or a string in one, and as templates of what is said.
 *
 *     pattern  "{user}: {text}"
 *     text     "alice: good: morning"
 *              user = "alice", text = "good: morning"
 *
 * A variable reaches up to the first place where what stands behind it in the
 * pattern goes on; the last words of a pattern are the last of the text. */
#include "bench/internal.h"
#include <cJSON.h>
#include <stdlib.h>

/* What a walk through a pattern looks for; found.at NULL: not yet. */
struct capture {
    const char *name; /* NULL: nothing, it is only matched */
    struct bytes found;
};

static bool is_named(struct bytes variable, const char *name)
{
    return name != NULL && strlen(name) == variable.length &&
           memcmp(name, variable.at, variable.length) == 0;
}

/* Where the words between two variables stand in the text, or behind the last
 * one; NULL: nowhere. */
static const char *find_words(const char *text, const char *words,
                              size_t length, bool are_last)
{
    size_t left = strlen(text);

    if (are_last)
        return left >= length && strcmp(text + left - length, words) == 0
                   ? text + left - length
                   : NULL;
    return memmem(text, left, words, length);
}

static bool walk(const char *pattern, const char *text, struct capture *capture)
{
    struct bytes name;
    const char *variable = template_variable(pattern, &name);

    if (variable == NULL)
        return strcmp(pattern, text) == 0;
    if (strncmp(pattern, text, (size_t)(variable - pattern)) != 0)
        return false;
    text += variable - pattern;
    while (variable != NULL) {
        const char *words = variable + name.length + 2;
        struct bytes next_name = bytes_of(NULL, 0);
        const char *next = template_variable(words, &next_name);
        size_t length = next == NULL ? strlen(words) : (size_t)(next - words);
        const char *found = find_words(text, words, length, next == NULL);
        if (found == NULL)
            return false;
        if (is_named(name, capture->name) && capture->found.at == NULL)
            capture->found = bytes_of(text, (size_t)(found - text));
        text = found + length;
        variable = next;
        name = next_name;
    }
    return true;
}

bool text_matches(const char *pattern, const char *text)
{
    struct capture capture = { NULL, bytes_of(NULL, 0) };

    return walk(pattern, text, &capture);
}

/* What was captured is kept with the string that it stands in, and freed with
 * it. */
static const struct cJSON *keep(struct cJSON *string, const char *name,
                                struct bytes found)
{
    char *text = strndup((const char *)found.at, found.length);
    struct cJSON *kept = text == NULL ? NULL : cJSON_CreateString(text);

    free(text);
    if (kept != NULL && cJSON_AddItemToObject(string, name, kept))
        return kept;
    cJSON_Delete(kept);
    return NULL;
}

const struct cJSON *text_capture(const char *pattern,
                                 const struct cJSON *string, const char *name)
{
    struct capture capture = { name, bytes_of(NULL, 0) };

    if (!cJSON_IsString(string) ||
        !walk(pattern, string->valuestring, &capture) ||
        capture.found.at == NULL)
        return NULL;
    return keep((struct cJSON *)string, name, capture.found);
}

/* --- What is said --------------------------------------------------------- */

static const struct pair *raw_for(struct bytes name, const struct pair *raw)
{
    for (; raw->name != NULL; raw++)
        if (is_named(name, raw->name))
            return raw;
    return NULL;
}

/* A string as it reads; any other JSON as it is written. What is unknown here
 * may be filled when it is sent. */
static enum fault add_value(const struct pair *raw, struct bytes name,
                            struct buffer *into)
{
    struct cJSON *value;
    const char *text;
    enum fault fault;

    if (raw == NULL)
        return buffer_printf(into, "{%.*s}", (int)name.length,
                             (const char *)name.at);
    if (raw->value == NULL)
        return FAULT_NONE;
    value = cJSON_Parse(raw->value);
    text = cJSON_GetStringValue(value);
    fault = buffer_add_string(into, text == NULL ? raw->value : text);
    cJSON_Delete(value);
    return fault;
}

enum fault text_write(const char *template, const struct pair *raw,
                      struct buffer *into)
{
    enum fault fault = FAULT_NONE;
    const char *variable;
    struct bytes name;

    while (fault == FAULT_NONE &&
           (variable = template_variable(template, &name)) != NULL) {
        fault = buffer_add(into, template, (size_t)(variable - template));
        if (fault == FAULT_NONE)
            fault = add_value(raw_for(name, raw), name, into);
        template = variable + name.length + 2;
    }
    return fault == FAULT_NONE ? buffer_add_string(into, template) : fault;
}
