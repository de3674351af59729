/* Strict base64url without padding (RFC 4648 5; RFC 7515 2).
 *
 * One text has one meaning: unused bits must be zero, or several spellings of
 * one token would all verify. */
#include "core/jwt.h"
#include "core/secure.h"

static int sextet(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

bool base64url_has(char c)
{
    return sextet(c) >= 0;
}

long base64url_read(struct text from, void *into, size_t size)
{
    unsigned char *out = into;
    unsigned bits = 0;
    unsigned held = 0; /* the low `bits` of it are not yet written */
    size_t length = 0;

    if (from.length % 4 == 1)
        return -1;
    for (size_t i = 0; i < from.length; i++) {
        int six = sextet(from.at[i]);
        if (six < 0)
            return -1;
        held = (held << 6 | (unsigned)six) & 0xfff;
        bits += 6;
        if (bits < 8)
            continue;
        if (length == size)
            return -1;
        bits -= 8;
        out[length++] = (unsigned char)(held >> bits);
    }
    return (held & ((1U << bits) - 1)) == 0 ? (long)length : -1;
}

size_t base64url_encode(const void *from, size_t length, char *into)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789-_";
    const unsigned char *at = from;
    char *to = into;
    unsigned bits = 0;
    unsigned held = 0;

    for (size_t i = 0; i < length; i++) {
        held = (held << 8 | at[i]) & 0xffff;
        for (bits += 8; bits >= 6; bits -= 6)
            *to++ = digits[held >> (bits - 6) & 63];
    }
    if (bits > 0)
        *to++ = digits[held << (6 - bits) & 63];
    return (size_t)(to - into);
}
