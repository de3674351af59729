/* JSON that is signed. */
#include "certificate/strict.h"
#include "base/names.h"
#include "manifest/scan.h"
#include <cJSON.h>
#include <stdio.h>
#include <string.h>

struct cJSON *strict_object(const char *what, struct bytes text)
{
    struct cJSON *object = NULL;

    if (text.length < 2 || text.at[0] != '{' ||
        text.at[text.length - 1] != '}') {
        fault_say(FAULT_PROTOCOL, "%s is no object of JSON from end to end",
                  what);
        return NULL;
    }
    struct flaw flaw = scan_text(text);
    if (flaw.expected != NULL) {
        fault_say(FAULT_PROTOCOL, "%s is no JSON: found %s, expected %s", what,
                  flaw.found, flaw.expected);
        return NULL;
    }
    object = cJSON_ParseWithLength((const char *)text.at, text.length);
    if (object == NULL) {
        fault_say(FAULT_MEMORY, "%s: out of memory", what);
        return NULL;
    }
    if (!names_repeat(object))
        return object;
    fault_say(FAULT_PROTOCOL, "%s has a name twice", what);
    cJSON_Delete(object);
    return NULL;
}

static enum fault strict_line(const char *what, unsigned number,
                              struct bytes line)
{
    char name[128];

    snprintf(name, sizeof(name), "line %u of %s", number, what);
    struct cJSON *object = strict_object(name, line);
    cJSON_Delete(object);
    return object == NULL ? FAULT_PROTOCOL : FAULT_NONE;
}

enum fault strict_lines(const char *what, struct bytes text)
{
    const unsigned char *at = text.at;
    const unsigned char *end = text.at + text.length;
    enum fault fault = FAULT_NONE;

    for (unsigned number = 1; at < end && fault == FAULT_NONE; number++) {
        const unsigned char *stop = memchr(at, '\n', (size_t)(end - at));
        if (stop == NULL)
            stop = end;
        fault = strict_line(what, number, bytes_of(at, (size_t)(stop - at)));
        at = stop + 1;
    }
    return fault;
}

bool strict_members(const struct cJSON *object, const char *const names[],
                    size_t count)
{
    const struct cJSON *member;

    if (!cJSON_IsObject(object))
        return false;
    cJSON_ArrayForEach(member, object)
    {
        size_t i = 0;
        while (i < count && strcmp(member->string, names[i]) != 0)
            i++;
        if (i == count)
            return false;
    }
    return true;
}
