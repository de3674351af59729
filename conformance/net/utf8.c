/* UTF-8, judged as it arrives: no surrogates, no overlong forms, nothing above
 * U+10FFFF. */
#include "net/utf8.h"

/* Lead bytes (RFC 3629 4): what must follow, and from which range. */
static const struct lead {
    unsigned char first, last;
    struct utf8 then;
} leads[] = {
    { 0x00, 0x7f, { 0, 0, 0 } },       { 0xc2, 0xdf, { 1, 0x80, 0xbf } },
    { 0xe0, 0xe0, { 2, 0xa0, 0xbf } }, { 0xe1, 0xec, { 2, 0x80, 0xbf } },
    { 0xed, 0xed, { 2, 0x80, 0x9f } }, { 0xee, 0xef, { 2, 0x80, 0xbf } },
    { 0xf0, 0xf0, { 3, 0x90, 0xbf } }, { 0xf1, 0xf3, { 3, 0x80, 0xbf } },
    { 0xf4, 0xf4, { 3, 0x80, 0x8f } },
};

static bool begin(struct utf8 *utf8, unsigned char byte)
{
    for (size_t i = 0; i < COUNT(leads); i++) {
        if (byte >= leads[i].first && byte <= leads[i].last) {
            *utf8 = leads[i].then;
            return true;
        }
    }
    return false;
}

static bool carry_on(struct utf8 *utf8, unsigned char byte)
{
    if (byte < utf8->low || byte > utf8->high)
        return false;
    utf8->left--;
    utf8->low = 0x80;
    utf8->high = 0xbf;
    return true;
}

bool utf8_feed(struct utf8 *utf8, struct bytes bytes)
{
    for (size_t i = 0; i < bytes.length; i++) {
        if (!(utf8->left == 0 ? begin(utf8, bytes.at[i])
                              : carry_on(utf8, bytes.at[i])))
            return false;
    }
    return true;
}

bool utf8_is_whole(const struct utf8 *utf8)
{
    return utf8->left == 0;
}

size_t utf8_character(const char *at)
{
    struct utf8 utf8 = { 0 };

    for (size_t length = 1; length <= 4; length++) {
        if (!utf8_feed(&utf8, bytes_of(at + length - 1, 1)))
            return 0;
        if (utf8_is_whole(&utf8))
            return length;
    }
    return 0;
}
