/* A table of lead bytes (RFC 3629 4): each says how many bytes follow it and
 * in which range the first of them lies. That range is what shuts out overlong
 * forms, surrogates and numbers that are no characters. */
#include "shell/utf8.h"

struct lead {
    uint8_t from;
    uint8_t to;
    struct utf8_scan then;
};

static const struct lead leads[] = {
    { 0xc2, 0xdf, { 1, 0x80, 0xbf } }, { 0xe0, 0xe0, { 2, 0xa0, 0xbf } },
    { 0xe1, 0xec, { 2, 0x80, 0xbf } }, { 0xed, 0xed, { 2, 0x80, 0x9f } },
    { 0xee, 0xef, { 2, 0x80, 0xbf } }, { 0xf0, 0xf0, { 3, 0x90, 0xbf } },
    { 0xf1, 0xf3, { 3, 0x80, 0xbf } }, { 0xf4, 0xf4, { 3, 0x80, 0x8f } },
};

static bool begin(struct utf8_scan *scan, uint8_t byte)
{
    if (byte < 0x80)
        return true;
    for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++) {
        if (byte >= leads[i].from && byte <= leads[i].to) {
            *scan = leads[i].then;
            return true;
        }
    }
    return false;
}

static bool go_on(struct utf8_scan *scan, uint8_t byte)
{
    if (byte < scan->lowest || byte > scan->highest)
        return false;
    scan->missing--;
    scan->lowest = 0x80;
    scan->highest = 0xbf;
    return true;
}

bool utf8_scan(struct utf8_scan *scan, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        bool holds =
            scan->missing == 0 ? begin(scan, bytes[i]) : go_on(scan, bytes[i]);
        if (!holds)
            return false;
    }
    return true;
}

bool utf8_scan_is_whole(const struct utf8_scan *scan)
{
    return scan->missing == 0;
}

bool utf8_holds(const uint8_t *bytes, size_t length)
{
    struct utf8_scan scan = { 0 };

    return utf8_scan(&scan, bytes, length) && utf8_scan_is_whole(&scan);
}
