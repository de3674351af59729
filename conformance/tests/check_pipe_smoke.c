/* The smoke test of adapters: what it says of one that works, and of each that
 * does not. */
#include "manifest_world.h"
#include "pipe/smoke.h"

enum { ANSWER_MS = 1500, HELLO_SOON_MS = 1000, REPORT_MAX = 64 * 1024 };

static bool smoke(const char *mode, struct buffer *report)
{
    struct manifest *manifest = good_profile("signals");
    char command[256];

    manifest->answer_ms = ANSWER_MS;
    manifest->url = "ws://127.0.0.1:1/misbehave";
    snprintf(command, sizeof(command),
             "exec /usr/bin/python3 -S -E conformance/tests/hostile_child.py "
             "%s",
             mode);
    buffer_init(report, REPORT_MAX);
    bool good = adapter_smoke_within(manifest, command, HELLO_SOON_MS, report);
    manifest->url = NULL;
    manifest_free(manifest);
    return good;
}

static const struct {
    const char *mode;
    const char *last; /* how the report of what went well ends */
} good[] = {
    { "", "ok    reset\nok    open: accepted\nok    bye\n" },
    { "no_reset", "ok    a new process for each world (reset is not supported)"
                  "\nok    open: accepted\nok    bye\n" },
};

START_TEST(what_works_is_told_step_by_step)
{
    static const char first[] =
        "ok    hello: \"hostile\", a virtual clock, offers inspect, broadcast\n"
        "ok    an unknown verb: unsupported\n"
        "ok    open: accepted\n"
        "ok    text, and settled behind it\n"
        "ok    elapse: 1000 ms passed at once\n"
        "ok    publish\n"
        "ok    inspect\n"
        "ok    drop, and silence behind it\n";
    struct buffer report;
    struct buffer want;

    ck_assert(smoke(good[_i].mode, &report));
    buffer_init(&want, REPORT_MAX);
    buffer_printf(&want, "%s%s", first, good[_i].last);
    says(good[_i].mode, buffer_string(&report), buffer_string(&want));
    buffer_deinit(&want);
    buffer_deinit(&report);
}
END_TEST

static const struct {
    const char *mode;
    const char *wants[4]; /* parts of the report */
} bad[] = {
    { "banner",
      { "adapter: exec /usr/bin/python3", "      sent  hello\n",
        "      came  INFO: started\n", "send logs to stderr" } },
    { "mute", { "no answer in time to hello", "      came  nothing\n" } },
    { "knows_all",
      { "adapter: hostile: \"done\" in answer to {\"do\":\"",
        "      mend  Answer each verb that you do not know" } },
    { "silent",
      { "ok    an unknown verb: unsupported\n",
        "adapter: nothing came of \"open\", neither accept nor reject\n",
        "      mend  Say {\"on\":\"accept\"" } },
    { "wrong_seq",
      { "adapter: hostile: \"settled\" with seq ",
        "      sent  {\"do\":\"settle\",\"seq\":",
        "      came  {\"on\": \"settled\", \"seq\": ",
        "      mend  Answer with the same seq" } },
    { "clock_stuck",
      { "ok    text, and settled behind it\n",
        "its clock has moved by 0 ms, and 1000 have elapsed" } },
    { "promises",
      { "ok    publish\n",
        "adapter: hostile: it offers \"inspect\", and does not support it; ",
        "      mend  Answer what you offer in hello" } },
    { "shut",
      { "adapter: the pool is shut\n", "      sent  {\"do\":\"publish\"" } },
    { "ends_badly",
      { "ok    reset\n",
        "adapter: hostile: after \"bye\" it ended with status 1\n",
        "      mend  Leave with status 0, and leave nothing running." } },
};

START_TEST(what_does_not_work_is_the_adapters_fault)
{
    struct buffer report;

    ck_assert(!smoke(bad[_i].mode, &report));
    for (int i = 0; i < COUNT_OF(bad[_i].wants) && bad[_i].wants[i] != NULL;
         i++)
        ck_assert_msg(strstr(buffer_string(&report), bad[_i].wants[i]) != NULL,
                      "%s\n  want: %s\n  got:  %s", bad[_i].mode,
                      bad[_i].wants[i], buffer_string(&report));
    ck_assert_ptr_nonnull(strstr(buffer_string(&report), "      mend  "));
    ck_assert_ptr_null(strstr(buffer_string(&report), "\"secret\""));
    buffer_deinit(&report);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("pipe smoke");
    TCase *smokes = tcase_create("smokes");

    tcase_set_timeout(smokes, 60);
    tcase_add_loop_test(smokes, what_works_is_told_step_by_step, 0,
                        COUNT_OF(good));
    tcase_add_loop_test(smokes, what_does_not_work_is_the_adapters_fault, 0,
                        COUNT_OF(bad));
    suite_add_tcase(suite, smokes);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_pipe_smoke");
}
