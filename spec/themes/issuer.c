/* CFG: what the service issues is as its configuration says. */
#include "bench.h"
#include "spec.h"

SPEC(issued_token_lives_as_long_as_configured, MUST, REQUIREMENTS("CFG-05"),
     "A token of the service's own issuer is admitted, and expires as long "
     "after it was issued as the configuration says.",
     "Read the lifetime from the configuration, in its unit, where you set "
     "exp.")
{
    struct peer *peer = dial_as(bench, ALICE, TOKEN(.issued = true));

    expect_issued_lifetime(peer);
    expect_admitted(peer);
}
