/* Words of a command that somebody is to type. */
#include "cli/shell.h"
#include <stdbool.h>

enum { WORD_MAX = 1024 };

/* As one word of a shell, in ASCII; cut where it is too long for a report. */
static void quote_word(struct buffer *into, const char *word)
{
    bool is_printable = true;

    for (const char *at = word; *at != 0; at++)
        is_printable = is_printable && *at >= ' ' && *at < 0x7f;
    buffer_add_string(into, is_printable ? "'" : "$'");
    for (size_t i = 0; word[i] != 0 && i < WORD_MAX; i++) {
        unsigned char byte = (unsigned char)word[i];
        if (byte < ' ' || byte >= 0x7f)
            buffer_printf(into, "\\x%02x", byte);
        else if (!is_printable && (byte == '\'' || byte == '\\'))
            buffer_printf(into, "\\%c", byte);
        else
            buffer_printf(into, byte == '\'' ? "'\\''" : "%c", byte);
    }
    buffer_add_string(into, "'");
}

void shell_add(struct buffer *into, const char *option, const char *word)
{
    static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "abcdefghijklmnopqrstuvwxyz"
                               "0123456789%+,-./:=@_";

    if (word == NULL)
        return;
    buffer_printf(into, " %s ", option);
    if (word[0] != 0 && word[strspn(word, safe)] == 0 &&
        strlen(word) <= WORD_MAX)
        buffer_add_string(into, word);
    else
        quote_word(into, word);
}
