/* Compressed messages on the judge's side: the examples of RFC 7692 7.2.3, what
 * a server may not send, and that what is packed is what is unpacked. */
#include "base/packing.h"
#include "check_program.h"
#include "net/reader.h"
#include <stdio.h>
#include <stdlib.h>

#define BYTES(literal) literal, sizeof(literal) - 1
#define HELLO          "\xf2\x48\xcd\xc9\xc9\x07\x00"
#define AGAIN          "\xf2\x00\x11\x00\x00" /* of the Hello before it */

static const struct {
    const char *label;
    const char *bytes;
    size_t length;
    bool deflates, takes_over;
    const char *want; /* messages, a star before one that was compressed */
} streams[] = {
    { "compressed", BYTES("\xc1\x07" HELLO), true, false, "*Hello(7) " },
    { "plain beside it", BYTES("\x81\x02hi\xc1\x07" HELLO "\x81\x02hi"), true,
      false, "hi(2) *Hello(7) hi(2) " },
    { "in fragments", BYTES("\x41\x03\xf2\x48\xcd\x80\x04\xc9\xc9\x07\x00"),
      true, false, "*Hello(7) " },
    { "a final block", BYTES("\xc1\x08\xf3\x48\xcd\xc9\xc9\x07\x00\x00"), true,
      false, "*Hello(8) " },
    { "with the context", BYTES("\xc1\x07" HELLO "\xc1\x05" AGAIN), true, true,
      "*Hello(7) *Hello(5) " },
    { "with a context that was given up",
      BYTES("\xc1\x07" HELLO "\xc1\x05" AGAIN), true, false,
      "*Hello(7) sent a compressed message that is no DEFLATE (RFC 7692 "
      "7.2.2)" },
    { "not agreed", BYTES("\xc1\x07" HELLO), false, false,
      "set reserved bits (0x40) without an extension (RFC 6455 5.2)" },
    { "a ping", BYTES("\xc9\x00"), true, false,
      "set reserved bits (0x40) without an extension (RFC 6455 5.2)" },
    { "a second fragment", BYTES("\x41\x00\xc0\x00"), true, false,
      "set reserved bits (0x40) without an extension (RFC 6455 5.2)" },
    { "another bit", BYTES("\xe1\x00"), true, false,
      "set reserved bits (0x60) without an extension (RFC 6455 5.2)" },
    { "no UTF-8", BYTES("\xc1\x07\x00\x01\x00\xfe\xff\xff\x00"), true, false,
      "sent a text message that is not UTF-8 (RFC 6455 8.1)" },
};

static void read_all(int i, size_t piece, char *into, size_t size)
{
    struct reader reader;
    struct delivery delivery = { .code = 0 };
    enum reading reading = READING_MORE;
    size_t length = 0;

    into[0] = 0;
    reader_init(&reader);
    reader.deflates = streams[i].deflates;
    reader.takes_over = streams[i].takes_over;
    for (size_t at = 0; at < streams[i].length && reading == READING_MORE;
         at += piece) {
        size_t left = streams[i].length - at;
        struct bytes from =
            bytes_of(streams[i].bytes + at, left < piece ? left : piece);
        while ((reading = reader_read(&reader, &from, &delivery)) ==
               READING_DELIVERY)
            length += (size_t)snprintf(
                into + length, size - length, "%s%.*s(%zu) ",
                delivery.compressed ? "*" : "", (int)delivery.data.length,
                (const char *)delivery.data.at, delivery.wire);
    }
    snprintf(into + length, size - length, "%s", reader.violation);
    reader_deinit(&reader);
}

START_TEST(compressed_message_is_read)
{
    char whole[512], cut[512];

    read_all(_i, 512, whole, sizeof(whole));
    read_all(_i, 1, cut, sizeof(cut));
    ck_assert_msg(strcmp(whole, streams[_i].want) == 0, "%s: %s",
                  streams[_i].label, whole);
    ck_assert_str_eq(cut, whole);
}
END_TEST

static const size_t lengths[] = { 0, 1, 100, 70000, 1000000 };
static const unsigned copies[] = { 1, 3 };

START_TEST(what_is_packed_is_unpacked)
{
    size_t length = lengths[_i];
    unsigned char *bytes = malloc(length + 1);
    struct unpacking *unpacking = unpacking_new();

    for (size_t i = 0; i < length; i++)
        bytes[i] = (unsigned char)(i * i >> 7);
    for (size_t k = 0; k < COUNT_OF(copies); k++) {
        struct buffer packed, back;
        buffer_init(&packed, 16 * 1024 * 1024);
        buffer_init(&back, 16 * 1024 * 1024);
        ck_assert_int_eq(
            packing_add(bytes_of(bytes, length), copies[k], &packed),
            FAULT_NONE);
        ck_assert_int_eq(
            unpacking_read(unpacking, buffer_view(&packed), true, &back),
            FAULT_NONE);
        ck_assert_uint_eq(back.length, length * copies[k]);
        for (unsigned at = 0; at < copies[k] && length > 0; at++)
            ck_assert_mem_eq(back.at + at * length, bytes, length);
        buffer_deinit(&packed);
        buffer_deinit(&back);
    }
    unpacking_free(unpacking);
    free(bytes);
}
END_TEST

START_TEST(unpacking_stops_at_the_ceiling)
{
    static const unsigned char zeros[100000];
    struct unpacking *unpacking = unpacking_new();
    struct buffer packed, back;

    buffer_init(&packed, 100000);
    buffer_init(&back, 50000);
    ck_assert_int_eq(packing_add(bytes_of(zeros, sizeof(zeros)), 1, &packed),
                     FAULT_NONE);
    ck_assert_int_eq(
        unpacking_read(unpacking, buffer_view(&packed), true, &back),
        FAULT_LIMIT);
    buffer_deinit(&packed);
    buffer_deinit(&back);
    unpacking_free(unpacking);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("net_packing");
    TCase *tcase = tcase_create("packing");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, compressed_message_is_read, 0,
                        COUNT_OF(streams));
    tcase_add_loop_test(tcase, what_is_packed_is_unpacked, 0,
                        COUNT_OF(lengths));
    tcase_add_test(tcase, unpacking_stops_at_the_ceiling);
    suite_add_tcase(suite, tcase);
    return check_program(suite, "check_net_packing");
}
