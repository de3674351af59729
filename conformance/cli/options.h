/* The command line: one table of options drives parsing and help. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A set: which verbs take an option. */
enum verb {
    VERB_LIST = 1 << 0,
    VERB_EXPLAIN = 1 << 1,
    VERB_RUN = 1 << 2,
    VERB_MUTANTS = 1 << 3,
    VERB_REPORT = 1 << 4,
    VERB_INIT = 1 << 5,
    VERB_PROBE = 1 << 6,
    VERB_KEYGEN = 1 << 7,
    VERB_CERTIFY = 1 << 8, /* takes what run takes, too */
    VERB_VERIFY = 1 << 9,
    VERB_COMPLETION = 1 << 10,
};

/* What may be given several times. */
enum { WORDS_OF_OPTION_MAX = 64 };
struct words {
    const char *at[WORDS_OF_OPTION_MAX];
    size_t count;
};

struct options {
    enum verb verb;
    const char *operand; /* what is to be explained, or verified */

    const char *target;
    const char *profile;
    const char *url;
    const char *command;
    bool isolate;
    bool mock;
    bool reference;
    bool tls;
    bool unix_socket;
    long nodes; /* 0: not said */

    const char *only;
    const char *level;
    const char *shard;
    long jobs; /* -1: as many as there are cores to keep busy */
    long repeat;
    long max_wait; /* -1: any */
    const char *seed;

    const char *baseline;
    const char *write_baseline;
    long baseline_days; /* -1: not said */

    struct words streams; /* of one run, or of its shards */
    const char *from;     /* of certify */
    const char *ndjson;
    const char *json; /* a file; "" where it is a switch that was given */
    const char *junit;
    const char *tap;
    const char *sarif;
    const char *markdown;
    const char *badge;
    const char *badge_json;
    bool step_summary;
    bool annotations;
    const char *html;
    const char *mutants; /* of --html */
    const char *out;
    struct words keys;
    struct words errata;
    const char *set;
    const char *evidence;
    const char *add_signature; /* a folder */
    long days;                 /* -1: not said */
    long threshold;            /* -1: not said */
    bool allow_dirty;
    bool force;
    bool write;
    bool quiet;
    bool named;
};

/* False when the line is wrong, or asked for help or the version alone: then
 * *status is the exit status, and all has been said. */
bool options_read(struct options *options, int count, char *const words[],
                  int *status);

/* The tables, for who tells of them: false behind the last. */
struct verb_told {
    enum verb verb;
    const char *name;
    const char *help; /* a line */
};
bool verb_nth(size_t n, struct verb_told *told);

struct option_told {
    const char *name;     /* without the dashes */
    const char *argument; /* NULL: it takes none */
    const char *help;
};
bool option_nth(enum verb verb, size_t n, struct option_told *told);

#endif
