/* The adapter against a server that somebody else wrote (Python's websockets),
 * and what a server sees of us: our address, what comes in which segment. */
#include "net_world.h"
#include "net/loop.h"
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <spawn.h>
#include <sys/un.h>

/* --- Python's websockets -------------------------------------------------- */

static const char script[] =
    "import asyncio, sys, websockets\n"
    "async def talk(ws, path):\n"
    "    if path.startswith('/close/'):\n"
    "        await ws.close(int(path[7:11]), path[12:])\n"
    "    elif path == '/who':\n"
    "        at = ws.remote_address\n"
    "        await ws.send(at.decode('latin1')[1:] if isinstance(at, bytes)\n"
    "                      else '%s %d' % at[:2])\n"
    "    else:\n"
    "        async for message in ws:\n"
    "            await ws.send(message)\n"
    "async def main(where):\n"
    "    more = dict(subprotocols=['b'], max_size=2**25,\n"
    "                ping_interval=0.05, ping_timeout=2)\n"
    "    if where.startswith('/'):\n"
    "        await websockets.unix_serve(talk, where, **more)\n"
    "        print(0, flush=True)\n"
    "    else:\n"
    "        server = await websockets.serve(talk, where, 0, **more)\n"
    "        print(server.sockets[0].getsockname()[1], flush=True)\n"
    "    await asyncio.Future()\n"
    "asyncio.run(main(sys.argv[1]))\n";

static struct server python_at(const char *where)
{
    char *argv[] = { "/usr/bin/python3", "-c", (char *)(uintptr_t)script,
                     (char *)(uintptr_t)where, NULL };
    posix_spawn_file_actions_t actions;
    struct server server;
    char port[16];
    int out[2];

    must(pipe(out) == 0, "pipe");
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    posix_spawn_file_actions_addclose(&actions, out[0]);
    must(posix_spawn(&server.pid, argv[0], &actions, NULL, argv, environ) == 0,
         "python3");
    posix_spawn_file_actions_destroy(&actions);
    close(out[1]);
    FILE *line = fdopen(out[0], "r");
    must(line != NULL && fgets(port, sizeof(port), line) != NULL,
         "python's websockets must tell its port");
    fclose(line);
    server.port = (unsigned)strtoul(port, NULL, 10);
    return server;
}

static struct adapter *adapter_at(struct manifest *manifest, char url[128],
                                  const char *host, struct server server,
                                  const char *path)
{
    snprintf(url, 128, "ws://%s:%u%s", host, server.port, path);
    *manifest = target(url);
    return adapter_for(manifest);
}

static void say(struct adapter *adapter, enum message_kind kind, int code,
                struct bytes data)
{
    ck_assert_int_eq(adapter->ops->send(adapter->self, 1, kind, code, data),
                     FAULT_NONE);
}

static void check_echo(struct adapter *adapter, enum message_kind kind,
                       enum event_kind back, struct bytes data)
{
    say(adapter, kind, 0, data);
    struct event event = await_event(adapter, back);
    ck_assert_uint_eq(event.data.length, data.length);
    ck_assert(data.length == 0 ||
              memcmp(event.data.at, data.at, data.length) == 0);
}

START_TEST(python_and_we_understand_each_other)
{
    static const size_t lengths[] = { 0, 1, 125, 126, 65535, 65536, 3000000 };
    static unsigned char mass[3000000];
    const char *early[] = { "first", "second" };
    struct opening opening = { .subprotocols = "a, b",
                               .early = early,
                               .early_count = 2 };
    struct server server = python_at("127.0.0.1");
    struct manifest manifest;
    char story[STORY_SIZE];
    char url[128];
    struct adapter *adapter =
        adapter_at(&manifest, url, "127.0.0.1", server, "/echo");

    memset(mass, 'm', sizeof(mass));
    dial(adapter, 1, &opening);
    say(adapter, SEND_TEXT, 0, bytes_of_string("held"));
    ck_assert_str_eq(await_event(adapter, EVENT_ACCEPTED).subprotocol, "b");
    for (unsigned i = 0; i < 3; i++) {
        static const char *const want[] = { "first", "second", "held" };
        ck_assert_str_eq((const char *)await_event(adapter, EVENT_TEXT).data.at,
                         want[i]);
    }
    for (size_t i = 0; i < COUNT(lengths); i++) {
        struct bytes data = bytes_of(mass, lengths[i]);
        check_echo(adapter, SEND_TEXT, EVENT_TEXT, data);
        check_echo(adapter, SEND_BINARY, EVENT_BINARY, data);
    }
    check_echo(adapter, SEND_PING, EVENT_PONG, bytes_of_string("ping"));
    say(adapter, SEND_CLOSE, 1000, bytes_of_string("done"));
    tell_story(adapter, 1, story);
    check_story("our close", "closed 1000 done; gone FIN (FIN)", story);
    adapter_free(adapter);
    stop(server);
}
END_TEST

static const struct {
    const char *path, *want;
} closes[] = {
    { "/close/1008/Authentication%20required",
      "accepted -; closed 1008 Authentication%20required; gone FIN (FIN)" },
    { "/close/4001/bye", "accepted -; closed 4001 bye; gone FIN (FIN)" },
    { "/close/1013/", "accepted -; closed 1013 ; gone FIN (FIN)" },
};

START_TEST(python_closes_as_it_says)
{
    struct server server = python_at("127.0.0.1");
    struct manifest manifest;
    char story[STORY_SIZE];
    char url[128];
    struct adapter *adapter =
        adapter_at(&manifest, url, "127.0.0.1", server, closes[_i].path);

    dial(adapter, 1, NULL);
    tell_story(adapter, 1, story);
    check_story(closes[_i].path, closes[_i].want, story);
    adapter_free(adapter);
    stop(server);
}
END_TEST

/* Python pings every 50 ms; an unanswered one would end the connection. */
START_TEST(pings_are_answered)
{
    struct server server = python_at("127.0.0.1");
    struct manifest manifest;
    struct event event = { 0 };
    char url[128];
    struct adapter *adapter =
        adapter_at(&manifest, url, "127.0.0.1", server, "/echo");

    dial(adapter, 1, NULL);
    await_event(adapter, EVENT_ACCEPTED);
    ck_assert_int_eq(adapter->ops->next_event(adapter->self, &event, 2500), 0);
    check_echo(adapter, SEND_TEXT, EVENT_TEXT, bytes_of_string("still here"));
    adapter_free(adapter);
    stop(server);
}
END_TEST

/* --- How we are seen ------------------------------------------------------ */

/* Tells in a refusal how many bytes stood behind the head at the first read,
 * and how many came in the next 100 ms. */
static void count_early(int listener, const void *ignored)
{
    struct timeval patience = { 0, 100000 };
    char head[REQUEST_SIZE];
    char more[64];
    char answer[128];
    int fd = accept(listener, NULL, NULL);
    ssize_t length = read(fd, head, sizeof(head) - 1);

    (void)ignored;
    head[length < 0 ? 0 : length] = 0;
    const char *end = strstr(head, "\r\n\r\n");
    long behind = end == NULL ? -1 : head + length - end - 4;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    ssize_t later = read(fd, more, sizeof(more));
    snprintf(answer, sizeof(answer), "HTTP/1.0 403 No\r\n\r\n%ld+%ld", behind,
             later > 0 ? (long)later : 0);
    write_all(fd, answer, strlen(answer));
    close(fd);
}

/* "127.0.0.5 4711" of Python's becomes our "127.0.0.5:4711". */
static void check_seen(const char *where, const char *host, const char *source,
                       bool bracketed)
{
    struct server server = python_at(where);
    struct manifest manifest;
    struct opening opening = { .source = source };
    char seen[128];
    char host_seen[100];
    unsigned port;
    char url[128];
    struct adapter *adapter = adapter_at(&manifest, url, host, server, "/who");

    dial(adapter, 1, &opening);
    await_event(adapter, EVENT_ACCEPTED);
    snprintf(host_seen, sizeof(host_seen), "%s",
             (const char *)await_event(adapter, EVENT_TEXT).data.at);
    char *blank = strchr(host_seen, ' ');
    must(blank != NULL, "an address with a port");
    port = (unsigned)strtoul(blank, NULL, 10);
    *blank = 0;
    snprintf(seen, sizeof(seen), bracketed ? "[%s]:%u" : "%s:%u", host_seen,
             port);
    ck_assert_str_eq(adapter->ops->address(adapter->self, 1), seen);
    if (source != NULL && where[0] != ':')
        ck_assert_str_eq(host_seen, source);
    ck_assert_uint_ne(adapter->offers, 0);
    adapter_free(adapter);
    stop(server);
}

START_TEST(server_sees_our_source_address)
{
    check_seen("127.0.0.1", "127.0.0.1", "127.8.0.3", false);
    check_seen("127.0.0.1", "127.0.0.1", NULL, false);
}
END_TEST

/* A name may have addresses at which nobody listens. */
START_TEST(every_address_of_a_name_is_tried)
{
    struct server server = serve(count_early, NULL);
    struct loop loop = { .shared = { .answer_ms = 2000, .close_ms = 2000 } };
    struct endpoint endpoint;
    struct endpoint closed;
    struct opening opening = { .source = "127.8.0.4" };
    struct event event = { 0 };
    char url[64];
    unsigned port;

    close(listen_at("127.0.0.1", &port));
    snprintf(url, sizeof(url), "ws://127.0.0.1:%u/", port);
    ck_assert_int_eq(endpoint_init(&closed, url), FAULT_NONE);
    snprintf(url, sizeof(url), "ws://127.0.0.1:%u/", server.port);
    ck_assert_int_eq(endpoint_init(&endpoint, url), FAULT_NONE);
    endpoint.addresses[2] = endpoint.addresses[0];
    endpoint.addresses[0] = closed.addresses[0];
    endpoint.addresses[1] = closed.addresses[0];
    endpoint.count = 3;
    ck_assert_int_eq(loop_open(&loop, &endpoint, 1, &opening, NULL),
                     FAULT_NONE);
    ck_assert_int_eq(loop_next(&loop, &event, 3000), 1);
    ck_assert_int_eq(event.kind, EVENT_REJECTED);
    loop_deinit(&loop);
    stop(server);
}
END_TEST

static bool has_ipv6_loopback(void)
{
    struct sockaddr_in6 at = { .sin6_family = AF_INET6,
                               .sin6_addr = IN6ADDR_LOOPBACK_INIT };
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    bool has = fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0;

    if (fd >= 0)
        close(fd);
    return has;
}

START_TEST(ipv6_works)
{
    if (!has_ipv6_loopback()) {
        fprintf(stderr, "check_net_peer: not run, no ::1 on this machine: %s\n",
                "ipv6_works");
        return;
    }
    check_seen("::1", "[::1]", "127.8.0.3", true);
}
END_TEST

START_TEST(unix_server_sees_our_abstract_name)
{
    char path[64];
    char url[128];
    char want[64];
    snprintf(path, sizeof(path), "/tmp/check-net-%ld.sock", (long)getpid());
    snprintf(url, sizeof(url), "ws+unix://%s:/who", path);
    unlink(path);
    struct server server = python_at(path);
    struct manifest manifest = target(url);
    struct adapter *adapter = adapter_for(&manifest);

    snprintf(want, sizeof(want), "wsconform-%ld-7", (long)getpid());
    dial(adapter, 7, NULL);
    await_event(adapter, EVENT_ACCEPTED);
    ck_assert_str_eq((const char *)await_event(adapter, EVENT_TEXT).data.at,
                     want);
    ck_assert_str_eq(adapter->ops->address(adapter->self, 7) + 6, want);
    ck_assert_int_eq(
        strncmp(adapter->ops->address(adapter->self, 7), "unix:@", 6), 0);
    adapter_free(adapter);
    stop(server);
    unlink(path);
}
END_TEST

/* --- One segment ---------------------------------------------------------- */

START_TEST(early_messages_share_the_handshakes_segment)
{
    const char *early[] = { "one", "two" };
    struct opening opening = { .early = early, .early_count = 2 };
    struct server server = serve(count_early, NULL);
    struct manifest manifest;
    char story[STORY_SIZE];
    char url[128];
    struct adapter *adapter =
        adapter_at(&manifest, url, "127.0.0.1", server, "/");

    dial(adapter, 1, &opening);
    say(adapter, SEND_TEXT, 0, bytes_of_string("held back until a 101"));
    tell_story(adapter, 1, story);
    check_story("early", "rejected 403 18+0; gone *", story);
    adapter_free(adapter);
    stop(server);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("net_peer");
    TCase *tcase = tcase_create("peers");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, python_and_we_understand_each_other);
    tcase_add_loop_test(tcase, python_closes_as_it_says, 0, COUNT_OF(closes));
    tcase_add_test(tcase, pings_are_answered);
    tcase_add_test(tcase, server_sees_our_source_address);
    tcase_add_test(tcase, every_address_of_a_name_is_tried);
    tcase_add_test(tcase, ipv6_works);
    tcase_add_test(tcase, unix_server_sees_our_abstract_name);
    tcase_add_test(tcase, early_messages_share_the_handshakes_segment);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_net_peer");
}
