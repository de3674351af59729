/* The adapter against servers that deviate from RFC 6455: told as violations,
 * and where the manifest tolerates it as deviations, behind which it goes on.
 */
#include "net/connection.h"
#include "net_world.h"

struct row {
    const char *label;
    unsigned tolerated;
    const char *header; /* of the 101 */
    const char *bytes;  /* behind it */
    size_t length;
    const char *want;
};

#define BYTES(literal) literal, sizeof(literal) - 1
#define ALL            ((1u << DEVIATIONS) - 1)
#define ONLY(name)     (1u << DEVIATION_##name)
#define TWO_CLOSES     BYTES("\x88\x04\x03\xf0no\x88\x02\x03\xe8")
#define CUT            BYTES("\x88\x05\x03\xf0no\xc3")
#define BAD_REQUEST    "HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno"
#define BEGINS         "accepted -; deviates http_behind_101 "
#define ENDED          "gone ours (ended for its violation)"

static const struct row rows[] = {
    { "two Closes", 0, "", TWO_CLOSES,
      "accepted -; closed 1008 no; violation sent a second Close frame (RFC "
      "6455 5.5.1); " ENDED },
    { "two Closes, tolerated", ONLY(SECOND_CLOSE), "", TWO_CLOSES,
      "accepted -; closed 1008 no; deviates second_close; gone FIN (FIN)" },
    { "three Closes, tolerated", ONLY(SECOND_CLOSE), "",
      BYTES("\x88\x00\x88\x02\x03\xe8\x88\x02\x03\xf0"),
      "accepted -; closed 1005 ; deviates second_close; gone FIN (FIN)" },
    { "data behind a Close is not tolerated", ALL, "",
      BYTES("\x88\x02\x03\xf0\x81\x02hi"),
      "accepted -; closed 1008 ; violation sent a data frame after its Close "
      "frame (RFC 6455 5.5.1); " ENDED },
    { "a wrong second Close is not tolerated", ALL, "",
      BYTES("\x88\x02\x03\xf0\x88\x02\x03\xed"),
      "accepted -; closed 1008 ; violation closed with 1005, which no endpoint "
      "may send (RFC 6455 7.4); " ENDED },
    { "a reason cut short", 0, "", CUT,
      "accepted -; violation cut its Close reason within a UTF-8 character "
      "(RFC 6455 5.5.1); " ENDED },
    { "a reason cut short, tolerated", ONLY(CUT_REASON), "", CUT,
      "accepted -; deviates cut_reason; closed 1008 no\xc3; gone FIN (FIN)" },
    { "a reason that is not UTF-8 is not tolerated", ALL, "",
      BYTES("\x88\x05\x03\xf0n\xffo"),
      "accepted -; violation closed with a reason that is not UTF-8 (RFC 6455 "
      "5.5.1); " ENDED },
    { "an empty sub-protocol", 0, "Sec-WebSocket-Protocol: \r\n",
      BYTES("\x81\x02hi"),
      "violation chose the subprotocol \"\", which was not offered (RFC 6455 "
      "4.1); " ENDED },
    { "an empty sub-protocol, tolerated", ONLY(EMPTY_SUBPROTOCOL),
      "Sec-WebSocket-Protocol: \r\n", BYTES("\x81\x02hi"),
      "accepted -; deviates empty_subprotocol; text hi; gone FIN (FIN)" },
    { "another sub-protocol is not tolerated", ALL,
      "Sec-WebSocket-Protocol: talk\r\n", BYTES("\x81\x02hi"),
      "violation chose the subprotocol \"talk\", which was not offered (RFC "
      "6455 4.1); " ENDED },
    { "HTTP behind the 101", 0, "", BYTES(BAD_REQUEST),
      "accepted -; violation set reserved bits (0x40) without an extension "
      "(RFC 6455 5.2); " ENDED },
    { "HTTP in place of frames, tolerated", ONLY(HTTP_BEHIND_101), "",
      BYTES(BAD_REQUEST), BEGINS BAD_REQUEST "; gone FIN (FIN)" },
    { "HTTP before a frame, tolerated", ONLY(HTTP_BEHIND_101), "",
      BYTES(BAD_REQUEST "\x81\x02hi"),
      BEGINS BAD_REQUEST "; text hi; gone FIN (FIN)" },
    { "HTTP twice, tolerated", ONLY(HTTP_BEHIND_101), "",
      BYTES("HTTP/1.1 100 Go on\r\n\r\n" BAD_REQUEST "HTTP/1.0 200 \r\n\r\nx"),
      BEGINS "HTTP/1.1 100 Go on\r\n\r\n" BAD_REQUEST
             "; deviates http_behind_101 HTTP/1.0 200 \r\n\r\nx; gone FIN "
             "(FIN)" },
    { "HTTP in chunks, tolerated to the end", ONLY(HTTP_BEHIND_101), "",
      BYTES("HTTP/1.1 400 X\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"
            "0\r\nA: b\r\n\r\n"),
      BEGINS "HTTP/1.1 400 X\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"
             "0\r\n; deviates http_behind_101 A: b\r\n\r\n; gone FIN (FIN)" },
    { "HTTP cut short, tolerated", ONLY(HTTP_BEHIND_101), "", BYTES("HTTP/1"),
      BEGINS "HTTP/1; gone FIN (FIN)" },
    { "HTTP behind a frame is not tolerated", ALL, "",
      BYTES("\x81\x02hi" BAD_REQUEST),
      "accepted -; text hi; violation set reserved bits (0x40) without an "
      "extension (RFC 6455 5.2); " ENDED },
    { "what only begins like HTTP is not tolerated", ALL, "", BYTES("HTML"),
      BEGINS "HTM; violation wrote what is neither a frame nor HTTP behind its "
             "101 (RFC 6455 5.1); " ENDED },
    { "other bytes behind the 101 are not tolerated", ALL, "", BYTES("GET /"),
      "accepted -; violation set reserved bits (0x40) without an extension "
      "(RFC 6455 5.2); " ENDED },
    { "nothing to tolerate", ALL, "Sec-WebSocket-Protocol: chat\r\n",
      BYTES("\x88\x00"), "accepted chat; closed 1005 ; gone FIN (FIN)" },
};

/* What the client answers is of no interest, and no reason for a RST. */
static void deviate(int listener, const void *with)
{
    const struct row *row = with;
    char head[REQUEST_SIZE], answer[512];
    int fd = accept(listener, NULL, NULL);

    read_head(fd, head);
    write_switch(head, answer, sizeof(answer));
    write_all(fd, answer, strlen(answer) - 2);
    write_all(fd, row->header, strlen(row->header));
    write_all(fd, "\r\n", 2);
    write_all(fd, row->bytes, row->length);
    shutdown(fd, SHUT_WR);
    read_to_end(fd);
}

START_TEST(deviation_is_told_as_what_it_is)
{
    const struct row *row = &rows[_i];
    struct server server = serve(deviate, row);
    struct opening opening = { .subprotocols = "chat" };
    char url[128], story[STORY_SIZE];

    snprintf(url, sizeof(url), "ws://127.0.0.1:%u/", server.port);
    struct manifest manifest = target(url);
    manifest.tolerated = row->tolerated;
    struct adapter *adapter = adapter_for(&manifest);
    dial(adapter, 1, &opening);
    tell_story(adapter, 1, story);
    ck_assert_msg(strcmp(story, row->want) == 0, "%s\n  want: %s\n  got:  %s",
                  row->label, row->want, story);
    adapter_free(adapter);
    stop(server);
}
END_TEST

enum { MUCH = 5000 };

/* In pieces, and more of it than is borne. */
static void litter(int listener, const void *ignored)
{
    static char mass[MUCH];
    char head[REQUEST_SIZE];
    int fd = accept(listener, NULL, NULL);

    (void)ignored;
    memset(mass, 'x', sizeof(mass));
    accept_handshake(fd, head);
    write_all(fd, "HTTP/1.1 200 OK\r\n\r\n", 19);
    write_all(fd, mass, sizeof(mass));
    shutdown(fd, SHUT_WR);
    read_to_end(fd);
}

START_TEST(http_without_end_is_borne_no_longer)
{
    struct server server = serve(litter, NULL);
    struct event event = { 0 };
    size_t bytes = 0;
    char url[128];

    snprintf(url, sizeof(url), "ws://127.0.0.1:%u/", server.port);
    struct manifest manifest = target(url);
    manifest.tolerated = ALL;
    struct adapter *adapter = adapter_for(&manifest);
    dial(adapter, 1, NULL);
    while (adapter->ops->next_event(adapter->self, &event, 5000) == 1 &&
           event.kind != EVENT_VIOLATION)
        bytes += event.kind == EVENT_DEVIATION ? event.data.length : 0;
    ck_assert_int_eq(event.kind, EVENT_VIOLATION);
    ck_assert_ptr_nonnull(strstr((const char *)event.data.at, "4096 bytes"));
    ck_assert_uint_gt(bytes, LITTER_BYTES_MAX);
    adapter_free(adapter);
    stop(server);
}
END_TEST

START_TEST(names_lead_back_to_deviations)
{
    for (int i = 0; i < DEVIATIONS; i++) {
        ck_assert_int_eq(deviation_named(deviation_word((enum deviation)i)), i);
        ck_assert_uint_gt(strlen(deviation_text((enum deviation)i)), 0);
    }
    ck_assert_int_eq(deviation_named("anything"), -1);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("net_tolerance");
    TCase *tcase = tcase_create("tolerance");

    tcase_add_loop_test(tcase, deviation_is_told_as_what_it_is, 0,
                        COUNT_OF(rows));
    tcase_add_test(tcase, http_without_end_is_borne_no_longer);
    tcase_add_test(tcase, names_lead_back_to_deviations);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_net_tolerance");
}
