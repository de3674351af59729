/* permessage-deflate: which offers are taken, and messages that inflate. */
#include "check_program.h"
#include "shell/deflate.h"
#include "shell/frame.h"
#include <stdlib.h>
#include <string.h>

/* --- Offers --------------------------------------------------------------- */

#define TAKEN                                                                  \
    "permessage-deflate; server_no_context_takeover; "                         \
    "client_no_context_takeover"

static const struct {
    const char *offers;
    const char *answer; /* NULL: none is taken */
} offers[] = {
    { "permessage-deflate", TAKEN },
    { "Permessage-Deflate ", TAKEN },
    { "permessage-deflate; client_max_window_bits", TAKEN },
    { "permessage-deflate;client_max_window_bits=8", TAKEN },
    { "permessage-deflate ; server_no_context_takeover;"
      "client_no_context_takeover",
      TAKEN },
    { "permessage-deflate; server_max_window_bits=15", TAKEN },
    { "permessage-deflate; server_max_window_bits = 9",
      TAKEN "; server_max_window_bits=9" },
    { "permessage-deflate; server_max_window_bits=10",
      TAKEN "; server_max_window_bits=10" },
    { "x-other; a=b, permessage-deflate", TAKEN },
    { "permessage-deflate; x, permessage-deflate", TAKEN },
    { "permessage-deflate; server_max_window_bits=8, permessage-deflate",
      TAKEN },
    { "permessage-deflate; x=1", NULL },
    { "permessage-deflate; server_max_window_bits=8", NULL },
    { "permessage-deflate; server_max_window_bits=7", NULL },
    { "permessage-deflate; server_max_window_bits=16", NULL },
    { "permessage-deflate; server_max_window_bits=09", NULL },
    { "permessage-deflate; server_max_window_bits", NULL },
    { "permessage-deflate; server_max_window_bits=", NULL },
    { "permessage-deflate; server_max_window_bits=\"10\"", NULL },
    { "permessage-deflate; client_max_window_bits=16", NULL },
    { "permessage-deflate; server_no_context_takeover=1", NULL },
    { "permessage-deflate; client_no_context_takeover; "
      "client_no_context_takeover",
      NULL },
    { "permessage-deflate;", NULL },
    { "permessage-deflate x", NULL },
    { "permessage-deflate-frame", NULL },
    { ", permessage-deflate", NULL },
    { "", NULL },
    { ";", NULL },
    { "=", NULL },
};

START_TEST(offer_is_honoured_to_the_letter_or_declined)
{
    struct deflate_terms terms = { .window_bits = 0 };
    char answer[DEFLATE_ANSWER_SIZE] = "";

    bool taken = deflate_choose(text_of(offers[_i].offers), &terms);
    ck_assert_msg(taken == (offers[_i].answer != NULL), "%s",
                  offers[_i].offers);
    if (!taken)
        return;
    deflate_write_answer(&terms, answer);
    ck_assert_str_eq(answer, offers[_i].answer);
}
END_TEST

/* --- Frames --------------------------------------------------------------- */

enum { FRAME_SIZE = 70000 };

static uint8_t wire[FRAME_SIZE * 2];
static size_t wire_length;

static void add_frame(uint8_t first, struct text payload)
{
    uint8_t header[FRAME_HEADER_MAX];
    size_t length = frame_write_header(header, OPCODE_TEXT, payload.length);

    header[0] = first;
    header[1] |= 0x80;
    memcpy(wire + wire_length, header, length);
    memset(wire + wire_length + length, 0, 4);
    memcpy(wire + wire_length + length + 4, payload.at, payload.length);
    wire_length += length + 4 + payload.length;
}

/* Reads all that is on the wire, `step` bytes at once; what came last. */
static struct frame_event read_all(struct frame_reader *reader, size_t step)
{
    struct frame_event event = { .what = ARRIVED_NOTHING };
    size_t done = 0;

    while (done < wire_length && event.what == ARRIVED_NOTHING) {
        size_t now = wire_length - done < step ? wire_length - done : step;
        done += frame_read(reader, wire + done, now, &event);
    }
    return event;
}

static struct text packed(struct deflate_cache *cache, int bits, const char *at,
                          size_t length)
{
    struct deflate_terms terms = { bits };

    return deflate_message(cache, &terms, (struct text){ at, length });
}

static const size_t steps[] = { 1, 7, 4096, FRAME_SIZE };

START_TEST(message_comes_back_as_it_was)
{
    struct deflate_cache cache = { .window_bits = 0 };
    struct frame_reader reader = { .text_max = FRAME_SIZE, .inflates = true };
    static char message[60000];

    for (size_t i = 0; i < sizeof(message); i++)
        message[i] = (char)('a' + i * i % 23);
    for (int bits = 9; bits <= 15; bits++) {
        struct text small =
            packed(&cache, bits, message, sizeof(message) - (size_t)bits);
        ck_assert_uint_gt(small.length, 0);
        ck_assert_uint_lt(small.length, sizeof(message) / 2);
        wire_length = 0;
        add_frame(0x41, (struct text){ small.at, 5 });
        add_frame(0x80, (struct text){ small.at + 5, small.length - 5 });
        struct frame_event event = read_all(&reader, steps[_i]);
        ck_assert_int_eq(event.what, ARRIVED_TEXT);
        ck_assert_uint_eq(event.payload.length, sizeof(message) - (size_t)bits);
        ck_assert_mem_eq(event.payload.at, message, event.payload.length);
    }
    deflate_cache_deinit(&cache);
    frame_reader_deinit(&reader);
}
END_TEST

static const struct {
    const char *label;
    const char *bytes;
    size_t length;
    bool inflates;
    enum arrival what;
    uint16_t code;
} frames[] = {
#define BYTES(text) text, sizeof(text) - 1
    { "hello, RFC 7692 7.2.3.1",
      BYTES("\xc1\x87\0\0\0\0\xf2\x48\xcd\xc9\xc9\x07\x00"), true, ARRIVED_TEXT,
      0 },
    { "a final block, 7.2.3.4",
      BYTES("\xc1\x88\0\0\0\0\xf3\x48\xcd\xc9\xc9\x07\x00\x00"), true,
      ARRIVED_TEXT, 0 },
    { "no compression, 7.2.3.3",
      BYTES("\xc1\x8b\0\0\0\0\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"),
      true, ARRIVED_TEXT, 0 },
    { "nothing", BYTES("\xc1\x81\0\0\0\0\x00"), true, ARRIVED_TEXT, 0 },
    { "not agreed", BYTES("\xc1\x81\0\0\0\0\x00"), false, ARRIVED_FAULT, 1002 },
    { "a ping", BYTES("\xc9\x80\0\0\0\0"), true, ARRIVED_FAULT, 1002 },
    { "a second frame", BYTES("\x41\x80\0\0\0\0\xc0\x80\0\0\0\0"), true,
      ARRIVED_FAULT, 1002 },
    { "another bit", BYTES("\xe1\x80\0\0\0\0"), true, ARRIVED_FAULT, 1002 },
    { "no DEFLATE", BYTES("\xc1\x82\0\0\0\0\xff\xff"), true, ARRIVED_FAULT,
      1007 },
    { "not UTF-8", BYTES("\xc1\x87\0\0\0\0\x00\x01\x00\xfe\xff\xff\x00"), true,
      ARRIVED_FAULT, 1007 },
    { "binary may be so", BYTES("\xc2\x87\0\0\0\0\x00\x01\x00\xfe\xff\xff\x00"),
      true, ARRIVED_BINARY, 0 },
};

START_TEST(frame_is_taken_or_refused)
{
    struct frame_reader reader = { .inflates = frames[_i].inflates };

    memcpy(wire, frames[_i].bytes, frames[_i].length);
    wire_length = frames[_i].length;
    struct frame_event event = { .what = ARRIVED_NOTHING };
    for (size_t done = 0; done < wire_length && event.what == ARRIVED_NOTHING;)
        done += frame_read(&reader, wire + done, 1, &event);
    ck_assert_msg(event.what == frames[_i].what &&
                      event.code == frames[_i].code,
                  "%s: %d %d", frames[_i].label, event.what, event.code);
    if (_i < 3)
        ck_assert_msg(event.payload.length == 5 &&
                          memcmp(event.payload.at, "Hello", 5) == 0,
                      "%s", frames[_i].label);
    frame_reader_deinit(&reader);
}
END_TEST

START_TEST(inflation_stops_at_the_limit)
{
    struct deflate_cache cache = { .window_bits = 0 };
    size_t limit = 100000;
    char *zeros = calloc(limit + 1, 1);

    for (size_t more = 0; more <= 1; more++) {
        struct frame_reader reader = { .binary_max = limit, .inflates = true };
        struct text small = packed(&cache, 15, zeros, limit + more);
        wire_length = 0;
        add_frame(0xc2, small);
        struct frame_event event = read_all(&reader, FRAME_SIZE);
        ck_assert_int_eq(event.what, more ? ARRIVED_FAULT : ARRIVED_BINARY);
        ck_assert_uint_eq(event.code, more ? 1009 : 0);
        if (more)
            ck_assert_uint_gt(event.size, limit);
        frame_reader_deinit(&reader);
    }
    deflate_cache_deinit(&cache);
    free(zeros);
}
END_TEST

/* Empty blocks inflate to nothing: their own bytes count. */
START_TEST(blocks_of_nothing_come_to_an_end)
{
    struct frame_reader reader = { .binary_max = 1000, .inflates = true };
    static char empty[5 * 1000];
    struct frame_event event;

    for (size_t i = 0; i < sizeof(empty); i += 5)
        memcpy(empty + i, "\x00\x00\x00\xff\xff", 5);
    wire_length = 0;
    add_frame(0x42, (struct text){ empty, 1000 });
    add_frame(0x00, (struct text){ empty, 2000 });
    event = read_all(&reader, FRAME_SIZE);
    ck_assert_int_eq(event.what, ARRIVED_FAULT);
    ck_assert_uint_eq(event.code, 1009);
    frame_reader_deinit(&reader);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("shell: deflate");
    TCase *tcase = tcase_create("deflate");

    suite_add_tcase(suite, tcase);
    tcase_add_loop_test(tcase, offer_is_honoured_to_the_letter_or_declined, 0,
                        COUNT_OF(offers));
    tcase_add_loop_test(tcase, message_comes_back_as_it_was, 0,
                        COUNT_OF(steps));
    tcase_add_loop_test(tcase, frame_is_taken_or_refused, 0, COUNT_OF(frames));
    tcase_add_test(tcase, inflation_stops_at_the_limit);
    tcase_add_test(tcase, blocks_of_nothing_come_to_an_end);
    return check_program(suite, "check_shell_deflate");
}
