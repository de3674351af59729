/* Well-formed UTF-8, by the table of RFC 3629 4. */
#include "core/json.h"

/* How many bytes follow this leading byte, and which range the first of them
 * must be in; the range shuts out overlong forms and surrogates. */
struct lead {
    unsigned char from, to;
    unsigned char more;
    unsigned char low, high;
};

static const struct lead leads[] = {
    { 0x00, 0x7f, 0, 0, 0 },       { 0xc2, 0xdf, 1, 0x80, 0xbf },
    { 0xe0, 0xe0, 2, 0xa0, 0xbf }, { 0xe1, 0xec, 2, 0x80, 0xbf },
    { 0xed, 0xed, 2, 0x80, 0x9f }, { 0xee, 0xef, 2, 0x80, 0xbf },
    { 0xf0, 0xf0, 3, 0x90, 0xbf }, { 0xf1, 0xf3, 3, 0x80, 0xbf },
    { 0xf4, 0xf4, 3, 0x80, 0x8f },
};

static const struct lead *lead_of(unsigned char byte)
{
    for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++)
        if (byte >= leads[i].from && byte <= leads[i].to)
            return &leads[i];
    return NULL;
}

/* The length of the character at the start, or 0 when there is none. */
static size_t character(const unsigned char *at, size_t left)
{
    const struct lead *lead = lead_of(at[0]);

    if (lead == NULL || lead->more >= left)
        return 0;
    if (lead->more > 0 && (at[1] < lead->low || at[1] > lead->high))
        return 0;
    for (size_t i = 2; i <= lead->more; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    return (size_t)lead->more + 1;
}

bool text_is_utf8(struct text text)
{
    const unsigned char *at = (const unsigned char *)text.at;
    size_t done = 0;

    while (done < text.length) {
        size_t step = character(at + done, text.length - done);
        if (step == 0)
            return false;
        done += step;
    }
    return true;
}
