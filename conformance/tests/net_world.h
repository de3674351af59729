/* Servers for the tests of the network side: children of their own on port 0,
 * ended by their pid; and what a connection to one of them has lived through,
 * as one line of text. */
#ifndef TESTS_NET_WORLD_H
#define TESTS_NET_WORLD_H

#include "adapter.h"
#include "base/clock.h"
#include "check_program.h"
#include "manifest/manifest.h"
#include "net/handshake.h"
#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <fnmatch.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STORY_SIZE = 2048, REQUEST_SIZE = 16 * 1024 };

struct server {
    pid_t pid;
    unsigned port;
};

/* What a child does with its listener; `with` is the test's. */
typedef void (*behaviour)(int listener, const void *with);

static inline void must(bool holds, const char *what)
{
    ck_assert_msg(holds, "%s", what);
}

/* --- Servers -------------------------------------------------------------- */

static inline int listen_at(const char *host, unsigned *port)
{
    struct sockaddr_in at = { .sin_family = AF_INET };
    socklen_t length = sizeof(at);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    must(inet_pton(AF_INET, host, &at.sin_addr) == 1, "an IPv4 address");
    must(fd >= 0 && bind(fd, (struct sockaddr *)&at, length) == 0, "bind");
    must(listen(fd, 64) == 0, "listen");
    must(getsockname(fd, (struct sockaddr *)&at, &length) == 0, "port");
    *port = ntohs(at.sin_port);
    return fd;
}

/* Takes the listener over. */
static inline pid_t run_server(int listener, behaviour behave, const void *with)
{
    fflush(NULL);
    pid_t pid = fork();

    must(pid >= 0, "fork");
    if (pid == 0) {
        signal(SIGPIPE, SIG_IGN);
        alarm(60); /* never outlives a test that dies */
        behave(listener, with);
        _exit(0);
    }
    close(listener);
    return pid;
}

static inline struct server serve(behaviour behave, const void *with)
{
    struct server server;
    int listener = listen_at("127.0.0.1", &server.port);

    server.pid = run_server(listener, behave, with);
    return server;
}

static inline void stop(struct server server)
{
    kill(server.pid, SIGKILL);
    must(waitpid(server.pid, NULL, 0) == server.pid, "a server to reap");
}

/* Reads a request up to its empty line, into a string. */
static inline void read_head(int fd, char head[REQUEST_SIZE])
{
    size_t length = 0;

    head[0] = 0;
    while (strstr(head, "\r\n\r\n") == NULL && length < REQUEST_SIZE - 1) {
        ssize_t count = read(fd, head + length, REQUEST_SIZE - 1 - length);
        if (count <= 0)
            break;
        length += (size_t)count;
        head[length] = 0;
    }
}

/* The value of a header in that text, up to its line's end; "": none. */
static inline void header_of(const char *head, const char *name, char *into,
                             size_t size)
{
    const char *at = strcasestr(head, name);

    into[0] = 0;
    if (at != NULL)
        snprintf(into, size, "%.*s", (int)strcspn(at + strlen(name), "\r\n"),
                 at + strlen(name));
}

static inline void write_all(int fd, const void *from, size_t length)
{
    const char *at = from;

    while (length > 0) {
        ssize_t count = write(fd, at, length);
        if (count <= 0)
            return;
        at += count;
        length -= (size_t)count;
    }
}

/* The 101 for that request, into a string. */
static inline void write_switch(const char *head, char *into, size_t size)
{
    char key[64];
    char accept[ACCEPT_SIZE];

    header_of(head, "Sec-WebSocket-Key: ", key, sizeof(key));
    handshake_accept(key, accept);
    snprintf(into, size,
             "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
             "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
             accept);
}

static inline void accept_handshake(int fd, char head[REQUEST_SIZE])
{
    char answer[512];

    read_head(fd, head);
    write_switch(head, answer, sizeof(answer));
    write_all(fd, answer, strlen(answer));
}

/* Until the other side has ended. */
static inline void read_to_end(int fd)
{
    char waste[4096];

    while (read(fd, waste, sizeof(waste)) > 0)
        continue;
}

static inline void reset(int fd)
{
    struct linger at_once = { 1, 0 };

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close(fd);
}

/* --- Targets and what they are seen to do --------------------------------- */

static inline struct manifest target(const char *url)
{
    return (struct manifest){ .name = "test",
                              .source = "test",
                              .url = url,
                              .answer_ms = 2000,
                              .close_ms = 2000 };
}

static inline struct adapter *adapter_for(const struct manifest *manifest)
{
    struct adapter *adapter = adapter_net_new(manifest);

    ck_assert_msg(adapter != NULL, "%s", fault_reason());
    return adapter;
}

static inline void dial(struct adapter *adapter, unsigned socket,
                        const struct opening *opening)
{
    static const struct opening plain;
    enum fault fault = adapter->ops->open(adapter->self, socket,
                                          opening == NULL ? &plain : opening);

    ck_assert_msg(fault == FAULT_NONE, "%s", fault_reason());
}

static inline void describe(const struct event *event, char *into, size_t size)
{
    static const char *const endings[] = {
        [ENDING_FIN] = "FIN",       [ENDING_RESET] = "RST",
        [ENDING_OURS] = "ours",     [ENDING_UNREACHED] = "unreached",
        [ENDING_UNREAD] = "unread",
    };
    int length = (int)(event->data.length < 200 ? event->data.length : 200);
    const char *data = (const char *)event->data.at;

    switch (event->kind) {
    case EVENT_ACCEPTED:
        snprintf(into, size, "accepted %s; ",
                 event->subprotocol == NULL ? "-" : event->subprotocol);
        break;
    case EVENT_REJECTED:
        snprintf(into, size, "rejected %d %.*s; ", event->status, length, data);
        break;
    case EVENT_TEXT: snprintf(into, size, "text %.*s; ", length, data); break;
    case EVENT_BINARY:
        snprintf(into, size, "binary %zu; ", event->data.length);
        break;
    case EVENT_PONG: snprintf(into, size, "pong %.*s; ", length, data); break;
    case EVENT_CLOSED:
        snprintf(into, size, "closed %d %.*s; ", event->code, length, data);
        break;
    case EVENT_VIOLATION:
        snprintf(into, size, "violation %.*s; ", length, data);
        break;
    case EVENT_DEVIATION:
        snprintf(into, size, "deviates %s%s%.*s; ",
                 deviation_word(event->deviation), length > 0 ? " " : "",
                 length, data);
        break;
    case EVENT_GONE:
        snprintf(into, size, "gone %s (%.*s)", endings[event->ending], length,
                 data);
        break;
    }
}

/* Up to EVENT_GONE or for five seconds; the end is looked for, and found to be
 * the end. */
static inline void tell_story(struct adapter *adapter, unsigned socket,
                              char story[STORY_SIZE])
{
    struct event event = { 0 };
    size_t length = 0;
    int64_t until = clock_monotonic_ms() + 5000;

    story[0] = 0;
    while (clock_monotonic_ms() < until && length < STORY_SIZE - 300 &&
           adapter->ops->next_event(adapter->self, &event, 1000) >= 0) {
        if (event.socket != socket)
            continue;
        describe(&event, story + length, STORY_SIZE - length);
        length += strlen(story + length);
        if (event.kind == EVENT_GONE)
            break;
        event.socket = 0;
    }
    while (adapter->ops->next_event(adapter->self, &event, 0) == 1)
        ck_assert_msg(event.socket != socket, "an event behind: %s", story);
}

/* `want` may hold * for what differs from run to run. */
static inline void check_story(const char *label, const char *want,
                               const char *story)
{
    ck_assert_msg(fnmatch(want, story, FNM_NOESCAPE) == 0,
                  "%s:\n  want: %s\n  got:  %s", label, want, story);
}

/* Waits for one event of that kind; its data stays until the next call. */
static inline struct event await_event(struct adapter *adapter,
                                       enum event_kind kind)
{
    struct event event = { 0 };

    while (adapter->ops->next_event(adapter->self, &event, 5000) == 1) {
        if (event.kind == kind)
            return event;
        ck_assert_msg(event.kind != EVENT_GONE && event.kind != EVENT_VIOLATION,
                      "in place of event %d: %.*s", kind,
                      (int)event.data.length, (const char *)event.data.at);
    }
    ck_abort_msg("no event of kind %d", kind);
}

static inline int open_files(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int count = 0;

    must(folder != NULL, "/proc/self/fd");
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

#endif
