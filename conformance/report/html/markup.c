/* The one place where text becomes markup. */
#include "report/html/markup.h"
#include "report/shown.h"
#include <stdarg.h>

static void put(struct buffer *into, const void *at, size_t length)
{
    shown_bytes(into, at, length);
}

static void put_string(struct buffer *into, const char *string)
{
    put(into, string, strlen(string));
}

/* --- Characters ----------------------------------------------------------- */

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

/* Returns the bytes that were one. */
static size_t add_character(struct buffer *into, const char *at)
{
    uint32_t point;
    size_t length = shown_character(at, &point);

    if (point == 0xfffd)
        put_string(into, "\xef\xbf\xbd");
    else if (shown_is_unseen(point))
        shown_ours(into, "[U+%04X]", point);
    else if (point < 0x80)
        add_ascii(into, (unsigned char)point);
    else
        put(into, at, length);
    return length;
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
            length = add_character(into, text);
            most--;
        }
        text += length;
    }
    if (*text == 0)
        return;
    put_string(into, "\xe2\x80\xa6"); /* an ellipsis */
    if (is_counted)
        shown_ours(into, " (%zu bytes more)", strlen(text));
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
        shown_ours(into, "%.*f", at[1] - '0', number);
        return at + 3;
    }
    switch (*at) {
    case 's':
        add_text(into, va_arg(*arguments, const char *), MARKUP_TEXT_MAX, true);
        break;
    case 'd': shown_ours(into, "%d", va_arg(*arguments, int)); break;
    case 'u': shown_ours(into, "%u", va_arg(*arguments, unsigned)); break;
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
