/* The tool before servers that are hostile or dead: nothing here may be green
 * by accident. */
#include "base/clock.h"
#include "cli_world.h"
#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>

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

static Suite *suite(void)
{
    Suite *suite = suite_create("cli_hostile");
    TCase *tcase = tcase_create("hostile");

    find_tool();
    tcase_set_timeout(tcase, DEADLINE_S);
    tcase_add_loop_test(tcase, hostile_server_is_never_green, 0, RESETS + 1);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_cli_hostile");
}
