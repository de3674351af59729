/* A service that dies in the midst of a run: the criterion that it died of is
 * found, and with a way to bring it back the rest is judged all the same. */
#include "cli_world.h"
#include <stdlib.h>

enum { SERVICE_WORDS_MAX = 6, MANIFEST_MAX = 2048, SAID_MAX = 32 };

/* Five criteria, one of which needs a hook that is not there. */
#define FEW    "*_an_invalid_token"
#define DEADLY "FAIL  word_null_is_an_invalid_token"
#define BY_HTTP                                                                \
    ",\"restart\":{\"method\":\"POST\",\"url\":\"http://127.0.0.1:%1$d/"       \
    "restart\"}"
#define BY_COMMAND                                                             \
    ",\"restart\":{\"command\":[\"sh\",\"-c\",\"kill -USR1 %3$d\"]}"
#define IN_VAIN                                                                \
    ",\"restart\":{\"command\":[\"true\"]}},\"limits\":{\"restart_ms\":300"
#define FAILING ",\"restart\":{\"command\":[\"false\"]}"
#define FOLLOWS                                                                \
    ",\"setup\":[{\"url\":\"http://127.0.0.1:%1$d/port\",\"save\":{"           \
    "\"port\":{\"json\":\"/port\"}}}]"

static const struct {
    const char *label;
    const char *only;
    const char *service[SERVICE_WORDS_MAX];
    const char *port; /* where the manifest looks for it */
    const char *hook;
    const char *setup;
    const char *jobs;
    int want;
    const char *says[4];
} rows[] = {
    { "dies and is brought back over HTTP",
      FEW,
      { "--fatal", "null" },
      "%2$d",
      BY_HTTP,
      "",
      "1",
      1,
      { DEADLY, "the service died of it (behind it the sanity check saw: ",
        "3 pass, 1 fail, 0 inconclusive, 1 not applicable",
        "Mend first: word_null_is_an_invalid_token" } },
    { "dies late, beside others, and is elsewhere then",
      FEW,
      { "--fatal", "%20", "--late", "--moves" },
      "{port}",
      BY_COMMAND,
      FOLLOWS,
      "4",
      1,
      { DEADLY, "the service died of it (behind it the sanity check saw: ",
        "3 pass, 1 fail, 0 inconclusive, 1 not applicable" } },
    { "dies once",
      FEW,
      { "--fatal", "%20", "--late", "--once" },
      "%2$d",
      BY_HTTP,
      "",
      "4",
      3,
      { "4 pass, 0 fail, 0 inconclusive, 1 not applicable",
        "Not green: the service died while ",
        "not again when each was asked alone" } },
    { "dies and stays dead",
      FEW,
      { "--fatal", "null" },
      "%2$d",
      "",
      "",
      "4",
      4,
      { " 0 fail, ", "????  word_null_is_an_invalid_token",
        "and did not come back (hooks.restart)",
        "Not green: the target (signals) fails the sanity check" } },
    { "is not back in time",
      FEW,
      { "--fatal", "null" },
      "%2$d",
      IN_VAIN,
      "",
      "4",
      4,
      { " 0 fail, ", "and did not come back (hooks.restart)",
        "300 ms (limits.restart_ms) behind hooks.restart it is not back" } },
    { "dies slowly of the last that is asked",
      "word_null_is_an_invalid_token",
      { "--fatal", "null", "--slow" },
      "%2$d",
      BY_HTTP,
      "",
      "1",
      1,
      { DEADLY, "0 pass, 1 fail, 0 inconclusive, 0 not applicable" } },
    { "cannot be brought back",
      FEW,
      { "--fatal", "null" },
      "%2$d",
      FAILING,
      "",
      "4",
      4,
      { " 0 fail, ",
        "hooks.restart failed: command \"false\" exited with 1" } },
};

struct service {
    pid_t pid;
    int input; /* it ends with it */
    int control, port;
};

static struct service start_service(const char *const words[])
{
    const char *arguments[SERVICE_WORDS_MAX + 3] = {
        "/usr/bin/python3", "conformance/tests/phoenix.py"
    };
    struct service service = { .pid = 0 };
    int in[2], out[2];

    for (int i = 0; i < SERVICE_WORDS_MAX && words[i] != NULL; i++)
        arguments[i + 2] = words[i];
    ck_assert(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0);
    service.pid = fork();
    if (service.pid == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        execv(arguments[0], (char *const *)arguments);
        _exit(126);
    }
    close(in[0]);
    close(out[1]);
    service.input = in[1];
    FILE *from = fdopen(out[0], "r");
    char said[SAID_MAX] = "";
    char *end = said;
    ck_assert_ptr_nonnull(fgets(said, SAID_MAX, from));
    fclose(from);
    service.control = (int)strtol(said, &end, 10);
    service.port = (int)strtol(end, NULL, 10);
    ck_assert_int_gt(service.port, 0);
    return service;
}

static void write_manifest(int row, const struct service *service,
                           char path[64])
{
    char form[MANIFEST_MAX];

    snprintf(form, sizeof(form),
             "{\"extends\":\"signals\",\"name\":\"mortal\",\"endpoint\":{"
             "\"url\":\"ws://127.0.0.1:%s/ws\"},\"hooks\":{\"publish\":{"
             "\"url\":\"http://127.0.0.1:%s/publish\",\"body\":\"{\\\"text\\\":"
             "\\\"{text}\\\"}\"}%s}%s}\n",
             rows[row].port, rows[row].port, rows[row].hook, rows[row].setup);
    snprintf(path, 64, "/tmp/wsconform-mortal-XXXXXX");
    FILE *to = fdopen(mkstemp(path), "w");
    ck_assert_ptr_nonnull(to);
    for (const char *at = form; *at != 0; at++) {
        int numbers[] = { service->control, service->port, (int)service->pid };
        if (at[0] == '%' && at[2] == '$') {
            fprintf(to, "%d", numbers[at[1] - '1']);
            at += 3;
        } else {
            fputc(*at, to);
        }
    }
    fclose(to);
}

START_TEST(death_is_blamed)
{
    struct service service = start_service(rows[_i].service);
    struct buffer said;
    char path[64];

    write_manifest(_i, &service, path);
    const char *words[WORDS_MAX] = { "run",        "--target",    path,
                                     "--only",     rows[_i].only, "--jobs",
                                     rows[_i].jobs };
    buffer_init(&said, OUTPUT_MAX);
    int status = run_tool(words, &said);
    close(service.input);
    waitpid(service.pid, NULL, 0);
    unlink(path);
    ck_assert_msg(status == rows[_i].want, "%s: want exit %d, got %d:\n%.4000s",
                  rows[_i].label, rows[_i].want, status, buffer_string(&said));
    for (size_t i = 0; i < 4 && rows[_i].says[i] != NULL; i++)
        ck_assert_msg(strstr(buffer_string(&said), rows[_i].says[i]) != NULL,
                      "%s: \"%s\" is not in:\n%.4000s", rows[_i].label,
                      rows[_i].says[i], buffer_string(&said));
    buffer_deinit(&said);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("run_death");
    TCase *tcase = tcase_create("death");

    find_tool();
    tcase_set_timeout(tcase, DEADLINE_S);
    tcase_add_loop_test(tcase, death_is_blamed, 0, COUNT_OF(rows));
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_run_death");
}
