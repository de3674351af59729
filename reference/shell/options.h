/* The command line of wsconform-reference. */
#ifndef SHELL_OPTIONS_H
#define SHELL_OPTIONS_H

#include "core/core.h"
#include <stdbool.h>
#include <stdio.h>

enum { ORIGINS_MAX = 64, SUBPROTOCOL_NAME_MAX = 64, LIMIT_OF_PROFILE = -1 };

/* Strings are borrowed from argv; NULL: not given. */
struct options {
    enum served served;
    const char *host; /* an IPv4 or IPv6 address, without brackets */
    int port;         /* 0: any free one */
    int plain_port;   /* beside TLS; -1: none; 0: any free one */
    const char *unix_path;
    const char *certificate;
    const char *private_key;
    const char *keys;
    int control_port; /* -1: no control listener; 0: any free port */
    const char *control_token_file;
    int handshake_ms;
    /* LIMIT_OF_PROFILE: what settings_for says. */
#define LIMIT(member, name, lowest, of_settings) int member;
#include "shell/limits.def"
#undef LIMIT
    const char *origins[ORIGINS_MAX + 1]; /* NULL-ended; none: any … */
    bool no_origins;                      /* … or, so given, none at all */
    const char *trusted_proxy;
    const char *subprotocol; /* the one that is spoken; NULL: any */
    const char *database;    /* NULL: in memory */
    const char *store;       /* of `rooms`: where several servers meet */
    const char *audit;
    const char *log;
    bool die_with_parent;
};

extern const struct options default_options;

enum command { COMMAND_RUN, COMMAND_HELP, COMMAND_WRONG };

/* Reads argv into *options (which begin as the defaults). COMMAND_WRONG says on
 * stderr, in one line, what is wrong. */
enum command options_read(struct options *options, int argc, char **argv);

/* What the core is to be told. Borrows from the options. */
struct settings options_settings(const struct options *options);

void options_print_help(FILE *into);

#endif
