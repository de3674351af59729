/* The target's hooks, by name. */
#include "net/hooks.h"
#include "adapter.h"
#include "manifest/secrets.h"
#include <cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- Making and ending ---------------------------------------------------- */

/* Zero where there is no log yet: all of it will be new. */
static off_t log_end(const char *file)
{
    struct stat status;

    return file != NULL && stat(file, &status) == 0 ? status.st_size : 0;
}

enum fault hooks_init(struct hooks *hooks, const struct manifest *manifest)
{
    memset(hooks, 0, sizeof(*hooks));
    hooks->manifest = manifest;
    hooks->log_offset = log_end(manifest->log_file);
    return caller_init(&hooks->caller, manifest);
}

void hooks_deinit(struct hooks *hooks)
{
    caller_deinit(&hooks->caller);
    memset(hooks, 0, sizeof(*hooks));
}

/* --- Asking --------------------------------------------------------------- */

/* FAULT_DENIED where it was answered, and with an error. */
static enum fault ask(const struct hooks *hooks, const struct hook *hook,
                      const struct pair *values, struct buffer *answer)
{
    return caller_ask(&hooks->caller, hook, values, NULL, answer);
}

static enum fault call(const struct hooks *hooks, const struct hook *hook,
                       const struct pair *values, struct buffer *answer)
{
    enum fault fault = ask(hooks, hook, values, answer);

    return fault == FAULT_DENIED ? FAULT_HOOK : fault;
}

static enum fault call_only(const struct hooks *hooks, const struct hook *hook,
                            const struct pair *values)
{
    struct buffer answer;

    buffer_init(&answer, HOOK_ANSWER_MAX);
    enum fault fault = call(hooks, hook, values, &answer);
    buffer_deinit(&answer);
    return fault;
}

/* --- The hooks ------------------------------------------------------------ */

enum fault hooks_publish(struct hooks *hooks, const char *text,
                         const char *tenant)
{
    const struct manifest *manifest = hooks->manifest;
    const struct pair values[] = { { "text", text },
                                   { "tenant", tenant },
                                   { NULL, NULL } };

    if (tenant == NULL)
        return call_only(hooks, &manifest->publish_hook, values);
    return call_only(hooks, &manifest->publish_to_hook, values);
}

enum fault hooks_revoke(struct hooks *hooks, const char *name)
{
    const struct pair values[] = { { "jti", name },
                                   { "token", name },
                                   { NULL, NULL } };

    return call_only(hooks, &hooks->manifest->revoke_hook, values);
}

/* What stands in it is a secret: no reason may tell. */
static enum fault take_token(const char *text, struct buffer *into)
{
    static const char *const names[] = { "access_token", "token" };
    cJSON *tree = cJSON_Parse(text);
    const char *token = NULL;
    size_t start = strspn(text, " \t\r\n");
    enum fault fault;

    for (size_t i = 0; i < COUNT(names) && token == NULL; i++)
        token = cJSON_GetStringValue(
            cJSON_GetObjectItemCaseSensitive(tree, names[i]));
    if (token == NULL && tree == NULL)
        token = text + start;
    size_t length = token == NULL ? 0 : strcspn(token, " \t\r\n");
    if (length == 0 || token[length + strspn(token + length, " \t\r\n")] != 0)
        fault = fault_say(FAULT_HOOK, "the issue_token hook answered neither a "
                                      "token nor a JSON object with "
                                      "access_token or token");
    else
        fault = buffer_add(into, token, length);
    cJSON_Delete(tree);
    return fault;
}

enum fault hooks_issue(struct hooks *hooks, const char *user, const char *role,
                       struct buffer *into)
{
    const struct pair values[] = { { "user", user },
                                   { "role", role },
                                   { NULL, NULL } };
    struct buffer answer;

    buffer_init(&answer, HOOK_ANSWER_MAX);
    enum fault fault =
        call(hooks, &hooks->manifest->issue_token_hook, values, &answer);
    if (fault == FAULT_NONE)
        fault = take_token(buffer_string(&answer), into);
    buffer_deinit(&answer);
    return fault;
}

enum fault hooks_breakage(struct hooks *hooks, const char *what, bool broken)
{
    const struct manifest *manifest = hooks->manifest;
    const struct {
        const char *what;
        const struct hook *breaking;
        const struct hook *mending;
    } faults[] = {
        { "decoder", &manifest->break_decoder_hook,
          &manifest->mend_decoder_hook },
        { "store", &manifest->break_store_hook, &manifest->mend_store_hook },
        { "monitor", &manifest->break_monitor_hook,
          &manifest->mend_monitor_hook },
        { "shared", &manifest->stop_shared_hook, &manifest->start_shared_hook },
        { "shared time", &manifest->freeze_shared_hook,
          &manifest->thaw_shared_hook },
        { "shared space", &manifest->fill_shared_hook,
          &manifest->drain_shared_hook },
        { "shared speed", &manifest->slow_shared_hook,
          &manifest->hurry_shared_hook },
        { "node", &manifest->kill_node_hook, &manifest->start_node_hook },
    };
    const struct pair values[] = { { "what", what }, { NULL, NULL } };

    for (size_t i = 0; i < COUNT(faults); i++) {
        if (strcmp(faults[i].what, what) == 0 && faults[i].breaking->present &&
            faults[i].mending->present)
            return call_only(
                hooks, broken ? faults[i].breaking : faults[i].mending, values);
    }
    return FAULT_ABSENT;
}

enum fault hooks_restart(struct hooks *hooks)
{
    const struct pair values[] = { { NULL, NULL } };

    hooks->caller.deadline_ms = hooks->manifest->restart_ms;
    enum fault fault = call_only(hooks, &hooks->manifest->restart_hook, values);
    hooks->caller.deadline_ms = 0;
    return fault;
}

enum fault hooks_stored(struct hooks *hooks, struct buffer *into)
{
    const struct pair values[] = { { "what", "shared" }, { NULL, NULL } };

    return call(hooks, &hooks->manifest->show_shared_hook, values, into);
}

enum fault hooks_provision(struct hooks *hooks, const char *what,
                           const struct pair *values)
{
    const struct manifest *manifest = hooks->manifest;
    const struct {
        const char *what;
        const struct hook *hook;
    } provisions[] = {
        { "tenant", &manifest->tenant_hook },
        { "user", &manifest->user_hook },
        { "remove_user", &manifest->remove_user_hook },
        { "order", &manifest->order_hook },
        { "revoke_user", &manifest->revoke_user_hook },
    };

    for (size_t i = 0; i < COUNT(provisions); i++) {
        if (strcmp(provisions[i].what, what) == 0)
            return call_only(hooks, provisions[i].hook, values);
    }
    return FAULT_ABSENT;
}

/* A refusal is what is hoped for: an HTTP error, or a command that fails, is
 * told by its text. A hook that nobody answers is no refusal. */
enum fault hooks_ask_without_context(struct hooks *hooks, bool *refused,
                                     struct buffer *answer)
{
    const struct hook *hook = &hooks->manifest->ask_without_context_hook;
    const struct pair values[] = { { NULL, NULL } };
    enum fault fault = ask(hooks, hook, values, answer);

    *refused = fault == FAULT_DENIED;
    if (!*refused)
        return fault;
    return buffer_add_string(answer, fault_reason());
}

enum fault hooks_inspect(struct hooks *hooks, uint64_t since,
                         struct cJSON **into)
{
    struct buffer answer;
    char number[24];

    const struct pair values[] = { { "since", number }, { NULL, NULL } };

    snprintf(number, sizeof(number), "%" PRIu64, since);
    buffer_init(&answer, HOOK_ANSWER_MAX);
    enum fault fault =
        call(hooks, &hooks->manifest->inspect_hook, values, &answer);
    if (fault == FAULT_NONE) {
        *into = cJSON_ParseWithLength(buffer_string(&answer), answer.length);
        if (!cJSON_IsObject(*into)) {
            cJSON_Delete(*into);
            *into = NULL;
            fault = fault_say(FAULT_HOOK,
                              "the inspect hook answered no JSON object: "
                              "\"%.100s\"",
                              buffer_string(&answer));
        }
    }
    buffer_deinit(&answer);
    return fault_clean(hooks->manifest, fault);
}

/* --- The log -------------------------------------------------------------- */

static enum fault copy_log(int fd, off_t from, struct buffer *into)
{
    char chunk[16 * 1024];
    size_t total = 0;
    ssize_t count;

    while ((count = pread(fd, chunk, sizeof(chunk), from)) > 0) {
        total += (size_t)count;
        if (total > LOG_BYTES_MAX)
            return fault_say(FAULT_LIMIT,
                             "the log has grown by more than %d bytes",
                             LOG_BYTES_MAX);
        enum fault fault = buffer_add(into, chunk, (size_t)count);
        if (fault != FAULT_NONE)
            return fault_say(fault, "the log: %s", fault_text(fault));
        from += count;
    }
    return count == 0 ? FAULT_NONE
                      : fault_say(FAULT_HOOK, "the log: %s", strerror(errno));
}

enum fault hooks_log(const struct hooks *hooks, struct buffer *into)
{
    const char *file = hooks->manifest->log_file;
    struct stat status;
    enum fault fault;

    if (file == NULL)
        return FAULT_ABSENT;
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return fault_say(FAULT_HOOK, "log file %.200s: %s", file,
                         strerror(errno));
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        fault =
            fault_say(FAULT_HOOK, "log file %.200s is no regular file", file);
    else
        fault = copy_log(
            fd, status.st_size < hooks->log_offset ? 0 : hooks->log_offset,
            into);
    close(fd);
    return fault;
}
