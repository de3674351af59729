/* The hook that issues a token: what is asked, and what is taken. */
#include "net_world.h"
#include "net/hooks.h"

/* How issuers answer, and what is taken; NULL: nothing. */
static const struct {
    const char *answer;
    const char *token;
} issued[] = {
    { "a.b.c", "a.b.c" },
    { "  a.b.c\n", "a.b.c" },
    { "{\"token\":\"a.b.c\"}", "a.b.c" },
    { "{\"token_type\":\"bearer\",\"access_token\":\"a.b.c\"}", "a.b.c" },
    { "{\"token\":7}", NULL },
    { "{\"token\":\"\"}", NULL },
    { "{\"jwt\":\"a.b.c\"}", NULL },
    { "\"a.b.c\"", NULL },
    { "", NULL },
    { "no such user", NULL },
};

START_TEST(issued_token_is_taken)
{
    const char *const command[] = { "printf", "%s", issued[_i].answer, NULL };
    struct manifest manifest = target("ws://127.0.0.1:1/");
    struct hooks hooks;
    struct buffer token;

    manifest.issue_token_hook =
        (struct hook){ .command = command, .present = true };
    buffer_init(&token, 64);
    ck_assert_int_eq(hooks_init(&hooks, &manifest), FAULT_NONE);
    enum fault fault = hooks_issue(&hooks, "alice", "viewer", &token);
    if (issued[_i].token != NULL) {
        ck_assert_msg(fault == FAULT_NONE, "%s", fault_reason());
        ck_assert_str_eq(buffer_string(&token), issued[_i].token);
    } else {
        ck_assert_int_eq(fault, FAULT_HOOK);
        ck_assert_msg(strstr(fault_reason(), "a.b") == NULL, "%s",
                      fault_reason());
    }
    buffer_deinit(&token);
    hooks_deinit(&hooks);
}
END_TEST

START_TEST(issuer_is_told_for_whom)
{
    static const char *const command[] = { "echo", "{user}.{role}.x", NULL };
    struct manifest manifest = target("ws://127.0.0.1:1/");
    struct hooks hooks;
    struct buffer token;

    manifest.issue_token_hook =
        (struct hook){ .command = command, .present = true };
    buffer_init(&token, 64);
    ck_assert_int_eq(hooks_init(&hooks, &manifest), FAULT_NONE);
    ck_assert_int_eq(hooks_issue(&hooks, "alice", "viewer", &token),
                     FAULT_NONE);
    ck_assert_str_eq(buffer_string(&token), "alice.viewer.x");
    buffer_deinit(&token);
    hooks_deinit(&hooks);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("net issuer");
    TCase *tcase = tcase_create("net issuer");

    tcase_add_loop_test(tcase, issued_token_is_taken, 0, COUNT_OF(issued));
    tcase_add_test(tcase, issuer_is_told_for_whom);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_net_issuer");
}
