/* The one place where text becomes markup. */
#include "report/html/markup.h"
#include "net/utf8.h"
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

/* What does not fit fails all that follows, lest a page lack its middle. */
static void put(struct buffer *into, const void *at, size_t length)
{
    if (buffer_add(into, at, length) != FAULT_NONE)
        into->limit = 0;
}

static void put_string(struct buffer *into, const char *string)
{
    put(into, string, strlen(string));
}

static void put_number(struct buffer *into, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void put_number(struct buffer *into, const char *format, ...)
{
    char text[400]; /* 1e308 has 309 digits */
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    put_string(into, text);
}

/* --- Characters ----------------------------------------------------------- */

static uint32_t code_point(const char *at, size_t length)
{
    const unsigned char *byte = (const unsigned char *)at;
    uint32_t point = length == 1 ? byte[0] : byte[0] & (0x7fu >> length);

    for (size_t i = 1; i < length; i++)
        point = point << 6 | (byte[i] & 0x3fu);
    return point;
}

struct range {
    uint32_t from, to;
};

/* What has no shape of its own, or turns the order of its neighbours. */
static bool is_unseen(uint32_t point)
{
    static const struct range unseen[] = {
        { 0x01, 0x08 },      { 0x0b, 0x1f },     { 0x7f, 0x9f },
        { 0xad, 0xad },      { 0x61c, 0x61c },   { 0x180e, 0x180e },
        { 0x200b, 0x200f },  { 0x2028, 0x202e }, { 0x2060, 0x206f },
        { 0xfeff, 0xfeff },  { 0xfff9, 0xfffb }, { 0xfffe, 0xffff },
        { 0xe0000, 0xe0fff }
    };

    for (size_t i = 0; i < COUNT(unseen); i++)
        if (point >= unseen[i].from && point <= unseen[i].to)
            return true;
    return (point & 0xfffe) == 0xfffe;
}

static void add_ascii(struct buffer *into, unsigned char byte)
{
    switch (byte) {
    case '&': put_string(into, "&amp;"); break;
    case '<': put_string(into, "&lt;"); break;
    case '>': put_string(into, "&gt;"); break;
    case '"': put_string(into, "&quot;"); break;
    case '\'': put_string(into, "&#39;"); break;
    case '\n': put_string(into, "&#10;"); break; /* no line of a log */
    case '\t': put_string(into, " "); break;
    default: put(into, &byte, 1);
    }
}

static void add_character(struct buffer *into, const char *at, size_t length)
{
    uint32_t point = length == 0 ? 0xfffd : code_point(at, length);

    if (length == 0)
        put_string(into, "\xef\xbf\xbd");
    else if (is_unseen(point))
        put_number(into, "[U+%04X]", point);
    else if (point < 0x80)
        add_ascii(into, (unsigned char)point);
    else
        put(into, at, length);
}

/* --- Texts ---------------------------------------------------------------- */

/* Bytes that stand for themselves. */
static size_t plain_run(const char *text, size_t most)
{
    size_t length = 0;

    while (length < most && (unsigned char)text[length] >= ' ' &&
           (unsigned char)text[length] < 0x7f &&
           strchr("&<>\"'", text[length]) == NULL)
        length++;
    return length;
}

static void add_text(struct buffer *into, const char *text, size_t most,
                     bool is_counted)
{
    while (*text != 0 && most > 0) {
        size_t length = plain_run(text, most);
        if (length > 0) {
            put(into, text, length);
            most -= length;
        } else {
            length = utf8_character(text);
            add_character(into, text, length);
            length = length == 0 ? 1 : length;
            most--;
        }
        text += length;
    }
    if (*text == 0)
        return;
    put_string(into, "\xe2\x80\xa6"); /* an ellipsis */
    if (is_counted)
        put_number(into, " (%zu bytes more)", strlen(text));
}

/* One conversion, behind its %. Returns what stands behind it. */
static const char *add_conversion(struct buffer *into, const char *at,
                                  va_list *arguments)
{
    if (strncmp(at, ".*s", 3) == 0) {
        int most = va_arg(*arguments, int);
        add_text(into, va_arg(*arguments, const char *), (size_t)most, false);
        return at + 3;
    }
    if (strncmp(at, ".0f", 3) == 0 || strncmp(at, ".1f", 3) == 0) {
        double number = va_arg(*arguments, double);
        put_number(into, "%.*f", at[1] - '0', number);
        return at + 3;
    }
    switch (*at) {
    case 's':
        add_text(into, va_arg(*arguments, const char *), MARKUP_TEXT_MAX, true);
        break;
    case 'd': put_number(into, "%d", va_arg(*arguments, int)); break;
    case 'u': put_number(into, "%u", va_arg(*arguments, unsigned)); break;
    default: put(into, "%", 1);
    }
    return at + 1;
}

enum fault html_add(struct buffer *into, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    while (*format != 0) {
        size_t length = strcspn(format, "%");
        put(into, format, length);
        format += length;
        if (*format == '%')
            format = add_conversion(into, format + 1, &arguments);
    }
    va_end(arguments);
    return buffer_add_string(into, "");
}

void html_ours(struct buffer *into, struct bytes markup)
{
    put(into, markup.at, markup.length);
}
