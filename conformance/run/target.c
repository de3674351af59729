/* What a run is pointed at. */
#include "run/target.h"
#include "lab.h"
#include "report/report.h"
#include "run/certificate.h"
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
    ARGUMENTS_MAX = 20,
    FILES = 6,
    LAST_WORDS = 240
};

static const char *const timezones[TARGET_SERVERS] = { "UTC", "Asia/Tokyo",
                                                       "America/New_York" };

/* --- Files for the reference ---------------------------------------------- */

static const char *const files[FILES] = { "keys.json", "keys.json.off",
                                          "token",     "server.log",
                                          "cert.pem",  "key.pem" };

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
    for (size_t i = 0; i < FILES; i++)
        unlink(path_in(target, files[i], path));
    for (size_t i = 0; i < TARGET_SERVERS; i++) {
        snprintf(path, sizeof(path), "%s/%zu.sock", target->folder, i);
        unlink(path);
    }
    rmdir(target->folder);
    target->folder[0] = 0;
}

/* --- The reference, three times --------------------------------------------
 */

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

static enum fault start_one(struct target *target, size_t index,
                            const struct target_choice *choice)
{
    char executable[512];
    char keys[128], token[128], log[128], certificate[128], key[128];
    char socket[128];
    const char *arguments[ARGUMENTS_MAX] = {
        reference_path(executable),
        "--die-with-parent",
        "--keys",
        path_in(target, "keys.json", keys),
        "--control-port",
        "0",
        "--control-token-file",
        path_in(target, "token", token),
        "--log",
        path_in(target, "server.log", log),
    };
    size_t count = 10;

    snprintf(socket, sizeof(socket), "%s/%zu.sock", target->folder, index);
    if (choice->tls) {
        arguments[count++] = "--tls";
        arguments[count++] = path_in(target, "cert.pem", certificate);
        arguments[count++] = path_in(target, "key.pem", key);
    }
    if (choice->unix_socket) {
        arguments[count++] = "--unix";
        arguments[count++] = socket;
    }
    return server_start(&target->servers[target->server_count++],
                        (char *const *)arguments, timezones[index]);
}

static enum fault start_all(struct target *target,
                            const struct target_choice *choice)
{
    enum fault fault = FAULT_NONE;
    char certificate[128], key[128];

    if (choice->tls)
        fault = certificate_write(path_in(target, "cert.pem", certificate),
                                  path_in(target, "key.pem", key));
    for (size_t i = 0; i < TARGET_SERVERS && fault == FAULT_NONE; i++)
        fault = start_one(target, i, choice);
    for (size_t i = 0; i < target->server_count && fault == FAULT_NONE; i++)
        fault = server_ready(&target->servers[i], READY_MS);
    return fault;
}

/* --- What the manifest is told of it ---------------------------------------
 */

static struct cJSON *command(const char *from, const char *to)
{
    const char *const words[] = { "mv", "-f", from, to };
    struct cJSON *hook = cJSON_CreateObject();

    cJSON_AddItemToObject(hook, "command",
                          cJSON_CreateStringArray(words, (int)COUNT(words)));
    return hook;
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

static void add_hooks(const struct target *target, struct cJSON *overlay)
{
    struct cJSON *hooks = cJSON_AddObjectToObject(overlay, "hooks");
    char keys[128], off[128], log[128];

    path_in(target, "keys.json", keys);
    path_in(target, "keys.json.off", off);
    cJSON_AddItemToObject(
        hooks, "publish",
        request("POST", "{control}/publish", "{\"text\":\"{text}\"}"));
    cJSON_AddItemToObject(
        hooks, "inspect",
        request("GET", "{control}/inspect?since={since}", NULL));
    cJSON_AddItemToObject(
        hooks, "revoke",
        request("POST", "{control}/revoke", "{\"jti\":\"{jti}\"}"));
    cJSON_AddItemToObject(hooks, "break_decoder", command(keys, off));
    cJSON_AddItemToObject(hooks, "mend_decoder", command(off, keys));
    cJSON_AddStringToObject(hooks, "log_file",
                            path_in(target, "server.log", log));
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
    for (size_t i = 0; i < target->server_count && i < TARGET_SERVERS; i++)
        cJSON_AddStringToObject(zones, timezones[i],
                                url_of(&target->servers[i], choice));
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
