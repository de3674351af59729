/* `probe` against services that differ from their manifest, and servers that
 * are none: each gets the advice that mends it, and what a service does wrong
 * is never proposed. */
#include "cli_world.h"
#include "manifest/manifest.h"
#include <stdio.h>
#include <stdlib.h>

enum { SERVICE_WORDS = 6, SAID = 4, PORT_SIZE = 16 };

#define BASE                                                                   \
    "{\n"                                                                      \
    "  \"extends\": \"signals\", // what it is like\n"                         \
    "  \"endpoint\": { \"url\": \"ws://127.0.0.1:PORT/ws\" },\n"               \
    "  \"limits\": { \"answer_ms\": 400 },\n"                                  \
    "  \"capabilities\": { \"live_expiry\": false, \"publisher\": false },\n"  \
    "  \"hooks\": { \"publish\": { \"url\": \"http://127.0.0.1:PORT/p\", "     \
    "\"body\": \"{\\\"text\\\":\\\"{text}\\\"}\" } }"
#define END "\n}\n"

static const struct {
    const char *label;
    const char *service[SERVICE_WORDS];
    const char *manifest;
    int want;
    const char *says[SAID];
    const char *never; /* NULL: anything may be said */
    int mended;        /* the exit status with --write */
} rows[] = {
#include "probe_rows.def"
};

/* --- The service, and its manifest ---------------------------------------- */

struct service {
    pid_t pid;
    int stdin_of_it; /* closed, it ends */
    char port[PORT_SIZE];
};

static struct service start_service(const char *const words[])
{
    const char *arguments[SERVICE_WORDS + 3] = {
        "python3", "conformance/tests/odd_service.py"
    };
    struct service service = { .port = "" };
    int in[2], out[2];

    for (int i = 0; i < SERVICE_WORDS && words[i] != NULL; i++)
        arguments[i + 2] = words[i];
    ck_assert(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0);
    service.pid = fork();
    if (service.pid == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        execvp(arguments[0], (char *const *)arguments);
        _exit(126);
    }
    close(in[0]);
    close(out[1]);
    service.stdin_of_it = in[1];
    FILE *from = fdopen(out[0], "r");
    ck_assert_ptr_nonnull(fgets(service.port, PORT_SIZE, from));
    fclose(from);
    service.port[strcspn(service.port, "\n")] = 0;
    return service;
}

static void stop_service(const struct service *service)
{
    close(service->stdin_of_it);
    waitpid(service->pid, NULL, 0);
}

static void write_manifest(const char *text, const char *port, char path[64])
{
    snprintf(path, 64, "/tmp/wsconform-probe-XXXXXX");
    FILE *to = fdopen(mkstemp(path), "w");

    ck_assert_ptr_nonnull(to);
    for (const char *hole; (hole = strstr(text, "PORT")) != NULL;) {
        fprintf(to, "%.*s%s", (int)(hole - text), text, port);
        text = hole + 4;
    }
    fputs(text, to);
    fclose(to);
}

static void must_say(const char *label, const char *said, const char *what)
{
    ck_assert_msg(strstr(said, what) != NULL, "%s: \"%s\" is not in:\n%.3000s",
                  label, what, said);
}

static int probe(const char *path, bool write, struct buffer *said)
{
    const char *words[WORDS_MAX] = { "probe", "--target", path,
                                     write ? "--write" : NULL };

    buffer_clear(said);
    return run_tool(words, said);
}

START_TEST(advice_mends)
{
    struct service service = start_service(rows[_i].service);
    struct buffer said;
    char path[64];

    buffer_init(&said, OUTPUT_MAX);
    write_manifest(rows[_i].manifest, service.port, path);
    int status = probe(path, false, &said);
    const char *text = buffer_string(&said);
    ck_assert_msg(status == rows[_i].want, "%s: want exit %d, got %d:\n%.3000s",
                  rows[_i].label, rows[_i].want, status, text);
    for (int i = 0; i < SAID && rows[_i].says[i] != NULL; i++)
        must_say(rows[_i].label, text, rows[_i].says[i]);
    ck_assert_msg(
        rows[_i].never == NULL || strstr(text, rows[_i].never) == NULL,
        "%s: \"%s\" is in:\n%.3000s", rows[_i].label, rows[_i].never, text);
    status = probe(path, true, &said);
    ck_assert_msg(status == rows[_i].mended,
                  "%s, written: want exit %d, got %d:\n%.3000s", rows[_i].label,
                  rows[_i].mended, status, buffer_string(&said));
    unlink(path);
    stop_service(&service);
    buffer_deinit(&said);
}
END_TEST

/* What --write puts in stands in the user's own text, with its comments. */
START_TEST(comments_outlive_what_is_written)
{
    static const char *const words[] = { "--mood", "own", NULL };
    struct service service = start_service(words);
    struct buffer said;
    char path[64];

    buffer_init(&said, OUTPUT_MAX);
    write_manifest(BASE END, service.port, path);
    ck_assert_int_eq(probe(path, true, &said), 0);
    buffer_clear(&said);
    FILE *from = fopen(path, "r");
    char line[1024];
    while (fgets(line, sizeof(line), from) != NULL)
        buffer_add_string(&said, line);
    fclose(from);
    must_say("the manifest", buffer_string(&said), ", // what it is like\n");
    must_say("the manifest", buffer_string(&said),
             "\"{\\\"text\\\":\\\"{text}\\\"}\" } },\n  \"refusals\": { "
             "\"missing\": [{ \"close\": 4401, \"reason\": \"who are you?\" "
             "}], \"invalid\": ");
    unlink(path);
    stop_service(&service);
    buffer_deinit(&said);
}
END_TEST

/* --- The reference -------------------------------------------------------- */

static const char *const ways[] = { "--mock", "--reference" };
static const char *const profiles[] = { "signals", "factory", "pos", "rooms" };

/* The same core behind a pipe, as anybody's would be. */
START_TEST(child_is_fine)
{
    char command[4200];
    const char *words[WORDS_MAX] = { "probe", "--profile", profiles[_i],
                                     "--exec", command };
    struct buffer said;

    snprintf(command, sizeof(command), "%.*s/mocks/kits/examples/reference %s",
             (int)(strrchr(tool, '/') - tool), tool, profiles[_i]);
    buffer_init(&said, OUTPUT_MAX);
    int status = run_tool(words, &said);
    ck_assert_msg(status == 0, "%s: exit %d\n%.3000s", command, status,
                  buffer_string(&said));
    must_say(command, buffer_string(&said), "ok      missing");
    must_say(command, buffer_string(&said), "ok      publish");
    buffer_deinit(&said);
}
END_TEST

START_TEST(reference_is_fine)
{
    const char *words[WORDS_MAX] = { "probe", "--profile", profiles[_i / 2],
                                     ways[_i % 2] };
    struct buffer said;

    buffer_init(&said, OUTPUT_MAX);
    int status = run_tool(words, &said);
    ck_assert_msg(status == 0, "%s %s: exit %d\n%.3000s", words[2], words[3],
                  status, buffer_string(&said));
    must_say(words[2], buffer_string(&said), "ok      missing");
    must_say(words[2], buffer_string(&said), "ok      publish");
    buffer_deinit(&said);
}
END_TEST

/* --- Usage ---------------------------------------------------------------- */

static const struct {
    const char *label;
    const char *words[WORDS_MAX];
    int want;
    const char *says;
} usages[] = {
    { "nothing", { "probe" }, 2, "probe what? --target" },
    { "a dead port",
      { "probe", "--profile", "signals", "--url", "ws://127.0.0.1:1/ws" },
      4,
      "Connection refused" },
    { "a wrong manifest",
      { "probe", "--target", "/dev/null" },
      2,
      "/dev/null" },
    { "nothing to write into",
      { "probe", "--profile", "signals", "--mock", "--write" },
      2,
      "--write goes with --target" },
    { "no profile", { "probe", "--mock" }, 2, "--profile" },
    { "a child that is no adapter",
      { "probe", "--profile", "signals", "--exec", "cat" },
      3,
      "adapter: cat: " },
    { "a child that ends",
      { "probe", "--profile", "signals", "--exec", "exit 7" },
      3,
      "it ended with status 7" },
    { "its help", { "probe", "--help" }, 0, "--write" },
};

START_TEST(usage_is_clear)
{
    struct buffer said;

    buffer_init(&said, OUTPUT_MAX);
    int status = run_tool(usages[_i].words, &said);
    ck_assert_msg(status == usages[_i].want, "%s: want %d, got %d\n%.2000s",
                  usages[_i].label, usages[_i].want, status,
                  buffer_string(&said));
    must_say(usages[_i].label, buffer_string(&said), usages[_i].says);
    buffer_deinit(&said);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("probe");
    TCase *tcase = tcase_create("probe");

    find_tool();
    tcase_set_timeout(tcase, DEADLINE_S);
    tcase_add_loop_test(tcase, advice_mends, 0, COUNT_OF(rows));
    tcase_add_test(tcase, comments_outlive_what_is_written);
    tcase_add_loop_test(tcase, reference_is_fine, 0, 8);
    tcase_add_loop_test(tcase, child_is_fine, 0, 4);
    tcase_add_loop_test(tcase, usage_is_clear, 0, COUNT_OF(usages));
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_probe");
}
