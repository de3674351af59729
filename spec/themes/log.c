/* LOG: what is written down, and what never is. */
#include "bench.h"
#include "spec.h"

SPEC(access_log_masks_the_token, SHOULD, REQUIREMENTS("LOG-04 LG-02"),
     "The access log tells of each handshake with the token masked, admitted "
     "or refused.",
     "Put a filter on every logger that prints request lines: `?token=***`.")
{
    struct peer *member;
    struct peer *stranger;

    need_query(bench);
    member = admit(bench, ALICE);
    stranger = dial_as(bench, BOB, TOKEN(.signing = SIGNED_WITH_OTHER_KEY));
    expect_kept_out(stranger);
    expect_masked_access_log(member);
    expect_masked_access_log(stranger);
}

SPEC(no_log_line_holds_a_token, MUST, REQUIREMENTS("LOG-05 LG-02"),
     "No log line holds a piece of a token, whatever became of it and "
     "wherever it was put.",
     "Log what failed and for whom, never the credential nor the exception "
     "that quotes it.")
{
    static const struct token sent[] = {
        { .signing = SIGNED_WITH_OTHER_KEY },
        { .expires_in_s = -60 },
        { .carriage = CARRIED_MISNAMED },
        { .carriage = CARRIED_IN_HEADER },
        { .exp = "\"soon\"" },
        { .literal = "wHx3nR8-canary-secret-text" },
    };

    admit(bench, ALICE);
    for (size_t i = 0; i < sizeof(sent) / sizeof(*sent); i++)
        dial_as(bench, BOB, sent[i]);
    fence(bench);
    expect_log_without_tokens(bench);
}

SPEC(log_lines_cannot_be_forged, MUST, REQUIREMENTS("LG-03 LOG-06"),
     "A control character in what a client sends reaches no log as it is, and "
     "begins no line of it.",
     "Escape control characters in every value before it is logged "
     "(CWE-117).")
{
    static const char *const controls[] = {
        "{\"type\":\"\\n{}\"}",     "{\"type\":\"\\r{}\"}",
        "{\"type\":\"\\u001b{}\"}", "{\"type\":\"\\u0000{}\"}",
        "{\"type\":\"\\u007f{}\"}", "{\"type\":\"\\u009b{}\"}",
        "{\"type\":\"\\u2028{}\"}",
    };
    const char *forged = canary(bench, "forged");
    struct peer *member = admit(bench, ALICE);

    for (size_t i = 0; i < sizeof(controls) / sizeof(*controls); i++)
        say(member, woven(bench, controls[i], forged));
    dial_as(bench, BOB, TOKEN(.sub = woven(bench, "\"b\\n{}\"", forged)));
    dial_as(bench, BOB, TOKEN(.literal = woven(bench, "a\n{}", forged)));
    expect_log_line_unforged(bench, forged);
}

SPEC(each_refusal_leaves_one_audit_event, MUST, REQUIREMENTS("LG-01"),
     "Each refusal leaves exactly one audit event that names the peer.",
     "Write the event where the decision is made, once.")
{
    struct peer *tokenless = dial_as(bench, ALICE, NO_TOKEN);
    struct peer *expired = dial_as(bench, BOB, TOKEN(.expires_in_s = -60));
    struct peer *forged =
        dial_as(bench, CAROL, TOKEN(.signing = SIGNED_WITH_OTHER_KEY));

    expect_one_audit_event(tokenless);
    expect_one_audit_event(expired);
    expect_one_audit_event(forged);
}
