/* Serves the control API with libwebsockets' HTTP role. Connections are kept
 * open between requests: a bench publishes often. */
#include "shell/control.h"
#include "shell/control_exchange.h"
#include "shell/server.h"
#include <errno.h>
#include <inttypes.h>
#include <libwebsockets.h>
#include <openssl/crypto.h>

enum { PIECE_BYTES = 64 * 1024 };

static void exchange_reset(struct exchange *exchange)
{
    free(exchange->body);
    free(exchange->token);
    free(exchange->answer);
    *exchange = (struct exchange){ 0 };
}

/* --- the head ------------------------------------------------------------- */

static bool is_authorised(struct lws *wsi, const struct server *server)
{
    char given[sizeof("Bearer ") + CONTROL_TOKEN_MAX];
    size_t scheme = strlen("Bearer ");
    size_t length = strlen(server->control_token);
    int copied =
        lws_hdr_copy(wsi, given, sizeof(given), WSI_TOKEN_HTTP_AUTHORIZATION);

    if (copied < 0 || (size_t)copied != scheme + length ||
        strncasecmp(given, "Bearer ", scheme) != 0)
        return false;
    return CRYPTO_memcmp(given + scheme, server->control_token, length) == 0;
}

/* What stands behind Bearer; NULL: nothing, or more than a token may be. */
static char *bearer_of(struct lws *wsi)
{
    char given[sizeof("Bearer ") + TOKEN_BYTES_MAX];
    size_t scheme = strlen("Bearer ");
    int copied =
        lws_hdr_copy(wsi, given, sizeof(given), WSI_TOKEN_HTTP_AUTHORIZATION);

    if (copied <= (int)scheme || strncasecmp(given, "Bearer ", scheme) != 0)
        return NULL;
    return strdup(given + scheme);
}

/* A whole number, or -1. */
static int64_t read_count(const char *text)
{
    char *end = NULL;

    errno = 0;
    long long number = strtoll(text, &end, 10);
    return errno != 0 || end == text || *end != '\0' || number < 0 ? -1
                                                                   : number;
}

static int judge_body(struct lws *wsi)
{
    char length[24];
    int copied = lws_hdr_copy(wsi, length, sizeof(length),
                              WSI_TOKEN_HTTP_CONTENT_LENGTH);
    int64_t bytes = copied <= 0 ? -1 : read_count(length);

    if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0 ||
        bytes < 0)
        return 411;
    return bytes > CONTROL_BODY_MAX ? 413 : 0;
}

static int judge_query(struct lws *wsi, struct exchange *exchange)
{
    char since[24];
    const char *value =
        lws_get_urlarg_by_name(wsi, "since=", since, sizeof(since));
    int64_t number = value == NULL ? 0 : read_count(value);

    exchange->since = number < 0 ? 0 : (uint64_t)number;
    return number < 0 ? 400 : 0;
}

/* 0, or the status that refuses the request for its head. */
static int judge_head(struct lws *wsi, const struct server *server,
                      struct exchange *exchange, const char *path)
{
    bool is_post = lws_hdr_total_length(wsi, WSI_TOKEN_POST_URI) > 0;
    bool is_get = lws_hdr_total_length(wsi, WSI_TOKEN_GET_URI) > 0;

    exchange->route = control_route(path);
    if (exchange->route != NULL && exchange->route->for_users)
        exchange->token = bearer_of(wsi);
    else if (!is_authorised(wsi, server))
        return 401;
    if (exchange->route == NULL)
        return 404;
    if (exchange->route->has_body ? !is_post : !is_get)
        return 405;
    return is_post ? judge_body(wsi) : judge_query(wsi, exchange);
}

/* --- the answer ----------------------------------------------------------- */

static bool add_line(struct lws *wsi, const char *name, const char *value,
                     unsigned char **at, unsigned char *end)
{
    return lws_add_http_header_by_name(wsi, (const unsigned char *)name,
                                       (const unsigned char *)value,
                                       (int)strlen(value), at, end) == 0;
}

/* What a status brings with it (RFC 9110): a challenge, the method that is
 * meant; and no length beside 204. */
static bool add_lines(struct lws *wsi, int status,
                      const struct exchange *exchange, unsigned char **at,
                      unsigned char *end)
{
    bool has_body = exchange->route != NULL && exchange->route->has_body;

    if (status == 401 && !add_line(wsi, "www-authenticate:", "Bearer", at, end))
        return false;
    if (status == 405 &&
        !add_line(wsi, "allow:", has_body ? "POST" : "GET", at, end))
        return false;
    if (exchange->answer != NULL &&
        !add_line(wsi, "content-type:", "application/json", at, end))
        return false;
    if (exchange->refusal != 0 &&
        !add_line(wsi, "connection:", "close", at, end))
        return false;
    return status == 204 || lws_add_http_header_content_length(
                                wsi, exchange->answer_length, at, end) == 0;
}

/* Non-zero closes the connection, as everywhere in this file. */
static int answer(struct lws *wsi, int status, struct exchange *exchange)
{
    unsigned char head[LWS_PRE + 1024];
    unsigned char *at = head + LWS_PRE;
    unsigned char *end = head + sizeof(head) - 1;

    if (lws_add_http_header_status(wsi, (unsigned)status, &at, end) != 0 ||
        !add_lines(wsi, status, exchange, &at, end) ||
        lws_finalize_write_http_header(wsi, head + LWS_PRE, &at, end) != 0)
        return -1;
    if (exchange->answer != NULL) {
        lws_callback_on_writable(wsi);
        return 0;
    }
    if (exchange->refusal != 0) /* there may be a body that nobody reads */
        return -1;
    return lws_http_transaction_completed(wsi) != 0 ? -1 : 0;
}

static int send_piece(struct lws *wsi, struct exchange *exchange)
{
    size_t left = exchange->answer_length - exchange->sent;
    size_t piece = left < PIECE_BYTES ? left : PIECE_BYTES;
    bool last = piece == left;

    if (exchange->answer == NULL)
        return 0;
    if (lws_write(wsi,
                  (unsigned char *)exchange->answer + LWS_PRE + exchange->sent,
                  piece, last ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP) < 0)
        return -1;
    exchange->sent += piece;
    if (last)
        return lws_http_transaction_completed(wsi) != 0 ? -1 : 0;
    lws_callback_on_writable(wsi);
    return 0;
}

/* --- the events ----------------------------------------------------------- */

/* Now, or when the ticket is back. */
static int answer_by_and_by(struct lws *wsi, struct server *server,
                            struct exchange *exchange)
{
    bool is_asked = exchange->route->has_body;

    if (!node_is_shared(server->node))
        return answer(wsi, exchange->route->handle(server, exchange), exchange);
    exchange->status = is_asked ? exchange->route->handle(server, exchange) : 0;
    exchange->ticket = node_ticket(server->node);
    exchange->waits = true;
    lws_callback_on_writable(wsi);
    return 0;
}

static int look_whether_back(struct lws *wsi, struct server *server,
                             struct exchange *exchange)
{
    if (node_is_void(server->node, exchange->ticket)) {
        exchange->status = 503;
    } else if (!node_is_back(server->node, exchange->ticket)) {
        return 0;
    } else if (!exchange->route->has_body) {
        exchange->status = exchange->route->handle(server, exchange);
    }
    exchange->waits = false;
    return answer(wsi, exchange->status, exchange);
}

static int on_writable(struct lws *wsi, struct server *server,
                       struct exchange *exchange)
{
    return exchange->waits ? look_whether_back(wsi, server, exchange)
                           : send_piece(wsi, exchange);
}

/* A virtual host has protocols of its own, made after those that it was given.
 */
void control_look_again(struct server *server)
{
    const struct lws_protocols *ours =
        server->control == NULL
            ? NULL
            : lws_vhost_name_to_protocol(server->control, "control");

    if (ours != NULL)
        lws_callback_on_writable_all_protocol_vhost(server->control, ours);
}

static int on_head(struct lws *wsi, struct server *server,
                   struct exchange *exchange, const char *path)
{
    exchange_reset(exchange);
    exchange->refusal = judge_head(wsi, server, exchange, path);
    if (exchange->refusal != 0)
        return answer(wsi, exchange->refusal, exchange);
    if (exchange->route->has_body)
        return 0;
    return answer_by_and_by(wsi, server, exchange);
}

/* The head's length was judged, yet the ceiling stands here too. */
static int on_body(struct exchange *exchange, const void *bytes, size_t length)
{
    if (length == 0)
        return 0;
    if (exchange->body == NULL)
        exchange->body = malloc(CONTROL_BODY_MAX);
    if (exchange->body == NULL ||
        length > CONTROL_BODY_MAX - exchange->body_length)
        return -1;
    memcpy(exchange->body + exchange->body_length, bytes, length);
    exchange->body_length += length;
    return 0;
}

static int on_body_complete(struct lws *wsi, struct server *server,
                            struct exchange *exchange)
{
    if (exchange->route == NULL)
        return -1;
    return answer_by_and_by(wsi, server, exchange);
}

static int control_event(struct lws *wsi, enum lws_callback_reasons reason,
                         void *user, void *in, size_t length)
{
    struct server *server = lws_context_user(lws_get_context(wsi));

    switch (reason) {
    case LWS_CALLBACK_FILTER_NETWORK_CONNECTION:
        return server->operators < server->descriptors.operators ? 0 : -1;
    case LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED:
        server->operators++;
        return 0;
    case LWS_CALLBACK_WSI_DESTROY: /* of the listener as well, at the end */
        if (server->operators > 0)
            server->operators--;
        return 0;
    case LWS_CALLBACK_HTTP: return on_head(wsi, server, user, in);
    case LWS_CALLBACK_HTTP_BODY: return on_body(user, in, length);
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
        return on_body_complete(wsi, server, user);
    case LWS_CALLBACK_HTTP_WRITEABLE: return on_writable(wsi, server, user);
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE: return -1; /* plain HTTP only */
    case LWS_CALLBACK_CLOSED_HTTP:
    case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
        if (user != NULL)
            exchange_reset(user);
        return 0;
    default: return 0;
    }
}

const struct lws_protocols control_protocols[2] = {
    { .name = "control",
      .callback = control_event,
      .per_session_data_size = sizeof(struct exchange),
      .tx_packet_size = PIECE_BYTES },
    { .name = NULL },
};
