/* What a plan says of the choice it was made by: without it, "4 criteria, all
 * pass" could be any four. */
#ifndef RUN_PLAN_H
#define RUN_PLAN_H

#include "run/run.h"

/* Adds the selection, and of how many criteria it is one. */
void plan_add_choice(struct cJSON *plan, const struct run_options *options,
                     unsigned profiles);

/* The profiles that it names, a set of enum profile; 0 where one is none. */
unsigned plan_profiles(const struct cJSON *plan);

/* Whether what the plan says of its choice is whole and adds up.
 * FAULT_PROTOCOL with a sentence. */
enum fault plan_check(const struct cJSON *plan);

/* Whether the verdicts (in the order of the plan) are those of the criteria
 * that the choice makes. Only where the catalogue is ours can that be told. */
enum fault plan_check_verdicts(const struct cJSON *plan,
                               const struct cJSON *verdicts);

/* "--only x --level A; signals has 75", or "all that signals has". */
void plan_describe(const struct cJSON *plan, struct buffer *into);

#endif
