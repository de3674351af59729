/* Reads the hooks: what they are made of, and the manifest's own variables in
 * it. */
#include "adapter.h"
#include "manifest/internal.h"
#include <stdio.h>
#include <stdlib.h>

/* The hooks, the variables that each is called with, and whether it is of any
 * use without them. */
static const struct {
    struct hook_form form;
    size_t offset;
} kinds[] = {
    { { "hooks.publish", "text", true },
      offsetof(struct manifest, publish_hook) },
    { { "hooks.inspect", "since", false },
      offsetof(struct manifest, inspect_hook) },
    { { "hooks.revoke", "jti token", false },
      offsetof(struct manifest, revoke_hook) },
    { { "hooks.break_decoder", "what", false },
      offsetof(struct manifest, break_decoder_hook) },
    { { "hooks.mend_decoder", "what", false },
      offsetof(struct manifest, mend_decoder_hook) },
    { { "hooks.break_store", "what", false },
      offsetof(struct manifest, break_store_hook) },
    { { "hooks.mend_store", "what", false },
      offsetof(struct manifest, mend_store_hook) },
    { { "hooks.break_monitor", "what", false },
      offsetof(struct manifest, break_monitor_hook) },
    { { "hooks.mend_monitor", "what", false },
      offsetof(struct manifest, mend_monitor_hook) },
    { { "hooks.store.stop", "what", false },
      offsetof(struct manifest, stop_shared_hook) },
    { { "hooks.store.start", "what", false },
      offsetof(struct manifest, start_shared_hook) },
    { { "hooks.store.freeze", "what", false },
      offsetof(struct manifest, freeze_shared_hook) },
    { { "hooks.store.thaw", "what", false },
      offsetof(struct manifest, thaw_shared_hook) },
    { { "hooks.store.fill", "what", false },
      offsetof(struct manifest, fill_shared_hook) },
    { { "hooks.store.drain", "what", false },
      offsetof(struct manifest, drain_shared_hook) },
    { { "hooks.store.slow", "what", false },
      offsetof(struct manifest, slow_shared_hook) },
    { { "hooks.store.hurry", "what", false },
      offsetof(struct manifest, hurry_shared_hook) },
    { { "hooks.store.show", "what", false },
      offsetof(struct manifest, show_shared_hook) },
    { { "hooks.node.kill", "what", false },
      offsetof(struct manifest, kill_node_hook) },
    { { "hooks.node.start", "what", false },
      offsetof(struct manifest, start_node_hook) },
    { { "hooks.publish_to", "text tenant", true },
      offsetof(struct manifest, publish_to_hook) },
    { { "hooks.tenant", "tenant active", true },
      offsetof(struct manifest, tenant_hook) },
    { { "hooks.user", "user role tenant", true },
      offsetof(struct manifest, user_hook) },
    { { "hooks.remove_user", "user", true },
      offsetof(struct manifest, remove_user_hook) },
    { { "hooks.revoke_user", "user", true },
      offsetof(struct manifest, revoke_user_hook) },
    { { "hooks.issue_token", "user role", false },
      offsetof(struct manifest, issue_token_hook) },
    { { "hooks.restart", "", false }, offsetof(struct manifest, restart_hook) },
    { { "hooks.order", "order tenant status", true },
      offsetof(struct manifest, order_hook) },
    { { "hooks.ask_without_context", "", false },
      offsetof(struct manifest, ask_without_context_hook) },
};

struct hooking {
    struct building *building;
    const char *path;      /* of the hook */
    const char *variables; /* its own, space-separated */
};

/* --- Variables ------------------------------------------------------------ */

static void complain(const struct hooking *hooking, const char *member,
                     const char *found, const char *expected)
{
    char path[64];

    snprintf(path, sizeof(path), "%s%s%s", hooking->path,
             member == NULL ? "" : ".", member == NULL ? "" : member);
    build_mistake(hooking->building, path, found, expected);
}

static const char *fill(const struct hooking *hooking, const char *member,
                        const char *text)
{
    char path[64];

    snprintf(path, sizeof(path), "%s.%s", hooking->path, member);
    return build_text(hooking->building, path, hooking->variables, text);
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

/* The URL as it is, or behind the base. */
static const char *whole_url(struct building *building, const char *base,
                             const char *url)
{
    char *whole = NULL;

    if (url == NULL || base == NULL || *url != '/')
        return url;
    if (asprintf(&whole, "%s%s", base, url) < 0)
        whole = NULL;
    return build_keep(building, whole);
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

void build_hook(struct building *building, const struct hook_form *form,
                const char *base, struct hook *into)
{
    struct hooking hooking = { building, form->path, form->variables };
    const cJSON *value = build_at(building, form->path);

    if (value == NULL)
        return;
    into->present = true;
    into->method = text_of(value, "method");
    into->url =
        fill(&hooking, "url", whole_url(building, base, text_of(value, "url")));
    into->headers =
        read_headers(&hooking, cJSON_GetObjectItem(value, "headers"));
    into->body = fill(&hooking, "body", text_of(value, "body"));
    into->command =
        read_command(&hooking, cJSON_GetObjectItem(value, "command"));
    check_url(&hooking, into->url);
    check_shape(&hooking, into, value, form->must_mention);
}

static void read_log_file(struct building *building)
{
    static const char path[] = "hooks.log_file";
    struct trail ignored;
    const struct layer *layer =
        layers_origin(building->reading, path, &ignored);
    const char *filled = build_text(
        building, path, "", cJSON_GetStringValue(build_at(building, path)));

    if (filled != NULL)
        building->manifest->log_file =
            build_keep(building, path_join(layer->folder, filled));
}

void build_hooks(struct building *building)
{
    char *whole = (char *)building->manifest;

    for (size_t i = 0; i < COUNT(kinds); i++)
        build_hook(building, &kinds[i].form, NULL,
                   (struct hook *)(void *)(whole + kinds[i].offset));
    read_log_file(building);
}
