/* Blanks out what a manifest may have and JSON has not: comments, and a byte
 * order mark. */
#include "manifest/internal.h"

static const unsigned char mark[] = { 0xef, 0xbb, 0xbf };

static void blank(unsigned char *from, const unsigned char *to)
{
    for (; from < to; from++)
        if (*from != '\n' && *from != '\r')
            *from = ' ';
}

/* Behind the string that begins here, or the end. */
static unsigned char *behind_string(unsigned char *at, const unsigned char *end)
{
    for (at++; at < end && *at != '"'; at++)
        if (*at == '\\' && at + 1 < end)
            at++;
    return at < end ? at + 1 : at;
}

/* Behind the comment that begins here; NULL when it does not end. */
static unsigned char *behind_comment(unsigned char *at, unsigned char *end)
{
    size_t left = (size_t)(end - at);
    unsigned char *stop;

    if (at[1] == '/') {
        stop = memchr(at, '\n', left);
        return stop == NULL ? end : stop;
    }
    stop = memmem(at + 2, left - 2, "*/", 2);
    return stop == NULL ? NULL : stop + 2;
}

static unsigned line_of(const unsigned char *begin, const unsigned char *at)
{
    unsigned line = 1;

    for (; begin < at; begin++)
        line += *begin == '\n';
    return line;
}

unsigned comments_blank(unsigned char *at, size_t length)
{
    unsigned char *begin = at;
    unsigned char *end = at + length;

    if (length >= sizeof(mark) && memcmp(at, mark, sizeof(mark)) == 0)
        blank(at, at + sizeof(mark));
    while (at < end) {
        if (*at == '"') {
            at = behind_string(at, end);
        } else if (*at == '/' && at + 1 < end &&
                   (at[1] == '/' || at[1] == '*')) {
            unsigned char *stop = behind_comment(at, end);
            if (stop == NULL)
                return line_of(begin, at);
            blank(at, stop);
            at = stop;
        } else {
            at++;
        }
    }
    return 0;
}
