/* A running server in a process of its own, and raw clients that talk to it,
 * for the checks of the shell. Every wait has an end; nothing sleeps. */
#ifndef SHELL_WORLD_H
#define SHELL_WORLD_H

#include "check_program.h"
#include "shell/clock.h"
#include "shell/server.h"
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORLD_WAIT_MS = 10 * 1000, HEARD_SIZE = 128 * 1024 };

#define WORLD_SECRET        "a secret of thirty-two bytes or more"
#define WORLD_CONTROL_TOKEN "a-control-token-of-the-checks"

struct world {
    pid_t pid;
    int port;
    int plain_port; /* 0: none */
    int control_port;
    rlim_t descriptors; /* the server's hard limit; 0: as it is */
    uid_t user;         /* whom the server runs as; 0: as we do */
    char folder[64];
    char keys[128];
    char token_file[128];
    char socket[96]; /* fits into sun_path */
    char log[128];
};

/* --- the server ----------------------------------------------------------- */

static inline void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");

    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

/* A folder, the files in it, and options that name them. */
static inline struct options world_prepare(struct world *world)
{
    struct options options = default_options;

    *world = (struct world){ .folder = "/tmp/wsconform-XXXXXX" };
    ck_assert_ptr_nonnull(mkdtemp(world->folder));
    snprintf(world->keys, sizeof(world->keys), "%s/keys", world->folder);
    snprintf(world->token_file, sizeof(world->token_file), "%s/token",
             world->folder);
    snprintf(world->socket, sizeof(world->socket), "%s/socket", world->folder);
    snprintf(world->log, sizeof(world->log), "%s/log", world->folder);
    write_file(world->keys,
               "[{\"alg\":\"HS256\",\"secret\":\"" WORLD_SECRET "\"}]");
    write_file(world->token_file, WORLD_CONTROL_TOKEN "\n");
    options.keys = world->keys;
    options.control_port = 0;
    options.control_token_file = world->token_file;
    options.log = world->log;
    return options;
}

static inline bool wait_readable(int fd)
{
    struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

    return poll(&poll_fd, 1, WORLD_WAIT_MS) == 1;
}

static inline int port_behind(const char *text, const char *mark)
{
    const char *found = strstr(text, mark);

    ck_assert_msg(found != NULL, "no %s in %s", mark, text);
    return (int)strtol(found + strlen(mark), NULL, 10);
}

/* Half of them at first: the server has to raise the rest. */
static inline void limit_descriptors(rlim_t most)
{
    struct rlimit limit = { .rlim_cur = most / 2, .rlim_max = most };

    if (most > 0 && setrlimit(RLIMIT_NOFILE, &limit) != 0)
        exit(99);
}

/* The line of JSON is written at once, so that it can be read at once. */
static inline void world_start(struct world *world,
                               const struct options *options)
{
    int ends[2];
    char text[1024];

    ck_assert_int_eq(pipe(ends), 0);
    fflush(NULL);
    world->pid = fork();
    if (world->pid == 0) {
        close(ends[0]);
        limit_descriptors(world->descriptors);
        if (world->user != 0 &&
            setresuid(world->user, world->user, world->user) != 0)
            exit(99);
        exit(server_run(options, ends[1]));
    }
    close(ends[1]);
    ck_assert(wait_readable(ends[0]));
    ssize_t length = read(ends[0], text, sizeof(text) - 1);
    ck_assert_int_gt(length, 0);
    text[length] = '\0';
    close(ends[0]);
    world->port = port_behind(
        text, strchr(options->host, ':') != NULL ? "[::1]:" : "://127.0.0.1:");
    world->plain_port = strstr(text, "\"plain\"") == NULL
                            ? 0
                            : port_behind(text, "\"ws://127.0.0.1:");
    world->control_port = port_behind(text, "\"http://127.0.0.1:");
}

/* The server's exit status. Removes what the world has on disk. */
static inline int world_stop(struct world *world)
{
    int status = 0;
    const char *files[] = { world->keys, world->token_file, world->socket,
                            world->log };

    kill(world->pid, SIGTERM);
    ck_assert_int_eq(waitpid(world->pid, &status, 0), world->pid);
    for (int i = 0; i < COUNT_OF(files); i++)
        unlink(files[i]);
    rmdir(world->folder);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* --- tokens --------------------------------------------------------------- */

static inline size_t base64url(const void *from, size_t length, char *into)
{
    int written = EVP_EncodeBlock((unsigned char *)into, from, (int)length);

    for (int i = 0; i < written; i++)
        into[i] = into[i] == '+' ? '-' : into[i] == '/' ? '_' : into[i];
    while (written > 0 && into[written - 1] == '=')
        written--;
    into[written] = '\0';
    return (size_t)written;
}

/* A token for this user that expires `lifetime_s` from now. */
static inline void mint_for(const char *user, int lifetime_s, char into[1024])
{
    static const char header[] = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
    char claims[512];
    unsigned char signature[EVP_MAX_MD_SIZE];
    unsigned size = 0;

    long long now_s = clock_wall_ms() / 1000;
    snprintf(claims, sizeof(claims),
             "{\"sub\":\"%s\",\"iat\":%lld,\"exp\":%lld,\"jti\":\"j-%s\"}",
             user, now_s, now_s + lifetime_s, user);
    size_t length = base64url(header, sizeof(header) - 1, into);
    into[length++] = '.';
    length += base64url(claims, strlen(claims), into + length);
    HMAC(EVP_sha256(), WORLD_SECRET, sizeof(WORLD_SECRET) - 1,
         (unsigned char *)into, length, signature, &size);
    into[length++] = '.';
    base64url(signature, size, into + length);
}

static inline void mint(int lifetime_s, char into[1024])
{
    mint_for("alice", lifetime_s, into);
}

/* --- clients -------------------------------------------------------------- */

struct client {
    int fd;
    SSL *tls; /* NULL: plain */
};

static inline struct client dial(int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)port) };
    struct client client = { .fd = socket(AF_INET, SOCK_STREAM, 0) };

    int on = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(client.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    ck_assert_int_eq(
        connect(client.fd, (const struct sockaddr *)&address, sizeof(address)),
        0);
    return client;
}

static inline void hang_up(struct client client)
{
    SSL_free(client.tls);
    close(client.fd);
}

/* Ends TCP with an RST. */
static inline void reset(struct client client)
{
    struct linger at_once = { .l_onoff = 1 };

    setsockopt(client.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close(client.fd);
}

static inline void say(struct client client, const void *bytes, size_t length)
{
    ssize_t sent = client.tls != NULL
                       ? SSL_write(client.tls, bytes, (int)length)
                       : send(client.fd, bytes, length, MSG_NOSIGNAL);

    ck_assert_int_eq(sent, (ssize_t)length);
}

/* Some bytes; 0 at the end of TCP (for TLS: at its close_notify). */
static inline size_t hear(struct client client, void *into, size_t size)
{
    bool pending = client.tls != NULL && SSL_pending(client.tls) > 0;

    ck_assert_msg(pending || wait_readable(client.fd), "nothing is heard");
    ssize_t heard = client.tls != NULL ? SSL_read(client.tls, into, (int)size)
                                       : recv(client.fd, into, size, 0);
    if (client.tls != NULL && heard <= 0 &&
        SSL_get_error(client.tls, (int)heard) == SSL_ERROR_ZERO_RETURN)
        heard = 0;
    ck_assert_msg(heard >= 0, "the connection is broken");
    return (size_t)heard;
}

static inline void hear_exactly(struct client client, void *into, size_t size)
{
    for (size_t done = 0; done < size;) {
        size_t heard = hear(client, (char *)into + done, size - done);
        ck_assert_msg(heard > 0, "the end comes after %zu of %zu", done, size);
        done += heard;
    }
}

/* All up to the end of TCP. */
static inline size_t hear_all(struct client client, char *into, size_t size)
{
    size_t length = 0;
    size_t heard;

    while ((heard = hear(client, into + length, size - length)) > 0)
        length += heard;
    return length;
}

/* Up to and including the empty line. */
static inline void hear_head(struct client client, char *into, size_t size)
{
    size_t length = 0;

    do {
        ck_assert_uint_lt(length + 1, size);
        hear_exactly(client, into + length, 1);
        into[++length] = '\0';
    } while (length < 4 || strcmp(into + length - 4, "\r\n\r\n") != 0);
}

/* One frame of the server: its first byte; the payload ends with a NUL. */
static inline uint8_t hear_frame(struct client client, char *payload,
                                 size_t *length)
{
    uint8_t head[2];
    uint8_t more[8];
    int extended;

    hear_exactly(client, head, 2);
    *length = head[1];
    extended = head[1] == 126 ? 2 : head[1] == 127 ? 8 : 0;
    hear_exactly(client, more, (size_t)extended);
    for (int i = 0; i < extended; i++)
        *length = (i == 0 ? 0 : *length << 8) | more[i];
    ck_assert_uint_lt(*length, HEARD_SIZE);
    hear_exactly(client, payload, *length);
    payload[*length] = '\0';
    return head[0];
}

static inline void ask(struct client client, const char *target)
{
    char request[2048];
    int length = snprintf(request, sizeof(request),
                          "GET %s HTTP/1.1\r\n"
                          "Host: localhost\r\n"
                          "Upgrade: websocket\r\n"
                          "Connection: Upgrade\r\n"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                          "Sec-WebSocket-Version: 13\r\n\r\n",
                          target);

    say(client, request, (size_t)length);
}

/* A token in the query, and the 101 heard. */
static inline void enter(struct client client)
{
    char target[1100] = "/ws?token=";
    char head[1024];

    mint(60, target + strlen(target));
    ask(client, target);
    hear_head(client, head, sizeof(head));
    ck_assert_msg(strncmp(head, "HTTP/1.1 101 ", 13) == 0, "%s", head);
}

/* A masked frame (mask 00000000) with less than 126 bytes. */
static inline void say_frame(struct client client, uint8_t first,
                             const char *payload, size_t length)
{
    uint8_t frame[6 + 125] = { first, (uint8_t)(0x80 | length) };

    memcpy(frame + 6, payload, length);
    say(client, frame, 6 + length);
}

/* --- control -------------------------------------------------------------- */

/* Calls on an open connection; the status. The body goes into `answer`. */
static inline int call_on(struct client client, const char *method,
                          const char *path, const char *body, char *answer)
{
    char head[2048];
    char request[1024];
    int length = snprintf(request, sizeof(request),
                          "%s %s HTTP/1.1\r\nHost: localhost\r\n"
                          "Authorization: Bearer " WORLD_CONTROL_TOKEN "\r\n"
                          "Content-Length: %zu\r\n\r\n",
                          method, path, strlen(body));

    say(client, request, (size_t)length);
    if (body[0] != '\0')
        say(client, body, strlen(body));
    hear_head(client, head, sizeof(head));
    const char *announced = strstr(head, "content-length: ");
    size_t size =
        announced == NULL ? 0 : (size_t)strtol(announced + 16, NULL, 10);
    ck_assert_uint_lt(size, HEARD_SIZE);
    hear_exactly(client, answer, size);
    answer[size] = '\0';
    return (int)strtol(head + strlen("HTTP/1.1 "), NULL, 10);
}

static inline int call(const struct world *world, const char *method,
                       const char *path, const char *body, char *answer)
{
    struct client client = dial(world->control_port);
    int status = call_on(client, method, path, body, answer);

    hang_up(client);
    return status;
}

/* Asks until the report holds this text, or for WORLD_WAIT_MS. */
static inline bool inspect_comes_to(const struct world *world, const char *text)
{
    static char report[HEARD_SIZE];
    int64_t end_ms = clock_steady_ms() + WORLD_WAIT_MS;

    do {
        ck_assert_int_eq(call(world, "GET", "/inspect", "", report), 200);
        if (strstr(report, text) != NULL)
            return true;
    } while (clock_steady_ms() < end_ms);
    return false;
}

#endif
