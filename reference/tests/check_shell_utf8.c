/* UTF-8 as it arrives, against an oracle that is slow and obvious: it decodes
 * a character, encodes it again in the shortest form, and compares. */
#include "check_program.h"
#include "shell/utf8.h"
#include <string.h>

static size_t encode(uint32_t c, uint8_t into[4])
{
    if (c < 0x80) {
        into[0] = (uint8_t)c;
        return 1;
    }
    if (c < 0x800) {
        into[0] = (uint8_t)(0xc0 | c >> 6);
        into[1] = (uint8_t)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        into[0] = (uint8_t)(0xe0 | c >> 12);
        into[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
        into[2] = (uint8_t)(0x80 | (c & 0x3f));
        return 3;
    }
    into[0] = (uint8_t)(0xf0 | c >> 18);
    into[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
    into[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
    into[3] = (uint8_t)(0x80 | (c & 0x3f));
    return 4;
}

static size_t length_by_lead(uint8_t lead)
{
    return lead < 0x80             ? 1
           : (lead & 0xe0) == 0xc0 ? 2
           : (lead & 0xf0) == 0xe0 ? 3
           : (lead & 0xf8) == 0xf0 ? 4
                                   : 0;
}

static bool oracle(const uint8_t *bytes, size_t length)
{
    static const uint8_t lead_bits[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
    uint8_t again[4];

    for (size_t at = 0; at < length;) {
        size_t size = length_by_lead(bytes[at]);
        if (size == 0 || size > length - at)
            return false;
        uint32_t c = bytes[at] & lead_bits[size];
        for (size_t i = 1; i < size; i++)
            c = c << 6 | (bytes[at + i] & 0x3f);
        if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) ||
            encode(c, again) != size || memcmp(again, bytes + at, size) != 0)
            return false;
        at += size;
    }
    return true;
}

/* Whole, and one byte at a time: all three must agree. */
static void agree(const uint8_t *bytes, size_t length)
{
    struct utf8_scan scan = { 0 };
    bool want = oracle(bytes, length);
    bool whole = utf8_holds(bytes, length);
    bool slow = true;

    for (size_t i = 0; i < length && slow; i++)
        slow = utf8_scan(&scan, bytes + i, 1);
    slow = slow && utf8_scan_is_whole(&scan);
    if (whole != want || slow != want)
        ck_abort_msg("%02x %02x %02x %02x (%zu): want %d, whole %d, byte by "
                     "byte %d",
                     bytes[0], bytes[1], bytes[2], bytes[3], length, want,
                     whole, slow);
}

START_TEST(all_texts_of_up_to_three_bytes)
{
    uint8_t bytes[4] = { 0 };

    for (unsigned number = 0; number < 1U << 24; number++) {
        bytes[0] = (uint8_t)(number >> 16);
        bytes[1] = (uint8_t)(number >> 8);
        bytes[2] = (uint8_t)number;
        if (bytes[2] == 0) { /* each of the shorter ones once */
            agree(bytes, 2);
            if (bytes[1] == 0)
                agree(bytes, 1);
        }
        agree(bytes, 3);
    }
}
END_TEST

START_TEST(four_bytes_around_every_edge)
{
    static const uint8_t edges[] = { 0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90,
                                     0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2,
                                     0xe0, 0xed, 0xf0, 0xff };
    uint8_t bytes[4];

    for (unsigned lead = 0xc0; lead <= 0xff; lead++) {
        for (unsigned i = 0; i < 16 * 16 * 16; i++) {
            bytes[0] = (uint8_t)lead;
            bytes[1] = edges[i >> 8];
            bytes[2] = edges[i >> 4 & 15];
            bytes[3] = edges[i & 15];
            agree(bytes, 4);
        }
    }
}
END_TEST

START_TEST(every_character_holds_and_no_other_number)
{
    uint8_t bytes[4];

    for (uint32_t c = 0; c < 0x110000 + 0x100; c++) {
        bool want = c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
        size_t length = encode(c, bytes);
        ck_assert_msg(utf8_holds(bytes, length) == want, "U+%04X: want %d",
                      (unsigned)c, want);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("shell: UTF-8");
    TCase *tcase = tcase_create("against the oracle");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, all_texts_of_up_to_three_bytes);
    tcase_add_test(tcase, four_bytes_around_every_edge);
    tcase_add_test(tcase, every_character_holds_and_no_other_number);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_shell_utf8");
}
