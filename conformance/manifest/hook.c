/* Reads the hooks: what they are made of, and the manifest's own variables in
 * it. */
#include "adapter.h"
#include "manifest/internal.h"
#include <stdio.h>
#include <stdlib.h>

/* The hooks, the variables that each is called with, and whether it is of any
 * use without them. */
static const struct {
    const char *path;
    const char *variables;
    bool must_mention;
    size_t offset;
} kinds[] = {
    { "hooks.publish", "text", true, offsetof(struct manifest, publish_hook) },
    { "hooks.inspect", "since", false,
      offsetof(struct manifest, inspect_hook) },
    { "hooks.revoke", "jti", true, offsetof(struct manifest, revoke_hook) },
    { "hooks.break_decoder", "what", false,
      offsetof(struct manifest, break_decoder_hook) },
    { "hooks.mend_decoder", "what", false,
      offsetof(struct manifest, mend_decoder_hook) },
    { "hooks.break_store", "what", false,
      offsetof(struct manifest, break_store_hook) },
    { "hooks.mend_store", "what", false,
      offsetof(struct manifest, mend_store_hook) },
    { "hooks.break_monitor", "what", false,
      offsetof(struct manifest, break_monitor_hook) },
    { "hooks.mend_monitor", "what", false,
      offsetof(struct manifest, mend_monitor_hook) },
    { "hooks.store.stop", "what", false,
      offsetof(struct manifest, stop_shared_hook) },
    { "hooks.store.start", "what", false,
      offsetof(struct manifest, start_shared_hook) },
    { "hooks.store.freeze", "what", false,
      offsetof(struct manifest, freeze_shared_hook) },
    { "hooks.store.thaw", "what", false,
      offsetof(struct manifest, thaw_shared_hook) },
    { "hooks.store.fill", "what", false,
      offsetof(struct manifest, fill_shared_hook) },
    { "hooks.store.drain", "what", false,
      offsetof(struct manifest, drain_shared_hook) },
    { "hooks.store.slow", "what", false,
      offsetof(struct manifest, slow_shared_hook) },
    { "hooks.store.hurry", "what", false,
      offsetof(struct manifest, hurry_shared_hook) },
    { "hooks.store.show", "what", false,
      offsetof(struct manifest, show_shared_hook) },
    { "hooks.node.kill", "what", false,
      offsetof(struct manifest, kill_node_hook) },
    { "hooks.node.start", "what", false,
      offsetof(struct manifest, start_node_hook) },
    { "hooks.publish_to", "text tenant", true,
      offsetof(struct manifest, publish_to_hook) },
    { "hooks.tenant", "tenant active", true,
      offsetof(struct manifest, tenant_hook) },
    { "hooks.user", "user role tenant", true,
      offsetof(struct manifest, user_hook) },
    { "hooks.remove_user", "user", true,
      offsetof(struct manifest, remove_user_hook) },
    { "hooks.revoke_user", "user", true,
      offsetof(struct manifest, revoke_user_hook) },
    { "hooks.issue_token", "user role", false,
      offsetof(struct manifest, issue_token_hook) },
    { "hooks.order", "order tenant status", true,
      offsetof(struct manifest, order_hook) },
    { "hooks.ask_without_context", "", false,
      offsetof(struct manifest, ask_without_context_hook) },
};

struct vars {
    struct pair *pairs;  /* NULL-named at the end */
    struct buffer names; /* space-separated */
};

struct hooking {
    struct building *building;
    const struct vars *vars;
    const char *path;      /* of the hook */
    const char *variables; /* its own, space-separated */
};

/* --- Variables ------------------------------------------------------------ */

static bool read_vars(const cJSON *tree, struct vars *vars)
{
    const cJSON *object = cJSON_GetObjectItemCaseSensitive(tree, "vars");
    size_t count = 0;
    const cJSON *member;

    buffer_init(&vars->names, 64 * 1024);
    vars->pairs =
        calloc((size_t)cJSON_GetArraySize(object) + 1, sizeof(*vars->pairs));
    if (vars->pairs == NULL)
        return false;
    cJSON_ArrayForEach(member, object)
    {
        vars->pairs[count].name = member->string;
        vars->pairs[count++].value = member->valuestring;
        buffer_printf(&vars->names, "%s ", member->string);
    }
    return true;
}

static void complain(const struct hooking *hooking, const char *member,
                     const char *found, const char *expected)
{
    char path[64];

    snprintf(path, sizeof(path), "%s%s%s", hooking->path,
             member == NULL ? "" : ".", member == NULL ? "" : member);
    build_mistake(hooking->building, path, found, expected);
}

/* A text of the hook with the manifest's variables in their places. */
static const char *fill(const struct hooking *hooking, const char *member,
                        const char *text)
{
    char found[FOUND_BYTES];
    char own[FOUND_BYTES];
    char expected[FOUND_BYTES + 32];
    struct buffer names;

    if (text == NULL)
        return NULL;
    buffer_init(&names, 64 * 1024);
    buffer_printf(&names, "%s%s", buffer_string(&hooking->vars->names),
                  hooking->variables);
    if (foreign_variable(text, buffer_string(&names), found)) {
        write_variables(hooking->variables, own);
        snprintf(expected, sizeof(expected), "%s%sa name of vars",
                 *hooking->variables == 0 ? "" : own,
                 *hooking->variables == 0 ? "" : " or ");
        complain(hooking, member, found, expected);
    }
    buffer_deinit(&names);
    return build_keep(hooking->building,
                      template_fill(text, hooking->vars->pairs));
}

/* --- Lists ---------------------------------------------------------------- */

static const char **new_list(const struct hooking *hooking, const cJSON *value)
{
    size_t size = (size_t)cJSON_GetArraySize(value) + 1;
    const char **list = calloc(size, sizeof(*list));

    list = texts_keep(hooking->building->manifest->texts, list);
    if (list == NULL)
        mistake_no_memory(hooking->building->reading);
    return list;
}

static const char *const *read_command(const struct hooking *hooking,
                                       const cJSON *value)
{
    const char **list = value == NULL ? NULL : new_list(hooking, value);
    size_t count = 0;
    const cJSON *word;

    if (list == NULL)
        return NULL;
    cJSON_ArrayForEach(word, value)
    {
        list[count++] = fill(hooking, "command", word->valuestring);
    }
    return list;
}

static const char *const *read_headers(const struct hooking *hooking,
                                       const cJSON *value)
{
    const char **list = value == NULL ? NULL : new_list(hooking, value);
    size_t count = 0;
    const cJSON *header;

    if (list == NULL)
        return NULL;
    cJSON_ArrayForEach(header, value)
    {
        char *line = NULL;
        if (asprintf(&line, "%s: %s", header->string, header->valuestring) < 0)
            line = NULL;
        list[count++] = fill(hooking, "headers", line);
        free(line);
    }
    return list;
}

/* --- Hooks ---------------------------------------------------------------- */

static const char *text_of(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static void check_url(const struct hooking *hooking, const char *url)
{
    if (url != NULL && strncmp(url, "http://", 7) != 0 &&
        strncmp(url, "https://", 8) != 0)
        complain(hooking, "url", "another URL",
                 "one that begins with http:// or https://, once its "
                 "variables are filled in");
}

/* The first of the hook's variables that it does not mention. */
static bool lacks_variable(const struct hooking *hooking, const cJSON *value,
                           char into[FOUND_BYTES])
{
    for (const char *at = hooking->variables; *at != 0;) {
        char name[32];
        size_t length = strcspn(at, " ");
        snprintf(name, sizeof(name), "%.*s", (int)length, at);
        if (!template_mentions(value, name, false)) {
            snprintf(into, FOUND_BYTES, "no {%s}", name);
            return true;
        }
        at += length;
        at += strspn(at, " ");
    }
    return false;
}

static void check_shape(const struct hooking *hooking, const struct hook *hook,
                        const cJSON *value, bool must_mention)
{
    char found[FOUND_BYTES];

    if (hook->url != NULL && hook->command != NULL)
        complain(hooking, NULL, "both url and command", "one of them");
    else if (hook->url == NULL && hook->command == NULL)
        complain(hooking, NULL, "neither url nor command", "one of them");
    else if (must_mention && lacks_variable(hooking, value, found))
        complain(hooking, NULL, found, "it in the url, body or command");
}

static void read_hook(const struct hooking *hooking, bool must_mention,
                      struct hook *into)
{
    struct trail ignored;
    const cJSON *value =
        trail_find(hooking->building->manifest->tree, hooking->path, &ignored);

    if (value == NULL)
        return;
    into->present = true;
    into->method = text_of(value, "method");
    into->url = fill(hooking, "url", text_of(value, "url"));
    into->headers =
        read_headers(hooking, cJSON_GetObjectItem(value, "headers"));
    into->body = fill(hooking, "body", text_of(value, "body"));
    into->command =
        read_command(hooking, cJSON_GetObjectItem(value, "command"));
    check_url(hooking, into->url);
    check_shape(hooking, into, value, must_mention);
}

static void read_log_file(struct building *building, const struct vars *vars)
{
    struct hooking hooking = { building, vars, "hooks", "log_file" };
    struct trail ignored;
    const struct layer *layer =
        layers_origin(building->reading, "hooks.log_file", &ignored);
    const cJSON *value =
        trail_find(building->manifest->tree, "hooks.log_file", &ignored);
    const char *filled =
        fill(&hooking, "log_file", cJSON_GetStringValue(value));

    if (filled != NULL)
        building->manifest->log_file =
            build_keep(building, path_join(layer->folder, filled));
}

void build_hooks(struct building *building)
{
    struct vars vars;

    if (!read_vars(building->manifest->tree, &vars)) {
        mistake_no_memory(building->reading);
        return;
    }
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct hooking hooking = { building, &vars, kinds[i].path,
                                   kinds[i].variables };
        char *whole = (char *)building->manifest;
        read_hook(&hooking, kinds[i].must_mention,
                  (struct hook *)(void *)(whole + kinds[i].offset));
    }
    read_log_file(building, &vars);
    buffer_deinit(&vars.names);
    free(vars.pairs);
}
