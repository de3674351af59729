/* The names of deviations. */
#include "base/deviation.h"
#include <string.h>

static const char *const words[DEVIATIONS] = {
#define DEVIATION(name, word, text) [DEVIATION_##name] = word,
#include "base/deviation.def"
#undef DEVIATION
};

static const char *const texts[DEVIATIONS] = {
#define DEVIATION(name, word, text) [DEVIATION_##name] = text,
#include "base/deviation.def"
#undef DEVIATION
};

const char *deviation_word(enum deviation deviation)
{
    return words[deviation];
}

const char *deviation_text(enum deviation deviation)
{
    return texts[deviation];
}

int deviation_named(const char *word)
{
    for (int i = 0; i < DEVIATIONS; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return -1;
}

bool tolerate(struct tolerance *tolerance, enum deviation deviation)
{
    unsigned bit = 1u << deviation;

    if (tolerance == NULL)
        return false;
    tolerance->seen |= tolerance->tolerated & bit;
    return (tolerance->tolerated & bit) != 0;
}
