/* The adapter's contract: what it offers, whom it dials, how we end a
 * connection, what a Close costs, and many sockets at once. */
#include "endless.h"
#include "net_world.h"
#include "spec.h"
#include <poll.h>

/* --- Offers --------------------------------------------------------------- */

/* What needs no hook: whether the target has it, the manifest claims. */
__extension__ enum {
    ALWAYS = ROOMS_MADE | EVICTION | HANDSHAKE_ROOM | PRESENCE | PUBLIC_KEY |
             MAX_LIFETIME | LIVE_EXPIRY | WHOAMI | SECOND_CARRIER |
             SUBPROTOCOL | FIRST_MESSAGE | PER_USER | ATTEMPTS | STRANGERS |
             ORIGINS | MESSAGE_SIZE | HANDSHAKE_SIZE | USER_RATE | ROOM_RATE |
             SESSION_TTL | HISTORY | REPLAY | ROOM_BINARIES | LOGOUT |
             ROOM_QUOTA | ROOM_RIGHTS | READERS | ROUTES |
             SUBPROTOCOL_REQUIRED | SOFT_SIZE | OF_MANIFEST
};

static const struct hook there = { .present = true };

static const struct {
    const char *label;
    struct manifest manifest;
    uint64_t want;
} offers[] = {
    { "far away", { .url = "ws://192.0.2.1/" }, ALWAYS },
    { "IPv4 loopback", { .url = "ws://127.1.2.3/" }, ALWAYS | SAME_CLOCK },
    { "IPv6 loopback", { .url = "ws://[::1]/" }, ALWAYS | SAME_CLOCK },
    { "a local socket",
      { .url = "ws+unix:///s",
        .tight_url = "ws+unix:///t",
        .proxy = "127.7.7.7" },
      (ALWAYS & ~(uint64_t)(ATTEMPTS | STRANGERS)) | SAME_CLOCK },
    { "tight limits, and a proxy",
      { .url = "ws://192.0.2.1/",
        .tight_url = "ws://192.0.2.2/",
        .proxy = "127.7.7.7" },
      ALWAYS | TIGHT | PROXY },
    { "a log", { .url = "ws://192.0.2.1/", .log_file = "/l" }, ALWAYS | LOG },
    { "a publisher",
      { .url = "ws://192.0.2.1/",
        .publish = (struct cJSON *)(uintptr_t)&there },
      ALWAYS | PUBLISHER },
    { "a listener without TLS",
      { .url = "wss://192.0.2.1/", .plain_url = "ws://192.0.2.1/" },
      ALWAYS | PLAIN_LISTENER },
    { "resources of its own",
      { .url = "ws://192.0.2.1/", .has_resources = true },
      ALWAYS | TENANTS },
    { "an issuer",
      { .url = "ws://192.0.2.1/", .issue_token_hook = { .present = true } },
      ALWAYS | ISSUER },
    { "another door",
      { .url = "ws://192.0.2.1/", .doors_offer = OTHER_DOOR },
      ALWAYS | OTHER_DOOR },
    { "one instance",
      { .url = "ws://192.0.2.1/",
        .instances = { { "UTC", "ws://192.0.2.2/" } },
        .instance_count = 1 },
      ALWAYS },
    { "two instances",
      { .url = "ws://192.0.2.1/",
        .instances = { { "UTC", "ws://192.0.2.2/" },
                       { "Asia/Tokyo", "ws://192.0.2.3/" } },
        .instance_count = 2 },
      ALWAYS | TIMEZONES },
};

START_TEST(offers_follow_from_the_manifest)
{
    struct adapter *adapter = adapter_for(&offers[_i].manifest);

    ck_assert_msg(adapter->offers == offers[_i].want, "%s: want %llx, got %llx",
                  offers[_i].label, (unsigned long long)offers[_i].want,
                  (unsigned long long)adapter->offers);
    ck_assert(!adapter->is_virtual);
    ck_assert_int_eq(adapter->ops->elapse(adapter->self, 1), FAULT_ABSENT);
    ck_assert_int_eq(adapter->ops->settle(adapter->self), FAULT_ABSENT);
    adapter_free(adapter);
}
END_TEST

START_TEST(hooks_are_offers)
{
    struct manifest manifest = target("ws://192.0.2.1/");

    manifest.publish_hook = there;
    manifest.inspect_hook = there;
    manifest.revoke_hook = there;
    manifest.break_decoder_hook = there;
    struct adapter *adapter = adapter_for(&manifest);
    ck_assert_uint_eq(adapter->offers,
                      ALWAYS | BROADCAST | INSPECT | REVOCATION);
    adapter_free(adapter);
    manifest.mend_decoder_hook = there;
    adapter = adapter_for(&manifest);
    ck_assert_uint_ne(adapter->offers & DECODER_FAULT, 0);
    adapter_free(adapter);
}
END_TEST

START_TEST(bad_endpoints_make_no_adapter)
{
    struct manifest manifest = target(NULL);

    ck_assert_ptr_null(adapter_net_new(&manifest));
    ck_assert_str_eq(fault_reason(), "test: $.endpoint.url is missing");
    manifest.url = "http://127.0.0.1/";
    ck_assert_ptr_null(adapter_net_new(&manifest));
    ck_assert_ptr_nonnull(strstr(fault_reason(), "expected ws://"));
    manifest.url = "ws://no-such-host.invalid/";
    ck_assert_ptr_null(adapter_net_new(&manifest));
    ck_assert_ptr_nonnull(strstr(fault_reason(), "no-such-host.invalid"));
    adapter_free(NULL);
}
END_TEST

/* --- Instances and sockets ------------------------------------------------ */

/* Refuses everybody with its own name. */
static void refuse(int listener, const void *name)
{
    char head[REQUEST_SIZE];
    char answer[128];

    for (;;) {
        int fd = accept(listener, NULL, NULL);
        read_head(fd, head);
        snprintf(answer, sizeof(answer),
                 "HTTP/1.1 403 No\r\nContent-Length: %zu\r\n\r\n%s",
                 strlen(name), (const char *)name);
        write_all(fd, answer, strlen(answer));
        close(fd);
    }
}

static enum fault try_open(struct adapter *adapter, unsigned socket,
                           struct opening opening)
{
    return adapter->ops->open(adapter->self, socket, &opening);
}

START_TEST(timezone_chooses_the_instance)
{
    struct server first = serve(refuse, "first");
    struct server tokyo = serve(refuse, "tokyo");
    char url[64];
    char tokyo_url[64];
    char story[STORY_SIZE];

    snprintf(url, sizeof(url), "ws://127.0.0.1:%u/", first.port);
    snprintf(tokyo_url, sizeof(tokyo_url), "ws://127.0.0.1:%u/", tokyo.port);
    struct manifest manifest = target(url);
    manifest.instances[0] = (struct instance){ "Asia/Tokyo", tokyo_url };
    manifest.instance_count = 1;
    struct adapter *adapter = adapter_for(&manifest);

    dial(adapter, 1, NULL);
    tell_story(adapter, 1, story);
    check_story("first", "rejected 403 first; *", story);
    dial(adapter, 2, &(struct opening){ .timezone = "Asia/Tokyo" });
    tell_story(adapter, 2, story);
    check_story("tokyo", "rejected 403 tokyo; *", story);
    ck_assert_int_eq(
        try_open(adapter, 3, (struct opening){ .timezone = "UTC" }),
        FAULT_ABSENT);
    ck_assert_int_eq(try_open(adapter, 3, (struct opening){ .node = 1 }),
                     FAULT_ABSENT);
    adapter_free(adapter);
    stop(first);
    stop(tokyo);
}
END_TEST

START_TEST(socket_numbers_have_bounds)
{
    struct server server = serve(refuse, "x");
    char url[64];
    snprintf(url, sizeof(url), "ws://127.0.0.1:%u/", server.port);
    struct manifest manifest = target(url);
    struct adapter *adapter = adapter_for(&manifest);
    struct opening opening = { .node = 0 };
    struct bytes none = bytes_of_string("x");

    ck_assert_int_eq(try_open(adapter, 0, opening), FAULT_LIMIT);
    ck_assert_int_eq(try_open(adapter, 65536, opening), FAULT_LIMIT);
    ck_assert_int_eq(try_open(adapter, 65535, opening), FAULT_NONE);
    ck_assert_int_eq(try_open(adapter, 65535, opening), FAULT_SYSTEM);
    /* What was never there is no fault either. */
    ck_assert_int_eq(adapter->ops->send(adapter->self, 9, SEND_TEXT, 0, none),
                     FAULT_NONE);
    adapter->ops->drop(adapter->self, 9, true);
    adapter->ops->answer_closes(adapter->self, 9, false);
    ck_assert_str_eq(adapter->ops->address(adapter->self, 9), "");
    adapter_free(adapter);
    stop(server);
}
END_TEST

START_TEST(many_sockets_share_the_loop)
{
    enum { MANY = 200 };
    struct server server = serve(refuse, "x");
    char url[64];
    snprintf(url, sizeof(url), "ws://127.0.0.1:%u/", server.port);
    struct manifest manifest = target(url);
    struct adapter *adapter = adapter_for(&manifest);
    struct event event = { 0 };
    unsigned rejected = 0;
    unsigned gone = 0;

    for (unsigned socket = 1; socket <= MANY; socket++)
        dial(adapter, socket, NULL);
    while (gone < MANY &&
           adapter->ops->next_event(adapter->self, &event, 5000) == 1) {
        rejected += event.kind == EVENT_REJECTED;
        gone += event.kind == EVENT_GONE;
    }
    ck_assert_uint_eq(rejected, MANY);
    ck_assert_uint_eq(gone, MANY);
    adapter_free(adapter);
    stop(server);
}
END_TEST

/* --- Ends of ours --------------------------------------------------------- */

/* Accepts, answers each read with a message and tells a pipe so; then how TCP
 * ended. */
static void watch(int listener, const void *with)
{
    const int *report = with;
    char head[REQUEST_SIZE];
    unsigned char frame[64];
    ssize_t count;
    int fd = accept(listener, NULL, NULL);

    accept_handshake(fd, head);
    while ((count = read(fd, frame, sizeof(frame))) > 0) {
        write_all(fd, "\x81\x01r", 3);
        write_all(*report, ".", 1);
    }
    /* A reset that follows the FIN would be an error by now. */
    struct pollfd reset_behind = { .fd = fd };
    bool in_order = count == 0 && poll(&reset_behind, 1, 100) == 0;
    write_all(*report, in_order ? "FIN" : "RST", 3);
}

static const struct {
    const char *label;
    bool reset;
    const char *want, *seen;
} drops[] = {
    { "reset", true, "gone ours (reset by us)", "RST" },
    { "in order", false, "gone ours (ended by us)", "FIN" },
};

START_TEST(drop_ends_tcp_as_asked)
{
    int report[2];
    char story[STORY_SIZE];
    char seen[64] = "";
    char url[64];
    must(pipe(report) == 0, "pipe");
    struct server server = serve(watch, &report[1]);
    close(report[1]);
    snprintf(url, sizeof(url), "ws://127.0.0.1:%u/", server.port);
    struct manifest manifest = target(url);
    struct adapter *adapter = adapter_for(&manifest);

    dial(adapter, 1, NULL);
    await_event(adapter, EVENT_ACCEPTED);
    adapter->ops->send(adapter->self, 1, SEND_TEXT, 0, bytes_of_string("x"));
    must(read(report[0], seen, 1) == 1, "an answer that nobody reads");
    adapter->ops->drop(adapter->self, 1, drops[_i].reset);
    adapter->ops->drop(adapter->self, 1, drops[_i].reset); /* no second end */
    tell_story(adapter, 1, story);
    check_story(drops[_i].label, drops[_i].want, story);
    ck_assert_int_gt(read(report[0], seen, sizeof(seen) - 1), 0);
    ck_assert_str_eq(seen, drops[_i].seen);
    ck_assert_str_eq(adapter->ops->address(adapter->self, 1), "");
    adapter_free(adapter);
    close(report[0]);
    stop(server);
}
END_TEST

/* --- Closes of theirs ----------------------------------------------------- */

/* Closes with 1008, waits for an answer for 300 ms of its own, and ends. */
static void close_and_wait(int listener, const void *ignored)
{
    char head[REQUEST_SIZE];
    struct timeval patience = { 0, 300000 };
    unsigned char frame[64];
    int fd = accept(listener, NULL, NULL);

    (void)ignored;
    accept_handshake(fd, head);
    write_all(fd, "\x88\x02\x03\xf0", 4);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    if (read(fd, frame, sizeof(frame)) > 0)
        reset(fd); /* answered */
    else
        close(fd); /* not answered */
}

START_TEST(close_is_answered_unless_told_otherwise)
{
    static const char *const want[] = {
        "accepted -; closed 1008 ; gone FIN (FIN)",
        "accepted -; closed 1008 ; gone RST (RST)",
    };
    struct server server = serve(close_and_wait, NULL);
    char story[STORY_SIZE];
    char url[64];
    snprintf(url, sizeof(url), "ws://127.0.0.1:%u/", server.port);
    struct manifest manifest = target(url);
    manifest.close_ms = 100; /* is not spent on a Close left unanswered */
    if (_i == 1)
        manifest.close_ms = 2000;
    struct adapter *adapter = adapter_for(&manifest);

    dial(adapter, 1, NULL);
    if (_i == 0)
        adapter->ops->answer_closes(adapter->self, 1, false);
    tell_story(adapter, 1, story);
    check_story("close", want[_i], story);
    adapter_free(adapter);
    stop(server);
}
END_TEST

/* --- Deadlines ------------------------------------------------------------ */

/* Time that nobody waits in is not held against the target: here a hook takes
 * longer than an answer may, and the answer is there all the same. */
START_TEST(deadlines_run_only_while_somebody_waits)
{
    static const char *const endless[] = { "sh", "-c", ENDLESS, NULL };
    struct server server = serve(refuse, "x");
    char story[STORY_SIZE];
    char url[64];
    snprintf(url, sizeof(url), "ws://127.0.0.1:%u/", server.port);
    struct manifest manifest = target(url);
    hold_endless();
    manifest.answer_ms = 200;
    manifest.publish_hook =
        (struct hook){ .command = endless, .present = true };
    struct adapter *adapter = adapter_for(&manifest);

    dial(adapter, 1, NULL);
    ck_assert_int_eq(adapter->ops->publish(adapter->self, "x", NULL),
                     FAULT_HOOK);
    tell_story(adapter, 1, story);
    check_story("late look", "rejected 403 x; *", story);
    adapter_free(adapter);
    stop(server);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("net_adapter");
    TCase *tcase = tcase_create("adapter");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, offers_follow_from_the_manifest, 0,
                        COUNT_OF(offers));
    tcase_add_test(tcase, hooks_are_offers);
    tcase_add_test(tcase, bad_endpoints_make_no_adapter);
    tcase_add_test(tcase, timezone_chooses_the_instance);
    tcase_add_test(tcase, socket_numbers_have_bounds);
    tcase_add_test(tcase, many_sockets_share_the_loop);
    tcase_add_loop_test(tcase, drop_ends_tcp_as_asked, 0, COUNT_OF(drops));
    tcase_add_loop_test(tcase, close_is_answered_unless_told_otherwise, 0, 2);
    tcase_add_test(tcase, deadlines_run_only_while_somebody_waits);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_net_adapter");
}
