/* What somebody probably meant. */
#include "base/nearest.h"
#include <string.h>

enum { NEAREST_BYTES_MAX = 96 };

static size_t least(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;

    return ab < c ? ab : c;
}

/* Levenshtein's distance, a row of the matrix at a time. */
static size_t distance(const char *one, const char *other)
{
    size_t row[NEAREST_BYTES_MAX + 1];
    size_t length = strlen(other);

    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 1; one[i - 1] != 0; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= length; j++) {
            size_t above = row[j];
            row[j] = least(above + 1, row[j - 1] + 1,
                           diagonal + (one[i - 1] != other[j - 1]));
            diagonal = above;
        }
    }
    return row[length];
}

const char *nearest_name(const char *name, const char *const *names)
{
    size_t length = strnlen(name, NEAREST_BYTES_MAX + 1);
    size_t best = length < 6 ? 3 : 4;
    const char *nearest = NULL;

    if (length > NEAREST_BYTES_MAX)
        return NULL;
    for (; *names != NULL; names++) {
        size_t far =
            strlen(*names) > NEAREST_BYTES_MAX ? best : distance(name, *names);
        if (far < best) {
            best = far;
            nearest = *names;
        }
    }
    return nearest;
}
