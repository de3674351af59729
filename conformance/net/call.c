/* Requests and commands of a manifest's, with what they are given filled in. */
#include "net/call.h"
#include "adapter.h"
#include "base/clock.h"
#include "base/grace.h"
#include "manifest/secrets.h"
#include "net/command.h"
#include "net/http.h"
#include <stdlib.h>

static char *folder_of(const char *file)
{
    const char *slash = file == NULL ? NULL : strrchr(file, '/');

    return slash == NULL   ? strdup(".")
           : slash == file ? strdup("/")
                           : strndup(file, (size_t)(slash - file));
}

enum fault caller_init(struct caller *caller, const struct manifest *manifest)
{
    memset(caller, 0, sizeof(*caller));
    caller->manifest = manifest;
    caller->folder = folder_of(manifest->source);
    caller->curl = http_new();
    if (caller->folder == NULL || caller->curl == NULL)
        return fault_say(FAULT_MEMORY, "the hooks: out of memory");
    return FAULT_NONE;
}

void caller_deinit(struct caller *caller)
{
    http_free(caller->curl);
    free(caller->folder);
    memset(caller, 0, sizeof(*caller));
}

/* --- Commands and requests ------------------------------------------------ */

static void free_list(char **list)
{
    for (char **at = list; at != NULL && *at != NULL; at++)
        free(*at);
    free(list);
}

/* Each text of the list with its {names} filled; NULL without memory. */
static char **fill_list(const char *const *list, const struct pair *values)
{
    size_t count = 0;

    while (list[count] != NULL)
        count++;
    char **filled = calloc(count + 1, sizeof(*filled));
    for (size_t i = 0; filled != NULL && i < count; i++) {
        filled[i] = template_fill(list[i], values);
        if (filled[i] == NULL) {
            free_list(filled);
            return NULL;
        }
    }
    return filled;
}

static int deadline_of(const struct caller *caller)
{
    return caller->deadline_ms > 0 ? caller->deadline_ms
                                   : caller->manifest->answer_ms;
}

static enum fault run_command(const struct caller *caller,
                              const struct hook *hook,
                              const struct pair *values, struct buffer *answer)
{
    char **argv = fill_list(hook->command, values);
    enum fault fault = FAULT_MEMORY;

    if (argv != NULL && argv[0] == NULL)
        fault = fault_say(FAULT_HOOK, "a hook's command is empty");
    else if (argv != NULL)
        fault = command_run((const char *const *)argv, caller->folder,
                            deadline_of(caller), answer);
    free_list(argv);
    return fault;
}

/* What a hook says where it fails may hold what it was given. */
enum fault fault_clean(const struct manifest *manifest, enum fault fault)
{
    char *clean = fault == FAULT_NONE || fault == FAULT_ABSENT
                      ? NULL
                      : secrets_redact(manifest, fault_reason());

    if (clean != NULL)
        fault_say(fault, "%s", clean);
    free(clean);
    return fault;
}

enum fault caller_ask(const struct caller *caller, const struct hook *hook,
                      const struct pair *values, long *status,
                      struct buffer *answer)
{
    const struct manifest *manifest = caller->manifest;
    struct http_terms terms = { .answer_ms = deadline_of(caller),
                                .ca_file = manifest->ca_file,
                                .keeps_cookies = caller->keeps_cookies,
                                .is_form = caller->sends_forms,
                                .status = status,
                                .head = caller->head,
                                .meanwhile = caller->meanwhile,
                                .self = caller->self };

    if (status != NULL)
        *status = 0;
    if (!hook->present)
        return FAULT_ABSENT;
    if (hook->command == NULL && hook->url == NULL)
        return fault_say(FAULT_HOOK, "a hook has neither a URL nor a command");
    int64_t since_ms = clock_monotonic_ms();
    grace_grant(deadline_of(caller));
    enum fault fault =
        hook->command != NULL
            ? run_command(caller, hook, values, answer)
            : http_call(caller->curl, hook, values, &terms, answer);
    grace_grant(clock_monotonic_ms() - since_ms - deadline_of(caller));
    return fault_clean(manifest, fault);
}
