/* Between libwebsockets, which knows sockets, and the core, which knows who may
 * do what: this file knows the protocol between them. */
#include "shell/session.h"
#include "shell/peer.h"
#include "shell/server.h"
#include <libwebsockets.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <sys/socket.h>

/* A peer that does not read must not fill the machine's memory through the
 * kernel's buffers either. */
enum { SOCKET_BUFFER_BYTES = 256 * 1024 };

static struct text no_text(void)
{
    return (struct text){ NULL, 0 };
}

bool session_is_welcome(struct server *server, int socket)
{
    char peer[PEER_BYTES_MAX + 1];
    char host[HOST_SIZE];

    peer_name(socket, 0, peer);
    host_of(peer, host);
    return crowd_has_room(&server->crowd, host) &&
           sessions_make_room(&server->sessions);
}

static void come_to_the_door(struct session *session)
{
    char host[HOST_SIZE];

    host_of(session->peer, host);
    session->at_the_door = crowd_enter(&session->server->crowd, host);
}

static void leave_the_door(struct session *session)
{
    char host[HOST_SIZE];

    if (!session->at_the_door)
        return;
    session->at_the_door = false;
    host_of(session->peer, host);
    crowd_leave(&session->server->crowd, host);
}

bool session_begin(struct session *session, struct server *server,
                   struct lws *wsi)
{
    int size = SOCKET_BUFFER_BYTES;
    int fd = (int)lws_get_socket_fd(wsi);

    session->handshake = calloc(1, sizeof(*session->handshake));
    session->wsi = wsi;
    session->in_the_clear =
        server->plain != NULL && lws_get_vhost(wsi) == server->plain;
    if (session->handshake == NULL ||
        !sessions_add(&server->sessions, session)) {
        free(session->handshake);
        session->handshake = NULL;
        return false;
    }
    session->server = server;
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    peer_name(fd, session->id, session->peer);
    come_to_the_door(session);
    sessions_wait(&server->sessions, session, WAIT_HANDSHAKE,
                  server->options.handshake_ms);
    return true;
}

void session_abandon(struct session *session)
{
    if (session->abandoned)
        return;
    session->abandoned = true;
    session->server->sessions.going++;
    output_deinit(&session->output);
    sessions_wait(&session->server->sessions, session, NO_WAIT, 0);
    lws_set_timeout(session->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

/* --- sending -------------------------------------------------------------- */

static bool put(struct session *session, struct text head, struct text body)
{
    if (session->abandoned || session->stage == ENDING)
        return false;
    if (output_send(&session->output, session->wsi, head, body))
        return true;
    session_abandon(session);
    return false;
}

static bool put_frame(struct session *session, enum opcode opcode, uint8_t bits,
                      struct text payload)
{
    uint8_t header[FRAME_HEADER_MAX];
    size_t length = frame_write_header(header, opcode, payload.length);

    if (!session->accepted || session->close_sent)
        return false;
    header[0] |= bits;
    return put(session, (struct text){ (const char *)header, length }, payload);
}

void session_drop_handshake(struct session *session)
{
    if (session->handshake != NULL)
        handshake_deinit(session->handshake);
    free(session->handshake);
    session->handshake = NULL;
}

/* The core has answered it. */
void session_leave_handshake(struct session *session)
{
    leave_the_door(session);
    session_drop_handshake(session);
}

static void agree(struct session *session)
{
    session->reader.inflates =
        core_agrees_to_deflate(node_core(session->server->node)) &&
        handshake_agree_to_deflate(session->handshake);
    session->deflate = session->handshake->deflate;
}

void session_accept(struct session *session, const char *subprotocol)
{
    char answer[ANSWER_SIZE];

    if (session->handshake == NULL || session->accepted)
        return;
    agree(session);
    size_t length =
        handshake_write_accept(session->handshake, subprotocol, answer);
    if (length == 0 ||
        !put(session, (struct text){ answer, length }, no_text()))
        return;
    session->accepted = true;
    if (!session->is_opening)
        session_leave_handshake(session);
}

void session_reject(struct session *session, int status)
{
    char answer[ANSWER_SIZE];
    size_t length = handshake_write_refusal(status, answer);

    if (session->accepted)
        return;
    put(session, (struct text){ answer, length }, no_text());
    session_end(session);
}

bool session_send(struct session *session, struct text message, bool is_text)
{
    struct server *server = session->server;
    enum opcode opcode = is_text ? OPCODE_TEXT : OPCODE_BINARY;
    struct text packed = { "", 0 };

    if (core_compresses(node_core(server->node), session->reader.inflates,
                        message.length))
        packed = deflate_message(&server->deflated, &session->deflate, message);
    return packed.length > 0
               ? put_frame(session, opcode, COMPRESSED_BIT, packed)
               : put_frame(session, opcode, 0, message);
}

void session_close(struct session *session, uint16_t code, const char *reason)
{
    uint8_t payload[CONTROL_BYTES_MAX];
    size_t length = frame_write_close(payload, code, reason);

    put_frame(session, OPCODE_CLOSE, 0,
              (struct text){ (const char *)payload, length });
    session->close_sent = true;
}

/* --- the end -------------------------------------------------------------- */

/* Everything is written: tell the peer that no more will come. */
static void half_close(struct session *session)
{
    SSL *tls = lws_get_ssl(session->wsi);

    if (tls != NULL)
        SSL_shutdown(tls);
    shutdown((int)lws_get_socket_fd(session->wsi), SHUT_WR);
}

static void half_close_when_done(struct session *session)
{
    if (output_is_done(&session->output, session->wsi))
        half_close(session);
    else
        lws_callback_on_writable(session->wsi);
}

void session_end(struct session *session)
{
    if (session->stage == ENDING || session->abandoned)
        return;
    session->stage = ENDING;
    sessions_wait(&session->server->sessions, session, WAIT_EOF, LINGER_MS);
    half_close_when_done(session);
}

void session_pong(struct session *session, struct text payload)
{
    put_frame(session, OPCODE_PONG, 0, payload);
}

void session_turn_away(struct session *session)
{
    if (!session->known_to_core)
        return;
    session_accept(session, NULL);
    if (!session->close_sent)
        session_close(session, CLOSE_TRY_AGAIN_LATER, "Try again later");
    session_end(session);
}

void session_writable(struct session *session)
{
    if (session->abandoned)
        return;
    if (!output_resume(&session->output, session->wsi))
        session_abandon(session);
    else if (session->stage == ENDING)
        half_close_when_done(session);
}

void session_tell_end(struct session *session, enum departure how)
{
    if (!session->known_to_core)
        return;
    session->known_to_core = false;
    node_closed(session->server->node, session->id, how);
}

/* After both Close frames nothing that TCP does can be abrupt. */
static enum departure departure_of(const struct session *session)
{
    int error = 0;
    socklen_t size = sizeof(error);

    if (session->close_sent && session->close_received)
        return DEPARTED_CLEANLY;
    getsockopt((int)lws_get_socket_fd(session->wsi), SOL_SOCKET, SO_ERROR,
               &error, &size);
    return error != 0 || session->abandoned ? DEPARTED_ABRUPTLY
                                            : DEPARTED_CLEANLY;
}

void session_gone(struct session *session)
{
    struct server *server = session->server;

    if (server == NULL)
        return;
    session_tell_end(session, departure_of(session));
    sessions_remove(&server->sessions, session);
    if (session->abandoned)
        server->sessions.going--;
    leave_the_door(session);
    session_drop_handshake(session);
    frame_reader_deinit(&session->reader);
    output_deinit(&session->output);
    session->server = NULL;
    server_session_gone(server);
}

static void log_refused_handshake(struct session *session, int status)
{
    char line[PEER_BYTES_MAX + 64];

    snprintf(line, sizeof(line), "handshake refused peer=%s status=%d",
             session->peer, status);
    logfile_say(&session->server->log, line);
}

void session_refuse_handshake(struct session *session, int status)
{
    log_refused_handshake(session, status);
    session_reject(session, status);
    session_drop_handshake(session);
}

/* Before TLS is there, there is nothing that a status could travel in. */
static bool can_be_answered(const struct session *session)
{
    SSL *tls = lws_get_ssl(session->wsi);

    return tls == NULL || SSL_is_init_finished(tls);
}

void session_overdue(struct session *session)
{
    if (session->stage == HANDSHAKING && can_be_answered(session))
        session_refuse_handshake(session, 408);
    else
        session_abandon(session);
}
