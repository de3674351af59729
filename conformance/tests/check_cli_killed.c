/* The tool is killed half way, by what no program can answer: nothing that it
 * has started is left, be it in a session of its own. */
#include "cli_world.h"
#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>

static char folder[] = "/tmp/wsconform-killed-XXXXXX";
static char alive[64];   /* a pipe that whoever is left holds open */
static char started[64]; /* is there from the second start on */

static void setup(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(alive, sizeof(alive), "%s/alive", folder);
    snprintf(started, sizeof(started), "%s/started", folder);
    ck_assert_int_eq(mkfifo(alive, 0600), 0);
}

static void teardown(void)
{
    unlink(alive);
    unlink(started);
    rmdir(folder);
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
}

/* Its stdout is *output. */
static pid_t start(const char *const words[], int *output)
{
    const char *arguments[WORDS_MAX + 2] = { tool };
    int ends[2];

    for (int i = 0; i < WORDS_MAX && words[i] != NULL; i++)
        arguments[i + 1] = words[i];
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execv(tool, (char *const *)arguments);
        _exit(126);
    }
    close(ends[1]);
    *output = ends[0];
    return pid;
}

static void kill_it(pid_t pid)
{
    int status = 0;

    ck_assert_int_eq(kill(pid, SIGKILL), 0);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_msg(WIFSIGNALED(status), "it had ended before: %d", status);
}

static void read_line(int from, char *into, size_t size)
{
    size_t length = 0;

    while (length + 1 < size && read(from, &into[length], 1) == 1 &&
           into[length] != '\n')
        length++;
    into[length] = 0;
}

/* Ends once nobody holds the other end any more; else the deadline of the test
 * does. */
static void read_to_end(int from)
{
    char chunk[4096];

    while (read(from, chunk, sizeof(chunk)) > 0)
        continue;
    close(from);
}

START_TEST(child_and_all_that_it_forked_are_gone)
{
    static const char adapter[] =
        "exec 3>%s; if [ -e %s ]; then setsid sleep 600 & sleep 600 & "
        "echo midway >&3; read nothing; wait; fi; : >%s; exec 3>&-; exec "
        "%.*s/mocks/kits/examples/reference signals";
    char command[8192];
    char said[16];
    int output = -1;

    snprintf(command, sizeof(command), adapter, alive, started, started,
             (int)(strrchr(tool, '/') - tool), tool);
    const char *words[WORDS_MAX] = { "run", "--profile", "signals", "--jobs",
                                     "1",   "--exec",    command };
    int writer = open(alive, O_RDWR | O_CLOEXEC);
    int reader = open(alive, O_RDONLY | O_CLOEXEC);
    pid_t pid = start(words, &output);
    read_line(reader, said, sizeof(said));
    ck_assert_str_eq(said, "midway");
    close(writer);
    kill_it(pid);
    read_to_end(reader);
    read_to_end(output);
}
END_TEST

static int connect_to(const char *line)
{
    static const char before[] = "ws://127.0.0.1:";
    const char *url = strstr(line, before);
    struct sockaddr_in at = { .sin_family = AF_INET };
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_msg(url != NULL, "%s", line);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    at.sin_port = htons((uint16_t)strtoul(url + strlen(before), NULL, 10));
    if (connect(client, (const struct sockaddr *)&at, sizeof(at)) == 0)
        return client;
    close(client);
    return -1;
}

START_TEST(servers_and_workers_are_gone)
{
    const char *words[WORDS_MAX] = { "run", "--reference", "--profile",
                                     "signals" };
    char line[512];
    int output = -1;
    pid_t pid = start(words, &output);

    read_line(output, line, sizeof(line));
    int client = connect_to(line);
    ck_assert_int_ge(client, 0);
    kill_it(pid);
    read_to_end(client);
    read_to_end(output);
    ck_assert_int_eq(connect_to(line), -1);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("cli_killed");
    TCase *tcase = tcase_create("killed");

    find_tool();
    tcase_set_timeout(tcase, DEADLINE_S);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, child_and_all_that_it_forked_are_gone);
    tcase_add_test(tcase, servers_and_workers_are_gone);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_cli_killed");
}
