/* Mutants of `signals`: who comes without TLS. */
#include "mutants.h"
#include "mutants_common.h"

bool serves_in_the_clear_as_well(const struct core *core)
{
    (void)core;
    return true;
}
