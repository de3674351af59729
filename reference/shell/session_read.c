/* What comes from a peer: its handshake, then its frames. */
#include "shell/server.h"
#include "shell/session.h"
#include <libwebsockets.h>

enum { HTTP_FORBIDDEN = 403, HTTP_HEAD_TOO_LARGE = 431 };

static bool is_too_long(const struct session *session)
{
    return !core_reads_head_of(node_core(session->server->node),
                               session->handshake->length);
}

static bool may_come_in(const struct session *session)
{
    return !session->in_the_clear ||
           core_serves_in_the_clear(node_core(session->server->node));
}

/* Two servers must never speak of two connections by one id. */
static void take_shared_id(struct session *session)
{
    struct server *server = session->server;

    if (node_is_shared(server->node))
        sessions_rename(&server->sessions, session,
                        node_id(server->node, session->id));
}

static void open_session(struct session *session)
{
    struct header headers[HEADERS_MAX];
    struct request request;

    handshake_request(session->handshake, session->peer, headers, &request);
    session->stage = OPEN;
    session->known_to_core = true;
    sessions_wait(&session->server->sessions, session, NO_WAIT, 0);
    /* libwebsockets leaves its deadline for TLS armed when TLS is there. */
    lws_set_timeout(session->wsi, NO_PENDING_TIMEOUT, 0);
    take_shared_id(session);
    session->is_opening = true;
    node_opened(session->server->node, session->id, &request);
    session->is_opening = false;
    if (session->accepted)
        session_leave_handshake(session);
    else if (session->stage == ENDING ||
             !node_is_shared(session->server->node)) {
        session_reject(session, 500); /* unless the core has chosen another */
        session_drop_handshake(session);
    }
}

static size_t read_handshake(struct session *session, const char *bytes,
                             size_t length)
{
    size_t taken = handshake_feed(session->handshake, bytes, length);
    int status = session->handshake->status;

    if (status == HANDSHAKE_LEGAL && is_too_long(session))
        session_refuse_handshake(session, HTTP_HEAD_TOO_LARGE);
    else if (status == HANDSHAKE_LEGAL && !may_come_in(session))
        session_refuse_handshake(session, HTTP_FORBIDDEN);
    else if (status == HANDSHAKE_LEGAL)
        open_session(session);
    else if (status != HANDSHAKE_UNFINISHED)
        session_refuse_handshake(session, status);
    return taken;
}

/* The core answers for its peers' mistakes; without memory for a message there
 * is nothing that it could decide. */
static void refuse_frames(struct session *session,
                          const struct frame_event *event)
{
    struct node *node = session->server->node;
    uint16_t code = event->code;

    if (code == CLOSE_TOO_BIG) {
        node_overlong(node, session->id, event->is_text, event->size);
    } else if (code != CLOSE_SERVER_ERROR) {
        node_frame_failed(node, session->id, code);
    } else {
        session_close(session, code, NULL);
        session_tell_end(session, DEPARTED_ABRUPTLY);
        session_end(session);
    }
}

/* So many of a session's events may be on their way through the log. */
enum { UNDER_WAY_MAX = 256 };

static void is_under_way(struct session *session)
{
    if (!node_is_shared(session->server->node) ||
        ++session->under_way < UNDER_WAY_MAX || session->is_held)
        return;
    session->is_held = true;
    lws_rx_flow_control(session->wsi, 0);
}

void session_came_back(struct session *session)
{
    session->under_way -= session->under_way > 0;
    if (!session->is_held || session->under_way > UNDER_WAY_MAX / 2)
        return;
    session->is_held = false;
    lws_rx_flow_control(session->wsi, 1);
}

static void on_arrival(struct session *session, const struct frame_event *event)
{
    struct node *node = session->server->node;

    is_under_way(session);
    switch (event->what) {
    case ARRIVED_TEXT:
    case ARRIVED_BINARY:
        node_received(node, session->id, event->payload,
                      event->what == ARRIVED_TEXT);
        break;
    case ARRIVED_PING: node_pinged(node, session->id, event->payload); break;
    case ARRIVED_CLOSE:
        session->close_received = true;
        session->is_deaf = true;
        node_close_received(node, session->id, event->code);
        break;
    case ARRIVED_FAULT:
        session->is_deaf = true;
        refuse_frames(session, event);
        break;
    case ARRIVED_PONG:
        node_pulsed(node, session->id);
        session->under_way -= session->under_way > 0;
        break;
    case ARRIVED_NOTHING: session->under_way -= session->under_way > 0; break;
    }
}

static void read_frames(struct session *session, const char *bytes,
                        size_t length)
{
    struct node *node = session->server->node;
    struct frame_event event;

    node_stirred(node, session->id);
    do {
        session->reader.text_max = node_message_max(node, session->id, true);
        session->reader.binary_max = node_message_max(node, session->id, false);
        session->reader.inflated_text_max =
            core_inflated_max(node_core(node), session->id, true);
        session->reader.inflated_binary_max =
            core_inflated_max(node_core(node), session->id, false);
        size_t taken = frame_read(&session->reader, (const uint8_t *)bytes,
                                  length, &event);
        bytes += taken;
        length -= taken;
        on_arrival(session, &event);
    } while (event.what != ARRIVED_NOTHING && session->stage == OPEN &&
             !session->abandoned && !session->is_deaf);
}

/* What comes while ENDING is read and forgotten: that is what lingering is. */
void session_read(struct session *session, const void *bytes, size_t length)
{
    size_t taken = 0;

    if (session->stage == HANDSHAKING && !session->abandoned)
        taken = read_handshake(session, bytes, length);
    if (session->stage == OPEN && !session->abandoned && !session->is_deaf &&
        taken < length)
        read_frames(session, (const char *)bytes + taken, length - taken);
}
