/* What a client sends, as lines to the child. Where the child stands above a
 * WebSocket library, fragments are put together here. */
#include "pipe/internal.h"

enum { CODE_ABSENT = 1005, PING_BYTES_MAX = 125 };

/* The socket, if a client can still say something there. */
static struct pipe_socket *speaker(const struct implementation *one,
                                   unsigned number)
{
    struct pipe_socket *socket = socket_at(one, number);

    return socket == NULL || socket->over || socket->client_closed ? NULL
                                                                   : socket;
}

static struct speech *say_of(struct implementation *one, const char *verb,
                             unsigned number)
{
    struct speech *speech = say_verb(one, verb);

    speech_number(speech, "socket", (int64_t)one->base + number);
    return speech;
}

/* FAULT_ABSENT: no library would let it through to who asks. */
static enum fault send_message(struct implementation *one, unsigned number,
                               bool binary, struct bytes data)
{
    if (!binary && (one->introduction.wire & WIRE_RAW) == 0 && !is_utf8(data))
        return FAULT_ABSENT;
    if (binary)
        speech_base64(say_of(one, "binary", number), "base64", data);
    else
        speech_content(say_of(one, "text", number), data);
    return utter(one);
}

static enum fault send_part(struct implementation *one, unsigned number,
                            enum message_kind kind, struct bytes data)
{
    struct pipe_socket *socket = socket_at(one, number);
    enum fault fault;

    if ((one->introduction.wire & WIRE_PARTS) != 0) {
        struct speech *speech = say_of(one, "part", number);
        speech_text(speech, "which",
                    kind == SEND_FIRST_PART  ? "first"
                    : kind == SEND_NEXT_PART ? "next"
                                             : "last");
        speech_base64(speech, "base64", data);
        return utter(one);
    }
    fault = buffer_add(&socket->parts, data.at, data.length);
    if (fault != FAULT_NONE || kind != SEND_LAST_PART)
        return fault == FAULT_NONE
                   ? fault
                   : fault_say(fault, "fragments: %s", fault_text(fault));
    fault = send_message(one, number, false, buffer_view(&socket->parts));
    buffer_clear(&socket->parts);
    return fault;
}

static enum fault send_ping(struct implementation *one, unsigned number,
                            struct bytes data)
{
    unsigned char length = (unsigned char)data.length;

    if ((one->introduction.wire & WIRE_PING) != 0) {
        speech_base64(say_of(one, "ping", number), "base64", data);
        return utter(one);
    }
    if (data.length > PING_BYTES_MAX)
        return FAULT_ABSENT;
    one->must_settle = true;
    if (buffer_add(&one->waiting_pings, &number, sizeof(number)) != 0 ||
        buffer_add(&one->waiting_pings, &length, 1) != 0 ||
        buffer_add(&one->waiting_pings, data.at, data.length) != 0)
        return fault_say(FAULT_LIMIT, "more pings than are kept");
    return FAULT_NONE;
}

static enum fault send_close(struct implementation *one, unsigned number,
                             int code, struct bytes reason)
{
    struct pipe_socket *socket = socket_at(one, number);
    struct speech *speech = say_of(one, "close", number);

    socket->client_closed = true;
    socket->code = code == 0 ? CODE_ABSENT : code;
    if ((one->introduction.wire & WIRE_END) == 0)
        fade(one, socket);
    speech_number(speech, "code", socket->code);
    speech_json(speech, "reason", "");
    speech_string(speech, reason);
    return utter(one);
}

enum fault frame_send(struct implementation *one, unsigned number,
                      enum message_kind kind, int code, struct bytes data)
{
    if (one->fault != FAULT_NONE)
        return still_blamed(one);
    if (speaker(one, number) == NULL)
        return FAULT_NONE; /* the bytes are lost */
    switch (kind) {
    case SEND_TEXT:
    case SEND_BINARY:
        return send_message(one, number, kind == SEND_BINARY, data);
    case SEND_PING: return send_ping(one, number, data);
    case SEND_CLOSE: return send_close(one, number, code, data);
    case SEND_FIRST_PART:
    case SEND_NEXT_PART:
    case SEND_LAST_PART: return send_part(one, number, kind, data);
    }
    return FAULT_NONE;
}

enum fault frame_send_raw(struct implementation *one, unsigned number,
                          struct bytes bytes)
{
    if ((one->introduction.wire & WIRE_RAW) == 0)
        return FAULT_ABSENT;
    if (speaker(one, number) == NULL)
        return still_blamed(one);
    speech_base64(say_of(one, "bytes", number), "base64", bytes);
    return utter(one);
}

enum fault frame_answer_closes(struct implementation *one, unsigned number,
                               bool answers)
{
    if ((one->introduction.wire & WIRE_DEAF) == 0)
        return answers ? FAULT_NONE : FAULT_ABSENT;
    if (socket_at(one, number) == NULL)
        return FAULT_NONE;
    speech_flag(say_of(one, "deaf", number), "deaf", !answers);
    return utter(one);
}

void frame_drop(struct implementation *one, unsigned number, bool reset)
{
    struct pipe_socket *socket = socket_at(one, number);

    if (socket == NULL || socket->over)
        return;
    speech_text(say_of(one, "drop", number), "how", reset ? "reset" : "fin");
    utter(one);
    fade(one, socket);
    tell_event(one, number,
               (struct event){ .kind = EVENT_GONE, .ending = ENDING_OURS });
}
