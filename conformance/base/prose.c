/* Sentences in lines that a person likes to read. */
#include "base/prose.h"
#include <stdio.h>

/* How many bytes of a text fit into so many columns, whole words of them; the
 * first word in any case. */
static size_t fitting(const char *text, size_t columns)
{
    size_t width = 0;
    size_t cut = 0;

    for (size_t end = 0; text[end] != 0 && (width < columns || cut == 0);
         end++) {
        width += ((unsigned char)text[end] & 0xc0) != 0x80;
        if (text[end + 1] == ' ' || text[end + 1] == 0)
            cut = end + 1;
    }
    return cut;
}

void add_wrapped(struct buffer *into, const char *prefix, const char *text,
                 size_t columns)
{
    while (*text != 0) {
        size_t cut = fitting(text, columns);
        buffer_printf(into, "%s%.*s\n", prefix, (int)cut, text);
        text += cut + (text[cut] == ' ');
    }
}

void add_hanging(struct buffer *into, const char *text, size_t indent,
                 size_t columns)
{
    size_t cut = fitting(text, columns - indent);
    char blanks[64];

    snprintf(blanks, sizeof(blanks), "%*s", (int)indent, "");
    buffer_printf(into, "%.*s\n", (int)cut, text);
    add_wrapped(into, blanks, text + cut + (text[cut] == ' '),
                columns - indent);
}
