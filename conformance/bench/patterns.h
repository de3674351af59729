/* What a target says and is told: the patterns and templates of its manifest,
 * for the files of this folder alone. */
#ifndef BENCH_PATTERNS_H
#define BENCH_PATTERNS_H

#include "adapter.h"
#include "base/buffer.h"
#include "manifest/manifest.h"

struct bench;

/* --- pattern.c ------------------------------------------------------------ */

/* Does `value` hold every member of `pattern`? A string "{text}" in it matches
 * any string, and so does any variable that the bench itself knows; {any} and
 * what is captured match any value, "for {name}" a string that begins so. */
bool pattern_matches(const struct cJSON *pattern, const struct cJSON *value);
/* The same, and no member beside those of the pattern. */
bool pattern_is_all(const struct cJSON *pattern, const struct cJSON *value);
/* What stands where the pattern has "{name}"; NULL where it has none. */
const struct cJSON *pattern_value(const struct cJSON *pattern,
                                  const struct cJSON *value, const char *name);
/* What an event, ["name",{…}], tells; any other message is that itself. */
const struct cJSON *event_payload(const struct cJSON *message);
/* The string that stands where the pattern has "{name}"; NULL where it has
 * none, or the value no string there. */
const char *pattern_capture(const struct cJSON *pattern,
                            const struct cJSON *value, const char *name);
/* The template as it is said: where it is a text, see text_write(); else JSON
 * with each string "{name}" replaced by the raw JSON of that name, or its
 * member left out where that is OMITTED; free() it. */
char *template_write(const struct cJSON *template, const struct pair *raw);
/* `text` as a JSON string, quotes and all; free() it. */
char *quoted(const char *text);

/* A message as patterns see it: what its JSON says, or where messages are texts
 * the text as a string. NULL: it is no JSON. cJSON_Delete it. In message.c. */
struct cJSON *read_message(const struct bench *bench, const char *text);

/* --- text_pattern.c ------------------------------------------------------- */

bool text_matches(const char *pattern, const char *text);
/* What stands in the string where the pattern has {name}, a string that lives
 * as long as this one; NULL where it has none, or they do not match. */
const struct cJSON *text_capture(const char *pattern,
                                 const struct cJSON *string, const char *name);
/* Appends the template, each {name} replaced by what that raw JSON says: a
 * string without its quotes, nothing where it is OMITTED, and as it stands
 * where it is unknown. */
enum fault text_write(const char *template, const struct pair *raw,
                      struct buffer *into);

#endif
