/* CFG: the limits are configuration: an instance with tight ones has its edges
 * there. */
#include "bench.h"
#include "spec.h"

/* Different users who may all enter HOME, in turn. */
static enum identity guest(unsigned index)
{
    return (enum identity)(ALICE + index % (PLATFORM + 1));
}

SPEC(configured_limit_of_a_user_holds, SHOULD, REQUIREMENTS("CFG-01 RX-01"),
     "An instance configured with fewer connections for a user refuses the "
     "next one there.",
     "Read the limit from the configuration where you compare.")
{
    struct manner there = { .tight = true };

    for (unsigned i = 0; i < tight_per_user(bench); i++)
        expect_admitted(dial(bench, ALICE, GOOD_TOKEN, there));
    expect_refused(dial(bench, ALICE, GOOD_TOKEN, there), CAUSE_PER_USER);
    expect_admitted(dial(bench, BOB, GOOD_TOKEN, there));
}

SPEC(configured_limit_of_attempts_holds, SHOULD, REQUIREMENTS("CFG-01 RX-01"),
     "An instance configured with fewer attempts for an address refuses the "
     "next one there.",
     "Read the limit from the configuration where you compare.")
{
    struct manner there = { .tight = true, .source = 1 };

    for (unsigned i = 1; i < tight_attempts(bench); i++)
        expect_kept_out(dial(bench, ALICE, TOKEN(.literal = "a.b.c"), there));
    expect_admitted(dial(bench, ALICE, GOOD_TOKEN, there));
    expect_refused(dial(bench, BOB, GOOD_TOKEN, there), CAUSE_ATTEMPTS);
}

SPEC(connection_beyond_the_configured_total_is_refused, SHOULD,
     REQUIREMENTS("POOL-08 QUAL-03 RX-01"),
     "An instance admits as many connections of different users as configured, "
     "refuses the next, and admits again when one has left.",
     "Count all connections in one registry, and refuse the newest.")
{
    struct manner there = { .tight = true };
    struct peer *last = dial(bench, guest(0), GOOD_TOKEN, there);
    unsigned total = tight_connections(bench);

    expect_admitted(last);
    for (unsigned i = 1; i < total; i++) {
        last = dial(bench, guest(i), GOOD_TOKEN, there);
        expect_admitted(last);
    }
    expect_refused(dial(bench, guest(total), GOOD_TOKEN, there), CAUSE_FULL);
    hang_up(last);
    fence(bench);
    expect_admitted(dial(bench, guest(total), GOOD_TOKEN, there));
}
