/* What the tool is given to read, and is none of it: loops, floods, files that
 * are no files; and an output that takes nothing. One clear line, soon, and
 * never green. */
#include "base/clock.h"
#include "cli_world.h"
#include <signal.h>
#include <sys/stat.h>

enum { SOON_MS = 8000, HUGE_BYTES = 100 * 1024 * 1024, DEEP = 100000 };

static char folder[] = "/tmp/wsconform-input-XXXXXX";

#define MISSING "missing_token_is_told_with_the_agreed_code_and_reason"
#define KNOWN(day)                                                             \
    "{\"baseline\":1,\"known\":[{\"criterion\":\"" MISSING                     \
    "\",\"profile\":\"signals\",\"seen\":[\"alice-2 got close 1008 "           \
    "\\\"Authentication required\\\"\"],\"expires\":\"" day "\"}]}"

#define COMMAND(words)                                                         \
    "{\"extends\":\"signals\",\"endpoint\":{\"url\":\"ws://127.0.0.1:1/\"},"   \
    "\"limits\":{\"answer_ms\":300},\"setup\":[{\"command\":[" words           \
    "],\"save\":{\"a\":{\"regex\":\"(.)\"}}}]}"

static const char *const texts[][2] = {
    { "self", "{\"extends\":\"./self\"}" },
    { "one", "{\n\"extends\":\"./other\"}" },
    { "other", "{\"extends\":\"./one\"}" },
    { "constant",
      "{\"extends\":\"signals\",\"messages\":{\"signal\":{\"a\":\"x\"}}}" },
    { "greedy",
      "{\"extends\":\"signals\",\"messages\":{\"error\":{\"a\":\"{any}\"}},"
      "\"leaks\":[\"a*\"]}" },
    { "vague", "{\"extends\":\"signals\",\"codec\":\"text\",\"messages\":{"
               "\"error\":\"{any}\"}}" },
    { "stuck", COMMAND("\"sleep\",\"600\"") },
    { "wordy", COMMAND("\"yes\"") },
    { "empty", "" },
    { "failing",
      "{\"extends\":\"signals\",\"refusals\":{\"missing\":[{\"close\":"
      "1008,\"reason\":\"Nope\"}]}}" },
    { "over", KNOWN("2020-01-01") },
    { "good", KNOWN("9999-12-31") },
};

static void in_folder(const char *name, char path[64])
{
    snprintf(path, 64, "%s/%s", folder, name);
}

static void write_text(const char *name, const char *text, size_t times)
{
    char path[64];
    FILE *to;

    in_folder(name, path);
    to = fopen(path, "we");
    ck_assert_msg(to != NULL, "%s", path);
    for (size_t i = 0; i < times; i++)
        fputs(text, to);
    ck_assert_int_eq(fclose(to), 0);
}

static void setup(void)
{
    char path[64];

    ck_assert_ptr_nonnull(mkdtemp(folder));
    for (int i = 0; i < COUNT_OF(texts); i++)
        write_text(texts[i][0], texts[i][1], 1);
    write_text("deep", "[", DEEP);
    write_text("huge", "", 1);
    in_folder("huge", path);
    ck_assert_int_eq(truncate(path, HUGE_BYTES), 0);
    in_folder("folder", path);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    in_folder("pipe", path);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
}

static void teardown(void)
{
    static const char *const others[] = { "deep", "huge", "pipe" };
    char path[64];

    for (int i = 0; i < COUNT_OF(texts); i++) {
        in_folder(texts[i][0], path);
        unlink(path);
    }
    for (int i = 0; i < COUNT_OF(others); i++) {
        in_folder(others[i], path);
        unlink(path);
    }
    in_folder("folder", path);
    rmdir(path);
    rmdir(folder);
}

#define NO_REGULAR_FILE "(it is no regular file), expected a readable file"
#define TOO_LARGE       "(more than 1048576 bytes), expected a readable file"

/* A word that begins with @ is a file of ours, @/ a path as it stands. */
static const struct cli_row rows[] = {
    { "a manifest that extends itself",
      { "run", "--mock", "--target", "@self" },
      2,
      "self:1: $.extends: found \"./self\" (read already: it extends itself), "
      "expected a chain without a loop\n" },
    { "two that extend each other",
      { "run", "--mock", "--target", "@one" },
      2,
      "other:1: $.extends: found \"./one\" (read already: it extends itself), "
      "expected a chain without a loop\n" },
    { "a template without its variable",
      { "run", "--mock", "--target", "@constant" },
      2,
      "$.messages.signal: found no {text}, expected a pattern with {text} in "
      "it\n" },
    { "an expression that finds everything",
      { "run", "--mock", "--target", "@greedy" },
      2,
      "$.leaks[0]: found an expression that finds everything" },
    { "a text that is any text",
      { "run", "--mock", "--target", "@vague" },
      2,
      "$.messages.error: found" },
    { "a command that never returns",
      { "run", "--target", "@stuck" },
      3,
      "setup, step 1: command \"sleep\" was killed, it took more than 300 ms" },
    { "a command without an end to what it says",
      { "run", "--target", "@wordy" },
      3,
      "setup, step 1: command \"yes\" wrote more than 1048576 bytes\n" },
    { "a manifest of nothing",
      { "run", "--mock", "--target", "@empty" },
      2,
      "$: found the end of the text, expected a value\n" },
    { "a manifest of 100 MiB",
      { "run", "--mock", "--target", "@huge" },
      2,
      "$: found no manifest " TOO_LARGE },
    { "a deep manifest",
      { "run", "--mock", "--target", "@deep" },
      2,
      "$: found \"[\", expected at most 32 levels of nesting\n" },
    { "a folder for a manifest",
      { "run", "--mock", "--target", "@folder" },
      2,
      "$: found no manifest " NO_REGULAR_FILE },
    { "a pipe for a manifest",
      { "run", "--mock", "--target", "@pipe" },
      2,
      "$: found no manifest " NO_REGULAR_FILE },
    { "a device for a manifest",
      { "probe", "--target", "@/dev/zero" },
      2,
      "$: found no manifest " NO_REGULAR_FILE },
    { "a baseline of nothing",
      { "run", "--mock", "--baseline", "@empty" },
      2,
      "$: found the end of the text, expected a value\n" },
    { "a baseline of 100 MiB",
      { "run", "--mock", "--baseline", "@huge" },
      2,
      "$: found no baseline " TOO_LARGE },
    { "a deep baseline",
      { "run", "--mock", "--baseline", "@deep" },
      2,
      "expected at most 32 levels of nesting\n" },
    { "a pipe for a baseline",
      { "run", "--mock", "--baseline", "@pipe" },
      2,
      "$: found no baseline " NO_REGULAR_FILE },
    { "an entry for ever",
      { "run", "--mock", "--only", MISSING, "--target", "@failing",
        "--baseline", "@good" },
      2,
      ", 365 from today\n" },
    { "an entry whose day is over",
      { "run", "--mock", "--only", MISSING, "--target", "@failing",
        "--baseline", "@over" },
      1,
      "its day is over: it counts no more\n" },
    { "a stream of nothing",
      { "report", "--from", "@empty" },
      3,
      "wsconform: the stream is empty\n" },
    { "a stream of 100 MiB",
      { "report", "--from", "@huge" },
      2,
      "huge cannot be read: it is too large\n" },
    { "a deep stream",
      { "report", "--from", "@deep" },
      3,
      "wsconform: line 1 of the stream: it does not end: the stream was "
      "cut\n" },
    { "a folder for a stream",
      { "report", "--from", "@folder" },
      2,
      "folder cannot be read: Is a directory\n" },
    { "a pipe into which nobody writes",
      { "report", "--from", "@pipe" },
      2,
      "pipe cannot be read: nobody writes into it\n" },
    { "a device for a stream",
      { "report", "--from", "@/dev/zero" },
      2,
      "/dev/zero cannot be read: it is too large\n" },
    { "a kill matrix of 100 MiB",
      { "report", "--from", "@empty", "--html", "@/dev/null", "--mutants",
        "@huge" },
      2,
      "huge cannot be read: it is too large\n" },
    { "a pipe for errata",
      { "verify", "@folder", "--key", "@empty", "--errata", "@pipe" },
      2,
      "pipe cannot be read: nobody writes into it\n" },
    { "a deep list of errata",
      { "verify", "@folder", "--key", "@empty", "--errata", "@deep" },
      2,
      "deep: the list of errata is no object of JSON from end to end\n" },
    { "a pipe for a key",
      { "verify", "@folder", "--key", "@pipe" },
      2,
      "pipe is no file\n" },
    { "a key of nothing",
      { "verify", "@folder", "--key", "@empty" },
      2,
      "empty holds no key in the form of PEM\n" },
};

START_TEST(input_is_refused_in_one_line)
{
    char paths[WORDS_MAX][64];
    struct cli_row row = rows[_i];
    int64_t since_ms = clock_monotonic_ms();

    for (int i = 0; i < WORDS_MAX && row.words[i] != NULL; i++) {
        if (row.words[i][0] != '@')
            continue;
        in_folder(row.words[i] + 1, paths[i]);
        row.words[i] = row.words[i][1] == '/' ? row.words[i] + 1 : paths[i];
    }
    check_words(&row);
    ck_assert_int_lt(clock_monotonic_ms() - since_ms, SOON_MS);
}
END_TEST

/* A program behind a pipe may take its time to begin. */
START_TEST(pipe_waits_for_its_writer)
{
    static const char line[] = "(sleep 1.2; : >\"$1\") & \"$0\" report "
                               "--from \"$1\"; status=$?; wait; exit $status";
    char shell[] = "/bin/sh";
    char path[64];
    char whole[sizeof(tool)];
    struct cli_row row = {
        "a late writer", { "-c", line, whole, path }, 3, "the stream is empty\n"
    };

    in_folder("pipe", path);
    memcpy(whole, tool, sizeof(whole));
    memcpy(tool, shell, sizeof(shell));
    unsetenv("WSCONFORM_TEST_WRITER_MS");
    check_words(&row);
    setenv("WSCONFORM_TEST_WRITER_MS", "100", 1);
    memcpy(tool, whole, sizeof(whole));
}
END_TEST

static const struct cli_row mute[] = {
    { "a report for scripts",
      { "run", "--mock", "--only", MISSING, "--json", "-" },
      3,
      "wsconform: - could not be written: No space left on device\n" },
    { "a report for people",
      { "run", "--mock", "--only", MISSING },
      3,
      "wsconform: the report for people could not be written\n" },
    { "a list",
      { "list" },
      3,
      "wsconform: standard output could not be written\n" },
    { "a manifest to begin with",
      { "init", "--profile", "signals" },
      3,
      "wsconform: standard output could not be written\n" },
};

/* Only its stderr is heard. */
static int run_without_output(const char *const words[], struct buffer *said)
{
    static const char line[] = "exec \"$0\" \"$@\" 2>&1 >/dev/full";
    const char *shell[WORDS_MAX] = { "-c", line, tool };
    char path[sizeof(tool)];

    for (int i = 0; i + 3 < WORDS_MAX && words[i] != NULL; i++)
        shell[i + 3] = words[i];
    memcpy(path, tool, sizeof(path));
    shell[2] = path;
    snprintf(tool, sizeof(tool), "/bin/sh");
    int status = run_tool(shell, said);
    memcpy(tool, path, sizeof(path));
    return status;
}

START_TEST(full_output_is_told)
{
    struct buffer said;

    buffer_init(&said, OUTPUT_MAX);
    int status = run_without_output(mute[_i].words, &said);
    ck_assert_msg(status == mute[_i].want &&
                      strstr(buffer_string(&said), mute[_i].says) != NULL,
                  "%s: exit %d:\n%.2000s", mute[_i].label, status,
                  buffer_string(&said));
    buffer_deinit(&said);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("cli_input");
    TCase *tcase = tcase_create("input");

    find_tool();
    setenv("WSCONFORM_TEST_WRITER_MS", "100", 1);
    tcase_set_timeout(tcase, DEADLINE_S);
    tcase_add_unchecked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, input_is_refused_in_one_line, 0, COUNT_OF(rows));
    tcase_add_test(tcase, pipe_waits_for_its_writer);
    tcase_add_loop_test(tcase, full_output_is_told, 0, COUNT_OF(mute));
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_cli_input");
}
