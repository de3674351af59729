/* Starts the reference server: files, arguments, processes. */
#include "run/reference.h"
#include "run/certificate.h"
#include "run/nodes.h"
#include "spec.h"
#include <errno.h>
#include <fcntl.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    READY_MS = 10000,
    TOKEN_BYTES = 16,
    ARGUMENTS_MAX = 80,
    TEXTS_MAX = 48,
    TEXT_SIZE = 160,
};

static const char *const timezones[TARGET_SERVERS] = { "UTC", "Asia/Tokyo",
                                                       "America/New_York",
                                                       "UTC" };

const char *reference_timezone(size_t server)
{
    return timezones[server];
}

/* --- Files for the reference ---------------------------------------------- */

static const char *const files[] = {
    "keys.json",       "keys.json.off",     "token", "server.log",
    "cert.pem",        "key.pem",           "audit", "directory",
    "directory.saved", "directory-journal",
};

const char *reference_path(const struct target *target, const char *name,
                           char into[128])
{
    snprintf(into, 128, "%s/%s", target->folder, name);
    return into;
}

static enum fault write_file(const struct target *target, const char *name,
                             const char *text)
{
    char path[128];
    int to = open(reference_path(target, name, path),
                  O_WRONLY | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR);
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

void reference_remove_files(struct target *target)
{
    char path[128];

    if (target->folder[0] == 0)
        return;
    for (size_t i = 0; i < COUNT(files); i++)
        unlink(reference_path(target, files[i], path));
    for (size_t i = 0; i < TARGET_SERVERS; i++) {
        snprintf(path, sizeof(path), "%s/%zu.sock", target->folder, i);
        unlink(path);
    }
    rmdir(target->folder);
    target->folder[0] = 0;
}
/* --- The reference, once for each time zone, with tight limits, as nodes ---
 */

/* The server that was built with this tool stands beside it. */
static const char *executable_path(char into[512])
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
            reference_path(target, name,
                           arguments->texts[arguments->text_count++]));
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

static unsigned at_most(unsigned number, unsigned most)
{
    return number < most ? number : most;
}

unsigned reference_attempts(const struct manifest *manifest)
{
    return at_most(manifest->attempts, REFERENCE_ATTEMPTS_MAX);
}

unsigned reference_strangers(const struct manifest *manifest)
{
    return at_most(manifest->strangers, REFERENCE_STRANGERS_MAX);
}

/* Through a unix socket all criteria come from one address, as it were: what
 * one is allowed would be used up by all. */
static void add_limits_of_addresses(struct arguments *arguments,
                                    const struct manifest *manifest, bool tight,
                                    bool unix_socket)
{
    if (unix_socket) {
        add(arguments, "--attempts", "0");
        add(arguments, "--strangers", "0");
        return;
    }
    add_number(arguments, "--attempts",
               tight ? manifest->tight_attempts : reference_attempts(manifest));
    add_number(arguments, "--window-ms", manifest->window_ms);
    add_number(arguments, "--strangers", reference_strangers(manifest));
}

static void add_sizes(struct arguments *arguments,
                      const struct manifest *manifest)
{
    static const char *const options[BOUNDS] = {
        [BOUND_TEXT] = "--message-chars", [BOUND_BINARY] = "--binary-bytes",
        [BOUND_JSON] = "--json-bytes",    [BOUND_DEPTH] = "--json-depth",
        [BOUND_ARRAY] = "--array-max",    [BOUND_OBJECT] = "--object-max",
    };

    for (size_t i = 0; i < BOUNDS; i++)
        add_number(arguments, options[i], (long)manifest->bounds[i]);
}

/* Of presence. */
static void add_times(struct arguments *arguments,
                      const struct manifest *manifest, bool tight)
{
    add_number(arguments, "--presence-check-ms",
               tight ? manifest->tight_presence_check_ms
                     : REFERENCE_PRESENCE_CHECK_MS);
    add_number(arguments, "--presence-timeout-ms",
               tight ? manifest->tight_presence_timeout_ms
                     : REFERENCE_PRESENCE_TIMEOUT_MS);
    add_number(arguments, "--presence-cleanup-ms",
               REFERENCE_PRESENCE_CLEANUP_MS);
}

static void add_origins(struct arguments *arguments,
                        const struct manifest *manifest)
{
    for (size_t i = 0; i < manifest->origin_count; i++)
        add(arguments, "--origin", manifest->origins[i]);
}

static void add_limits(struct arguments *arguments,
                       const struct manifest *manifest, bool tight)
{
    add_number(arguments, "--per-user",
               tight ? manifest->tight_per_user : manifest->per_user);
    if (tight && manifest->tight_connections > 0)
        add_number(arguments, "--connections", manifest->tight_connections);
    add_number(arguments, "--session-ttl-ms",
               tight ? manifest->tight_session_ttl_ms
                     : manifest->session_ttl_ms);
    add_number(arguments, "--messages-per-second",
               tight ? manifest->tight_messages : manifest->messages);
    add_number(arguments, "--room-messages-per-second",
               tight ? manifest->tight_room_messages : manifest->room_messages);
    add_number(arguments, "--auth-ms", manifest->auth_ms);
    add_number(arguments, "--room-size", manifest->room_size_max);
    add_number(arguments, "--rooms-per-user", manifest->rooms_per_user);
    add_number(arguments, "--room-grace-ms", manifest->room_grace_ms);
    if (manifest->history_max > 0)
        add_number(arguments, "--room-history", manifest->history_max);
    if (manifest->profile == ROOMS)
        add_sizes(arguments, manifest);
    if (manifest->presence_timeout_ms > 0)
        add_times(arguments, manifest, tight);
    if (manifest->profile != ROOMS)
        add_number(
            arguments, "--json-bytes",
            (long)(tight ? manifest->tight_soft_bytes : manifest->soft_bytes));
    if (tight && manifest->tight_subprotocol != NULL)
        add(arguments, "--subprotocol", manifest->tight_subprotocol);
    if (tight && manifest->tight_without_origins)
        add(arguments, "--no-origins", NULL);
    else
        add_origins(arguments, manifest);
}

static void add_files(struct arguments *arguments, const struct target *target,
                      const struct target_choice *choice, size_t index)
{
    char socket[16];

    add_file(arguments, "--keys", target, "keys.json");
    add(arguments, "--control-port", "0");
    add_file(arguments, "--control-token-file", target, "token");
    add_file(arguments, "--log", target, "server.log");
    if (target->manifest->profile == POS)
        add_file(arguments, "--db", target, "directory");
    if (choice->tls) {
        add_file(arguments, "--tls", target, "cert.pem");
        add_file(arguments, NULL, target, "key.pem");
        add(arguments, "--plain-port", "0");
    }
    snprintf(socket, sizeof(socket), "%zu.sock", index);
    if (choice->unix_socket)
        add_file(arguments, "--unix", target, socket);
}

static void add_arguments(struct arguments *arguments,
                          const struct target *target,
                          const struct target_choice *choice, size_t index)
{
    const struct manifest *manifest = target->manifest;

    add(arguments, "--profile", profile_name(manifest->profile));
    add_files(arguments, target, choice, index);
    if (manifest->profile == SIGNALS) {
        add_number(arguments, "--token-minutes",
                   manifest->issued_lifetime_s / 60);
        return;
    }
    add_limits(arguments, manifest, index == TARGET_ZONES);
    add_limits_of_addresses(arguments, manifest, index == TARGET_ZONES,
                            choice->unix_socket);
    if (manifest->proxy != NULL)
        add(arguments, "--trusted-proxy", manifest->proxy);
    add_file(arguments, "--audit", target, "audit");
}

static enum fault start_one(struct target *target, size_t index,
                            const struct target_choice *choice)
{
    struct server *server = &target->servers[target->server_count++];
    char executable[512];
    struct arguments arguments = { .count = 0 };

    add(&arguments, executable_path(executable), "--die-with-parent");
    add_arguments(&arguments, target, choice, index);
    enum fault fault =
        server_start(server, (char *const *)arguments.at, timezones[index]);
    snprintf(server->name, sizeof(server->name), "under TZ=%s",
             timezones[index]);
    return fault;
}

/* On a port that it has again when it is begun anew. */
static enum fault start_node(struct target *target, size_t node,
                             const struct target_choice *choice)
{
    struct server *server = &target->servers[target->server_count++];
    char executable[512], store[64];
    struct arguments arguments = { .count = 0 };

    snprintf(store, sizeof(store), "redis://127.0.0.1:%u/wsconform",
             target->store.port);
    add(&arguments, executable_path(executable), "--die-with-parent");
    add_arguments(&arguments, target, choice, 0);
    add_number(&arguments, "--port", free_port());
    add(&arguments, "--store", store);
    enum fault fault =
        server_start_kept(server, (char *const *)arguments.at, timezones[0]);
    snprintf(server->name, sizeof(server->name), "node %zu", node + 1);
    return fault;
}

static size_t servers_for(const struct manifest *manifest)
{
    return (manifest->offers & TIGHT) != 0 ? TARGET_SERVERS : TARGET_ZONES;
}

static enum fault start_all(struct target *target,
                            const struct target_choice *choice)
{
    enum fault fault = FAULT_NONE;
    char certificate[128], key[128];

    if (choice->tls)
        fault =
            certificate_write(reference_path(target, "cert.pem", certificate),
                              reference_path(target, "key.pem", key));
    if (choice->nodes > 1 && fault == FAULT_NONE)
        fault = store_start(&target->store, target->folder);
    for (size_t i = 0; i < servers_for(target->manifest) && fault == FAULT_NONE;
         i++)
        fault = i == 0 && choice->nodes > 1 ? start_node(target, 0, choice)
                                            : start_one(target, i, choice);
    target->node_start = target->server_count;
    for (size_t i = 1; i < choice->nodes && fault == FAULT_NONE; i++)
        fault = start_node(target, i, choice);
    for (size_t i = 0; i < target->server_count && fault == FAULT_NONE; i++)
        fault = server_ready(&target->servers[i], READY_MS);
    return fault;
}
enum fault reference_start(struct target *target,
                           const struct target_choice *choice,
                           char token[CONTROL_TOKEN_SIZE])
{
    enum fault fault = make_folder(target, token);

    if (fault == FAULT_NONE)
        fault = write_keys(target, target->manifest);
    if (fault == FAULT_NONE)
        fault = start_all(target, choice);
    return fault == FAULT_NONE && choice->nodes > 1
               ? nodes_await(target, token, READY_MS)
               : fault;
}
