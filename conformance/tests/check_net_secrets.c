/* Hooks that fail and quote what they were given: none of it is shown. */
#include "net_world.h"
#include "net/hooks.h"
#include <cJSON.h>

/* A hook that quotes what it was given, on stderr or in its answer. */
static const struct {
    const char *label, *url, *command[4], *want;
} quotes[] = {
    { "stderr",
      NULL,
      { "sh", "-c", "echo curl -u admin:hunter2! $0 >&2; exit 1",
        "correct horse" },
      "command \"sh\" exited with 1: curl -u admin:<secret> <secret>" },
    { "a key on stderr",
      NULL,
      { "sh", "-c", "echo 0123456789abcdef0123 >&2; exit 1" },
      "command \"sh\" exited with 1: <secret>" },
    { "the query",
      "http://127.0.0.1:1/p?pw=hunter2!",
      { NULL },
      "hook http://127.0.0.1:1/p: Couldn't connect to server" },
    { "the user",
      "http://admin:pw@127.0.0.1:1/p",
      { NULL },
      "hook http://127.0.0.1:1/p: Couldn't connect to server" },
    { "the path",
      "http://127.0.0.1:1/hunter2!/p",
      { NULL },
      "hook http://127.0.0.1:1/<secret>/p: Couldn't connect to server" },
    { "what stands behind a URL in vars",
      NULL,
      { "sh", "-c", "echo http://h/?k=open-sesame >&2; exit 1" },
      "command \"sh\" exited with 1: http://h/?<secret>" },
    { "no JSON, and cut within a value",
      NULL,
      { "sh", "-c", "printf %94s. x; printf 'hunter2! and more' " },
      "the inspect hook answered no JSON object: \" *x.<secret>\"" },
};

START_TEST(secrets_are_not_quoted)
{
    struct manifest manifest = target("ws://127.0.0.1:1/");
    const char *words[] = { quotes[_i].command[0], quotes[_i].command[1],
                            quotes[_i].command[2], quotes[_i].command[3],
                            NULL };
    struct hooks hooks;
    cJSON *tree = NULL;

    manifest.tree = cJSON_Parse(
        "{\"vars\":{\"pw\":\"hunter2!\",\"words\":\"correct horse\","
        "\"short\":\"x\",\"control\":\"http://h/?k=open-sesame\"}}");
    manifest.keys[0] = (struct signer){ .secret = "0123456789abcdef012345678" };
    manifest.key_count = 1;
    manifest.inspect_hook =
        (struct hook){ .url = quotes[_i].url,
                       .command = words[0] == NULL ? NULL : words,
                       .present = true };
    ck_assert_int_eq(hooks_init(&hooks, &manifest), FAULT_NONE);
    ck_assert_int_eq(hooks_inspect(&hooks, 0, &tree), FAULT_HOOK);
    check_story(quotes[_i].label, quotes[_i].want, fault_reason());
    hooks_deinit(&hooks);
    cJSON_Delete(manifest.tree);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("net_secrets");
    TCase *tcase = tcase_create("secrets");

    tcase_add_loop_test(tcase, secrets_are_not_quoted, 0, COUNT_OF(quotes));
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_net_secrets");
}
