/* Set-ups and log-ins: what is asked step by step, what is saved of it, and how
 * often; and what is said where one fails. */
#include "http_world.h"
#include "net/steps.h"
#include "net/wallet.h"
#include <cJSON.h>
#include <stdlib.h>
#include <sys/wait.h>

/* --- What is saved -------------------------------------------------------- */

#define TREE "{\"a\":{\"b/c\":[1,\"two\",true],\"~\":{}},\"\":\"whole\"}"

static const struct {
    const char *pointer;
    const char *want;
} pointers[] = {
    { "/a/b~1c/1", "two" }, { "/a/b~1c/0", "1" },  { "/a/b~1c/2", "true" },
    { "/", "whole" },       { "/a/b~1c/3", NULL }, { "/a/b~1c/-", NULL },
    { "/a/b~1c/1x", NULL }, { "/a/~0", NULL },     { "", NULL },
    { "/b", NULL },         { "/a/b", NULL },      { "/a/b~1c/1/x", NULL },
};

START_TEST(pointer_finds_scalars)
{
    char *text = pointer_text(TREE, pointers[_i].pointer);

    ck_assert_pstr_eq(text, pointers[_i].want);
    free(text);
}
END_TEST

static const struct {
    const char *text;
    const char *expression;
    const char *want;
} expressions[] = {
    { "<input value=\"x1\">", "value=\"([^\"]+)\"", "x1" },
    { "a=1 a=2", "a=([0-9])", "1" },
    { "nothing", "a=([0-9])", NULL },
    { "b", "(a)?b", NULL },
    { "ab", "(a|b)+", "b" },
};

START_TEST(expression_finds_its_first_group)
{
    char *text = regex_text(expressions[_i].text, expressions[_i].expression);

    ck_assert_pstr_eq(text, expressions[_i].want);
    free(text);
}
END_TEST

/* --- A service with a log-in ---------------------------------------------- */

static bool has(const char *request, const char *part)
{
    return strstr(request, part) != NULL;
}

static void answer_form(int fd)
{
    static const char head[] =
        "HTTP/1.1 200 OK\r\nSet-Cookie: csrf=c+1; Path=/\r\n"
        "Content-Length: 26\r\n\r\n<form><input value=\"c+1\"/>";

    write_all(fd, head, sizeof(head) - 1);
}

static void answer_session(int fd, const char *user, unsigned number)
{
    char head[256];

    snprintf(head, sizeof(head),
             "HTTP/1.1 302 Found\r\nSet-Cookie: old=x\r\n"
             "Set-Cookie: sid=%s-%u; HttpOnly\r\n"
             "Location: /\r\nContent-Length: 0\r\n\r\n",
             user, number);
    write_all(fd, head, strlen(head));
}

/* Cookie and form have to say the same, and the form is encoded. */
static void log_in(int fd, const char *request, unsigned number)
{
    if (!has(request, "Cookie: csrf=c+1\r\n") || !has(request, "csrf=c%2B1&"))
        answer_with(fd, "403 Forbidden", "csrf");
    else if (has(request, "user=alice&word=a%26b"))
        answer_session(fd, "alice", number);
    else if (has(request, "user=bob&word=secret-of-bob"))
        answer_session(fd, "bob", number);
    else
        answer_with(fd, "403 Forbidden", "who?");
}

static void service(int listener, const void *ignored)
{
    char request[REQUEST_SIZE];
    unsigned sessions = 0;

    (void)ignored;
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        while (read_request(fd, request)) {
            if (has(request, "GET /form "))
                answer_form(fd);
            else if (has(request, "POST /login "))
                log_in(fd, request, ++sessions);
            else if (has(request, "POST /made "))
                answer_with(fd, "201 Created", "{\"name\":\"t7\",\"n\":[4]}");
            else
                answer_with(fd, "500 Oops", "it broke");
        }
        close(fd);
    }
}

#define LOG_IN                                                                 \
    "{\"url\":\"{base}/form\",\"save\":{\"csrf\":{\"regex\":"                  \
    "\"value=\\\"([^\\\"]+)\\\"\"}}},"                                         \
    "{\"url\":\"{base}/login\",\"method\":\"POST\",\"status\":302,"            \
    "\"body\":\"csrf={csrf}&user={user}&word={word}\","                        \
    "\"save\":{\"sid\":{\"cookie\":\"sid\"}}}"

/* Reads it with the server's address as the variable base. */
static struct manifest *manifest_for(const struct server *server,
                                     const char *members)
{
    struct buffer text;
    struct buffer errors;

    buffer_init(&text, 65536);
    buffer_init(&errors, 65536);
    buffer_printf(&text,
                  "{\"extends\":\"signals\",\"vars\":{\"base\":"
                  "\"http://127.0.0.1:%u\"},%s}",
                  server->port, members);
    struct manifest *manifest =
        manifest_read("t.json", buffer_view(&text), NULL, &errors);
    ck_assert_msg(manifest != NULL, "%s", buffer_string(&errors));
    buffer_deinit(&errors);
    buffer_deinit(&text);
    return manifest;
}

#define USERS                                                                  \
    "\"identities\":{\"alice\":{\"user\":\"alice\",\"word\":\"a&b\"},"         \
    "\"bob\":{\"user\":\"bob\",\"word\":\"secret-of-bob\"}}"

#define SOURCE(more)                                                           \
    USERS ",\"credential\":{\"source\":{\"token\":\"{sid}.x\"," more           \
          "\"steps\":[" LOG_IN "]}}"

static void check_drawn(struct wallet *wallet, const struct applicant *who,
                        const char *want)
{
    struct buffer token;

    buffer_init(&token, 256);
    enum fault fault = wallet_draw(wallet, who, &token);
    ck_assert_msg(fault == (want == NULL ? FAULT_HOOK : FAULT_NONE), "%s",
                  fault_reason());
    if (want != NULL)
        ck_assert_str_eq(buffer_string(&token), want);
    buffer_deinit(&token);
}

/* Alice, bob and, like alice, the witnesses have one; there is one more. */
START_TEST(credentials_are_fetched_once_within_the_budget)
{
    struct server server = serve(service, NULL);
    struct manifest *manifest = manifest_for(&server, SOURCE("\"budget\":4,"));
    struct wallet *wallet = wallet_new(manifest);
    struct applicant bob = { .place = BOB,
                             .values = manifest->known[BOB].values };
    struct applicant spoilt = bob;

    spoilt.is_fresh = true;
    ck_assert_msg(wallet != NULL, "%s", fault_reason());
    check_drawn(wallet, &bob, "bob-2.x");
    check_drawn(wallet, &bob, "bob-2.x");
    check_drawn(wallet, &spoilt, "bob-4.x");
    check_drawn(wallet, &spoilt, NULL);
    ck_assert_str_eq(
        fault_reason(),
        "a credential: all 4 fetches that credential.source.budget allows "
        "one run are spent; set it higher if your service bears "
        "more log-ins");
    check_drawn(wallet, &bob, "bob-2.x");
    wallet_free(wallet);
    manifest_free(manifest);
    stop(server);
}
END_TEST

START_TEST(budget_is_one_for_all_processes)
{
    struct server server = serve(service, NULL);
    struct manifest *manifest = manifest_for(&server, SOURCE("\"budget\":4,"));
    struct wallet *wallet = wallet_new(manifest);
    struct applicant alice = { .place = ALICE,
                               .values = manifest->known[ALICE].values,
                               .is_fresh = true };
    int status = 1;

    pid_t pid = fork();
    if (pid == 0) {
        struct buffer token;
        buffer_init(&token, 256);
        enum fault fault = wallet_draw(wallet, &alice, &token);
        buffer_deinit(&token);
        wallet_free(wallet);
        manifest_free(manifest);
        _exit(fault != FAULT_NONE);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    check_drawn(wallet, &alice, NULL);
    wallet_free(wallet);
    manifest_free(manifest);
    stop(server);
}
END_TEST

START_TEST(budget_too_small_for_the_users_is_said)
{
    struct server server = serve(service, NULL);
    struct manifest *manifest = manifest_for(&server, SOURCE("\"budget\":1,"));

    ck_assert_ptr_null(wallet_new(manifest));
    ck_assert_str_eq(
        fault_reason(),
        "a credential: all 1 fetches that credential.source.budget allows "
        "one run are spent; set it higher if your service bears "
        "more log-ins");
    manifest_free(manifest);
    stop(server);
}
END_TEST

/* --- What is said of a step that fails ------------------------------------ */

#define SETUP(steps) "\"setup\":[" steps "]"
#define MADE(more)   "{\"url\":\"{base}/made\",\"method\":\"POST\"" more "}"

static const struct {
    const char *members;
    const char *want; /* the last value saved, or why not */
    bool is_good;
} setups[] = {
    { SETUP(MADE(",\"save\":{\"t\":{\"json\":\"/name\"}}")), "t7", true },
    { SETUP(MADE(",\"save\":{\"t\":{\"json\":\"/n/0\"}}")), "4", true },
    { SETUP("{\"command\":[\"echo\",\"id=17\"],\"save\":{\"t\":"
            "{\"regex\":\"id=([0-9]+)\"}}}"),
      "17", true },
    { SETUP("{\"command\":[\"echo\",\"id=17\"],\"save\":{\"t\":"
            "{\"regex\":\"id=([0-9]+)\"}}},{\"command\":[\"echo\","
            "\"<{t}>\"],\"save\":{\"t\":{\"regex\":\"(.*)\"}}}"),
      "<17>", true },
    { SETUP(MADE(",\"save\":{\"t\":{\"json\":\"/nome\"}}")),
      "setup, step 1: nothing to save as t: no text or number at the JSON "
      "pointer /nome",
      false },
    { SETUP(MADE("") "," MADE(",\"save\":{\"t\":{\"cookie\":\"sid\"}}")),
      "setup, step 2: nothing to save as t: no cookie sid", false },
    { SETUP(MADE(",\"save\":{\"t\":{\"regex\":\"(z+)\"}}")),
      "setup, step 1: nothing to save as t: no match of the expression (z+)",
      false },
    { SETUP(MADE(",\"status\":200")),
      "setup, step 1: HTTP status 201, expected 200", false },
    { SETUP("{\"url\":\"{base}/other\"}"),
      "setup, step 1: HTTP status 500, expected 2xx or 3xx", false },
    { SETUP("{\"command\":[\"false\"]}"), "setup, step 1: ", false },
};

START_TEST(setup_saves_or_says_why_not)
{
    struct server server = serve(service, NULL);
    struct manifest *manifest = manifest_for(&server, setups[_i].members);
    struct values values;
    enum fault fault =
        steps_run(manifest, "setup", &manifest->setup, NULL, &values);

    if (setups[_i].is_good) {
        ck_assert_msg(fault == FAULT_NONE, "%s", fault_reason());
        ck_assert_uint_eq(values.count, 1);
        ck_assert_str_eq(values.at[0].value, setups[_i].want);
    } else {
        ck_assert_int_eq(fault, FAULT_HOOK);
        ck_assert_msg(strncmp(fault_reason(), setups[_i].want,
                              strlen(setups[_i].want)) == 0,
                      "%s", fault_reason());
    }
    values_deinit(&values);
    manifest_free(manifest);
    stop(server);
}
END_TEST

/* A service may repeat what it was told. */
START_TEST(secrets_of_users_are_not_told)
{
    struct server server = serve(service, NULL);
    struct manifest *manifest =
        manifest_for(&server, USERS
                     ",\"credential\":{\"source\":{\"token\":\"{t}\",\"steps\":"
                     "[{\"command\":[\"sh\",\"-c\",\"echo no $0 >&2; exit 1\","
                     "\"{user}:{word}\"],\"save\":{\"t\":{\"regex\":"
                     "\"(.*)\"}}}]}}");
    struct wallet *wallet;

    manifest->known[ALICE] = manifest->known[BOB];
    wallet = wallet_new(manifest);
    ck_assert_ptr_null(wallet);
    ck_assert_ptr_null(strstr(fault_reason(), "secret-of"));
    ck_assert_ptr_nonnull(strstr(fault_reason(), "bob:<secret>"));
    manifest_free(manifest);
    stop(server);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("net steps");
    TCase *tcase = tcase_create("net steps");

    tcase_add_loop_test(tcase, pointer_finds_scalars, 0, COUNT_OF(pointers));
    tcase_add_loop_test(tcase, expression_finds_its_first_group, 0,
                        COUNT_OF(expressions));
    tcase_add_test(tcase, credentials_are_fetched_once_within_the_budget);
    tcase_add_test(tcase, budget_is_one_for_all_processes);
    tcase_add_test(tcase, budget_too_small_for_the_users_is_said);
    tcase_add_loop_test(tcase, setup_saves_or_says_why_not, 0,
                        COUNT_OF(setups));
    tcase_add_test(tcase, secrets_of_users_are_not_told);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_net_steps");
}
