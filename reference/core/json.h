/* The two halves of strict JSON, for callers that must tell them apart. */
#ifndef CORE_JSON_H
#define CORE_JSON_H

#include "core/text.h"
#include <stdbool.h>

struct cJSON;

enum limits_of_json {
    JSON_LEVELS_MAX = 16,
    JSON_MEMBERS_MAX = 256, /* of one object */
    JSON_NUMBER_BYTES_MAX = 63,
};

/* Is this UTF-8 (RFC 3629): no overlong form, no surrogate, nothing beyond
 * U+10FFFF? U+0000 is. */
bool text_is_utf8(struct text text);

/* Is this exactly one JSON document (RFC 8259) in UTF-8, without U+0000, lone
 * surrogates, a byte order mark, a number of more than JSON_NUMBER_BYTES_MAX
 * or more than JSON_LEVELS_MAX levels? */
bool json_is_well_formed(struct text from);

/* Parses what json_is_well_formed accepts; NULL otherwise, or without memory.
 * cJSON_Delete it. */
struct cJSON *json_read(struct text from);

/* Does no object at any level hold one name twice, however it was escaped, nor
 * more than JSON_MEMBERS_MAX names? */
bool json_names_are_unique(const struct cJSON *json);

#endif
