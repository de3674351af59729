/* A service that changes its answer on every run is never green: what differs
 * is inconclusive, and of a failure each reason is told. And one that hangs up,
 * instead of answering, keeps a ceiling where the manifest says so. What
 * is tolerated stands in the report, and hides no leak. One whose messages are
 * bytes is heard where the manifest lays them out, and not otherwise. */
#include "cli_world.h"

enum { PORT_SIZE = 16 };

#define REASON "missing_token_is_told_with_the_agreed_code_and_reason"
#define HEAD   "handshake_beyond_its_ceiling_is_refused"
#define AGREED "close_reasons_are_short_and_agreed"
#define BEARS  ",\"tolerate\":[\"http_behind_101\"]"
#define CEILING(outcome)                                                       \
    ",\"limits\":{\"handshake_bytes\":4096},\"refusals\":{\"handshake\":["     \
    "{" outcome "}]},\"capabilities\":{\"handshake_size\":true}"
#define ADMITTED "valid_token_is_admitted"
#define LAID_OUT                                                               \
    ",\"layouts\":{\"signal\":[{\"hex\":\"0003\"},{\"sized\":\"text\"}]}"
#define IN_BINARY ",\"frames\":\"binary\""
#define WIDER                                                                  \
    ",\"refusals\":{\"missing\":[{\"close\":1008,\"reason\":\"Authentication " \
    "required\"},{\"close\":1005,\"widened\":\"its library has no code\"}]}"
#define HANGS_UP "\"end\":\"any\",\"widened\":\"its library hangs up\""

static const struct {
    const char *mood;
    const char *only;
    const char *more; /* of the manifest */
    const char *repeat;
    int want;
    const char *says;
} rows[] = {
    { "terse", HEAD, CEILING(HANGS_UP), "1", 0, "1 pass, 0 fail" },
    { "terse", HEAD, CEILING("\"http\":431"), "1", 1,
      "expected  HTTP 431 before the upgrade\n" },
    { "sound", HEAD, CEILING(HANGS_UP), "1", 1, "1 fail" },
    { "sound", REASON, "", "4", 0, "1 pass, 0 fail, 0 inconclusive" },
    { "fickle", REASON, "", "4", 3,
      "unstable: it differed over 4 repetitions: 2 pass, 2 fail" },
    { "sound", REASON, WIDER, "1", 0,
      "widened         refusals.missing: its library has no code\n" },
    { "litters", AGREED, "", "1", 1, "set reserved bits (0x40)" },
    { "litters", AGREED, BEARS, "1", 0,
      "tolerated       http_behind_101: it writes HTTP behind its 101" },
    { "spills", AGREED, BEARS, "1", 1, "got `Traceback` in it\n" },
    { "bytes", ADMITTED, LAID_OUT, "1", 0, "1 pass, 0 fail" },
    { "bytes", ADMITTED, "", "1", 4, "the last frame was a binary one of 2" },
    { "binary", ADMITTED, IN_BINARY, "1", 0, "1 pass, 0 fail" },
    { "floods", REASON, "", "1", 4, "floods: 20000 events with " },
    { "beats", REASON, ",\"codec\":\"socketio\"", "1", 4,
      "floods: 20000 events with " },
    { "moody", REASON, "", "4", 1,
      "      also      alice-2 got close 1011 \"\"\n" },
};

/* Its port; it ends with its standard input. */
static pid_t start_service(const char *mood, int *input, char port[PORT_SIZE])
{
    int in[2], out[2];
    char said[PORT_SIZE] = "";

    ck_assert(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        execl("/usr/bin/python3", "/usr/bin/python3",
              "conformance/tests/odd_service.py", "--mood", mood, NULL);
        _exit(126);
    }
    close(in[0]);
    close(out[1]);
    *input = in[1];
    FILE *from = fdopen(out[0], "r");
    ck_assert_ptr_nonnull(fgets(said, PORT_SIZE, from));
    fclose(from);
    snprintf(port, PORT_SIZE, "%.*s", (int)strcspn(said, "\n"), said);
    return pid;
}

static void write_manifest(const char *port, const char *more, char path[64])
{
    snprintf(path, 64, "/tmp/wsconform-fickle-XXXXXX");
    FILE *to = fdopen(mkstemp(path), "w");

    ck_assert_ptr_nonnull(to);
    fprintf(to,
            "{\"extends\":\"signals\",\"name\":\"fickle\",\"endpoint\":{"
            "\"url\":\"ws://127.0.0.1:%s/ws\"},\"hooks\":{\"publish\":{"
            "\"url\":\"http://127.0.0.1:%s/publish\",\"body\":\"{\\\"text\\\":"
            "\\\"{text}\\\"}\"}}%s}\n",
            port, port, more);
    fclose(to);
}

START_TEST(what_changes_is_never_green)
{
    char port[PORT_SIZE];
    char path[64];
    int input = -1;
    struct buffer said;
    pid_t pid = start_service(rows[_i].mood, &input, port);

    write_manifest(port, rows[_i].more, path);
    const char *words[WORDS_MAX] = { "run",           "--target",    path,
                                     "--only",        rows[_i].only, "--repeat",
                                     rows[_i].repeat, "--jobs",      "1" };
    buffer_init(&said, OUTPUT_MAX);
    int status = run_tool(words, &said);
    close(input);
    waitpid(pid, NULL, 0);
    unlink(path);
    ck_assert_msg(status == rows[_i].want &&
                      strstr(buffer_string(&said), rows[_i].says) != NULL,
                  "%s: exit %d:\n%.3000s", rows[_i].mood, status,
                  buffer_string(&said));
    buffer_deinit(&said);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("run_fickle");
    TCase *tcase = tcase_create("fickle");

    find_tool();
    tcase_set_timeout(tcase, DEADLINE_S);
    tcase_add_loop_test(tcase, what_changes_is_never_green, 0, COUNT_OF(rows));
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_run_fickle");
}
