/* Why a criterion fails, without what differs from run to run. */
#include "run/reason.h"
#include "base/buffer.h"
#include <ctype.h>
#include <regex.h>
#include <stdlib.h>

enum { LONG_BYTES = 200 };

/* A session id, say: letters of both cases and digits, which no word has. */
static bool is_mixed(const char *at, size_t length)
{
    bool lower = false;
    bool upper = false;
    bool digit = false;

    for (size_t i = 0; i < length; i++) {
        lower = lower || islower((unsigned char)at[i]);
        upper = upper || isupper((unsigned char)at[i]);
        digit = digit || isdigit((unsigned char)at[i]);
    }
    return lower && upper && digit;
}

/* A gauge, say; but a code is what tells one failure from another. */
static bool is_gauge(const char *at, size_t length)
{
    return memmem(at, length, "code", 4) == NULL &&
           memmem(at, length, "status", 6) == NULL;
}

/* In this order; POSIX's extended expressions. Of a `member` the value alone
 * is put aside. */
static const struct {
    const char *pattern;
    const char *put;
    bool (*holds)(const char *at, size_t length); /* NULL: always */
    bool member;
} noise[] = {
    { "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?"
      "(Z|[+-][0-9]{2}:?[0-9]{2})?",
      "<time>", NULL, false },
    { "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", "<id>", NULL,
      false },
    { "([0-9]{1,3}\\.){3}[0-9]{1,3}(:[0-9]{1,5})?", "<address>", NULL, false },
    { "(localhost|\\[::1\\]):[0-9]{1,5}", "<address>", NULL, false },
    { "[0-9a-fA-F]{12,}", "<id>", NULL, false },
    { "[A-Za-z0-9_-]{16,}", "<id>", is_mixed, false },
    { "[0-9]{9,}(\\.[0-9]+)?", "<id>", NULL, false },
    { "<id>(-[0-9]+)+", "<id>", NULL, false },
    { "[0-9]+(\\.[0-9]+)? ?(ms|s|seconds?|milliseconds?)\\b", "<duration>",
      NULL, false },
    { "[0-9]+ data frames?", "data frames", NULL, false },
    /* how many broadcasts the fences took */
    { "received [0-9]+", "received <n>", NULL, false },
    { "number [0-9]+", "number <n>", NULL, false },
    { "all of [0-9]+ to [0-9]+", "all of <n> to <n>", NULL, false },
    { "[1-9][0-9]* of them", "<n> of them", NULL, false },
    { "[1-9][0-9]* were told", "<n> were told", NULL, false },
    { "\"[A-Za-z_]+\": ?([0-9]+(\\.[0-9]+)?)", "<n>", is_gauge, true },
};

/* A long quotation ends wherever its room ended: what stands behind its last
 * separator may be half of something. */
static void cut_tail(struct buffer *text)
{
    size_t length = text->length;

    while (length > 0 && strchr(",{[ ", text->at[length - 1]) == NULL)
        length--;
    if (length == 0)
        return;
    text->length = length;
    buffer_add_string(text, "...");
}

/* Appends `text` with each match put aside. */
static void put_aside(size_t index, const char *text, struct buffer *into)
{
    regmatch_t match[2];
    regex_t regex;

    if (regcomp(&regex, noise[index].pattern, REG_EXTENDED) != 0) {
        buffer_add_string(into, text);
        return;
    }
    while (regexec(&regex, text, COUNT(match), match, 0) == 0) {
        const regmatch_t *aside = &match[noise[index].member];
        bool holds =
            noise[index].holds == NULL ||
            noise[index].holds(text + match[0].rm_so,
                               (size_t)(match[0].rm_eo - match[0].rm_so));
        buffer_add(into, text, (size_t)(holds ? aside->rm_so : match[0].rm_eo));
        if (holds)
            buffer_add_string(into, noise[index].put);
        text += match[0].rm_eo;
    }
    buffer_add_string(into, text);
    regfree(&regex);
}

char *reason_plain(const char *seen)
{
    struct buffer texts[2];
    size_t now = 0;

    if (seen[0] == 0)
        return strdup("<nothing>");
    for (size_t i = 0; i < COUNT(texts); i++)
        buffer_init(&texts[i], 2 * REASON_BYTES_MAX);
    buffer_add(&texts[0], seen, strnlen(seen, REASON_BYTES_MAX));
    for (size_t i = 0; i < COUNT(noise); i++, now = 1 - now) {
        buffer_clear(&texts[1 - now]);
        put_aside(i, buffer_string(&texts[now]), &texts[1 - now]);
    }
    buffer_deinit(&texts[1 - now]);
    if (strlen(seen) > LONG_BYTES || texts[now].length > LONG_BYTES)
        cut_tail(&texts[now]);
    return buffer_take(&texts[now]);
}

bool reason_equals(const char *one, const char *other)
{
    char *first = reason_plain(one);
    char *second = reason_plain(other);
    bool equals = first != NULL && second != NULL && strcmp(first, second) == 0;

    free(first);
    free(second);
    return equals;
}
