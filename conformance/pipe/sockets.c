/* The sockets of a world: what may be said of them, and the library's part
 * where the child stands above one. */
#include "base/clock.h"
#include "pipe/internal.h"
#include <stdio.h>
#include <stdlib.h>

enum { CODE_ABSENT = 1005, SWITCHING = 101 };

/* --- The table ------------------------------------------------------------ */

static enum fault make_room(struct implementation *one, unsigned number)
{
    unsigned room = one->socket_room == 0 ? 16 : 2 * one->socket_room;

    if (number < one->socket_room)
        return FAULT_NONE;
    struct pipe_socket *sockets =
        realloc(one->sockets, room * sizeof(*sockets));
    if (sockets == NULL)
        return fault_say(FAULT_MEMORY, "no memory for socket %u", number);
    memset(sockets + one->socket_room, 0,
           (room - one->socket_room) * sizeof(*sockets));
    one->sockets = sockets;
    one->socket_room = room;
    return FAULT_NONE;
}

enum fault sockets_open(struct implementation *one, unsigned number,
                        const char *source)
{
    const char *ip = source == NULL ? "127.0.0.1" : source;
    struct pipe_socket *socket;

    if (number != one->socket_count + 1 || number > PIPE_SOCKETS_MAX)
        return fault_say(FAULT_LIMIT, "socket %u is not the next, or beyond %d",
                         number, PIPE_SOCKETS_MAX);
    enum fault fault = make_room(one, number);
    if (fault != FAULT_NONE)
        return fault;
    one->socket_count = number;
    socket = &one->sockets[number];
    buffer_init(&socket->parts, SAYING_BYTES_MAX);
    snprintf(socket->address, sizeof(socket->address),
             strchr(ip, ':') == NULL ? "%.64s:%u" : "[%.64s]:%u", ip,
             PIPE_FIRST_PORT + number);
    return FAULT_NONE;
}

struct pipe_socket *socket_at(const struct implementation *one, unsigned number)
{
    return number >= 1 && number <= one->socket_count ? &one->sockets[number]
                                                      : NULL;
}

void sockets_clear(struct implementation *one)
{
    for (unsigned i = 1; i <= one->socket_count; i++) {
        buffer_deinit(&one->sockets[i].parts);
        memset(&one->sockets[i], 0, sizeof(one->sockets[i]));
    }
    one->base += one->socket_count;
    one->socket_count = 0;
    one->fading_count = 0;
    buffer_clear(&one->waiting_pings);
    events_deinit(&one->events);
}

/* --- Events --------------------------------------------------------------- */

enum fault tell_event(struct implementation *one, unsigned number,
                      struct event event)
{
    struct queued *queued;

    event.socket = number;
    if (event.at_ms == 0)
        event.at_ms =
            one->introduction.is_virtual ? one->now_ms : clock_wall_ms();
    queued = queued_new(&event, 0);
    if (queued == NULL)
        return blame(one, FAULT_MEMORY, "no memory for what it said");
    events_add(&one->events, queued);
    if (event.kind == EVENT_GONE)
        one->sockets[number].over = true;
    return FAULT_NONE;
}

static enum fault tell_end(struct implementation *one, unsigned number,
                           enum ending ending, int64_t at_ms)
{
    return tell_event(
        one, number,
        (struct event){ .kind = EVENT_GONE, .at_ms = at_ms, .ending = ending });
}

static enum fault refuse(const char *why)
{
    return fault_say(FAULT_PROTOCOL, "%s", why);
}

/* When it happened, by the child's clock. */
static enum fault read_time(struct implementation *one,
                            const struct saying *saying, int64_t *at_ms)
{
    *at_ms = one->introduction.is_virtual ? one->now_ms : clock_wall_ms();
    if (!one->introduction.is_virtual || !saying_has(saying, HAS_AT_MS))
        return FAULT_NONE;
    *at_ms = saying_number(saying, HAS_AT_MS);
    if (*at_ms < one->latest_ms || *at_ms < one->settled_ms ||
        *at_ms > one->now_ms)
        return fault_say(
            FAULT_PROTOCOL, "\"at_ms\" is %lld: between %lld and %lld is due",
            (long long)*at_ms,
            (long long)(one->latest_ms > one->settled_ms ? one->latest_ms
                                                         : one->settled_ms),
            (long long)one->now_ms);
    one->latest_ms = *at_ms;
    return FAULT_NONE;
}

static enum fault accept_socket(struct implementation *one, unsigned number,
                                const struct saying *saying, int64_t at_ms)
{
    struct pipe_socket *socket = socket_at(one, number);

    if (socket->accepted && (one->introduction.wire & WIRE_VIOLATION) == 0)
        return refuse("this socket was accepted before");
    socket->accepted = true;
    one->must_settle = one->must_settle || one->waiting_pings.length > 0;
    return tell_event(
        one, number,
        (struct event){ .kind = EVENT_ACCEPTED,
                        .at_ms = at_ms,
                        .status = SWITCHING,
                        .deflates = saying_flag(saying, HAS_DEFLATE),
                        .subprotocol =
                            saying_text(saying, HAS_SUBPROTOCOL_NAME) });
}

static enum fault reject_socket(struct implementation *one, unsigned number,
                                const struct saying *saying, int64_t at_ms)
{
    struct event event = { .kind = EVENT_REJECTED,
                           .at_ms = at_ms,
                           .status = (int)saying_number(saying, HAS_STATUS),
                           .data =
                               bytes_of_string(saying_text(saying, HAS_BODY)) };

    if (socket_at(one, number)->accepted)
        return refuse("this socket was accepted before");
    enum fault fault = tell_event(one, number, event);
    return fault == FAULT_NONE ? tell_end(one, number, ENDING_FIN, at_ms)
                               : fault;
}

static bool may_send(const struct implementation *one,
                     const struct pipe_socket *socket)
{
    return (one->introduction.wire & WIRE_VIOLATION) != 0 ||
           (socket->accepted && !socket->server_closed);
}

static enum fault send_frame(struct implementation *one, unsigned number,
                             const struct saying *saying, int64_t at_ms)
{
    struct event event = {
        .kind = saying->kind == SAYS_TEXT     ? EVENT_TEXT
                : saying->kind == SAYS_BINARY ? EVENT_BINARY
                                              : EVENT_PONG,
        .at_ms = at_ms,
        .compressed = saying_flag(saying, HAS_COMPRESSED),
        .wire = (size_t)saying_number(saying, HAS_WIRE_BYTES),
    };
    struct buffer content;
    enum fault fault;

    if (!may_send(one, socket_at(one, number)))
        return refuse("no frame can stand before the handshake or behind a "
                      "Close");
    buffer_init(&content, SAYING_BYTES_MAX);
    fault = saying_content(saying, &content);
    event.data = buffer_view(&content);
    if (!saying_has(saying, HAS_WIRE_BYTES))
        event.wire = event.data.length;
    if (fault == FAULT_NONE)
        fault = tell_event(one, number, event);
    buffer_deinit(&content);
    return fault;
}

static enum fault close_socket(struct implementation *one, unsigned number,
                               const struct saying *saying, int64_t at_ms)
{
    struct pipe_socket *socket = socket_at(one, number);
    int code = (int)saying_number(saying, HAS_CODE);

    if (!may_send(one, socket))
        return refuse("no Close can stand before the handshake or behind "
                      "another");
    socket->server_closed = true;
    enum fault fault = tell_event(
        one, number,
        (struct event){
            .kind = EVENT_CLOSED,
            .at_ms = at_ms,
            .code = code,
            .data = code == CODE_ABSENT
                        ? bytes_of_string("")
                        : bytes_of_string(saying_text(saying, HAS_REASON)) });
    if (fault == FAULT_NONE && (one->introduction.wire & WIRE_END) == 0)
        fault = tell_end(one, number, ENDING_FIN, at_ms);
    return fault;
}

static enum fault end_socket(struct implementation *one, unsigned number,
                             const struct saying *saying, int64_t at_ms)
{
    const char *how = saying_text(saying, HAS_HOW);

    return tell_end(one, number,
                    strcmp(how, "fin") == 0     ? ENDING_FIN
                    : strcmp(how, "reset") == 0 ? ENDING_RESET
                                                : ENDING_UNREACHED,
                    at_ms);
}

static enum fault report_violation(struct implementation *one, unsigned number,
                                   const struct saying *saying, int64_t at_ms)
{
    if ((one->introduction.wire & WIRE_VIOLATION) == 0)
        return refuse("\"violation\" was not named in \"wire\"");
    return tell_event(one, number,
                      (struct event){ .kind = EVENT_VIOLATION,
                                      .at_ms = at_ms,
                                      .data = bytes_of_string(
                                          saying_text(saying, HAS_WHAT)) });
}

enum fault take_event(struct implementation *one, const struct saying *saying)
{
    static enum fault (*const takers[SAYING_KINDS])(
        struct implementation * one, unsigned number,
        const struct saying *saying, int64_t at_ms) = {
        [SAYS_ACCEPT] = accept_socket, [SAYS_REJECT] = reject_socket,
        [SAYS_TEXT] = send_frame,      [SAYS_BINARY] = send_frame,
        [SAYS_PONG] = send_frame,      [SAYS_CLOSE] = close_socket,
        [SAYS_END] = end_socket,       [SAYS_VIOLATION] = report_violation,
    };
    int64_t number = saying_number(saying, HAS_SOCKET) - (int64_t)one->base;
    struct pipe_socket *socket =
        number < 1 ? NULL : socket_at(one, (unsigned)number);
    int64_t at_ms = 0;

    if (number < 1 && strcmp(one->verb, "reset") == 0)
        return FAULT_NONE; /* it had left before */
    if (socket == NULL)
        return refuse(number < 1 ? "this socket is of an earlier world"
                                 : "this socket was never opened");
    if (socket->over && socket->fading)
        return FAULT_NONE;
    if (socket->over)
        return refuse("this socket is over");
    enum fault fault = read_time(one, saying, &at_ms);
    return fault == FAULT_NONE
               ? takers[saying->kind](one, (unsigned)number, saying, at_ms)
               : fault;
}

/* --- The library's part --------------------------------------------------- */

/* RFC 6455 5.5.1: the answer holds the code that it answers. */
static enum fault answer_close(struct implementation *one, unsigned number)
{
    struct pipe_socket *socket = socket_at(one, number);
    enum fault fault = FAULT_NONE;

    if (socket->accepted)
        fault = tell_event(
            one, number,
            (struct event){ .kind = EVENT_CLOSED, .code = socket->code });
    return fault == FAULT_NONE ? tell_end(one, number, ENDING_FIN, 0) : fault;
}

static enum fault answer_pings(struct implementation *one)
{
    const struct buffer *pings = &one->waiting_pings;
    enum fault fault = FAULT_NONE;
    struct buffer left;
    size_t at = 0;

    buffer_init(&left, pings->limit);
    while (at < pings->length && fault == FAULT_NONE) {
        unsigned number;
        memcpy(&number, pings->at + at, sizeof(number));
        unsigned char length = pings->at[at + sizeof(number)];
        const unsigned char *data = pings->at + at + sizeof(number) + 1;
        const struct pipe_socket *socket = socket_at(one, number);
        size_t size = sizeof(number) + 1 + length;

        if (!socket->over && socket->accepted && !socket->server_closed)
            fault =
                tell_event(one, number,
                           (struct event){ .kind = EVENT_PONG,
                                           .data = bytes_of(data, length) });
        else if (!socket->over && !socket->accepted)
            fault = buffer_add(&left, pings->at + at, size);
        at += size;
    }
    buffer_deinit(&one->waiting_pings);
    one->waiting_pings = left;
    return fault;
}

void fade(struct implementation *one, struct pipe_socket *socket)
{
    one->fading_count += !socket->fading;
    socket->fading = true;
}

enum fault after_settling(struct implementation *one)
{
    enum fault fault =
        one->waiting_pings.length > 0 ? answer_pings(one) : FAULT_NONE;

    for (unsigned i = 1;
         i <= one->socket_count && one->fading_count > 0 && fault == FAULT_NONE;
         i++) {
        if (!one->sockets[i].fading)
            continue;
        one->sockets[i].fading = false;
        one->fading_count--;
        if (!one->sockets[i].over)
            fault = answer_close(one, i);
    }
    return fault;
}
