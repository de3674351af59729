/* Mistakes, a line each: where, what is found, what was expected. */
#include "manifest/internal.h"
#include <stdio.h>
#include <stdlib.h>

enum { LINE_BYTES_MAX = 8192 };

/* Whatever a name or a value holds, it stays on its line. */
static void tame(struct buffer *line)
{
    for (size_t i = 0; i < line->length; i++)
        if (line->at[i] < 0x20 || line->at[i] == 0x7f)
            line->at[i] = '?';
}

static void add_line(struct reading *reading, struct buffer *line)
{
    tame(line);
    buffer_add_string(line, "\n");
    buffer_add(reading->errors, line->at, line->length);
    buffer_deinit(line);
}

void mistake_add(struct reading *reading, const struct layer *layer,
                 const struct trail *trail, const char *found,
                 const char *expected)
{
    struct bytes text = buffer_view(&layer->text);
    struct buffer line;

    if (reading->mistakes++ >= MISTAKES_MAX)
        return;
    buffer_init(&line, LINE_BYTES_MAX);
    buffer_printf(&line, "%s:", layer->name);
    if (text.length > 0)
        buffer_printf(&line, "%u:", scan_line(text, trail));
    buffer_add_string(&line, " ");
    trail_write(layer->tree, trail, &line);
    buffer_printf(&line, ": found %s, expected %s", found, expected);
    add_line(reading, &line);
}

void mistake_at_line(struct reading *reading, const struct layer *layer,
                     unsigned line, const char *found, const char *expected)
{
    struct buffer whole;

    if (reading->mistakes++ >= MISTAKES_MAX)
        return;
    buffer_init(&whole, LINE_BYTES_MAX);
    buffer_printf(&whole, "%s:%u: $: found %s, expected %s", layer->name, line,
                  found, expected);
    add_line(reading, &whole);
}

void mistake_no_memory(struct reading *reading)
{
    if (reading->mistakes++ == 0)
        buffer_add_string(reading->errors, "out of memory\n");
}

/* --- Values in words ------------------------------------------------------ */

static const char *type_of(const cJSON *value)
{
    switch (value->type & 0xff) {
    case cJSON_False:
    case cJSON_True: return "a boolean";
    case cJSON_NULL: return "null";
    case cJSON_Number: return "a number";
    case cJSON_String: return "a string";
    case cJSON_Array: return "an array";
    default: return "an object";
    }
}

void describe_value(const cJSON *value, bool is_secret, char into[FOUND_BYTES])
{
    struct buffer quoted;

    if (!is_secret && cJSON_IsString(value)) {
        buffer_init(&quoted, FOUND_BYTES);
        quote_write(value->valuestring, &quoted);
        snprintf(into, FOUND_BYTES, "%s", buffer_string(&quoted));
        buffer_deinit(&quoted);
    } else if (!is_secret && cJSON_IsNumber(value)) {
        snprintf(into, FOUND_BYTES, "%.17g", value->valuedouble);
    } else if (!is_secret && cJSON_IsBool(value)) {
        snprintf(into, FOUND_BYTES, cJSON_IsTrue(value) ? "true" : "false");
    } else {
        snprintf(into, FOUND_BYTES, "%s", type_of(value));
    }
}
