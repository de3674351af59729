/* What --help prints. */
#include "shell/options.h"

/* clang-format off */
static const char help[] =
    "wsconform-reference: a minimal WebSocket service that keeps strangers out.\n"
    "\n"
    "Usage: wsconform-reference --keys FILE [options]\n"
    "\n"
    "Once it listens it prints one line of JSON on stdout, with the real ports:\n"
    "  {\"url\":\"ws://127.0.0.1:40123/ws\",\"control\":\"http://127.0.0.1:40124\"}\n"
    "\n"
    "What is served\n"
    "  --profile signals         the default, at /ws: a JWT as ?token=…; every member\n"
    "                            receives every signal\n"
    "  --profile factory         at /factory: a JWT as \"Authorization: Bearer\" or as\n"
    "                            sub-protocol jwt.TOKEN; each user hears itself alone\n"
    "  --profile pos             at /ws/{pos|kitchen|management}/RESTAURANT: a JWT in\n"
    "                            the first message; a restaurant hears itself alone\n"
    "  --profile rooms           at /rooms: a JWT as ?token=… or as bearer; members\n"
    "                            make rooms and hear those that they are in\n"
    "  --keys FILE               required: a JSON array of keys, each bound to one\n"
    "                            algorithm: {\"alg\":\"HS256\",\"secret\":…} or\n"
    "                            {\"alg\":\"RS256\"|\"ES256\"|\"EdDSA\",\"public_key\":PEM}.\n"
    "                            Read again whenever it changes; while it is missing\n"
    "                            or invalid nobody is admitted\n"
    "  --db FILE                 of pos: users, restaurants and orders, SQLite\n"
    "                            (in memory). While it is locked, damaged or gone\n"
    "                            nobody is admitted\n"
    "  --max-lifetime SECONDS    longest lifetime of a token (900; 0: any)\n"
    "\n"
    "Who may come in\n"
    "  --origin SCHEME://HOST    repeatable (any): a request with another Origin is\n"
    "                            answered 403; one without any is let through\n"
    "  --trusted-proxy ADDRESS   believe the last X-Forwarded-For of this peer alone\n"
    "\n"
    "Where it listens\n"
    "  --host ADDRESS            IPv4 or IPv6 address (127.0.0.1)\n"
    "  --port N                  TCP port; 0, the default: any free one\n"
    "  --unix PATH               a unix socket as well\n"
    "  --tls CERT KEY            TLS on the TCP port; both files are PEM\n"
    "\n"
    "Control, for operators: HTTP on 127.0.0.1 with a bearer token\n"
    "  --control-port N          0: any free port\n"
    "  --control-token-file FILE required with it; at least 16 characters\n"
    "    POST /publish {\"text\":…}   to every member; of pos with \"restaurant\":ID\n"
    "    POST /revoke {\"jti\":…}     a token that holds no longer\n"
    "    POST /directory {…}        of pos: puts a restaurant, a user or an order\n"
    "    POST /managers {\"user\":…}  of factory: always refused, and counted\n"
    "    GET  /inspect?since=N      pool, history, audit events, gauges, metrics\n"
    "\n";

static const char help_on_limits[] =
    "Limits (0: unbounded, where it is allowed; of signals nothing is bounded per\n"
    "address and user unless it is asked for)\n"
    "  --attempts N              of an address in a window (500); then 1013\n"
    "  --window-ms N             how long that window is (60000)\n"
    "  --strangers N             of an address, not yet authenticated (240); 1013;\n"
    "                            as many more within a handshake\n"
    "  --connections N           in all (20000, or what RLIMIT_NOFILE allows); 1013\n"
    "  --per-user N              connections of one user (5); then 1013\n"
    "  --auth-ms N               of pos: when the first message is due (5000)\n"
    "  --close-ms N              how long a refused peer may take to answer (1000)\n"
    "  --handshake-ms N          how long an opening handshake may take (10000)\n"
    "\n";

static const char help_on_rooms[] =
    "Limits of rooms\n"
    "  --messages-per-second N   of one user, over all connections (100)\n"
    "  --room-messages-per-second N into one room (500)\n"
    "  --room-size N             members of a room (100)\n"
    "  --room-grace-ms N         how long an empty room is kept (60000)\n"
    "  --message-chars N         characters of a text (1000)\n"
    "  --binary-bytes N          a binary message (5242880); 1009\n"
    "  --json-bytes N            a text message (524288)\n"
    "  --json-depth N            levels of it (10, at most 16)\n"
    "  --array-max N             elements of an array (1000)\n"
    "  --object-max N            members of an object (100, at most 256)\n"
    "\n"
    "The process\n"
    "  --log FILE                appends the log to FILE (stderr)\n"
    "  --audit FILE              appends each audit event to FILE, a line of JSON\n"
    "  --die-with-parent         ends in order when the parent process ends\n"
    "  --help                    this text\n"
    "\n"
    "SIGTERM and SIGINT tell every client 1001 and end the server within a second.\n"
    "Exit: 0 ended in order; 1 it could not listen or start; 2 usage.\n";
/* clang-format on */

void options_print_help(FILE *into)
{
    fputs(help, into);
    fputs(help_on_limits, into);
    fputs(help_on_rooms, into);
}
