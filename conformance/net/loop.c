/* Many connections on one poll(2). */
#include "net/loop.h"
#include "base/clock.h"
#include <stdlib.h>

static bool grow(struct loop *loop, size_t room)
{
    struct connection **connections =
        reallocarray(loop->connections, room, sizeof(struct connection *));
    if (connections != NULL)
        loop->connections = connections;
    struct connection **polled =
        reallocarray(loop->polled, room, sizeof(struct connection *));
    if (polled != NULL)
        loop->polled = polled;
    struct pollfd *fds = reallocarray(loop->fds, room, sizeof(struct pollfd));
    if (fds != NULL)
        loop->fds = fds;
    if (connections == NULL || polled == NULL || fds == NULL)
        return false;
    for (size_t i = loop->room; i < room; i++)
        loop->connections[i] = NULL;
    loop->room = room;
    return true;
}

static enum fault make_room(struct loop *loop, unsigned socket)
{
    size_t room = loop->room == 0 ? 64 : loop->room;

    if (socket == 0 || socket >= SOCKETS_MAX)
        return fault_say(FAULT_LIMIT, "socket %u: numbers go from 1 to %d",
                         socket, SOCKETS_MAX - 1);
    while (room <= socket)
        room *= 2;
    if (room != loop->room && !grow(loop, room))
        return fault_say(FAULT_MEMORY, "socket %u: out of memory", socket);
    return FAULT_NONE;
}

struct connection *loop_connection(const struct loop *loop, unsigned socket)
{
    return socket < loop->room ? loop->connections[socket] : NULL;
}

enum fault loop_open(struct loop *loop, const struct endpoint *endpoint,
                     unsigned socket, const struct opening *opening,
                     const char *origin)
{
    struct connection *connection;

    if (loop_connection(loop, socket) != NULL)
        return fault_say(FAULT_SYSTEM, "socket %u is open already", socket);
    enum fault fault = make_room(loop, socket);
    if (fault != FAULT_NONE)
        return fault;
    connection =
        connection_new(&loop->shared, endpoint, socket, opening, origin);
    if (connection == NULL)
        return FAULT_MEMORY;
    loop->connections[socket] = connection;
    connection_proceed(connection);
    return FAULT_NONE;
}

void loop_deinit(struct loop *loop)
{
    for (size_t i = 0; i < loop->room; i++)
        connection_free(loop->connections[i]);
    events_deinit(&loop->shared.events);
    free(loop->connections);
    free(loop->polled);
    free(loop->fds);
}

static int sooner(int one, int64_t other)
{
    return other < one ? (int)(other < 0 ? 0 : other) : one;
}

/* What to poll, and for how long at most. */
static nfds_t gather(struct loop *loop, int *wait_ms)
{
    nfds_t count = 0;

    for (size_t i = 0; i < loop->room; i++) {
        struct connection *connection = loop->connections[i];
        if (connection == NULL)
            continue;
        loop->polled[count] = connection;
        loop->fds[count].fd = connection->transport.fd;
        loop->fds[count].events = connection_wants(connection);
        if (loop->fds[count].events == 0)
            loop->fds[count].fd = -1;
        count++;
        if (connection->stage != GONE && loop->fds[count - 1].fd < 0)
            *wait_ms = sooner(*wait_ms, RECONNECT_MS);
        if (connection->deadline_ms != 0)
            *wait_ms = sooner(*wait_ms,
                              connection->deadline_ms - loop->shared.clock_ms);
    }
    return count;
}

/* A deadline is spent only while somebody waits: what a hook or a criterion
 * takes for itself is not held against the target. */
static void spend(struct loop *loop, int64_t since_us)
{
    loop->looked_us = clock_monotonic_us();
    loop->clock_us += loop->looked_us - since_us;
    loop->shared.clock_ms = loop->clock_us / 1000;
}

static void look(struct loop *loop, int wait_ms)
{
    int64_t since_us = clock_monotonic_us();
    nfds_t count = gather(loop, &wait_ms);
    int ready = poll(loop->fds, count, wait_ms);

    for (nfds_t i = 0; i < count; i++) {
        struct connection *connection = loop->polled[i];
        short revents = loop->fds[i].revents;
        if (connection->stage == CONNECTING || (ready > 0 && revents != 0))
            connection_turn(connection, revents);
    }
    spend(loop, since_us);
    for (nfds_t i = 0; i < count; i++)
        connection_check_deadline(loop->polled[i]);
}

static bool has_unsent_handshake(const struct loop *loop)
{
    for (size_t i = 0; i < loop->room; i++) {
        const struct connection *connection = loop->connections[i];
        if (connection != NULL &&
            (connection->stage == CONNECTING || connection->stage == SECURING))
            return true;
    }
    return false;
}

void loop_send_handshakes(struct loop *loop)
{
    while (has_unsent_handshake(loop))
        look(loop, loop->shared.answer_ms);
}

/* The dead are buried with their last event. */
static bool take(struct loop *loop, struct event *event)
{
    if (!events_take(&loop->shared.events, event))
        return false;
    struct connection *connection = loop->connections[event->socket];
    if (event->kind == EVENT_GONE) {
        loop->connections[event->socket] = NULL;
        connection_free(connection);
    } else {
        connection->waiting_events--;
        connection->waiting_bytes -= event->data.length;
    }
    return true;
}

/* An empty queue is waited at for as long as the caller bears. Else the sockets
 * are looked at once in a millisecond: often enough to notice a flood, seldom
 * enough that ten thousand events are taken fast, and that whoever takes what
 * there is comes to an end even while a server never does. */
static bool must_look(const struct loop *loop, bool may_wait)
{
    const struct events *events = &loop->shared.events;

    if (events->first == NULL && may_wait)
        return true;
    return events->bytes < QUEUE_BYTES_MAX &&
           clock_monotonic_us() - loop->looked_us >= 1000;
}

int loop_next(struct loop *loop, struct event *event, int wait_ms)
{
    int64_t until_us = clock_monotonic_us() + (int64_t)wait_ms * 1000;

    for (;;) {
        int64_t left_us = until_us - clock_monotonic_us();
        bool may_wait = left_us > 0 && loop->shared.events.first == NULL;
        if (must_look(loop, left_us > 0))
            look(loop, may_wait ? (int)((left_us + 999) / 1000) : 0);
        if (take(loop, event))
            return 1;
        if (left_us <= 0)
            return 0;
    }
}
