/* The reference as a target: nothing of it outlives the run, and one that
 * cannot be had is told in a sentence. */
#include "endless.h"
#include "base/clock.h"
#include "adapter.h"
#include "check_program.h"
#include "pipe/implementation.h"
#include "run/run.h"
#include "run/target.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/time.h>
#include <unistd.h>

static struct target target;

static enum fault open_with(struct target_choice choice)
{
    struct buffer errors;

    buffer_init(&errors, 65536);
    enum fault fault = target_open(&target, &choice, &errors);
    if (fault == FAULT_MANIFEST)
        fault_say(fault, "%.900s", buffer_string(&errors));
    buffer_deinit(&errors);
    return fault;
}

static const struct {
    const char *label;
    struct target_choice choice;
    const char *url; /* how it begins */
} rows[] = {
    { "ws",
      { .kind = TARGET_REFERENCE, .profile = "signals" },
      "ws://127.0.0.1:" },
    { "wss",
      { .kind = TARGET_REFERENCE, .profile = "signals", .tls = true },
      "wss://127.0.0.1:" },
    { "unix",
      { .kind = TARGET_REFERENCE, .profile = "signals", .unix_socket = true },
      "ws+unix:" },
};

START_TEST(nothing_outlives_the_run)
{
    pid_t pids[TARGET_SERVERS];
    char folder[sizeof(target.folder)];
    struct stat status;

    ck_assert_msg(open_with(rows[_i].choice) == FAULT_NONE, "%s: %s",
                  rows[_i].label, fault_reason());
    ck_assert_msg(
        strncmp(target.manifest->url, rows[_i].url, strlen(rows[_i].url)) == 0,
        "%s: %s", rows[_i].label, target.manifest->url);
    ck_assert_int_eq(target.manifest->plain_url != NULL, rows[_i].choice.tls);
    ck_assert_uint_eq(target.manifest->instance_count, TARGET_ZONES);
    ck_assert_int_eq(target_health(&target), FAULT_NONE);
    memcpy(folder, target.folder, sizeof(folder));
    ck_assert_int_eq(stat(folder, &status), 0);
    ck_assert_uint_eq(status.st_mode & 0777, 0700);
    for (size_t i = 0; i < TARGET_SERVERS; i++)
        pids[i] = target.servers[i].pid;

    target_close(&target);
    ck_assert_int_ne(stat(folder, &status), 0);
    for (size_t i = 0; i < TARGET_SERVERS; i++) {
        ck_assert_int_eq(waitpid(pids[i], NULL, WNOHANG), -1);
        ck_assert_int_eq(errno, ECHILD);
    }
}
END_TEST

START_TEST(nodes_share_a_store)
{
    struct target_choice choice = { .kind = TARGET_REFERENCE,
                                    .profile = "rooms",
                                    .nodes = 3 };
    siginfo_t info;
    struct stat status;
    char folder[sizeof(target.folder)];

    ck_assert_msg(open_with(choice) == FAULT_NONE, "%s", fault_reason());
    memcpy(folder, target.folder, sizeof(folder));
    ck_assert_uint_eq(target.nodes, 3);
    ck_assert_uint_eq(target.manifest->node_count, 2);
    ck_assert(target.manifest->stop_shared_hook.present);
    ck_assert(target.manifest->kill_node_hook.present);
    ck_assert_int_eq(target_health(&target), FAULT_NONE);
    pid_t last = target.servers[target.server_count - 1].pid;
    pid_t store = target.store.server.pid;
    kill(last, SIGKILL);
    waitid(P_PID, (id_t)last, &info, WEXITED | WNOWAIT);
    ck_assert_int_eq(target_health(&target), FAULT_ENDED);
    ck_assert_ptr_nonnull(strstr(fault_reason(), "node 3"));
    target_close(&target);
    ck_assert_int_ne(stat(folder, &status), 0);
    ck_assert_int_eq(waitpid(store, NULL, WNOHANG), -1);
}
END_TEST

/* The last words of a server that died are worth more than its status. */
START_TEST(dead_server_is_told_with_its_last_words)
{
    struct target_choice choice = { .kind = TARGET_REFERENCE,
                                    .profile = "signals" };
    siginfo_t info;
    char path[128];

    ck_assert_msg(open_with(choice) == FAULT_NONE, "%s", fault_reason());
    snprintf(path, sizeof(path), "%s/server.log", target.folder);
    int log = open(path, O_WRONLY | O_APPEND | O_CREAT, 0600);
    ck_assert_int_eq(dprintf(log, "out of \x1b[2Jcheese\n"), 18);
    close(log);
    kill(target.servers[1].pid, SIGKILL);
    waitid(P_PID, (id_t)target.servers[1].pid, &info, WEXITED | WNOWAIT);

    ck_assert_int_eq(target_health(&target), FAULT_ENDED);
    ck_assert_msg(strstr(fault_reason(), "TZ=Asia/Tokyo") != NULL, "%s",
                  fault_reason());
    ck_assert_msg(strstr(fault_reason(), "signal 9") != NULL, "%s",
                  fault_reason());
    ck_assert_msg(strstr(fault_reason(), "cheese") != NULL, "%s",
                  fault_reason());
    ck_assert_ptr_null(strchr(fault_reason(), '\x1b'));
    target_close(&target);
}
END_TEST

START_TEST(profile_alone_cannot_be_dialled)
{
    struct target_choice choice = { .kind = TARGET_URL, .profile = "signals" };

    ck_assert_int_eq(open_with(choice), FAULT_MANIFEST);
    ck_assert_msg(strstr(fault_reason(), "nothing to dial") != NULL, "%s",
                  fault_reason());
    target_close(&target);
}
END_TEST

/* What is done before everything, and where users log in, is the manifest's to
 * say of a child as well. */
START_TEST(users_of_a_child_log_in)
{
    struct target_choice choice = {
        .kind = TARGET_EXEC,
        .file = "conformance/tests/login_target.json",
        .command = "exec /usr/bin/python3 -S -E "
                   "conformance/tests/hostile_child.py good"
    };
    const struct pair bob[] = { { "user", "bob" }, { NULL, NULL } };
    struct applicant applicant = { .place = BOB, .values = bob };
    struct buffer token;

    buffer_init(&token, 256);
    ck_assert_msg(open_with(choice) == FAULT_NONE, "%s", fault_reason());
    struct adapter *adapter = target_adapter(&target);
    ck_assert_msg(adapter != NULL, "%s", fault_reason());
    ck_assert_int_eq(adapter->ops->fetch(adapter->self, &applicant, &token),
                     FAULT_NONE);
    ck_assert_str_eq(buffer_string(&token), "bob-Sess-19zZ");
    adapter_free(adapter);
    implementation_end(target.implementation);
    target_close(&target);
    buffer_deinit(&token);
}
END_TEST

/* --- Servers that do not get ready ---------------------------------------- */

static const struct {
    const char *label;
    const char *argv[4];
    enum fault fault;
    const char *want;
} starts[] = {
    { "no such program", { "/no/such/program" }, FAULT_PROTOCOL, "No such" },
    { "one that ends", { "true" }, FAULT_ENDED, "before it was ready" },
    { "one that says nothing",
      { "sh", "-c", ENDLESS },
      FAULT_TIMEOUT,
      "100 ms" },
    { "one that says something else",
      { "echo", "hello" },
      FAULT_PROTOCOL,
      "hello" },
    { "one that says too much",
      { "sh", "-c", "head -c 9000 /dev/zero | tr '\\0' x" },
      FAULT_LIMIT,
      "too much" },
    { "one that is found on PATH",
      { "echo", "{\"url\":\"ws://127.0.0.1:1/ws\"}" },
      FAULT_NONE,
      "" },
};

START_TEST(server_that_is_not_ready_is_told)
{
    struct server server;
    int deadline_ms = starts[_i].fault == FAULT_TIMEOUT ? 100 : 10000;
    int held = hold_endless();

    ck_assert_int_eq(
        server_start(&server, (char *const *)starts[_i].argv, "UTC"),
        FAULT_NONE);
    enum fault fault = server_ready(&server, deadline_ms);
    ck_assert_msg(fault == starts[_i].fault, "%s: %s", starts[_i].label,
                  fault_reason());
    if (fault != FAULT_NONE)
        ck_assert_msg(strstr(fault_reason(), starts[_i].want) != NULL, "%s: %s",
                      starts[_i].label, fault_reason());
    server_stop(&server);
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
    close(held);
}
END_TEST

static void on_alarm(int number)
{
    (void)number;
}

/* A signal is no answer: the deadline holds all the same. */
START_TEST(signal_does_not_suspend_the_deadline)
{
    const char *argv[] = { "sh", "-c", ENDLESS, NULL };
    struct sigaction action = { .sa_handler = on_alarm };
    struct itimerval soon = { .it_interval = { 0, 20000 },
                              .it_value = { 0, 20000 } };
    struct server server;
    int64_t since_ms = clock_monotonic_ms();
    int held = hold_endless();

    server_start(&server, (char *const *)argv, "UTC");
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &soon, NULL);
    ck_assert_int_eq(server_ready(&server, 300), FAULT_TIMEOUT);
    ck_assert_int_lt(clock_monotonic_ms() - since_ms, 5000);
    soon = (struct itimerval){ .it_value = { 0, 0 } };
    setitimer(ITIMER_REAL, &soon, NULL);
    server_stop(&server);
    close(held);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("run_target");
    TCase *tcase = tcase_create("target");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, nothing_outlives_the_run, 0, COUNT_OF(rows));
    tcase_add_test(tcase, nodes_share_a_store);
    tcase_add_test(tcase, dead_server_is_told_with_its_last_words);
    tcase_add_test(tcase, profile_alone_cannot_be_dialled);
    tcase_add_test(tcase, users_of_a_child_log_in);
    tcase_add_loop_test(tcase, server_that_is_not_ready_is_told, 0,
                        COUNT_OF(starts));
    tcase_add_test(tcase, signal_does_not_suspend_the_deadline);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_run_target");
}
