/* The six questions of `init` on a terminal. */
#ifndef CLI_INTERVIEW_H
#define CLI_INTERVIEW_H

#include <stdbool.h>
#include <stdio.h>

struct cJSON;

struct interview {
    char profile[16];
    struct cJSON *said; /* what a manifest says then, over the profile's */
};

/* Asks on `to` and reads from `from`, a line each; each answer is held to the
 * manifest's own checks at once, and asked for again where it fails them.
 * False: the answers have ended before the questions. cJSON_Delete said. */
bool interview_hold(struct interview *interview, FILE *from, FILE *to);

#endif
