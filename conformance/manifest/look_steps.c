/* Closer looks at steps, at what they save, and at users. */
#include "manifest/internal.h"
#include "spec.h"
#include <regex.h>

const char *look_saves(const cJSON *value)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, value)
    {
        if (cites("text since jti what tenant active role order status",
                  member->string))
            return "a name that stands for something else";
        if (!is_variable_name(member->string))
            return "a name that no variable can have";
    }
    return NULL;
}

const char *look_capture(const cJSON *value)
{
    int count = cJSON_GetArraySize(value);

    if (count == 0)
        return "no place";
    return count == 1 ? NULL : "several places in one";
}

const char *look_pointer(const cJSON *value)
{
    const char *text = value->valuestring;

    return *text == 0 || *text == '/' ? NULL : LOOK_SHOW;
}

const char *look_regex(const cJSON *value)
{
    regex_t regex;

    if (regcomp(&regex, value->valuestring, REG_EXTENDED | REG_NEWLINE) != 0)
        return "what no such expression can be";
    size_t groups = regex.re_nsub;
    regfree(&regex);
    return groups > 0 ? NULL : "no group";
}

const char *look_enforcement(const cJSON *value)
{
    return cites("live next_message new_connections never", value->valuestring)
               ? NULL
               : LOOK_SHOW;
}

const char *look_alice(const cJSON *value)
{
    return cJSON_GetObjectItemCaseSensitive(value, "alice") == NULL ? "no alice"
                                                                    : NULL;
}
