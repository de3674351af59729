/* Commands of a manifest's: their output, their deadline, their end. */
#include "endless.h"
#include "net_world.h"
#include "net/command.h"
#include <errno.h>
#include <poll.h>

static const struct {
    const char *label;
    const char *argv[4];
    int deadline_ms;
    enum fault fault;
    const char *want; /* stdout, or the reason */
} commands[] = {
    { "stdout", { "echo", "a b" }, 2000, FAULT_NONE, "a b\n" },
    { "no shell", { "echo", "$HOME;`id`" }, 2000, FAULT_NONE, "$HOME;`id`\n" },
    { "no stdin", { "cat" }, 2000, FAULT_NONE, "" },
    { "its folder", { "pwd" }, 2000, FAULT_NONE, "/\n" },
    { "exit status",
      { "sh", "-c", "echo why >&2; exit 3" },
      2000,
      FAULT_DENIED,
      "command \"sh\" exited with 3: why" },
    { "signal",
      { "sh", "-c", "kill -TERM $$" },
      2000,
      FAULT_HOOK,
      "command \"sh\" died of signal 15: (nothing on stderr)" },
    { "an exit status that tells of no start",
      { "sh", "-c", "exit 126" },
      2000,
      FAULT_HOOK,
      "command \"sh\" exited with 126: (nothing on stderr)" },
    { "missing",
      { "no-such-command-here" },
      2000,
      FAULT_HOOK,
      "command \"no-such-command-here\"*" }, /* 127 under valgrind */
    { "not executable",
      { "/etc/hostname" },
      2000,
      FAULT_HOOK,
      "command \"/etc/hostname\"*" }, /* 126 under valgrind */
    { "a megabyte on stderr",
      { "sh", "-c", "head -c 1048576 /dev/zero | tr '\\0' x >&2; exit 4" },
      2000,
      FAULT_DENIED,
      "command \"sh\" exited with 4: xxx*" },
    { "a child that keeps its pipes",
      { "sh", "-c", ENDLESS " & echo first" },
      2000,
      FAULT_NONE,
      "first\n" },
    { "too slow",
      { "sh", "-c", "echo dozing >&2; " ENDLESS },
      200,
      FAULT_HOOK,
      "command \"sh\" was killed, it took more than 200 ms (limits.answer_ms; "
      "of hooks.restart, limits.restart_ms): "
      "dozing" },
    { "too loud",
      { "sh", "-c", "while :; do echo 0123456789; done" },
      5000,
      FAULT_HOOK,
      "command \"sh\" wrote more than 4096 bytes" },
    { "signals are as usual",
      { "sh", "-c", "kill -PIPE $$; echo ignored" },
      2000,
      FAULT_HOOK,
      "command \"sh\" died of signal 13: (nothing on stderr)" },
};

START_TEST(command_runs_under_a_deadline)
{
    struct buffer output;
    int held = hold_endless();
    int before = open_files();
    int64_t start = clock_monotonic_ms();

    signal(SIGPIPE, SIG_IGN);
    buffer_init(&output, 4096);
    enum fault fault =
        command_run(commands[_i].argv, "/", commands[_i].deadline_ms, &output);
    ck_assert_msg(fault == commands[_i].fault, "%s: %s", commands[_i].label,
                  fault_reason());
    check_story(commands[_i].label, commands[_i].want,
                fault == FAULT_NONE ? buffer_string(&output) : fault_reason());
    ck_assert_int_lt(clock_monotonic_ms() - start, 3000);
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
    ck_assert_int_eq(errno, ECHILD);
    ck_assert_int_eq(open_files(), before);
    buffer_deinit(&output);
    close(held);
}
END_TEST

/* What it left behind keeps its stdout and answers still, when the command has
 * long ended. */
START_TEST(daemon_of_a_command_is_left_alone)
{
    static const char *const argv[] = { "sh", "-c",
                                        ENDLESS " >\"$ANSWERS\" & echo started",
                                        NULL };
    struct buffer output;
    int answers[2];
    char byte = 0;
    int held = hold_endless();

    must(pipe2(answers, O_CLOEXEC) == 0, "pipe");
    name_descriptor("ANSWERS", answers[1]);
    buffer_init(&output, 16);
    ck_assert_int_eq(command_run(argv, NULL, 5000, &output), FAULT_NONE);
    ck_assert_str_eq(buffer_string(&output), "started\n");
    ck_assert_int_eq(write(held, "!", 1), 1);
    struct pollfd answer = { .fd = answers[0], .events = POLLIN };
    ck_assert_int_eq(poll(&answer, 1, 5000), 1);
    ck_assert_int_eq(read(answers[0], &byte, 1), 1);
    ck_assert_int_eq(byte, '!');
    buffer_deinit(&output);
    close(held);
}
END_TEST

/* The write end is open for as long as one of them lives. */
START_TEST(slow_command_dies_with_its_children)
{
    static const char *const argv[] = { "sh", "-c", ENDLESS " & " ENDLESS,
                                        NULL };
    struct buffer output;
    int alive[2];
    char byte;
    int held = hold_endless();

    must(pipe(alive) == 0, "pipe");
    buffer_init(&output, 16);
    ck_assert_int_eq(command_run(argv, NULL, 100, &output), FAULT_HOOK);
    close(alive[1]);
    struct pollfd end = { .fd = alive[0], .events = POLLIN };
    ck_assert_int_eq(poll(&end, 1, 5000), 1);
    ck_assert_int_eq(read(alive[0], &byte, 1), 0);
    close(alive[0]);
    close(held);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("net_command");
    TCase *tcase = tcase_create("commands");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, command_runs_under_a_deadline, 0,
                        COUNT_OF(commands));
    tcase_add_test(tcase, daemon_of_a_command_is_left_alone);
    tcase_add_test(tcase, slow_command_dies_with_its_children);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_net_command");
}
