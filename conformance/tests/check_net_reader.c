/* Frames: what a strict reader delivers and what it calls by its name, whole
 * and byte by byte; and that what the writer writes is what is read. */
#include "check_program.h"
#include "net/reader.h"
#include "net/writer.h"

#define BYTES(literal) literal, sizeof(literal) - 1

/* Deliveries as text: "1:hello 8/1000:bye" and what ended them behind. */
static void read_all(struct bytes stream, size_t piece, char *into, size_t size)
{
    struct reader reader;
    struct delivery delivery = { 0 };
    enum reading reading = READING_MORE;
    size_t length = 0;

    into[0] = 0;
    reader_init(&reader);
    while (stream.length > 0 && reading == READING_MORE) {
        size_t part = stream.length < piece ? stream.length : piece;
        struct bytes from = bytes_of(stream.at, part);
        stream = bytes_of(stream.at + part, stream.length - part);
        while ((reading = reader_read(&reader, &from, &delivery)) ==
               READING_DELIVERY) {
            length += (size_t)snprintf(into + length, size - length,
                                       "%d/%d:%.*s ", delivery.opcode,
                                       delivery.code, (int)delivery.data.length,
                                       (const char *)delivery.data.at);
        }
        ck_assert_int_ne(reading, READING_STARVED);
    }
    snprintf(into + length, size - length, "%s%s",
             reading == READING_BEYOND ? "(no fault) " : "", reader.violation);
    reader_deinit(&reader);
}

static const struct {
    const char *label;
    const char *bytes;
    size_t length;
    const char *want;
} streams[] = {
    { "text", BYTES("\x81\x02hi"), "1/0:hi " },
    { "empty text", BYTES("\x81\x00"), "1/0: " },
    { "binary", BYTES("\x82\x01\xff"), "2/0:\xff " },
    { "two",
      BYTES("\x81\x01"
            "a\x81\x01"
            "b"),
      "1/0:a 1/0:b " },
    { "fragments around a ping",
      BYTES("\x01\x01"
            "a\x89\x01p\x00\x01"
            "b\x80\x01"
            "c"),
      "9/0:p 1/0:abc " },
    { "UTF-8 cut by a fragment", BYTES("\x01\x01\xc3\x80\x01\xa4"),
      "1/0:\xc3\xa4 " },
    { "pong", BYTES("\x8a\x01q"), "10/0:q " },
    { "close without code", BYTES("\x88\x00"), "8/1005: " },
    { "close 1000", BYTES("\x88\x02\x03\xe8"), "8/1000: " },
    { "close 1008 with reason",
      BYTES("\x88\x05\x03\xf0"
            "bad"),
      "8/1008:bad " },
    { "close 3000", BYTES("\x88\x02\x0b\xb8"), "8/3000: " },
    { "close 4999", BYTES("\x88\x02\x13\x87"), "8/4999: " },
    { "pong behind a close", BYTES("\x88\x00\x8a\x01p"), "8/1005: 10/0:p " },
    { "half a frame", BYTES("\x81\x05he"), "" },
    { "masked", BYTES("\x81\x82\x00\x00\x00\x00hi"),
      "masked a frame (RFC 6455 5.1)" },
    { "RSV1", BYTES("\xc1\x00"),
      "set reserved bits (0x40) without an extension (RFC 6455 5.2)" },
    { "RSV2 and RSV3", BYTES("\xb1\x00"),
      "set reserved bits (0x30) without an extension (RFC 6455 5.2)" },
    { "opcode 3", BYTES("\x83\x00"),
      "sent the reserved opcode 0x3 (RFC 6455 5.2)" },
    { "opcode 11", BYTES("\x8b\x00"),
      "sent the reserved opcode 0xb (RFC 6455 5.2)" },
    { "fragmented ping", BYTES("\x09\x00"),
      "fragmented a control frame (RFC 6455 5.5)" },
    { "oversized ping", BYTES("\x89\x7e\x00\x7e"),
      "sent a control frame of more than 125 bytes (RFC 6455 5.5)" },
    { "16 bits for 125", BYTES("\x81\x7e\x00\x7d"),
      "wrote the length 125 in 16 bits, not in its shortest form (RFC 6455 "
      "5.2)" },
    { "64 bits for 65535", BYTES("\x81\x7f\x00\x00\x00\x00\x00\x00\xff\xff"),
      "wrote the length 65535 in 64 bits, not in its shortest form (RFC 6455 "
      "5.2)" },
    { "most significant bit", BYTES("\x81\x7f\x80"),
      "set the most significant bit of a 64-bit length (RFC 6455 5.2)" },
    { "beyond our ceiling", BYTES("\x82\x7f\x00\x00\x00\x00\x01\x00\x00\x01"),
      "(no fault) sent a message of more than 16777216 bytes, which is the "
      "most that is "
      "read here" },
    { "beyond it in fragments",
      BYTES("\x02\x01x\x80\x7f\x00\x00\x00\x00\x01\x00\x00\x00"),
      "(no fault) sent a message of more than 16777216 bytes, which is the "
      "most that is "
      "read here" },
    { "continuation of nothing", BYTES("\x80\x00"),
      "sent a continuation frame with nothing to continue (RFC 6455 5.4)" },
    { "message within a message",
      BYTES("\x01\x01"
            "a\x81\x01"
            "b"),
      "began a message within a fragmented one (RFC 6455 5.4)" },
    { "bad UTF-8", BYTES("\x81\x02\xc0\x80"),
      "sent a text message that is not UTF-8 (RFC 6455 8.1)" },
    { "surrogate", BYTES("\x81\x03\xed\xa0\x80"),
      "sent a text message that is not UTF-8 (RFC 6455 8.1)" },
    { "bad UTF-8 seen before its end", BYTES("\x81\x7d\xff"),
      "sent a text message that is not UTF-8 (RFC 6455 8.1)" },
    { "text cut within a character", BYTES("\x81\x01\xc3"),
      "ended a text message within a UTF-8 character (RFC 6455 8.1)" },
    { "close payload of one byte", BYTES("\x88\x01\x03"),
      "sent a Close payload of one byte (RFC 6455 5.5.1)" },
    { "close 999", BYTES("\x88\x02\x03\xe7"),
      "closed with 999, which no endpoint may send (RFC 6455 7.4)" },
    { "close 1004", BYTES("\x88\x02\x03\xec"),
      "closed with 1004, which no endpoint may send (RFC 6455 7.4)" },
    { "close 1005", BYTES("\x88\x02\x03\xed"),
      "closed with 1005, which no endpoint may send (RFC 6455 7.4)" },
    { "close 1006", BYTES("\x88\x02\x03\xee"),
      "closed with 1006, which no endpoint may send (RFC 6455 7.4)" },
    { "close 1015", BYTES("\x88\x02\x03\xf7"),
      "closed with 1015, which no endpoint may send (RFC 6455 7.4)" },
    { "close 2999", BYTES("\x88\x02\x0b\xb7"),
      "closed with 2999, which no endpoint may send (RFC 6455 7.4)" },
    { "close 5000", BYTES("\x88\x02\x13\x88"),
      "closed with 5000, which no endpoint may send (RFC 6455 7.4)" },
    { "reason not UTF-8", BYTES("\x88\x03\x03\xe8\xff"),
      "closed with a reason that is not UTF-8 (RFC 6455 5.5.1)" },
    { "reason cut", BYTES("\x88\x04\x03\xe8\xe2\x82"),
      "cut its Close reason within a UTF-8 character (RFC 6455 5.5.1)" },
    { "data after close", BYTES("\x88\x00\x81\x00"),
      "8/1005: sent a data frame after its Close frame (RFC 6455 5.5.1)" },
    { "second close", BYTES("\x88\x00\x88\x00"),
      "8/1005: sent a second Close frame (RFC 6455 5.5.1)" },
};

START_TEST(stream_is_read_alike_however_cut)
{
    static const size_t pieces[] = { SIZE_MAX, 1, 2, 3 };
    char got[512];

    for (size_t i = 0; i < COUNT(pieces); i++) {
        read_all(bytes_of(streams[_i].bytes, streams[_i].length), pieces[i],
                 got, sizeof(got));
        ck_assert_msg(strcmp(got, streams[_i].want) == 0,
                      "%s, in pieces of %zu\n  want: %s\n  got:  %s",
                      streams[_i].label, pieces[i], streams[_i].want, got);
    }
}
END_TEST

/* --- Written and read again ----------------------------------------------- */

static const size_t lengths[] = { 0,     1,     124,   125,   126,    127,
                                  65534, 65535, 65536, 65537, 1048576 };

static void fill_pattern(struct buffer *into, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)('a' + i % 26);
        if (buffer_add(into, &byte, 1) != FAULT_NONE)
            ck_abort_msg("no memory at %zu", i);
    }
}

/* The reader reads servers, so what is written here is not masked. */
static void check_round_trip(struct bytes payload, enum opcode opcode,
                             size_t piece)
{
    struct generator generator = { 7 };
    struct frame frame = { .opcode = opcode,
                           .unmasked = true,
                           .payload = payload };
    struct buffer wire;
    struct reader reader;
    struct delivery delivery = { 0 };
    enum reading reading = READING_MORE;

    buffer_init(&wire, MESSAGE_BYTES_MAX);
    reader_init(&reader);
    ck_assert_int_eq(frame_write(&frame, &generator, &wire), FAULT_NONE);
    for (size_t at = 0; at < wire.length && reading == READING_MORE;
         at += piece) {
        size_t left = wire.length - at;
        struct bytes from = bytes_of(wire.at + at, left < piece ? left : piece);
        reading = reader_read(&reader, &from, &delivery);
    }
    ck_assert_int_eq(reading, READING_DELIVERY);
    ck_assert_uint_eq(delivery.opcode, opcode);
    ck_assert_uint_eq(delivery.data.length, payload.length);
    ck_assert(payload.length == 0 ||
              memcmp(delivery.data.at, payload.at, payload.length) == 0);
    reader_deinit(&reader);
    buffer_deinit(&wire);
}

START_TEST(what_is_written_is_read)
{
    struct buffer payload;

    buffer_init(&payload, MESSAGE_BYTES_MAX);
    fill_pattern(&payload, lengths[_i]);
    check_round_trip(buffer_view(&payload), OPCODE_TEXT, SIZE_MAX / 2);
    check_round_trip(buffer_view(&payload), OPCODE_BINARY, 1);
    buffer_deinit(&payload);
}
END_TEST

static const struct {
    const char *label;
    struct frame frame;
    const char *want; /* in hex; a masked one is looked at byte by byte */
} frames[] = {
    { "a correct one",
      { .opcode = OPCODE_TEXT, .payload = { (const void *)"hi", 2 } },
      "8182 mask" },
    { "unmasked",
      { .opcode = OPCODE_TEXT,
        .unmasked = true,
        .payload = { (const void *)"hi", 2 } },
      "81026869" },
    { "not final, RSV1 and RSV3",
      { .opcode = OPCODE_BINARY,
        .more = true,
        .rsv = RSV1 | RSV3,
        .unmasked = true },
      "5200" },
    { "reserved opcode",
      { .opcode = (enum opcode)0xf, .unmasked = true },
      "8f00" },
    { "16 bits for nothing",
      { .opcode = OPCODE_PING, .form = LENGTH_16_BITS, .unmasked = true },
      "897e0000" },
    { "64 bits for nothing",
      { .opcode = OPCODE_PING, .form = LENGTH_64_BITS, .unmasked = true },
      "897f0000000000000000" },
    { "a lie",
      { .opcode = OPCODE_TEXT,
        .lies = true,
        .says = UINT64_C(0x8000000000000000),
        .unmasked = true },
      "817f8000000000000000" },
};

static void write_hex(const struct buffer *from, char *into, size_t size)
{
    for (size_t i = 0; i < from->length && 2 * i + 2 < size; i++)
        snprintf(into + 2 * i, size - 2 * i, "%02x", from->at[i]);
}

START_TEST(frame_is_written_as_asked)
{
    struct generator generator = { 1 };
    struct buffer wire;
    char got[64] = "";

    buffer_init(&wire, 1024);
    ck_assert_int_eq(frame_write(&frames[_i].frame, &generator, &wire),
                     FAULT_NONE);
    write_hex(&wire, got, sizeof(got));
    if (frames[_i].frame.unmasked) {
        ck_assert_msg(strcmp(got, frames[_i].want) == 0, "%s: want %s, got %s",
                      frames[_i].label, frames[_i].want, got);
    } else {
        ck_assert_uint_eq(wire.length, 8);
        ck_assert_int_eq(wire.at[1], 0x82);
        ck_assert_int_eq(wire.at[6] ^ wire.at[2], 'h');
        ck_assert_int_eq(wire.at[7] ^ wire.at[3], 'i');
    }
    buffer_deinit(&wire);
}
END_TEST

START_TEST(fragments_end_with_a_final_one)
{
    static const char want[] = "\x01\x82....\x00\x82....\x80\x81....";
    static const size_t headers[] = { 0, 8, 16 };
    struct generator generator = { 1 };
    struct buffer wire;

    buffer_init(&wire, 1024);
    ck_assert_int_eq(
        message_write(OPCODE_TEXT, bytes_of("abcde", 5), 2, &generator, &wire),
        FAULT_NONE);
    ck_assert_uint_eq(wire.length, 8 + 8 + 7);
    for (size_t i = 0; i < COUNT(headers); i++) {
        ck_assert_int_eq(wire.at[headers[i]], (unsigned char)want[i * 6]);
        ck_assert_int_eq(wire.at[headers[i] + 1],
                         (unsigned char)want[i * 6 + 1]);
    }
    buffer_deinit(&wire);
}
END_TEST

START_TEST(writer_stops_at_the_ceiling)
{
    struct generator generator = { 1 };
    struct frame frame = { .opcode = OPCODE_TEXT,
                           .payload = bytes_of("0123456789", 10) };
    struct buffer wire;

    buffer_init(&wire, 20);
    ck_assert_int_eq(frame_write(&frame, &generator, &wire), FAULT_NONE);
    ck_assert_int_eq(frame_write(&frame, &generator, &wire), FAULT_LIMIT);
    ck_assert_uint_eq(wire.length, 16);
    ck_assert_int_eq(
        close_write(1000, bytes_of("too long", 8), &generator, &wire),
        FAULT_LIMIT);
    ck_assert_uint_eq(wire.length, 16);
    buffer_deinit(&wire);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("net_reader");
    TCase *tcase = tcase_create("frames");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, stream_is_read_alike_however_cut, 0,
                        COUNT_OF(streams));
    tcase_add_loop_test(tcase, what_is_written_is_read, 0, COUNT_OF(lengths));
    tcase_add_loop_test(tcase, frame_is_written_as_asked, 0, COUNT_OF(frames));
    tcase_add_test(tcase, fragments_end_with_a_final_one);
    tcase_add_test(tcase, writer_stops_at_the_ceiling);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_net_reader");
}
