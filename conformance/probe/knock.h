/* Knocks: connections that have to be refused, and what came of each. */
#ifndef PROBE_KNOCK_H
#define PROBE_KNOCK_H

#include "bench/trial.h"

enum { KNOCKS_MAX = 24 };

struct knock {
    enum cause cause;
    const char *step;  /* what it is told under; NULL: the cause */
    const char *did;   /* "an expired token" */
    const char *claim; /* the capability without which nobody asks for it */
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

/* Those who knock beside each other, until they are looked at. */
struct row_of_peers {
    struct peer *peers[KNOCKS_MAX];
    size_t first; /* of the knocks that these are */
};
void begin_row(struct row_of_peers *row, const struct knocks *knocks);
void add_knock(struct knocks *knocks, struct row_of_peers *row,
               enum cause cause, const char *did, struct peer *peer);
/* Waits for all, `ms` at most, looks at each, and behind them at one who may
 * come in. */
void look_at_row(struct bench *bench, struct knocks *knocks,
                 struct row_of_peers *row, int ms);

/* Trials with struct knocks: those who have no right to come in, members who
 * do what they may not, who is one too many, and what befalls a member. */
trial try_strangers;
trial try_members;
trial try_attempts;
trial try_waiters;
trial try_places;
trial try_changes;

/* Refusals that the manifest has, that are not among those `tried` (bits of
 * enum cause), and what it would take: in words. "" : none. */
void add_untried(const struct manifest *manifest, unsigned tried,
                 struct buffer *into);

/* Why this is no refusal at all, in words; NULL: it is one. */
const char *fault_of(const struct knock *knock);
/* May a manifest accept it all the same, with a reason? */
bool may_be_widened(const struct sight *sight);
/* As a manifest has it; NULL: it cannot. */
struct cJSON *outcome_of(const struct knock *knock);
/* "missing" */
const char *cause_member(enum cause cause);

#endif
