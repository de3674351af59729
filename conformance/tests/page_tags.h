/* Reads a page as a browser's tokenizer would begin to: each tag and each of
 * its attributes has to be one that the writer uses, and quoted. */
#ifndef TESTS_PAGE_TAGS_H
#define TESTS_PAGE_TAGS_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static inline bool is_one_of(const char *words, const char *word, size_t length)
{
    char sought[32];

    if (length == 0 || length > 24)
        return false;
    snprintf(sought, sizeof(sought), " %.*s ", (int)length, word);
    return strstr(words, sought) != NULL;
}

/* Behind the attributes, at the >; NULL: one is not ours. */
static inline const char *skip_attributes(const char *at)
{
    static const char ours[] =
        " aria-hidden aria-label aria-labelledby aria-live autocomplete "
        "charset checked class content cx cy d data-of data-verdict "
        " for height hidden href http-equiv id lang "
        "name open placeholder preserveAspectRatio r role rx scope spellcheck "
        "tabindex text-anchor title transform type value viewBox width x y ";

    while (*at == ' ') {
        size_t length = strcspn(++at, " =>/");
        if (!is_one_of(ours, at, length))
            return NULL;
        at += length;
        if (*at != '=')
            continue;
        const char *end = at[1] == '"' ? strchr(at + 2, '"') : NULL;
        if (end == NULL)
            return NULL;
        at = end + 1;
    }
    return *at == '/' ? at + 1 : at;
}

/* The first < that no tag of ours begins with; NULL: there is none. */
static inline const char *strange_tag(const char *page)
{
    static const char ours[] =
        " !DOCTYPE a b body button caption circle code dd details div dl dt "
        "fieldset footer form g h1 h2 h3 head header html i input label "
        "legend li main meta nav ol option p path rect script section select "
        "small "
        "small span style summary svg table tbody td text th thead title tr "
        "ul ";

    for (const char *at = page; (at = strchr(at, '<')) != NULL;) {
        const char *name = at + 1 + (at[1] == '/');
        size_t length = strcspn(name, " />");
        if (!is_one_of(ours, name, length))
            return at;
        const char *end =
            name[0] == '!' ? name + length + 5 : skip_attributes(name + length);
        if (end == NULL || *end != '>')
            return at;
        at = end;
    }
    return NULL;
}

#endif
