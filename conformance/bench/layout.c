/* See layout.h. */
#include "bench/layout.h"
#include "net/utf8.h"
#include <cJSON.h>
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>

#define NUMBER_MAX                                                             \
    9007199254740991.0 /* whole numbers that JSON's readers keep */

/* The one member that a part has says what it is. */
static bool is_part(const cJSON *part, const char *kind)
{
    return strcmp(part->child->string, kind) == 0;
}

static unsigned digit_of(char character)
{
    return (unsigned)(isdigit((unsigned char)character)
                          ? character - '0'
                          : tolower((unsigned char)character) - 'a' + 10);
}

static enum fault write_hex(const char *hex, struct buffer *into)
{
    enum fault fault = FAULT_NONE;

    for (; *hex != 0 && fault == FAULT_NONE; hex++) {
        unsigned char byte;
        if (*hex == ' ')
            continue;
        byte = (unsigned char)(digit_of(hex[0]) << 4 | digit_of(hex[1]));
        hex++;
        fault = buffer_add(into, &byte, 1);
    }
    return fault;
}

static enum fault write_leb128(uint64_t number, struct buffer *into)
{
    enum fault fault = FAULT_NONE;

    do {
        unsigned char byte = number & 0x7f;
        number >>= 7;
        byte |= number > 0 ? 0x80 : 0;
        fault = buffer_add(into, &byte, 1);
    } while (number > 0 && fault == FAULT_NONE);
    return fault;
}

static enum fault write_sized(struct bytes bytes, struct buffer *into)
{
    enum fault fault = write_leb128(bytes.length, into);

    return fault == FAULT_NONE ? buffer_add(into, bytes.at, bytes.length)
                               : fault;
}

/* --- Reading -------------------------------------------------------------- */

static bool take_literal(struct bytes *left, const char *hex)
{
    struct buffer want;
    bool fits;

    buffer_init(&want, LAYOUT_FRAME_MAX);
    fits = write_hex(hex, &want) == FAULT_NONE && want.length <= left->length &&
           memcmp(want.at, left->at, want.length) == 0;
    if (fits)
        *left = bytes_of(left->at + want.length, left->length - want.length);
    buffer_deinit(&want);
    return fits;
}

/* The last byte is the first without the high bit, and is zero only where it is
 * the first as well. */
static bool take_leb128(struct bytes *left, uint64_t *number)
{
    *number = 0;
    for (unsigned i = 0; i < left->length && i < 8; i++) {
        unsigned char byte = left->at[i];
        *number |= (uint64_t)(byte & 0x7f) << 7 * i;
        if ((byte & 0x80) != 0)
            continue;
        *left = bytes_of(left->at + i + 1, left->length - i - 1);
        return (byte != 0 || i == 0) && (double)*number <= NUMBER_MAX;
    }
    return false;
}

static bool take_size(struct bytes *left, struct bytes *inside)
{
    uint64_t size;

    if (!take_leb128(left, &size) || size > left->length)
        return false;
    *inside = bytes_of(left->at, (size_t)size);
    *left = bytes_of(left->at + size, left->length - (size_t)size);
    return true;
}

static bool add_text(cJSON *message, const char *name, struct bytes text)
{
    struct utf8 utf8 = { 0 };
    char *string;
    bool is_added;

    if (!utf8_feed(&utf8, text) || !utf8_is_whole(&utf8) ||
        (text.length > 0 && memchr(text.at, 0, text.length) != NULL))
        return false;
    string = strndup(text.length > 0 ? (const char *)text.at : "", text.length);
    is_added = string != NULL &&
               cJSON_AddStringToObject(message, name, string) != NULL;
    free(string);
    return is_added;
}

static bool read_parts(const cJSON *parts, struct bytes frame, cJSON *message);

static bool read_part(const cJSON *part, struct bytes *left, cJSON *message)
{
    const char *value = part->child->valuestring;
    struct bytes inside;
    uint64_t number;

    if (is_part(part, "hex"))
        return take_literal(left, value);
    if (is_part(part, "leb128"))
        return take_leb128(left, &number) &&
               cJSON_AddNumberToObject(message, value, (double)number) != NULL;
    if (is_part(part, "rest")) {
        inside = *left;
        *left = bytes_of(left->at + left->length, 0);
        return add_text(message, value, inside);
    }
    if (!take_size(left, &inside))
        return false;
    return is_part(part, "inside") ? read_parts(part->child, inside, message)
                                   : add_text(message, value, inside);
}

static bool read_parts(const cJSON *parts, struct bytes frame, cJSON *message)
{
    const cJSON *part;

    cJSON_ArrayForEach(part, parts)
    {
        if (!read_part(part, &frame, message))
            return false;
    }
    return frame.length == 0;
}

struct cJSON *layout_read(const struct cJSON *layouts, struct bytes frame)
{
    const cJSON *layout;

    cJSON_ArrayForEach(layout, layouts)
    {
        cJSON *message = cJSON_CreateObject();
        if (message != NULL &&
            cJSON_AddStringToObject(message, "type", layout->string) != NULL &&
            read_parts(layout, frame, message))
            return message;
        cJSON_Delete(message);
    }
    return NULL;
}

/* --- Writing -------------------------------------------------------------- */

struct writing {
    const cJSON *message;
    int used; /* members of it */
};

static const cJSON *use(struct writing *writing, const char *name)
{
    writing->used++;
    return cJSON_GetObjectItemCaseSensitive(writing->message, name);
}

static enum fault write_number(struct writing *writing, const char *name,
                               struct buffer *into)
{
    const cJSON *item = use(writing, name);
    double number = cJSON_IsNumber(item) ? item->valuedouble : -1;

    if (!(number >= 0) || number > NUMBER_MAX ||
        number != (double)(uint64_t)number)
        return fault_say(
            FAULT_PROTOCOL,
            "its layout has a number \"%.100s\" from 0 up, and the "
            "message does not",
            name);
    return write_leb128((uint64_t)number, into);
}

static enum fault write_text(struct writing *writing, const char *name,
                             bool is_sized, struct buffer *into)
{
    const char *text = cJSON_GetStringValue(use(writing, name));

    if (text == NULL)
        return fault_say(
            FAULT_PROTOCOL,
            "its layout has a text \"%.100s\", and the message does not", name);
    return is_sized ? write_sized(bytes_of_string(text), into)
                    : buffer_add_string(into, text);
}

static enum fault write_parts(struct writing *writing, const cJSON *parts,
                              struct buffer *into);

static enum fault write_inside(struct writing *writing, const cJSON *parts,
                               struct buffer *into)
{
    struct buffer inside;
    enum fault fault;

    buffer_init(&inside, into->limit);
    fault = write_parts(writing, parts, &inside);
    if (fault == FAULT_NONE)
        fault = write_sized(buffer_view(&inside), into);
    buffer_deinit(&inside);
    return fault;
}

static enum fault write_part(struct writing *writing, const cJSON *part,
                             struct buffer *into)
{
    const char *value = part->child->valuestring;

    if (is_part(part, "hex"))
        return write_hex(value, into);
    if (is_part(part, "leb128"))
        return write_number(writing, value, into);
    if (is_part(part, "inside"))
        return write_inside(writing, part->child, into);
    return write_text(writing, value, is_part(part, "sized"), into);
}

static enum fault write_parts(struct writing *writing, const cJSON *parts,
                              struct buffer *into)
{
    enum fault fault = FAULT_NONE;
    const cJSON *part;

    cJSON_ArrayForEach(part, parts)
    {
        if (fault == FAULT_NONE)
            fault = write_part(writing, part, into);
    }
    return fault;
}

const struct cJSON *layout_of(const struct cJSON *layouts,
                              const struct cJSON *message)
{
    const char *type =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(message, "type"));

    return type == NULL ? NULL
                        : cJSON_GetObjectItemCaseSensitive(layouts, type);
}

enum fault layout_write(const struct cJSON *layouts,
                        const struct cJSON *message, struct buffer *into)
{
    struct writing writing = { message, 1 }; /* its type */
    enum fault fault = write_parts(&writing, layout_of(layouts, message), into);

    if (fault == FAULT_NONE && writing.used != cJSON_GetArraySize(message))
        return fault_say(FAULT_PROTOCOL,
                         "it has a member that its layout lacks");
    return fault;
}
