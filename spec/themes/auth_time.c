/* AUTH and time: expiry, its types, its edge, its zone. */
#include "bench.h"
#include "spec.h"

/* Whichever of the agreed carriers brings it. */
static void expect_kept_out_by_each_carrier(struct bench *bench,
                                            struct token token)
{
    for (token.carrier = 0; token.carrier < carriers(bench); token.carrier++)
        expect_kept_out(dial_as(bench, ALICE, token));
}

static void expect_invalid_by_each_carrier(struct bench *bench,
                                           struct token token)
{
    for (token.carrier = 0; token.carrier < carriers(bench); token.carrier++)
        expect_refused(dial_as(bench, ALICE, token), CAUSE_INVALID);
}

SPEC(expired_token_is_kept_out, MUST, REQUIREMENTS("AUTH-07 AUTH-36"),
     "A token whose exp lies in the past is refused.",
     "Leave the expiry check of the JWT library on; give it no leeway that "
     "you do not need.")
{
    expect_kept_out_by_each_carrier(bench, TOKEN(.expires_in_s = -3600));
    expect_kept_out_by_each_carrier(bench, TOKEN(.expires_in_s = -60));
    expect_kept_out_by_each_carrier(bench, TOKEN(.expires_in_s = -1));
}

SPEC(token_is_expired_at_its_very_second, MUST, REQUIREMENTS("AUTH-15"),
     "A token is refused at the very second of its exp (RFC 7519 4.1.4: on or "
     "after).",
     "Compare with `now >= exp`, not with `now > exp`.")
{
    struct peer *early = admit_with(bench, ALICE, TOKEN(.expires_in_s = 2),
                                    (struct manner){ .early = NULL });
    struct token late = TOKEN(.same_as = early);

    wait_for_expiry(early);
    for (; late.carrier < carriers(bench); late.carrier++) {
        struct peer *latecomer = dial_as(bench, ALICE, late);

        fence(bench);
        expect_kept_out(latecomer);
        expect_received_nothing(latecomer);
    }
}

SPEC(expiry_is_judged_alike_in_every_timezone, MUST, REQUIREMENTS("AUTH-14"),
     "Expiry is judged alike whatever the time zone of the host.",
     "Compare seconds since 1970; never mix `fromtimestamp` with `utcnow`.")
{
    static const char *const zones[] = { "Asia/Tokyo", "America/New_York" };

    for (size_t i = 0; i < sizeof(zones) / sizeof(*zones); i++) {
        struct manner there = { .timezone = zones[i] };

        expect_kept_out(
            dial(bench, ALICE, TOKEN(.expires_in_s = -3600), there));
        expect_admitted(dial(bench, ALICE, GOOD_TOKEN, there));
    }
}

SPEC(token_without_expiry_is_kept_out, MUST, REQUIREMENTS("AUTH-10 JW-07"),
     "A token without exp is refused.",
     "Require the claim: most libraries take its absence for eternity.")
{
    expect_kept_out_by_each_carrier(bench, TOKEN(.exp = OMITTED));
}

SPEC(hostile_expiry_is_an_invalid_token, MUST, REQUIREMENTS("AUTH-16 JW-07"),
     "An exp of a wrong type, or beyond all dates, makes an invalid token and "
     "nothing worse.",
     "Check that exp is a number within the range of dates before you "
     "calculate with it.")
{
    static const char *const values[] = {
        "\"soon\"", "\"9999999999\"",
        "[]",       "[9999999999]",
        "{}",       "true",
        "null",     "1e400",
        "-1",       "0",
        "1e18",     "NaN",
    };

    for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
        expect_invalid_by_each_carrier(bench, TOKEN(.exp = values[i]));
}

SPEC(token_without_subject_is_kept_out, MUST, REQUIREMENTS("AUTH-09 JW-10"),
     "A token without a subject, or with an empty one, is refused.",
     "Require `sub` as a non-empty string; `payload.get(\"sub\")` admits "
     "nobody as somebody.")
{
    static const char *const subjects[] = { OMITTED, "\"\"", "null", "[]",
                                            "{}" };

    for (size_t i = 0; i < sizeof(subjects) / sizeof(*subjects); i++)
        expect_kept_out_by_each_carrier(bench, TOKEN(.sub = subjects[i]));
}

SPEC(token_not_yet_valid_is_kept_out, MUST, REQUIREMENTS("JW-08"),
     "A token whose nbf lies in the future, or is no number, is refused.",
     "Leave the nbf check on, and take a wrong type for invalid, not for "
     "absent.")
{
    expect_kept_out_by_each_carrier(bench,
                                    TOKEN(.claims_more = "\"nbf\":4102444800"));
    expect_kept_out_by_each_carrier(bench,
                                    TOKEN(.claims_more = "\"nbf\":\"soon\""));
}

SPEC(token_that_lives_too_long_is_kept_out, SHOULD,
     REQUIREMENTS("AUTH-37 JW-08"),
     "A token that lives longer than the service allows is refused.",
     "Compare exp with iat, and with now, against the longest lifetime that "
     "you issue.")
{
    expect_kept_out_by_each_carrier(bench, TOKEN(.expires_in_s = 86400));
    expect_kept_out_by_each_carrier(bench,
                                    TOKEN(.expires_in_s = 10L * 365 * 86400));
}

SPEC(connection_ends_when_its_token_expires, SHOULD,
     REQUIREMENTS("AUTH-38 SL-01"),
     "A live connection whose token expires is closed as such.",
     "Set a timer for exp when you admit, and close when it fires.")
{
    struct peer *member = admit_with(bench, ALICE, TOKEN(.expires_in_s = 2),
                                     (struct manner){ .early = NULL });

    wait_for_expiry(member);
    expect_closed_for(member, CAUSE_EXPIRED_LIVE);
}
