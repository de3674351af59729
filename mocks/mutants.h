/* The mutants from the inside, for the files of this folder alone.
 *
 * mutants.def lists each once. Its name is also the name of the function that
 * takes the place of one entry of the secure policy: a row without its
 * function does not link, a function without its row or of another type than
 * its entry does not compile. */
#ifndef MOCKS_MUTANTS_H
#define MOCKS_MUTANTS_H

#include "core/policy.h"
#include "lab.h"

/* The secure policy with the mutant's one entry replaced; NULL: as it is.
 * False when the mutant is none of `mutants`. */
bool mutant_policy(const struct mutant *mutant, struct policy *policy);

#define MUTANT(name, profiles, entry, says, killers)                           \
    extern __typeof__(*((struct policy *)0)->entry) name;
#include "mutants.def"
#undef MUTANT

#endif
