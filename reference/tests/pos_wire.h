/* A running server of `pos` with a directory, and clients that come to it from
 * many addresses, for the checks of what it does in a crowd or without one. */
#ifndef POS_WIRE_H
#define POS_WIRE_H

#include "shell_world.h"
#include <netinet/in.h>

#define BISTRO "11111111-1111-4111-8111-111111111111"

enum { LONG_FRAME_MAX = 2048 };

/* --- the directory -------------------------------------------------------- */

/* Alice, who may enter the bistro. */
static inline void pos_fill(const struct world *world)
{
    char answer[HEARD_SIZE];

    ck_assert_int_eq(call(world, "POST", "/directory",
                          "{\"restaurant\":{\"id\":\"" BISTRO
                          "\",\"active\":true}}",
                          answer),
                     204);
    ck_assert_int_eq(call(world, "POST", "/directory",
                          "{\"user\":{\"id\":\"alice\",\"role\":\"cashier\","
                          "\"restaurant\":\"" BISTRO "\"}}",
                          answer),
                     204);
}

/* --- clients -------------------------------------------------------------- */

/* From 127.0.0.0/8; -1 with errno when it could not connect. */
static inline int dial_from(uint32_t host, int port)
{
    struct sockaddr_in ours = { .sin_family = AF_INET };
    struct sockaddr_in theirs = { .sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int on = 1;

    if (fd < 0)
        return -1;
    ours.sin_addr.s_addr = htonl(host);
    theirs.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (bind(fd, (const struct sockaddr *)&ours, sizeof(ours)) != 0 ||
        connect(fd, (const struct sockaddr *)&theirs, sizeof(theirs)) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static inline struct client come_from(uint32_t host, int port)
{
    struct client client = { .fd = dial_from(host, port) };

    ck_assert_int_ge(client.fd, 0);
    return client;
}

/* A masked text frame (mask 00000000) of more than 125 bytes. */
static inline void say_long(struct client client, const char *text)
{
    uint8_t frame[8 + LONG_FRAME_MAX] = { 0x81, 0x80 | 126 };
    size_t length = strlen(text);

    ck_assert(length > 125 && length < LONG_FRAME_MAX);
    frame[2] = (uint8_t)(length >> 8);
    frame[3] = (uint8_t)length;
    memcpy(frame + 8, text, length);
    say(client, frame, 8 + length);
}

/* The upgrade, and the 101 heard. */
static inline void knock(struct client client)
{
    char head[1024];

    ask(client, "/ws/pos/" BISTRO);
    hear_head(client, head, sizeof(head));
    ck_assert_msg(strncmp(head, "HTTP/1.1 101 ", 13) == 0, "%s", head);
}

static inline void say_who(struct client client)
{
    char token[1024];
    char message[LONG_FRAME_MAX];

    mint(60, token);
    snprintf(message, sizeof(message),
             "{\"type\":\"authenticate\",\"token\":\"%s\"}", token);
    say_long(client, message);
}

/* Alice becomes a member. */
static inline void pos_enter(struct client client)
{
    char payload[HEARD_SIZE];
    size_t length;

    knock(client);
    say_who(client);
    uint8_t first = hear_frame(client, payload, &length);
    ck_assert_msg(first == 0x81 && strstr(payload, "auth_success") != NULL,
                  "%x %s", first, first == 0x88 ? payload + 2 : payload);
}

/* The very next frame is a Close with this code and reason. */
static inline void expect_close(struct client client, unsigned code,
                                const char *reason)
{
    char payload[HEARD_SIZE];
    size_t length;
    uint8_t first = hear_frame(client, payload, &length);

    ck_assert_msg(first == 0x88 && length >= 2, "%x %s", first, payload);
    ck_assert_uint_eq((unsigned)(uint8_t)payload[0] << 8 | (uint8_t)payload[1],
                      code);
    ck_assert_str_eq(payload + 2, reason);
}

/* --- the process ---------------------------------------------------------- */

/* A number of /proc/PID/status, as "VmRSS:" in KiB; 0: not there. */
static inline long status_of(pid_t pid, const char *name)
{
    char path[64];
    char line[256];
    long found = 0;

    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    FILE *file = fopen(path, "re");
    ck_assert_ptr_nonnull(file);
    while (found == 0 && fgets(line, sizeof(line), file) != NULL)
        if (strncmp(line, name, strlen(name)) == 0)
            found = strtol(line + strlen(name), NULL, 10);
    fclose(file);
    return found;
}

/* The time on a processor so far. */
static inline int64_t cpu_ms(pid_t pid)
{
    char path[64];
    char text[1024];

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    ck_assert_ptr_nonnull(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    fclose(file);

    /* Behind the name: the state and ten numbers, then user and system. */
    char *at = strrchr(text, ')') + 2;
    for (int i = 0; i < 11; i++)
        at = strchr(at, ' ') + 1;
    long user = strtol(at, &at, 10);
    return (user + strtol(at, NULL, 10)) * 1000 / sysconf(_SC_CLK_TCK);
}

/* How many descriptors this process may have, as many as possible. */
static inline size_t raise_our_limit(void)
{
    struct rlimit limit;

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    return (size_t)limit.rlim_cur;
}

#endif
