/* The store that the nodes of the reference share, and the keeper that lets it
 * die and live again: nothing of them outlives the run. */
#include "check_program.h"
#include "run/store.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_MS = 10000 };

/* A server that says its pid, and stands. */
static const char *const stands[] = { "sh", "-c",
                                      "echo $$; exec tail -f /dev/null", NULL };
static const char *const fails[] = { "sh", "-c", "exit 7", NULL };
static const char *const is_killed[] = { "sh", "-c", "kill -KILL $$", NULL };

static struct server server;

static void start(const char *const *argv)
{
    ck_assert_int_eq(
        server_start_kept(&server, (char *const *)(uintptr_t)argv, "UTC"),
        FAULT_NONE);
}

/* The pid that the next server says; 0: its output has ended. */
static pid_t next_pid(void)
{
    char line[32] = "";
    size_t length = 0;

    while (length < sizeof(line) - 1 && strchr(line, '\n') == NULL) {
        struct pollfd fd = { server.out, POLLIN, 0 };
        ck_assert_int_eq(poll(&fd, 1, PATIENCE_MS), 1);
        ssize_t got = read(server.out, line + length, 1);
        if (got <= 0)
            return 0;
        length += (size_t)got;
    }
    return (pid_t)strtol(line, NULL, 10);
}

/* 'S', 'T', …; 0: there is no such process. */
static char state_of(pid_t pid)
{
    char path[64];
    char status[256] = "";

    snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
    FILE *from = fopen(path, "re");
    if (from == NULL)
        return 0;
    size_t length = fread(status, 1, sizeof(status) - 1, from);
    fclose(from);
    const char *behind = length == 0 ? NULL : strrchr(status, ')');
    return behind == NULL ? (char)0 : behind[2];
}

static bool comes_to(pid_t pid, char state, bool is)
{
    for (int i = 0; i < PATIENCE_MS / 5; i++) {
        if ((state_of(pid) == state) == is)
            return true;
        poll(NULL, 0, 5);
    }
    return false;
}

START_TEST(keeper_kills_and_begins_anew)
{
    start(stands);
    pid_t first = next_pid();
    ck_assert_int_gt(first, 0);
    ck_assert_int_ne(first, server.pid);
    kill(server.pid, SIGUSR1);
    ck_assert(comes_to(first, 0, true));
    kill(server.pid, SIGUSR2);
    pid_t second = next_pid();
    ck_assert_int_gt(second, 0);
    ck_assert_int_ne(first, second);
    server_stop(&server);
    ck_assert(comes_to(second, 0, true));
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
}
END_TEST

/* Nobody waits for the old one's end. */
START_TEST(keeper_begins_anew_at_once)
{
    start(stands);
    pid_t first = next_pid();
    kill(server.pid, SIGUSR1);
    kill(server.pid, SIGUSR2);
    pid_t second = next_pid();
    ck_assert_int_gt(second, 0);
    ck_assert_int_ne(first, second);
    server_stop(&server);
}
END_TEST

START_TEST(keeper_stops_time)
{
    static const char *const waits[] = { "sh", "-c",
                                         "echo $$; trap 'exit 0' TERM; while "
                                         ":; do wait; done",
                                         NULL };
    start(waits);
    pid_t pid = next_pid();
    kill(server.pid, SIGTSTP);
    ck_assert(comes_to(pid, 'T', true));
    kill(server.pid, SIGCONT);
    ck_assert(comes_to(pid, 'T', false));
    kill(server.pid, SIGTSTP);
    ck_assert(comes_to(pid, 'T', true));
    server_stop(&server); /* also one that stands still */
    ck_assert(comes_to(pid, 0, true));
}
END_TEST

START_TEST(server_dies_with_its_keeper)
{
    start(stands);
    pid_t pid = next_pid();
    kill(server.pid, SIGKILL);
    ck_assert(comes_to(pid, 0, true));
    server_stop(&server);
}
END_TEST

START_TEST(keeper_ends_like_its_server)
{
    static const struct {
        const char *const *argv;
        int signal, status;
    } ends[] = { { fails, 0, 7 }, { is_killed, SIGKILL, 0 } };

    for (int i = 0; i < COUNT_OF(ends); i++) {
        int status = 0;
        start(ends[i].argv);
        ck_assert_int_eq(next_pid(), 0);
        while (!server_has_died(&server, &status))
            poll(NULL, 0, 1);
        ck_assert_int_eq(WIFSIGNALED(status) ? WTERMSIG(status) : 0,
                         ends[i].signal);
        ck_assert_int_eq(WIFEXITED(status) ? WEXITSTATUS(status) : 0,
                         ends[i].status);
        server_stop(&server);
    }
}
END_TEST

/* --- The store ------------------------------------------------------------ */

static struct store_of_run store;
static char folder[64];

static void make_folder(void)
{
    snprintf(folder, sizeof(folder), "/tmp/wsconform-store-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

START_TEST(store_answers_and_leaves_nothing)
{
    struct stat status;

    make_folder();
    ck_assert_msg(store_start(&store, folder) == FAULT_NONE, "%s",
                  fault_reason());
    ck_assert(store_answers(store.port));
    kill(store.server.pid, SIGUSR1);
    for (int i = 0; i < PATIENCE_MS / 5 && store_answers(store.port); i++)
        poll(NULL, 0, 5);
    ck_assert(!store_answers(store.port));
    kill(store.server.pid, SIGUSR2);
    for (int i = 0; i < PATIENCE_MS / 5 && !store_answers(store.port); i++)
        poll(NULL, 0, 5);
    ck_assert(store_answers(store.port));
    store_stop(&store);
    store_stop(&store);
    ck_assert(!store_answers(store.port));
    ck_assert_int_eq(rmdir(folder), 0);
    ck_assert_int_eq(stat(folder, &status), -1);
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
}
END_TEST

START_TEST(missing_redis_is_told_with_the_mend)
{
    make_folder();
    setenv("PATH", "/nowhere", 1);
    ck_assert_int_eq(store_start(&store, folder), FAULT_SYSTEM);
    ck_assert_ptr_nonnull(strstr(fault_reason(), "install redis-server"));
    store_stop(&store);
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("run_store");
    TCase *tcase = tcase_create("store");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, keeper_kills_and_begins_anew);
    tcase_add_test(tcase, keeper_begins_anew_at_once);
    tcase_add_test(tcase, keeper_stops_time);
    tcase_add_test(tcase, server_dies_with_its_keeper);
    tcase_add_test(tcase, keeper_ends_like_its_server);
    tcase_add_test(tcase, store_answers_and_leaves_nothing);
    tcase_add_test(tcase, missing_redis_is_told_with_the_mend);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_run_store");
}
