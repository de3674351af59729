/* The command line of wsconform-reference. */
#ifndef SHELL_OPTIONS_H
#define SHELL_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

/* Strings are borrowed from argv; NULL: not given. */
struct options {
    const char *host; /* an IPv4 or IPv6 address, without brackets */
    int port;         /* 0: any free one */
    const char *unix_path;
    const char *certificate;
    const char *private_key;
    const char *keys;
    int control_port; /* -1: no control listener; 0: any free port */
    const char *control_token_file;
    int max_lifetime_s;
    int close_ms;
    int handshake_ms;
    const char *log;
    bool die_with_parent;
};

extern const struct options default_options;

enum command { COMMAND_RUN, COMMAND_HELP, COMMAND_WRONG };

/* Reads argv into *options (which begin as the defaults). COMMAND_WRONG says on
 * stderr, in one line, what is wrong. */
enum command options_read(struct options *options, int argc, char **argv);

void options_print_help(FILE *into);

#endif
