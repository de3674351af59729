/* The kill matrix, for the two files that fill it and tell of it. */
#ifndef CLI_MATRIX_H
#define CLI_MATRIX_H

#include "cli/verbs.h"
#include "lab.h"
#include "run/lines.h"
#include "run/progress.h"

/* What mutants of one profile are judged with. */
struct place {
    struct manifest *manifest;
    struct lab *lab;
};

struct trial {
    const struct place *place;
    const struct mutant *mutant; /* NULL: the secure core */
    char *failed;                /* ids, space-separated */
    bool named;                  /* asked for what it names alone */
};

enum { PLACES_MAX = 8 };

struct matrix {
    struct place places[PLACES_MAX];
    size_t place_count;
    struct progress progress;
    struct trial *trials; /* of each profile, the secure core first */
    size_t count;
    bool broken; /* a trial that came to nothing */
};

const char *trial_name(const struct trial *trial);

/* Prints the table, or JSON where that is asked for. EXIT_GOOD when each mutant
 * died as named, by nothing else, and each criterion failed one. */
int matrix_conclude(const struct options *options, const struct matrix *matrix);

#endif
