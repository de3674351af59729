/* Mutants at the very door: who comes without TLS, or with too much to say. */
#include "mutants.h"
#include "mutants_common.h"

bool serves_in_the_clear_as_well(const struct core *core)
{
    (void)core;
    return true;
}

bool reads_a_handshake_of_any_length(const struct core *core, size_t bytes)
{
    (void)core, (void)bytes;
    return true;
}
