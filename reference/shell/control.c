/* Serves the control API with libwebsockets' HTTP role. Connections are kept
 * open between requests: a bench publishes often. */
#include "shell/control.h"
#include "core/jwt.h"
#include "shell/control_directory.h"
#include "shell/server.h"
#include <cjson/cJSON.h>
#include <errno.h>
#include <inttypes.h>
#include <libwebsockets.h>
#include <openssl/crypto.h>

enum { PIECE_BYTES = 64 * 1024 };

/* One connection, and the request on it that is being answered. */
struct exchange {
    const struct route *route;
    int refusal; /* a status, when the head alone decides; else 0 */
    char *body;
    size_t body_length;
    uint64_t since;
    char *answer; /* LWS_PRE of room first; what is still to be sent of it: */
    size_t answer_length;
    size_t sent;
};

/* Returns the status; may set the answer. */
typedef int handler(struct server *server, struct exchange *exchange);

struct route {
    const char *path;
    bool has_body;
    handler *handle;
};

static void exchange_reset(struct exchange *exchange)
{
    free(exchange->body);
    free(exchange->answer);
    *exchange = (struct exchange){ 0 };
}

/* --- what is asked -------------------------------------------------------- */

/* Takes cJSON's text, NULL without memory; returns the status to answer. */
static int set_answer(struct exchange *exchange, char *text, int status)
{
    size_t length = text == NULL ? 0 : strlen(text);

    exchange->answer = text == NULL ? NULL : malloc(LWS_PRE + length);
    if (exchange->answer != NULL)
        memcpy(exchange->answer + LWS_PRE, text, length);
    exchange->answer_length = length;
    cJSON_free(text);
    return exchange->answer == NULL ? 500 : status;
}

/* `pos` must be told a restaurant, and no other system knows any. */
static bool read_audience(const struct server *server, const struct cJSON *body,
                          char restaurant[UUID_CHARS + 1])
{
    static const char *const everybody[] = { "text", NULL };
    static const char *const some[] = { "text", "restaurant", NULL };

    restaurant[0] = '\0';
    if (server->options.served != SERVES_POS)
        return has_members(body, everybody);
    return has_members(body, some) &&
           copy_member(body, "restaurant", restaurant, UUID_CHARS + 1) &&
           is_uuid(restaurant);
}

static int publish(struct server *server, struct exchange *exchange,
                   const struct cJSON *body)
{
    char restaurant[UUID_CHARS + 1];
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "text"));

    (void)exchange;
    if (text == NULL || !read_audience(server, body, restaurant))
        return 400;
    core_publish(server->core, text_of(text), text_of(restaurant));
    return 204;
}

static int revoke_token(struct server *server, struct exchange *exchange,
                        const struct cJSON *body)
{
    static const char *const names[] = { "jti", NULL };
    char jti[JTI_BYTES_MAX + 1];

    (void)exchange;
    if (!has_members(body, names) ||
        !copy_member(body, "jti", jti, sizeof(jti)) || jti[0] == '\0')
        return 400;
    return core_revoke(server->core, text_of(jti)) ? 204 : 400;
}

static int change_directory(struct server *server, struct exchange *exchange,
                            const struct cJSON *body)
{
    (void)exchange;
    if (server->store == NULL)
        return 404;
    int status = control_directory(server->store, body);
    if (status == 204)
        core_directory_changed(server->core);
    return status;
}

static int ask_for_manager(struct server *server, struct exchange *exchange,
                           const struct cJSON *body)
{
    static const char *const names[] = { "user", NULL };
    char user[SUBJECT_BYTES_MAX + 1];

    if (server->options.served != SERVES_FACTORY)
        return 404;
    if (!has_members(body, names) ||
        !copy_member(body, "user", user, sizeof(user)))
        return 400;
    struct cJSON *answer = cJSON_CreateObject();
    cJSON_AddStringToObject(answer, "error",
                            core_manager_without_context(server->core));
    char *text = cJSON_PrintUnformatted(answer);
    cJSON_Delete(answer);
    return set_answer(exchange, text, 409);
}

/* What is asked for is an object of exactly the members that it needs. */
static int with_body(struct server *server, struct exchange *exchange,
                     int (*act)(struct server *, struct exchange *,
                                const struct cJSON *))
{
    struct cJSON *body = json_object_read(
        (struct text){ exchange->body, exchange->body_length });
    int status = body == NULL ? 400 : act(server, exchange, body);

    cJSON_Delete(body);
    return status;
}

static int do_publish(struct server *server, struct exchange *exchange)
{
    return with_body(server, exchange, publish);
}

static int do_revoke(struct server *server, struct exchange *exchange)
{
    return with_body(server, exchange, revoke_token);
}

static int do_directory(struct server *server, struct exchange *exchange)
{
    return with_body(server, exchange, change_directory);
}

static int do_managers(struct server *server, struct exchange *exchange)
{
    return with_body(server, exchange, ask_for_manager);
}

static int do_inspect(struct server *server, struct exchange *exchange)
{
    struct cJSON *report = core_inspect(server->core, exchange->since);
    char *text = cJSON_PrintUnformatted(report);

    cJSON_Delete(report);
    return set_answer(exchange, text, 200);
}

static const struct route routes[] = {
    { "/publish", true, do_publish },     { "/revoke", true, do_revoke },
    { "/directory", true, do_directory }, { "/managers", true, do_managers },
    { "/inspect", false, do_inspect },
};

static const struct route *find_route(const char *path)
{
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++)
        if (strcmp(routes[i].path, path) == 0)
            return &routes[i];
    return NULL;
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

    if (!is_authorised(wsi, server))
        return 401;
    exchange->route = find_route(path);
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

static int on_head(struct lws *wsi, struct server *server,
                   struct exchange *exchange, const char *path)
{
    exchange_reset(exchange);
    exchange->refusal = judge_head(wsi, server, exchange, path);
    if (exchange->refusal != 0)
        return answer(wsi, exchange->refusal, exchange);
    if (exchange->route->has_body)
        return 0;
    return answer(wsi, exchange->route->handle(server, exchange), exchange);
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
    return answer(wsi, exchange->route->handle(server, exchange), exchange);
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
    case LWS_CALLBACK_HTTP_WRITEABLE: return send_piece(wsi, user);
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
