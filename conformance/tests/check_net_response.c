/* The opening handshake: the request as it is written, the answer as it is
 * read, whole and byte by byte. */
#include "check_program.h"
#include "net/handshake.h"
#include "net/response.h"

/* The example of RFC 6455 1.3. */
#define KEY    "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

START_TEST(accept_is_that_of_the_rfc)
{
    char accept[ACCEPT_SIZE];

    handshake_accept(KEY, accept);
    ck_assert_str_eq(accept, ACCEPT);
}
END_TEST

static const struct pair cookie[] = { { "Cookie", "a=b" } };
static const struct pair swapped[] = { { "host", "evil" },
                                       { "Origin", "null" } };

static const struct {
    const char *label;
    const char *url, *origin;
    struct opening opening;
    const char *want;
} requests[] = {
    { "the usual one",
      "ws://127.0.0.1:8000/ws",
      NULL,
      { .query = "token=x" },
      "GET /ws?token=x HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nUpgrade: "
      "websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " KEY
      "\r\nSec-WebSocket-Version: 13\r\n\r\n" },
    { "all of it",
      "ws://[::1]/ws?v=1",
      "https://o",
      { .query = "t",
        .headers = cookie,
        .header_count = 1,
        .subprotocols = "a, b" },
      "GET /ws?v=1&t HTTP/1.1\r\nHost: [::1]\r\nUpgrade: "
      "websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " KEY
      "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: a, "
      "b\r\nOrigin: https://o\r\nCookie: a=b\r\n\r\n" },
    { "its own Host and Origin",
      "ws+unix:///s:/ws",
      "https://o",
      { .headers = swapped, .header_count = 2 },
      "GET /ws HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: " KEY "\r\nSec-WebSocket-Version: 13\r\nhost: "
      "evil\r\nOrigin: null\r\n\r\n" },
};

START_TEST(request_is_written)
{
    struct buffer into;
    struct url url;

    buffer_init(&into, 4096);
    ck_assert_int_eq(url_parse(requests[_i].url, &url), FAULT_NONE);
    ck_assert_int_eq(handshake_write(&url, &requests[_i].opening,
                                     requests[_i].origin, KEY, &into),
                     FAULT_NONE);
    ck_assert_str_eq(buffer_string(&into), requests[_i].want);
    buffer_deinit(&into);
}
END_TEST

#define HEAD     "HTTP/1.1 101 Switching Protocols\r\n"
#define UPGRADE  "Upgrade: websocket\r\n"
#define CONNECT  "Connection: Upgrade\r\n"
#define ACCEPTED "Sec-WebSocket-Accept: " ACCEPT "\r\n"

enum { ENDS = 1, OFFERS_NOTHING = 2 };

/* `want`: "accepted PROTOCOL +REST", "rejected STATUS BODY", a sentence, or
 * "more". */
static const struct {
    const char *label, *text, *want;
    int how;
} answers[] = {
    { "good", HEAD UPGRADE CONNECT ACCEPTED "\r\n", "accepted  +", 0 },
    { "any case, any order",
      "HTTP/1.1 101\r\nSEC-WEBSOCKET-ACCEPT:" ACCEPT
      "\r\nconnection: keep-alive, upGRADE\r\nupgrade:  WebSocket \r\n\r\n",
      "accepted  +", 0 },
    { "frames behind", HEAD UPGRADE CONNECT ACCEPTED "\r\n\x81\x01x",
      "accepted  +\x81\x01x", 0 },
    { "subprotocol",
      HEAD UPGRADE CONNECT ACCEPTED "Sec-WebSocket-Protocol: b\r\n\r\n",
      "accepted b +", 0 },
    { "extension that was offered",
      HEAD UPGRADE CONNECT ACCEPTED
      "Sec-WebSocket-Extensions: permessage-deflate;server_no_context_takeover "
      "; client_no_context_takeover; server_max_window_bits=10\r\n\r\n",
      "accepted  +", 0 },
    { "early hints first",
      "HTTP/1.1 103 Early\r\nUpgrade: h2c\r\n\r\n" HEAD UPGRADE CONNECT ACCEPTED
      "\r\n",
      "accepted  +", 0 },
    { "not whole", HEAD UPGRADE, "more", 0 },
    { "no Upgrade", HEAD CONNECT ACCEPTED "\r\n",
      "answered 101 without \"Upgrade: websocket\" (RFC 6455 4.1)", 0 },
    { "other Upgrade", HEAD "Upgrade: h2c\r\n" CONNECT ACCEPTED "\r\n",
      "answered 101 without \"Upgrade: websocket\" (RFC 6455 4.1)", 0 },
    { "no Connection", HEAD UPGRADE ACCEPTED "\r\n",
      "answered 101 without \"Connection: Upgrade\" (RFC 6455 4.1)", 0 },
    { "no accept", HEAD UPGRADE CONNECT "\r\n",
      "answered 101 with 0 Sec-WebSocket-Accept fields, not one (RFC 6455 4.1)",
      0 },
    { "two accepts", HEAD UPGRADE CONNECT ACCEPTED ACCEPTED "\r\n",
      "answered 101 with 2 Sec-WebSocket-Accept fields, not one (RFC 6455 4.1)",
      0 },
    { "wrong accept",
      HEAD UPGRADE CONNECT
      "Sec-WebSocket-Accept: S3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
      "answered 101 with a Sec-WebSocket-Accept that does not fit the key "
      "(RFC 6455 4.1)",
      0 },
    { "foreign subprotocol",
      HEAD UPGRADE CONNECT ACCEPTED "Sec-WebSocket-Protocol: B\r\n\r\n",
      "chose the subprotocol \"B\", which was not offered (RFC 6455 4.1)", 0 },
    { "two subprotocols",
      HEAD UPGRADE CONNECT ACCEPTED
      "Sec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: b\r\n\r\n",
      "chose more than one subprotocol (RFC 6455 4.2.2)", 0 },
    { "subprotocol where none was offered",
      HEAD UPGRADE CONNECT ACCEPTED "Sec-WebSocket-Protocol: a\r\n\r\n",
      "chose the subprotocol \"a\", which was not offered (RFC 6455 4.1)",
      OFFERS_NOTHING },
    { "extension in another form",
      HEAD UPGRADE CONNECT ACCEPTED
      "Sec-WebSocket-Extensions: permessage-deflate; x=1\r\n\r\n",
      "chose the extension \"permessage-deflate; x=1\", which was not offered "
      "(RFC 6455 4.1)",
      0 },
    { "extension twice",
      HEAD UPGRADE CONNECT ACCEPTED
      "Sec-WebSocket-Extensions: permessage-deflate, permessage-deflate\r\n"
      "\r\n",
      "chose the extension \"permessage-deflate\", which was not offered "
      "(RFC 6455 4.1)",
      0 },
    { "window that is none",
      HEAD UPGRADE CONNECT ACCEPTED
      "Sec-WebSocket-Extensions: "
      "permessage-deflate; server_max_window_bits=16\r\n\r\n",
      "chose the extension \"permessage-deflate; server_max_window_bits=16\", "
      "which was not offered (RFC 6455 4.1)",
      0 },
    { "extension where none was offered",
      HEAD UPGRADE CONNECT ACCEPTED
      "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
      "chose the extension \"permessage-deflate\", which was not offered "
      "(RFC 6455 4.1)",
      OFFERS_NOTHING },
    { "HTTP/1.0", "HTTP/1.0 101 X\r\n" UPGRADE CONNECT ACCEPTED "\r\n",
      "switched protocols in HTTP/1.0 (RFC 6455 4.1)", 0 },
    { "garbage", "SSH-2.0-x\r\n",
      "answered with something other than HTTP (RFC 6455 4.1)", 0 },
    { "a frame", "\x88\x02\x03\xe8",
      "answered with something other than HTTP (RFC 6455 4.1)", 0 },
    { "no status line", "HTTP/2 200\r\n\r\n",
      "answered with \"HTTP/2 200\", which is no HTTP/1.1 status line (RFC "
      "9112 4)",
      0 },
    { "status 999", "HTTP/1.1 999 X\r\n\r\n",
      "answered with HTTP status 999 (RFC 9110 15)", 0 },
    { "lone LF", "HTTP/1.1 101 X\nUpgrade: websocket\n\n",
      "ended a header line with something other than CR LF (RFC 9112 2.2)", 0 },
    { "lone CR", "HTTP/1.1 101 X\rA: b\r\n",
      "ended a header line with something other than CR LF (RFC 9112 2.2)", 0 },
    { "control byte", "HTTP/1.1 101 X\r\nA: \x01\r\n",
      "put the control byte 0x01 into its head (RFC 9110 5.5)", 0 },
    { "folded line", HEAD "A: b\r\n c\r\n\r\n",
      "sent the header line \" c\", which is no field (RFC 9112 5)", 0 },
    { "blank before the colon", HEAD "Upgrade : websocket\r\n\r\n",
      "sent the header line \"Upgrade : websocket\", which is no field (RFC "
      "9112 5)",
      0 },
    { "cut head", "HTTP/1.1 101",
      "ended its answer to the handshake after 12 bytes, before the head was "
      "whole (RFC 6455 4.1)",
      ENDS },
    { "401 with a length", "HTTP/1.1 401 No\r\nContent-Length: 4\r\n\r\nnopeX",
      "rejected 401 nope", 0 },
    { "403 with nothing", "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n",
      "rejected 403 ", 0 },
    { "204", "HTTP/1.1 204 X\r\n\r\n", "rejected 204 ", 0 },
    { "200", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
      "rejected 200 hi", 0 },
    { "body up to the end", "HTTP/1.0 500 X\r\n\r\noops", "rejected 500 oops",
      ENDS },
    { "body not whole", "HTTP/1.1 403 X\r\nContent-Length: 9\r\n\r\nabc",
      "rejected 403 abc", ENDS },
    { "chunks",
      "HTTP/1.1 403 X\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n",
      "rejected 403 abc0123456789", 0 },
    { "bad chunks",
      "HTTP/1.1 403 X\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\nzz",
      "rejected 403 ab", 0 },
    { "huge chunk",
      "HTTP/1.1 403 X\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffff",
      "rejected 403 ", 0 },
};

static void describe(const struct response *response, enum answer answer,
                     struct bytes rest, char *into, size_t size)
{
    switch (answer) {
    case ANSWER_MORE: snprintf(into, size, "more"); break;
    case ANSWER_ACCEPTED:
        snprintf(into, size, "accepted %.60s +%.*s", response->subprotocol,
                 (int)rest.length, (const char *)rest.at);
        break;
    case ANSWER_REJECTED:
        snprintf(into, size, "rejected %d %.200s", response->status,
                 buffer_string(&response->body));
        break;
    case ANSWER_VIOLATION:
        snprintf(into, size, "%s", response->violation);
        break;
    case ANSWER_STARVED: snprintf(into, size, "starved"); break;
    }
}

/* What stands behind the piece in which an answer ends is left as well. */
static void read_answer(struct bytes text, size_t piece, int how, char *into,
                        size_t size)
{
    struct response response;
    enum answer answer = ANSWER_MORE;
    struct terms terms = { KEY, "a, b", "permessage-deflate; y", NULL };

    if ((how & OFFERS_NOTHING) != 0)
        terms = (struct terms){ .key = KEY };
    response_init(&response, terms);
    while (answer == ANSWER_MORE && text.length > 0) {
        size_t length = text.length < piece ? text.length : piece;
        struct bytes part = bytes_of(text.at, length);
        answer = response_read(&response, &part);
        length -= part.length;
        text = bytes_of(text.at + length, text.length - length);
    }
    if (answer == ANSWER_MORE && (how & ENDS) != 0)
        answer = response_end(&response);
    describe(&response, answer, text, into, size);
    response_deinit(&response);
}

START_TEST(answer_is_read_alike_however_cut)
{
    static const size_t pieces[] = { SIZE_MAX, 1, 7 };
    char got[512];

    for (size_t i = 0; i < COUNT(pieces); i++) {
        read_answer(bytes_of_string(answers[_i].text), pieces[i],
                    answers[_i].how, got, sizeof(got));
        ck_assert_msg(strcmp(got, answers[_i].want) == 0,
                      "%s, in pieces of %zu\n  want: %s\n  got:  %s",
                      answers[_i].label, pieces[i], answers[_i].want, got);
    }
}
END_TEST

/* --- Ceilings ------------------------------------------------------------- */

static const struct {
    const char *label, *line, *tail, *want;
    unsigned copies;
} masses[] = {
    { "200 fields", "A: b\r\n", "\r\n", "rejected 403 ", 200 },
    { "201 fields", "A: b\r\n", "\r\n",
      "answered with more than 200 header fields", 201 },
    { "a megabyte", "0123456789abcdef", "",
      "answered with a head of more than 65536 bytes", 65536 },
};

START_TEST(head_has_ceilings)
{
    struct buffer text;
    char got[512];

    buffer_init(&text, 2 * 1024 * 1024);
    buffer_add_string(&text, "HTTP/1.1 403 No\r\n");
    for (unsigned i = 0; i < masses[_i].copies; i++)
        buffer_add_string(&text, masses[_i].line);
    buffer_add_string(&text, masses[_i].tail);
    read_answer(buffer_view(&text), SIZE_MAX, ENDS, got, sizeof(got));
    ck_assert_msg(strcmp(got, masses[_i].want) == 0, "%s: want %s, got %s",
                  masses[_i].label, masses[_i].want, got);
    buffer_deinit(&text);
}
END_TEST

START_TEST(body_has_a_ceiling)
{
    static const char head[] = "HTTP/1.1 403 No\r\n\r\n";
    static unsigned char body[RESPONSE_BODY_MAX + 1];
    struct response response;
    struct bytes from = bytes_of(head, sizeof(head) - 1);

    response_init(&response, (struct terms){ .key = KEY });
    ck_assert_int_eq(response_read(&response, &from), ANSWER_MORE);
    from = bytes_of(body, RESPONSE_BODY_MAX);
    ck_assert_int_eq(response_read(&response, &from), ANSWER_MORE);
    from = bytes_of(body, 1);
    ck_assert_int_eq(response_read(&response, &from), ANSWER_REJECTED);
    ck_assert_uint_eq(response.body.length, RESPONSE_BODY_MAX);
    response_deinit(&response);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("net_response");
    TCase *tcase = tcase_create("handshake");

    tcase_add_test(tcase, accept_is_that_of_the_rfc);
    tcase_add_loop_test(tcase, request_is_written, 0, COUNT_OF(requests));
    tcase_add_loop_test(tcase, answer_is_read_alike_however_cut, 0,
                        COUNT_OF(answers));
    tcase_add_loop_test(tcase, head_has_ceilings, 0, COUNT_OF(masses));
    tcase_add_test(tcase, body_has_a_ceiling);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_net_response");
}
