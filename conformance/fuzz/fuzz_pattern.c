/* Holds patterns of every kind against arbitrary bytes as a message: what
 * matches as a whole matches at all, and what is captured stands in it. */
#include "bench/internal.h"
#include "bench/matcher.h"
#include <cJSON.h>
#include <stdlib.h>

#define MUST(holds)                                                            \
    do {                                                                       \
        if (!(holds))                                                          \
            abort();                                                           \
    } while (0)

static const char *const patterns[] = {
    "{\"type\":\"{kind}\",\"text\":\"v{version} {rest}\"}",
    "{\"list\":{\"$element\":{\"kind\":\"me\",\"no\":\"{no}\"}}}",
    "{\"inner\":{\"$json\":{\"sid\":\"{sid}\"},\"$prefix\":\"0\"}}",
    "{\"text\":{\"$regex\":\"^v([0-9]+)|(a|aa)+$\",\"$as\":\"version\"}}",
    "[\"{any}\",\"{id}\",{\"room\":\"{room}\"}]",
    "{\"$element\":{\"$regex\":\"^(([a-z])+.)+[A-Z]([a-z])+$\"}}",
    "{\"$json\":\"{whole}\"}",
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct cJSON *pattern, const struct cJSON *value)
{
    struct cJSON *captured = cJSON_CreateObject();
    bool matches = pattern_matches(pattern, value);

    MUST(matches || !pattern_is_all(pattern, value));
    if (matches)
        pattern_captures(pattern, value, captured);
    MUST(matches || captured->child == NULL);
    MUST(cJSON_GetArraySize(captured) <= 3);
    cJSON_Delete(captured);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cJSON *value = cJSON_ParseWithLength((const char *)data, size);

    for (size_t i = 0; i < COUNT(patterns) && value != NULL; i++) {
        struct cJSON *pattern = cJSON_Parse(patterns[i]);
        MUST(pattern != NULL);
        check(pattern, value);
        cJSON_Delete(pattern);
    }
    cJSON_Delete(value);
    return 0;
}
