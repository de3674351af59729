/* What the core does to the world becomes events, at once and in order. The
 * mock reports, it does not judge: a frame where none may stand is told as the
 * violation that a client would see. */
#include "mock.h"
#include <stdio.h>
#include "core/state.h"

static struct mock *mock_of(void *self)
{
    const struct mock_node *one = self;

    return one->mock;
}

/* Of this server: one that shares a log learns of the others' as well. */
static struct mock_socket *socket_of(void *self, connection_id id)
{
    struct mock_socket *socket = mock_socket_find(&mock_of(self)->sockets, id);

    return socket != NULL && socket->node == self ? socket : NULL;
}

enum fault mock_soundness(const struct mock *mock)
{
    if (mock->queue.fault == FAULT_NONE)
        return FAULT_NONE;
    return fault_say(mock->queue.fault, "the mock's queue of events: %s",
                     fault_text(mock->queue.fault));
}

void mock_tell(struct mock *mock, struct mock_socket *socket,
               struct event event)
{
    if (socket->gone)
        return;
    event.socket = socket->number;
    event.at_ms = mock->clock.now_ms;
    socket->gone = event.kind == EVENT_GONE;
    event_queue_add(&mock->queue, &event);
}

void mock_tell_end(struct mock *mock, struct mock_socket *socket,
                   enum ending ending, bool politely)
{
    if (socket->gone)
        return;
    mock_tell(mock, socket,
              (struct event){ .kind = EVENT_GONE, .ending = ending });
    socket->was_polite = politely;
    socket->owes_end = true;
    mock_socket_is_due(&mock->sockets, socket);
}

static void tell_violation(struct mock *mock, struct mock_socket *socket,
                           const char *what)
{
    mock_tell(mock, socket,
              (struct event){ .kind = EVENT_VIOLATION,
                              .data = bytes_of_string(what) });
}

/* --- The handshake's answer ---------------------------------------------- */

void mock_send_upgrade(struct mock *mock, struct mock_socket *socket)
{
    for (; socket->unsent_upgrades > 0; socket->unsent_upgrades--) {
        socket->accepted = true;
        mock_tell(mock, socket,
                  (struct event){ .kind = EVENT_ACCEPTED,
                                  .status = 101,
                                  .deflates = socket->reader.inflates,
                                  .subprotocol = socket->subprotocol[0] == 0
                                                     ? NULL
                                                     : socket->subprotocol });
    }
}

/* The 101 leaves with the first thing behind it, or when the core has done
 * with the handshake: until then a server may still change its mind. */
static void accept_upgrade(void *self, connection_id id,
                           const char *subprotocol)
{
    struct mock *mock = mock_of(self);
    struct mock_socket *socket = socket_of(self, id);

    if (socket == NULL)
        return;
    snprintf(socket->subprotocol, sizeof(socket->subprotocol), "%s",
             subprotocol == NULL ? "" : subprotocol);
    socket->unsent_upgrades++;
    if (!socket->is_opening)
        mock_send_upgrade(mock, socket);
}

void mock_reject(struct mock *mock, struct mock_socket *socket, int status)
{
    socket->unsent_upgrades = 0;
    if (socket->accepted) {
        tell_violation(mock, socket, "sent HTTP where frames are due");
        return;
    }
    mock_tell(mock, socket,
              (struct event){ .kind = EVENT_REJECTED, .status = status });
    mock_tell_end(mock, socket, ENDING_FIN, true);
}

static void reject(void *self, connection_id id, int status)
{
    struct mock *mock = mock_of(self);
    struct mock_socket *socket = socket_of(self, id);

    if (socket != NULL)
        mock_reject(mock, socket, status);
}

/* --- Frames -------------------------------------------------------------- */

/* Lets the upgrade go first; false, and told, where no frame may stand. */
static bool may_send_frame(struct mock *mock, struct mock_socket *socket)
{
    mock_send_upgrade(mock, socket);
    if (!socket->accepted)
        tell_violation(mock, socket, "sent a frame without a handshake");
    else if (socket->server_closed)
        tell_violation(mock, socket,
                       "sent a frame after its Close frame (RFC 6455 5.5.1)");
    return socket->accepted && !socket->server_closed;
}

/* As a network would carry it: compressed or not. */
static void tell_message(struct mock *mock, struct mock_socket *socket,
                         struct text text, enum event_kind kind)
{
    bool agreed = socket->reader.inflates;
    struct event event = { .kind = kind,
                           .data = bytes_of(text.at, text.length),
                           .wire = text.length };

    event.compressed =
        core_compresses(node_core(socket->node->node), agreed, text.length);
    if (event.compressed && !agreed) {
        tell_violation(mock, socket,
                       "compressed for one who never agreed (RFC 7692 6)");
        return;
    }
    if (event.compressed)
        event.wire =
            deflate_message(&mock->deflated, &socket->deflate, text).length;
    mock_tell(mock, socket, event);
}

/* That a peer is gone is found out by the first write, as EPIPE. */
static bool send_message(void *self, connection_id id, struct text text,
                         enum event_kind kind)
{
    struct mock *mock = mock_of(self);
    struct mock_socket *socket = socket_of(self, id);

    if (socket == NULL || socket->gone)
        return false;
    if (may_send_frame(mock, socket))
        tell_message(mock, socket, text, kind);
    return true;
}

static bool send_text(void *self, connection_id id, struct text text)
{
    return send_message(self, id, text, EVENT_TEXT);
}

static bool send_binary(void *self, connection_id id, struct text bytes)
{
    return send_message(self, id, bytes, EVENT_BINARY);
}

static void send_close(void *self, connection_id id, uint16_t code,
                       const char *reason)
{
    struct mock *mock = mock_of(self);
    struct mock_socket *socket = socket_of(self, id);

    if (socket == NULL || socket->gone || !may_send_frame(mock, socket))
        return;
    socket->server_closed = true;
    socket->server_code = code == 0 ? 1005 : code;
    mock_tell(mock, socket,
              (struct event){ .kind = EVENT_CLOSED,
                              .code = socket->server_code,
                              .data = bytes_of_string(reason) });
    socket->owes_answer = true;
    mock_socket_is_due(&mock->sockets, socket);
}

static void end(void *self, connection_id id)
{
    struct mock *mock = mock_of(self);
    struct mock_socket *socket = socket_of(self, id);

    if (socket == NULL)
        return;
    mock_send_upgrade(mock, socket);
    mock_tell_end(mock, socket, ENDING_FIN, true);
}

/* --- The rest ------------------------------------------------------------ */

static void write_log(void *self, const char *line)
{
    struct mock *mock = mock_of(self);

    if (buffer_printf(&mock->log, "%s\n", line) != FAULT_NONE)
        mock->log_is_full = true;
}

static int64_t wall_ms(void *self)
{
    const struct mock *mock = mock_of(self);

    return mock->clock.now_ms;
}

static const struct keyring *trusted_keys(void *self)
{
    const struct mock *mock = mock_of(self);

    return mock->decoder_is_broken ? NULL : mock->keyring;
}

static bool monitor(void *self, const char *event)
{
    const struct mock *mock = mock_of(self);

    (void)event; /* core_inspect has it too */
    return !mock->monitor_is_broken;
}

/* --- The end of a server -------------------------------------------------- */

static void for_each_socket(struct mock_node *one,
                            void (*act)(struct mock_node *one,
                                        struct mock_socket *socket))
{
    struct mock_sockets *sockets = &one->mock->sockets;

    for (unsigned number = 1; number < sockets->room; number++) {
        struct mock_socket *socket = mock_socket_find(sockets, number);
        if (socket != NULL && socket->node == one && !socket->gone)
            act(one, socket);
    }
}

static void turn_away(struct mock_node *one, struct mock_socket *socket)
{
    if (socket->server_closed)
        return;
    if (!socket->accepted && socket->unsent_upgrades == 0)
        socket->unsent_upgrades = 1;
    send_close(one, socket->number, 1013, "Try again later");
    end(one, socket->number);
}

void mock_turn_away(struct mock_node *one)
{
    for_each_socket(one, turn_away);
}

/* Nobody is left to be told of it. */
static void cut_off(struct mock_node *one, struct mock_socket *socket)
{
    mock_tell_end(one->mock, socket, ENDING_RESET, false);
    socket->forgotten = true;
}

void mock_cut_off(struct mock_node *one)
{
    for_each_socket(one, cut_off);
}

void mock_log_line(struct mock_node *one, const char *line)
{
    write_log(one, line);
}

struct port mock_port(struct mock_node *one)
{
    return (struct port){
        .monitor = monitor,
        .directory = mock_directory(one->mock),
        .accept = accept_upgrade,
        .reject = reject,
        .send = send_text,
        .send_binary = send_binary,
        .close = send_close,
        .end = end,
        .log = write_log,
        .now_ms = wall_ms,
        .keyring = trusted_keys,
        .self = one,
    };
}

struct laboratory *laboratory_of(const struct core *core)
{
    struct mock *mock = mock_of(core->port.self);

    return &mock->laboratory;
}
