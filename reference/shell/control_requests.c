/* What an operator may ask, and what becomes of it. */
#include "core/jwt.h"
#include "shell/control_directory.h"
#include "shell/control_exchange.h"
#include "shell/server.h"
#include <cjson/cJSON.h>
#include <libwebsockets.h>

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
    node_publish(server->node, text_of(text), text_of(restaurant));
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
    return node_revoke(server->node, text_of(jti)) ? 204 : 400;
}

static int revoke_user(struct server *server, struct exchange *exchange,
                       const struct cJSON *body)
{
    static const char *const names[] = { "user", NULL };
    char user[SUBJECT_BYTES_MAX + 1];

    (void)exchange;
    if (server->options.served != SERVES_ROOMS)
        return 404;
    if (!has_members(body, names) ||
        !copy_member(body, "user", user, sizeof(user)))
        return 400;
    return node_revoke_user(server->node, text_of(user)) ? 204 : 400;
}

static int issue_token(struct server *server, struct exchange *exchange,
                       const struct cJSON *body)
{
    static const char *const names[] = { "user", "role", NULL };
    char user[SUBJECT_BYTES_MAX + 1];
    char role[ROLE_BYTES_MAX + 1];

    if (server->options.served != SERVES_SIGNALS)
        return 404;
    if (!has_members(body, names) ||
        !copy_member(body, "user", user, sizeof(user)) || user[0] == '\0' ||
        !copy_member(body, "role", role, sizeof(role)))
        return 400;
    char *token = core_issue(node_core(server->node), user, role);
    if (token == NULL)
        return 503;
    struct cJSON *answer = cJSON_CreateObject();
    cJSON_AddStringToObject(answer, "token", token);
    free(token);
    char *text = cJSON_PrintUnformatted(answer);
    cJSON_Delete(answer);
    return set_answer(exchange, text, 200);
}

static int change_directory(struct server *server, struct exchange *exchange,
                            const struct cJSON *body)
{
    (void)exchange;
    if (server->store == NULL)
        return 404;
    int status = control_directory(server->store, body);
    if (status == 204)
        core_directory_changed(node_core(server->node));
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
    cJSON_AddStringToObject(
        answer, "error", core_manager_without_context(node_core(server->node)));
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

static int do_revoke_user(struct server *server, struct exchange *exchange)
{
    return with_body(server, exchange, revoke_user);
}

static int do_token(struct server *server, struct exchange *exchange)
{
    return with_body(server, exchange, issue_token);
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
    struct cJSON *report =
        core_inspect(node_core(server->node), exchange->since);
    char *text = cJSON_PrintUnformatted(report);

    cJSON_Delete(report);
    return set_answer(exchange, text, 200);
}

static int do_latest(struct server *server, struct exchange *exchange)
{
    const char *token = exchange->token == NULL ? "" : exchange->token;
    char *body = NULL;

    if (server->options.served != SERVES_SIGNALS)
        return 404;
    int status =
        core_read_latest(node_core(server->node), text_of(token), &body);
    return set_answer(exchange, body, status);
}

static const struct route routes[] = {
    { "/publish", true, do_publish, false },
    { "/revoke", true, do_revoke, false },
    { "/directory", true, do_directory, false },
    { "/managers", true, do_managers, false },
    { "/inspect", false, do_inspect, false },
    { "/revoke_user", true, do_revoke_user, false },
    { "/token", true, do_token, false },
    { "/latest", false, do_latest, true },
};

const struct route *control_route(const char *path)
{
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++)
        if (strcmp(routes[i].path, path) == 0)
            return &routes[i];
    return NULL;
}
