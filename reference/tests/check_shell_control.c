/* The control API: who may, what it takes, and that one connection serves many
 * calls. */
#include "shell_world.h"

static struct world world;

static void set_up(void)
{
    struct options options = world_prepare(&world);

    world_start(&world, &options);
}

static void tear_down(void)
{
    ck_assert_int_eq(world_stop(&world), 0);
}

#define AUTHORISED "Authorization: Bearer " WORLD_CONTROL_TOKEN "\r\n"

static const struct {
    const char *label;
    const char *request; /* without Host */
    const char *want;
} rows[] = {
    { "no token", "GET /inspect HTTP/1.1\r\n\r\n", "401" },
    { "no token, no such path", "GET /x HTTP/1.1\r\n\r\n", "401" },
    { "wrong token",
      "GET /inspect HTTP/1.1\r\nAuthorization: Bearer "
      "b-control-token-of-the-checks\r\n\r\n",
      "401" },
    { "token cut",
      "GET /inspect HTTP/1.1\r\nAuthorization: Bearer a-control\r\n\r\n",
      "401" },
    { "token and more",
      "GET /inspect HTTP/1.1\r\nAuthorization: Bearer " WORLD_CONTROL_TOKEN
      "x\r\n\r\n",
      "401" },
    { "another scheme",
      "GET /inspect HTTP/1.1\r\nAuthorization: Basic " WORLD_CONTROL_TOKEN
      "\r\n\r\n",
      "401" },
    { "inspect", "GET /inspect HTTP/1.1\r\n" AUTHORISED "\r\n", "200" },
    { "inspect since", "GET /inspect?since=7 HTTP/1.1\r\n" AUTHORISED "\r\n",
      "200" },
    { "inspect since nonsense",
      "GET /inspect?since=x HTTP/1.1\r\n" AUTHORISED "\r\n", "400" },
    { "another path", "GET /x HTTP/1.1\r\n" AUTHORISED "\r\n", "404" },
    { "GET of publish", "GET /publish HTTP/1.1\r\n" AUTHORISED "\r\n", "405" },
    { "POST of inspect",
      "POST /inspect HTTP/1.1\r\nContent-Length: 0\r\n" AUTHORISED "\r\n",
      "405" },
    { "DELETE", "DELETE /publish HTTP/1.1\r\n" AUTHORISED "\r\n", "405" },
    { "no length", "POST /publish HTTP/1.1\r\n" AUTHORISED "\r\n", "411" },
    { "too big",
      "POST /publish HTTP/1.1\r\nContent-Length: 65537\r\n" AUTHORISED "\r\n",
      "413" },
    { "empty body",
      "POST /publish HTTP/1.1\r\nContent-Length: 0\r\n" AUTHORISED "\r\n",
      "400" },
    { "no JSON",
      "POST /publish HTTP/1.1\r\nContent-Length: 2\r\n" AUTHORISED "\r\n{]",
      "400" },
    { "text is no string",
      "POST /publish HTTP/1.1\r\nContent-Length: 10\r\n" AUTHORISED
      "\r\n{\"text\":1}",
      "400" },
    { "publish",
      "POST /publish HTTP/1.1\r\nContent-Length: 12\r\n" AUTHORISED
      "\r\n{\"text\":\"a\"}",
      "204" },
    { "revoke",
      "POST /revoke HTTP/1.1\r\nContent-Length: 11\r\n" AUTHORISED
      "\r\n{\"jti\":\"a\"}",
      "204" },
};

START_TEST(answers)
{
    struct client client = dial(world.control_port);
    char head[2048];

    say(client, rows[_i].request, strlen(rows[_i].request));
    hear_head(client, head, sizeof(head));
    ck_assert_msg(strncmp(head + strlen("HTTP/1.1 "), rows[_i].want, 3) == 0,
                  "%s: want %s, got %s", rows[_i].label, rows[_i].want, head);
    hang_up(client);
}
END_TEST

/* The users' own route asks for a token of theirs, and for no operator's. */
START_TEST(latest_is_for_users)
{
    static const char *const others[] = { "", AUTHORISED,
                                          "Authorization: Bearer a.b.c\r\n",
                                          "Authorization: Bearer \r\n",
                                          "Authorization: Basic YTpi\r\n" };
    struct client control = dial(world.control_port);
    char token[1024];
    char request[1200];
    char heard[HEARD_SIZE];

    ck_assert_int_eq(
        call_on(control, "POST", "/publish", "{\"text\":\"a\"}", heard), 204);
    mint(60, token);
    for (size_t i = 0; i <= COUNT_OF(others); i++) {
        bool is_good = i == COUNT_OF(others);
        int length = snprintf(request, sizeof(request),
                              "GET /latest HTTP/1.1\r\n%s%s%s\r\n",
                              is_good ? "Authorization: Bearer " : others[i],
                              is_good ? token : "", is_good ? "\r\n" : "");
        struct client client = dial(world.control_port);
        say(client, request, (size_t)length);
        hear_head(client, heard, sizeof(heard));
        ck_assert_msg(strncmp(heard + strlen("HTTP/1.1 "),
                              is_good ? "200" : "401", 3) == 0,
                      "%s: %s", request, heard);
        hang_up(client);
    }
    hang_up(control);
}
END_TEST

START_TEST(one_connection_serves_many_calls)
{
    struct client control = dial(world.control_port);
    struct client member = dial(world.port);
    char payload[HEARD_SIZE];
    char want[128];
    char body[64];
    size_t length;

    enter(member);
    for (int i = 0; i < 100; i++) {
        snprintf(body, sizeof(body), "{\"text\":\"%d\"}", i);
        snprintf(want, sizeof(want), "{\"type\":\"signal\",\"text\":\"%d\"}",
                 i);
        ck_assert_int_eq(call_on(control, "POST", "/publish", body, payload),
                         204);
        ck_assert_uint_eq(hear_frame(member, payload, &length), 0x81);
        ck_assert_str_eq(payload, want);
        ck_assert_int_eq(call_on(control, "GET", "/inspect", "", payload), 200);
        ck_assert_ptr_nonnull(strstr(payload, "\"user\":\"alice\""));
    }
    hang_up(member);
    hang_up(control);
}
END_TEST

/* A report of some hundred kilobytes goes out in pieces, whole. */
START_TEST(a_long_report_arrives_whole)
{
    struct client control = dial(world.control_port);
    static char report[HEARD_SIZE];
    char heard[1024];

    for (int i = 0; i < 500; i++) {
        struct client stranger = dial(world.port);
        ask(stranger, "/ws");
        hear_head(stranger, heard, sizeof(heard));
        hang_up(stranger);
    }
    ck_assert_int_eq(call_on(control, "GET", "/inspect", "", report), 200);
    ck_assert_uint_gt(strlen(report), 64 * 1024);
    ck_assert_int_eq(report[strlen(report) - 1], '}');
    ck_assert_int_eq(call_on(control, "GET", "/inspect", "", report), 200);
    hang_up(control);
}
END_TEST

#define RESTAURANT "11111111-1111-4111-8111-111111111111"

static const struct {
    const char *label;
    enum served served;
    const char *body;
    int want;
} publications[] = {
    { "to everybody", SERVES_SIGNALS, "{\"text\":\"a\"}", 204 },
    { "to no restaurant of signals", SERVES_SIGNALS,
      "{\"text\":\"a\",\"restaurant\":\"" RESTAURANT "\"}", 400 },
    { "to the users of factory", SERVES_FACTORY, "{\"text\":\"a\"}", 204 },
    { "to a restaurant", SERVES_POS,
      "{\"text\":\"a\",\"restaurant\":\"" RESTAURANT "\"}", 204 },
    { "to all restaurants", SERVES_POS, "{\"text\":\"a\"}", 400 },
    { "to a restaurant without a name", SERVES_POS,
      "{\"text\":\"a\",\"restaurant\":\"\"}", 400 },
    { "to what is no restaurant", SERVES_POS,
      "{\"text\":\"a\",\"restaurant\":\"x\"}", 400 },
    { "to a number", SERVES_POS, "{\"text\":\"a\",\"restaurant\":1}", 400 },
};

START_TEST(publication_has_its_audience)
{
    struct world there;
    struct options options = world_prepare(&there);
    char answer[HEARD_SIZE];

    options.served = publications[_i].served;
    world_start(&there, &options);
    int got = call(&there, "POST", "/publish", publications[_i].body, answer);
    ck_assert_msg(got == publications[_i].want, "%s: want %d, got %d",
                  publications[_i].label, publications[_i].want, got);
    ck_assert_int_eq(world_stop(&there), 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("shell: control");
    TCase *tcase = tcase_create("HTTP");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, answers, 0, COUNT_OF(rows));
    tcase_add_test(tcase, one_connection_serves_many_calls);
    tcase_add_test(tcase, latest_is_for_users);
    tcase_add_test(tcase, a_long_report_arrives_whole);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("publish");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, publication_has_its_audience, 0,
                        COUNT_OF(publications));
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_shell_control");
}
