/* Reads options with getopt_long; every mistake is one clear line. */
#include "shell/options.h"
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

const struct options default_options = {
    .host = "127.0.0.1",
    .control_port = -1,
    .attempts = -1,
    .window_ms = -1,
    .strangers = -1,
    .connections = -1,
    .per_user = -1,
    .auth_ms = -1,
    .max_lifetime_s = 900,
    .close_ms = 1000,
    .handshake_ms = 10 * 1000,
};

static const char help[] =
    "wsconform-reference: minimal WebSocket services that keep strangers out "
    "and\n"
    "users apart.\n"
    "\n"
    "Usage: wsconform-reference --keys FILE [options]\n"
    "\n"
    "Once it listens it prints one line of JSON on stdout, with the real "
    "ports:\n"
    "  {\"url\":\"ws://127.0.0.1:40123/ws\",\"control\":"
    "\"http://127.0.0.1:40124\"}\n"
    "\n"
    "What is served\n"
    "  --profile signals         /ws?token=…: signals to everybody inside\n"
    "            factory         /factory: bearer or sub-protocol jwt.…, "
    "users apart\n"
    "            pos             /ws/{pos|kitchen|management}/{restaurant}: "
    "first\n"
    "                            message, roles and restaurants\n"
    "  --keys FILE               required: a JSON array of keys, each bound to "
    "one\n"
    "                            algorithm: {\"alg\":\"HS256\",\"secret\":…} "
    "or\n"
    "                            {\"alg\":\"RS256\"|\"ES256\"|\"EdDSA\","
    "\"public_key\":PEM}.\n"
    "                            Read again whenever it changes; while it is "
    "missing\n"
    "                            or invalid nobody is admitted\n"
    "  --max-lifetime SECONDS    longest lifetime of a token (900; 0: any)\n"
    "  --origin ORIGIN           one that browsers may come from; repeat it "
    "for more\n"
    "                            (any, where none is given)\n"
    "  --db FILE                 pos: the directory, SQLite (in memory)\n"
    "\n"
    "Where it listens\n"
    "  --host ADDRESS            IPv4 or IPv6 address (127.0.0.1)\n"
    "  --port N                  TCP port; 0, the default: any free one\n"
    "  --unix PATH               a unix socket as well\n"
    "  --tls CERT KEY            TLS on the TCP port; both files are PEM\n"
    "  --trusted-proxy ADDRESS   believe the last X-Forwarded-For of this "
    "peer\n"
    "\n"
    "Control, for operators: HTTP on 127.0.0.1 with a bearer token\n"
    "  --control-port N          0: any free port\n"
    "  --control-token-file FILE required with it; at least 16 characters\n"
    "    POST /publish {\"text\":…}   to everybody inside; pos: with "
    "\"restaurant\"\n"
    "    POST /revoke {\"jti\":…}     a token that holds no longer\n"
    "    POST /directory {…}        pos: a restaurant, user or order\n"
    "    POST /managers {…}         factory: refused, and says why\n"
    "    GET  /inspect?since=N      pool, managers, history, events, numbers\n"
    "\n"
    "Limits (0: unbounded; signals has none but --connections)\n"
    "  --per-user N              connections of one user (5)\n"
    "  --attempts N              attempts of one address in a window (500)\n"
    "  --window-ms N             that window (60000)\n"
    "  --strangers N             unproven connections of one address (240)\n"
    "  --connections N           in all (20000)\n"
    "  --auth-ms N               pos: when the first message is due (5000)\n"
    "  --close-ms N              how long a refused peer may take to answer "
    "(1000)\n"
    "  --handshake-ms N          how long an opening handshake may take "
    "(10000)\n"
    "\n"
    "The process\n"
    "  --log FILE                appends the log to FILE (stderr)\n"
    "  --audit FILE              appends audit events to FILE, a line of JSON "
    "each\n"
    "  --die-with-parent         ends in order when the parent process ends\n"
    "  --help                    this text\n"
    "\n"
    "SIGTERM and SIGINT tell every client 1001 and end the server within a "
    "second.\n"
    "Exit: 0 ended in order; 1 it could not listen or start; 2 usage.\n";

void options_print_help(FILE *into)
{
    fputs(help, into);
}

enum option_code {
    OPTION_PROFILE = 256,
    OPTION_HOST,
    OPTION_PORT,
    OPTION_UNIX,
    OPTION_TLS,
    OPTION_KEYS,
    OPTION_CONTROL_PORT,
    OPTION_CONTROL_TOKEN,
    OPTION_MAX_LIFETIME,
    OPTION_CLOSE_MS,
    OPTION_HANDSHAKE_MS,
    OPTION_LOG,
    OPTION_ORIGIN,
    OPTION_PROXY,
    OPTION_ATTEMPTS,
    OPTION_WINDOW,
    OPTION_STRANGERS,
    OPTION_CONNECTIONS,
    OPTION_PER_USER,
    OPTION_AUTH_MS,
    OPTION_DB,
    OPTION_AUDIT,
    OPTION_DIE,
    OPTION_HELP,
};

static const struct option long_options[] = {
    { "profile", required_argument, NULL, OPTION_PROFILE },
    { "host", required_argument, NULL, OPTION_HOST },
    { "port", required_argument, NULL, OPTION_PORT },
    { "unix", required_argument, NULL, OPTION_UNIX },
    { "tls", required_argument, NULL, OPTION_TLS },
    { "keys", required_argument, NULL, OPTION_KEYS },
    { "control-port", required_argument, NULL, OPTION_CONTROL_PORT },
    { "control-token-file", required_argument, NULL, OPTION_CONTROL_TOKEN },
    { "max-lifetime", required_argument, NULL, OPTION_MAX_LIFETIME },
    { "close-ms", required_argument, NULL, OPTION_CLOSE_MS },
    { "handshake-ms", required_argument, NULL, OPTION_HANDSHAKE_MS },
    { "log", required_argument, NULL, OPTION_LOG },
    { "origin", required_argument, NULL, OPTION_ORIGIN },
    { "trusted-proxy", required_argument, NULL, OPTION_PROXY },
    { "attempts", required_argument, NULL, OPTION_ATTEMPTS },
    { "window-ms", required_argument, NULL, OPTION_WINDOW },
    { "strangers", required_argument, NULL, OPTION_STRANGERS },
    { "connections", required_argument, NULL, OPTION_CONNECTIONS },
    { "per-user", required_argument, NULL, OPTION_PER_USER },
    { "auth-ms", required_argument, NULL, OPTION_AUTH_MS },
    { "db", required_argument, NULL, OPTION_DB },
    { "audit", required_argument, NULL, OPTION_AUDIT },
    { "die-with-parent", no_argument, NULL, OPTION_DIE },
    { "help", no_argument, NULL, OPTION_HELP },
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
    if (errno != 0 || end == text || *end != '\0' || number < 0 ||
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
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (strcmp(name, names[i]) != 0)
            continue;
        options->served = (enum served)i;
        return COMMAND_RUN;
    }
    return wrong("--profile is signals, factory or pos", name);
}

/* What a browser sends is a scheme, "://", a host, perhaps a port: no path, no
 * upper case, nothing that could never be equal to it. */
static enum command read_origin(struct options *options, const char *origin)
{
    const char *host = strstr(origin, "://");

    if (host == NULL || host == origin || host[3] == '\0' ||
        strchr(host + 3, '/') != NULL ||
        strpbrk(origin, "ABCDEFGHIJKLMNOPQRSTUVWXYZ \t") != NULL)
        return wrong("--origin is like https://app.example.com, without a "
                     "path, in lower case",
                     origin);
    if (options->origin_count == ORIGINS_MAX)
        return wrong("more than 64 origins", origin);
    options->origins[options->origin_count++] = origin;
    return COMMAND_RUN;
}

static enum command read_proxy(struct options *options, const char *address)
{
    unsigned char bytes[sizeof(struct in6_addr)];

    if (inet_pton(AF_INET, address, bytes) != 1 &&
        inet_pton(AF_INET6, address, bytes) != 1)
        return wrong("--trusted-proxy takes an IPv4 or IPv6 address", address);
    options->trusted_proxy = address;
    return COMMAND_RUN;
}

static enum command read_host(struct options *options, const char *host)
{
    unsigned char address[sizeof(struct in6_addr)];

    if (inet_pton(AF_INET, host, address) != 1 &&
        inet_pton(AF_INET6, host, address) != 1)
        return wrong("--host takes an IPv4 or IPv6 address", host);
    options->host = host;
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
                       code == OPTION_PORT ? &options->port
                                           : &options->control_port);
}

static enum command read_limit(int code, struct options *options)
{
    const struct {
        int code;
        int *into;
    } limits[] = {
        { OPTION_MAX_LIFETIME, &options->max_lifetime_s },
        { OPTION_CLOSE_MS, &options->close_ms },
        { OPTION_HANDSHAKE_MS, &options->handshake_ms },
        { OPTION_ATTEMPTS, &options->attempts },
        { OPTION_WINDOW, &options->window_ms },
        { OPTION_STRANGERS, &options->strangers },
        { OPTION_CONNECTIONS, &options->connections },
        { OPTION_PER_USER, &options->per_user },
        { OPTION_AUTH_MS, &options->auth_ms },
    };

    for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++)
        if (limits[i].code == code)
            return read_number(optarg, 86400 * 1000,
                               "a limit is a number from 0 to 86400000",
                               limits[i].into);
    return COMMAND_WRONG;
}

static enum command read_text(int code, struct options *options)
{
    const struct {
        int code;
        const char **into;
    } texts[] = {
        { OPTION_UNIX, &options->unix_path },
        { OPTION_KEYS, &options->keys },
        { OPTION_LOG, &options->log },
        { OPTION_CONTROL_TOKEN, &options->control_token_file },
        { OPTION_DB, &options->db },
        { OPTION_AUDIT, &options->audit },
    };

    if (optarg[0] == '\0')
        return wrong("a path is empty", NULL);
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        if (texts[i].code == code)
            *texts[i].into = optarg;
    return COMMAND_RUN;
}

static enum command read_one(int code, struct options *options, int argc,
                             char **argv)
{
    switch (code) {
    case OPTION_PROFILE: return read_profile(options, optarg);
    case OPTION_ORIGIN: return read_origin(options, optarg);
    case OPTION_PROXY: return read_proxy(options, optarg);
    case OPTION_HOST: return read_host(options, optarg);
    case OPTION_PORT:
    case OPTION_CONTROL_PORT: return read_port(code, options);
    case OPTION_TLS: return read_tls(options, argc, argv);
    case OPTION_UNIX:
    case OPTION_KEYS:
    case OPTION_CONTROL_TOKEN:
    case OPTION_DB:
    case OPTION_AUDIT:
    case OPTION_LOG: return read_text(code, options);
    case OPTION_MAX_LIFETIME:
    case OPTION_CLOSE_MS:
    case OPTION_ATTEMPTS:
    case OPTION_WINDOW:
    case OPTION_STRANGERS:
    case OPTION_CONNECTIONS:
    case OPTION_PER_USER:
    case OPTION_AUTH_MS:
    case OPTION_HANDSHAKE_MS: return read_limit(code, options);
    case OPTION_DIE: options->die_with_parent = true; return COMMAND_RUN;
    case OPTION_HELP: return COMMAND_HELP;
    case ':': return wrong("an argument is missing behind", argv[optind - 1]);
    default: return wrong("there is no such option", argv[optind - 1]);
    }
}

static enum command check_whole(const struct options *options)
{
    bool control = options->control_port >= 0;

    if (options->keys == NULL)
        return wrong("--keys FILE is required", NULL);
    if (options->connections == 0)
        return wrong("--connections is at least 1", NULL);
    if (options->window_ms == 0 || options->auth_ms == 0)
        return wrong("--window-ms and --auth-ms are at least 1", NULL);
    if (options->db != NULL && options->served != SERVES_POS)
        return wrong("--db goes with --profile pos", NULL);
    if (control != (options->control_token_file != NULL))
        return wrong("--control-port and --control-token-file belong together",
                     NULL);
    return COMMAND_RUN;
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
