/* Packets of Engine.IO and Socket.IO: what is read, what is refused, and how
 * messages are written. */
#include "check_program.h"
#include "net/packet.h"

static const struct {
    const char *text;
    const char *namespace;
    enum packet_kind kind;
    const char *payload;
} good[] = {
    { "0{\"sid\":\"a\",\"pingInterval\":25000}", "/", PACKET_OPEN,
      "{\"sid\":\"a\",\"pingInterval\":25000}" },
    { "1", "/", PACKET_CLOSE, "" },
    { "2", "/", PACKET_PING, "" },
    { "3", "/", PACKET_PONG, "" },
    { "6", "/", PACKET_NOOP, "" },
    { "40{\"sid\":\"b\"}", "/", PACKET_CONNECT, "{\"sid\":\"b\"}" },
    { "40/,{\"sid\":\"b\"}", "/", PACKET_CONNECT, "{\"sid\":\"b\"}" },
    { "40/rooms,{\"sid\":\"b\"}", "/rooms", PACKET_CONNECT, "{\"sid\":\"b\"}" },
    { "41", "/", PACKET_DISCONNECT, "" },
    { "41/rooms", "/rooms", PACKET_DISCONNECT, "" },
    { "41/rooms,", "/rooms", PACKET_DISCONNECT, "" },
    { "42[\"a\"]", "/", PACKET_EVENT, "[\"a\"]" },
    { "42[\"a\",{\"x\":[1]},2] ", "/", PACKET_EVENT, "[\"a\",{\"x\":[1]},2] " },
    { "4217[\"a\"]", "/", PACKET_EVENT, "[\"a\"]" },
    { "42/rooms,17[\"a\"]", "/rooms", PACKET_EVENT, "[\"a\"]" },
    { "42/rooms,1234567890123456[\"a\"]", "/rooms", PACKET_EVENT, "[\"a\"]" },
    { "437[]", "/", PACKET_ACK, "[]" },
    { "44{\"message\":\"no\"}", "/", PACKET_REFUSAL, "{\"message\":\"no\"}" },
    { "44\"no\"", "/", PACKET_REFUSAL, "\"no\"" },
    { "44", "/", PACKET_REFUSAL, "" },
    { "451-[\"a\",{\"_placeholder\":true,\"num\":0}]", "/", PACKET_BINARY, "" },
    { "46", "/", PACKET_BINARY, "" },
};

START_TEST(packet_is_taken_apart)
{
    struct packet packet;
    struct bytes text = bytes_of_string(good[_i].text);

    ck_assert_ptr_null(packet_read(text, good[_i].namespace, &packet));
    ck_assert_int_eq(packet.kind, good[_i].kind);
    ck_assert_uint_eq(packet.payload.length, strlen(good[_i].payload));
    if (packet.payload.length > 0)
        ck_assert_mem_eq(packet.payload.at, good[_i].payload,
                         packet.payload.length);
}
END_TEST

static const struct {
    const char *text;
    const char *namespace;
    const char *want;
} bad[] = {
    { "", "/", "an empty packet" },
    { "5", "/", "an Engine.IO upgrade, which only a client asks for" },
    { "7", "/", "an Engine.IO packet of no kind that there is" },
    { "b4aGk=", "/", "an Engine.IO packet of no kind that there is" },
    { "{\"type\":\"error\"}", "/",
      "an Engine.IO packet of no kind that there is" },
    { "0", "/", "an Engine.IO open without a sid" },
    { "0{\"sid\":\"\"}", "/", "an Engine.IO open without a sid" },
    { "0{\"sid\":5}", "/", "an Engine.IO open without a sid" },
    { "0{\"sid\":\"a\"}{}", "/", "an Engine.IO open without a sid" },
    { "0[\"sid\"]", "/", "an Engine.IO open without a sid" },
    { "2probe", "/", "bytes behind a packet" },
    { "3 ", "/", "bytes behind a packet" },
    { "1x", "/", "bytes behind a packet" },
    { "4", "/", "a Socket.IO packet of no kind that there is" },
    { "47", "/", "a Socket.IO packet of no kind that there is" },
    { "4x", "/", "a Socket.IO packet of no kind that there is" },
    { "40", "/", "a Socket.IO CONNECT without a sid" },
    { "405{\"sid\":\"a\"}", "/",
      "a number where no acknowledgement is asked for" },
    { "40/other,{\"sid\":\"a\"}", "/",
      "a packet of a namespace that nobody has joined" },
    { "40{\"sid\":\"a\"}", "/rooms",
      "a packet of a namespace that nobody has joined" },
    { "42/room,[\"a\"]", "/rooms",
      "a packet of a namespace that nobody has joined" },
    { "42/rooms2,[\"a\"]", "/rooms",
      "a packet of a namespace that nobody has joined" },
    { "42", "/", "an event without a name" },
    { "42{\"a\":1}", "/", "an event without a name" },
    { "42[]", "/", "an event without a name" },
    { "42[1,\"a\"]", "/", "an event without a name" },
    { "42[\"a\"", "/", "an event without a name" },
    { "42[\"a\"]]", "/", "an event without a name" },
    { "42-1[\"a\"]", "/", "an event without a name" },
    { "4212345678901234567[\"a\"]", "/",
      "the number of an acknowledgement that is too long" },
    { "43[]", "/", "an ACK without a number" },
    { "431{}", "/", "an ACK without an array" },
    { "42[\"a\",\x01 1]", "/", "an event without a name" },
    { "42[\"a\",\"\x01\"]", "/", "an event without a name" },
    { "41{", "/", "a reason that is no JSON" },
    { "44{\"message\":", "/", "a reason that is no JSON" },
};

START_TEST(wrong_packet_is_one_sentence)
{
    struct packet packet;
    const char *wrong =
        packet_read(bytes_of_string(bad[_i].text), bad[_i].namespace, &packet);

    ck_assert_msg(wrong != NULL, "%s", bad[_i].text);
    ck_assert_str_eq(wrong, bad[_i].want);
}
END_TEST

static const struct {
    const char *namespace;
    const char *text;
    const char *want;
} written[] = {
    { "/", "[\"a\",{\"b\":1}]", "42[\"a\",{\"b\":1}]" },
    { "/rooms", "[\"a\"]", "42/rooms,[\"a\"]" },
    { "/", "{\"a\":1}", "42[\"say\",{\"a\":1}]" },
    { "/", "[5]", "42[\"say\",[5]]" },
    { "/", "[]", "42[\"say\",[]]" },
    { "/", "null", "42[\"say\",null]" },
    { "/rooms", "5", "42/rooms,[\"say\",5]" },
    { "/", "\"x\"", "42[\"say\",\"x\"]" },
    { "/", "not json", "42[\"say\",\"not json\"]" },
    { "/", "{\"a\":1}}", "42[\"say\",\"{\\\"a\\\":1}}\"]" },
    { "/", "\xc3\xa4", "42[\"say\",\"\xc3\xa4\"]" },
    { "/", "\xff", "42\xff" },
    { "/", "", "42[\"say\",\"\"]" },
    { "/", "\xef\xbb\xbf{}", "42[\"say\",\"\xef\xbb\xbf{}\"]" },
};

START_TEST(text_is_written_as_an_event)
{
    struct buffer into;

    buffer_init(&into, 1024);
    ck_assert_int_eq(packet_write_event(written[_i].namespace, "say",
                                        bytes_of_string(written[_i].text),
                                        &into),
                     FAULT_NONE);
    ck_assert_str_eq(buffer_string(&into), written[_i].want);
    buffer_deinit(&into);
}
END_TEST

START_TEST(connect_holds_its_payload_as_it_stands)
{
    struct buffer into;

    buffer_init(&into, 1024);
    (void)packet_write_connect("/", bytes_of_string(""), &into);
    (void)packet_write_connect("/", bytes_of_string("{\"t\":1}"), &into);
    (void)packet_write_connect("/rooms", bytes_of_string("{"), &into);
    (void)packet_write_connect("/rooms", bytes_of_string(""), &into);
    ck_assert_str_eq(buffer_string(&into), "4040{\"t\":1}40/rooms,{40/rooms,");
    buffer_deinit(&into);
}
END_TEST

static const struct {
    const char *payload;
    struct rhythm want;
} rhythms[] = {
    { "{\"pingInterval\":25000,\"pingTimeout\":20000}", { 25000, 20000 } },
    { "{\"pingInterval\":1,\"pingTimeout\":2147483646}", { 1, INT32_MAX - 1 } },
    { "{\"pingInterval\":0,\"pingTimeout\":-1}", { 0, 0 } },
    { "{\"pingInterval\":0.5,\"pingTimeout\":1e300}", { 0, 0 } },
    { "{\"pingInterval\":\"25000\",\"pingTimeout\":[1]}", { 0, 0 } },
    { "{}", { 0, 0 } },
    { "[]", { 0, 0 } },
    { "no", { 0, 0 } },
};

START_TEST(rhythm_is_read)
{
    struct rhythm got = packet_rhythm(bytes_of_string(rhythms[_i].payload));

    ck_assert_msg(got.interval_ms == rhythms[_i].want.interval_ms &&
                      got.timeout_ms == rhythms[_i].want.timeout_ms,
                  "%s: %d, %d", rhythms[_i].payload, got.interval_ms,
                  got.timeout_ms);
}
END_TEST

START_TEST(event_beyond_the_ceiling_is_a_fault)
{
    struct buffer into;

    buffer_init(&into, 8);
    ck_assert_int_eq(
        packet_write_event("/", "say", bytes_of_string("[\"long\"]"), &into),
        FAULT_LIMIT);
    buffer_deinit(&into);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("net_packet");
    TCase *tcase = tcase_create("packet");

    tcase_add_loop_test(tcase, packet_is_taken_apart, 0, COUNT_OF(good));
    tcase_add_loop_test(tcase, wrong_packet_is_one_sentence, 0, COUNT_OF(bad));
    tcase_add_loop_test(tcase, text_is_written_as_an_event, 0,
                        COUNT_OF(written));
    tcase_add_loop_test(tcase, rhythm_is_read, 0, COUNT_OF(rhythms));
    tcase_add_test(tcase, connect_holds_its_payload_as_it_stands);
    tcase_add_test(tcase, event_beyond_the_ceiling_is_a_fault);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_net_packet");
}
