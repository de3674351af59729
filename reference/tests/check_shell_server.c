/* The server as its clients see it: exact bytes, orderly ends, no stranger who
 * can hold it up. */
#include "shell_world.h"

static const char missing[] = "\x88\x19\x03\xf0"
                              "Authentication required";

static struct world world;

static void set_up(void)
{
    struct options options = world_prepare(&world);

    options.unix_path = world.socket;
    options.close_ms = 200;
    world_start(&world, &options);
}

static void set_up_impatient(void)
{
    struct options options = world_prepare(&world);

    options.handshake_ms = 100;
    world_start(&world, &options);
}

static void tear_down(void)
{
    ck_assert_int_eq(world_stop(&world), 0);
}

START_TEST(a_refusal_byte_for_byte)
{
    static const char want[] =
        "HTTP/1.1 101 Switching Protocols\r\n"
        "Upgrade: websocket\r\n"
        "Connection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    struct client client = dial(world.port);
    char heard[1024];

    ask(client, "/ws");
    hear_exactly(client, heard, sizeof(want) - 1 + sizeof(missing) - 1);
    ck_assert_mem_eq(heard, want, sizeof(want) - 1);
    ck_assert_mem_eq(heard + sizeof(want) - 1, missing, sizeof(missing) - 1);
    say_frame(client, 0x88, "\x03\xf0", 2);
    ck_assert_uint_eq(hear(client, heard, sizeof(heard)), 0);
    hang_up(client);
}
END_TEST

/* Nobody answers the Close: the server ends TCP by itself, in time. */
START_TEST(a_refused_peer_that_never_answers)
{
    struct client client = dial(world.port);
    int64_t start_ms = clock_steady_ms();
    char heard[1024];

    ask(client, "/ws?token=nonsense");
    hear_all(client, heard, sizeof(heard));
    int64_t took_ms = clock_steady_ms() - start_ms;
    ck_assert_int_ge(took_ms, 150);
    ck_assert_int_lt(took_ms, 3000);
    hang_up(client);
}
END_TEST

/* Bytes that the server never reads would make its kernel send an RST, which
 * eats what the client has not read yet. Thirty times, as it is a race. */
START_TEST(a_close_frame_survives_what_was_pipelined)
{
    static char flood[80 * 1024];
    char head[1024];
    char payload[HEARD_SIZE];
    size_t length;

    memset(flood, 0xff, sizeof(flood));
    for (int i = 0; i < 30; i++) {
        struct client client = dial(world.port);
        ask(client, "/ws");
        say(client, flood, sizeof(flood));
        hear_head(client, head, sizeof(head));
        ck_assert_uint_eq(hear_frame(client, payload, &length), 0x88);
        ck_assert_mem_eq(payload, missing + 2, length);
        ck_assert_uint_eq(hear(client, payload, sizeof(payload)), 0);
        hang_up(client);
    }
}
END_TEST

START_TEST(a_member_receives_what_is_published)
{
    struct client client = dial(world.port);
    char payload[HEARD_SIZE];
    size_t length;

    enter(client);
    ck_assert_int_eq(
        call(&world, "POST", "/publish", "{\"text\":\"up\"}", payload), 204);
    ck_assert_uint_eq(hear_frame(client, payload, &length), 0x81);
    ck_assert_str_eq(payload, "{\"type\":\"signal\",\"text\":\"up\"}");
    say_frame(client, 0x89, "ping", 4);
    ck_assert_uint_eq(hear_frame(client, payload, &length), 0x8a);
    ck_assert_str_eq(payload, "ping");
    say_frame(client, 0x88, "\x03\xe8", 2);
    ck_assert_uint_eq(hear_frame(client, payload, &length), 0x88);
    ck_assert_mem_eq(payload, "\x03\xe8", 2);
    ck_assert_uint_eq(hear(client, payload, sizeof(payload)), 0);
    hang_up(client);
}
END_TEST

START_TEST(a_broken_frame_is_answered_and_leaves_the_pool)
{
    struct client client = dial(world.port);
    char payload[HEARD_SIZE];
    size_t length;

    enter(client);
    say(client, "\x81\x01x", 3); /* unmasked */
    ck_assert_uint_eq(hear_frame(client, payload, &length), 0x88);
    ck_assert_mem_eq(payload, "\x03\xea", 2);
    ck_assert(inspect_comes_to(&world, "\"pool\":[]"));
    ck_assert_uint_eq(hear(client, payload, sizeof(payload)), 0);
    hang_up(client);
}
END_TEST

START_TEST(whatever_the_end_the_pool_is_left)
{
    struct client orderly = dial(world.port);
    struct client abrupt = dial(world.port);

    enter(orderly);
    enter(abrupt);
    ck_assert(inspect_comes_to(&world, "\"members\":2"));
    hang_up(orderly);
    ck_assert(inspect_comes_to(&world, "\"members\":1"));
    reset(abrupt);
    ck_assert(inspect_comes_to(&world, "\"pool\":[]"));
}
END_TEST

/* One that does not read is dropped; one that does is not disturbed. */
START_TEST(a_slow_consumer_is_dropped)
{
    static char body[60 * 1024];
    struct client slow = dial(world.port);
    struct client quick = dial(world.port);
    struct client control = dial(world.control_port);
    char payload[HEARD_SIZE];
    size_t length;

    enter(slow);
    enter(quick);
    memset(body, 'x', sizeof(body));
    memcpy(body, "{\"text\":\"", 9);
    memcpy(body + sizeof(body) - 3, "\"}", 3);
    for (int i = 0; i < 200; i++) {
        ck_assert_int_eq(call_on(control, "POST", "/publish", body, payload),
                         204);
        ck_assert_uint_eq(hear_frame(quick, payload, &length), 0x81);
    }
    ck_assert(inspect_comes_to(&world, "\"members\":1"));
    hang_up(control);
    hang_up(quick);
    hang_up(slow);
}
END_TEST

START_TEST(a_slow_handshake_is_ended)
{
    struct client client = dial(world.port);
    char heard[1024];

    say(client, "GET /ws HT", 10);
    size_t length = hear_all(client, heard, sizeof(heard) - 1);
    heard[length] = '\0';
    ck_assert_str_eq(heard, "HTTP/1.1 408 Request Timeout\r\n"
                            "Connection: close\r\nContent-Length: 0\r\n\r\n");
    hang_up(client);
}
END_TEST

/* A byte now and then buys no time. */
START_TEST(dripping_prolongs_no_handshake)
{
    struct client client = dial(world.port);
    struct pollfd answer = { .fd = client.fd, .events = POLLIN };
    int64_t start_ms = clock_steady_ms();
    char head[1024];

    say(client, "GET /", 5);
    while (poll(&answer, 1, 10) == 0 &&
           clock_steady_ms() < start_ms + WORLD_WAIT_MS)
        say(client, "a", 1);
    ck_assert_int_lt(clock_steady_ms() - start_ms, 3000);
    hear_head(client, head, sizeof(head));
    ck_assert_mem_eq(head, "HTTP/1.1 408 ", 13);
    hang_up(client);
}
END_TEST

START_TEST(another_path_is_not_found)
{
    struct client client = dial(world.port);
    char heard[1024];

    ask(client, "/elsewhere");
    hear_all(client, heard, sizeof(heard));
    ck_assert_mem_eq(heard, "HTTP/1.1 404 Not Found\r\n", 24);
    hang_up(client);
}
END_TEST

START_TEST(a_unix_socket_names_its_peers)
{
    struct sockaddr_un mine = { .sun_family = AF_UNIX };
    struct sockaddr_un theirs = { .sun_family = AF_UNIX };
    struct client client = { .fd = socket(AF_UNIX, SOCK_STREAM, 0) };
    char want[128];

    int named = snprintf(mine.sun_path + 1, 100, "checks-%d", (int)getpid());
    snprintf(theirs.sun_path, sizeof(theirs.sun_path), "%s", world.socket);
    snprintf(want, sizeof(want), "\"peer\":\"unix:@%s\"", mine.sun_path + 1);
    ck_assert_int_eq(bind(client.fd, (const struct sockaddr *)&mine,
                          (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
                                      1 + (size_t)named)),
                     0);
    ck_assert_int_eq(
        connect(client.fd, (const struct sockaddr *)&theirs, sizeof(theirs)),
        0);
    enter(client);
    ck_assert(inspect_comes_to(&world, want));
    hang_up(client);
    ck_assert(inspect_comes_to(&world, "\"pool\":[]"));
}
END_TEST

START_TEST(keys_are_read_again_when_they_change)
{
    char away[sizeof(world.keys) + 8];
    char target[1100] = "/ws?token=";
    char head[1024];
    char payload[HEARD_SIZE];
    size_t length;
    struct client client = dial(world.port);

    snprintf(away, sizeof(away), "%s.off", world.keys);
    ck_assert_int_eq(rename(world.keys, away), 0);
    mint(60, target + strlen(target));
    ask(client, target);
    hear_head(client, head, sizeof(head));
    ck_assert_uint_eq(hear_frame(client, payload, &length), 0x88);
    ck_assert_str_eq(payload + 2, "Invalid or expired token");
    hang_up(client);
    ck_assert_int_eq(rename(away, world.keys), 0);
    client = dial(world.port);
    enter(client);
    ck_assert(inspect_comes_to(&world, "\"members\":1"));
    hang_up(client);
}
END_TEST

/* Everybody is told 1001, one who never answers as well; then it exits 0. */
START_TEST(sigterm_tells_everybody)
{
    struct client polite = dial(world.port);
    struct client silent = dial(world.port);
    char payload[HEARD_SIZE];
    size_t length;

    enter(polite);
    enter(silent);
    kill(world.pid, SIGTERM);
    ck_assert_uint_eq(hear_frame(polite, payload, &length), 0x88);
    ck_assert_mem_eq(payload, "\x03\xe9", 2);
    say_frame(polite, 0x88, "\x03\xe9", 2);
    ck_assert_uint_eq(hear(polite, payload, sizeof(payload)), 0);
    ck_assert_uint_eq(hear_frame(silent, payload, &length), 0x88);
    ck_assert_mem_eq(payload, "\x03\xe9", 2);
    hang_up(polite);
    hang_up(silent);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("shell: server");
    TCase *tcase = tcase_create("clients");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_refusal_byte_for_byte);
    tcase_add_test(tcase, a_refused_peer_that_never_answers);
    tcase_add_test(tcase, a_close_frame_survives_what_was_pipelined);
    tcase_add_test(tcase, a_member_receives_what_is_published);
    tcase_add_test(tcase, a_broken_frame_is_answered_and_leaves_the_pool);
    tcase_add_test(tcase, whatever_the_end_the_pool_is_left);
    tcase_add_test(tcase, a_slow_consumer_is_dropped);
    tcase_add_test(tcase, another_path_is_not_found);
    tcase_add_test(tcase, a_unix_socket_names_its_peers);
    tcase_add_test(tcase, keys_are_read_again_when_they_change);
    tcase_add_test(tcase, sigterm_tells_everybody);
    suite_add_tcase(suite, tcase);

    tcase = tcase_create("impatience");
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, set_up_impatient, tear_down);
    tcase_add_test(tcase, a_slow_handshake_is_ended);
    tcase_add_test(tcase, dripping_prolongs_no_handshake);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_shell_server");
}
