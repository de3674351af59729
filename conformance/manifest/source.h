/* Where credentials come from that we do not make ourselves, and what is done
 * before the first dial: HTTP requests and commands, one behind the other, and
 * what is kept of their answers. */
#ifndef MANIFEST_SOURCE_H
#define MANIFEST_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

struct pair;

enum limits_of_sources {
    MANIFEST_STEPS_MAX = 8,
    MANIFEST_SAVES_MAX = 8,
    MANIFEST_BUDGET = 100, /* fetches, where the manifest says nothing */
    IDENTITY_VALUES_MAX = 8,
};

/* How an HTTP request or a command of the target's is made; NULL members are
 * absent. `{name}` in any text is replaced when it is used. */
struct hook {
    const char *method; /* "POST" */
    const char *url;
    const char *const *headers; /* "Name: value", NULL-ended */
    const char *body;
    const char *const *command; /* argv, NULL-ended, in place of HTTP */
    bool present;
};

/* Where in an answer a value stands. */
enum capture_kind {
    CAPTURE_JSON,   /* a JSON pointer, RFC 6901 */
    CAPTURE_REGEX,  /* the first group of a POSIX extended expression */
    CAPTURE_COOKIE, /* a cookie that has been set */
};
struct saving {
    const char *name; /* the variable that keeps it */
    enum capture_kind kind;
    const char *where;
};

struct step {
    struct hook hook;
    int status; /* that is answered; 0: any of 2xx and 3xx */
    struct saving saves[MANIFEST_SAVES_MAX];
    size_t save_count;
};
struct steps {
    struct step at[MANIFEST_STEPS_MAX];
    size_t count;
};

/* One that is fetched, or given. */
struct source {
    bool present;        /* else tokens are minted */
    const char *token;   /* template: a user's values, and what steps saved */
    const char *expired; /* likewise: one that holds no more; NULL: none */
    struct steps steps;  /* that fetch one; none: it is given */
    unsigned budget;     /* of fetches in one run */
};

/* When what has run out, or was taken back, is heeded by who is connected. */
enum enforcement {
    ENFORCED_LIVE,            /* at once */
    ENFORCED_AT_NEXT_MESSAGE, /* of that connection */
    ENFORCED_FOR_NEWCOMERS,   /* and for nobody who is connected */
    ENFORCED_NEVER,
};

/* A user that the target knows already. */
struct known {
    const char *user;          /* as the target calls it; NULL: unknown */
    const struct pair *values; /* all that is said of it, NULL-ended */
};

#endif
