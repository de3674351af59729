/* Base64url without padding (RFC 7515 2). */
#include "manifest/minter.h"
#include <stdlib.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "abcdefghijklmnopqrstuvwxyz0123456789-_";

/* Three bytes are four digits; what is missing at the end counts as zero, and
 * only digits that hold bits of it are written. */
static char *write_group(const unsigned char *at, size_t count, char *into)
{
    unsigned long bits = 0;

    for (size_t i = 0; i < 3; i++)
        bits = bits << 8 | (i < count ? at[i] : 0);
    for (size_t i = 0; i < count + 1; i++)
        *into++ = alphabet[bits >> (18 - 6 * i) & 63];
    return into;
}

char *base64url_write(struct bytes from)
{
    char *text = malloc(from.length / 3 * 4 + 5);
    char *end = text;

    if (text == NULL)
        return NULL;
    while (from.length > 0) {
        size_t count = from.length < 3 ? from.length : 3;
        end = write_group(from.at, count, end);
        from.at += count;
        from.length -= count;
    }
    *end = 0;
    return text;
}

char *base64url_text(const char *from, size_t length)
{
    char *text = malloc(length / 4 * 3 + 4);
    char *end = text;
    unsigned held = 0;
    unsigned bits = 0;

    for (size_t i = 0; text != NULL && i < length; i++) {
        const char *digit = from[i] == 0 ? NULL : strchr(alphabet, from[i]);
        if (digit == NULL) {
            free(text);
            return NULL;
        }
        held = (held << 6 | (unsigned)(digit - alphabet)) & 0x3fff;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            *end++ = (char)(held >> bits);
        }
    }
    if (text != NULL)
        *end = 0;
    return text;
}
