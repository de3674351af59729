/* Steps of a manifest, and what is saved of their answers. */
#include "net/steps.h"
#include "net/http.h"
#include <cJSON.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>

/* --- Captures ------------------------------------------------------------- */

/* The next reference token of a pointer, its ~0 and ~1 undone; free() it. */
static char *next_token(const char **pointer)
{
    size_t length = strcspn(*pointer, "/");
    char *token = strndup(*pointer, length);
    char *to = token;

    *pointer += length;
    for (const char *from = token; from != NULL && *from != 0; from++) {
        bool is_escape = from[0] == '~' && (from[1] == '0' || from[1] == '1');
        *to++ = !is_escape ? *from : from[1] == '0' ? '~' : '/';
        from += is_escape;
    }
    if (to != NULL)
        *to = 0;
    return token;
}

static const cJSON *child_of(const cJSON *node, const char *token)
{
    if (!cJSON_IsArray(node))
        return cJSON_GetObjectItemCaseSensitive(node, token);
    if (*token == 0 || strspn(token, "0123456789") != strlen(token) ||
        strlen(token) > 6)
        return NULL;
    return cJSON_GetArrayItem(node, (int)strtoul(token, NULL, 10));
}

/* A copy; free() it. */
static char *scalar_text(const cJSON *node)
{
    const char *text = cJSON_GetStringValue(node);

    if (text != NULL)
        return strdup(text);
    return cJSON_IsNumber(node) || cJSON_IsBool(node)
               ? cJSON_PrintUnformatted(node)
               : NULL;
}

char *pointer_text(const char *json, const char *pointer)
{
    cJSON *tree = cJSON_Parse(json);
    const cJSON *node = tree;

    while (node != NULL && *pointer == '/') {
        pointer++;
        char *token = next_token(&pointer);
        node = token == NULL ? NULL : child_of(node, token);
        free(token);
    }
    char *text = scalar_text(node);
    cJSON_Delete(tree);
    return text;
}

char *regex_text(const char *text, const char *expression)
{
    regex_t regex;
    regmatch_t groups[2];
    char *found = NULL;

    if (regcomp(&regex, expression, REG_EXTENDED | REG_NEWLINE) != 0)
        return NULL;
    if (regexec(&regex, text, COUNT(groups), groups, 0) == 0 &&
        groups[1].rm_so >= 0)
        found = strndup(text + groups[1].rm_so,
                        (size_t)(groups[1].rm_eo - groups[1].rm_so));
    regfree(&regex);
    return found;
}

static char *cookie_text(void *curl, const char *name)
{
    struct buffer value;

    buffer_init(&value, SAVED_BYTES_MAX);
    char *text =
        http_cookie(curl, name, &value) ? strdup(buffer_string(&value)) : NULL;
    buffer_deinit(&value);
    return text;
}

/* --- One step ------------------------------------------------------------- */

static char *capture(const struct walk *walk, const struct saving *save,
                     const char *answer)
{
    switch (save->kind) {
    case CAPTURE_JSON: return pointer_text(answer, save->where);
    case CAPTURE_REGEX: return regex_text(answer, save->where);
    case CAPTURE_COOKIE: return cookie_text(walk->caller.curl, save->where);
    }
    return NULL;
}

static bool is_kept(const char *text)
{
    return text != NULL && *text != 0 && strlen(text) <= SAVED_BYTES_MAX &&
           strpbrk(text, "\r\n") == NULL;
}

/* What is saved a second time takes the place of the first. */
static void put(struct values *values, const char *name, char *text)
{
    for (size_t i = values->given; i < values->count; i++) {
        if (strcmp(values->at[i].name, name) == 0) {
            free((void *)(uintptr_t)values->at[i].value);
            values->at[i].value = text;
            return;
        }
    }
    values->at[values->count++] = (struct pair){ name, text };
}

static enum fault save_all(const struct walk *walk, const struct step *step,
                           const char *answer)
{
    static const char *const places[] = {
        [CAPTURE_JSON] = "no text or number at the JSON pointer",
        [CAPTURE_REGEX] = "no match of the expression",
        [CAPTURE_COOKIE] = "no cookie",
    };

    for (size_t i = 0; i < step->save_count; i++) {
        const struct saving *save = &step->saves[i];
        char *text = capture(walk, save, answer);
        if (!is_kept(text)) {
            free(text);
            return fault_say(FAULT_DENIED,
                             "%s, step %zu: nothing to save as %s: "
                             "%s %s",
                             walk->what, walk->number, save->name,
                             places[save->kind], save->where);
        }
        put(walk->values, save->name, text);
    }
    return FAULT_NONE;
}

static enum fault judge_status(const struct walk *walk, const struct step *step,
                               long status)
{
    bool good = step->status != 0 ? status == step->status
                                  : status >= 200 && status < 400;
    char expected[32] = "2xx or 3xx";

    if (step->hook.command != NULL || good)
        return FAULT_NONE;
    if (step->status != 0)
        snprintf(expected, sizeof(expected), "%d", step->status);
    return fault_say(FAULT_DENIED, "%s, step %zu: HTTP status %ld, expected %s",
                     walk->what, walk->number, status, expected);
}

enum fault walk_step(const struct walk *walk, const struct step *step,
                     long *status, struct buffer *answer)
{
    enum fault fault = caller_ask(&walk->caller, &step->hook, walk->values->at,
                                  status, answer);

    if (fault != FAULT_NONE) {
        char *why = strdup(fault_reason());
        fault = fault_say(FAULT_HOOK, "%s, step %zu: %s", walk->what,
                          walk->number, why == NULL ? "" : why);
        free(why);
        return fault;
    }
    fault = judge_status(walk, step, *status);
    return fault == FAULT_NONE ? save_all(walk, step, buffer_string(answer))
                               : fault;
}

static enum fault do_step(const struct walk *walk, const struct step *step)
{
    struct buffer answer;
    long status = 0;

    buffer_init(&answer, STEP_ANSWER_MAX);
    enum fault fault = walk_step(walk, step, &status, &answer);
    buffer_deinit(&answer);
    return fault == FAULT_DENIED ? FAULT_HOOK : fault;
}

/* --- All of them ---------------------------------------------------------- */

static void borrow(struct values *values, const struct pair *given)
{
    for (; given != NULL && given->name != NULL &&
           values->count < IDENTITY_VALUES_MAX;
         given++)
        values->at[values->count++] = *given;
    values->given = values->count;
}

enum fault walk_begin(struct walk *walk, const struct manifest *manifest,
                      const char *what, const struct pair *given,
                      struct values *values)
{
    *walk = (struct walk){ .values = values, .what = what };
    enum fault fault = caller_init(&walk->caller, manifest);

    memset(values, 0, sizeof(*values));
    borrow(values, given);
    walk->caller.keeps_cookies = true;
    walk->caller.sends_forms = true;
    return fault;
}

enum fault steps_run(const struct manifest *manifest, const char *what,
                     const struct steps *steps, const struct pair *given,
                     struct values *into)
{
    struct walk walk;
    enum fault fault = walk_begin(&walk, manifest, what, given, into);

    for (size_t i = 0; i < steps->count && fault == FAULT_NONE; i++) {
        walk.number = i + 1;
        fault = do_step(&walk, &steps->at[i]);
    }
    caller_deinit(&walk.caller);
    return fault;
}

void values_deinit(struct values *values)
{
    for (size_t i = values->given; i < values->count; i++)
        free((void *)(uintptr_t)values->at[i].value);
    memset(values, 0, sizeof(*values));
}
