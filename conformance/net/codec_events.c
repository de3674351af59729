/* What comes in over Socket.IO, as the bench knows it. */
#include "net/codec_session.h"
#include "base/clock.h"
#include "net/packet.h"
#include <stdio.h>

enum { NORMAL_CLOSURE = 1000, NO_CODE = 1005 };

static void tell(struct codec *codec, struct event event)
{
    struct queued *queued = queued_new(&event, event.data.length);

    if (queued != NULL)
        events_add(&codec->events, queued);
}

static void tell_accepted(struct codec *codec, struct session *session,
                          const struct event *event)
{
    if (session->is_told || session->stage == SHAKING)
        return;
    session->is_told = true;
    tell(codec, (struct event){ .kind = EVENT_ACCEPTED,
                                .socket = event->socket,
                                .at_ms = event->at_ms,
                                .status = 101,
                                .deflates = session->deflates,
                                .subprotocol = session->subprotocol });
}

static void tell_text(struct codec *codec, struct session *session,
                      const struct event *event, struct bytes data)
{
    tell_accepted(codec, session, event);
    tell(codec, (struct event){ .kind = EVENT_TEXT,
                                .socket = event->socket,
                                .at_ms = event->at_ms,
                                .compressed = event->compressed,
                                .wire = event->wire,
                                .data = data });
}

/* ["connect",{…}], ["connect_error",{…}] */
static void tell_outcome(struct codec *codec, struct session *session,
                         const struct event *event, const char *name,
                         struct bytes payload)
{
    struct buffer text;

    buffer_init(&text, CODEC_BYTES_MAX);
    if (buffer_printf(&text, "[\"%s\"%s", name,
                      payload.length > 0 ? "," : "") == FAULT_NONE &&
        buffer_add(&text, payload.at, payload.length) == FAULT_NONE &&
        buffer_add_string(&text, "]") == FAULT_NONE)
        tell_text(codec, session, event, buffer_view(&text));
    buffer_deinit(&text);
}

/* {"ack":"3-7","data":[…]}: nothing that comes is kept from the bench, asked
 * for or not. */
static void tell_acknowledged(struct codec *codec, struct session *session,
                              const struct event *event,
                              const struct packet *packet)
{
    struct buffer text;

    buffer_init(&text, CODEC_BYTES_MAX);
    if (buffer_printf(&text, "{\"ack\":\"%u-%.*s\",\"data\":", event->socket,
                      (int)packet->number.length,
                      (const char *)packet->number.at) == FAULT_NONE &&
        buffer_add(&text, packet->payload.at, packet->payload.length) ==
            FAULT_NONE &&
        buffer_add_string(&text, "}") == FAULT_NONE)
        tell_text(codec, session, event, buffer_view(&text));
    buffer_deinit(&text);
}

/* The service has ended it without a Close of the WebSocket. */
static void end(struct codec *codec, struct session *session,
                const struct event *event)
{
    bool again = session->stage == ENDED;

    session->stage = ENDED;
    tell_accepted(codec, session, event);
    codec_release(codec, event->socket, session);
    if (again)
        return;
    tell(codec, (struct event){ .kind = EVENT_CLOSED,
                                .socket = event->socket,
                                .at_ms = event->at_ms,
                                .code = NO_CODE });
    if (session->never_closes || session->is_closing)
        return;
    session->is_closing = true;
    (void)codec->line.send(codec->line.self, event->socket, SEND_CLOSE,
                           NORMAL_CLOSURE, bytes_of(NULL, 0));
}

/* What was to be said behind it goes out all the same. */
static void leave_open(struct codec *codec, struct session *session,
                       const struct event *event)
{
    session->stage = JOINED;
    session->is_refused = true;
    codec_release(codec, event->socket, session);
}

static void complain(struct codec *codec, struct session *session,
                     const struct event *event, const char *wrong)
{
    char sentence[160];

    snprintf(sentence, sizeof(sentence), "%s", wrong);
    tell_accepted(codec, session, event);
    tell(codec, (struct event){ .kind = EVENT_VIOLATION,
                                .socket = event->socket,
                                .at_ms = event->at_ms,
                                .data = bytes_of_string(sentence) });
}

/* No fault of the service's: it says what we do not read. */
static void give_up(struct codec *codec, struct session *session,
                    const struct event *event)
{
    static const char sentence[] =
        "sent an event with binary attachments, which this codec does not read";

    tell_accepted(codec, session, event);
    session->is_lost = true;
    tell(codec, (struct event){ .kind = EVENT_GONE,
                                .socket = event->socket,
                                .at_ms = event->at_ms,
                                .ending = ENDING_UNREAD,
                                .data = bytes_of_string(sentence) });
    codec->line.drop(codec->line.self, event->socket);
}

static void expect_heartbeat(struct session *session, int64_t now_ms)
{
    session->beat_ms = now_ms + session->rhythm.interval_ms;
}

static void on_open(struct codec *codec, struct session *session,
                    const struct event *event, struct bytes payload)
{
    if (session->stage != UPGRADED) {
        complain(codec, session, event, "a second open of Engine.IO");
        return;
    }
    session->stage = session->is_early ? CONNECTING : OPENED;
    session->rhythm = packet_rhythm(payload);
    expect_heartbeat(session, event->at_ms);
    if (codec->terms.awaits_first)
        tell_accepted(codec, session, event);
    if (session->stage == OPENED &&
        (!codec->terms.awaits_first || session->first != NULL))
        codec_connect(codec, event->socket, session);
}

static void on_connect(struct codec *codec, struct session *session,
                       const struct event *event, struct bytes payload)
{
    if (session->stage != CONNECTING) {
        complain(codec, session, event, "a CONNECT that nobody has asked for");
        return;
    }
    session->stage = JOINED;
    tell_accepted(codec, session, event);
    if (codec->terms.awaits_first)
        tell_outcome(codec, session, event, "connect", payload);
    codec_release(codec, event->socket, session);
}

static void on_packet(struct codec *codec, struct session *session,
                      const struct event *event, const struct packet *packet)
{
    switch (packet->kind) {
    case PACKET_OPEN: on_open(codec, session, event, packet->payload); break;
    case PACKET_PING:
        expect_heartbeat(session, event->at_ms);
        (void)codec_transmit(codec, event->socket, SEND_TEXT,
                             bytes_of_string("3"));
        break;
    case PACKET_CONNECT:
        on_connect(codec, session, event, packet->payload);
        break;
    case PACKET_EVENT: tell_text(codec, session, event, packet->payload); break;
    case PACKET_REFUSAL:
        tell_outcome(codec, session, event, "connect_error", packet->payload);
        if (codec->terms.stays_open)
            leave_open(codec, session, event);
        else
            end(codec, session, event);
        break;
    case PACKET_DISCONNECT:
    case PACKET_CLOSE: end(codec, session, event); break;
    case PACKET_BINARY: give_up(codec, session, event); break;
    case PACKET_PONG:
    case PACKET_NOOP: break;
    case PACKET_ACK: tell_acknowledged(codec, session, event, packet); break;
    }
}

static void on_text(struct codec *codec, struct session *session,
                    const struct event *event)
{
    struct packet packet;
    const char *wrong =
        packet_read(event->data, codec->terms.namespace, &packet);

    if (wrong != NULL)
        complain(codec, session, event, wrong);
    else
        on_packet(codec, session, event, &packet);
}

static void on_upgraded(struct session *session, const struct event *event)
{
    session->stage = UPGRADED;
    session->deflates = event->deflates;
    if (event->subprotocol != NULL)
        session->subprotocol = strdup(event->subprotocol);
}

static void take(struct codec *codec, const struct event *event)
{
    struct session *session = codec_session(codec, event->socket);

    if (session == NULL || session->is_lost)
        return;
    switch (event->kind) {
    case EVENT_ACCEPTED: on_upgraded(session, event); break;
    case EVENT_TEXT: on_text(codec, session, event); break;
    case EVENT_CLOSED:
        tell_accepted(codec, session, event);
        if (session->stage != ENDED)
            tell(codec, *event);
        session->stage = ENDED;
        break;
    case EVENT_REJECTED:
    case EVENT_DEVIATION:
    case EVENT_PONG: tell(codec, *event); break;
    case EVENT_GONE:
        tell_accepted(codec, session, event);
        tell(codec, *event);
        session->stage = ENDED;
        break;
    case EVENT_BINARY:
    case EVENT_VIOLATION:
        tell_accepted(codec, session, event);
        tell(codec, *event);
        break;
    }
}

enum fault codec_absorb(struct codec *codec)
{
    struct event raw = { 0 };
    int got;

    while ((got = codec->line.next(codec->line.self, &raw, 0)) > 0)
        take(codec, &raw);
    return (enum fault)got;
}

/* One that is due is answered at once; one that comes before it is due, in
 * good time. */
static int64_t calm_of(const struct session *session, int64_t now_ms)
{
    int64_t calm_ms = INT64_MAX;

    if (session == NULL || session->stage < OPENED || session->stage == ENDED)
        return calm_ms;
    if (session->rhythm.timeout_ms > 0)
        calm_ms = session->rhythm.timeout_ms / 2;
    if (session->beat_ms > now_ms && session->beat_ms - now_ms < calm_ms)
        calm_ms = session->beat_ms - now_ms;
    return calm_ms < CODEC_CALM_MIN_MS ? CODEC_CALM_MIN_MS : calm_ms;
}

int64_t codec_calm_ms(const struct codec *codec, int64_t now_ms)
{
    int64_t least_ms = INT64_MAX;

    for (size_t i = 0; i < codec->room; i++) {
        int64_t calm_ms = calm_of(codec->sessions[i], now_ms);
        if (calm_ms < least_ms)
            least_ms = calm_ms;
    }
    return least_ms;
}

int codec_next(struct codec *codec, struct event *event, int wait_ms)
{
    int64_t until_ms = clock_monotonic_ms() + wait_ms;
    unsigned frames = 0;

    while (!events_take(&codec->events, event)) {
        int64_t left = until_ms - clock_monotonic_ms();
        struct event raw = { 0 };
        if (left <= 0 && frames++ >= CODEC_SOCKETS_MAX)
            return 0; /* heartbeats upon heartbeats */
        int got =
            codec->line.next(codec->line.self, &raw, left > 0 ? (int)left : 0);
        if (got <= 0)
            return got;
        take(codec, &raw);
    }
    return 1;
}
