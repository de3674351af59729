/* ORIG: which pages may connect, and that an origin proves nothing else. */
#include "bench.h"
#include "spec.h"

#include <string.h>

enum { LONG = 8 * 1024 };
static const char evil[] = "https://evil.example";

SPEC(listed_origin_is_admitted, MUST, REQUIREMENTS("ORIG-01 OR-01"),
     "Each origin of the list is admitted.",
     "Compare the header with the list as it was configured.")
{
    for (unsigned i = 0; i < origins(bench); i++) {
        struct peer *peer = dial(bench, ALICE, GOOD_TOKEN,
                                 (struct manner){ .origin = origin(bench, i) });

        expect_admitted(peer);
        hang_up(peer);
        fence(bench);
    }
}

SPEC(origin_not_listed_is_kept_out, MUST, REQUIREMENTS("ORIG-02 OR-01"),
     "An origin that is not listed is refused, though the token is good.",
     "Check the origin first: the browser sends the user's credentials along "
     "for any page.")
{
    expect_kept_out(
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .origin = evil }));
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(origin_that_begins_like_a_listed_one_is_kept_out, MUST,
     REQUIREMENTS("ORIG-03 OR-01"),
     "An origin that merely begins like a listed one is refused.",
     "Compare for equality; a test for a prefix admits whoever buys the right "
     "domain.")
{
    static const char *const patterns[] = {
        "{scheme}://{host}.evil.example{port}",
        "{scheme}://{host}evil.example{port}",
        "{scheme}://{host}@evil.example",
        "{scheme}://{host}{port}/",
        "{scheme}://{host}{port}/path",
        "{scheme}://{host}{port}0",
        "{scheme}://{host}.{port}",
    };

    for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
        struct manner near = { .origin = origin_like(bench, patterns[i]) };

        expect_kept_out(dial(bench, ALICE, GOOD_TOKEN, near));
    }
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(origin_that_resembles_a_listed_one_is_kept_out, MUST,
     REQUIREMENTS("OR-01"),
     "An origin that differs from a listed one in scheme, host, port, user, "
     "letter case or number is refused.",
     "Compare the bytes of the header with the list; parse nothing, and use no "
     "pattern.")
{
    static const char *const patterns[] = {
        "{other}://{host}{port}",
        "{scheme}://{host}:9",
        "{scheme}://{host}{default}",
        "{scheme}://evil-{host}{port}",
        "{scheme}://sub.{host}{port}",
        "{scheme}://{parent}{port}",
        "{scheme}://user@{host}{port}",
        "{scheme}://evil.example?{host}{port}",
        "{scheme}://{undotted}{port}",
        "{scheme}://xn--{host}{port}",
        "{SCHEME}://{host}{port}",
        "{scheme}://{HOST}{port}",
        "{scheme}://{host}\t{port}x",
        "{scheme}:// {host}{port}",
        "{scheme}://{host}{port} {scheme}://{host}{port}",
        "{scheme}://{host}{port},https://evil.example",
        "{host}{port}",
        "file://",
        "chrome-extension://{host}",
    };

    for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
        struct manner near = { .origin = origin_like(bench, patterns[i]) };

        expect_kept_out(dial(bench, ALICE, GOOD_TOKEN, near));
    }
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(null_origin_is_kept_out, MUST, REQUIREMENTS("ORIG-04 OR-02"),
     "The origin null is refused.",
     "Do not list null: each sandboxed frame of any page sends it.")
{
    expect_kept_out(
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .origin = "null" }));
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(empty_origin_is_kept_out, MUST, REQUIREMENTS("ORIG-04 OR-02"),
     "An empty origin is refused.", "Tell an empty header from an absent one.")
{
    expect_kept_out(
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .origin = "" }));
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(doubled_origin_is_kept_out, MUST, REQUIREMENTS("ORIG-04 OR-01"),
     "A handshake with two origins is refused, though the first or both are "
     "listed.",
     "Count the header's occurrences before you read one.")
{
    const char *listed = origin(bench, 0);
    struct manner twice = { .origin = listed,
                            .header = "Origin",
                            .header_value = listed };
    struct manner mixed = { .origin = listed,
                            .header = "Origin",
                            .header_value = evil };

    expect_kept_out(dial(bench, ALICE, GOOD_TOKEN, twice));
    expect_kept_out(dial(bench, ALICE, GOOD_TOKEN, mixed));
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(endless_origin_is_kept_out, MUST, REQUIREMENTS("ORIG-04 OR-01"),
     "An origin of eight kilobytes is refused, and the service lives on.",
     "Bound the headers before you compare them.")
{
    char text[LONG];

    memset(text, 'x', sizeof(text));
    memcpy(text, "https://", strlen("https://"));
    text[LONG - 1] = '\0';
    expect_kept_out(
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .origin = text }));
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(absent_origin_still_needs_a_token, MUST, REQUIREMENTS("ORIG-06 OR-03"),
     "A client that sends no origin is admitted with a good token, and with "
     "nothing less; or never, where one is required.",
     "Take the absence for a native client, and for no proof of anything.")
{
    struct manner native = { .no_origin = true };

    expect_native_client(dial(bench, ALICE, GOOD_TOKEN, native));
    expect_kept_out(dial(bench, ALICE, NO_TOKEN, native));
    expect_kept_out(
        dial(bench, ALICE, TOKEN(.signing = SIGNED_WITH_OTHER_KEY), native));
}

SPEC(listed_origin_still_needs_a_token, MUST, REQUIREMENTS("ORIG-06"),
     "A client of a listed origin is refused without a good token.",
     "Let the origin refuse, and never admit.")
{
    struct token forged = TOKEN(.signing = SIGNED_WITH_OTHER_KEY);

    for (unsigned i = 0; i < origins(bench); i++) {
        struct manner listed = { .origin = origin(bench, i) };

        expect_kept_out(dial(bench, ALICE, NO_TOKEN, listed));
        expect_kept_out(dial(bench, ALICE, forged, listed));
        expect_admitted(dial(bench, ALICE, GOOD_TOKEN, listed));
    }
}

SPEC(origin_is_checked_on_every_endpoint, MUST, REQUIREMENTS("ORIG-07"),
     "An origin that is not listed is refused on each endpoint.",
     "Check it in front of the routes, not in one of them.")
{
    for (unsigned endpoint = 0; endpoint < ENDPOINTS; endpoint++) {
        struct manner there = { .endpoint = (enum entrance)endpoint,
                                .origin = evil };

        expect_kept_out(dial(bench, OWNER, GOOD_TOKEN, there));
        there.origin = origin(bench, 0);
        struct peer *owner = redial(bench, OWNER, GOOD_TOKEN, there);
        expect_admitted(owner);
        hang_up(owner);
        fence(bench);
    }
}

SPEC(refused_origin_is_told_before_the_upgrade, MUST,
     REQUIREMENTS("OR-04 CLOSE-11"),
     "A refused origin is told as agreed, before the upgrade.",
     "Answer the handshake with 403; do not accept what you will not serve.")
{
    expect_refused(
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .origin = evil }),
        CAUSE_ORIGIN);
}

SPEC(origin_is_judged_before_the_token, MUST,
     REQUIREMENTS("ORIG-07 OR-05 AUTHZ-12"),
     "A refused origin is answered alike with a good token, a bad one and "
     "none.",
     "Check the origin before you look for a token: else a foreign page can "
     "try tokens.")
{
    struct manner foreign = { .origin = evil };
    struct peer *good = dial(bench, ALICE, GOOD_TOKEN, foreign);
    struct peer *bad =
        dial(bench, ALICE, TOKEN(.signing = SIGNED_WITH_OTHER_KEY), foreign);
    struct peer *none = dial(bench, ALICE, NO_TOKEN, foreign);

    expect_kept_out(good);
    expect_same_answer(good, bad);
    expect_same_answer(good, none);
}

SPEC(refused_origin_is_never_pooled, MUST, REQUIREMENTS("ORIG-07 AUTHZ-12"),
     "A connection whose origin is refused never stands in the pool.",
     "Check the origin before tracking and pool.")
{
    struct peer *foreign =
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .origin = evil });

    expect_kept_out(foreign);
    expect_never_pooled(foreign);
}

SPEC(forwarded_headers_change_no_origin, MUST, REQUIREMENTS("OR-08 ORIG-02"),
     "Headers of forwarding make no origin a listed one.",
     "Compare the origin with the list, never with the host of the request.")
{
    static const char *const headers[] = { "X-Forwarded-Host",
                                           "X-Forwarded-Server",
                                           "X-Original-Host" };
    struct manner lying = { .origin = evil };

    for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++) {
        lying.header = headers[i];
        lying.header_value = "evil.example";
        expect_kept_out(dial(bench, ALICE, GOOD_TOKEN, lying));
    }
    lying.header = "X-Original-URL";
    lying.header_value = "/";
    expect_kept_out(dial(bench, ALICE, GOOD_TOKEN, lying));
    lying.header = "Forwarded";
    lying.header_value = "host=evil.example;proto=https";
    expect_kept_out(dial(bench, ALICE, GOOD_TOKEN, lying));
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(list_of_origins_is_configured, MUST, REQUIREMENTS("ORIG-05"),
     "An origin that one instance lists is refused by an instance whose list "
     "is empty, and a client that names none is served there.",
     "Read the list from the configuration; take an empty one for what it "
     "says.")
{
    need_empty_list_of_origins(bench);
    for (unsigned i = 0; i < origins(bench); i++) {
        struct manner there = { .origin = origin(bench, i) };
        struct manner elsewhere = { .origin = origin(bench, i), .tight = true };

        expect_admitted(dial(bench, ALICE, GOOD_TOKEN, there));
        expect_refused(dial(bench, BOB, GOOD_TOKEN, elsewhere), CAUSE_ORIGIN);
    }
    expect_admitted(dial(bench, CAROL, GOOD_TOKEN,
                         (struct manner){ .no_origin = true, .tight = true }));
}
