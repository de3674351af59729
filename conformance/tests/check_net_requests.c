/* What goes out to a target: fragments and raw bytes on the wire, paths and
 * origins in the request, and the tight instance. */
#include "net_world.h"
#include "spec.h"

/* --- A server that tells what it reads ------------------------------------ */

/* One masked frame in words: "1/1 abc; " is a final text frame. */
static size_t read_frame(int fd, char *into, size_t size)
{
    unsigned char frame[6 + 125];
    size_t got = 0;
    size_t length = 6;

    while (got < length) {
        ssize_t count = read(fd, frame + got, length - got);
        if (count <= 0)
            return 0;
        got += (size_t)count;
        if (got >= 2)
            length = 6 + (frame[1] & 0x7fu);
    }
    for (size_t i = 6; i < length; i++)
        frame[i] ^= frame[2 + (i - 6) % 4];
    return (size_t)snprintf(into, size, "%d/%d %.*s; ", frame[0] >> 7,
                            frame[0] & 0x0f, (int)(length - 6),
                            (char *)frame + 6);
}

/* Tells the first four frames in one, and ends. */
static void tell_frames(int listener, const void *ignored)
{
    char head[REQUEST_SIZE];
    char told[256] = { 0x01 ^ (char)0x80, 0 };
    size_t length = 2;
    int fd = accept(listener, NULL, NULL);

    (void)ignored;
    accept_handshake(fd, head);
    for (int i = 0; i < 4; i++)
        length += read_frame(fd, told + length, 120);
    told[1] = (char)(length - 2);
    write_all(fd, told, length);
    read_to_end(fd);
}

static void send_to(struct adapter *adapter, enum message_kind kind,
                    const char *text)
{
    ck_assert_int_eq(
        adapter->ops->send(adapter->self, 1, kind, 0, bytes_of_string(text)),
        FAULT_NONE);
}

static void send_raw(struct adapter *adapter, const void *at, size_t length)
{
    ck_assert_int_eq(
        adapter->ops->send_raw(adapter->self, 1, bytes_of(at, length)),
        FAULT_NONE);
}

static struct adapter *adapter_of(const struct server *server,
                                  struct manifest *manifest)
{
    static char url[64];

    snprintf(url, sizeof(url), "ws://127.0.0.1:%u/own", server->port);
    *manifest = target(url);
    return adapter_for(manifest);
}

/* Asked before the handshake is done: they are held back, in order. */
START_TEST(parts_and_raw_bytes_are_frames_in_order)
{
    struct server server = serve(tell_frames, NULL);
    struct manifest manifest;
    struct adapter *adapter = adapter_of(&server, &manifest);

    dial(adapter, 1, NULL);
    send_to(adapter, SEND_FIRST_PART, "ab");
    send_to(adapter, SEND_NEXT_PART, "c");
    send_to(adapter, SEND_LAST_PART, "");
    send_raw(adapter, "\x83\x81\0\0\0\0z", 7);
    struct event event = await_event(adapter, EVENT_TEXT);
    ck_assert_int_eq((int)event.data.length, 28);
    ck_assert_int_eq(memcmp(event.data.at, "0/1 ab; 0/0 c; 1/0 ; 1/3 z; ", 28),
                     0);
    adapter_free(adapter);
    stop(server);
}
END_TEST

START_TEST(raw_bytes_follow_the_handshake_at_once)
{
    struct server server = serve(tell_frames, NULL);
    struct manifest manifest;
    struct adapter *adapter = adapter_of(&server, &manifest);

    dial(adapter, 1, NULL);
    await_event(adapter, EVENT_ACCEPTED);
    for (int i = 0; i < 4; i++)
        send_raw(adapter, "\x81\x81\0\0\0\0y", 7);
    struct event event = await_event(adapter, EVENT_TEXT);
    ck_assert_int_eq(memcmp(event.data.at, "1/1 y; 1/1 y; 1/1 y; 1/1 y; ", 28),
                     0);
    adapter_free(adapter);
    stop(server);
}
END_TEST

START_TEST(bytes_to_nobody_are_lost)
{
    struct manifest manifest = target("ws://127.0.0.1:1/");
    struct adapter *adapter = adapter_for(&manifest);

    send_raw(adapter, "x", 1);
    send_to(adapter, SEND_FIRST_PART, "x");
    adapter_free(adapter);
}
END_TEST

/* --- The request ---------------------------------------------------------- */

/* Refuses each with its own request. */
static void echo_head(int listener, const void *ignored)
{
    char head[REQUEST_SIZE];
    char answer[128];

    (void)ignored;
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        read_head(fd, head);
        snprintf(answer, sizeof(answer),
                 "HTTP/1.1 403 No\r\nContent-Length: %zu\r\n\r\n",
                 strlen(head));
        write_all(fd, answer, strlen(answer));
        write_all(fd, head, strlen(head));
        close(fd);
    }
}

static const struct {
    const char *label;
    struct opening opening;
    const char *holds;
    const char *lacks;
} requests[] = {
    { "the URL's path", { .path = NULL }, "GET /own HTTP", "?" },
    { "a path", { .path = "/ws/pos/a%2Fb" }, "GET /ws/pos/a%2Fb HTTP", "own" },
    { "a path and more",
      { .path = "/a", .path_more = "/b" },
      "GET /a/b HTTP",
      "own" },
    { "more behind the URL's", { .path_more = "/b" }, "GET /own/b HTTP", "?" },
    { "a path and a query",
      { .path = "/a", .query = "t=1" },
      "GET /a?t=1 HTTP",
      "own" },
    { "the manifest's origin",
      { .path = NULL },
      "\r\nOrigin: https://ours\r\n",
      "?" },
    { "another origin", { .origin = "null" }, "\r\nOrigin: null\r\n", "ours" },
    { "an empty origin", { .origin = "" }, "\r\nOrigin: \r\n", "ours" },
    { "no origin", { .no_origin = true }, "GET /own HTTP", "Origin" },
};

START_TEST(request_is_as_the_opening_says)
{
    struct server server = serve(echo_head, NULL);
    struct manifest manifest;
    struct adapter *adapter;
    char url[64];

    snprintf(url, sizeof(url), "ws://127.0.0.1:%u/own", server.port);
    manifest = target(url);
    manifest.origin = "https://ours";
    adapter = adapter_for(&manifest);
    dial(adapter, 1, &requests[_i].opening);
    struct event event = { 0 };
    while (event.kind != EVENT_REJECTED)
        ck_assert_int_eq(adapter->ops->next_event(adapter->self, &event, 5000),
                         1);
    char *head = strndup((const char *)event.data.at, event.data.length);
    ck_assert_msg(strstr(head, requests[_i].holds) != NULL, "%s: %s",
                  requests[_i].label, head);
    ck_assert_msg(strstr(head, requests[_i].lacks) == NULL, "%s: %s",
                  requests[_i].label, head);
    free(head);
    adapter_free(adapter);
    stop(server);
}
END_TEST

START_TEST(tight_instance_is_another_endpoint)
{
    struct server server = serve(echo_head, NULL);
    struct opening tight = { .tight = true };
    struct manifest manifest = target("ws://127.0.0.1:1/");
    char url[64];

    snprintf(url, sizeof(url), "ws://127.0.0.1:%u/tight", server.port);
    struct adapter *adapter = adapter_for(&manifest);
    ck_assert_uint_eq(adapter->offers & TIGHT, 0);
    ck_assert_int_eq(adapter->ops->open(adapter->self, 1, &tight),
                     FAULT_ABSENT);
    adapter_free(adapter);
    manifest.tight_url = url;
    manifest.instances[0] = (struct instance){ "UTC", "ws://127.0.0.1:1/" };
    manifest.instance_count = 1;
    adapter = adapter_for(&manifest);
    ck_assert_uint_ne(adapter->offers & TIGHT, 0);
    dial(adapter, 1, &tight);
    char story[STORY_SIZE];
    tell_story(adapter, 1, story);
    check_story("tight", "rejected 403 GET /tight HTTP*", story);
    adapter_free(adapter);
    stop(server);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("net_requests");
    TCase *tcase = tcase_create("requests");

    tcase_set_timeout(tcase, 20);
    tcase_add_test(tcase, parts_and_raw_bytes_are_frames_in_order);
    tcase_add_test(tcase, raw_bytes_follow_the_handshake_at_once);
    tcase_add_test(tcase, bytes_to_nobody_are_lost);
    tcase_add_loop_test(tcase, request_is_as_the_opening_says, 0,
                        COUNT_OF(requests));
    tcase_add_test(tcase, tight_instance_is_another_endpoint);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_net_requests");
}
