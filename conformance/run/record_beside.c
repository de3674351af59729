/* What the targets of a plan have to tell beside verdicts: their other doors,
 * and what their manifests widen. */
#include "run/record.h"
#include <cJSON.h>

static const char *text_of_targets(const struct record *record,
                                   const char *list, size_t number)
{
    const struct cJSON *target;
    const struct cJSON *text;

    cJSON_ArrayForEach(
        target, cJSON_GetObjectItemCaseSensitive(record->plan, "targets"))
    {
        cJSON_ArrayForEach(text, cJSON_GetObjectItemCaseSensitive(target, list))
        {
            if (cJSON_IsString(text) && number-- == 0)
                return text->valuestring;
        }
    }
    return NULL;
}

const char *record_door(const struct record *record, size_t number)
{
    return text_of_targets(record, "other_doors", number);
}

const char *record_asked_door(const struct record *record, size_t number)
{
    return text_of_targets(record, "asked_doors", number);
}

const char *record_widened(const struct record *record, size_t number)
{
    return text_of_targets(record, "widened", number);
}
