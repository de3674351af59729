/* AUTH, second half: whose token is it, and who says so? */
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

SPEC(token_signed_with_another_key_is_kept_out, MUST,
     REQUIREMENTS("AUTH-06 AUTH-36"),
     "A token signed with a key that the service does not trust is refused.",
     "Verify the signature under the configured key before you read a claim.")
{
    for (unsigned key = 0; key < keys(bench); key++)
        expect_kept_out_by_each_carrier(
            bench, TOKEN(.key = key, .signing = SIGNED_WITH_OTHER_KEY));
}

SPEC(token_signed_with_an_empty_key_is_kept_out, MUST,
     REQUIREMENTS("AUTH-06 JW-03"),
     "A token signed with an empty key is refused.",
     "Refuse to start without a key of at least 256 bits; have no default.")
{
    expect_kept_out_by_each_carrier(bench,
                                    TOKEN(.signing = SIGNED_WITH_EMPTY_KEY));
}

SPEC(
    token_with_a_damaged_signature_is_kept_out, MUST, REQUIREMENTS("AUTH-06"),
    "A token whose signature has one bit changed, or is cut short, is refused.",
    "Compare the whole signature; let the library do it.")
{
    for (unsigned key = 0; key < keys(bench); key++) {
        expect_kept_out_by_each_carrier(
            bench, TOKEN(.key = key, .signing = SIGNED_THEN_FLIPPED));
        expect_kept_out_by_each_carrier(
            bench, TOKEN(.key = key, .signing = SIGNED_THEN_CUT));
    }
}

SPEC(unsigned_token_is_kept_out, MUST, REQUIREMENTS("AUTH-12 JW-01"),
     "A token that declares the algorithm none, in any spelling, is refused.",
     "Pin the algorithm in the service; never take it from the token.")
{
    static const char *const spellings[] = {
        "\"none\"", "\"None\"", "\"NONE\"", "\"nOnE\"", "\"none \"",
        "\"\"",     "null",     "0",        "[]",       OMITTED,
    };

    for (size_t i = 0; i < sizeof(spellings) / sizeof(*spellings); i++)
        expect_kept_out_by_each_carrier(
            bench, TOKEN(.alg = spellings[i], .signing = SIGNED_NOT_AT_ALL));
}

SPEC(foreign_algorithm_is_kept_out, MUST, REQUIREMENTS("AUTH-12 JW-01"),
     "A token of an algorithm that the service does not use is refused, even "
     "under the right secret.",
     "List the allowed algorithms as exact, case-sensitive names.")
{
    static const char *const names[] = { "\"hs256\"", "\"HS999\"",
                                         "[\"HS256\"]", "{\"alg\":\"HS256\"}" };

    expect_kept_out_by_each_carrier(bench,
                                    TOKEN(.signing = SIGNED_WITH_LONGER_HASH));
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        expect_kept_out_by_each_carrier(bench, TOKEN(.alg = names[i]));
}

SPEC(mac_made_with_the_public_key_is_kept_out, MUST, REQUIREMENTS("JW-02"),
     "A token whose HMAC is keyed with one of the service's public keys is "
     "refused.",
     "Bind each key to one algorithm: a public key never serves as a secret.")
{
    unsigned key = asymmetric_key(bench);

    expect_kept_out_by_each_carrier(
        bench, TOKEN(.key = key, .signing = SIGNED_WITH_PUBLIC_KEY));
}

SPEC(rewritten_claims_are_kept_out, MUST, REQUIREMENTS("AUTH-13 JW-15"),
     "A genuine token whose expiry or subject was rewritten afterwards is "
     "refused.",
     "Take identity, role and expiry from the verified payload only; no "
     "`verify_signature: False` on any path that decides.")
{
    struct token renewed =
        TOKEN(.expires_in_s = -3600, .rewrite_exp = "4102444800");
    struct token impostor =
        TOKEN(.rewrite_sub = woven(bench, "\"{}\"", user_id(bench, BOB)));
    struct manner nameless = { .claims = OMITTED };

    admit(bench, BOB);
    expect_kept_out_by_each_carrier(bench, renewed);
    expect_kept_out_by_each_carrier(bench, impostor);
    expect_kept_out(dial(bench, ALICE, impostor, nameless));
}

SPEC(key_brought_by_the_token_is_not_trusted, MUST, REQUIREMENTS("JW-04"),
     "A key that a token brings in its own header is never trusted.",
     "Ignore jwk, jku, x5u and x5c; keys come from configuration alone.")
{
    static const char *const headers[] = {
        "\"jku\":\"http://127.0.0.1:9/keys\"",
        "\"x5u\":\"http://127.0.0.1:9/cert\"",
        "\"x5c\":[\"AAAA\"]",
    };

    for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++)
        expect_kept_out_by_each_carrier(
            bench,
            TOKEN(.header_more = headers[i], .signing = SIGNED_WITH_OTHER_KEY));
    expect_kept_out_by_each_carrier(bench,
                                    TOKEN(.signing = SIGNED_WITH_BROUGHT_KEY));
    expect_kept_out_by_each_carrier(
        bench, TOKEN(.signing = SIGNED_WITH_BROUGHT_SECRET));
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(hostile_key_id_is_an_invalid_token, MUST, REQUIREMENTS("JW-05"),
     "A key id is data: whatever it holds, a token that does not verify is "
     "refused like any other.",
     "Compare the key id with those you know; never build a path, a query or "
     "a command from it.")
{
    static const char *const ids[] = {
        "\"kid\":\"../../../../../dev/null\"",
        "\"kid\":\"/dev/null\"",
        "\"kid\":\"x' UNION SELECT ''--\"",
        "\"kid\":\"|true\"",
        "\"kid\":\"\"",
        "\"kid\":\"a\\u0000b\"",
        "\"kid\":[\"x\"]",
        "\"kid\":{\"x\":1}",
        "\"kid\":1e9",
    };

    for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++)
        expect_invalid_by_each_carrier(
            bench,
            TOKEN(.header_more = ids[i], .signing = SIGNED_WITH_EMPTY_KEY));
}

SPEC(unknown_critical_header_is_kept_out, MUST, REQUIREMENTS("JW-06"),
     "A token that calls a header member critical which the service does not "
     "understand is refused.",
     "Refuse any token with `crit` unless you implement each member that it "
     "names (RFC 7515 4.1.11).")
{
    static const char *const headers[] = {
        "\"crit\":[\"x\"],\"x\":1", "\"crit\":[]",    "\"crit\":[\"alg\"]",
        "\"crit\":[\"exp\"]",       "\"crit\":\"x\"", "\"crit\":null",
    };

    for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++)
        expect_kept_out_by_each_carrier(bench,
                                        TOKEN(.header_more = headers[i]));
}

SPEC(failing_decoder_is_an_invalid_token, MUST,
     REQUIREMENTS("AUTH-11 CLOSE-07"),
     "When the decoder itself fails, the connection is refused as invalid, "
     "with its code and reason.",
     "Wrap the decoder in one handler that catches everything, and refuse "
     "there; 1011 and 1006 tell a stranger of your troubles.")
{
    struct peer *stranger;

    break_decoder(bench);
    stranger = dial_as(bench, ALICE, GOOD_TOKEN);
    expect_refused(stranger, CAUSE_INVALID);
    mend_decoder(bench);
}

SPEC(revoked_token_is_kept_out, SHOULD, REQUIREMENTS("AUTH-39 SL-02"),
     "A token that was revoked is refused from then on.",
     "Keep the ids of revoked tokens until they expire, and look there on "
     "each admission.")
{
    struct peer *first = admit(bench, ALICE);

    revoke(first);
    expect_kept_out_by_each_carrier(bench, TOKEN(.same_as = first));
}
