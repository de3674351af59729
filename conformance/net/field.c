/* HTTP header fields and the lists in them. */
#include "net/field.h"
#include <ctype.h>
#include <strings.h>

bool line_next(struct bytes *from, struct bytes *line)
{
    const unsigned char *end =
        from->length < 2 ? NULL : memmem(from->at, from->length, "\r\n", 2);

    if (end == NULL)
        return false;
    *line = bytes_of(from->at, (size_t)(end - from->at));
    *from = bytes_of(end + 2, from->length - line->length - 2);
    return true;
}

static bool is_blank(unsigned char byte)
{
    return byte == ' ' || byte == '\t';
}

static struct bytes trim(struct bytes text)
{
    while (text.length > 0 && is_blank(text.at[0]))
        text = bytes_of(text.at + 1, text.length - 1);
    while (text.length > 0 && is_blank(text.at[text.length - 1]))
        text.length--;
    return text;
}

/* RFC 9110 5.6.2. */
static bool is_token(struct bytes text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (!isalnum(text.at[i]) &&
            (text.at[i] == 0 || strchr("!#$%&'*+-.^_`|~", text.at[i]) == NULL))
            return false;
    }
    return text.length > 0;
}

bool field_split(struct bytes line, struct bytes *name, struct bytes *value)
{
    const unsigned char *colon =
        line.length == 0 ? NULL : memchr(line.at, ':', line.length);

    if (colon == NULL)
        return false;
    *name = bytes_of(line.at, (size_t)(colon - line.at));
    *value = trim(bytes_of(colon + 1, line.length - name->length - 1));
    return is_token(*name);
}

bool list_next(struct bytes *from, struct bytes *item)
{
    while (from->length > 0) {
        const unsigned char *comma = memchr(from->at, ',', from->length);
        size_t length =
            comma == NULL ? from->length : (size_t)(comma - from->at);

        *item = trim(bytes_of(from->at, length));
        length += comma != NULL;
        *from = bytes_of(from->at + length, from->length - length);
        if (item->length > 0)
            return true;
    }
    return false;
}

struct bytes before_parameters(struct bytes item)
{
    const unsigned char *end =
        item.length == 0 ? NULL : memchr(item.at, ';', item.length);

    return end == NULL ? item
                       : trim(bytes_of(item.at, (size_t)(end - item.at)));
}

bool parameter_next(struct bytes *item, struct bytes *parameter)
{
    const unsigned char *begin =
        item->length == 0 ? NULL : memchr(item->at, ';', item->length);

    if (begin == NULL) {
        item->length = 0;
        return false;
    }
    *item = bytes_of(begin + 1, item->length - (size_t)(begin + 1 - item->at));
    *parameter = before_parameters(trim(*item));
    return true;
}

bool list_has(const char *list, struct bytes name)
{
    struct bytes rest = bytes_of_string(list);
    struct bytes item;

    while (name.length > 0 && list_next(&rest, &item)) {
        item = before_parameters(item);
        if (item.length == name.length &&
            memcmp(item.at, name.at, name.length) == 0)
            return true;
    }
    return false;
}

bool bytes_are(struct bytes bytes, const char *text)
{
    return bytes.length == strlen(text) &&
           strncasecmp((const char *)bytes.at, text, bytes.length) == 0;
}
