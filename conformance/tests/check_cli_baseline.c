/* Baselines as scripts see them: exit statuses, clear words, and files that
 * nobody loses. */
#include "cli_world.h"
#include "stream_world.h"

static const struct {
    const char *label;
    const char *words[WORDS_MAX];
    int want;
    const char *says;
} rows[] = {
    { "no such baseline",
      { "run", "--mock", "--baseline", "/no/such.json" },
      2,
      "/no/such.json:1: $: found no baseline" },
    { "a baseline for nobody",
      { "run", "--mock", "--baseline-days", "9" },
      2,
      "go with --write-baseline" },
    { "a baseline for ever",
      { "run", "--mock", "--write-baseline", "/tmp/x", "--baseline-days",
        "366" },
      2,
      "--baseline-days is 1 to 365" },
    { "a baseline for no day",
      { "run", "--mock", "--write-baseline", "/tmp/x", "--baseline-days", "0" },
      2,
      "--baseline-days is 1 to 365" },
    { "a baseline over a file that is there",
      { "run", "--mock", "--write-baseline", "/etc/hostname" },
      2,
      "/etc/hostname is there already; --force" },
    { "a baseline on standard output",
      { "run", "--mock", "--only", "valid_token_is_admitted",
        "--write-baseline", "-" },
      0,
      "\"known\": []" },
    { "a baseline of nothing judged",
      { "run", "--profile", "signals", "--url", "ws://127.0.0.1:1/ws",
        "--write-baseline", "/dev/null" },
      4,
      "no baseline is written: the target (signals) fails the sanity check" },
    { "a full disk for a baseline",
      { "run", "--mock", "--only", "valid_token_is_admitted", "--quiet",
        "--write-baseline", "/dev/full" },
      3,
      "/dev/full could not be written" },
};

START_TEST(status_and_words)
{
    struct buffer said;

    buffer_init(&said, OUTPUT_MAX);
    int status = run_tool(rows[_i].words, &said);
    ck_assert_msg(status == rows[_i].want, "%s: want exit %d, got %d:\n%.2000s",
                  rows[_i].label, rows[_i].want, status, buffer_string(&said));
    ck_assert_msg(strstr(buffer_string(&said), rows[_i].says) != NULL,
                  "%s: \"%s\" is not in:\n%.2000s", rows[_i].label,
                  rows[_i].says, buffer_string(&said));
    buffer_deinit(&said);
}
END_TEST

/* A service that fails, from its first baseline on. */
START_TEST(baseline_is_written_once_and_holds)
{
    static const char text[] =
        "{ \"name\": \"mine\", \"extends\": \"signals\", \"refusals\": {"
        "\"missing\": [{ \"close\": 1008, \"reason\": \"Nope\" }] } }\n";
    char path[] = "/tmp/wsconform-cli-XXXXXX";
    char known[64];
    const struct {
        const char *option;
        const char *more;
        int want;
    } steps[] = { { "--baseline", NULL, 2 },
                  { "--write-baseline", NULL, 1 },
                  { "--write-baseline", NULL, 2 },
                  { "--write-baseline", "--force", 1 },
                  { "--baseline", NULL, 0 } };
    int to = mkstemp(path);

    ck_assert_int_eq(write(to, text, strlen(text)), (ssize_t)strlen(text));
    close(to);
    snprintf(known, sizeof(known), "%s.known", path);
    for (int i = 0; i < COUNT_OF(steps); i++) {
        const char *words[WORDS_MAX] = {
            "run", "--mock",        "--only", "missing_token_is_*", "--target",
            path,  steps[i].option, known,    steps[i].more
        };
        struct buffer said;
        buffer_init(&said, OUTPUT_MAX);
        int status = run_tool(words, &said);
        ck_assert_msg(status == steps[i].want, "%d: %d: %s", i, status,
                      buffer_string(&said));
        buffer_deinit(&said);
    }
    unlink(path);
    unlink(known);
}
END_TEST

/* What a stream says does not get to a terminal as it is. */
START_TEST(strange_stream_is_refused_in_plain_words)
{
    static const char text[] =
        OPEN_PLAN ",\"criteria\":1}\n"
                  "{\"type\":\"verdict\",\"id\":\"\\u001b[2J\",\"verdict\":"
                  "\"fail\",\"baseline\":\"known\"}\n"
                  "{\"type\":\"end\",\"counts\":{\"pass\":0,\"fail\":1,"
                  "\"inconclusive\":0,\"not_applicable\":0},\"exit\":0}\n";
    char path[] = "/tmp/wsconform-cli-XXXXXX";
    const char *words[WORDS_MAX] = { "report", "--from", path };
    int to = mkstemp(path);
    struct buffer said;

    ck_assert_int_eq(write(to, text, strlen(text)), (ssize_t)strlen(text));
    close(to);
    buffer_init(&said, OUTPUT_MAX);
    ck_assert_int_eq(run_tool(words, &said), 3);
    ck_assert_str_eq(buffer_string(&said),
                     "wsconform: \\x1b[2J is marked as a known failure, and "
                     "the end has no entry for it\n");
    buffer_deinit(&said);
    unlink(path);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("cli_baseline");
    TCase *words = tcase_create("words");

    find_tool();
    tcase_set_timeout(words, DEADLINE_S);
    tcase_add_loop_test(words, status_and_words, 0, COUNT_OF(rows));
    tcase_add_test(words, baseline_is_written_once_and_holds);
    tcase_add_test(words, strange_stream_is_refused_in_plain_words);
    suite_add_tcase(suite, words);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_cli_baseline");
}
