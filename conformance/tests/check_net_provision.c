/* Hooks that take several values: the directory's, the publication to one
 * tenant, and the question without a context. */
#include "net_world.h"
#include "net/hooks.h"

static const struct pair values[] = {
    { "user", "a\"b c" }, { "role", "x&y" }, { "tenant", "" }, { NULL, NULL }
};

/* Answers with what it was asked; 409 where the path is /no. */
static void control(int listener, const void *ignored)
{
    char head[REQUEST_SIZE];
    char answer[128];

    (void)ignored;
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        read_head(fd, head);
        size_t length = strlen(head);
        char size[16];
        header_of(head, "Content-Length: ", size, sizeof(size));
        size_t whole = (size_t)(strstr(head, "\r\n\r\n") + 4 - head) +
                       strtoul(size, NULL, 10);
        while (length < whole) {
            ssize_t count = read(fd, head + length, whole - length);
            if (count <= 0)
                break;
            length += (size_t)count;
            head[length] = 0;
        }
        snprintf(answer, sizeof(answer),
                 "HTTP/1.1 %s\r\nContent-Length: %zu\r\n\r\n",
                 strstr(head, " /no ") == NULL ? "500 Told" : "409 No",
                 strlen(head));
        write_all(fd, answer, strlen(answer));
        write_all(fd, head, strlen(head));
        close(fd);
    }
}

static const struct {
    const char *label;
    const char *path;
    const char *body;
    const char *holds; /* of the request, told by a failure's reason */
} fillings[] = {
    { "URL", "/u/{user}?r={role}&t={tenant}", NULL,
      "GET /u/a%22b%20c?r=x%26y&t= HTTP" },
    { "JSON", "/", "{\"u\":\"{user}\",\"r\":\"{role}\",\"t\":\"{tenant}\"}",
      "{\"u\":\"a\\\"b c\",\"r\":\"x&y\",\"t\":\"\"}" },
};

START_TEST(each_value_is_escaped_for_its_place)
{
    struct server server = serve(control, NULL);
    struct manifest manifest = target("ws://127.0.0.1:1/");
    struct buffer answer;
    struct hooks hooks;
    bool refused = false;
    char url[128];

    snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", server.port,
             fillings[_i].path);
    manifest.user_hook =
        (struct hook){ .url = url, .body = fillings[_i].body, .present = true };
    ck_assert_int_eq(hooks_init(&hooks, &manifest), FAULT_NONE);
    ck_assert_int_eq(hooks_provision(&hooks, "user", values), FAULT_HOOK);
    ck_assert_msg(strstr(fault_reason(), fillings[_i].holds) != NULL, "%s: %s",
                  fillings[_i].label, fault_reason());
    buffer_init(&answer, 1024);
    ck_assert_int_eq(hooks_ask_without_context(&hooks, &refused, &answer),
                     FAULT_ABSENT);
    buffer_deinit(&answer);
    hooks_deinit(&hooks);
    stop(server);
}
END_TEST

START_TEST(each_provision_has_a_hook_of_its_own)
{
    static const char *const names[] = { "tenant", "user", "remove_user",
                                         "order" };
    static const char *const commands[][5] = {
        { "test", "tenant", "=", "{what}" },
        { "test", "{user}{role}{tenant}", "=", "a\"b cx&y" },
        { "test", "a\"b c", "=", "{user}" },
        { "false" },
    };
    struct manifest manifest = target("ws://127.0.0.1:1/");
    struct hook *const places[] = { &manifest.tenant_hook, &manifest.user_hook,
                                    &manifest.remove_user_hook,
                                    &manifest.order_hook };
    static const enum fault want[] = { FAULT_HOOK, FAULT_NONE, FAULT_NONE,
                                       FAULT_HOOK };
    struct hooks hooks;

    ck_assert_int_eq(hooks_init(&hooks, &manifest), FAULT_NONE);
    for (size_t i = 0; i < COUNT(names); i++) {
        ck_assert_int_eq(hooks_provision(&hooks, names[i], values),
                         FAULT_ABSENT);
        *places[i] = (struct hook){ .command = commands[i], .present = true };
        ck_assert_msg(hooks_provision(&hooks, names[i], values) == want[i],
                      "%s: %s", names[i], fault_reason());
    }
    ck_assert_int_eq(hooks_provision(&hooks, "table", values), FAULT_ABSENT);
    hooks_deinit(&hooks);
}
END_TEST

START_TEST(publication_goes_to_one_or_to_all)
{
    static const char *const to_all[] = { "test", "{text}", "=", "x", NULL };
    static const char *const to_one[] = { "test", "{text}{tenant}", "=", "xt",
                                          NULL };
    struct manifest manifest = target("ws://127.0.0.1:1/");
    struct hooks hooks;

    manifest.publish_hook = (struct hook){ .command = to_all, .present = true };
    ck_assert_int_eq(hooks_init(&hooks, &manifest), FAULT_NONE);
    ck_assert_int_eq(hooks_publish(&hooks, "x", "t"), FAULT_ABSENT);
    manifest.publish_to_hook =
        (struct hook){ .command = to_one, .present = true };
    ck_assert_int_eq(hooks_publish(&hooks, "x", "t"), FAULT_NONE);
    ck_assert_int_eq(hooks_publish(&hooks, "x", "u"), FAULT_HOOK);
    ck_assert_int_eq(hooks_publish(&hooks, "x", NULL), FAULT_NONE);
    hooks_deinit(&hooks);
}
END_TEST

static const struct {
    const char *script;
    bool refused;
    const char *says;
} askings[] = {
    { "echo 'CRITICAL: call create' >&2; false", true,
      "CRITICAL: call create" },
    { "echo a manager", false, "a manager" },
};

START_TEST(refusal_without_context_is_told_by_its_text)
{
    const char *const command[] = { "sh", "-c", askings[_i].script, NULL };
    struct manifest manifest = target("ws://127.0.0.1:1/");
    struct buffer answer;
    struct hooks hooks;
    bool refused = !askings[_i].refused;

    manifest.ask_without_context_hook =
        (struct hook){ .command = command, .present = true };
    buffer_init(&answer, 4096);
    ck_assert_int_eq(hooks_init(&hooks, &manifest), FAULT_NONE);
    ck_assert_int_eq(hooks_ask_without_context(&hooks, &refused, &answer),
                     FAULT_NONE);
    ck_assert_int_eq(refused, askings[_i].refused);
    ck_assert_ptr_nonnull(strstr(buffer_string(&answer), askings[_i].says));
    hooks_deinit(&hooks);
    buffer_deinit(&answer);
}
END_TEST

START_TEST(refusal_over_http_is_told_by_its_body)
{
    struct server server = serve(control, NULL);
    struct manifest manifest = target("ws://127.0.0.1:1/");
    struct buffer answer;
    struct hooks hooks;
    bool refused = false;
    char url[64];

    snprintf(url, sizeof(url), "http://127.0.0.1:%u/no", server.port);
    manifest.ask_without_context_hook =
        (struct hook){ .url = url, .method = "POST", .present = true };
    buffer_init(&answer, 4096);
    ck_assert_int_eq(hooks_init(&hooks, &manifest), FAULT_NONE);
    ck_assert_int_eq(hooks_ask_without_context(&hooks, &refused, &answer),
                     FAULT_NONE);
    ck_assert(refused);
    ck_assert_ptr_nonnull(strstr(buffer_string(&answer), "409"));
    ck_assert_ptr_nonnull(strstr(buffer_string(&answer), "POST /no HTTP"));
    hooks_deinit(&hooks);
    buffer_deinit(&answer);
    stop(server);
}
END_TEST

START_TEST(hook_that_nobody_answers_is_no_refusal)
{
    struct manifest manifest = target("ws://127.0.0.1:1/");
    struct buffer answer;
    struct hooks hooks;
    bool refused = true;

    manifest.ask_without_context_hook =
        (struct hook){ .url = "http://127.0.0.1:1/", .present = true };
    buffer_init(&answer, 4096);
    ck_assert_int_eq(hooks_init(&hooks, &manifest), FAULT_NONE);
    ck_assert_int_eq(hooks_ask_without_context(&hooks, &refused, &answer),
                     FAULT_HOOK);
    ck_assert(!refused);
    hooks_deinit(&hooks);
    buffer_deinit(&answer);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("net_provision");
    TCase *tcase = tcase_create("provision");

    tcase_set_timeout(tcase, 20);
    tcase_add_loop_test(tcase, each_value_is_escaped_for_its_place, 0,
                        COUNT_OF(fillings));
    tcase_add_test(tcase, each_provision_has_a_hook_of_its_own);
    tcase_add_test(tcase, publication_goes_to_one_or_to_all);
    tcase_add_loop_test(tcase, refusal_without_context_is_told_by_its_text, 0,
                        COUNT_OF(askings));
    tcase_add_test(tcase, refusal_over_http_is_told_by_its_body);
    tcase_add_test(tcase, hook_that_nobody_answers_is_no_refusal);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_net_provision");
}
