/* Crowds that prove nothing: thousands that never authenticate, more than the
 * server has descriptors for, and handshakes that nobody finishes. A good
 * client is served all the while, and afterwards as before. */
#include "tests/shell_world.h"
#include <errno.h>

#define RESTAURANT "11111111-1111-4111-8111-111111111111"
#define PLACE      "/ws/pos/" RESTAURANT

enum {
    CROWD = 10000,
    SPARE = 200, /* descriptors of ours that are no client */
    OF_AN_ADDRESS = 100,
    STRANGER_BYTES_MAX = 16 * 1024,
    FEW_DESCRIPTORS = 256,
    PATIENT_MS = 10 * 60 * 1000,
};

/* --- clients ---------------------------------------------------------------
 */

/* From 127.2.0.1 and up: so many addresses that none has too many. */
static int dial_from(unsigned number, int port)
{
    struct sockaddr_in from = { .sin_family = AF_INET };
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_msg(fd >= 0, "client %u: %s", number, strerror(errno));
    from.sin_addr.s_addr = htonl(0x7f020001 + number / OF_AN_ADDRESS);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&from, sizeof(from)), 0);
    ck_assert_msg(connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0,
                  "client %u: %s", number, strerror(errno));
    return fd;
}

/* As many as there may be, of CROWD. */
static unsigned crowd_size(void)
{
    struct rlimit limit;

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    ck_assert_uint_gt(limit.rlim_cur, 2 * SPARE);
    /* The server keeps a quarter of its own for telling who is too many. */
    rlim_t most = (limit.rlim_cur - SPARE) / 4 * 3;
    return most < CROWD ? (unsigned)most : CROWD;
}

static void provide(const struct world *world, const char *body)
{
    char answer[1024];

    int status = call(world, "POST", "/directory", body, answer);
    ck_assert_msg(status == 200 || status == 204, "%d: %s", status, answer);
}

static void expect_service(const struct world *world)
{
    char token[1024];
    char text[2048];
    uint8_t frame[2200] = { 0x81, 0x80 | 126 };
    struct client good = dial(world->port);
    char head[1024];
    size_t length;

    mint(60, token);
    snprintf(text, sizeof(text), "{\"type\":\"authenticate\",\"token\":\"%s\"}",
             token);
    length = strlen(text);
    frame[2] = (uint8_t)(length >> 8);
    frame[3] = (uint8_t)length;
    memcpy(frame + 8, text, length);
    ask(good, PLACE);
    hear_head(good, head, sizeof(head));
    say(good, frame, 8 + length);
    ck_assert_int_eq(hear_frame(good, text, &length), 0x81);
    ck_assert_msg(strstr(text, "auth_success") != NULL, "%s", text);
    hang_up(good);
}

/* --- the server ------------------------------------------------------------
 */

static struct options prepare_pos(struct world *world)
{
    struct options options = world_prepare(world);

    options.served = SERVES_POS;
    options.auth_ms = PATIENT_MS;
    options.handshake_ms = PATIENT_MS;
    options.attempts = 0;
    return options;
}

static void fill_directory(const struct world *world)
{
    provide(world,
            "{\"restaurant\":{\"id\":\"" RESTAURANT "\",\"active\":true}}");
    provide(world, "{\"user\":{\"id\":\"alice\",\"role\":\"owner\","
                   "\"restaurant\":\"" RESTAURANT "\"}}");
}

/* The number in its place of /proc/PID/FILE, from 0. */
static long proc_number(pid_t pid, const char *file, int place)
{
    char path[64];
    char text[1024] = "";
    char *at = text;

    snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
    FILE *stream = fopen(path, "re");
    ck_assert_ptr_nonnull(stream);
    ck_assert_ptr_nonnull(fgets(text, sizeof(text), stream));
    fclose(stream);
    for (int i = 0; i < place; i++)
        at = strchr(at, ' ') + 1;
    return strtol(at, NULL, 10);
}

static long resident_bytes(pid_t pid)
{
    return proc_number(pid, "statm", 1) * sysconf(_SC_PAGESIZE);
}

static long ticks(pid_t pid)
{
    enum { USER_TICKS = 13, SYSTEM_TICKS = 14 };

    return proc_number(pid, "stat", USER_TICKS) +
           proc_number(pid, "stat", SYSTEM_TICKS);
}

/* --- crowds ----------------------------------------------------------------
 */

static int crowd[CROWD];

/* Upgraded, and silent from then on. */
static void join_crowd(unsigned number, int port)
{
    struct client client = { .fd = dial_from(number, port) };
    char head[1024];

    ask(client, PLACE);
    size_t length = hear(client, head, sizeof(head) - 1);
    head[length] = '\0';
    ck_assert_msg(strncmp(head, "HTTP/1.1 101 ", 13) == 0, "client %u: %s",
                  number, head);
    crowd[number] = client.fd;
}

static void disperse(unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        close(crowd[i]);
}

START_TEST(thousands_that_never_authenticate)
{
    struct world world;
    struct options options = prepare_pos(&world);
    unsigned count = crowd_size();

    world_start(&world, &options);
    fill_directory(&world);
    expect_service(&world);
    long before = resident_bytes(world.pid);
    for (unsigned i = 0; i < count; i++)
        join_crowd(i, world.port);
    long grown = resident_bytes(world.pid) - before;
    ck_assert_msg(grown < (long)count * STRANGER_BYTES_MAX,
                  "%u strangers take %ld bytes", count, grown);
    expect_service(&world);
    disperse(count);
    ck_assert(inspect_comes_to(&world, "\"strangers\":0"));
    expect_service(&world);
    ck_assert_int_eq(world_stop(&world), 0);
}
END_TEST

/* Who finds no room is told so; nobody waits for a descriptor, and the server
 * rests. */
START_TEST(more_than_there_are_descriptors)
{
    enum { QUIET_MS = 300, QUIET_TICKS = 10 };
    struct world world;
    struct options options = prepare_pos(&world);
    struct client last;
    char head[1024];

    crowd_size();
    world.descriptors = FEW_DESCRIPTORS;
    world_start(&world, &options);
    fill_directory(&world);
    for (unsigned i = 0; i < FEW_DESCRIPTORS / 2; i++)
        join_crowd(i, world.port);
    for (unsigned i = FEW_DESCRIPTORS / 2; i < 2 * FEW_DESCRIPTORS; i++) {
        crowd[i] = dial_from(i, world.port);
        ask((struct client){ .fd = crowd[i] }, PLACE);
    }
    last = (struct client){ .fd = dial_from(0, world.port) };
    ask(last, PLACE);
    do
        ck_assert(wait_readable(last.fd));
    while (recv(last.fd, head, sizeof(head), 0) > 0); /* told, or cut off */
    hang_up(last);
    long spent = ticks(world.pid);
    struct pollfd first = { .fd = crowd[0], .events = POLLRDHUP };
    ck_assert_int_eq(poll(&first, 1, QUIET_MS), 0);
    ck_assert_int_lt(ticks(world.pid) - spent, QUIET_TICKS);
    disperse(2 * FEW_DESCRIPTORS);
    ck_assert(inspect_comes_to(&world, "\"strangers\":0"));
    expect_service(&world);
    ck_assert_int_eq(world_stop(&world), 0);
}
END_TEST

/* They give way, the oldest first. */
START_TEST(handshakes_that_nobody_finishes)
{
    struct world world;
    struct options options = prepare_pos(&world);
    char byte;

    crowd_size();
    world.descriptors = FEW_DESCRIPTORS;
    world_start(&world, &options);
    fill_directory(&world);
    for (unsigned i = 0; i < 2 * FEW_DESCRIPTORS; i++) {
        crowd[i] = dial_from(i, world.port);
        if (i % 2 == 0)
            say((struct client){ .fd = crowd[i] }, "GET ", 4);
        if (i % 64 == 63)
            expect_service(&world);
    }
    ck_assert(wait_readable(crowd[0]));
    ck_assert_int_le(recv(crowd[0], &byte, 1, 0), 0);
    expect_service(&world);
    disperse(2 * FEW_DESCRIPTORS);
    ck_assert_int_eq(world_stop(&world), 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("shell: crowds");
    TCase *tcase = tcase_create("crowds");

    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, thousands_that_never_authenticate);
    tcase_add_test(tcase, more_than_there_are_descriptors);
    tcase_add_test(tcase, handshakes_that_nobody_finishes);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_shell_crowd");
}
