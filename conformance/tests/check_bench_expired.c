/* What a manifest says to have expired: as far as that can be read, it is. */
#include "script_world.h"

static void present(struct bench *bench)
{
    dial_as(bench, ALICE, TOKEN(.expires_in_s = -60));
}

#define SAID_TO_BE(expired)                                                    \
    "{\"extends\":\"signals\",\"credential\":{\"source\":{"                    \
    "\"token\":\"0f3a9c00de\",\"expired\":\"" expired "\"}}}"

/* {"alg":"HS256"} and {"iss":"a","exp":9999999999} */
#define GOOD_JWT                                                               \
    "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJhIiwiZXhwIjo5OTk5OTk5OTk5fQ.c2ln"
#define BESIDE_A_JWT(expired)                                                  \
    "{\"extends\":\"signals\",\"credential\":{\"source\":{"                    \
    "\"token\":\"" GOOD_JWT "\",\"expired\":\"" expired "\"}}}"

static const struct {
    const char *label;
    const char *manifest;
    enum verdict want;
    const char *says;
} claims_of_expiry[] = {
    { "opaque", SAID_TO_BE("0f3a9c00dd"), PASS, "" },
    { "a JWT that has run out",
      SAID_TO_BE(
          "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIiwiZXhwIjoxMDAwMDAwMDAwfQ.c2ln"),
      PASS, "" },
    { "a JWT that has not",
      SAID_TO_BE(
          "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIiwiZXhwIjo5OTk5OTk5OTk5OX0.c2ln"),
      INCONCLUSIVE, "it is a JSON Web Token whose exp lies " },
    { "a JWT that never will",
      SAID_TO_BE("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln"), INCONCLUSIVE,
      "it is a JSON Web Token without an exp" },
    { "three parts of no JWT",
      SAID_TO_BE("eyJhbGciOiJIUzI1NiJ9.bm90IGpzb24.c2ln"), PASS, "" },
    { "the good one", SAID_TO_BE("0f3a9c00de"), INCONCLUSIVE,
      "it is the one that holds" },
    { "garbage beside a JWT", BESIDE_A_JWT("nonsense"), INCONCLUSIVE,
      "it is no JSON Web Token" },
    { "the same, but older",
      BESIDE_A_JWT(
          "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJhIiwiZXhwIjoxMDAwMDAwMDAwfQ.c2ln"),
      PASS, "" },
    { "of another issuer",
      BESIDE_A_JWT(
          "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJiIiwiZXhwIjoxMDAwMDAwMDAwfQ.c2ln"),
      INCONCLUSIVE, "its iss or aud" },
    { "of another key",
      BESIDE_A_JWT("eyJhbGciOiJIUzI1NiIsImtpZCI6Im9sZCJ9."
                   "eyJpc3MiOiJhIiwiZXhwIjoxMDAwMDAwMDAwfQ.c2ln"),
      INCONCLUSIVE, "its header (alg, kid)" },
};

START_TEST(expired_credential_is_what_it_is_said_to_be)
{
    begin_play();
    struct result got = perform(claims_of_expiry[_i].manifest, present);

    ck_assert_msg(got.verdict == claims_of_expiry[_i].want &&
                      strstr(got.seen, claims_of_expiry[_i].says) == got.seen,
                  "%s: %s: %s", claims_of_expiry[_i].label,
                  verdict_name(got.verdict), got.seen);
    result_deinit(&got);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("bench expired");
    TCase *tcase = tcase_create("expired");

    tcase_add_loop_test(tcase, expired_credential_is_what_it_is_said_to_be, 0,
                        COUNT_OF(claims_of_expiry));
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_bench_expired");
}
