/* What a run is pointed at. */
#include "run/target.h"
#include "lab.h"
#include "pipe/adapter_pipe.h"
#include "pipe/implementation.h"
#include "net/steps.h"
#include "net/wallet.h"
#include "report/report.h"
#include "run/reference.h"
#include "run/worker.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

enum { LAST_WORDS = 240, ERRORS_MAX = 64 * 1024 };

static enum fault read_manifest(struct target *target,
                                const struct target_choice *choice,
                                const struct cJSON *overlay,
                                struct buffer *errors)
{
    manifest_free(target->manifest);
    target->manifest =
        choice->file != NULL
            ? manifest_read_file(choice->file, overlay, errors)
            : manifest_read_profile(choice->profile, overlay, errors);
    return target->manifest == NULL ? FAULT_MANIFEST : FAULT_NONE;
}

static enum fault open_reference(struct target *target,
                                 const struct target_choice *choice,
                                 struct buffer *errors)
{
    char token[CONTROL_TOKEN_SIZE] = "";
    enum fault fault = read_manifest(target, choice, NULL, errors);

    if (fault == FAULT_NONE)
        fault = reference_start(target, choice, token);
    if (fault != FAULT_NONE)
        return fault;

    struct cJSON *overlay = reference_overlay(target, choice, token);
    fault = read_manifest(target, choice, overlay, errors);
    cJSON_Delete(overlay);
    return fault;
}

static struct cJSON *vars_of(struct cJSON *overlay, const struct values *values)
{
    struct cJSON *vars = cJSON_AddObjectToObject(overlay, "vars");

    for (size_t i = 0; i < values->count; i++)
        cJSON_AddStringToObject(vars, values->at[i].name, values->at[i].value);
    return overlay;
}

/* What the set-up saves are variables: the manifest is read once more, with
 * them. */
static enum fault set_up(struct target *target,
                         const struct target_choice *choice,
                         const struct cJSON *overlay, struct buffer *errors)
{
    struct values values;
    struct cJSON *more =
        overlay == NULL ? cJSON_CreateObject() : cJSON_Duplicate(overlay, true);
    enum fault fault = steps_run(target->manifest, "setup",
                                 &target->manifest->setup, NULL, &values);

    if (fault == FAULT_NONE)
        fault = read_manifest(target, choice, vars_of(more, &values), errors);
    values_deinit(&values);
    cJSON_Delete(more);
    return fault;
}

static enum fault open_wallet(struct target *target)
{
    struct manifest *manifest = target->manifest;

    if (manifest->supply.steps.count == 0)
        return FAULT_NONE;
    target->wallet = manifest->wallet = wallet_new(manifest);
    return target->wallet == NULL ? FAULT_HOOK : FAULT_NONE;
}

/* The manifest, once all is done that it wants done before everything. */
static enum fault open_manifest(struct target *target,
                                const struct target_choice *choice,
                                const struct cJSON *overlay,
                                struct buffer *errors)
{
    enum fault fault = read_manifest(target, choice, overlay, errors);

    if (fault == FAULT_NONE && target->manifest->setup.count > 0)
        fault = set_up(target, choice, overlay, errors);
    return fault == FAULT_NONE ? open_wallet(target) : fault;
}

static enum fault open_url(struct target *target,
                           const struct target_choice *choice,
                           struct buffer *errors)
{
    struct cJSON *overlay = NULL;

    if (choice->url != NULL) {
        overlay = cJSON_CreateObject();
        cJSON_AddStringToObject(cJSON_AddObjectToObject(overlay, "endpoint"),
                                "url", choice->url);
    }
    enum fault fault = open_manifest(target, choice, overlay, errors);
    cJSON_Delete(overlay);
    if (fault == FAULT_NONE && target->manifest->url == NULL) {
        buffer_printf(errors,
                      "%s: $.endpoint.url: nothing to dial; name it there, or "
                      "give --url, --mock or --reference\n",
                      target->manifest->source);
        fault = FAULT_MANIFEST;
    }
    return fault;
}

static enum fault open_mock(struct target *target,
                            const struct target_choice *choice,
                            struct buffer *errors)
{
    enum fault fault = read_manifest(target, choice, NULL, errors);

    if (fault != FAULT_NONE)
        return fault;
    target->lab = lab_new(target->manifest);
    target->nodes = choice->nodes;
    if (target->lab == NULL)
        buffer_printf(errors, "%s\n", fault_reason());
    return target->lab == NULL ? FAULT_MANIFEST : FAULT_NONE;
}

/* Starts it once, to hear what it is; its workers start their own. */
static enum fault open_exec(struct target *target,
                            const struct target_choice *choice,
                            struct buffer *errors)
{
    const struct introduction *introduction;
    enum fault fault = open_manifest(target, choice, NULL, errors);

    if (fault != FAULT_NONE)
        return fault;
    target->implementation =
        implementation_new(target->manifest, choice->command, choice->isolated);
    if (target->implementation == NULL)
        return FAULT_MEMORY;
    fault = implementation_begin(target->implementation);
    if (fault == FAULT_NONE)
        fault = implementation_end(target->implementation);
    introduction = implementation_introduced(target->implementation);
    snprintf(target->child, sizeof(target->child), "%s", introduction->name);
    target->is_virtual = introduction->is_virtual;
    target->nodes = introduction->nodes;
    return fault;
}

enum fault target_open(struct target *target,
                       const struct target_choice *choice,
                       struct buffer *errors)
{
    memset(target, 0, sizeof(*target));
    target->kind = choice->kind;
    target->choice = *choice;
    target->is_virtual = choice->kind == TARGET_MOCK;
    if (choice->kind == TARGET_EXEC)
        return open_exec(target, choice, errors);
    if (choice->kind == TARGET_MOCK)
        return open_mock(target, choice, errors);
    enum fault fault = choice->kind == TARGET_REFERENCE
                           ? open_reference(target, choice, errors)
                           : open_url(target, choice, errors);
    if (fault == FAULT_NONE)
        target->nodes = 1 + (unsigned)target->manifest->node_count;
    return fault;
}

enum fault target_reopen(struct target *target)
{
    struct target fresh = { .kind = target->kind };
    struct buffer errors;

    if (target->manifest->setup.count == 0 && target->wallet == NULL)
        return FAULT_NONE;
    buffer_init(&errors, ERRORS_MAX);
    enum fault fault = open_url(&fresh, &target->choice, &errors);
    if (fault == FAULT_MANIFEST)
        fault_say(fault, "%.900s", buffer_string(&errors));
    buffer_deinit(&errors);
    struct target *old = fault == FAULT_NONE ? target : &fresh;
    wallet_free(old->wallet);
    manifest_free(old->manifest);
    if (fault == FAULT_NONE) {
        target->wallet = fresh.wallet;
        target->manifest = fresh.manifest;
    }
    return fault;
}

static void end_implementation(void *self)
{
    implementation_end(self);
}

struct adapter *target_adapter(const struct target *target)
{
    if (target->kind == TARGET_EXEC) {
        worker_at_end(end_implementation, target->implementation);
        return adapter_pipe_new(target->implementation);
    }
    return target->kind == TARGET_MOCK
               ? adapter_mock_new(target->lab, NULL, target->nodes)
               : adapter_net_new(target->manifest);
}

/* How the servers' log ends, on one line. */
static void read_last_words(const struct target *target, struct buffer *into)
{
    char path[128];
    char words[LAST_WORDS + 1];
    FILE *log = fopen(reference_path(target, "server.log", path), "re");

    if (log == NULL)
        return;
    if (fseek(log, -LAST_WORDS, SEEK_END) != 0)
        rewind(log); /* it is shorter than that */
    size_t length = fread(words, 1, LAST_WORDS, log);
    fclose(log);
    while (length > 0 && words[length - 1] == '\n')
        length--;
    words[length] = 0;
    add_plain(into, words);
}

enum fault target_health(struct target *target)
{
    struct buffer words;
    int status = 0;

    for (size_t i = 0; i < target->server_count; i++) {
        if (!server_has_died(&target->servers[i], &status))
            continue;
        buffer_init(&words, 4 * LAST_WORDS);
        read_last_words(target, &words);
        fault_say(FAULT_ENDED,
                  "the reference %s ended by itself (%s %d); its log ends: %s",
                  target->servers[i].name,
                  WIFSIGNALED(status) ? "signal" : "status",
                  WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
                  buffer_string(&words));
        buffer_deinit(&words);
        return FAULT_ENDED;
    }
    return FAULT_NONE;
}

void target_close(struct target *target)
{
    for (size_t i = 0; i < target->server_count; i++)
        server_stop(&target->servers[i]);
    store_stop(&target->store);
    reference_remove_files(target);
    lab_free(target->lab);
    implementation_free(target->implementation);
    target->implementation = NULL;
    wallet_free(target->wallet);
    manifest_free(target->manifest);
    target->manifest = NULL;
}
