/* The adapter against servers that lie, stall, flood and vanish: each is told
 * in one line, within its deadline, and nothing leaks. */
#include "net_world.h"
#include <netinet/in.h>
#include <poll.h>
#include <sys/un.h>

enum part {
    SWITCHES = 1, /* answers 101 before anything else */
    RESETS = 2,   /* ends TCP with RST */
    STAYS = 4,    /* never ends TCP */
    FLOODS = 8,   /* the text, again and again */
    DEAF = 16,    /* does not even read the request */
    LISTENS = 32, /* reads what comes before it ends TCP */
};

struct lie {
    const char *label;
    int parts;
    const char *text; /* sent behind */
    size_t length;
    const char *want;
};

#define BYTES(literal) literal, sizeof(literal) - 1

static void flood(int fd, const struct lie *lie)
{
    static unsigned char mass[256 * 1024];
    size_t length = 0;

    for (; length + lie->length <= sizeof(mass); length += lie->length)
        memcpy(mass + length, lie->text, lie->length);
    while (write(fd, mass, length) > 0)
        continue;
}

static void tell_lie(int listener, const void *with)
{
    const struct lie *lie = with;
    char head[REQUEST_SIZE];
    int fd = accept(listener, NULL, NULL);

    if ((lie->parts & SWITCHES) != 0)
        accept_handshake(fd, head);
    else if ((lie->parts & DEAF) == 0)
        read_head(fd, head);
    if ((lie->parts & FLOODS) != 0)
        flood(fd, lie);
    write_all(fd, lie->text, lie->length);
    if ((lie->parts & LISTENS) != 0) {
        char answer[256];
        (void)!read(fd, answer, sizeof(answer));
    }
    if ((lie->parts & STAYS) != 0)
        pause();
    if ((lie->parts & RESETS) != 0)
        reset(fd);
    else
        close(fd);
}

static const struct lie lies[] = {
    { "says nothing", DEAF | STAYS, BYTES(""),
      "violation no answer to the handshake within 400 ms; gone ours (ended "
      "for its violation)" },
    { "says half an answer", STAYS, BYTES("HTTP/1.1 101 Swi"),
      "violation no answer to the handshake within 400 ms; gone ours (*)" },
    { "hangs up at once", 0, BYTES(""), "gone FIN (FIN)" },
    { "hangs up in its answer", 0, BYTES("HTTP/1.1 1"),
      "violation ended its answer to the handshake after 10 bytes, before the "
      "head was whole (RFC 6455 4.1); gone FIN (FIN)" },
    { "resets before its answer", RESETS, BYTES(""), "gone RST (RST)" },
    { "resets in its answer", RESETS, BYTES("HTTP/1.1 1"), "gone RST (RST)" },
    { "HTTP 200", 0, BYTES("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
      "rejected 200 hello; gone ours (*)" },
    { "HTTP 401 and an end", 0,
      BYTES("HTTP/1.1 401 No\r\nConnection: close\r\n\r\nnope"),
      "rejected 401 nope; gone FIN (FIN)" },
    { "HTTP 401 and no end", STAYS,
      BYTES("HTTP/1.1 401 No\r\nConnection: close\r\n\r\nnope"),
      "rejected 401 nope; gone ours (TCP was still open 300 ms after the "
      "Close)" },
    { "HTTP 403 with an endless body", FLOODS, BYTES("HTTP/1.1 403 No\r\n\r\n"),
      "rejected 403 *; gone ours (*)" },
    { "garbage", 0, BYTES("\x00\xff\x13garbage"),
      "violation answered with something other than HTTP (RFC 6455 4.1); gone "
      "ours (*)" },
    { "endless headers", FLOODS, BYTES("HTTP/1.1 101 X: y"),
      "violation answered with a head of more than 65536 bytes; gone ours "
      "(*)" },
    { "wrong accept", 0,
      BYTES("HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: "
            "Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n"),
      "violation answered 101 with a Sec-WebSocket-Accept that does not fit "
      "the key (RFC 6455 4.1); gone ours (*)" },
    { "closes and ends", SWITCHES | LISTENS,
      BYTES("\x81\x02hi\x88\x04\x03\xf0no"),
      "accepted -; text hi; closed 1008 no; gone FIN (FIN)" },
    { "closes and never ends", SWITCHES | STAYS, BYTES("\x88\x04\x03\xf0no"),
      "accepted -; closed 1008 no; gone ours (TCP was still open 300 ms after "
      "the Close)" },
    { "closes and resets", SWITCHES | RESETS | LISTENS, BYTES("\x88\x00"),
      "accepted -; closed 1005 ; gone RST (RST)" },
    { "ends without a Close", SWITCHES, BYTES("\x81\x02hi"),
      "accepted -; text hi; gone FIN (FIN)" },
    { "masks", SWITCHES | STAYS, BYTES("\x81\x80\x00\x00\x00\x00"),
      "accepted -; violation masked a frame (RFC 6455 5.1); gone ours (*)" },
    { "talks behind its Close", SWITCHES | STAYS,
      BYTES("\x88\x02\x03\xe8\x81\x01x"),
      "accepted -; closed 1000 ; violation sent a data frame after its Close "
      "frame (RFC 6455 5.5.1); gone ours (*)" },
    { "says more than is read", SWITCHES | STAYS,
      BYTES("\x82\x7f\x00\x00\x00\x00\x01\x00\x00\x01"),
      "accepted -; gone unread (sent a message of more than 16777216 bytes, "
      "which is the most that is read here)" },
    { "resets in a frame", SWITCHES | RESETS, BYTES("\x81\x05he"),
      "accepted -; gone RST (RST)" },
};

static void check_lie(const struct lie *lie)
{
    char story[STORY_SIZE];
    char url[64];
    int before = open_files();
    struct server server = serve(tell_lie, lie);
    snprintf(url, sizeof(url), "ws://127.0.0.1:%u/ws", server.port);
    struct manifest manifest = target(url);
    manifest.answer_ms = 400;
    manifest.close_ms = 300;
    struct adapter *adapter = adapter_for(&manifest);

    dial(adapter, 1, NULL);
    tell_story(adapter, 1, story);
    adapter_free(adapter);
    stop(server);
    check_story(lie->label, lie->want, story);
    ck_assert_int_eq(open_files(), before);
}

START_TEST(lie_is_told_in_one_line)
{
    check_lie(&lies[_i]);
}
END_TEST

/* --- Floods --------------------------------------------------------------- */

static const struct lie floods[] = {
    { "empty messages", SWITCHES | FLOODS, BYTES("\x81\x00"), "" },
    { "small messages", SWITCHES | FLOODS, BYTES("\x81\x05hello"), "" },
};

/* Whoever takes events more slowly than they come sees a flood in the end, and
 * the memory that it costs until then is bounded. */
START_TEST(flood_is_cut_off)
{
    char url[64];
    struct server server = serve(tell_lie, &floods[_i]);
    snprintf(url, sizeof(url), "ws://127.0.0.1:%u/ws", server.port);
    struct manifest manifest = target(url);
    struct adapter *adapter = adapter_for(&manifest);
    struct event event = { 0 };
    bool flooded = false;

    dial(adapter, 1, NULL);
    for (unsigned taken = 0; taken < 10000000 && event.kind != EVENT_GONE;
         taken++) {
        if (adapter->ops->next_event(adapter->self, &event, 5000) != 1)
            break;
        flooded |= event.kind == EVENT_VIOLATION && event.data.length > 8 &&
                   memcmp(event.data.at, "floods: ", 8) == 0;
    }
    ck_assert_int_eq(event.kind, EVENT_GONE);
    ck_assert_int_eq(event.ending, ENDING_OURS);
    ck_assert(flooded);
    adapter_free(adapter);
    stop(server);
}
END_TEST

/* Pings are no events, so nothing overflows: but whoever takes what there is
 * comes to an end all the same, and so does whoever waits. */
START_TEST(endless_pings_block_nobody)
{
    static const struct lie pings = { "pings", SWITCHES | FLOODS,
                                      BYTES("\x89\x01x"), "" };
    char url[64];
    struct server server = serve(tell_lie, &pings);
    snprintf(url, sizeof(url), "ws://127.0.0.1:%u/ws", server.port);
    struct manifest manifest = target(url);
    struct adapter *adapter = adapter_for(&manifest);
    struct event event = { 0 };

    dial(adapter, 1, NULL);
    await_event(adapter, EVENT_ACCEPTED);
    int64_t start = clock_monotonic_ms();
    ck_assert_int_eq(adapter->ops->next_event(adapter->self, &event, 200), 0);
    ck_assert_int_ge(clock_monotonic_ms() - start, 199);
    ck_assert_int_lt(clock_monotonic_ms() - start, 2000);
    adapter_free(adapter);
    stop(server);
}
END_TEST

/* Nor does whoever takes what there is, without waiting, take for ever. */
START_TEST(taking_what_is_there_ends)
{
    static char kilobyte[4 + 1024] = "\x82\x7e\x04\x00";
    static const struct lie lie = { "kilobytes", SWITCHES | FLOODS, kilobyte,
                                    sizeof(kilobyte), "" };
    char url[64];
    struct server server = serve(tell_lie, &lie);
    snprintf(url, sizeof(url), "ws://127.0.0.1:%u/ws", server.port);
    struct manifest manifest = target(url);
    struct adapter *adapter = adapter_for(&manifest);
    struct event event = { 0 };

    dial(adapter, 1, NULL);
    await_event(adapter, EVENT_BINARY);
    int64_t start = clock_monotonic_ms();
    while (adapter->ops->next_event(adapter->self, &event, 0) == 1)
        ck_assert_int_lt(clock_monotonic_ms() - start, 5000);
    adapter_free(adapter);
    stop(server);
}
END_TEST

/* --- Nobody there --------------------------------------------------------- */

START_TEST(closed_port_is_unreached)
{
    char story[STORY_SIZE];
    char url[64];
    unsigned port;
    int before = open_files();

    close(listen_at("127.0.0.1", &port));
    snprintf(url, sizeof(url), "ws://127.0.0.1:%u/ws", port);
    struct manifest manifest = target(url);
    struct adapter *adapter = adapter_for(&manifest);
    dial(adapter, 1, NULL);
    tell_story(adapter, 1, story);
    check_story("closed port",
                "gone unreached (127.0.0.1:*: Connection refused)", story);
    adapter_free(adapter);
    ck_assert_int_eq(open_files(), before);
}
END_TEST

START_TEST(missing_unix_socket_is_unreached)
{
    char story[STORY_SIZE];
    struct manifest manifest = target("ws+unix:///nowhere/a.sock:/ws");
    struct adapter *adapter = adapter_for(&manifest);

    dial(adapter, 1, NULL);
    tell_story(adapter, 1, story);
    check_story("no socket",
                "gone unreached (unix:/nowhere/a.sock: No such file or "
                "directory)",
                story);
    adapter_free(adapter);
}
END_TEST

/* A full backlog answers EAGAIN, and poll never tells when there is room. */
START_TEST(full_unix_backlog_is_waited_for)
{
    char path[64];
    char url[128];
    char story[STORY_SIZE];
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    struct opening opening = { .query = NULL };

    snprintf(path, sizeof(path), "/tmp/check-net-%ld.sock", (long)getpid());
    snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
    unlink(path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(bind(listener, (struct sockaddr *)&at, sizeof(at)) == 0, "bind");
    must(listen(listener, 0) == 0, "listen");
    snprintf(url, sizeof(url), "ws+unix://%s:/ws", path);
    struct manifest manifest = target(url);
    manifest.answer_ms = 300;
    struct adapter *adapter = adapter_for(&manifest);
    for (unsigned socket = 1; socket <= 3; socket++)
        dial(adapter, socket, &opening);
    tell_story(adapter, 3, story);
    check_story("full backlog", "gone unreached (no connection within 300 ms)",
                story);
    adapter_free(adapter);
    close(listener);
    unlink(path);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("net_hostile");
    TCase *tcase = tcase_create("servers");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, lie_is_told_in_one_line, 0, COUNT_OF(lies));
    tcase_add_loop_test(tcase, flood_is_cut_off, 0, COUNT_OF(floods));
    tcase_add_test(tcase, endless_pings_block_nobody);
    tcase_add_test(tcase, taking_what_is_there_ends);
    tcase_add_test(tcase, closed_port_is_unreached);
    tcase_add_test(tcase, missing_unix_socket_is_unreached);
    tcase_add_test(tcase, full_unix_backlog_is_waited_for);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_net_hostile");
}
