/* A crowd of those who prove nothing: what it costs, that others are served
 * beside it, and that a server without descriptors neither spins nor dies. */
#include "tests/pos_wire.h"

enum {
    CROWD_MAX = 10 * 1000,
    BATCH = 1000,
    CROWD_ADDRESSES = 50, /* 200 each: below the ceiling of an address */
    DESCRIPTORS_LEFT = 200,
    KIB_OF_ONE = 8, /* measured: 2 for a stranger, 4 for a handshake */
    FEW_DESCRIPTORS = 256,
    IDLE_MS = 300, /* in which a server that spins burns as much */
};

/* From here on; 127.0.0.1 is whom we wish to be served. */
static const uint32_t crowd_host = 0x7f010001;

static struct world world;
static struct client crowd[CROWD_MAX];
static size_t crowd_size;
/* A sanitizer keeps what is freed, and puts zones around what is not. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static const long memory_factor = 8;
#else
static const long memory_factor = 1;
#endif

/* --- a world, and a crowd in it ------------------------------------------- */

static struct options prepare(void)
{
    struct options options = world_prepare(&world);

    options.served = SERVES_POS;
    options.auth_ms = 60 * 1000;
    options.attempts = 0;
    /* The server keeps some of its own, for those whom it turns back. */
    crowd_size = (raise_our_limit() - DESCRIPTORS_LEFT) / 4 * 3;
    if (crowd_size > CROWD_MAX)
        crowd_size = CROWD_MAX;
    return options;
}

static void start(const struct options *options)
{
    world_start(&world, options);
    pos_fill(&world);
}

static void tear_down(void)
{
    ck_assert_int_eq(world_stop(&world), 0);
}

static uint32_t host_of_one(size_t i)
{
    return crowd_host + (uint32_t)(i % CROWD_ADDRESSES);
}

/* No more at a time than the kernel lets wait. */
static void gather(void (*greet)(size_t i), void (*hear_answer)(size_t i))
{
    for (size_t first = 0; first < crowd_size; first += BATCH) {
        size_t end = first + BATCH < crowd_size ? first + BATCH : crowd_size;
        for (size_t i = first; i < end; i++) {
            crowd[i] = come_from(host_of_one(i), world.port);
            greet(i);
        }
        for (size_t i = first; i < end; i++)
            hear_answer(i);
    }
}

static void ask_to_enter(size_t i)
{
    ask(crowd[i], "/ws/pos/" BISTRO);
}

static void hear_upgrade(size_t i)
{
    static const char want[] =
        "HTTP/1.1 101 Switching Protocols\r\n"
        "Upgrade: websocket\r\n"
        "Connection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    char heard[sizeof(want)];

    hear_exactly(crowd[i], heard, sizeof(want) - 1);
    ck_assert_mem_eq(heard, want, sizeof(want) - 1);
}

/* Every second one begins a request, and goes no further. */
static void say_little(size_t i)
{
    if (i % 2 == 0)
        say(crowd[i], "GET /ws/po", 10);
}

static void hear_nothing(size_t i)
{
    (void)i;
}

static void disperse(void)
{
    for (size_t i = 0; i < crowd_size; i++)
        hang_up(crowd[i]);
}

static void expect_members(const char *members, size_t strangers)
{
    char want[96];

    snprintf(want, sizeof(want), "\"strangers\":%zu,\"members\":%s", strangers,
             members);
    ck_assert_msg(inspect_comes_to(&world, want), "not %s", want);
}

static void expect_alice_is_served(size_t strangers)
{
    struct client alice = dial(world.port);
    char payload[HEARD_SIZE];
    size_t length;

    pos_enter(alice);
    expect_members("1", strangers);
    ck_assert_int_eq(call(&world, "POST", "/publish",
                          "{\"text\":\"hot\",\"restaurant\":\"" BISTRO "\"}",
                          payload),
                     204);
    ck_assert_uint_eq(hear_frame(alice, payload, &length), 0x81);
    ck_assert_str_eq(payload, "{\"type\":\"event\",\"text\":\"hot\"}");
    hang_up(alice);
    expect_members("0", strangers);
}

static void expect_memory(long before_kib)
{
    long kib = status_of(world.pid, "VmRSS:") - before_kib;
    long most = (long)crowd_size * KIB_OF_ONE * memory_factor;

    ck_assert_msg(kib <= most, "%zu connections cost %ld KiB", crowd_size, kib);
}

/* --- the checks ----------------------------------------------------------- */

/* What the first crowd has cost serves for a second one. */
START_TEST(strangers_by_the_thousand)
{
    struct options options = prepare();

    start(&options);
    long before_kib = status_of(world.pid, "VmRSS:");
    for (int round = 0; round < 2; round++) {
        gather(ask_to_enter, hear_upgrade);
        expect_memory(before_kib);
        expect_alice_is_served(crowd_size);
        disperse();
        expect_members("0", 0);
        crowd_size /= 5;
        before_kib = status_of(world.pid, "VmRSS:");
    }
    tear_down();
}
END_TEST

START_TEST(unfinished_handshakes_by_the_thousand)
{
    struct options options = prepare();

    start(&options);
    long before_kib = status_of(world.pid, "VmRSS:");
    gather(say_little, hear_nothing);
    expect_alice_is_served(0);
    expect_memory(before_kib);
    disperse();
    expect_alice_is_served(0);
    tear_down();
}
END_TEST

static bool is_served(uint32_t host)
{
    struct client client = come_from(host, world.port);
    char heard[16];
    bool served;

    send(client.fd, "?", 1, MSG_NOSIGNAL); /* to be answered 400 */
    ck_assert(wait_readable(client.fd));
    served = recv(client.fd, heard, sizeof(heard), 0) > 0;
    hang_up(client);
    return served;
}

static bool comes_to_be_served(uint32_t host)
{
    int64_t end_ms = clock_steady_ms() + WORLD_WAIT_MS;
    bool served = false;

    while (!served && clock_steady_ms() < end_ms)
        served = is_served(host);
    return served;
}

START_TEST(handshakes_of_an_address_are_counted)
{
    struct options options = prepare();

    options.strangers = CROWD_ADDRESSES;
    crowd_size = CROWD_ADDRESSES * 3;
    start(&options);
    for (size_t i = 0; i < crowd_size; i++)
        crowd[i] =
            come_from(crowd_host + (uint32_t)(i / CROWD_ADDRESSES), world.port);
    for (uint32_t i = 0; i < 3; i++)
        ck_assert(!is_served(crowd_host + i));
    expect_alice_is_served(0);
    hang_up(crowd[0]);
    ck_assert(comes_to_be_served(crowd_host));
    ck_assert(!is_served(crowd_host + 1));
    for (size_t i = 1; i < crowd_size; i++)
        hang_up(crowd[i]);
    ck_assert(comes_to_be_served(crowd_host + 1));
    tear_down();
}
END_TEST

/* Of a proxy that is believed all clients are, and none of a proxy. */
START_TEST(handshakes_of_a_trusted_proxy_are_not)
{
    struct options options = prepare();

    options.strangers = 2;
    options.trusted_proxy = "127.1.0.1";
    crowd_size = 5;
    start(&options);
    for (size_t i = 0; i < crowd_size; i++)
        crowd[i] = come_from(crowd_host, world.port);
    ck_assert(is_served(crowd_host));
    disperse();
    tear_down();
}
END_TEST

/* --- without descriptors -------------------------------------------------- */

/* While one waits in vain: how much of a processor that costs. */
static void expect_idleness(struct client client)
{
    struct pollfd answer = { .fd = client.fd, .events = POLLIN };
    int64_t before_ms = cpu_ms(world.pid);

    ck_assert_int_eq(poll(&answer, 1, IDLE_MS), 0);
    ck_assert_int_lt(cpu_ms(world.pid) - before_ms, IDLE_MS / 3);
}

static size_t lines_of_log(const char *text)
{
    FILE *file = fopen(world.log, "re");
    char line[LOG_LINE_MAX];
    size_t count = 0;

    ck_assert_ptr_nonnull(file);
    while (fgets(line, sizeof(line), file) != NULL)
        count += strstr(line, text) != NULL;
    fclose(file);
    return count;
}

/* 101, or cut off: whatever it is, it comes at once. */
static void hear_any(size_t i)
{
    char heard[1024];

    ck_assert(wait_readable(crowd[i].fd));
    (void)!recv(crowd[i].fd, heard, sizeof(heard), 0);
}

/* More than it has descriptors: the directory, the audit and the operators
 * have theirs, and there is room again once the crowd is gone. */
START_TEST(a_full_house_serves_its_operators)
{
    struct options options = prepare();
    char database[160];
    char audit[160];

    snprintf(database, sizeof(database), "%s/directory", world.folder);
    snprintf(audit, sizeof(audit), "%s/audit", world.folder);
    world.descriptors = FEW_DESCRIPTORS;
    options.database = database;
    options.audit = audit;
    crowd_size = FEW_DESCRIPTORS / 4 * 5;
    start(&options);
    ck_assert_uint_eq(lines_of_log("connections: at most "), 1);
    gather(ask_to_enter, hear_any);
    pos_fill(&world);
    int64_t before_ms = cpu_ms(world.pid);
    ck_assert(inspect_comes_to(&world, "\"cause\":\"full\""));
    ck_assert_int_lt(cpu_ms(world.pid) - before_ms, 1000);
    ck_assert_uint_eq(lines_of_log("cannot accept"), 0);
    ck_assert_uint_eq(lines_of_log("monitor"), 0);
    disperse();
    expect_members("0", 0);
    expect_alice_is_served(0);
    unlink(database);
    unlink(audit);
    tear_down();
}
END_TEST

/* They give way, the oldest first, to who comes behind them. */
START_TEST(unfinished_handshakes_leave_room)
{
    struct options options = prepare();
    char byte;

    world.descriptors = FEW_DESCRIPTORS;
    crowd_size = FEW_DESCRIPTORS / 4 * 5;
    start(&options);
    for (size_t i = 0; i < crowd_size; i++) {
        crowd[i] = come_from(host_of_one(i), world.port);
        say_little(i);
        if (i % 64 == 63)
            expect_alice_is_served(0);
    }
    ck_assert(wait_readable(crowd[0].fd));
    ck_assert_int_le(recv(crowd[0].fd, &byte, 1, 0), 0);
    disperse();
    expect_alice_is_served(0);
    tear_down();
}
END_TEST

/* Somebody takes its descriptors away: it waits, without spinning, and says so
 * once; then it goes on. */
START_TEST(a_lack_of_descriptors_is_waited_out)
{
    struct options options = prepare();
    struct rlimit before;
    struct rlimit none = { .rlim_cur = 3 };

    start(&options);
    ck_assert_int_eq(prlimit(world.pid, RLIMIT_NOFILE, NULL, &before), 0);
    none.rlim_max = before.rlim_max;
    ck_assert_int_eq(prlimit(world.pid, RLIMIT_NOFILE, &none, NULL), 0);
    struct client waiting = dial(world.port);
    ask(waiting, "/ws/pos/" BISTRO);
    expect_idleness(waiting);
    ck_assert_uint_eq(lines_of_log("cannot accept: Too many open files"), 1);
    ck_assert_int_eq(prlimit(world.pid, RLIMIT_NOFILE, &before, NULL), 0);
    char head[1024];
    hear_head(waiting, head, sizeof(head));
    ck_assert_mem_eq(head, "HTTP/1.1 101 ", 13);
    hang_up(waiting);
    expect_alice_is_served(0);
    tear_down();
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("shell: crowd");
    TCase *tcase = tcase_create("strangers");

    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, strangers_by_the_thousand);
    tcase_add_test(tcase, unfinished_handshakes_by_the_thousand);
    tcase_add_test(tcase, handshakes_of_an_address_are_counted);
    tcase_add_test(tcase, handshakes_of_a_trusted_proxy_are_not);
    tcase_add_test(tcase, a_full_house_serves_its_operators);
    tcase_add_test(tcase, unfinished_handshakes_leave_room);
    tcase_add_test(tcase, a_lack_of_descriptors_is_waited_out);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_shell_crowd");
}
