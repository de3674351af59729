/* Origins as they come over the wire, to each of the systems: what is listed
 * comes in, what merely resembles it is answered 403 and heard no further. */
#include "shell_world.h"

#define HOME  "Origin: https://till.example\r\n"
#define PLACE "11111111-1111-4111-8111-111111111111"

static const struct {
    const char *label;
    const char *lines; /* whole header lines */
    bool is_allowed;
} rows[] = {
    { "listed", HOME, true },
    { "listed, with a port", "Origin: http://kitchen.example:8080\r\n", true },
    { "listed, an address", "Origin: https://[::1]:8443\r\n", true },
    { "none", "", true },
    { "name in lower case", "origin: https://till.example\r\n", true },
    { "white space around it", "Origin: \t https://till.example \t\r\n", true },
    { "another", "Origin: https://evil.example\r\n", false },
    { "longer", "Origin: https://till.example.evil.example\r\n", false },
    { "longer by one", "Origin: https://till.examples\r\n", false },
    { "shorter by one", "Origin: https://till.exampl\r\n", false },
    { "host alone", "Origin: till.example\r\n", false },
    { "below", "Origin: https://a.till.example\r\n", false },
    { "ends alike", "Origin: https://not-till.example\r\n", false },
    { "a dot behind", "Origin: https://till.example.\r\n", false },
    { "another scheme", "Origin: http://till.example\r\n", false },
    { "its socket's scheme", "Origin: wss://till.example\r\n", false },
    { "another port", "Origin: https://till.example:444\r\n", false },
    { "the default port", "Origin: https://till.example:443\r\n", false },
    { "no port", "Origin: http://kitchen.example\r\n", false },
    { "a longer port", "Origin: http://kitchen.example:80800\r\n", false },
    { "a shorter port", "Origin: http://kitchen.example:808\r\n", false },
    { "scheme of another", "Origin: https://kitchen.example:8080\r\n", false },
    { "host in upper case", "Origin: https://TILL.example\r\n", false },
    { "scheme in upper case", "Origin: HTTPS://till.example\r\n", false },
    { "a slash", "Origin: https://till.example/\r\n", false },
    { "a path", "Origin: https://till.example/evil\r\n", false },
    { "a query", "Origin: https://till.example?evil\r\n", false },
    { "a user", "Origin: https://till.example@evil.example\r\n", false },
    { "a user before it", "Origin: https://evil@till.example\r\n", false },
    { "a backslash", "Origin: https://till.example\\evil\r\n", false },
    { "percent-encoded", "Origin: https://till%2eexample\r\n", false },
    { "beyond ASCII", "Origin: https://till.example\xc3\xa9\r\n", false },
    { "null", "Origin: null\r\n", false },
    { "empty", "Origin:\r\n", false },
    { "blank", "Origin: \t\r\n", false },
    { "a star", "Origin: *\r\n", false },
    { "two in one line",
      "Origin: https://till.example https://till.example\r\n", false },
    { "a list", "Origin: https://till.example, https://till.example\r\n",
      false },
    { "twice", HOME HOME, false },
    { "listed, then another", HOME "Origin: https://evil.example\r\n", false },
    { "another, then listed", "Origin: https://evil.example\r\n" HOME, false },
    { "in another header", "Origin: null\r\nReferer: https://till.example\r\n",
      false },
    { "forwarded",
      "Origin: https://evil.example\r\n"
      "X-Forwarded-Host: till.example\r\nForwarded: host=till.example\r\n",
      false },
};

static const struct {
    enum served served;
    const char *path;
} systems[] = {
    { SERVES_SIGNALS, "/ws" },
    { SERVES_FACTORY, "/factory" },
    { SERVES_POS, "/ws/pos/" PLACE },
};

static void try_one(const struct world *world, const char *path, int row)
{
    struct client client = dial(world->port);
    char request[1024];
    char head[1024];
    int length = snprintf(request, sizeof(request),
                          "GET %s HTTP/1.1\r\nHost: till.example\r\n"
                          "Upgrade: websocket\r\nConnection: Upgrade\r\n%s"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                          "Sec-WebSocket-Version: 13\r\n\r\n",
                          path, rows[row].lines);

    say(client, request, (size_t)length);
    if (!rows[row].is_allowed) { /* … and not one byte behind it */
        head[hear_all(client, head, sizeof(head) - 1)] = '\0';
        ck_assert_msg(strcmp(head, "HTTP/1.1 403 Forbidden\r\n"
                                   "Connection: close\r\n"
                                   "Content-Length: 0\r\n\r\n") == 0,
                      "%s: %s", rows[row].label, head);
    } else {
        hear_head(client, head, sizeof(head));
        ck_assert_msg(strncmp(head, "HTTP/1.1 101 ", 13) == 0, "%s: %s",
                      rows[row].label, head);
    }
    hang_up(client);
}

static size_t count_in(const char *text, const char *what)
{
    size_t count = 0;

    for (const char *at = text; (at = strstr(at, what)) != NULL; at++)
        count++;
    return count;
}

START_TEST(origins_are_compared_whole)
{
    static char report[HEARD_SIZE];
    struct world world;
    struct options options = world_prepare(&world);
    size_t refused = 0;

    options.served = systems[_i].served;
    options.origins[0] = "https://till.example";
    options.origins[1] = "http://kitchen.example:8080";
    options.origins[2] = "https://[::1]:8443";
    world_start(&world, &options);
    for (int row = 0; row < COUNT_OF(rows); row++) {
        try_one(&world, systems[_i].path, row);
        refused += !rows[row].is_allowed;
    }
    ck_assert_int_eq(call(&world, "GET", "/inspect", "", report), 200);
    ck_assert_uint_eq(count_in(report, "\"cause\":\"origin\""), refused);
    ck_assert_int_eq(world_stop(&world), 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("shell: origins");
    TCase *tcase = tcase_create("handshakes");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, origins_are_compared_whole, 0,
                        COUNT_OF(systems));
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_shell_origins");
}
