/* The table of mutants, made three times over from one list. */
#include "mutants.h"
#include "spec.h"

/* Who kills it: the names are those of specs, or this does not compile. */
#define BY(id)                                                                 \
    _Static_assert(_Generic(&(id), const struct spec * : 1, default : 0), #id);
#define AND(id)                                      BY(id)
#define MUTANT(name, profiles, entry, says, killers) killers
#include "mutants.def"
#undef MUTANT
#undef AND
#undef BY

/* As the tool sees it. */
#define BY(id)  #id
#define AND(id) , #id
#define MUTANT(name, profiles, entry, says, killers)                           \
    { #name, says, profiles, (const char *const[]){ killers, NULL } },
const struct mutant mutants[] = {
#include "mutants.def"
};
#undef MUTANT
#undef AND
#undef BY

const size_t mutants_size = sizeof(mutants) / sizeof(mutants[0]);

/* What it replaces. */
#define MUTANT(name, profiles, entry, says, killers)                           \
    static void break_##name(struct policy *policy)                            \
    {                                                                          \
        policy->entry = name;                                                  \
    }
#include "mutants.def"
#undef MUTANT

#define MUTANT(name, profiles, entry, says, killers) break_##name,
static void (*const breaks[])(struct policy *policy) = {
#include "mutants.def"
};
#undef MUTANT

bool mutant_policy(const struct mutant *mutant, struct policy *policy)
{
    *policy = secure_policy;
    if (mutant == NULL)
        return true;
    for (size_t i = 0; i < mutants_size; i++) {
        if (mutant != &mutants[i])
            continue;
        policy->name = mutant->name;
        breaks[i](policy);
        return true;
    }
    return false;
}
