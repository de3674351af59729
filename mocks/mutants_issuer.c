/* Mutants of `signals`: the lifetime of what they issue. */
#include "mutants.h"
#include "mutants_common.h"

enum { MINUTE_S = 60, HOUR_S = 3600 };

int64_t counts_the_life_of_a_token_in_hours(const struct settings *settings)
{
    return (int64_t)settings->token_minutes * HOUR_S;
}

int64_t issues_tokens_for_a_quarter_of_an_hour(const struct settings *settings)
{
    (void)settings;
    return (int64_t)15 * MINUTE_S;
}
