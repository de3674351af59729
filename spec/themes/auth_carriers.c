/* AUTH where a credential may come in more than one way: each way is judged
 * alike, and nothing but the credential says who it is. */
#include "bench.h"
#include "spec.h"

SPEC(every_carrier_admits_a_good_token, MUST, REQUIREMENTS("AUTH-19 AUTH-20"),
     "A good token is admitted by each of the agreed carriers.",
     "Look for the credential in each place of the contract: the header, the "
     "sub-protocol, wherever your clients put it.")
{
    for (unsigned carrier = 0; carrier < carriers(bench); carrier++)
        expect_admitted(dial_as(bench, ALICE, TOKEN(.carrier = carrier)));
}

SPEC(every_carrier_runs_the_same_verification, MUST, REQUIREMENTS("CR-06"),
     "The same bad tokens are refused as invalid by each of the agreed "
     "carriers.",
     "Take the token out of its carrier first, and hand it to one and the same "
     "verifier then.")
{
    static const struct token bad[] = {
        { .expires_in_s = -60 },
        { .exp = OMITTED },
        { .exp = "\"soon\"" },
        { .sub = OMITTED },
        { .signing = SIGNED_WITH_OTHER_KEY },
        { .signing = SIGNED_WITH_EMPTY_KEY },
        { .signing = SIGNED_THEN_FLIPPED },
        { .signing = SIGNED_WITH_LONGER_HASH },
        { .alg = "\"none\"", .signing = SIGNED_NOT_AT_ALL },
        { .rewrite_sub = "\"admin\"" },
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        for (unsigned carrier = 0; carrier < carriers(bench); carrier++) {
            struct token sent = bad[i];

            sent.carrier = carrier;
            expect_refused(dial_as(bench, ALICE, sent), CAUSE_INVALID);
        }
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(undecodable_token_is_refused_by_each_carrier, MUST,
     REQUIREMENTS("AUTH-19 AUTH-08"),
     "Text that cannot be decoded is told as an invalid token, whatever "
     "carried it.",
     "Catch the errors of the decoder behind the carriers, not in one of them.")
{
    static const char *const texts[] = { "abc",          "a.b",
                                         "a.b.c",        "e30.e30.AAAA",
                                         "W10.W10.AAAA", "..",
                                         "-._",          "%%%" };

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        for (unsigned carrier = 0; carrier < carriers(bench); carrier++)
            expect_refused(
                dial_as(bench, ALICE,
                        TOKEN(.literal = texts[i], .carrier = carrier)),
                CAUSE_INVALID);
}

SPEC(lengthened_token_is_refused_by_each_carrier, MUST, REQUIREMENTS("JW-12"),
     "A good token with a part more or less is refused, whatever carried it.",
     "Match the text against three base64url parts before you decode it.")
{
    static const struct token spellings[] = { { .suffix = "." },
                                              { .prefix = "." },
                                              { .suffix = ".e30" },
                                              { .prefix = "e30." } };

    for (size_t i = 0; i < sizeof(spellings) / sizeof(*spellings); i++)
        for (unsigned carrier = 0; carrier < carriers(bench); carrier++) {
            struct token sent = spellings[i];

            sent.carrier = carrier;
            expect_kept_out(dial_as(bench, ALICE, sent));
        }
}

SPEC(two_credentials_that_differ_are_refused, MUST,
     REQUIREMENTS("AUTH-20 CR-01"),
     "A handshake whose two credentials name different users is refused, "
     "whichever comes first.",
     "Count the credentials before you read one: more than one is a refusal.")
{
    const char *bob = woven(bench, "\"{}\"", user_id(bench, BOB));

    for (unsigned carrier = 0; carrier < carriers(bench); carrier++) {
        struct token other = TOKEN(.sub = bob);
        struct manner twofold = { .second = &other };

        expect_kept_out(dial(bench, ALICE, TOKEN(.carrier = carrier), twofold));
    }
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(two_credentials_that_agree_are_refused, MUST, REQUIREMENTS("CR-01"),
     "A handshake with two good credentials of one user is refused as well.",
     "Do not compare two credentials: refuse whoever brings more than one.")
{
    for (unsigned carrier = 0; carrier < carriers(bench); carrier++) {
        struct token same = GOOD_TOKEN;
        struct manner twofold = { .second = &same };

        expect_kept_out(dial(bench, ALICE, TOKEN(.carrier = carrier), twofold));
    }
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(bad_credential_beside_a_good_one_is_refused, MUST, REQUIREMENTS("CR-01"),
     "A good credential is refused when a bad one comes with it.",
     "Do not try one carrier after the other until one of them holds.")
{
    for (unsigned carrier = 0; carrier < carriers(bench); carrier++) {
        struct token bad = TOKEN(.signing = SIGNED_WITH_OTHER_KEY);
        struct manner twofold = { .second = &bad };

        expect_kept_out(dial(bench, ALICE, TOKEN(.carrier = carrier), twofold));
    }
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(
    two_credentials_by_one_carrier_are_refused, MUST, REQUIREMENTS("CR-01"),
    "Two tokens by the same carrier are refused, whichever of them is good and "
    "whichever comes first.",
    "Collect all that the carrier holds, each header and each sub-protocol; "
    "more than one is a refusal.")
{
    struct token good = GOOD_TOKEN;
    struct token forged = TOKEN(.signing = SIGNED_WITH_OTHER_KEY);
    struct manner with_good = { .second = &good, .second_alike = true };
    struct manner with_forged = { .second = &forged, .second_alike = true };

    for (unsigned i = 0; i < carriers(bench); i++) {
        good.carrier = forged.carrier = i;
        expect_kept_out(dial(bench, ALICE, good, with_forged));
        expect_kept_out(dial(bench, ALICE, forged, with_good));
        expect_kept_out(dial(bench, ALICE, good, with_good));
        expect_admitted(dial_as(bench, ALICE, good));
    }
}

SPEC(empty_credential_is_kept_out_by_each_carrier, MUST,
     REQUIREMENTS("AUTH-17 AUTH-19"),
     "A carrier that is there and holds no token is refused.",
     "Test for emptiness, not for absence, whatever carries the token.")
{
    for (unsigned i = 0; i < carriers(bench); i++) {
        expect_kept_out(dial_as(
            bench, ALICE, TOKEN(.carriage = CARRIED_EMPTY, .carrier = i)));
        expect_kept_out(dial_as(bench, ALICE,
                                TOKEN(.carriage = CARRIED_BARE, .carrier = i)));
    }
}

SPEC(token_given_twice_in_the_query_is_refused, MUST, REQUIREMENTS("CR-01"),
     "A query with two tokens is refused, though one of them is good.",
     "Ask for all values of the parameter, and refuse more than one: "
     "frameworks silently take the first, or the last.")
{
    need_query(bench);
    expect_kept_out(dial(bench, ALICE, GOOD_TOKEN,
                         (struct manner){ .query = "token=a.b.c" }));
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(token_given_twice_in_the_header_is_refused, MUST, REQUIREMENTS("CR-01"),
     "A handshake with two Authorization headers is refused, though one of "
     "them is good.",
     "Count the header's occurrences; joined or overwritten ones hide a "
     "second credential.")
{
    struct manner twofold = { .header = "Authorization",
                              .header_value = "Bearer a.b.c" };

    for (unsigned carrier = 0; carrier < carriers(bench); carrier++)
        expect_kept_out(dial(bench, ALICE, TOKEN(.carrier = carrier), twofold));
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(token_in_a_place_not_agreed_is_no_credential, MUST,
     REQUIREMENTS("AUTH-17 AUTH-32"),
     "A good token in the query, in a cookie or under a look-alike name is no "
     "credential where none of them is agreed.",
     "Read the credential from the agreed places and from nowhere else; "
     "`Basic` is not `Bearer`.")
{
    need_no_carrier(bench, CARRIED_IN_QUERY);
    need_no_carrier(bench, CARRIED_IN_COOKIE);
    for (unsigned i = 0; i < carriers(bench); i++)
        expect_kept_out(dial_as(
            bench, ALICE, TOKEN(.carriage = CARRIED_MISNAMED, .carrier = i)));
    expect_kept_out(dial_as(bench, ALICE, TOKEN(.carriage = CARRIED_IN_QUERY)));
    expect_kept_out(
        dial_as(bench, ALICE, TOKEN(.carriage = CARRIED_IN_COOKIE)));
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(token_in_a_header_opens_nothing_beside_a_first_message, MUST,
     REQUIREMENTS("CR-01 AUTH-32"),
     "A good token in an Authorization header opens nothing where the first "
     "message has to bring it, beside an empty one and beside a bad one.",
     "Look for the credential in the first message alone; let no middleware "
     "admit a connection before it.")
{
    struct token in_header = TOKEN(.carriage = CARRIED_IN_HEADER);
    struct token forged = TOKEN(.signing = SIGNED_WITH_OTHER_KEY);

    need_no_carrier(bench, CARRIED_IN_HEADER);
    expect_kept_out(dial_as(bench, ALICE, in_header));
    expect_kept_out(
        dial(bench, ALICE, forged, (struct manner){ .second = &in_header }));
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(every_endpoint_demands_a_token, MUST,
     REQUIREMENTS("AUTH-17 AUTH-32 CR-06"),
     "Each endpoint keeps out who has no token and who has a forged one, and "
     "admits the same user with a good one.",
     "Hang the authentication on the routes as a whole, not on each of them.")
{
    for (unsigned endpoint = 0; endpoint < ENDPOINTS; endpoint++) {
        struct manner there = { .endpoint = (enum entrance)endpoint };

        expect_kept_out(dial(bench, OWNER, NO_TOKEN, there));
        expect_kept_out(
            dial(bench, OWNER, TOKEN(.signing = SIGNED_WITH_OTHER_KEY), there));
        struct peer *owner = redial(bench, OWNER, GOOD_TOKEN, there);
        expect_admitted(owner);
        hang_up(owner);
        fence(bench);
    }
}

SPEC(user_id_in_the_query_changes_nothing, MUST,
     REQUIREMENTS("AUTH-18 AUTH-24 CR-08"),
     "A user id in the query does not change who a connection belongs to, and "
     "may be refused.",
     "Take the user from the verified token; have no such parameter.")
{
    const char *bob = user_id(bench, BOB);
    struct manner claiming = { .query = woven(bench, "user_id={}", bob) };

    expect_no_other_user(dial(bench, ALICE, GOOD_TOKEN, claiming));
    expect_kept_out(dial(bench, ALICE, NO_TOKEN, claiming));
}

SPEC(path_with_a_user_id_behind_it_opens_nothing, MUST, REQUIREMENTS("AUTH-18"),
     "A path with a user id behind it leads nowhere, with a token or without.",
     "Have no route that takes a user id: the token says who it is.")
{
    const char *bob = user_id(bench, BOB);
    struct manner claiming = { .path_more = woven(bench, "/{}", bob) };

    expect_kept_out(dial(bench, ALICE, GOOD_TOKEN, claiming));
    expect_kept_out(dial(bench, ALICE, NO_TOKEN, claiming));
    expect_identity(admit(bench, ALICE), ALICE);
}

SPEC(header_that_names_a_user_changes_nothing, MUST,
     REQUIREMENTS("AUTH-18 AUTH-24 CR-08"),
     "A header that names a user does not change who a connection belongs to.",
     "Take the user from the verified token; strip such headers at the proxy.")
{
    static const char *const headers[] = { "X-User-ID", "X-Forwarded-User",
                                           "X-Remote-User" };

    for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++) {
        struct manner claiming = { .header = headers[i],
                                   .header_value = user_id(bench, BOB) };

        expect_no_other_user(dial(bench, ALICE, GOOD_TOKEN, claiming));
        expect_kept_out(dial(bench, ALICE, NO_TOKEN, claiming));
    }
}

SPEC(other_claims_of_the_token_do_not_name_the_user, MUST,
     REQUIREMENTS("AUTH-18 AUTH-24"),
     "The user is the subject of the token, whatever other claims it bears.",
     "Read `sub`, and no `user_id`, `username` or `email` beside it.")
{
    const char *bob = user_id(bench, BOB);
    const char *more = woven(bench, "\"user_id\":\"{}\"", bob);
    struct manner nameless = { .claims = OMITTED };

    admit(bench, BOB);
    expect_identity(
        admit_with(bench, ALICE, TOKEN(.claims_more = more), nameless), ALICE);
}
