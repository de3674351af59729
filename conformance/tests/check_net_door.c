/* Other doors over HTTP: what is asked with a credential and without one, which
 * answer counts, and what happens while it reads. */
#include "http_world.h"
#include "net/door.h"
#include <cJSON.h>
#include <stdlib.h>

/* --- Without a credential ------------------------------------------------- */

static const struct {
    const char *text;
    const char *want;
} parameters[] = {
    { "token={token}", "" },        { "a=1&token={token}", "a=1" },
    { "token={token}&b=2", "b=2" }, { "a=1&token={token}&b=2", "a=1&b=2" },
    { "a=1&b=2", "a=1&b=2" },       { "a&&b", "a&&b" },
    { "x=key%20{token}&y", "y" },   { "", "" },
};

START_TEST(parameter_with_the_credential_is_left_out)
{
    char *text = parameters_without(parameters[_i].text);

    ck_assert_str_eq(text, parameters[_i].want);
    free(text);
}
END_TEST

/* --- A service with a poll ------------------------------------------------ */

static bool has(const char *request, const char *part)
{
    return strstr(request, part) != NULL;
}

static void answer_request(int fd, const char *request, bool *is_in)
{
    if (has(request, "POST /enter?sid=s7 "))
        *is_in = has(request, "40{\"token\":\"good\"}");
    if (has(request, "GET /echo"))
        answer_with(fd, "200 OK", request);
    else if (has(request, "POST /echo"))
        answer_with(fd, "403 Forbidden", request);
    else if (has(request, "GET /begin "))
        answer_with(fd, "200 OK", "0{\"sid\":\"s7\"}");
    else if (has(request, "POST /enter?sid=s7 "))
        answer_with(fd, "200 OK", "ok");
    else if (has(request, "GET /poll?sid=s7 "))
        answer_with(fd, "200 OK", *is_in ? "40{}" : "44{}");
    else if (has(request, "GET /stream "))
        write_all(fd, "HTTP/1.1 200 OK\r\n\r\nfirst ", 25);
    else if (!has(request, "GET /silence "))
        answer_with(fd, "500 Oops", "it broke");
}

/* A poll has a session, into which a good token has been posted. */
static void service(int listener, const void *ignored)
{
    char request[REQUEST_SIZE];
    bool is_in = false;

    (void)ignored;
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        while (read_request(fd, request))
            answer_request(fd, request, &is_in);
        close(fd);
    }
}

/* Reads it with the server's port in its URL, which begins a relative one. */
static struct manifest *manifest_for(const struct server *server,
                                     const char *door)
{
    struct buffer text;
    struct buffer errors;

    buffer_init(&text, 65536);
    buffer_init(&errors, 65536);
    buffer_printf(&text,
                  "{\"extends\":\"signals\",\"endpoint\":{\"url\":"
                  "\"ws://127.0.0.1:%u/ws?x=1\",\"other_doors\":[{"
                  "\"what\":\"a door\",\"admitted\":{\"http\":200,"
                  "\"body_like\":\"40\"},\"refused\":[{\"http\":401}],%s}]}}",
                  server->port, door);
    struct manifest *manifest =
        manifest_read("t.json", buffer_view(&text), NULL, &errors);
    ck_assert_msg(manifest != NULL, "%s", buffer_string(&errors));
    buffer_deinit(&errors);
    buffer_deinit(&text);
    return manifest;
}

static unsigned calls;

static void count_call(void *self)
{
    calls++;
    ck_assert_ptr_eq(self, &calls);
}

static void reply_init(struct reply *reply)
{
    memset(reply, 0, sizeof(*reply));
    buffer_init(&reply->head, 65536);
    buffer_init(&reply->body, 65536);
    buffer_init(&reply->told, 65536);
    buffer_init(&reply->last, 65536);
}

static void reply_deinit(struct reply *reply)
{
    buffer_deinit(&reply->head);
    buffer_deinit(&reply->body);
    buffer_deinit(&reply->told);
    buffer_deinit(&reply->last);
}

#define ECHO(method, more)                                                     \
    "\"steps\":[{\"method\":\"" method "\",\"url\":\"/echo" more "}]"
#define POLL                                                                   \
    "\"steps\":[{\"url\":\"/begin\",\"save\":{\"sid\":{\"regex\":"             \
    "\"sid\\\":\\\"([^\\\"]+)\"}}},{\"url\":\"/enter?sid={sid}\","             \
    "\"body\":\"40{\\\"token\\\":\\\"{token}\\\"}\"},"                         \
    "{\"url\":\"/poll?sid={sid}\"}]"

static const struct {
    const char *label;
    const char *door;
    const char *token;
    int status;
    const char *has; /* in the body */
    const char *lacks;
    const char *last; /* in the body of the last step, behind a refusal */
} rows[] = {
    { "in the query", ECHO("GET", "?a=1&t={token}&u={user}\""), "g+d", 200,
      "GET /echo?a=1&t=g%2Bd&u=al HTTP", "{", NULL },
    { "no query", ECHO("GET", "?a=1&t={token}&u={user}\""), NULL, 200,
      "GET /echo?a=1&u=al HTTP", "t=", NULL },
    { "nothing but it", ECHO("GET", "?t={token}\""), NULL, 200,
      "GET /echo HTTP", "?", NULL },
    { "in a header",
      ECHO("GET", "\",\"headers\":{\"X-A\":\"k {token}\",\"X-B\":\"b\"}"), "gd",
      200, "X-A: k gd\r\nX-B: b", "{", NULL },
    { "no header",
      ECHO("GET", "\",\"headers\":{\"X-A\":\"k {token}\",\"X-B\":\"b\"}"), NULL,
      200, "X-B: b", "X-A", NULL },
    { "in a form", ECHO("POST", "\",\"body\":\"t={token}&u={user}\""), "g+d",
      403, "t=g%2Bd&u=al", "{", NULL },
    { "no form", ECHO("POST", "\",\"body\":\"t={token}&u={user}\""), NULL, 403,
      "\r\n\r\nu=al", "t=", NULL },
    { "in JSON",
      ECHO("POST",
           "\",\"body\":\"{\\\"a\\\":[1,{\\\"t\\\":\\\"{token}\\\"}]}\""),
      "gd", 403, "{\"a\":[1,{\"t\":\"gd\"}]}", "{token}", NULL },
    { "no JSON",
      ECHO("POST",
           "\",\"body\":\"{\\\"a\\\":[1,{\\\"t\\\":\\\"{token}\\\"}]}\""),
      NULL, 403, "{\"a\":[1,{}]}", "\"t\"", NULL },
    { "a good poll", POLL, "good", 200, "40{}", "44", NULL },
    { "a bad poll", POLL, "bad", 200, "44{}", "40", NULL },
    { "a poll without", POLL, NULL, 200, "44{}", "40", NULL },
    { "the first that is not answered as it should be",
      "\"steps\":[{\"url\":\"/echo?a={token}\"},{\"url\":\"/x\",\"method\":"
      "\"PUT\"},{\"url\":\"/poll?sid=s7\"}]",
      "gd", 500, "it broke", "4", "44{}" },
    { "a stranger whom the first refuses, at the last",
      "\"steps\":[{\"method\":\"POST\",\"url\":\"/echo?a={token}\"},"
      "{\"url\":\"/echo?t={token}&data\"}]",
      NULL, 403, "POST /echo HTTP", "{", "GET /echo?data HTTP" },
    { "the last refuses",
      "\"steps\":[{\"url\":\"/begin\"},{\"method\":\"POST\",\"url\":"
      "\"/echo?a={token}\"}]",
      "gd", 403, "POST /echo?a=gd", "{", NULL },
    { "the first that has nothing to save",
      "\"steps\":[{\"url\":\"/echo?a={token}\",\"save\":{\"x\":{\"json\":\"/"
      "x\"}"
      "}},{\"url\":\"/poll?sid=s7\"}]",
      "gd", 200, "GET /echo?a=gd", "{", "44{}" },
};

START_TEST(door_is_asked_with_and_without)
{
    struct server server = serve(service, NULL);
    struct manifest *manifest = manifest_for(&server, rows[_i].door);
    struct inquiry inquiry = { .door = &manifest->doors[0],
                               .token = rows[_i].token,
                               .user = "al" };
    struct reply reply;

    reply_init(&reply);
    ck_assert_msg(door_knock(manifest, &inquiry, &reply) == FAULT_NONE,
                  "%s: %s", rows[_i].label, fault_reason());
    ck_assert_msg(
        reply.status == rows[_i].status &&
            strstr(buffer_string(&reply.body), rows[_i].has) != NULL &&
            strstr(buffer_string(&reply.body), rows[_i].lacks) == NULL,
        "%s: got HTTP %d %s", rows[_i].label, reply.status,
        buffer_string(&reply.body));
    ck_assert_ptr_nonnull(
        strstr(buffer_string(&reply.head), "Content-Length: "));
    ck_assert_uint_eq(reply.told.length, 0);
    ck_assert_int_eq(reply.last_status, rows[_i].last == NULL ? 0 : 200);
    ck_assert_ptr_nonnull(strstr(buffer_string(&reply.last),
                                 rows[_i].last == NULL ? "" : rows[_i].last));
    reply_deinit(&reply);
    manifest_free(manifest);
    stop(server);
}
END_TEST

static const struct {
    const char *label;
    const char *door;
    const char *told;
} readings[] = {
    { "a poll", "\"read\":[{\"url\":\"/poll?sid=s7\"}]", "40{}" },
    { "two requests",
      "\"read\":[{\"url\":\"/echo\"},{\"url\":\"/poll?sid={sid}\"}]", "40{}" },
    { "behind one that fails",
      "\"read\":[{\"url\":\"/x\"},{\"url\":\"/poll?sid={sid}\"}]", "40{}" },
    { "a stream that does not end",
      "\"read_ms\":100,\"read\":[{\"url\":\"/stream\"}]", "first " },
    { "silence", "\"read_ms\":100,\"read\":[{\"url\":\"/silence\"}]", "" },
};

START_TEST(reading_is_kept_whatever_comes_of_it)
{
    struct server server = serve(service, NULL);
    char door[1024];
    struct reply reply;

    calls = 0;
    reply_init(&reply);
    snprintf(door, sizeof(door), POLL ",%s", readings[_i].door);
    struct manifest *manifest = manifest_for(&server, door);
    struct inquiry inquiry = { .door = &manifest->doors[0],
                               .token = "good",
                               .user = "al",
                               .meanwhile = count_call,
                               .self = &calls };
    ck_assert_msg(door_knock(manifest, &inquiry, &reply) == FAULT_NONE,
                  "%s: %s", readings[_i].label, fault_reason());
    ck_assert_uint_ge(calls, 2); /* before it, and while it waits */
    ck_assert_str_eq(buffer_string(&reply.body), "40{}");
    ck_assert_msg(strstr(buffer_string(&reply.told), readings[_i].told) != NULL,
                  "%s: %s", readings[_i].label, buffer_string(&reply.told));
    reply_deinit(&reply);
    manifest_free(manifest);
    stop(server);
}
END_TEST

START_TEST(door_where_nobody_is_answers_nothing)
{
    struct server server = serve(service, NULL);
    struct manifest *manifest =
        manifest_for(&server, ECHO("GET", "?t={token}\""));
    struct inquiry inquiry = { .door = &manifest->doors[0],
                               .token = "secret-of-the-test",
                               .user = "al" };
    struct reply reply;

    reply_init(&reply);
    stop(server);
    ck_assert_int_eq(door_knock(manifest, &inquiry, &reply), FAULT_HOOK);
    ck_assert_ptr_nonnull(strstr(fault_reason(), "a door, step 1: "));
    ck_assert_ptr_null(strstr(fault_reason(), "secret-of-the-test"));
    ck_assert_int_eq(reply.status, 0);
    reply_deinit(&reply);
    manifest_free(manifest);
}
END_TEST

/* --- A refusal before the upgrade ----------------------------------------- */

static void refuse(int listener, const void *ignored)
{
    static const char answer[] =
        "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n"
        "HTTP/1.1 403 Forbidden\r\nX-Late: 2\r\nContent-Length: 2\r\n\r\nno";
    char request[REQUEST_SIZE];
    int fd = accept(listener, NULL, NULL);

    (void)ignored;
    read_head(fd, request);
    write_all(fd, answer, sizeof(answer) - 1);
    close(fd);
}

START_TEST(head_of_a_refusal_is_told)
{
    struct server server = serve(refuse, NULL);
    struct manifest *manifest =
        manifest_for(&server, ECHO("GET", "?t={token}\""));
    struct adapter *adapter = adapter_net_new(manifest);
    struct opening opening = { .path = "/" };
    struct event event = { .kind = EVENT_GONE };

    ck_assert_ptr_nonnull(adapter);
    ck_assert_int_eq(adapter->ops->open(adapter->self, 1, &opening),
                     FAULT_NONE);
    ck_assert_int_eq(adapter->ops->next_event(adapter->self, &event, 5000), 1);
    ck_assert_int_eq(event.kind, EVENT_REJECTED);
    ck_assert_ptr_nonnull(
        memmem(event.head.at, event.head.length, "X-Late: 2\r\n", 11));
    ck_assert_ptr_null(memmem(event.head.at, event.head.length, "X-Early", 7));
    ck_assert_mem_eq(event.data.at, "no", 2);
    adapter_free(adapter);
    manifest_free(manifest);
    stop(server);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("net_door");
    TCase *tcase = tcase_create("door");

    tcase_add_loop_test(tcase, parameter_with_the_credential_is_left_out, 0,
                        (int)COUNT(parameters));
    tcase_add_loop_test(tcase, door_is_asked_with_and_without, 0,
                        (int)COUNT(rows));
    tcase_add_loop_test(tcase, reading_is_kept_whatever_comes_of_it, 0,
                        (int)COUNT(readings));
    tcase_add_test(tcase, head_of_a_refusal_is_told);
    tcase_add_test(tcase, door_where_nobody_is_answers_nothing);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_net_door");
}
