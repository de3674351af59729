/* CLOSE: how a refusal is told, and that it is the last word. */
#include "bench.h"
#include "spec.h"

SPEC(missing_token_is_told_with_the_agreed_code_and_reason, MUST,
     REQUIREMENTS("CLOSE-01 CLOSE-06 AUTH-25"),
     "A missing token is told with exactly the agreed code and reason.",
     "Close with the code and the reason of the contract: clients decide by "
     "them whether to try again.")
{
    expect_refused(dial_as(bench, ALICE, NO_TOKEN), CAUSE_MISSING);
}

SPEC(every_invalid_token_is_told_alike, MUST,
     REQUIREMENTS("CLOSE-02 CLOSE-06 AUTH-25"),
     "Every invalid token is told with one and the same agreed code and "
     "reason, whatever is wrong with it.",
     "Use one refusal for all: a reason that tells expired from forged is an "
     "oracle.")
{
    static const struct token bad[] = {
        { .literal = "null" },
        { .literal = "a.b.c" },
        { .expires_in_s = -60 },
        { .exp = OMITTED },
        { .exp = "\"soon\"" },
        { .sub = OMITTED },
        { .signing = SIGNED_WITH_OTHER_KEY },
        { .signing = SIGNED_THEN_FLIPPED },
        { .alg = "\"none\"", .signing = SIGNED_NOT_AT_ALL },
        { .rewrite_sub = "\"admin\"" },
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        expect_refused(dial_as(bench, ALICE, bad[i]), CAUSE_INVALID);
}

SPEC(refusal_is_a_close_frame_after_the_upgrade, MUST, REQUIREMENTS("CLOSE-03"),
     "A refusal comes as a Close frame behind a completed upgrade.",
     "Accept, then close: a browser shows a script neither the status nor the "
     "body of a rejected handshake.")
{
    expect_refused_after_upgrade(dial_as(bench, ALICE, NO_TOKEN));
    expect_refused_after_upgrade(
        dial_as(bench, ALICE, TOKEN(.expires_in_s = -60)));
}

SPEC(connection_is_accepted_once, MUST, REQUIREMENTS("CLOSE-04"),
     "A handshake is answered once, also when its connection joins the pool.",
     "Accept in one place; tell the pool that the socket is accepted already.")
{
    expect_accepted_once(admit(bench, ALICE));
}

SPEC(nothing_follows_the_refusal, MUST, REQUIREMENTS("CLOSE-05 PA-06"),
     "Once a connection is refused nothing follows: no answer to what it sent, "
     "no broadcast, no effect.",
     "Return from the handler right behind the close.")
{
    struct manner eager = { .early = "{\"type\":\"ping\"}",
                            .early_copies = 10 };
    struct peer *tokenless = dial(bench, ALICE, NO_TOKEN, eager);
    struct peer *forged =
        dial(bench, BOB, TOKEN(.signing = SIGNED_WITH_OTHER_KEY), eager);

    fence(bench);
    expect_kept_out(tokenless);
    expect_kept_out(forged);
    expect_received_nothing(tokenless);
    expect_received_nothing(forged);
}

SPEC(client_beyond_its_limit_is_not_heard, MUST, REQUIREMENTS("CLOSE-05"),
     "A connection beyond the limit of its user is not heard, though its "
     "messages follow the handshake at once.",
     "Return from the handler right behind the close.")
{
    const char *text = canary(bench, "beyond");
    const char *plain = canary(bench, "plain");
    struct peer *first = admit(bench, ALICE);

    for (unsigned i = 1; i < per_user(bench); i++)
        admit(bench, ALICE);
    expect_kept_out(dial(bench, ALICE, GOOD_TOKEN,
                         (struct manner){ .early = publication(bench, text) }));
    say(first, publication(bench, plain));
    expect_heard(first, plain);
    expect_nobody_heard(bench, text);
}

SPEC(refused_connection_ends_though_the_client_never_answers, MUST,
     REQUIREMENTS("CLOSE-12 FR-11"),
     "A refused connection ends in bounded time although its client never "
     "answers the Close.",
     "Start a timer with the Close and end TCP when it fires.")
{
    struct manner mute = { .never_closes = true };
    struct peer *tokenless = dial(bench, ALICE, NO_TOKEN, mute);
    struct peer *forged =
        dial(bench, BOB, TOKEN(.signing = SIGNED_WITH_OTHER_KEY), mute);

    expect_ended_by_server(tokenless);
    expect_ended_by_server(forged);
}

SPEC(close_reasons_are_short_and_agreed, MUST, REQUIREMENTS("CLOSE-12 FR-10"),
     "Each close code and reason is one of those agreed, and at most 123 bytes "
     "long; what is refused before the upgrade tells nothing of the inside.",
     "Take reasons from a fixed list; never build one from an exception.")
{
    static const struct token bad[] = {
        { .carriage = CARRIED_NOWHERE },
        { .literal = "a.b.c" },
        { .expires_in_s = -60 },
        { .exp = "1e400" },
        { .signing = SIGNED_THEN_CUT },
        { .header_more = "\"kid\":\"/etc/passwd\"",
          .signing = SIGNED_WITH_OTHER_KEY },
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        expect_harmless_reason(dial_as(bench, ALICE, bad[i]));
}
