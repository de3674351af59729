/* What a run is pointed at. */
#include "run/target.h"
#include "lab.h"
#include "report/report.h"
#include "run/certificate.h"
#include "spec.h"
#include <cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    READY_MS = 10000,
    TOKEN_BYTES = 16,
    ARGUMENTS_MAX = 80,
    TEXTS_MAX = 48,
    TEXT_SIZE = 160,
    LAST_WORDS = 240
};

static const char *const timezones[TARGET_SERVERS] = { "UTC", "Asia/Tokyo",
                                                       "America/New_York",
                                                       "UTC" };

/* --- Files for the reference ---------------------------------------------- */

static const char *const files[] = {
    "keys.json",       "keys.json.off",     "token", "server.log",
    "cert.pem",        "key.pem",           "audit", "directory",
    "directory.saved", "directory-journal",
};

static const char *path_in(const struct target *target, const char *name,
                           char into[128])
{
    snprintf(into, 128, "%s/%s", target->folder, name);
    return into;
}

static enum fault write_file(const struct target *target, const char *name,
                             const char *text)
{
    char path[128];
    int to = open(path_in(target, name, path), O_WRONLY | O_CREAT | O_EXCL,
                  S_IRUSR | S_IWUSR);
    size_t length = strlen(text);
    bool whole = to >= 0 && write(to, text, length) == (ssize_t)length;

    if (to >= 0 && close(to) == 0 && whole)
        return FAULT_NONE;
    return fault_say(FAULT_OUTPUT, "%s: %s", path, strerror(errno));
}

static enum fault make_folder(struct target *target, char token[])
{
    const char *parent = getenv("TMPDIR");
    unsigned char random[TOKEN_BYTES];

    if (parent == NULL || strlen(parent) > 32)
        parent = "/tmp";
    snprintf(target->folder, sizeof(target->folder), "%s/wsconform-XXXXXX",
             parent);
    if (mkdtemp(target->folder) == NULL) {
        target->folder[0] = 0;
        return fault_say(FAULT_OUTPUT, "no folder in %s: %s", parent,
                         strerror(errno));
    }
    if (RAND_bytes(random, sizeof(random)) != 1)
        return fault_say(FAULT_SYSTEM, "no random bytes");
    for (size_t i = 0; i < sizeof(random); i++)
        snprintf(token + 2 * i, 3, "%02x", random[i]);
    return write_file(target, "token", token);
}

static enum fault write_keys(const struct target *target,
                             const struct manifest *manifest)
{
    char *keyring = manifest_keyring(manifest);
    enum fault fault = keyring == NULL
                           ? fault_say(FAULT_MEMORY, "no keyring")
                           : write_file(target, "keys.json", keyring);

    free(keyring);
    return fault;
}

static void remove_folder(struct target *target)
{
    char path[128];

    if (target->folder[0] == 0)
        return;
    for (size_t i = 0; i < COUNT(files); i++)
        unlink(path_in(target, files[i], path));
    for (size_t i = 0; i < TARGET_SERVERS; i++) {
        snprintf(path, sizeof(path), "%s/%zu.sock", target->folder, i);
        unlink(path);
    }
    rmdir(target->folder);
    target->folder[0] = 0;
}

/* --- The reference, once for each time zone, and once more ------------------
 */

/* An address of our own that the reference takes for its proxy. */
static const char proxy_address[] = "127.255.0.1";

/* The server that was built with this tool stands beside it. */
static const char *reference_path(char into[512])
{
    ssize_t length = readlink("/proc/self/exe", into, 480);
    char *slash;

    into[length < 0 ? 0 : length] = 0;
    slash = strrchr(into, '/');
    while (slash != NULL) {
        snprintf(slash, 512 - (size_t)(slash - into), "/wsconform-reference");
        if (access(into, X_OK) == 0)
            return into;
        *slash = 0; /* a test program stands deeper */
        slash = strrchr(into, '/');
    }
    return "wsconform-reference";
}

/* Arguments, and the room for those that are made. */
struct arguments {
    const char *at[ARGUMENTS_MAX];
    size_t count;
    char texts[TEXTS_MAX][TEXT_SIZE];
    size_t text_count;
};

static void add(struct arguments *arguments, const char *option,
                const char *value)
{
    if (arguments->count + 3 > ARGUMENTS_MAX)
        return;
    if (option != NULL)
        arguments->at[arguments->count++] = option;
    if (value != NULL)
        arguments->at[arguments->count++] = value;
}

static void add_file(struct arguments *arguments, const char *option,
                     const struct target *target, const char *name)
{
    if (arguments->text_count < TEXTS_MAX)
        add(arguments, option,
            path_in(target, name, arguments->texts[arguments->text_count++]));
}

static void add_number(struct arguments *arguments, const char *option,
                       long number)
{
    char *text = arguments->texts[arguments->text_count];

    if (number <= 0 || arguments->text_count == TEXTS_MAX)
        return;
    arguments->text_count++;
    snprintf(text, TEXT_SIZE, "%ld", number);
    add(arguments, option, text);
}

static void add_limits(struct arguments *arguments,
                       const struct manifest *manifest, bool tight)
{
    add_number(arguments, "--per-user",
               tight ? manifest->tight_per_user : manifest->per_user);
    add_number(arguments, "--attempts",
               tight ? manifest->tight_attempts : manifest->attempts);
    if (tight)
        add_number(arguments, "--connections", manifest->tight_connections);
    add_number(arguments, "--window-ms", manifest->window_ms);
    add_number(arguments, "--strangers", manifest->strangers);
    add_number(arguments, "--auth-ms", manifest->auth_ms);
    for (size_t i = 0; i < manifest->origin_count; i++)
        add(arguments, "--origin", manifest->origins[i]);
}

static enum fault start_one(struct target *target, size_t index,
                            const struct target_choice *choice)
{
    const struct manifest *manifest = target->manifest;
    char executable[512];
    char socket[16];
    struct arguments arguments = { .count = 0 };

    add(&arguments, reference_path(executable), "--die-with-parent");
    add(&arguments, "--profile", profile_name(manifest->profile));
    add_file(&arguments, "--keys", target, "keys.json");
    add(&arguments, "--control-port", "0");
    add_file(&arguments, "--control-token-file", target, "token");
    add_file(&arguments, "--log", target, "server.log");
    if (manifest->profile != SIGNALS) {
        add_limits(&arguments, manifest, index == TARGET_ZONES);
        add(&arguments, "--trusted-proxy", proxy_address);
        add_file(&arguments, "--audit", target, "audit");
    }
    if (manifest->profile == POS)
        add_file(&arguments, "--db", target, "directory");
    if (choice->tls) {
        add_file(&arguments, "--tls", target, "cert.pem");
        add_file(&arguments, NULL, target, "key.pem");
    }
    snprintf(socket, sizeof(socket), "%zu.sock", index);
    if (choice->unix_socket)
        add_file(&arguments, "--unix", target, socket);
    return server_start(&target->servers[target->server_count++],
                        (char *const *)arguments.at, timezones[index]);
}

static size_t servers_for(const struct manifest *manifest)
{
    return manifest->tight_connections > 0 ? TARGET_SERVERS : TARGET_ZONES;
}

static enum fault start_all(struct target *target,
                            const struct target_choice *choice)
{
    enum fault fault = FAULT_NONE;
    char certificate[128], key[128];

    if (choice->tls)
        fault = certificate_write(path_in(target, "cert.pem", certificate),
                                  path_in(target, "key.pem", key));
    for (size_t i = 0; i < servers_for(target->manifest) && fault == FAULT_NONE;
         i++)
        fault = start_one(target, i, choice);
    for (size_t i = 0; i < target->server_count && fault == FAULT_NONE; i++)
        fault = server_ready(&target->servers[i], READY_MS);
    return fault;
}

/* --- What the manifest is told of it ---------------------------------------
 */

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

    path_in(target, "keys.json", keys);
    path_in(target, "keys.json.off", off);
    path_in(target, "audit", audit);
    path_in(target, "directory", directory);
    add_command(hooks, "break_decoder", "mv", "-f", keys, off);
    add_command(hooks, "mend_decoder", "mv", "-f", off, keys);
    add_command(hooks, "break_monitor", "ln", "-sf", "/dev/full", audit);
    add_command(hooks, "mend_monitor", "rm", "-f", audit, NULL);
    add_command(hooks, "break_store", "sh", "-c",
                "cp \"$0\" \"$0.saved\" && : > \"$0\"", directory);
    add_command(hooks, "mend_store", "sh", "-c",
                "cat \"$0.saved\" > \"$0\" && rm \"$0.saved\"", directory);
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
                            path_in(target, "server.log", log));
    add_breakages(target, hooks);
    if (target->manifest->profile == FACTORY)
        add_post(hooks, "ask_without_context", "{control}/managers",
                 "{\"user\":\"\"}");
    if (target->manifest->profile == POS)
        add_directory_hooks(hooks);
}

static const char *url_of(const struct server *server,
                          const struct target_choice *choice)
{
    return choice->unix_socket ? server->unix_url : server->url;
}

static struct cJSON *reference_overlay(const struct target *target,
                                       const struct target_choice *choice,
                                       const char *token)
{
    struct cJSON *overlay = cJSON_CreateObject();
    struct cJSON *endpoint = cJSON_AddObjectToObject(overlay, "endpoint");
    struct cJSON *zones = cJSON_AddObjectToObject(endpoint, "timezones");
    struct cJSON *vars = cJSON_AddObjectToObject(overlay, "vars");
    char certificate[128];

    cJSON_AddStringToObject(endpoint, "url",
                            url_of(&target->servers[0], choice));
    for (size_t i = 0; i < TARGET_ZONES; i++)
        cJSON_AddStringToObject(zones, timezones[i],
                                url_of(&target->servers[i], choice));
    if (target->manifest->profile != SIGNALS)
        cJSON_AddStringToObject(endpoint, "proxy", proxy_address);
    if (target->server_count > TARGET_ZONES)
        cJSON_AddStringToObject(cJSON_AddObjectToObject(endpoint, "tight"),
                                "url",
                                url_of(&target->servers[TARGET_ZONES], choice));
    if (choice->tls)
        cJSON_AddStringToObject(endpoint, "ca_file",
                                path_in(target, "cert.pem", certificate));
    cJSON_AddStringToObject(vars, "control", target->servers[0].control);
    cJSON_AddStringToObject(vars, "control_token", token);
    add_hooks(target, overlay);
    return overlay;
}

/* --- Opening ---------------------------------------------------------------
 */

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
    char token[2 * TOKEN_BYTES + 1] = "";
    enum fault fault = read_manifest(target, choice, NULL, errors);

    if (fault == FAULT_NONE)
        fault = make_folder(target, token);
    if (fault == FAULT_NONE)
        fault = write_keys(target, target->manifest);
    if (fault == FAULT_NONE)
        fault = start_all(target, choice);
    if (fault != FAULT_NONE)
        return fault;

    struct cJSON *overlay = reference_overlay(target, choice, token);
    fault = read_manifest(target, choice, overlay, errors);
    cJSON_Delete(overlay);
    return fault;
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
    enum fault fault = read_manifest(target, choice, overlay, errors);
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
    if (target->lab == NULL)
        buffer_printf(errors, "%s\n", fault_reason());
    return target->lab == NULL ? FAULT_MANIFEST : FAULT_NONE;
}

enum fault target_open(struct target *target,
                       const struct target_choice *choice,
                       struct buffer *errors)
{
    memset(target, 0, sizeof(*target));
    target->kind = choice->kind;
    if (choice->kind == TARGET_MOCK)
        return open_mock(target, choice, errors);
    if (choice->kind == TARGET_REFERENCE)
        return open_reference(target, choice, errors);
    return open_url(target, choice, errors);
}

struct adapter *target_adapter(const struct target *target)
{
    return target->kind == TARGET_MOCK ? adapter_mock_new(target->lab, NULL)
                                       : adapter_net_new(target->manifest);
}

/* How the servers' log ends, on one line. */
static void read_last_words(const struct target *target, struct buffer *into)
{
    char path[128];
    char words[LAST_WORDS + 1];
    FILE *log = fopen(path_in(target, "server.log", path), "re");

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

    for (size_t i = 0; i < target->server_count && i < TARGET_SERVERS; i++) {
        if (!server_has_died(&target->servers[i], &status))
            continue;
        buffer_init(&words, 4 * LAST_WORDS);
        read_last_words(target, &words);
        fault_say(FAULT_ENDED,
                  "the reference under TZ=%s ended by itself (%s %d); its log "
                  "ends: %s",
                  timezones[i], WIFSIGNALED(status) ? "signal" : "status",
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
    remove_folder(target);
    lab_free(target->lab);
    manifest_free(target->manifest);
    target->manifest = NULL;
}
