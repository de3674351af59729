/* How many it takes to hold a limit, claimed or denied, against the target. */
#include "bench/claims_internal.h"

/* Of a denial, beyond what is said: a number of the manifest's own must not
 * hide the limit. */
static unsigned wanted(struct measure measure)
{
    return measure.said > measure.unsaid ? measure.said : measure.unsaid;
}

static void say_too_many(struct bench *bench, struct measure measure)
{
    decide(bench, NOT_APPLICABLE, "",
           "the limit is %u, and a claim is asked with %u at most",
           measure.said, measure.most);
}

unsigned number_to_try(struct bench *bench, uint64_t capability,
                       struct measure measure)
{
    if (!is_claimed(bench, capability))
        return wanted(measure) < measure.most ? wanted(measure) : measure.most;
    if (measure.said > measure.most && !bench->decided)
        say_too_many(bench, measure);
    return measure.said > 0 ? measure.said : measure.unsaid;
}

void need_enough_tried(struct bench *bench, uint64_t capability,
                       struct measure measure, unsigned tried)
{
    if (bench->decided || is_claimed(bench, capability) ||
        tried >= wanted(measure))
        return;
    if (measure.said > measure.most)
        say_too_many(bench, measure);
    else
        decide(bench, NOT_APPLICABLE, "",
               "unproven: %s is denied, and another limit leaves %u to ask "
               "with where it takes %u",
               need_name(capability), tried, wanted(measure));
}
