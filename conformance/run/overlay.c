/* What a manifest is told of the reference: where it listens, and its hooks. */
#include "run/reference.h"
#include "spec.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

static struct cJSON *command(const char *const words[], int count)
{
    struct cJSON *hook = cJSON_CreateObject();

    cJSON_AddItemToObject(hook, "command",
                          cJSON_CreateStringArray(words, count));
    return hook;
}

static void add_command(struct cJSON *hooks, const char *name,
                        const char *program, const char *option,
                        const char *first, const char *second)
{
    const char *const words[] = { program, option, first, second };

    cJSON_AddItemToObject(hooks, name, command(words, second == NULL ? 3 : 4));
}

static struct cJSON *request(const char *method, const char *url,
                             const char *body)
{
    struct cJSON *hook = cJSON_CreateObject();
    struct cJSON *headers = cJSON_AddObjectToObject(hook, "headers");

    cJSON_AddStringToObject(hook, "method", method);
    cJSON_AddStringToObject(hook, "url", url);
    cJSON_AddStringToObject(headers, "Authorization", "Bearer {control_token}");
    cJSON_AddStringToObject(headers, "Content-Type", "application/json");
    if (body != NULL)
        cJSON_AddStringToObject(hook, "body", body);
    return hook;
}

static void add_post(struct cJSON *hooks, const char *name, const char *url,
                     const char *body)
{
    cJSON_AddItemToObject(hooks, name, request("POST", url, body));
}

/* The real thing each: keys that are gone, a directory that holds nothing, a
 * disk that is full. */
static void add_breakages(const struct target *target, struct cJSON *hooks)
{
    char keys[128], off[128], audit[128], directory[128];

    reference_path(target, "keys.json", keys);
    reference_path(target, "keys.json.off", off);
    reference_path(target, "audit", audit);
    reference_path(target, "directory", directory);
    add_command(hooks, "break_decoder", "mv", "-f", keys, off);
    add_command(hooks, "mend_decoder", "mv", "-f", off, keys);
    add_command(hooks, "break_monitor", "ln", "-sf", "/dev/full", audit);
    add_command(hooks, "mend_monitor", "rm", "-f", audit, NULL);
    add_command(hooks, "break_store", "sh", "-c",
                "cp \"$0\" \"$0.saved\" && : > \"$0\"", directory);
    add_command(hooks, "mend_store", "sh", "-c",
                "[ ! -e \"$0.saved\" ] || { cat \"$0.saved\" > \"$0\" && "
                "rm \"$0.saved\"; }",
                directory);
}

/* `behind`: what is done until the signal has had its effect; NULL: nothing. */
static void add_signal(struct cJSON *hooks, const char *name,
                       const char *signal, const struct server *to,
                       const char *behind)
{
    char command[256];

    snprintf(command, sizeof(command), "kill -s %s %ld%s%s", signal,
             (long)to->pid, behind == NULL ? "" : "; ",
             behind == NULL ? "" : behind);
    add_command(hooks, name, "sh", "-c", command, NULL);
}

/* Returns when what is kept, $c, is gone. */
static void add_killing(struct cJSON *hooks, const char *name,
                        const struct server *to)
{
    char command[192];
    long keeper = (long)to->pid;

    snprintf(command, sizeof(command),
             "read -r c _ < /proc/%ld/task/%ld/children; kill -s USR1 %ld; "
             "[ -z \"$c\" ] || while [ -d \"/proc/$c\" ]; do :; done",
             keeper, keeper, keeper);
    add_command(hooks, name, "sh", "-c", command, NULL);
}

static void add_redis_command(struct cJSON *hooks, const char *name,
                              unsigned port, const char *words)
{
    char command[128];

    snprintf(command, sizeof(command), "redis-cli -p %u %s", port, words);
    add_command(hooks, name, "sh", "-c", command, NULL);
}

/* To the keepers of the store and of the last node. */
static void add_outages(const struct target *target, struct cJSON *hooks)
{
    const struct server *store = &target->store.server;
    const struct server *last = &target->servers[target->server_count - 1];
    struct cJSON *of_store = cJSON_AddObjectToObject(hooks, "store");
    struct cJSON *of_node = cJSON_AddObjectToObject(hooks, "node");
    char until_gone[128], until_there[128];

    snprintf(until_gone, sizeof(until_gone),
             "while timeout 0.1 redis-cli -p %u ping >/dev/null 2>&1; do :; "
             "done",
             target->store.port);
    snprintf(until_there, sizeof(until_there),
             "until timeout 1 redis-cli -p %u ping 2>&1 | grep -q PONG; do :; "
             "done",
             target->store.port);
    add_signal(of_store, "stop", "USR1", store, until_gone);
    add_signal(of_store, "start", "USR2", store, until_there);
    add_signal(of_store, "freeze", "TSTP", store, until_gone);
    add_signal(of_store, "thaw", "CONT", store, until_there);
    add_redis_command(of_store, "fill", target->store.port,
                      "config set maxmemory 1");
    add_redis_command(of_store, "drain", target->store.port,
                      "config set maxmemory 0");
    add_redis_command(of_store, "slow", target->store.port,
                      "client pause 700 all");
    add_redis_command(of_store, "hurry", target->store.port, "ping");
    add_command(of_store, "show", "sh", "-c",
                "tail -q -c 4000000 \"$0\"/appendonlydir/*.aof",
                target->store.folder);
    add_killing(of_node, "kill", last);
    add_signal(of_node, "start", "USR2", last, NULL);
}

static void add_directory_hooks(struct cJSON *hooks)
{
    static const char url[] = "{control}/directory";

    add_post(hooks, "publish_to", "{control}/publish",
             "{\"text\":\"{text}\",\"restaurant\":\"{tenant}\"}");
    add_post(hooks, "tenant", url,
             "{\"restaurant\":{\"id\":\"{tenant}\",\"active\":{active}}}");
    add_post(hooks, "user", url,
             "{\"user\":{\"id\":\"{user}\",\"role\":\"{role}\","
             "\"restaurant\":\"{tenant}\"}}");
    add_post(hooks, "remove_user", url, "{\"remove_user\":\"{user}\"}");
    add_post(hooks, "order", url,
             "{\"order\":{\"id\":\"{order}\",\"restaurant\":\"{tenant}\","
             "\"status\":\"{status}\"}}");
}

static void add_hooks(const struct target *target, struct cJSON *overlay)
{
    struct cJSON *hooks = cJSON_AddObjectToObject(overlay, "hooks");
    char log[128];

    add_post(hooks, "publish", "{control}/publish", "{\"text\":\"{text}\"}");
    add_post(hooks, "revoke", "{control}/revoke", "{\"jti\":\"{jti}\"}");
    cJSON_AddItemToObject(
        hooks, "inspect",
        request("GET", "{control}/inspect?since={since}", NULL));
    cJSON_AddStringToObject(hooks, "log_file",
                            reference_path(target, "server.log", log));
    add_breakages(target, hooks);
    if (target->store.port != 0)
        add_outages(target, hooks);
    if (target->manifest->profile == SIGNALS)
        add_post(hooks, "issue_token", "{control}/token",
                 "{\"user\":\"{user}\",\"role\":\"{role}\"}");
    if (target->manifest->profile == FACTORY)
        add_post(hooks, "ask_without_context", "{control}/managers",
                 "{\"user\":\"\"}");
    if (target->manifest->profile == ROOMS)
        add_post(hooks, "revoke_user", "{control}/revoke_user",
                 "{\"user\":\"{user}\"}");
    if (target->manifest->profile == POS)
        add_directory_hooks(hooks);
}

/* The same endpoint by its old path. */
static void add_old_path(struct cJSON *doors, const char *url)
{
    struct cJSON *door = cJSON_CreateObject();
    char *old = NULL;

    if (asprintf(&old, "%s/old", url) < 0)
        old = NULL;
    cJSON_AddStringToObject(door, "what", "the old path");
    cJSON_AddStringToObject(door, "url", old == NULL ? "" : old);
    cJSON_AddItemToArray(doors, door);
    free(old);
}

/* Where the latest broadcasts are read, beside the socket; and its old path. */
static void add_doors(struct cJSON *endpoint, const char *url)
{
    struct cJSON *doors = cJSON_Parse(
        "[{\"what\":\"GET /latest of the control API\","
        "\"url\":\"{control}/latest\","
        "\"steps\":[{\"url\":\"{control}/latest\","
        "\"headers\":{\"Authorization\":\"Bearer {token}\"}}],"
        "\"read\":[{\"url\":\"{control}/latest\","
        "\"headers\":{\"Authorization\":\"Bearer {token}\"}}],"
        "\"admitted\":{\"http\":200,\"body_like\":\"signals\"},"
        "\"refused\":[{\"http\":401,\"body_like\":\"unauthorized\"}]}]");

    add_old_path(doors, url);
    cJSON_AddItemToObject(endpoint, "other_doors", doors);
}

static void add_presence(struct cJSON *overlay)
{
    struct cJSON *presence = cJSON_AddObjectToObject(overlay, "presence");

    cJSON_AddNumberToObject(presence, "check_ms", REFERENCE_PRESENCE_CHECK_MS);
    cJSON_AddNumberToObject(presence, "timeout_ms",
                            REFERENCE_PRESENCE_TIMEOUT_MS);
    cJSON_AddNumberToObject(presence, "cleanup_ms",
                            REFERENCE_PRESENCE_CLEANUP_MS);
}

static const char *url_of(const struct server *server,
                          const struct target_choice *choice)
{
    return choice->unix_socket ? server->unix_url : server->url;
}

struct cJSON *reference_overlay(const struct target *target,
                                const struct target_choice *choice,
                                const char *token)
{
    struct cJSON *overlay = cJSON_CreateObject();
    struct cJSON *endpoint = cJSON_AddObjectToObject(overlay, "endpoint");
    struct cJSON *zones = cJSON_AddObjectToObject(endpoint, "timezones");
    struct cJSON *nodes = NULL;
    struct cJSON *limits = cJSON_AddObjectToObject(overlay, "limits");
    struct cJSON *vars = cJSON_AddObjectToObject(overlay, "vars");
    char certificate[128];

    cJSON_AddStringToObject(endpoint, "url",
                            url_of(&target->servers[0], choice));
    if (choice->tls && !choice->unix_socket)
        cJSON_AddStringToObject(endpoint, "plain_url",
                                target->servers[0].plain_url);
    for (size_t i = 0; i < TARGET_ZONES; i++)
        cJSON_AddStringToObject(zones, reference_timezone(i),
                                url_of(&target->servers[i], choice));

    if (target->node_start > TARGET_ZONES)
        cJSON_AddStringToObject(cJSON_AddObjectToObject(endpoint, "tight"),
                                "url",
                                url_of(&target->servers[TARGET_ZONES], choice));
    if (target->server_count > target->node_start)
        nodes = cJSON_AddArrayToObject(endpoint, "nodes");
    for (size_t i = target->node_start; i < target->server_count; i++)
        cJSON_AddItemToArray(
            nodes, cJSON_CreateString(url_of(&target->servers[i], choice)));
    if (choice->tls)
        cJSON_AddStringToObject(
            endpoint, "ca_file",
            reference_path(target, "cert.pem", certificate));
    cJSON_AddNumberToObject(limits, "attempts",
                            reference_attempts(target->manifest));
    cJSON_AddNumberToObject(limits, "strangers",
                            reference_strangers(target->manifest));
    cJSON_AddStringToObject(vars, "control", target->servers[0].control);
    cJSON_AddStringToObject(vars, "control_token", token);
    if (target->manifest->profile == SIGNALS)
        add_doors(endpoint, url_of(&target->servers[0], choice));
    if (target->manifest->presence_timeout_ms > 0)
        add_presence(overlay);
    add_hooks(target, overlay);
    return overlay;
}
