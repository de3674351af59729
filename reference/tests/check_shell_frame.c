/* The frame codec: each row is fed whole, byte by byte and in two parts split
 * at every place, and must tell the same each time. */
#include "check_program.h"
#include "shell/frame.h"
#include <string.h>

enum { BYTES_SIZE = 512, STORY_SIZE = 1024 };

struct row {
    const char *label;
    const char *hex;
    const char *want; /* one word per event */
};

/* Masked with 00000000, except where a mask is the point. */
static const struct row rows[] = {
    { "text", "8185 00000000 68656c6c6f", "text=hello" },
    { "text, RFC 6455 5.7, masked", "8185 37fa213d 7f9f4d5158", "text=Hello" },
    { "empty text", "8180 00000000", "text=" },
    { "empty text, then another", "8180 00000000 8181 00000000 41",
      "text= text=A" },
    { "binary", "8282 00000000 4142", "binary=AB" },
    { "binary need not be UTF-8", "8282 00000000 c328", "binary=\xc3(" },
    { "fragments", "0181 00000000 41 0081 00000000 42 8081 00000000 43",
      "text=ABC" },
    { "fragments, the last one empty", "0181 00000000 41 8080 00000000",
      "text=A" },
    { "all fragments empty", "0180 00000000 0080 00000000 8080 00000000",
      "text=" },
    { "ping between fragments",
      "0181 00000000 41 8981 00000000 70 8081 00000000 42", "ping=p text=AB" },
    { "a character cut by fragments", "0181 00000000 c3 8081 00000000 a9",
      "text=\xc3\xa9" },
    { "ping, pong", "8980 00000000 8a81 00000000 78", "ping= pong=x" },
    { "16-bit length, the least", "82fe 007e 00000000 *7e", "binary#126" },
    { "16-bit length not minimal", "82fe 007d 00000000 *7d", "fault=1002" },
    { "64-bit length not minimal", "82ff 000000000000ffff 00000000",
      "fault=1002" },
    { "64-bit length with the top bit", "82ff 8000000000000000 00000000",
      "fault=1002" },
    { "64-bit length far too big", "82ff 7fffffffffffffff 00000000",
      "fault=1009" },
    { "unmasked text", "8105 68656c6c6f", "fault=1002" },
    { "unmasked ping", "8900", "fault=1002" },
    { "unmasked close", "8800", "fault=1002" },
    { "RSV1", "c180 00000000", "fault=1002" },
    { "RSV2", "a180 00000000", "fault=1002" },
    { "RSV3", "9180 00000000", "fault=1002" },
    { "RSV1 on a ping", "c980 00000000", "fault=1002" },
    { "opcode 3", "8380 00000000", "fault=1002" },
    { "opcode 7", "8780 00000000", "fault=1002" },
    { "opcode B", "8b80 00000000", "fault=1002" },
    { "opcode F", "8f80 00000000", "fault=1002" },
    { "fragmented ping", "0980 00000000", "fault=1002" },
    { "fragmented close", "0880 00000000", "fault=1002" },
    { "ping of 125 bytes", "89fd 00000000 *7d", "ping#125" },
    { "ping of 126 bytes", "89fe 007e 00000000 *7e", "fault=1002" },
    { "close in the 64-bit form", "88ff 0000000000000002 00000000 03e8",
      "fault=1002" },
    { "continuation of nothing", "8081 00000000 41", "fault=1002" },
    { "continuation after the end", "8181 00000000 41 8081 00000000 42",
      "text=A fault=1002" },
    { "new text inside a message", "0181 00000000 41 8181 00000000 42",
      "fault=1002" },
    { "UTF-8 broken", "8182 00000000 c328", "fault=1007" },
    { "UTF-8 overlong", "8182 00000000 c0af", "fault=1007" },
    { "UTF-8 surrogate", "8183 00000000 eda080", "fault=1007" },
    { "UTF-8 above U+10FFFF", "8184 00000000 f4908080", "fault=1007" },
    { "UTF-8 cut at the end", "8181 00000000 c3", "fault=1007" },
    { "UTF-8 cut, then an empty end", "0181 00000000 c3 8080 00000000",
      "fault=1007" },
    { "UTF-8 broken in a fragment, at once", "0182 00000000 c328",
      "fault=1007" },
    { "close, empty", "8880 00000000", "close=1005:" },
    { "close 1000", "8882 00000000 03e8", "close=1000:" },
    { "close with a reason", "8885 00000000 03e8 627965", "close=1000:bye" },
    { "close of one byte", "8881 00000000 03", "fault=1002" },
    { "close, reason not UTF-8", "8884 00000000 03e8 c328", "fault=1007" },
    { "close, reason cut", "8883 00000000 03e8 c3", "fault=1007" },
    { "text after close is not read", "8882 00000000 03e8 8181 00000000 41",
      "close=1000:" },
    { "nothing is read after a fault", "8900 8181 00000000 41", "fault=1002" },
    { "close inside a message", "0181 00000000 41 8882 00000000 03e9",
      "close=1001:" },
};

static int nibble(char c)
{
    return c >= 'a' ? c - 'a' + 10 : c - '0';
}

/* "*7d" stands for 0x7d bytes of 'x'. */
static size_t read_hex(const char *hex, uint8_t into[BYTES_SIZE])
{
    size_t length = 0;

    for (size_t i = 0; hex[i] != '\0';) {
        bool run = hex[i] == '*';
        if (hex[i] == ' ' || run)
            i++;
        if (hex[i] == '\0' || (!run && hex[i] == '*'))
            continue;
        uint8_t byte = (uint8_t)(nibble(hex[i]) << 4 | nibble(hex[i + 1]));
        i += 2;
        if (run) {
            memset(into + length, 'x', byte);
            length += byte;
        } else {
            into[length++] = byte;
        }
    }
    return length;
}

static void tell(char *story, const struct frame_event *event)
{
    static const char *const names[] = {
        [ARRIVED_NOTHING] = "nothing", [ARRIVED_TEXT] = "text",
        [ARRIVED_BINARY] = "binary",   [ARRIVED_PING] = "ping",
        [ARRIVED_PONG] = "pong",       [ARRIVED_CLOSE] = "close",
        [ARRIVED_FAULT] = "fault",
    };
    size_t at = strlen(story);
    char *into = story + at;
    size_t size = STORY_SIZE - at;
    const char *blank = at == 0 ? "" : " ";
    int length = (int)event->payload.length;

    if (event->what == ARRIVED_FAULT)
        snprintf(into, size, "%sfault=%u", blank, event->code);
    else if (event->what == ARRIVED_CLOSE)
        snprintf(into, size, "%sclose=%u:%.*s", blank, event->code, length,
                 event->payload.at);
    else if (length > 100)
        snprintf(into, size, "%s%s#%d", blank, names[event->what], length);
    else
        snprintf(into, size, "%s%s=%.*s", blank, names[event->what], length,
                 event->payload.at);
}

static void feed(struct frame_reader *reader, const uint8_t *bytes,
                 size_t length, char *story)
{
    struct frame_event event;

    do {
        size_t taken = frame_read(reader, bytes, length, &event);
        ck_assert_uint_le(taken, length);
        bytes += taken;
        length -= taken;
        if (event.what != ARRIVED_NOTHING)
            tell(story, &event);
    } while (event.what != ARRIVED_NOTHING);
    ck_assert_uint_eq(length, 0);
}

/* In pieces of `first` bytes once, and of `then` bytes after that. */
static void read_in_pieces(const struct row *row, const uint8_t *bytes,
                           size_t length, size_t first, size_t then)
{
    struct frame_reader reader = { 0 };
    char story[STORY_SIZE] = "";
    size_t piece = first;

    for (size_t at = 0; at < length; at += piece, piece = then) {
        if (piece > length - at)
            piece = length - at;
        feed(&reader, bytes + at, piece, story);
    }
    frame_reader_deinit(&reader);
    ck_assert_msg(strcmp(story, row->want) == 0,
                  "%s (pieces of %zu, then %zu): want \"%s\", got \"%s\"",
                  row->label, first, then, row->want, story);
}

START_TEST(frames_in_every_chunking)
{
    const struct row *row = &rows[_i];
    uint8_t bytes[BYTES_SIZE];
    size_t length = read_hex(row->hex, bytes);

    read_in_pieces(row, bytes, length, 1, 1);
    for (size_t split = 1; split <= length; split++)
        read_in_pieces(row, bytes, length, split, length);
}
END_TEST

/* Feeds a header and `payload` bytes of 'x'; tells what came. */
static struct frame_event feed_frame(struct frame_reader *reader,
                                     const char *hex, size_t payload)
{
    uint8_t head[BYTES_SIZE];
    size_t length = read_hex(hex, head);
    struct frame_event event;
    uint8_t x = 'x';

    size_t taken = frame_read(reader, head, length, &event);
    if (event.what == ARRIVED_NOTHING)
        ck_assert_uint_eq(taken, length);
    for (size_t i = 0; i < payload && event.what == ARRIVED_NOTHING; i++)
        frame_read(reader, &x, 1, &event);
    return event;
}

START_TEST(a_message_of_64_kib_and_not_one_byte_more)
{
    struct frame_reader reader = { 0 };
    struct frame_event event =
        feed_frame(&reader, "81ff 0000000000010000 00000000", 65536);

    ck_assert_int_eq(event.what, ARRIVED_TEXT);
    ck_assert_uint_eq(event.payload.length, 65536);
    event = feed_frame(&reader, "81ff 0000000000010001", 0);
    ck_assert_int_eq(event.what, ARRIVED_FAULT);
    ck_assert_uint_eq(event.code, 1009);
    frame_reader_deinit(&reader);
}
END_TEST

START_TEST(the_ceiling_counts_all_fragments)
{
    struct frame_reader reader = { 0 };
    struct frame_event event = feed_frame(&reader, "01fe ffff 00000000", 65535);

    ck_assert_int_eq(event.what, ARRIVED_NOTHING);
    event = feed_frame(&reader, "0081 00000000", 1);
    ck_assert_int_eq(event.what, ARRIVED_NOTHING);
    event = feed_frame(&reader, "8081", 0);
    ck_assert_int_eq(event.what, ARRIVED_FAULT);
    ck_assert_uint_eq(event.code, 1009);
    frame_reader_deinit(&reader);
}
END_TEST

START_TEST(fragments_are_counted)
{
    struct frame_reader reader = { 0 };
    struct frame_event event = feed_frame(&reader, "0180 00000000", 0);

    for (int i = 1; i < FRAGMENTS_MAX; i++) {
        ck_assert_int_eq(event.what, ARRIVED_NOTHING);
        event = feed_frame(&reader, "0080 00000000", 0);
    }
    ck_assert_int_eq(event.what, ARRIVED_NOTHING);
    event = feed_frame(&reader, "8080", 0);
    ck_assert_int_eq(event.what, ARRIVED_FAULT);
    ck_assert_uint_eq(event.code, 1009);
    frame_reader_deinit(&reader);
}
END_TEST

START_TEST(close_codes_that_may_be_sent)
{
    for (unsigned code = 0; code <= 65535; code++) {
        bool want = (code >= 1000 && code <= 1014 && code != 1004 &&
                     code != 1005 && code != 1006) ||
                    (code >= 3000 && code <= 4999);
        ck_assert_msg(close_code_is_legal((uint16_t)code) == want,
                      "%u: want %d", code, want);
    }
}
END_TEST

static const struct {
    size_t payload;
    const char *want;
} headers[] = {
    { 0, "8100" },
    { 125, "817d" },
    { 126, "817e 007e" },
    { 65535, "817e ffff" },
    { 65536, "817f 0000000000010000" },
};

START_TEST(headers_of_the_server)
{
    uint8_t want[BYTES_SIZE];
    uint8_t got[FRAME_HEADER_MAX];
    size_t length = read_hex(headers[_i].want, want);

    ck_assert_uint_eq(frame_write_header(got, OPCODE_TEXT, headers[_i].payload),
                      length);
    ck_assert_mem_eq(got, want, length);
}
END_TEST

START_TEST(close_payloads_of_the_server)
{
    uint8_t got[CONTROL_BYTES_MAX];
    char reason[200];

    ck_assert_uint_eq(frame_write_close(got, 0, "x"), 0);
    ck_assert_uint_eq(frame_write_close(got, 1005, "x"), 0);
    ck_assert_uint_eq(frame_write_close(got, 1008, NULL), 2);
    ck_assert_mem_eq(got, "\x03\xf0", 2);
    ck_assert_uint_eq(frame_write_close(got, 1008, "no"), 4);
    ck_assert_mem_eq(got, "\x03\xf0no", 4);
    memset(reason, 'a', sizeof(reason));
    reason[123] = '\0';
    ck_assert_uint_eq(frame_write_close(got, 1008, reason), 125);
    snprintf(reason + 122, 8, "%s", "\xc3\xa9"); /* e acute ends at 124 */
    ck_assert_uint_eq(frame_write_close(got, 1008, reason), 124);
}
END_TEST

static const struct {
    const char *label;
    const char *hex;
    size_t left; /* bytes of the rows that are not looked at any more */
    enum arrival want;
} ceilings[] = {
    { "exactly", "8184 00000000 61626364", 0, ARRIVED_TEXT },
    { "by the header", "8185 00000000", 4, ARRIVED_FAULT },
    { "in fragments", "0183 00000000 616263 8081 00000000 64", 0,
      ARRIVED_TEXT },
    { "by the second fragment's header", "0183 00000000 616263 8082 00000000",
      4, ARRIVED_FAULT },
    { "a ping is no message", "8985 00000000 6162636465", 0, ARRIVED_PING },
};

/* The core's ceiling holds at the header: no payload is waited for. */
START_TEST(a_lower_ceiling_is_told_at_the_header)
{
    struct frame_reader reader = { .text_max = 4 };
    struct frame_event event;
    uint8_t bytes[BYTES_SIZE];
    size_t length = read_hex(ceilings[_i].hex, bytes);
    size_t taken = frame_read(&reader, bytes, length, &event);

    ck_assert_msg(event.what == ceilings[_i].want, "%s: got %d",
                  ceilings[_i].label, (int)event.what);
    ck_assert_uint_eq(length - taken, ceilings[_i].left);
    if (event.what == ARRIVED_FAULT)
        ck_assert_uint_eq(event.code, CLOSE_TOO_BIG);
    frame_reader_deinit(&reader);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("shell: frames");
    TCase *tcase = tcase_create("codec");

    tcase_add_loop_test(tcase, frames_in_every_chunking, 0, COUNT_OF(rows));
    tcase_add_test(tcase, a_message_of_64_kib_and_not_one_byte_more);
    tcase_add_loop_test(tcase, a_lower_ceiling_is_told_at_the_header, 0,
                        COUNT_OF(ceilings));
    tcase_add_test(tcase, the_ceiling_counts_all_fragments);
    tcase_add_test(tcase, fragments_are_counted);
    tcase_add_test(tcase, close_codes_that_may_be_sent);
    tcase_add_loop_test(tcase, headers_of_the_server, 0, COUNT_OF(headers));
    tcase_add_test(tcase, close_payloads_of_the_server);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_shell_frame");
}
