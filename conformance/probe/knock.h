/* Knocks: connections that have to be refused, and what came of each. */
#ifndef PROBE_KNOCK_H
#define PROBE_KNOCK_H

#include "bench/trial.h"

enum { KNOCKS_MAX = 24 };

struct knock {
    enum cause cause;
    const char *did; /* "an expired token" */
    struct sight sight;
    bool inside; /* it was a member until then */
    bool fits;   /* it was refused as the manifest has it */
};

struct knocks {
    const struct manifest *manifest;
    bool has_wire; /* frames that break the rules can be sent */
    struct knock at[KNOCKS_MAX];
    size_t count;
    bool control; /* behind them all a good token was admitted */
};

/* Trials with struct knocks: those who have no right to come in, and members
 * who do what they may not. */
trial try_strangers;
trial try_members;

/* Why this is no refusal at all, in words; NULL: it is one. */
const char *fault_of(const struct knock *knock);
/* May a manifest accept it all the same, with a reason? */
bool may_be_widened(const struct sight *sight);
/* As a manifest has it; NULL: it cannot. */
struct cJSON *outcome_of(const struct knock *knock);
/* "missing" */
const char *cause_member(enum cause cause);

#endif
