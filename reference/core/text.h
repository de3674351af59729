/* A piece of text that somebody else owns: a pointer and a length, never a
 * terminated string. */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include <stddef.h>
#include <string.h>
#include <stdbool.h>

struct text {
    const char *at;
    size_t length;
};

static inline struct text text_of(const char *string)
{
    struct text text = { string, string == NULL ? 0 : strlen(string) };

    return text;
}

static inline bool text_is(struct text text, const char *string)
{
    return text.length == strlen(string) &&
           memcmp(text.at, string, text.length) == 0;
}

#endif
