/* `run --exec`: the reference core behind the kit for C, sound, broken, and
 * behind a pipe that spoils some of its lines. */
#include "cli_world.h"
#include <stdlib.h>

/* "%s" is the example that was built with this program. */
static const struct {
    const char *label;
    const char *words[WORDS_MAX];
    int status;
    const char *says[3];
} rows[] = {
    { "sound",
      { "run", "--profile", "signals", "--exec", "exec %s signals" },
      0,
      { " 0 fail, 0 inconclusive", "pipe to the reference core" } },
    { "a process for each criterion",
      { "run", "--profile", "signals", "--isolate", "--only", "absent_*",
        "--exec", "%s signals" },
      0,
      { " 0 fail, 0 inconclusive" } },
    { "one decision broken",
      { "run", "--profile", "signals", "--exec",
        "%s signals tells_an_empty_token_from_an_absent_one", "--only",
        "empty_token_*" },
      1,
      { "FAIL  empty_token_is_answered_like_an_absent_one",
        "repeat    wsconform run --profile signals --exec '" } },
    { "some lines spoilt: the rest of the run goes on",
      { "run", "--profile", "signals", "--exec",
        "%s signals | sed -u 's/^.*Authentication required.*$/oops/'" },
      3,
      { " pass, 0 fail, ", "an object is due: oops; nothing on its stderr",
        "expected  an adapter that works" } },
    { "numbers that are not those of the questions",
      { "run", "--profile", "signals", "--exec",
        "%s signals | sed -u 's/\"settled\",\"seq\":/&1/'" },
      3,
      { "adapter: the reference core: \"settled\" with seq 1",
        " in answer to {\"do\":\"settle\",\"seq\":" } },
    { "a socket that nobody opened",
      { "run", "--profile", "signals", "--only", "absent_*", "--exec",
        "%s signals | sed -u 's/\"accept\",\"socket\":/&9/'" },
      4,
      { "0 pass, 0 fail, 2 inconclusive",
        "adapter: the reference core: this socket was never opened: " } },
    { "one that is left behind and holds its stdout",
      { "run", "--profile", "signals", "--exec",
        "sleep 600 & exec %s signals" },
      3,
      { "adapter: the reference core: it left a process behind" } },
    { "one that is left behind in a session of its own",
      { "run", "--profile", "signals", "--exec",
        "setsid sleep 600 & exec %s signals" },
      3,
      { "adapter: the reference core: it left a process behind" } },
    { "a megabyte on its stderr",
      { "run", "--profile", "signals", "--only", "absent_*", "--exec",
        "head -c 1000000 /dev/zero >&2; exec %s signals" },
      0,
      { " pass, 0 fail, 0 inconclusive" } },
    { "no such command",
      { "run", "--profile", "signals", "--exec", "no-such-command-anywhere" },
      3,
      { "adapter: no-such-command-anywhere: ", "(is the command right?)",
        "its stderr ends: " } },
    { "a command that is no adapter",
      { "run", "--profile", "signals", "--exec", "cat" },
      3,
      { "adapter: cat: \"on\", which says what this is, is missing" } },
    { "a quote in the command",
      { "run", "--profile", "signals", "--exec",
        "sh -c 'exec %s signals tells_an_empty_token_from_an_absent_one'",
        "--only", "empty_token_*" },
      1,
      { " --exec 'sh -c '\\''exec " } },
    { "letters that a report does not show as they are",
      { "run", "--profile", "signals", "--exec",
        "%s signals tells_an_empty_token_from_an_absent_one # '\xc3\xa9",
        "--only", "empty_token_*" },
      1,
      { " --exec $'", " # \\'\\xc3\\xa9' --seed " } },
    { "a manifest with another key",
      { "run", "--target", "mocks/kits/examples/signals_review.json", "--exec",
        "%s signals" },
      4,
      { "fails the sanity check", "`wsconform probe` tells what to mend" } },
    { "two ways",
      { "run", "--profile", "signals", "--mock", "--exec", "cat" },
      2,
      { "--mock, --reference, --url and --exec exclude each other" } },
    { "no manifest",
      { "run", "--exec", "cat" },
      2,
      { "--exec goes with --profile P, or with --target" } },
    { "isolated from what",
      { "run", "--mock", "--isolate" },
      2,
      { "--isolate goes with --exec" } },
};

static char example[4096 + 64];

/* The words with the example's path in place of "%s"; free() each. */
static void fill(const char *const words[], char *filled[WORDS_MAX])
{
    for (int i = 0; i < WORDS_MAX; i++) {
        const char *place = words[i] == NULL ? NULL : strstr(words[i], "%s");
        filled[i] = NULL;
        if (place == NULL && words[i] != NULL)
            filled[i] = strdup(words[i]);
        else if (place != NULL)
            ck_assert_int_gt(asprintf(&filled[i], "%.*s%s%s",
                                      (int)(place - words[i]), words[i],
                                      example, place + 2),
                             0);
    }
}

START_TEST(status_and_words)
{
    char *words[WORDS_MAX + 1] = { NULL };
    struct buffer said;

    buffer_init(&said, OUTPUT_MAX);
    fill(rows[_i].words, words);
    int status = run_tool((const char *const *)words, &said);
    ck_assert_msg(status == rows[_i].status, "%s: exit %d\n%.2000s",
                  rows[_i].label, status, buffer_string(&said));
    for (int i = 0; i < COUNT_OF(rows[_i].says) && rows[_i].says[i] != NULL;
         i++)
        ck_assert_msg(strstr(buffer_string(&said), rows[_i].says[i]) != NULL,
                      "%s\n  want: %s\n  got:  %.4000s", rows[_i].label,
                      rows[_i].says[i], buffer_string(&said));
    for (int i = 0; i < WORDS_MAX; i++)
        free(words[i]);
    buffer_deinit(&said);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("cli exec");
    TCase *words = tcase_create("words");

    tcase_set_timeout(words, DEADLINE_S);
    tcase_add_loop_test(words, status_and_words, 0, COUNT_OF(rows));
    suite_add_tcase(suite, words);
    return suite;
}

int main(void)
{
    find_tool();
    snprintf(example, sizeof(example), "%.*s/mocks/kits/examples/reference",
             (int)(strrchr(tool, '/') - tool), tool);
    return check_program(suite(), "check_cli_exec");
}
