/* Mutants that are not what the manifest says: they do without what it claims,
 * or do what it has not named. */
#include "mutants.h"
#include "mutants_common.h"
#include "core/system.h"

bool lets_nobody_publish(const struct claims *claims)
{
    (void)claims;
    return false;
}

bool takes_every_text_for_too_long(struct text text)
{
    (void)text;
    return false;
}

const char *tells_nobody_who_it_is(const struct member *member)
{
    (void)member;
    return "";
}

/* What a library does of itself, long after the contract has been written. */
void reads_a_subprotocol_that_nobody_named(const struct core *core,
                                           const struct request *request,
                                           struct presented *presented)
{
    secure_find_token(core, request, presented);
    if (!presented->present)
        find_by_carriers(core, CARRIES_SUBPROTOCOL, request, presented);
}
