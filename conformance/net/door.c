/* Another door: its steps with a credential, or without one. */
#include "net/door.h"
#include "net/steps.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

static const char variable[] = "{token}";

/* --- Without a credential ------------------------------------------------- */

static bool mentions(const char *text, size_t length)
{
    return memmem(text, length, variable, strlen(variable)) != NULL;
}

char *parameters_without(const char *text)
{
    char *kept = calloc(1, strlen(text) + 1);
    size_t length = 0;

    while (kept != NULL && *text != 0) {
        size_t size = strcspn(text, "&");
        if (!mentions(text, size)) {
            if (length > 0)
                kept[length++] = '&';
            memcpy(kept + length, text, size);
            length += size;
        }
        text += size + (text[size] == '&');
    }
    return kept;
}

static char *url_without(const char *url)
{
    size_t path = strcspn(url, "?");
    char *query =
        url[path] == 0 ? strdup("") : parameters_without(url + path + 1);
    char *whole = NULL;

    if (query == NULL || asprintf(&whole, "%.*s%s%s", (int)path, url,
                                  *query == 0 ? "" : "?", query) < 0)
        whole = NULL;
    free(query);
    return whole;
}

/* Every member and element that mentions it, at whatever depth. */
static void prune(cJSON *node)
{
    cJSON *child = node->child;

    while (child != NULL) {
        cJSON *next = child->next;
        const char *text = cJSON_GetStringValue(child);
        if (text != NULL && mentions(text, strlen(text)))
            cJSON_Delete(cJSON_DetachItemViaPointer(node, child));
        else
            prune(child);
        child = next;
    }
}

static bool is_form(const char *body)
{
    return strchr(body, '=') != NULL && strpbrk(body, "\"\n") == NULL;
}

static char *body_without(const char *body)
{
    cJSON *tree = *body == '{' || *body == '['
                      ? cJSON_ParseWithOpts(body, NULL, true)
                      : NULL;
    char *text;

    if (tree == NULL)
        return is_form(body) ? parameters_without(body) : strdup(body);
    prune(tree);
    text = cJSON_PrintUnformatted(tree);
    cJSON_Delete(tree);
    return text;
}

/* A step of which parts are left out, and what it owns. */
struct bare {
    struct step step;
    const char **headers;
    char *url;
    char *body;
};

static const char **headers_without(const char *const *headers)
{
    size_t count = 0;
    size_t kept = 0;

    while (headers != NULL && headers[count] != NULL)
        count++;
    const char **list = calloc(count + 1, sizeof(*list));
    for (size_t i = 0; list != NULL && i < count; i++)
        if (!mentions(headers[i], strlen(headers[i])))
            list[kept++] = headers[i];
    return list;
}

static bool bare_init(struct bare *bare, const struct step *step)
{
    const struct hook *hook = &step->hook;

    bare->step = *step;
    bare->headers = headers_without(hook->headers);
    bare->url = url_without(hook->url);
    bare->body = hook->body == NULL ? NULL : body_without(hook->body);
    bare->step.hook.headers = bare->headers;
    bare->step.hook.url = bare->url;
    bare->step.hook.body = bare->body;
    return bare->headers != NULL && bare->url != NULL &&
           (hook->body == NULL || bare->body != NULL);
}

static void bare_deinit(struct bare *bare)
{
    free(bare->headers);
    free(bare->url);
    free(bare->body);
}

/* --- Asking --------------------------------------------------------------- */

static enum fault take(const struct walk *walk, const struct step *step,
                       bool is_bare, long *status, struct buffer *body)
{
    struct bare bare = { .headers = NULL };
    enum fault fault = FAULT_MEMORY;

    if (!is_bare)
        return walk_step(walk, step, status, body);
    if (bare_init(&bare, step))
        fault = walk_step(walk, &bare.step, status, body);
    bare_deinit(&bare);
    return fault;
}

/* A check at one step guards nothing if the last answers without it. */
static void try_last(struct walk *walk, const struct inquiry *inquiry,
                     struct reply *into)
{
    const struct steps *steps = &inquiry->door->steps;
    long status = 0;

    walk->caller.head = NULL;
    walk->number = steps->count;
    enum fault fault = take(walk, &steps->at[steps->count - 1],
                            inquiry->token == NULL, &status, &into->last);
    into->last_status = fault == FAULT_HOOK ? 0 : (int)status;
}

/* Until one is not answered as it should be. */
static enum fault enter(struct walk *walk, const struct inquiry *inquiry,
                        struct reply *into)
{
    const struct steps *steps = &inquiry->door->steps;
    enum fault fault = FAULT_NONE;

    walk->caller.head = &into->head;
    for (size_t i = 0; i < steps->count && fault == FAULT_NONE; i++) {
        long status = 0;
        walk->number = i + 1;
        buffer_clear(&into->head);
        buffer_clear(&into->body);
        fault = take(walk, &steps->at[i], inquiry->token == NULL, &status,
                     &into->body);
        into->status = (int)status;
    }
    if (fault == FAULT_DENIED && walk->number < steps->count)
        try_last(walk, inquiry, into);
    return fault == FAULT_DENIED ? FAULT_NONE : fault;
}

/* Whatever came of the way in. What is not answered has told nothing. */
static void read_on(struct walk *walk, const struct inquiry *inquiry,
                    struct reply *into)
{
    const struct steps *steps = &inquiry->door->read;

    walk->caller.head = &into->told;
    walk->caller.meanwhile = inquiry->meanwhile;
    walk->caller.self = inquiry->self;
    walk->caller.deadline_ms = inquiry->door->read_ms;
    inquiry->meanwhile(inquiry->self);
    for (size_t i = 0; i < steps->count; i++) {
        struct buffer body;
        long status = 0;
        buffer_init(&body, STEP_ANSWER_MAX);
        walk->number = i + 1;
        (void)take(walk, &steps->at[i], inquiry->token == NULL, &status, &body);
        buffer_add(&into->told, body.at, body.length);
        buffer_deinit(&body);
    }
}

enum fault door_knock(const struct manifest *manifest,
                      const struct inquiry *inquiry, struct reply *into)
{
    const struct pair given[] = {
        { "token", inquiry->token == NULL ? "" : inquiry->token },
        { "user", inquiry->user },
        { NULL, NULL },
    };
    struct values values;
    struct walk walk;
    enum fault fault =
        walk_begin(&walk, manifest, inquiry->door->what, given, &values);

    if (fault == FAULT_NONE)
        fault = enter(&walk, inquiry, into);
    if (fault == FAULT_NONE && inquiry->meanwhile != NULL)
        read_on(&walk, inquiry, into);
    caller_deinit(&walk.caller);
    values_deinit(&values);
    return fault;
}
