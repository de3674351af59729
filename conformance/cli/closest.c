/* What somebody may have meant: Levenshtein's distance. */
#include "cli/closest.h"
#include <string.h>

enum { WORD_MAX = 96 };

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    unsigned d = a < b ? a : b;

    return d < c ? d : c;
}

static unsigned distance(const char *one, const char *other)
{
    unsigned row[WORD_MAX + 1];
    size_t width = strlen(other);

    for (unsigned j = 0; j <= width; j++)
        row[j] = j;
    for (unsigned i = 1; one[i - 1] != 0; i++) {
        unsigned corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= width; j++) {
            unsigned above = row[j];
            unsigned differs = one[i - 1] != other[j - 1];
            row[j] = least(above + 1, row[j - 1] + 1, corner + differs);
            corner = above;
        }
    }
    return row[width];
}

const char *closest(const char *word, const char *const names[])
{
    const char *best = NULL;
    size_t limit = strlen(word) / 3 + 1;

    if (strlen(word) > WORD_MAX)
        return NULL;
    for (; *names != NULL; names++) {
        unsigned edits =
            strlen(*names) > WORD_MAX ? WORD_MAX : distance(word, *names);
        if (edits <= limit) {
            best = *names;
            limit = edits == 0 ? 0 : edits - 1;
        }
        if (edits == 0)
            break;
    }
    return best;
}
