/* OPS: what a service has to be in production. */
#include "bench.h"
#include "spec.h"

SPEC(plain_connection_is_never_upgraded, SHOULD, REQUIREMENTS("OPS-01"),
     "Who dials without TLS, with a good token, is not upgraded; with TLS the "
     "same user is served.",
     "Close the port without TLS, or answer there with a redirect or an error "
     "before anything is read.")
{
    struct manner in_the_clear = { .plain = true };

    expect_never_upgraded(dial(bench, ALICE, GOOD_TOKEN, in_the_clear));
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}
