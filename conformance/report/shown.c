/* Text of others as a person may see it. */
#include "report/shown.h"
#include "net/utf8.h"
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

/* --- Characters ----------------------------------------------------------- */

size_t shown_character(const char *at, uint32_t *point)
{
    const unsigned char *byte = (const unsigned char *)at;
    size_t length = utf8_character(at);

    *point = length == 0   ? 0xfffd
             : length == 1 ? byte[0]
                           : byte[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++)
        *point = *point << 6 | (byte[i] & 0x3fu);
    return length == 0 ? 1 : length;
}

struct range {
    uint32_t from, to;
};

bool shown_is_unseen(uint32_t point)
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

/* --- Ours ----------------------------------------------------------------- */

void shown_bytes(struct buffer *into, const void *at, size_t length)
{
    if (buffer_add(into, at, length) != FAULT_NONE)
        into->limit = 0;
}

void shown_ours(struct buffer *into, const char *format, ...)
{
    char text[1024]; /* 1e308 has 309 digits */
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    if (length >= 0 && (size_t)length < sizeof(text))
        shown_bytes(into, text, (size_t)length);
    else
        into->limit = 0;
}

/* --- Theirs --------------------------------------------------------------- */

static bool is_plain(unsigned char byte)
{
    return byte == ' ' || (byte < 0x80 && isalnum(byte));
}

static size_t plain_run(const char *text, size_t most)
{
    size_t length = 0;

    while (length < most && is_plain((unsigned char)text[length]))
        length++;
    return length;
}

/* Returns the bytes that were one character. */
static size_t add_character(struct buffer *into, const char *text,
                            shown_escape escape)
{
    uint32_t point;
    size_t length = shown_character(text, &point);

    if (point == '\t')
        shown_bytes(into, " ", 1);
    else if (point == '\n' || shown_is_unseen(point)) {
        escape(into, '[');
        shown_ours(into, "U");
        escape(into, '+');
        shown_ours(into, "%04X", point);
        escape(into, ']');
    } else if (point == 0xfffd)
        shown_ours(into, "\xef\xbf\xbd");
    else if (point < 0x80)
        escape(into, *text);
    else
        shown_bytes(into, text, length);
    return length;
}

enum fault shown_add(struct buffer *into, const char *text, size_t most,
                     shown_escape escape)
{
    while (*text != 0 && most > 0) {
        size_t length = plain_run(text, most);
        shown_bytes(into, text, length);
        most -= length;
        text += length;
        if (length == 0) {
            text += add_character(into, text, escape);
            most--;
        }
    }
    if (*text != 0)
        shown_ours(into, "\xe2\x80\xa6 %zu bytes more", strlen(text));
    return buffer_add_string(into, "");
}

static void escape_quoted(struct buffer *into, char byte)
{
    if (byte == '"' || byte == '\\')
        shown_bytes(into, "\\", 1);
    shown_bytes(into, &byte, 1);
}

enum fault shown_quoted(struct buffer *into, const char *text, size_t most)
{
    shown_bytes(into, "\"", 1);
    shown_add(into, text, most, escape_quoted);
    shown_bytes(into, "\"", 1);
    return buffer_add_string(into, "");
}
