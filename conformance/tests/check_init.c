/* `init` on a terminal: six questions, asked of a person. */
#include "cli_world.h"
#include "manifest/manifest.h"
#include <cJSON.h>
#include <pty.h>

enum { FOLDER_SIZE = 64, SAYS = 3, HAS = 8 };

static const struct {
    const char *label;
    const char *typed; /* a line for each question */
    const char *there; /* a file that is there already, or NULL */
    int want;
    const char *says[SAYS];
    const char *has[HAS]; /* in what is written, a member and its value */
} rows[] = {
    { "Enter all the way",
      "\n\n\n\n\n\n\n",
      NULL,
      0,
      { "6/6", "wsconform probe --target target.json" },
      { "name", "\"signals\"", "endpoint.url", "\"ws://127.0.0.1:8000/ws\"" } },
    { "a cookie, a secret, codes of its own",
      "rooms\nwss://h.example/ws\ncookie session\n secret  one that is "
      "long enough, 32 bytes\nclose \t4401  who are you?\npost http://h/p\nlog "
      "/var/log/it\n",
      NULL,
      0,
      { "target.json is written" },
      { "credential.carriers", "[{\"cookie\":\"session\"}]", "refusals.missing",
        "[{\"close\":4401,\"reason\":\"who are you?\"}]", "hooks.log_file",
        "\"/var/log/it\"", "credential.keys",
        "[{\"alg\":\"HS256\",\"secret\":\"one that is long enough, 32 "
        "bytes\"}]" } },
    { "a long command is not cut",
      "signals\nws://h/\nbearer\ncommand a b c d e f g h i j k l m n o p\n\n\n"
      "command a b c d e f g h i j k l m n o {text}\nno\nno\n",
      NULL,
      0,
      { "a command has at most 15 words here" },
      { "capabilities.publisher", "false" } },
    { "a log-in",
      "signals\nws://h/\nbearer\nlogin http://h/login ann pass\nhttp 401\nno\n"
      "inspect http://h/inside\n",
      NULL,
      0,
      { "target.json is written" },
      { "identities.alice", "{\"user\":\"ann\",\"password\":\"pass\"}",
        "refusals.invalid", "[{\"http\":401}]", "capabilities.publisher",
        "false" } },
    { "a program that makes tokens",
      "signals\nws://h/\nheader X-Token\ncommand ./token {user}\n\ncommand "
      "./say {text}\nno\n",
      NULL,
      0,
      { "target.json is written" },
      { "credential.source.token", "\"{credential}\"", "hooks.publish",
        "{\"command\":[\"./say\",\"{text}\"]}", "credential.carriers",
        "[{\"header\":{\"name\":\"X-Token\",\"value\":\"{token}\"}}]" } },
    { "wrong answers are asked for again",
      "signal\nsignals\nhttp://h/\nws://h/ws\nby pigeon\nbearer\nsecret "
      "short\n\nclose 999\nclose 1000 bye\nhttp 401\n\n\n",
      NULL,
      0,
      { "there are signals, factory",
        "That cannot be: $.endpoint.url: found \"http://h/\", expected a URL "
        "that begins with ws://",
        "expected a string of 32 to 4096 bytes" },
      { "refusals.missing", "[{\"http\":401}]", "endpoint.url",
        "\"ws://h/ws\"" } },
    { "the answers end",
      "signals\nws://h/\n\x04",
      NULL,
      2,
      { "the answers have ended; nothing is written" },
      { NULL } },
    { "a file that is there",
      "",
      "mine",
      2,
      { "target.json is there already; --force" },
      { NULL } },
};

/* What the terminal has shown; the exit status. */
static int converse(const char *folder, const char *typed, struct buffer *shown)
{
    char chunk[4096];
    ssize_t length;
    int status = 0;
    int terminal;
    pid_t pid = forkpty(&terminal, NULL, NULL, NULL);

    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        if (chdir(folder) == 0)
            execl(tool, tool, "init", NULL);
        _exit(126);
    }
    ck_assert_int_eq(write(terminal, typed, strlen(typed)),
                     (ssize_t)strlen(typed));
    while ((length = read(terminal, chunk, sizeof(chunk))) > 0)
        buffer_add(shown, chunk, (size_t)length);
    close(terminal);
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static const cJSON *at(const cJSON *tree, const char *path)
{
    char name[64];

    while (tree != NULL && *path != 0) {
        size_t length = strcspn(path, ".");
        snprintf(name, sizeof(name), "%.*s", (int)length, path);
        tree = cJSON_GetObjectItemCaseSensitive(tree, name);
        path += length + (path[length] == '.');
    }
    return tree;
}

static void must_have(const char *label, const char *path,
                      const char *const has[])
{
    struct buffer errors;

    buffer_init(&errors, OUTPUT_MAX);
    struct manifest *manifest = manifest_read_file(path, NULL, &errors);
    ck_assert_msg(manifest != NULL, "%s: %.2000s", label,
                  buffer_string(&errors));
    for (int i = 0; i + 1 < HAS && has[i] != NULL; i += 2) {
        char *value = cJSON_PrintUnformatted(at(manifest->tree, has[i]));
        ck_assert_msg(value != NULL && strcmp(value, has[i + 1]) == 0,
                      "%s: %s is %s, want %s", label, has[i],
                      value == NULL ? "absent" : value, has[i + 1]);
        cJSON_free(value);
    }
    manifest_free(manifest);
    buffer_deinit(&errors);
}

START_TEST(answers_make_a_manifest)
{
    char folder[FOLDER_SIZE] = "/tmp/wsconform-init-XXXXXX";
    char path[FOLDER_SIZE + 16];
    struct buffer shown;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/target.json", folder);
    if (rows[_i].there != NULL) {
        FILE *to = fopen(path, "w");
        fputs(rows[_i].there, to);
        fclose(to);
    }
    buffer_init(&shown, OUTPUT_MAX);
    int status = converse(folder, rows[_i].typed, &shown);
    ck_assert_msg(status == rows[_i].want, "%s: exit %d\n%.3000s",
                  rows[_i].label, status, buffer_string(&shown));
    for (int i = 0; i < SAYS && rows[_i].says[i] != NULL; i++)
        ck_assert_msg(strstr(buffer_string(&shown), rows[_i].says[i]) != NULL,
                      "%s: \"%s\" is not in:\n%.3000s", rows[_i].label,
                      rows[_i].says[i], buffer_string(&shown));
    if (status == 0)
        must_have(rows[_i].label, path, rows[_i].has);
    else
        ck_assert_int_eq(access(path, F_OK) == 0, rows[_i].there != NULL);
    unlink(path);
    rmdir(folder);
    buffer_deinit(&shown);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("init");
    TCase *tcase = tcase_create("terminal");

    find_tool();
    tcase_set_timeout(tcase, DEADLINE_S);
    tcase_add_loop_test(tcase, answers_make_a_manifest, 0, COUNT_OF(rows));
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_init");
}
