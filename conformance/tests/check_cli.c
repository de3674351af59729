/* The command line as scripts see it: exit statuses and clear words. */
#include "base/clock.h"
#include "cli_world.h"
#include <signal.h>

static const struct cli_row rows[] = {
    { "nothing", { NULL }, 2, "wsconform run" },
    { "help", { "--help" }, 0, "Exit: 0 all pass" },
    { "help of a verb", { "run", "--help" }, 0, "--reference" },
    { "version", { "--version" }, 0, "wsconform 0." },
    { "version of the catalogue", { "--version" }, 0, "catalogue  sha256:" },
    { "a key for nobody", { "keygen" }, 2, "keygen --out FILE" },
    { "a key over a file",
      { "keygen", "--out", "/etc/hostname" },
      2,
      "/etc/hostname is there already" },
    { "a key in no folder",
      { "keygen", "--out", "/no/such/folder/key" },
      2,
      "could not be made" },
    { "a typo in the verb", { "rnu" }, 2, "did you mean run?" },
    { "a typo in an option", { "run", "--mok" }, 2, "did you mean --mock?" },
    { "an option of another verb", { "list", "--mock" }, 2, "no option" },
    { "no target", { "run" }, 2, "against what?" },
    { "two targets", { "run", "--mock", "--reference" }, 2, "exclude" },
    { "an unknown profile",
      { "run", "--mock", "--profile", "signal" },
      2,
      "no profile signal" },
    { "nothing selected",
      { "run", "--mock", "--only", "no_such_*" },
      2,
      "no criterion is selected" },
    { "a typo in --only",
      { "run", "--mock", "--only", "valid_token_is_admited" },
      2,
      "no criterion is selected" },
    { "no such manifest",
      { "run", "--target", "/no/such/file.json" },
      2,
      "/no/such/file.json" },
    { "an empty manifest", { "run", "--target", "/dev/null" }, 2, "/dev/null" },
    { "a folder for a manifest", { "run", "--target", "/tmp" }, 2, "/tmp" },
    { "a URL that is none",
      { "run", "--profile", "signals", "--url", "http://127.0.0.1/" },
      2,
      "ws://" },
    { "a shard out of range",
      { "run", "--mock", "--shard", "3/2" },
      2,
      "--shard is I/N" },
    { "a shard of nonsense", { "run", "--mock", "--shard", "x" }, 2, "I/N" },
    { "a level that is none",
      { "run", "--mock", "--level", "B" },
      2,
      "--level" },
    { "jobs of nonsense", { "run", "--mock", "--jobs", "many" }, 2, "number" },
    { "jobs beyond the limit", { "run", "--mock", "--jobs", "999" }, 2, "64" },
    { "no job at all", { "run", "--mock", "--jobs", "0" }, 2, "--jobs is 1" },
    { "no job for mutants", { "mutants", "--jobs", "0" }, 2, "--jobs is 1" },
    { "too many nodes",
      { "run", "--mock", "--profile", "rooms", "--nodes", "9" },
      2,
      "--nodes is 1 to 8" },
    { "nodes of a service elsewhere",
      { "run", "--profile", "rooms", "--url", "ws://h/", "--nodes", "3" },
      2,
      "endpoint.nodes" },
    { "nodes of one that has none",
      { "run", "--mock", "--profile", "pos", "--nodes", "3" },
      2,
      "--profile rooms" },
    { "nodes in memory",
      { "run", "--mock", "--profile", "rooms", "--nodes", "3", "--only",
        "*_node" },
      0,
      "in memory on 3 nodes" },
    { "two reports on one output",
      { "run", "--mock", "--json", "-", "--tap", "-" },
      2,
      "only one report" },
    { "the stream and a report on one output",
      { "run", "--mock", "--ndjson", "-", "--junit", "-" },
      2,
      "only one report" },
    { "two renderings on one output",
      { "report", "--from", "/dev/null", "--json", "-", "--tap", "-" },
      2,
      "only one report" },
    { "no repetition", { "run", "--mock", "--repeat", "0" }, 2, "--repeat" },
    { "a seed of nonsense", { "run", "--mock", "--seed", "x" }, 2, "--seed" },
    { "a value left out", { "run", "--mock", "--json" }, 2, "value is due" },
    { "the whole catalogue", { "run", "--mock" }, 0, " 0 fail" },
    { "one criterion",
      { "run", "--mock", "--only", "valid_token_is_admitted" },
      0,
      " pass, 0 fail, 0 inconclusive" },
    { "two criteria",
      { "run", "--mock", "--profile", "signals", "--only",
        "@(valid_token_is_admitted|absent_token_is_kept_out)" },
      0,
      "2 pass, 0 fail, 0 inconclusive, 0 not applicable" },
    { "a shard", { "run", "--mock", "--shard", "2/3" }, 0, "pass" },
    { "repetition", { "run", "--mock", "--repeat", "3" }, 0, " 0 fail" },
    { "a full disk for a report",
      { "run", "--mock", "--quiet", "--json", "/dev/full" },
      3,
      "/dev/full could not be written" },
    { "a full disk for the stream",
      { "run", "--mock", "--quiet", "--ndjson", "/dev/full" },
      3,
      "/dev/full could not be written" },
    { "a folder for a report",
      { "run", "--mock", "--quiet", "--junit", "/tmp" },
      3,
      "/tmp could not be written" },
    { "a full disk for findings",
      { "run", "--mock", "--quiet", "--sarif", "/dev/full" },
      3,
      "/dev/full could not be written" },
    { "a full disk for a badge",
      { "run", "--mock", "--quiet", "--badge", "/dev/full" },
      3,
      "/dev/full could not be written" },
    { "a badge beside findings on one output",
      { "run", "--mock", "--badge", "-", "--sarif", "-" },
      2,
      "only one report" },
    { "annotations",
      { "run", "--mock", "--quiet", "--only", "valid_*", "--annotations" },
      0,
      "::notice title=wsconform::All " },
    { "a folder for the stream",
      { "run", "--mock", "--quiet", "--ndjson", "/tmp" },
      3,
      "/tmp could not be written" },
    { "an unwritable stream",
      { "run", "--mock", "--ndjson", "/proc/no/x" },
      3,
      "/proc/no/x could not be written" },
    { "a closed port",
      { "run", "--profile", "signals", "--url", "ws://127.0.0.1:1/ws" },
      4,
      "sanity" },
    { "every endpoint behind a local socket",
      { "run", "--reference", "--unix", "--profile", "pos", "--only",
        "*_endpoint*" },
      0,
      " 0 fail, 0 inconclusive, 0 not applicable of " },
    { "no addresses behind a local socket",
      { "run", "--reference", "--unix", "--profile", "pos", "--only",
        "strangers_*" },
      3,
      "the target offers no strangers" },
    { "the list", { "list" }, 0, "valid_token_is_admitted" },
    { "Tab in no shell", { "completion" }, 2, "bash, zsh or fish" },
    { "Tab in another shell", { "completion", "tcsh" }, 2, "not tcsh" },
    { "Tab in bash", { "completion", "bash" }, 0, "complete -o filenames" },
    { "Tab in zsh", { "completion", "zsh" }, 0, "#compdef wsconform" },
    { "Tab in fish", { "completion", "fish" }, 0, "-l max-wait -x" },
    { "the list as JSON", { "list", "--json" }, 0, "\"evidence\"" },
    { "an explanation",
      { "explain", "valid_token_is_admitted" },
      0,
      "Proves      AUTH-01" },
    { "the refusals that are accepted",
      { "explain", "word_null_is_an_invalid_token" },
      0,
      "refusals.invalid: close 1008 \"Invalid or expired token\"\n" },
    { "those of a profile",
      { "explain", "word_null_is_an_invalid_token", "--profile", "pos" },
      0,
      "Accepted of pos\n" },
    { "the exchange",
      { "explain", "word_null_is_an_invalid_token" },
      0,
      "alice-2 receives Close 1008 Invalid or expired token\n" },
    { "a failure",
      { "explain", "word_null_is_an_invalid_token" },
      0,
      "Seen        alice-2 got close 1008 \"Authentication required\"\n" },
    { "what it needs",
      { "explain", "room_has_one_of_four_permissions" },
      0,
      "Needs       rooms: Members make rooms" },
    { "an exchange on several nodes",
      { "explain", "places_of_a_user_add_up_across_nodes" },
      0,
      "Exchange, with the reference in memory" },
    { "an exchange with a profile that has it",
      { "explain", "own_subprotocol_is_selected_among_others" },
      0,
      "wsconform run --profile factory --mock --only own_" },
    { "an explanation for no profile",
      { "explain", "valid_token_is_admitted", "--profile", "signal" },
      2,
      "no profile signal" },
    { "an explanation for no target",
      { "explain", "valid_token_is_admitted", "--target", "/no/such.json" },
      2,
      "/no/such.json" },
    { "a typo in an explanation",
      { "explain", "valid_token_is_admited" },
      2,
      "did you mean valid_token_is_admitted?" },
    { "a requirement",
      { "explain", "AUTH-07" },
      0,
      "expired_token_is_kept_out\n" },
    { "a typo in a requirement",
      { "explain", "AUTH-77" },
      2,
      "did you mean AUTH-" },
    { "a member of a manifest",
      { "explain", "endpoint.url" },
      0,
      "What is dialled" },
    { "a typo in a member",
      { "explain", "endpoint.ulr" },
      2,
      "did you mean endpoint.url?" },
    { "all members", { "explain", "manifest" }, 0, "### capabilities" },
    { "a manifest to begin with",
      { "init", "--profile", "pos", "--url", "wss://h/ws" },
      0,
      "\"url\": \"wss://h/ws\"" },
    { "a manifest of no profile", { "init" }, 2, "signals > target.json" },
    { "a manifest of an unknown profile",
      { "init", "--profile", "singals" },
      2,
      "no profile singals" },
    { "a manifest with a URL that is none",
      { "init", "--profile", "pos", "--url", "http://h/" },
      2,
      "$.endpoint.url: found" },
    { "a manifest over a file",
      { "init", "--profile", "pos", "--out", "/etc/passwd" },
      2,
      "/etc/passwd is there already; --force" },
    { "a manifest nowhere",
      { "init", "--profile", "pos", "--out", "/dev/null/target.json" },
      3,
      "target.json.part could not be written: Not a directory" },
    { "an unwritable page",
      { "run", "--mock", "--quiet", "--only", "valid_*", "--html",
        "/dev/full" },
      3,
      "/dev/full could not be written" },
    { "a kill matrix for no page",
      { "run", "--mock", "--mutants", "/dev/null" },
      2,
      "--mutants goes with --html" },
    { "a kill matrix that is none",
      { "run", "--mock", "--html", "/dev/null", "--mutants", "/etc/hostname" },
      2,
      "/etc/hostname: it is no kill matrix" },
    { "a kill matrix that is not there",
      { "report", "--from", "/dev/null", "--html", "/dev/null", "--mutants",
        "/no/such" },
      2,
      "/no/such cannot be read" },
    { "a report of nothing", { "report", "--from", "/dev/null" }, 3, "empty" },
    { "a report from nowhere", { "report" }, 2, "--from" },
};

START_TEST(status_and_words)
{
    check_words(&rows[_i]);
}
END_TEST

/* The accept-set of one's own manifest, and the command that repeats it. */
START_TEST(explanation_is_that_of_the_target)
{
    static const char text[] =
        "{ \"name\": \"mine\", \"extends\": \"signals\", \"endpoint\": {"
        "\"url\": \"ws://127.0.0.1:1/ws\" }, \"refusals\": { \"missing\": ["
        "{ \"http\": 401 }, { \"close\": 1008 }] } }\n";
    char path[] = "/tmp/wsconform-cli-XXXXXX";
    const char *words[WORDS_MAX] = {
        "explain", "missing_token_is_told_with_the_agreed_code_and_reason",
        "--target", path
    };
    struct buffer said;
    int to = mkstemp(path);

    ck_assert_int_eq(write(to, text, strlen(text)), (ssize_t)strlen(text));
    close(to);
    buffer_init(&said, OUTPUT_MAX);
    int status = run_tool(words, &said);
    unlink(path);
    ck_assert_msg(status == 0, "%s", buffer_string(&said));
    ck_assert_msg(strstr(buffer_string(&said),
                         "refusals.missing: HTTP 401 before the upgrade, or "
                         "close 1008, any reason\n") != NULL,
                  "%s", buffer_string(&said));
    ck_assert_ptr_nonnull(strstr(buffer_string(&said), "run --target /tmp/"));
    buffer_deinit(&said);
}
END_TEST

/* A report on standard output stands there alone, from its first byte on. */
static const struct {
    const char *option;
    const char *begins;
} reports[] = {
    { "--json", "{\n\t\"summary\"" },
    { "--junit", "<?xml " },
    { "--tap", "TAP version 14\n" },
    { "--html", "<!DOCTYPE html>\n" },
    { "--ndjson", "{\"type\":\"plan\"" },
    { "--sarif", "{\"$schema\":" },
    { "--markdown", "## :white_check_mark: All " },
    { "--badge", "<svg " },
    { "--badge-json", "{\"schemaVersion\"" },
};

START_TEST(report_on_stdout_stands_alone)
{
    const char *words[WORDS_MAX] = { "run",
                                     "--mock",
                                     "--only",
                                     "valid_token_is_admitted",
                                     reports[_i].option,
                                     "-" };
    const char *begins = reports[_i].begins;
    struct buffer said;

    buffer_init(&said, OUTPUT_MAX);
    ck_assert_int_eq(run_with(words, &said, true), 0);
    const char *text = buffer_string(&said);
    ck_assert_msg(strncmp(text, begins, strlen(begins)) == 0, "%.2000s", text);
    ck_assert_msg(strstr(text, "1 pass, 0 fail") == NULL, "%.2000s", text);
    buffer_deinit(&said);
}
END_TEST

/* --- Interruption --------------------------------------------------------- */

static const int signals[] = { SIGINT, SIGTERM };

START_TEST(interrupted_run_says_so)
{
    char path[] = "/tmp/wsconform-cli-XXXXXX";
    const char *arguments[] = { tool,       "run",      "--reference",
                                "--quiet",  "--ndjson", path,
                                "--repeat", "50",       NULL };
    char line[256] = "";
    int status = 0;

    close(mkstemp(path));
    pid_t pid = fork();
    if (pid == 0) {
        execv(tool, (char *const *)arguments);
        _exit(126);
    }
    /* Once the plan is written the run is under way. */
    for (int64_t until = clock_monotonic_ms() + 10000;
         line[0] == 0 && clock_monotonic_ms() < until;) {
        FILE *from = fopen(path, "r");
        if (fgets(line, sizeof(line), from) == NULL)
            line[0] = 0;
        fclose(from);
    }
    kill(pid, signals[_i]);
    waitpid(pid, &status, 0);
    ck_assert_int_eq(WIFEXITED(status) ? WEXITSTATUS(status) : -1, 3);

    const char *words[WORDS_MAX] = { "report", "--from", path };
    struct buffer said;
    buffer_init(&said, OUTPUT_MAX);
    ck_assert_int_eq(run_tool(words, &said), 3);
    ck_assert_msg(strstr(buffer_string(&said), "interrupted") != NULL,
                  "%.2000s", buffer_string(&said));
    buffer_deinit(&said);
    unlink(path);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("cli");
    TCase *words = tcase_create("words");

    find_tool();
    tcase_set_timeout(words, DEADLINE_S);
    tcase_add_loop_test(words, status_and_words, 0, COUNT_OF(rows));
    tcase_add_loop_test(words, report_on_stdout_stands_alone, 0,
                        COUNT_OF(reports));
    tcase_add_test(words, explanation_is_that_of_the_target);
    tcase_add_loop_test(words, interrupted_run_says_so, 0, COUNT_OF(signals));
    suite_add_tcase(suite, words);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_cli");
}
