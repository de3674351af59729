/* The command line as scripts see it: exit statuses and clear words, also
 * where the target is hostile or dead. Nothing here may be green by accident.
 */
#include "base/buffer.h"
#include "base/clock.h"
#include "check_program.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS_MAX = 12, OUTPUT_MAX = 4 * 1024 * 1024, DEADLINE_S = 60 };

static char tool[4096];

/* The tool that was built with this program stands two folders up. */
static void find_tool(void)
{
    ssize_t length = readlink("/proc/self/exe", tool, sizeof(tool) - 64);

    tool[length < 0 ? 0 : length] = 0;
    for (int up = 0; up < 3; up++) {
        char *slash = strrchr(tool, '/');
        if (slash != NULL)
            *slash = 0;
    }
    strncat(tool, "/wsconform", 16);
}

/* Runs the tool; returns its exit status, or -1 when it was killed. */
static int run_tool(const char *const words[], struct buffer *said)
{
    const char *arguments[WORDS_MAX + 2] = { tool };
    int ends[2];
    int status = 0;
    char chunk[4096];
    ssize_t length;

    for (int i = 0; i < WORDS_MAX && words[i] != NULL; i++)
        arguments[i + 1] = words[i];
    ck_assert_int_eq(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        execv(tool, (char *const *)arguments);
        _exit(126);
    }
    close(ends[1]);
    while ((length = read(ends[0], chunk, sizeof(chunk))) > 0)
        buffer_add(said, chunk, (size_t)length);
    close(ends[0]);
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static const struct {
    const char *label;
    const char *words[WORDS_MAX];
    int want;
    const char *says;
} rows[] = {
    { "nothing", { NULL }, 2, "wsconform run" },
    { "help", { "--help" }, 0, "Exit: 0 all pass" },
    { "help of a verb", { "run", "--help" }, 0, "--reference" },
    { "version", { "--version" }, 0, "wsconform 0." },
    { "a typo in the verb", { "rnu" }, 2, "did you mean run?" },
    { "a typo in an option", { "run", "--mok" }, 2, "did you mean --mock?" },
    { "an option of another verb", { "list", "--mock" }, 2, "no option" },
    { "no target", { "run" }, 2, "against what?" },
    { "two targets", { "run", "--mock", "--reference" }, 2, "exclude" },
    { "an unknown profile",
      { "run", "--mock", "--profile", "signal" },
      2,
      "no profile signal" },
    { "a profile that is not written",
      { "run", "--mock", "--profile", "rooms" },
      2,
      "rooms is written yet" },
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
    { "no repetition", { "run", "--mock", "--repeat", "0" }, 2, "--repeat" },
    { "a seed of nonsense", { "run", "--mock", "--seed", "x" }, 2, "--seed" },
    { "a value left out", { "run", "--mock", "--json" }, 2, "value is due" },
    { "the whole catalogue", { "run", "--mock" }, 0, " 0 fail" },
    { "one criterion",
      { "run", "--mock", "--only", "valid_token_is_admitted" },
      0,
      " pass, 0 fail, 0 inconclusive" },
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
    { "an unwritable stream",
      { "run", "--mock", "--ndjson", "/proc/no/x" },
      3,
      "/proc/no/x could not be written" },
    { "a closed port",
      { "run", "--profile", "signals", "--url", "ws://127.0.0.1:1/ws" },
      4,
      "sanity" },
    { "the list", { "list" }, 0, "valid_token_is_admitted" },
    { "the list as JSON", { "list", "--json" }, 0, "\"evidence\"" },
    { "an explanation",
      { "explain", "valid_token_is_admitted" },
      0,
      "Proves      AUTH-01" },
    { "a typo in an explanation",
      { "explain", "valid_token_is_admited" },
      2,
      "did you mean valid_token_is_admitted?" },
    { "a report of nothing", { "report", "--from", "/dev/null" }, 3, "empty" },
    { "a report from nowhere", { "report" }, 2, "--from" },
};

START_TEST(status_and_words)
{
    struct buffer said;

    buffer_init(&said, OUTPUT_MAX);
    int status = run_tool(rows[_i].words, &said);
    ck_assert_msg(status == rows[_i].want, "%s: want exit %d, got %d:\n%.2000s",
                  rows[_i].label, rows[_i].want, status, buffer_string(&said));
    ck_assert_msg(strstr(buffer_string(&said), rows[_i].says) != NULL,
                  "%s: \"%s\" is not in:\n%.2000s", rows[_i].label,
                  rows[_i].says, buffer_string(&said));
    buffer_deinit(&said);
}
END_TEST

/* --- Hostile servers --------------------------------------------------------
 */

enum manner {
    SAYS_NOTHING,
    SAYS_200,
    SAYS_GARBAGE,
    SAYS_403,
    FLOODS_HEADERS,
    RESETS
};

static void serve_one(int client, enum manner manner)
{
    static const char ok[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    static const char no[] =
        "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
    static const char header[] = "X-Flood: 0123456789012345678901234567890\r\n";
    struct linger abrupt = { 1, 0 };
    char request[2048];

    if (manner == RESETS)
        setsockopt(client, SOL_SOCKET, SO_LINGER, &abrupt, sizeof(abrupt));
    else if (read(client, request, sizeof(request)) < 0)
        return;
    if (manner == SAYS_200)
        send(client, ok, sizeof(ok) - 1, MSG_NOSIGNAL);
    if (manner == SAYS_403)
        send(client, no, sizeof(no) - 1, MSG_NOSIGNAL);
    if (manner == SAYS_GARBAGE)
        send(client, "\xff\xfe garbage \r\n\r\n", 15, MSG_NOSIGNAL);
    if (manner == FLOODS_HEADERS) {
        send(client, "HTTP/1.1 101 Switching Protocols\r\n", 34, MSG_NOSIGNAL);
        for (int i = 0; i < 25000; i++) {
            if (send(client, header, sizeof(header) - 1, MSG_NOSIGNAL) < 0)
                break;
        }
    }
    while (manner == SAYS_NOTHING && read(client, request, 1) > 0)
        continue; /* until it gives up */
}

static void serve(int listener, enum manner manner)
{
    for (;;) {
        int client = accept(listener, NULL, NULL);
        if (client < 0)
            _exit(0);
        if (fork() == 0) {
            serve_one(client, manner);
            _exit(0);
        }
        close(client);
        while (waitpid(-1, NULL, WNOHANG) > 0)
            continue;
    }
}

static int listen_anywhere(unsigned *port)
{
    struct sockaddr_in at = { .sin_family = AF_INET };
    socklen_t size = sizeof(at);
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_eq(bind(listener, (struct sockaddr *)&at, size), 0);
    ck_assert_int_eq(listen(listener, 64), 0);
    getsockname(listener, (struct sockaddr *)&at, &size);
    *port = ntohs(at.sin_port);
    return listener;
}

static void write_manifest(const char *path, unsigned port)
{
    FILE *to = fopen(path, "w");

    ck_assert_ptr_nonnull(to);
    fprintf(to,
            "{ \"name\": \"hostile\", \"extends\": \"signals\",\n"
            "  \"endpoint\": { \"url\": \"ws://127.0.0.1:%u/ws\" },\n"
            "  \"limits\": { \"answer_ms\": 300, \"close_ms\": 300 } }\n",
            port);
    ck_assert_int_eq(fclose(to), 0);
}

START_TEST(hostile_server_is_never_green)
{
    char path[] = "/tmp/wsconform-cli-XXXXXX";
    const char *words[WORDS_MAX] = { "run", "--target", path };
    unsigned port = 0;
    int listener = listen_anywhere(&port);
    struct buffer said;

    close(mkstemp(path));
    write_manifest(path, port);
    pid_t server = fork();
    if (server == 0) {
        setpgid(0, 0);
        serve(listener, (enum manner)_i);
    }
    setpgid(server, server);
    close(listener);
    buffer_init(&said, OUTPUT_MAX);
    int64_t since = clock_monotonic_ms();
    int status = run_tool(words, &said);
    kill(-server, SIGKILL);
    waitpid(server, NULL, 0);
    unlink(path);
    ck_assert_msg(status == 4, "want exit 4, got %d:\n%.3000s", status,
                  buffer_string(&said));
    ck_assert_msg(strstr(buffer_string(&said), "0 pass") != NULL, "%.3000s",
                  buffer_string(&said));
    ck_assert_int_lt(clock_monotonic_ms() - since, 10000);
    buffer_deinit(&said);
}
END_TEST

/* --- Interruption -----------------------------------------------------------
 */

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
    kill(pid, SIGINT);
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
    TCase *hostile = tcase_create("hostile");

    find_tool();
    tcase_set_timeout(words, DEADLINE_S);
    tcase_set_timeout(hostile, DEADLINE_S);
    tcase_add_loop_test(words, status_and_words, 0, COUNT_OF(rows));
    tcase_add_test(words, interrupted_run_says_so);
    tcase_add_loop_test(hostile, hostile_server_is_never_green, 0, RESETS + 1);
    suite_add_tcase(suite, words);
    suite_add_tcase(suite, hostile);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_cli");
}
