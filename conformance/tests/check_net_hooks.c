/* Hooks: HTTP, which command stands for which, and the log; when they work and
 * in each way in which they do not. */
#include "http_world.h"
#include "net/hooks.h"
#include "net/http.h"
#include <cJSON.h>

/* --- A control server ----------------------------------------------------- */

/* The request, and the number of requests on this connection, as JSON. */
static void echo(int fd, const char *request, unsigned count)
{
    cJSON *tree = cJSON_CreateObject();

    cJSON_AddStringToObject(tree, "request", request);
    cJSON_AddNumberToObject(tree, "count", count);
    char *text = cJSON_PrintUnformatted(tree);
    answer_with(fd, "200 OK", text);
    cJSON_free(text);
    cJSON_Delete(tree);
}

static void answer_much(int fd)
{
    static char mass[1024 * 1024];

    memset(mass, 'x', sizeof(mass));
    write_all(fd, "HTTP/1.1 200 OK\r\n\r\n", 19);
    for (int i = 0; i < 9; i++)
        write_all(fd, mass, sizeof(mass));
}

static bool is_for(const char *request, const char *path)
{
    const char *at = strchr(request, ' ');

    return at != NULL && strncmp(at + 1, path, strlen(path)) == 0;
}

/* False when the connection is to end. */
static bool answer(int fd, const char *request, unsigned count)
{
    if (is_for(request, "/silent"))
        pause();
    if (is_for(request, "/much")) {
        answer_much(fd);
        return false;
    }
    if (is_for(request, "/fails"))
        answer_with(fd, "500 Oops", "it broke");
    else if (is_for(request, "/moved"))
        answer_with(fd, "302 Found", "");
    else if (is_for(request, "/words"))
        answer_with(fd, "200 OK", "no JSON");
    else
        echo(fd, request, count);
    return true;
}

static void control(int listener, const void *ignored)
{
    char request[REQUEST_SIZE];

    (void)ignored;
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        unsigned count = 1;
        while (read_request(fd, request) && answer(fd, request, count))
            count++;
        close(fd);
    }
}

static struct manifest hooked(const char *url)
{
    struct manifest manifest = target("ws://127.0.0.1:1/");

    manifest.answer_ms = 1000;
    manifest.inspect_hook = (struct hook){ .url = url, .present = true };
    return manifest;
}

/* What the control server was asked, as it has seen it. */
static char *asked(struct hooks *hooks, uint64_t since, double *count)
{
    cJSON *tree = NULL;
    enum fault fault = hooks_inspect(hooks, since, &tree);

    ck_assert_msg(fault == FAULT_NONE, "%s", fault_reason());
    char *text =
        strdup(cJSON_GetStringValue(cJSON_GetObjectItem(tree, "request")));
    *count = cJSON_GetNumberValue(cJSON_GetObjectItem(tree, "count"));
    cJSON_Delete(tree);
    return text;
}

START_TEST(requests_are_filled_and_share_a_connection)
{
    static const char *const headers[] = { "Authorization: Bearer t", NULL };
    struct server server = serve(control, NULL);
    char url[64];
    double count = 0;
    struct hooks hooks;

    snprintf(url, sizeof(url), "http://127.0.0.1:%u/inspect?since={since}",
             server.port);
    struct manifest manifest = hooked(url);
    manifest.inspect_hook.headers = headers;
    setenv("http_proxy", "http://127.0.0.1:1/", 1); /* counts for nothing */
    ck_assert_int_eq(hooks_init(&hooks, &manifest), FAULT_NONE);
    char *text = asked(&hooks, 18446744073709551615u, &count);
    ck_assert_ptr_nonnull(
        strstr(text, "GET /inspect?since=18446744073709551615 HTTP/1.1\r\n"));
    ck_assert_ptr_nonnull(strstr(text, "Authorization: Bearer t\r\n"));
    free(text);
    free(asked(&hooks, 0, &count));
    ck_assert_double_eq(count, 2);
    hooks_deinit(&hooks);
    stop(server);
}
END_TEST

static const struct {
    const char *label, *template, *text, *want;
} bodies[] = {
    { "JSON is escaped", "{\"text\":\"{text}\"}", "a\"b\\\n",
      "\r\n\r\n{\"text\":\"a\\\"b\\\\\\n\"}" },
    { "JSON is told", "{\"text\":\"{text}\"}", "x",
      "Content-Type: application/json\r\n" },
    { "other bodies are left alone", "text={text}", "a\"b",
      "\r\n\r\ntext=a\"b" },
    { "a body makes it a POST", "x", "", "POST /a" },
    { "URLs are percent-encoded", "x", "a b&c", "/a?t=a%20b%26c HTTP" },
};

START_TEST(body_is_filled)
{
    struct server server = serve(control, NULL);
    struct hook hook = { .present = true, .body = bodies[_i].template };
    const struct pair values[] = { { "text", bodies[_i].text },
                                   { NULL, NULL } };
    struct buffer answer;
    struct http_terms terms = { .answer_ms = 2000 };
    void *handle = http_new();
    char url[64];

    buffer_init(&answer, HOOK_ANSWER_MAX);
    snprintf(url, sizeof(url), "http://127.0.0.1:%u/a?t={text}", server.port);
    hook.url = url;
    ck_assert_int_eq(http_call(handle, &hook, values, &terms, &answer),
                     FAULT_NONE);
    cJSON *tree = cJSON_Parse(buffer_string(&answer));
    const char *request =
        cJSON_GetStringValue(cJSON_GetObjectItem(tree, "request"));
    ck_assert_msg(strstr(request, bodies[_i].want) != NULL, "%s: %s",
                  bodies[_i].label, request);
    cJSON_Delete(tree);
    buffer_deinit(&answer);
    http_free(handle);
    stop(server);
}
END_TEST

static const struct {
    const char *path, *want;
} failures[] = {
    { "/silent", "hook http://*/silent: Timeout was reached" },
    { "/much", "hook http://*/much: more than 8388608 bytes" },
    { "/fails", "hook http://*/fails answered HTTP status 500: it broke" },
    { "/moved?key=hidden",
      "hook http://*/moved answered HTTP status 302: it is not "
      "followed; name the place that it leads to" },
    { "/moved", "hook http://*/moved answered HTTP status 302: it is not "
                "followed; name the place that it leads to" },
    { "/words", "the inspect hook answered no JSON object: \"no JSON\"" },
};

static void check_failure(const char *url, const char *want)
{
    struct manifest manifest = hooked(url);
    struct hooks hooks;
    cJSON *tree = NULL;
    int64_t start = clock_monotonic_ms();

    ck_assert_int_eq(hooks_init(&hooks, &manifest), FAULT_NONE);
    ck_assert_int_eq(hooks_inspect(&hooks, 0, &tree), FAULT_HOOK);
    ck_assert_ptr_null(tree);
    check_story(url, want, fault_reason());
    ck_assert_int_lt(clock_monotonic_ms() - start, 3000);
    hooks_deinit(&hooks);
}

START_TEST(failing_hook_is_a_fault_with_its_url)
{
    struct server server = serve(control, NULL);
    char url[64];

    snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", server.port,
             failures[_i].path);
    check_failure(url, failures[_i].want);
    stop(server);
}
END_TEST

START_TEST(odd_hook_urls_are_faults)
{
    check_failure("file:///etc/passwd", "hook file:*: Unsupported protocol");
    check_failure("http://127.0.0.1:1/", "hook *: Couldn't connect to server");
}
END_TEST

/* --- Which hook is which -------------------------------------------------- */

START_TEST(commands_stand_for_hooks)
{
    static const char *const publish[] = { "test", "{text}", "=", "a\"b",
                                           NULL };
    static const char *const revoke[] = { "test", "{jti}", "=", "x", NULL };
    static const char *const inspect[] = { "echo", "{\"since\":{since}}",
                                           NULL };
    static const char *const good[] = { "true", NULL };
    static const char *const bad[] = { "false", NULL };
    struct manifest manifest = target("ws://127.0.0.1:1/");
    struct hooks hooks;
    cJSON *tree = NULL;

    manifest.publish_hook =
        (struct hook){ .command = publish, .present = true };
    manifest.revoke_hook = (struct hook){ .command = revoke, .present = true };
    manifest.inspect_hook =
        (struct hook){ .command = inspect, .present = true };
    manifest.break_decoder_hook =
        (struct hook){ .command = good, .present = true };
    manifest.mend_decoder_hook =
        (struct hook){ .command = bad, .present = true };
    ck_assert_int_eq(hooks_init(&hooks, &manifest), FAULT_NONE);
    ck_assert_int_eq(hooks_publish(&hooks, "a\"b", NULL), FAULT_NONE);
    ck_assert_int_eq(hooks_publish(&hooks, "other", NULL), FAULT_HOOK);
    ck_assert_int_eq(hooks_revoke(&hooks, "x"), FAULT_NONE);
    ck_assert_int_eq(hooks_breakage(&hooks, "decoder", true), FAULT_NONE);
    ck_assert_int_eq(hooks_breakage(&hooks, "decoder", false), FAULT_HOOK);
    ck_assert_int_eq(hooks_breakage(&hooks, "store", true), FAULT_ABSENT);
    ck_assert_int_eq(hooks_inspect(&hooks, 7, &tree), FAULT_NONE);
    ck_assert_double_eq(
        cJSON_GetNumberValue(cJSON_GetObjectItem(tree, "since")), 7);
    cJSON_Delete(tree);
    hooks_deinit(&hooks);
}
END_TEST

START_TEST(absent_hooks_are_absent)
{
    struct manifest manifest = target("ws://127.0.0.1:1/");
    struct hooks hooks;
    cJSON *tree = NULL;
    struct buffer log;

    buffer_init(&log, 16);
    ck_assert_int_eq(hooks_init(&hooks, &manifest), FAULT_NONE);
    ck_assert_int_eq(hooks_publish(&hooks, "x", NULL), FAULT_ABSENT);
    ck_assert_int_eq(hooks_revoke(&hooks, "x"), FAULT_ABSENT);
    ck_assert_int_eq(hooks_issue(&hooks, "a", "b", &log), FAULT_ABSENT);
    ck_assert_int_eq(hooks_inspect(&hooks, 0, &tree), FAULT_ABSENT);
    ck_assert_int_eq(hooks_breakage(&hooks, "decoder", true), FAULT_ABSENT);
    ck_assert_int_eq(hooks_log(&hooks, &log), FAULT_ABSENT);
    hooks_deinit(&hooks);
}
END_TEST

/* --- The log -------------------------------------------------------------- */

static void write_file(const char *path, const char *mode, const char *text)
{
    FILE *file = fopen(path, mode);

    must(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0, path);
}

static void check_log(struct adapter *adapter, const char *want)
{
    struct buffer log;

    buffer_init(&log, 1024);
    ck_assert_int_eq(adapter->ops->log(adapter->self, &log), FAULT_NONE);
    ck_assert_str_eq(buffer_string(&log), want);
    buffer_deinit(&log);
}

START_TEST(log_is_what_came_since)
{
    char path[64];
    struct buffer small;
    struct manifest manifest = target("ws://127.0.0.1:1/");

    snprintf(path, sizeof(path), "/tmp/check-net-%ld.log", (long)getpid());
    write_file(path, "w", "before\n");
    manifest.log_file = path;
    struct adapter *adapter = adapter_for(&manifest);
    check_log(adapter, "");
    write_file(path, "a", "since\n");
    check_log(adapter, "since\n");
    check_log(adapter, "since\n");
    write_file(path, "w", "new\n"); /* turned over */
    check_log(adapter, "new\n");
    buffer_init(&small, 2);
    ck_assert_int_eq(adapter->ops->log(adapter->self, &small), FAULT_LIMIT);
    buffer_deinit(&small);
    unlink(path);
    buffer_init(&small, 2);
    ck_assert_int_eq(adapter->ops->log(adapter->self, &small), FAULT_HOOK);
    manifest.log_file = "/tmp";
    ck_assert_int_eq(adapter->ops->log(adapter->self, &small), FAULT_HOOK);
    adapter_free(adapter);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("net_hooks");
    TCase *tcase = tcase_create("hooks");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, requests_are_filled_and_share_a_connection);
    tcase_add_loop_test(tcase, body_is_filled, 0, COUNT_OF(bodies));
    tcase_add_loop_test(tcase, failing_hook_is_a_fault_with_its_url, 0,
                        COUNT_OF(failures));
    tcase_add_test(tcase, odd_hook_urls_are_faults);
    tcase_add_test(tcase, commands_stand_for_hooks);
    tcase_add_test(tcase, absent_hooks_are_absent);
    tcase_add_test(tcase, log_is_what_came_since);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_net_hooks");
}
