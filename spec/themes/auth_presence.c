/* AUTH, first half: is there a credential, and is it in its place? */
#include "bench.h"
#include "spec.h"

SPEC(valid_token_is_admitted, MUST,
     REQUIREMENTS("AUTH-01 AUTH-17 AUTH-31 AUTH-36"),
     "A token that is signed by a trusted key, fresh and complete is admitted.",
     "Look at the server's log for the reason; check key, algorithm and claims "
     "of the manifest against the service's configuration.")
{
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(every_trusted_key_admits_its_own_algorithm, MUST,
     REQUIREMENTS("AUTH-12 JW-02"),
     "Each trusted key admits tokens of the one algorithm that it is bound to.",
     "Choose the key by the algorithm from a table of your own, and verify "
     "with that one algorithm only.")
{
    for (unsigned key = 0; key < keys(bench); key++) {
        struct peer *alice = redial(bench, ALICE, TOKEN(.key = key),
                                    (struct manner){ .early = NULL });

        expect_admitted(alice);
        hang_up(alice);
        fence(bench);
    }
}

SPEC(token_counts_only_in_its_agreed_place, MUST, REQUIREMENTS("AUTH-02"),
     "A good token in another place than the agreed one is no credential.",
     "Read the credential from the one agreed place and nowhere else.")
{
    struct peer *misnamed, *in_header;

    need_no_carrier(bench, CARRIED_IN_HEADER);
    misnamed = dial_as(bench, ALICE, TOKEN(.carriage = CARRIED_MISNAMED));
    in_header = dial_as(bench, ALICE, TOKEN(.carriage = CARRIED_IN_HEADER));
    expect_refused(misnamed, CAUSE_MISSING);
    expect_refused(in_header, CAUSE_MISSING);
}

SPEC(absent_token_is_kept_out, MUST,
     REQUIREMENTS("AUTH-03 AUTH-17 AUTH-32 AUTH-36 ROOM-02"),
     "A connection that presents no token is refused.",
     "Refuse before anything else is done, and return from the handler.")
{
    expect_kept_out(dial_as(bench, ALICE, NO_TOKEN));
}

SPEC(empty_token_is_answered_like_an_absent_one, MUST, REQUIREMENTS("AUTH-04"),
     "An empty token gets exactly the answer of an absent one.",
     "Test for emptiness, not for absence: `if not token`, not "
     "`if token is None`.")
{
    struct peer *absent = dial_as(bench, ALICE, NO_TOKEN);
    struct peer *empty =
        dial_as(bench, ALICE, TOKEN(.carriage = CARRIED_EMPTY));
    struct peer *bare = dial_as(bench, ALICE, TOKEN(.carriage = CARRIED_BARE));

    expect_same_answer(absent, empty);
    expect_same_answer(absent, bare);
}

SPEC(word_null_is_an_invalid_token, MUST, REQUIREMENTS("AUTH-05 AUTH-08"),
     "The words null, undefined and None are tokens that do not hold, not "
     "missing ones.",
     "Do not map words to absence: hand the text to the decoder as it is.")
{
    static const char *const words[] = { "null", "undefined", "None", " " };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        expect_refused(dial_as(bench, ALICE, TOKEN(.literal = words[i])),
                       CAUSE_INVALID);
}

SPEC(unparsable_token_is_an_invalid_token, MUST, REQUIREMENTS("AUTH-08 JW-16"),
     "Text that is no token at all is refused like any invalid token, and the "
     "service lives on.",
     "Catch every error of the decoder in one place and refuse there.")
{
    static const char *const texts[] = {
        "abc",
        "a.b",
        "a.b.c",
        "..",
        "....",
        "e30.e30.",
        "W10.W10.AAAA",
        "%%%.%%%.%%%",
        "eyJhbGciOiJIUzI1NiJ9.bm90IGpzb24.AAAA",
        "\xc3\xa9t\xc3\xa9.\xc3\xa9t\xc3\xa9.\xc3\xa9t\xc3\xa9",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        expect_refused(dial_as(bench, ALICE, TOKEN(.literal = texts[i])),
                       CAUSE_INVALID);
}

SPEC(token_outside_the_compact_form_is_kept_out, MUST, REQUIREMENTS("JW-12"),
     "A good token in another spelling than the compact form is refused.",
     "Match the text against three base64url parts before you decode it "
     "(RFC 8725 and its revision, RFC 7515 7.1).")
{
    static const struct token spellings[] = {
        { .prefix = " " },  { .suffix = " " },    { .suffix = "=" },
        { .suffix = "\n" }, { .suffix = "." },    { .prefix = "." },
        { .prefix = "\"" }, { .suffix = "\t" },   { .prefix = "Bearer " },
        { .suffix = "==" }, { .suffix = ".e30" },
    };

    for (size_t i = 0; i < sizeof(spellings) / sizeof(*spellings); i++)
        expect_kept_out(dial_as(bench, ALICE, spellings[i]));
}
