/* Reads options with getopt_long; every mistake is one clear line. */
#include "shell/options.h"
#include "core/json.h"
#include "shell/frame.h"
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

const struct options default_options = {
    .host = "127.0.0.1",
    .plain_port = -1,
    .control_port = -1,
    .handshake_ms = 10 * 1000,
#define LIMIT(member, name, lowest, of_settings) .member = LIMIT_OF_PROFILE,
#include "shell/limits.def"
#undef LIMIT
};

enum option_code {
    OPTION_PROFILE = 256,
    OPTION_HOST,
    OPTION_PORT,
    OPTION_PLAIN_PORT,
    OPTION_UNIX,
    OPTION_TLS,
    OPTION_KEYS,
    OPTION_CONTROL_PORT,
    OPTION_CONTROL_TOKEN,
    OPTION_HANDSHAKE_MS,
    OPTION_ORIGIN,
    OPTION_NO_ORIGINS,
    OPTION_TRUSTED_PROXY,
    OPTION_SUBPROTOCOL,
    OPTION_DB,
    OPTION_STORE,
    OPTION_AUDIT,
    OPTION_LOG,
    OPTION_DIE,
    OPTION_HELP,
#define LIMIT(member, name, lowest, of_settings) OPTION_##member,
#include "shell/limits.def"
#undef LIMIT
};

static const struct option long_options[] = {
    { "profile", required_argument, NULL, OPTION_PROFILE },
    { "host", required_argument, NULL, OPTION_HOST },
    { "port", required_argument, NULL, OPTION_PORT },
    { "plain-port", required_argument, NULL, OPTION_PLAIN_PORT },
    { "unix", required_argument, NULL, OPTION_UNIX },
    { "tls", required_argument, NULL, OPTION_TLS },
    { "keys", required_argument, NULL, OPTION_KEYS },
    { "control-port", required_argument, NULL, OPTION_CONTROL_PORT },
    { "control-token-file", required_argument, NULL, OPTION_CONTROL_TOKEN },
    { "handshake-ms", required_argument, NULL, OPTION_HANDSHAKE_MS },
    { "origin", required_argument, NULL, OPTION_ORIGIN },
    { "no-origins", no_argument, NULL, OPTION_NO_ORIGINS },
    { "trusted-proxy", required_argument, NULL, OPTION_TRUSTED_PROXY },
    { "subprotocol", required_argument, NULL, OPTION_SUBPROTOCOL },
    { "db", required_argument, NULL, OPTION_DB },
    { "store", required_argument, NULL, OPTION_STORE },
    { "audit", required_argument, NULL, OPTION_AUDIT },
    { "log", required_argument, NULL, OPTION_LOG },
    { "die-with-parent", no_argument, NULL, OPTION_DIE },
    { "help", no_argument, NULL, OPTION_HELP },
#define LIMIT(member, name, lowest, of_settings)                               \
    { name, required_argument, NULL, OPTION_##member },
#include "shell/limits.def"
#undef LIMIT
    { NULL, 0, NULL, 0 },
};

static enum command wrong(const char *what, const char *value)
{
    fprintf(stderr, "wsconform-reference: %s%s%s (see --help)\n", what,
            value == NULL ? "" : ": ", value == NULL ? "" : value);
    return COMMAND_WRONG;
}

static enum command read_number(const char *text, int highest,
                                const char *complaint, int *into)
{
    char *end = NULL;

    errno = 0;
    long number = strtol(text, &end, 10);
    if (errno != 0 || !isdigit((unsigned char)text[0]) || *end != '\0' ||
        number > highest)
        return wrong(complaint, text);
    *into = (int)number;
    return COMMAND_RUN;
}

static enum command read_profile(struct options *options, const char *name)
{
    static const char *const names[] = {
        [SERVES_SIGNALS] = "signals",
        [SERVES_FACTORY] = "factory",
        [SERVES_POS] = "pos",
        [SERVES_ROOMS] = "rooms",
    };

    for (int i = 0; i < (int)(sizeof(names) / sizeof(names[0])); i++) {
        if (strcmp(name, names[i]) == 0) {
            options->served = (enum served)i;
            return COMMAND_RUN;
        }
    }
    return wrong("--profile takes signals, factory, pos or rooms", name);
}

static bool is_address(const char *text)
{
    unsigned char address[sizeof(struct in6_addr)];

    return inet_pton(AF_INET, text, address) == 1 ||
           inet_pton(AF_INET6, text, address) == 1;
}

static enum command read_address(int code, struct options *options)
{
    if (!is_address(optarg))
        return wrong(code == OPTION_HOST
                         ? "--host takes an IPv4 or IPv6 address"
                         : "--trusted-proxy takes an IPv4 or IPv6 address",
                     optarg);
    if (code == OPTION_HOST)
        options->host = optarg;
    else
        options->trusted_proxy = optarg;
    return COMMAND_RUN;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);

    return length >= strlen(end) &&
           strcmp(text + length - strlen(end), end) == 0;
}

/* Browsers send scheme://host[:port] in lower case, without the port that the
 * scheme implies, and it is compared byte for byte: nothing else could ever
 * match, and who lists it is to know. */
static bool is_sendable_origin(const char *origin)
{
    static const char of_scheme[] = "abcdefghijklmnopqrstuvwxyz0123456789+-.";
    static const char of_host[] = "abcdefghijklmnopqrstuvwxyz0123456789-._:[]";
    size_t scheme = strspn(origin, of_scheme);
    const char *host = origin + scheme + strlen("://");

    if (scheme == 0 || strncmp(origin + scheme, "://", 3) != 0)
        return false;
    return *host != '\0' && host[strspn(host, of_host)] == '\0' &&
           !ends_with(host, ":") &&
           !(strncmp(origin, "http:", 5) == 0 && ends_with(host, ":80")) &&
           !(strncmp(origin, "https:", 6) == 0 && ends_with(host, ":443"));
}

static enum command read_origin(struct options *options)
{
    size_t count = 0;

    if (!is_sendable_origin(optarg))
        return wrong("--origin takes SCHEME://HOST[:PORT] as browsers send it, "
                     "in lower case and without the default port",
                     optarg);
    while (options->origins[count] != NULL)
        count++;
    if (count == ORIGINS_MAX)
        return wrong("--origin may be given 64 times", optarg);
    options->origins[count] = optarg;
    return COMMAND_RUN;
}

/* RFC 6455 4.1: a token (RFC 9110 5.6.2). What begins like a credential that a
 * client offers beside it would be echoed as if it were none. */
static enum command read_subprotocol(struct options *options)
{
    static const char of_tokens[] = "!#$%&'*+-.^_`|~0123456789"
                                    "abcdefghijklmnopqrstuvwxyz"
                                    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    size_t length = strlen(optarg);

    if (length == 0 || length > SUBPROTOCOL_NAME_MAX ||
        strspn(optarg, of_tokens) != length ||
        strncmp(optarg, "jwt.", strlen("jwt.")) == 0)
        return wrong("--subprotocol takes a name of 1 to 64 characters of a "
                     "token that does not begin with jwt.",
                     optarg);
    options->subprotocol = optarg;
    return COMMAND_RUN;
}

/* --tls is followed by two files: getopt knows of the first alone. */
static enum command read_tls(struct options *options, int argc, char **argv)
{
    options->certificate = optarg;
    if (optind >= argc)
        return wrong("--tls takes two files: CERT KEY", optarg);
    options->private_key = argv[optind++];
    return COMMAND_RUN;
}

static enum command read_port(int code, struct options *options)
{
    return read_number(optarg, 65535, "a port is a number from 0 to 65535",
                       code == OPTION_PORT         ? &options->port
                       : code == OPTION_PLAIN_PORT ? &options->plain_port
                                                   : &options->control_port);
}

/* A wait or a server of nothing would serve nobody. */
static enum command read_at_least(int lowest, int *into)
{
    enum command command = read_number(
        optarg, 86400 * 1000, "a limit is a number from 0 to 86400000", into);

    if (command == COMMAND_RUN && *into < lowest)
        return wrong("this limit is a number from 1 to 86400000", optarg);
    return command;
}

static enum command read_limit(int code, struct options *options)
{
    switch (code) {
#define LIMIT(member, name, lowest, of_settings)                               \
    case OPTION_##member:                                                      \
        return read_at_least(lowest, &options->member);
#include "shell/limits.def"
#undef LIMIT
    default: return wrong("there is no such option", NULL);
    }
}

static enum command read_text(int code, struct options *options)
{
    const char **into = code == OPTION_UNIX    ? &options->unix_path
                        : code == OPTION_KEYS  ? &options->keys
                        : code == OPTION_LOG   ? &options->log
                        : code == OPTION_DB    ? &options->database
                        : code == OPTION_STORE ? &options->store
                        : code == OPTION_AUDIT ? &options->audit
                                               : &options->control_token_file;

    *into = optarg;
    return optarg[0] != '\0' ? COMMAND_RUN : wrong("a path is empty", NULL);
}

static enum command read_one(int code, struct options *options, int argc,
                             char **argv)
{
    switch (code) {
    case OPTION_PROFILE: return read_profile(options, optarg);
    case OPTION_ORIGIN: return read_origin(options);
    case OPTION_NO_ORIGINS: options->no_origins = true; return COMMAND_RUN;
    case OPTION_HOST:
    case OPTION_TRUSTED_PROXY: return read_address(code, options);
    case OPTION_PORT:
    case OPTION_PLAIN_PORT:
    case OPTION_CONTROL_PORT: return read_port(code, options);
    case OPTION_SUBPROTOCOL: return read_subprotocol(options);
    case OPTION_TLS: return read_tls(options, argc, argv);
    case OPTION_UNIX:
    case OPTION_KEYS:
    case OPTION_CONTROL_TOKEN:
    case OPTION_DB:
    case OPTION_STORE:
    case OPTION_AUDIT:
    case OPTION_LOG: return read_text(code, options);
    case OPTION_HANDSHAKE_MS: return read_at_least(1, &options->handshake_ms);
    case OPTION_DIE: options->die_with_parent = true; return COMMAND_RUN;
    case OPTION_HELP: return COMMAND_HELP;
    case ':': return wrong("an argument is missing behind", argv[optind - 1]);
    case '?': return wrong("there is no such option", argv[optind - 1]);
    default: return read_limit(code, options);
    }
}

/* Beyond this the parts behind read nothing, and the limit would be theirs. */
static enum command check_sizes(const struct options *options)
{
    if (options->json_depth > JSON_LEVELS_MAX)
        return wrong("--json-depth is at most 16", NULL);
    if (options->object_max > JSON_MEMBERS_MAX)
        return wrong("--object-max is at most 256", NULL);
    if (options->json_bytes > 1024 * 1024)
        return wrong("--json-bytes is at most 1048576", NULL);
    if (options->binary_bytes > (int)MESSAGE_BYTES_MAX)
        return wrong("--binary-bytes is at most 67108864", NULL);
    return COMMAND_RUN;
}

static enum command check_whole(const struct options *options)
{
    struct settings settings = options_settings(options);
    bool control = options->control_port >= 0;

    if (options->keys == NULL)
        return wrong("--keys FILE is required", NULL);
    if (options->database != NULL && options->served != SERVES_POS &&
        options->served != SERVES_ROOMS)
        return wrong("--db belongs to --profile pos and rooms", NULL);
    if (options->store != NULL && options->served != SERVES_ROOMS)
        return wrong("--store belongs to --profile rooms", NULL);
    if (options->store != NULL && options->database != NULL)
        return wrong("--store and --db exclude each other", NULL);
    if (options->plain_port >= 0 && options->certificate == NULL)
        return wrong("--plain-port belongs to --tls", NULL);
    if (control != (options->control_token_file != NULL))
        return wrong("--control-port and --control-token-file belong together",
                     NULL);
    if (settings.presence_timeout_ms < settings.presence_check_ms)
        return wrong("--presence-timeout-ms is no shorter than "
                     "--presence-check-ms",
                     NULL);
    return check_sizes(options);
}

enum command options_read(struct options *options, int argc, char **argv)
{
    int code;

    *options = default_options;
    optind = 1;
    while ((code = getopt_long(argc, argv, "+:", long_options, NULL)) != -1) {
        enum command command = read_one(code, options, argc, argv);
        if (command != COMMAND_RUN)
            return command;
    }
    if (optind < argc)
        return wrong("what is this argument for?", argv[optind]);
    return check_whole(options);
}

struct settings options_settings(const struct options *options)
{
    struct settings settings = settings_for(options->served);

#define LIMIT(member, name, lowest, of_settings)                               \
    settings.of_settings =                                                     \
        (__typeof__(settings.of_settings))(options->member == LIMIT_OF_PROFILE \
                                               ? (long long)                   \
                                                     settings.of_settings      \
                                               : options->member);
#include "shell/limits.def"
#undef LIMIT
    if (options->origins[0] != NULL || options->no_origins)
        settings.origins = options->origins;
    settings.trusted_proxy = options->trusted_proxy;
    settings.subprotocol = options->subprotocol;
    return settings;
}
