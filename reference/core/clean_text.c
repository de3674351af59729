/* What others are shown of a text of a member: no markup, no control
 * characters, and everything else as it was. */
#include "core/secure.h"
#include "core/state.h"
#include <stdlib.h>

enum { ESCAPE_BYTES_MAX = 6 };

static const char *escape_of(char byte)
{
    switch (byte) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

/* C0 but tab and line feed, DEL, and C1 (U+0080 to U+009F, two bytes). */
static size_t control_at(struct text text, size_t i)
{
    unsigned char byte = (unsigned char)text.at[i];

    if ((byte < ' ' && byte != '\t' && byte != '\n') || byte == 0x7f)
        return 1;
    if (byte == 0xc2 && i + 1 < text.length &&
        (unsigned char)text.at[i + 1] < 0xa0)
        return 2;
    return 0;
}

char *secure_clean_text(struct text text)
{
    char *clean = malloc(text.length * ESCAPE_BYTES_MAX + 1);
    size_t length = 0;

    for (size_t i = 0; clean != NULL && i < text.length;) {
        const char *escape = escape_of(text.at[i]);
        size_t control = control_at(text, i);
        if (escape != NULL) {
            memcpy(clean + length, escape, strlen(escape));
            length += strlen(escape);
        } else if (control == 0) {
            clean[length++] = text.at[i];
        }
        i += control == 0 ? 1 : control;
    }
    if (clean != NULL)
        clean[length] = 0;
    return clean;
}

/* Characters are counted as Unicode has them, before they are escaped. */
bool secure_text_is_short(struct text text)
{
    size_t characters = 0;

    for (size_t i = 0; i < text.length; i++)
        characters += ((unsigned char)text.at[i] & 0xc0) != 0x80;
    return characters <= NOTES_CHARS_MAX;
}
