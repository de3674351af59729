/* Baselines as scripts see them: exit statuses, clear words, and files that
 * nobody loses. */
#include "cli_world.h"
#include "stream_world.h"

static const struct cli_row rows[] = {
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
    check_words(&rows[_i]);
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

/* What a stream says does not get to a terminal as it is, and what is of
 * another kind than it should be is passed over. */
static const struct {
    const char *text;
    int want;
    const char *says;
} streams[] = {
    { OPEN_PLAN ",\"criteria\":1}\n"
                "{\"type\":\"verdict\",\"id\":\"\\u001b[2J\",\"verdict\":"
                "\"fail\",\"baseline\":\"known\"}\n"
                "{\"type\":\"end\",\"counts\":{\"pass\":0,\"fail\":1,"
                "\"inconclusive\":0,\"not_applicable\":0},\"exit\":0}\n",
      3,
      "wsconform: \\x1b[2J is marked as a known failure, and the end has no "
      "entry for it\n" },
    { OPEN_PLAN ",\"criteria\":1,\"targets\":[{\"other_doors\":[7,null,"
                "\"\\u001b[2J\"]},3]}\n"
                "{\"type\":\"verdict\",\"id\":\"a\",\"verdict\":\"pass\"}\n"
                "{\"type\":\"end\",\"counts\":{\"pass\":1,\"fail\":0,"
                "\"inconclusive\":0,\"not_applicable\":0},\"exit\":0}\n",
      0, "not asked       another door: \\x1b[2J\n" },
};

START_TEST(strange_stream_is_told_in_plain_words)
{
    const char *text = streams[_i].text;
    char path[] = "/tmp/wsconform-cli-XXXXXX";
    const char *words[WORDS_MAX] = { "report", "--from", path };
    int to = mkstemp(path);
    struct buffer said;

    ck_assert_int_eq(write(to, text, strlen(text)), (ssize_t)strlen(text));
    close(to);
    buffer_init(&said, OUTPUT_MAX);
    ck_assert_int_eq(run_tool(words, &said), streams[_i].want);
    ck_assert_msg(strstr(buffer_string(&said), streams[_i].says) != NULL, "%s",
                  buffer_string(&said));
    ck_assert_msg(strchr(buffer_string(&said), '\x1b') == NULL, "%s",
                  buffer_string(&said));
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
    tcase_add_loop_test(words, strange_stream_is_told_in_plain_words, 0,
                        COUNT_OF(streams));
    suite_add_tcase(suite, words);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_cli_baseline");
}
