/* `probe` against services that differ from their manifest, and servers that
 * are none: each gets the advice that mends it, and what a service does wrong
 * is never proposed. */
#include "cli_world.h"
#include "manifest/manifest.h"
#include "side_by_side.h"
#include <stdio.h>
#include <stdlib.h>

enum { SERVICE_WORDS = 6, SAID = 4, PORT_SIZE = 16 };

#define BASE                                                                   \
    "{\n"                                                                      \
    "  \"extends\": \"signals\", // what it is like\n"                         \
    "  \"endpoint\": { \"url\": \"ws://127.0.0.1:PORT/ws\" },\n"               \
    "  \"limits\": { \"answer_ms\": 600 },\n"                                  \
    "  \"capabilities\": { \"live_expiry\": false, \"publisher\": false, "     \
    "\"max_lifetime\": false },\n"                                             \
    "  \"hooks\": { \"publish\": { \"url\": \"http://127.0.0.1:PORT/p\", "     \
    "\"body\": \"{\\\"text\\\":\\\"{text}\\\"}\" } }"
#define END "\n}\n"
#define PICKY                                                                  \
    "{\n"                                                                      \
    "  \"extends\": \"signals\",\n"                                            \
    "  \"endpoint\": { \"url\": \"ws://127.0.0.1:PORT/ws\",\n"                 \
    "    \"subprotocols\": [\"app.v1\"] },\n"                                  \
    "  \"limits\": { \"answer_ms\": 600 },\n"                                  \
    "  \"capabilities\": { \"live_expiry\": false, \"publisher\": false, "     \
    "\"max_lifetime\": false, \"subprotocol_required\": true },\n"             \
    "  \"hooks\": { \"publish\": { \"url\": \"http://127.0.0.1:PORT/p\", "     \
    "\"body\": \"{\\\"text\\\":\\\"{text}\\\"}\" } }"

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
    FILE *stdout_of_it;
    char port[PORT_SIZE];
};

/* All start before the first is tried: that takes its time, and a service that
 * is late would be told so. */
static struct service services[COUNT_OF(rows) + 1];

static struct service start_service(const char *const words[])
{
    const char *arguments[SERVICE_WORDS + 3] = {
        "/usr/bin/python3", "conformance/tests/odd_service.py"
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
    service.stdout_of_it = fdopen(out[0], "r");
    return service;
}

static void await_service(struct service *service)
{
    ck_assert_ptr_nonnull(
        fgets(service->port, PORT_SIZE, service->stdout_of_it));
    fclose(service->stdout_of_it);
    service->port[strcspn(service->port, "\n")] = 0;
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

static int probe(const char *path, bool write, struct buffer *said)
{
    const char *words[WORDS_MAX] = { "probe", "--target", path,
                                     write ? "--write" : NULL };

    buffer_clear(said);
    return run_tool(words, said);
}

struct wanted {
    const char *label;
    int status;
    const char *const *says; /* SAID of them, or up to a NULL */
    const char *never;       /* NULL: anything may be said */
};

static void compare(const struct wanted *want, int status,
                    const struct buffer *said, struct buffer *wrong)
{
    const char *text = buffer_string(said);
    size_t before = wrong->length;

    if (status != want->status)
        buffer_printf(wrong, "%s: want exit %d, got %d\n", want->label,
                      want->status, status);
    for (int i = 0; i < SAID && want->says[i] != NULL; i++)
        if (strstr(text, want->says[i]) == NULL)
            buffer_printf(wrong, "%s: \"%s\" is not in:\n", want->label,
                          want->says[i]);
    if (want->never != NULL && strstr(text, want->never) != NULL)
        buffer_printf(wrong, "%s: \"%s\" is in:\n", want->label, want->never);
    if (wrong->length > before)
        buffer_printf(wrong, "%.2000s\n", text);
}

/* --- Services that are odd ------------------------------------------------ */

static void advice_mends(int index, struct buffer *wrong)
{
    static const char *const anything[SAID] = { NULL };
    const struct wanted found = { rows[index].label, rows[index].want,
                                  rows[index].says, rows[index].never };
    const struct wanted mended = { rows[index].label, rows[index].mended,
                                   anything, NULL };
    struct buffer said;
    char path[64];
    int status;

    buffer_init(&said, OUTPUT_MAX);
    write_manifest(rows[index].manifest, services[index].port, path);
    status = probe(path, false, &said);
    compare(&found, status, &said, wrong);
    status = probe(path, true, &said);
    compare(&mended, status, &said, wrong);
    unlink(path);
    buffer_deinit(&said);
}

/* What --write puts in stands in the user's own text, with its comments. */
static void comments_outlive_what_is_written(int index, struct buffer *wrong)
{
    static const char *const kept[SAID] = {
        ", // what it is like\n",
        "\"{\\\"text\\\":\\\"{text}\\\"}\" } },\n  \"refusals\": { "
        "\"missing\": [{ \"close\": 4401, \"reason\": \"who are you?\" "
        "}], \"invalid\": "
    };
    const struct wanted want = { "comments", 0, kept, NULL };
    struct buffer said;
    char path[64];
    char line[1024];

    buffer_init(&said, OUTPUT_MAX);
    write_manifest(BASE END, services[index].port, path);
    int status = probe(path, true, &said);
    FILE *from = fopen(path, "r");
    buffer_clear(&said);
    while (from != NULL && fgets(line, sizeof(line), from) != NULL)
        buffer_add_string(&said, line);
    if (from != NULL)
        fclose(from);
    compare(&want, status, &said, wrong);
    unlink(path);
    buffer_deinit(&said);
}

START_TEST(odd_services_are_told)
{
    static const char *const own[SERVICE_WORDS] = { "--mood", "own" };
    struct job jobs[COUNT_OF(services)];

    for (int i = 0; i < COUNT_OF(services); i++)
        services[i] = start_service(i < COUNT_OF(rows) ? rows[i].service : own);
    for (int i = 0; i < COUNT_OF(services); i++)
        await_service(&services[i]);
    for (int i = 0; i < COUNT_OF(services); i++)
        jobs[COUNT_OF(rows) - i] = (struct job){
            /* the last rows wait longest */
            .run = i < COUNT_OF(rows) ? advice_mends
                                      : comments_outlive_what_is_written,
            .index = i,
        };
    run_jobs(jobs, COUNT_OF(jobs));
    for (int i = 0; i < COUNT_OF(services); i++)
        stop_service(&services[i]);
}
END_TEST

/* --- The reference -------------------------------------------------------- */

#define ALL "ok      missing", "ok      publish"

/* As it is, over the network, and the same core behind a pipe, as anybody's
 * would be; and with one decision broken. */
static const struct {
    const char *profile;
    const char *way; /* or, behind a pipe, the mutant; "-": none */
    int want;
    const char *says[SAID];
} cores[] = {
    { "signals", "--mock", 0, { ALL, "lives for ten years" } },
    { "factory", "--mock", 0, { ALL, "ok      attempts", "ok      full" } },
    { "pos", "--mock", 0, { ALL, "ok      strangers", "ok      withdrawn" } },
    { "rooms", "--mock", 0, { ALL, "ok      session", "not tried" } },
    { "signals", "--reference", 0, { ALL } },
    { "factory",
      "--reference",
      0,
      { ALL, "ok      attempts", "ok      full" } },
    { "pos",
      "--reference",
      0,
      { ALL, "ok      strangers", "ok      unavailable" } },
    { "rooms", "--reference", 0, { ALL, "ok      session" } },
    { "signals", "-", 0, { ALL } },
    { "factory", "-", 0, { ALL } },
    { "pos", "-", 0, { ALL, "ok      unavailable", "ok      full" } },
    { "rooms", "-", 0, { ALL, "ok      session" } },
    { "signals",
      "accepts_any_lifetime",
      1,
      { "fault   max_lifetime", "capabilities.max_lifetime to false" } },
    { "pos",
      "has_five_hundred_in_its_code",
      1,
      { "fault   attempts", "capabilities.attempts to false" } },
    { "pos",
      "lets_any_number_wait",
      1,
      { "fault   strangers", "capabilities.strangers to false" } },
    { "pos",
      "checks_rights_at_the_door_only",
      1,
      { "fault   withdrawn", "capabilities.withdrawal to false" } },
    { "pos", "has_room_for_all", 1, { "change  full", "[{\"http\":503}]" } },
    { "pos",
      "admits_without_a_directory",
      1,
      { "fault   unavailable", "It is welcomed before" } },
    { "rooms",
      "ends_no_session",
      1,
      { "fault   session", "capabilities.session_ttl to false" } },
};

static void core_is_told(int index, struct buffer *wrong)
{
    char command[4200];
    char label[128];
    bool by_pipe = cores[index].way[0] != '-' || cores[index].way[1] == 0;
    const char *words[WORDS_MAX] = { "probe", "--profile", cores[index].profile,
                                     by_pipe ? "--exec" : cores[index].way,
                                     by_pipe ? command : NULL };
    const struct wanted want = { label, cores[index].want, cores[index].says,
                                 NULL };
    struct buffer said;

    snprintf(command, sizeof(command),
             "exec %.*s/mocks/kits/examples/reference %s %s",
             (int)(strrchr(tool, '/') - tool), tool, cores[index].profile,
             cores[index].way);
    snprintf(label, sizeof(label), "%s %s", cores[index].profile,
             cores[index].way);
    buffer_init(&said, OUTPUT_MAX);
    int status = run_tool(words, &said);
    compare(&want, status, &said, wrong);
    buffer_deinit(&said);
}

START_TEST(reference_is_told)
{
    struct job jobs[COUNT_OF(cores)];

    for (int i = 0; i < COUNT_OF(cores); i++)
        jobs[i] = (struct job){ .run = core_is_told, .index = i };
    run_jobs(jobs, COUNT_OF(jobs));
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
    { "a child that ends, and the mend",
      { "probe", "--profile", "signals", "--exec", "echo no >&2; exit 7" },
      3,
      "Does the command run by itself" },
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
    ck_assert_msg(strstr(buffer_string(&said), usages[_i].says) != NULL,
                  "%s: \"%s\" is not in:\n%.3000s", usages[_i].label,
                  usages[_i].says, buffer_string(&said));
    buffer_deinit(&said);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("probe");
    TCase *tcase = tcase_create("probe");

    find_tool();
    tcase_set_timeout(tcase, DEADLINE_S);
    tcase_add_test(tcase, odd_services_are_told);
    tcase_add_test(tcase, reference_is_told);
    tcase_add_loop_test(tcase, usage_is_clear, 0, COUNT_OF(usages));
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_probe");
}
