/* The opening handshake: each row is fed whole, byte by byte and split at every
 * place, and must come to the same status each time. */
#include "check_program.h"
#include "shell/handshake.h"
#include <string.h>

/* The lines that a legal request needs beside its first, in parts. */
static const char host[] = "Host: localhost:8000\r\n";
static const char rest[] = "Upgrade: websocket\r\n"
                           "Connection: Upgrade\r\n"
                           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                           "Sec-WebSocket-Version: 13\r\n";
static const char line[] = "GET /ws?token=abc HTTP/1.1\r\n";

enum { PARTS_MAX = 6, REQUEST_SIZE = 24 * 1024 };

struct row {
    const char *label;
    int want;
    const char *parts[PARTS_MAX]; /* put together; "\r\n" ends the head */
};

static const struct row rows[] = {
    { "the plainest legal one", 101, { line, host, rest, "\r\n" } },
    { "token lists, any case",
      101,
      { line, host,
        "upgrade: foo/2, WebSocket\r\nCONNECTION: keep-alive ,\tupgrade\r\n",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        "Sec-WebSocket-Version:13\r\n\r\n" } },
    { "token lists over several lines",
      101,
      { line, host, "Upgrade: foo\r\nConnection: keep-alive\r\n", rest,
        "\r\n" } },
    { "white space around values, UTF-8 inside",
      101,
      { line, host, rest, "X-Name: \t J\xc3\xbcrgen \t\r\nX-Empty:\r\n\r\n" } },
    { "content length zero",
      101,
      { line, host, rest, "Content-Length: 0\r\n\r\n" } },
    { "POST", 405, { "POST /ws HTTP/1.1\r\n", host, rest, "\r\n" } },
    { "get in small letters", 405, { "get /ws HTTP/1.1\r\n", host, rest } },
    { "HTTP/1.0", 505, { "GET /ws HTTP/1.0\r\n", host, rest, "\r\n" } },
    { "HTTP/2.0", 505, { "GET /ws HTTP/2.0\r\n", host, rest, "\r\n" } },
    { "no version", 400, { "GET /ws\r\n", host, rest, "\r\n" } },
    { "http/1.1 in small letters", 400, { "GET /ws http/1.1\r\n", host } },
    { "version too long", 400, { "GET /ws HTTP/1.11\r\n", host, rest } },
    { "two blanks before the version", 400, { "GET /ws  HTTP/1.1\r\n" } },
    { "blank at the start", 400, { " GET /ws HTTP/1.1\r\n", host } },
    { "empty line at the start", 400, { "\r\n", line, host, rest, "\r\n" } },
    { "absolute form", 400, { "GET http://localhost/ws HTTP/1.1\r\n" } },
    { "asterisk form", 400, { "GET * HTTP/1.1\r\n", host, rest } },
    { "fragment in the target", 400, { "GET /ws#x HTTP/1.1\r\n", host } },
    { "byte above 7F in the target", 400, { "GET /\xc3\xa9 HTTP/1.1\r\n" } },
    { "tab in the target", 400, { "GET /w\ts HTTP/1.1\r\n", host, rest } },
    { "bare LF", 400, { "GET /ws HTTP/1.1\n", host, rest, "\r\n" } },
    { "bare CR in a value", 400, { line, host, "X: a\rb\r\n", rest } },
    { "bare LF in a value", 400, { line, host, "X: a\nY: b\r\n", rest } },
    { "bare LF at the end", 400, { line, host, rest, "\n" } },
    { "folded line", 400, { line, host, "X: a\r\n b\r\n", rest, "\r\n" } },
    { "control character", 400, { line, host, "X: a\x01\r\n", rest } },
    { "DEL", 400, { line, host, "X: a\x7f\r\n", rest } },
    { "blank before the colon", 400, { line, "Host : localhost\r\n", rest } },
    { "name is no token", 400, { line, host, "X(Y): a\r\n", rest } },
    { "empty name", 400, { line, host, ": a\r\n", rest } },
    { "line without a colon", 400, { line, host, "Nonsense\r\n", rest } },
    { "no Host", 400, { line, rest, "\r\n" } },
    { "empty Host", 400, { line, "Host:\r\n", rest, "\r\n" } },
    { "two Hosts", 400, { line, host, host, rest, "\r\n" } },
    { "Host with a path", 400, { line, "Host: a/b\r\n", rest, "\r\n" } },
    { "Host with a person", 400, { line, "Host: a@b\r\n", rest, "\r\n" } },
    { "Host is a list", 400, { line, "Host: a, b\r\n", rest, "\r\n" } },
    { "chunked body",
      400,
      { line, host, rest, "Transfer-Encoding: chunked\r\n\r\n" } },
    { "body", 400, { line, host, rest, "Content-Length: 5\r\n\r\n" } },
    { "length not a number",
      400,
      { line, host, rest, "Content-Length: +0\r\n\r\n" } },
    { "two lengths",
      400,
      { line, host, rest, "Content-Length: 0\r\nContent-Length: 0\r\n\r\n" } },
    { "no Upgrade, a plain GET", 426, { line, host, "\r\n" } },
    { "Upgrade to something else",
      426,
      { line, host, "Upgrade: h2c\r\nConnection: Upgrade\r\n",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        "Sec-WebSocket-Version: 13\r\n\r\n" } },
    { "Upgrade to websockets",
      426,
      { line, host, "Upgrade: websockets\r\nConnection: Upgrade\r\n\r\n" } },
    { "Connection without upgrade",
      426,
      { line, host, "Upgrade: websocket\r\nConnection: close\r\n\r\n" } },
    { "version 8",
      426,
      { line, host, "Upgrade: websocket\r\nConnection: Upgrade\r\n",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        "Sec-WebSocket-Version: 8\r\n\r\n" } },
    { "no version line",
      426,
      { line, host, "Upgrade: websocket\r\nConnection: Upgrade\r\n",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" } },
    { "two version lines",
      400,
      { line, host, rest, "Sec-WebSocket-Version: 13\r\n\r\n" } },
    { "no key",
      400,
      { line, host, "Upgrade: websocket\r\nConnection: Upgrade\r\n",
        "Sec-WebSocket-Version: 13\r\n\r\n" } },
    { "two keys",
      400,
      { line, host, rest,
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" } },
    { "key of 15 bytes",
      400,
      { line, host, "Upgrade: websocket\r\nConnection: Upgrade\r\n",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j\r\n",
        "Sec-WebSocket-Version: 13\r\n\r\n" } },
    { "key not base64",
      400,
      { line, host, "Upgrade: websocket\r\nConnection: Upgrade\r\n",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j*Q==\r\n",
        "Sec-WebSocket-Version: 13\r\n\r\n" } },
    { "TLS to a plain port", 400, { "\x16\x03\x01\x02" } },
    { "not finished", 0, { line, host, rest } },
};

static size_t put_together(const struct row *row, char *into)
{
    size_t length = 0;

    for (int i = 0; i < PARTS_MAX && row->parts[i] != NULL; i++) {
        size_t part = strlen(row->parts[i]);
        memcpy(into + length, row->parts[i], part);
        length += part;
    }
    return length;
}

/* The status after these two parts; what follows the head is not taken. */
static int status_of(const char *bytes, size_t length, size_t split,
                     size_t *taken)
{
    struct handshake handshake = { 0 };

    *taken = handshake_feed(&handshake, bytes, split);
    if (*taken == split)
        *taken += handshake_feed(&handshake, bytes + split, length - split);
    handshake_deinit(&handshake);
    return handshake.status;
}

START_TEST(requests_split_at_every_byte)
{
    const struct row *row = &rows[_i];
    char bytes[REQUEST_SIZE];
    size_t length = put_together(row, bytes);
    size_t first;
    size_t taken;

    status_of(bytes, length, 0, &first);
    for (size_t split = 0; split <= length; split++) {
        int got = status_of(bytes, length, split, &taken);
        ck_assert_msg(got == row->want && taken == first,
                      "%s, split at %zu: want %d after %zu, got %d after %zu",
                      row->label, split, row->want, first, got, taken);
    }
}
END_TEST

START_TEST(requests_byte_by_byte)
{
    const struct row *row = &rows[_i];
    char bytes[REQUEST_SIZE];
    size_t length = put_together(row, bytes);
    struct handshake handshake = { 0 };

    for (size_t i = 0; i < length; i++)
        handshake_feed(&handshake, bytes + i, 1);
    ck_assert_msg(handshake.status == row->want, "%s: want %d, got %d",
                  row->label, row->want, handshake.status);
    handshake_deinit(&handshake);
}
END_TEST

START_TEST(every_byte_but_a_nul)
{
    char bytes[REQUEST_SIZE];
    size_t length = put_together(&rows[0], bytes);
    size_t taken;

    for (size_t i = 0; i < length; i++) {
        char kept = bytes[i];
        bytes[i] = '\0';
        ck_assert_msg(status_of(bytes, length, length, &taken) == 400,
                      "a NUL at %zu is taken", i);
        bytes[i] = kept;
    }
}
END_TEST

/* Feeds the first line, then `repeat` as often as asked, then the rest. */
static int status_with_many(const char *repeat, int times)
{
    struct handshake handshake = { 0 };

    handshake_feed(&handshake, line, strlen(line));
    for (int i = 0; i < times; i++)
        handshake_feed(&handshake, repeat, strlen(repeat));
    handshake_feed(&handshake, host, strlen(host));
    handshake_feed(&handshake, rest, strlen(rest));
    handshake_feed(&handshake, "\r\n", 2);
    ck_assert_uint_le(handshake.size, HANDSHAKE_BYTES_MAX);
    handshake_deinit(&handshake);
    return handshake.status;
}

START_TEST(ceilings)
{
    char target[4096];
    char value[1024];

    ck_assert_int_eq(status_with_many("X: y\r\n", HEADERS_MAX - 5), 101);
    ck_assert_int_eq(status_with_many("X: y\r\n", HEADERS_MAX - 4), 431);
    memset(value, 'v', sizeof(value));
    memcpy(value, "X: ", 3);
    memcpy(value + sizeof(value) - 3, "\r\n", 3);
    ck_assert_int_eq(status_with_many(value, 15), 101);
    ck_assert_int_eq(status_with_many(value, 16), 431);
    memset(target, 'p', sizeof(target));
    memcpy(target, "GET /", 5);
    struct row row = { "",
                       414,
                       { target, " HTTP/1.1\r\n", host, rest, "\r\n" } };
    char bytes[REQUEST_SIZE];
    size_t taken;
    target[4 + PATH_BYTES_MAX] = '\0';
    size_t length = put_together(&row, bytes);
    ck_assert_int_eq(status_of(bytes, length, length, &taken), 101);
    target[4 + PATH_BYTES_MAX] = 'p';
    target[5 + PATH_BYTES_MAX] = '\0';
    length = put_together(&row, bytes);
    ck_assert_int_eq(status_of(bytes, length, length, &taken), 414);
}
END_TEST

START_TEST(what_the_core_is_told)
{
    char bytes[REQUEST_SIZE];
    size_t length = put_together(&rows[0], bytes);
    struct handshake handshake = { 0 };
    struct header headers[HEADERS_MAX];
    struct request request;

    memcpy(bytes + length, "\x81\x80", 2); /* a frame right behind it */
    ck_assert_uint_eq(handshake_feed(&handshake, bytes, length + 2), length);
    handshake_request(&handshake, "127.0.0.1:1", headers, &request);
    ck_assert(text_is(request.path, "/ws"));
    ck_assert(text_is(request.query, "token=abc"));
    ck_assert_uint_eq(request.header_count, 5);
    ck_assert(text_is(request.headers[0].name, "Host"));
    ck_assert(text_is(request.headers[0].value, "localhost:8000"));
    ck_assert_str_eq(request.peer, "127.0.0.1:1");
    handshake_deinit(&handshake);
}
END_TEST

START_TEST(the_answer_of_rfc_6455_1_3)
{
    char bytes[REQUEST_SIZE];
    size_t length = put_together(&rows[0], bytes);
    struct handshake handshake = { 0 };
    char answer[ANSWER_SIZE];

    handshake_feed(&handshake, bytes, length);
    ck_assert_uint_eq(handshake_write_accept(&handshake, NULL, answer),
                      strlen(answer));
    ck_assert_str_eq(answer,
                     "HTTP/1.1 101 Switching Protocols\r\n"
                     "Upgrade: websocket\r\n"
                     "Connection: Upgrade\r\n"
                     "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
                     "\r\n");
    ck_assert_uint_gt(handshake_write_accept(&handshake, "chat", answer), 0);
    ck_assert_ptr_nonnull(
        strstr(answer, "\r\nSec-WebSocket-Protocol: chat\r\n\r\n"));
    ck_assert_uint_eq(handshake_write_accept(&handshake, "a\r\nb", answer), 0);
    ck_assert_uint_eq(handshake_write_accept(&handshake, "", answer), 0);
    handshake_deinit(&handshake);
}
END_TEST

START_TEST(refusals_are_whole_answers)
{
    char answer[ANSWER_SIZE];

    handshake_write_refusal(426, answer);
    ck_assert_str_eq(answer, "HTTP/1.1 426 Upgrade Required\r\n"
                             "Upgrade: websocket\r\n"
                             "Sec-WebSocket-Version: 13\r\n"
                             "Connection: Upgrade, close\r\n"
                             "Content-Length: 0\r\n\r\n");
    ck_assert_uint_eq(handshake_write_refusal(418, answer), strlen(answer));
    ck_assert_str_eq(answer, "HTTP/1.1 418 Refused\r\nConnection: close\r\n"
                             "Content-Length: 0\r\n\r\n");
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("shell: opening handshake");
    TCase *tcase = tcase_create("handshake");

    tcase_add_loop_test(tcase, requests_split_at_every_byte, 0, COUNT_OF(rows));
    tcase_add_loop_test(tcase, requests_byte_by_byte, 0, COUNT_OF(rows));
    tcase_add_test(tcase, every_byte_but_a_nul);
    tcase_add_test(tcase, ceilings);
    tcase_add_test(tcase, what_the_core_is_told);
    tcase_add_test(tcase, the_answer_of_rfc_6455_1_3);
    tcase_add_test(tcase, refusals_are_whole_answers);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_shell_handshake");
}
