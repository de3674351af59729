/* A manifest tried against its target, step by step: what was done, what was
 * seen, and which member of the manifest to change to what. What it proposes it
 * has tried; what a service does wrong it never proposes to accept. */
#ifndef PROBE_PROBE_H
#define PROBE_PROBE_H

#include "run/target.h"
#include <stdio.h>

enum {
    FINDINGS_MAX = 64,
    PROPOSALS_MAX = 4, /* of one finding */
    PROPOSAL_PATH_SIZE = 64,
};

enum finding_kind {
    FINDING_GOOD,
    FINDING_CHANGE,    /* a member of the manifest is to change */
    FINDING_FAULT,     /* the service is to change */
    FINDING_UNTRIED,   /* it could not be tried */
    FINDING_ABSENT,    /* there is nothing to try */
    FINDING_UNREACHED, /* nobody answers */
};

/* A member, and the value that it is to have. */
struct proposal {
    char path[PROPOSAL_PATH_SIZE];
    struct cJSON *value; /* NULL: only its owner knows */
};

struct finding {
    enum finding_kind kind;
    const char *step;
    char *seen; /* what was done, and what came of it */
    char *why;  /* what that means, or what to do; NULL: nothing more */
    struct proposal proposals[PROPOSALS_MAX];
    size_t proposal_count;
};

struct probe {
    const struct target *target;
    const char *file; /* the manifest; NULL: a bare profile */
    struct finding findings[FINDINGS_MAX];
    size_t count;
    struct manifest *manifest; /* with what was proposed so far; or … */
    struct cJSON *overlay;     /* … that, and the URL of the command line */
    uint64_t seed;
    unsigned worlds;
    bool let_in;    /* a good token is admitted */
    FILE *progress; /* a terminal, or NULL */
};

/* Begins with an open target; its manifest is read anew from `file`, with `url`
 * over it (may be NULL). probe_free it. */
void probe_init(struct probe *probe, const struct target *target,
                const char *file, const char *url);
void probe_free(struct probe *probe);
/* All steps. */
void probe_all(struct probe *probe);

/* The manifest that steps are tried with. */
const struct manifest *probe_manifest(const struct probe *probe);

#endif
