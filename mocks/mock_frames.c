/* What a client puts on the wire, as far as a mock has one: messages in parts,
 * and frames that break the rules. The reference's own reader takes them in. */
#include "mock.h"

void mock_take_message(struct mock *mock, struct mock_socket *socket,
                       struct bytes data, bool is_text)
{
    (void)mock;
    if (data.length >
        node_message_max(socket->node->node, socket->number, is_text))
        node_overlong(socket->node->node, socket->number, is_text, data.length);
    else
        node_received(socket->node->node, socket->number,
                      (struct text){ (const char *)data.at, data.length },
                      is_text);
}

void mock_take_close(struct mock *mock, struct mock_socket *socket, int code)
{
    (void)mock;
    socket->client_closed = true;
    node_close_received(socket->node->node, socket->number, (uint16_t)code);
}

void mock_pong(struct mock *mock, struct mock_socket *socket, struct bytes data)
{
    node_stirred(socket->node->node, socket->number);
    node_pulsed(socket->node->node, socket->number);
    if (!socket->server_closed)
        mock_tell(mock, socket,
                  (struct event){ .kind = EVENT_PONG, .data = data });
}

static void act_on(struct mock *mock, struct mock_socket *socket,
                   const struct frame_event *event)
{
    struct bytes payload = bytes_of(event->payload.at, event->payload.length);

    switch (event->what) {
    case ARRIVED_TEXT:
    case ARRIVED_BINARY:
        node_received(socket->node->node, socket->number, event->payload,
                      event->what == ARRIVED_TEXT);
        break;
    case ARRIVED_PING: mock_pong(mock, socket, payload); break;
    case ARRIVED_CLOSE: mock_take_close(mock, socket, event->code); break;
    case ARRIVED_FAULT:
        if (event->code == CLOSE_TOO_BIG)
            node_overlong(socket->node->node, socket->number, event->is_text,
                          event->size);
        else
            node_frame_failed(socket->node->node, socket->number, event->code);
        break;
    case ARRIVED_PONG: node_pulsed(socket->node->node, socket->number); break;
    case ARRIVED_NOTHING: break;
    }
}

enum fault mock_take_bytes(struct mock *mock, struct mock_socket *socket,
                           struct bytes bytes)
{
    struct frame_event event = { .what = ARRIVED_TEXT };
    const struct core *core = node_core(socket->node->node);

    node_stirred(socket->node->node, socket->number);
    while (mock_socket_can_speak(socket) && event.what != ARRIVED_NOTHING) {
        socket->reader.text_max =
            node_message_max(socket->node->node, socket->number, true);
        socket->reader.binary_max =
            node_message_max(socket->node->node, socket->number, false);
        socket->reader.inflated_text_max =
            core_inflated_max(core, socket->number, true);
        socket->reader.inflated_binary_max =
            core_inflated_max(core, socket->number, false);
        size_t taken =
            frame_read(&socket->reader, bytes.at, bytes.length, &event);
        act_on(mock, socket, &event);
        bytes = bytes_of(bytes.at + taken, bytes.length - taken);
    }
    return mock_soundness(mock);
}

/* A masked frame whose mask changes nothing. */
enum fault mock_take_part(struct mock *mock, struct mock_socket *socket,
                          enum message_kind kind, struct bytes data)
{
    unsigned char header[14] = { 0 };
    size_t length = 2;
    enum fault fault;

    header[0] = (unsigned char)((kind == SEND_LAST_PART ? 0x80 : 0) |
                                (kind == SEND_FIRST_PART ? 0x01 : 0x00));
    if (data.length < 126) {
        header[1] = (unsigned char)(0x80 | data.length);
    } else {
        header[1] = data.length <= UINT16_MAX ? 0xfe : 0xff;
        length += data.length <= UINT16_MAX ? 2 : 8;
        for (size_t i = 0; i < length - 2; i++)
            header[length - 1 - i] = (unsigned char)(data.length >> (8 * i));
    }
    fault = mock_take_bytes(mock, socket, bytes_of(header, length + 4));
    return fault == FAULT_NONE ? mock_take_bytes(mock, socket, data) : fault;
}
