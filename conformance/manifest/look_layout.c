/* Closer looks at layouts: see bench/layout.h for what they are. */
#include "manifest/internal.h"
#include "bench/layout.h"
#include "spec.h"
#include <ctype.h>

const char *look_frames(const cJSON *value)
{
    return cites("text binary", value->valuestring) ? NULL : LOOK_SHOW;
}

/* Digits in pairs, one at least, and blanks between them. */
const char *look_hex(const cJSON *value)
{
    const char *text = value->valuestring;

    if (text[strspn(text, " ")] == 0)
        return LOOK_SHOW;
    for (; *text != 0; text++) {
        if (*text == ' ')
            continue;
        if (!isxdigit((unsigned char)text[0]) ||
            !isxdigit((unsigned char)text[1]))
            return LOOK_SHOW;
        text++;
    }
    return NULL;
}

const char *look_member(const cJSON *value)
{
    const char *name = value->valuestring;

    for (const char *at = name; *at != 0; at++)
        if (!isgraph((unsigned char)*at))
            return LOOK_SHOW;
    return strcmp(name, "type") == 0 ? LOOK_SHOW : NULL;
}

/* Names that have been seen, in an object. */
struct reading_of_layout {
    cJSON *names;
    unsigned depth;
};

static const char *look_parts(const cJSON *parts,
                              struct reading_of_layout *reading);

static const char *look_at(const cJSON *part, struct reading_of_layout *reading)
{
    const char *name = cJSON_GetStringValue(part);
    const char *wrong = NULL;

    if (strcmp(part->string, "inside") == 0) {
        reading->depth++;
        wrong = reading->depth > LAYOUT_DEPTH_MAX ? "parts too deep inside"
                                                  : look_parts(part, reading);
        reading->depth--;
        return wrong;
    }
    if (name == NULL || strcmp(part->string, "hex") == 0)
        return NULL;
    if (cJSON_GetObjectItemCaseSensitive(reading->names, name) != NULL)
        return "a member twice";
    cJSON_AddTrueToObject(reading->names, name);
    return NULL;
}

static const char *look_parts(const cJSON *parts,
                              struct reading_of_layout *reading)
{
    const cJSON *part;

    cJSON_ArrayForEach(part, parts)
    {
        const char *wrong;
        if (!cJSON_IsObject(part) || part->child == NULL)
            continue; /* the rules of its kind complain */
        wrong = look_at(part->child, reading);
        if (wrong != NULL)
            return wrong;
        if (part->next != NULL && strcmp(part->child->string, "rest") == 0)
            return "parts behind a rest";
    }
    return NULL;
}

const char *look_layout(const cJSON *value)
{
    struct reading_of_layout reading = { cJSON_CreateObject(), 0 };
    const char *wrong = look_parts(value, &reading);

    cJSON_Delete(reading.names);
    return wrong;
}
