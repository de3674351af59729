/* URLs: what is taken apart, and the one sentence for what is not. */
#include "check_program.h"
#include "net/url.h"

static const struct {
    const char *text;
    enum url_scheme scheme;
    const char *host;
    unsigned port;
    const char *socket_path, *path, *query;
    const char *host_header;
} good[] = {
    { "ws://127.0.0.1:8000/ws", URL_WS, "127.0.0.1", 8000, "", "/ws", "",
      "127.0.0.1:8000" },
    { "ws://example.org", URL_WS, "example.org", 80, "", "/", "",
      "example.org" },
    { "WSS://example.org/a/b?x=1&y=2", URL_WSS, "example.org", 443, "", "/a/b",
      "x=1&y=2", "example.org" },
    { "wss://example.org:80/", URL_WSS, "example.org", 80, "", "/", "",
      "example.org:80" },
    { "ws://[::1]:9/ws?", URL_WS, "::1", 9, "", "/ws", "", "[::1]:9" },
    { "wss://[2001:db8::7]/", URL_WSS, "2001:db8::7", 443, "", "/", "",
      "[2001:db8::7]" },
    { "ws+unix:///run/a.sock:/ws?t=1", URL_UNIX, "", 0, "/run/a.sock", "/ws",
      "t=1", "localhost" },
    { "ws+unix:///run/a.sock", URL_UNIX, "", 0, "/run/a.sock", "/", "",
      "localhost" },
    { "ws://a:65535/%20", URL_WS, "a", 65535, "", "/%20", "", "a:65535" },
};

START_TEST(url_is_taken_apart)
{
    struct buffer host;
    struct url url;

    buffer_init(&host, 300);
    ck_assert_msg(url_parse(good[_i].text, &url) == FAULT_NONE, "%s",
                  fault_reason());
    ck_assert_int_eq(url.scheme, good[_i].scheme);
    ck_assert_str_eq(url.host, good[_i].host);
    ck_assert_uint_eq(url.port, good[_i].port);
    ck_assert_str_eq(url.socket_path, good[_i].socket_path);
    ck_assert_str_eq(url.path, good[_i].path);
    ck_assert_str_eq(url.query, good[_i].query);
    ck_assert_int_eq(url_write_host(&url, &host), FAULT_NONE);
    ck_assert_str_eq(buffer_string(&host), good[_i].host_header);
    buffer_deinit(&host);
}
END_TEST

static const struct {
    const char *text;
    const char *want; /* behind `URL "…": ` */
} bad[] = {
    { "", "expected ws://, wss:// or ws+unix://" },
    { "http://a/", "expected ws://, wss:// or ws+unix://" },
    { "ws:/a", "expected ws://, wss:// or ws+unix://" },
    { "ws://a/#x", "a fragment, which a WebSocket URL must not have (RFC 6455 "
                   "3)" },
    { "ws://a/ b", "a byte that must be percent-encoded" },
    { "ws://a/\r\nX: y", "a byte that must be percent-encoded" },
    { "ws://a/\xc3\xa4", "a byte that must be percent-encoded" },
    { "ws://", "expected a host name, an IPv4 address or an IPv6 address in "
               "brackets" },
    { "ws://:80/", "expected a host name, an IPv4 address or an IPv6 address "
                   "in brackets" },
    { "ws://::1/", "expected a host name, an IPv4 address or an IPv6 address "
                   "in brackets" },
    { "ws://[::1/", "expected a host name, an IPv4 address or an IPv6 address "
                    "in brackets" },
    { "ws://[fe80::1%25eth0]/", "expected a host name, an IPv4 address or an "
                                "IPv6 address in brackets" },
    { "ws://a_b*/", "expected a host name, an IPv4 address or an IPv6 address "
                    "in brackets" },
    { "ws://u:p@a/", "a user name, which a WebSocket URL has no use for" },
    { "ws://a:/", "expected a port from 1 to 65535" },
    { "ws://a:0/", "expected a port from 1 to 65535" },
    { "ws://a:65536/", "expected a port from 1 to 65535" },
    { "ws://a:123456/", "expected a port from 1 to 65535" },
    { "ws://a:8x/", "expected a port from 1 to 65535" },
    { "ws://[::1]8/", "expected a port from 1 to 65535" },
    { "ws://a?x", "expected '/' before the query" },
    { "ws+unix://a.sock", "expected an absolute socket path, "
                          "ws+unix:///path/to.sock:/ws" },
    { "ws+unix:///a.sock:ws", "expected '/' behind the socket path's colon" },
};

START_TEST(wrong_url_is_one_sentence)
{
    char want[400];
    struct url url;

    snprintf(want, sizeof(want), "URL \"%s\": %s", bad[_i].text, bad[_i].want);
    ck_assert_int_eq(url_parse(bad[_i].text, &url), FAULT_MANIFEST);
    ck_assert_str_eq(fault_reason(), want);
}
END_TEST

static const struct {
    const char *prefix;
    size_t room; /* of the part that is filled with 'a' */
} ceilings[] = {
    { "ws://", 253 },
    { "ws://a/", 1022 },
    { "ws://a/?", 1023 },
    { "ws+unix:///", 106 },
};

START_TEST(each_part_has_a_ceiling)
{
    char text[2048];
    struct url url;

    for (size_t over = 0; over <= 1; over++) {
        size_t length = ceilings[_i].room + over;
        int start = snprintf(text, sizeof(text), "%s", ceilings[_i].prefix);
        memset(text + start, 'a', length);
        text[(size_t)start + length] = 0;
        ck_assert_int_eq(url_parse(text, &url),
                         over ? FAULT_MANIFEST : FAULT_NONE);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("net_url");
    TCase *tcase = tcase_create("url");

    tcase_add_loop_test(tcase, url_is_taken_apart, 0, COUNT_OF(good));
    tcase_add_loop_test(tcase, wrong_url_is_one_sentence, 0, COUNT_OF(bad));
    tcase_add_loop_test(tcase, each_part_has_a_ceiling, 0, COUNT_OF(ceilings));
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_net_url");
}
