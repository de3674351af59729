/* LOG where the service keeps security events: what a refusal leaves. */
#include "bench.h"
#include "spec.h"

enum { DOUBLINGS = 11 };

SPEC(connection_without_an_identity_leaves_one_event, MUST,
     REQUIREMENTS("LOG-01"),
     "A connection without a user id and a valid token leaves exactly one "
     "event, on each endpoint.",
     "Report where you refuse, once; await the report if it is asynchronous.")
{
    for (unsigned endpoint = 0; endpoint < ENDPOINTS; endpoint++)
        expect_one_audit_event(
            dial(bench, OWNER, NO_TOKEN,
                 (struct manner){ .endpoint = (enum entrance)endpoint,
                                  .claims = OMITTED }));
}

SPEC(event_of_a_missing_identity_says_what_happened, MUST,
     REQUIREMENTS("LOG-02"),
     "The event of a connection without an identity is a critical denial, with "
     "restaurant, endpoint, address and the missing user id.",
     "Report with the method that the monitor has, and fill in each member.")
{
    for (unsigned endpoint = 0; endpoint < ENDPOINTS; endpoint++)
        expect_access_denied(
            dial(bench, OWNER, NO_TOKEN,
                 (struct manner){ .endpoint = (enum entrance)endpoint,
                                  .claims = OMITTED }),
            "Missing user_id");
}

SPEC(event_of_a_denial_says_where_it_happened, MUST, REQUIREMENTS("LOG-02"),
     "The event of a user without a right is a critical denial, with "
     "restaurant, endpoint and address.",
     "Report each denial with the same members.")
{
    struct manner kitchen = { .endpoint = KITCHEN };
    struct manner office = { .endpoint = MANAGEMENT };

    expect_access_denied(dial(bench, MALLORY, GOOD_TOKEN, kitchen), NULL);
    expect_access_denied(dial(bench, ALICE, GOOD_TOKEN, office), NULL);
}

SPEC(denial_leaves_one_event, MUST, REQUIREMENTS("LOG-01 LG-01"),
     "A user of another restaurant, one without the role, and one with too "
     "many connections each leave exactly one event.",
     "Report where you refuse, once.")
{
    struct manner office = { .endpoint = MANAGEMENT };

    expect_one_audit_event(dial_as(bench, MALLORY, GOOD_TOKEN));
    expect_one_audit_event(dial(bench, ALICE, GOOD_TOKEN, office));
    for (unsigned i = 0; i < per_user(bench); i++)
        admit(bench, ALICE);
    expect_one_audit_event(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(refusal_at_the_door_leaves_one_event, MUST, REQUIREMENTS("LG-01"),
     "An origin that is not listed and a restaurant id of another form each "
     "leave exactly one event.",
     "Report every refusal where it is made, also before the token is asked "
     "for.")
{
    expect_one_audit_event(
        dial(bench, ALICE, GOOD_TOKEN,
             (struct manner){ .origin = "https://evil.example" }));
    expect_one_audit_event(
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .tenant_id = "1" }));
}

SPEC(attempt_beyond_the_allowance_leaves_one_event, MUST, REQUIREMENTS("LG-01"),
     "An attempt beyond the allowance of its address leaves exactly one event.",
     "Report the attempt that you turn back, as you report any refusal.")
{
    struct manner there = { .source = 1 };
    struct token junk = TOKEN(.literal = "a.b.c");

    begin_attempts(bench);
    for (unsigned i = 0; i < attempts(bench); i++)
        expect_kept_out(dial(bench, BOB, junk, there));
    expect_one_audit_event(dial(bench, ALICE, GOOD_TOKEN, there));
}

SPEC(stranger_beyond_the_limit_leaves_one_event, MUST, REQUIREMENTS("LG-01"),
     "An unproven connection beyond those that its address may have leaves "
     "exactly one event.",
     "Report the connection that you turn back, as you report any refusal.")
{
    struct manner silent = { .silent = true, .source = 1 };
    struct peer *last = NULL;

    for (unsigned i = 0; i < strangers_allowed(bench); i++)
        last = dial(bench, ALICE, GOOD_TOKEN, silent);
    expect_pending(last);
    expect_one_audit_event(dial(bench, ALICE, GOOD_TOKEN, silent));
}

SPEC(failed_first_message_leaves_one_event, MUST, REQUIREMENTS("LG-01"),
     "A first message that nobody can read and one of another type each leave "
     "exactly one event.",
     "Report what was refused before you look at what it was.")
{
    expect_one_audit_event(dial(bench, ALICE, GOOD_TOKEN,
                                (struct manner){ .first = "no message" }));
    expect_one_audit_event(
        dial(bench, ALICE, GOOD_TOKEN,
             (struct manner){ .first = "{\"type\":\"no_such_type\"}" }));
}

SPEC(overlong_first_message_leaves_one_event, MUST, REQUIREMENTS("LG-01"),
     "A first message beyond the longest size leaves exactly one event.",
     "Report it where the ceiling is enforced: what closes the connection by "
     "itself reports nothing.")
{
    struct peer *peer =
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .silent = true });

    say_at_length(peer, first_message_bytes(bench) + 1, 1);
    expect_kept_out(peer);
    expect_one_audit_event(peer);
}

SPEC(missed_deadline_leaves_one_event, MUST, REQUIREMENTS("LG-01"),
     "A connection whose first message never comes leaves exactly one event.",
     "Report it where the deadline passes.")
{
    struct peer *silent =
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .silent = true });

    elapse_past_deadline(silent);
    expect_one_audit_event(silent);
}

SPEC(refusal_without_the_directory_leaves_one_event, MUST,
     REQUIREMENTS("LG-01"),
     "A user who is refused because the directory fails leaves exactly one "
     "event.",
     "Report the refusal also where its cause is a fault of your own.")
{
    struct peer *alice;

    break_store(bench);
    alice = dial_as(bench, ALICE, GOOD_TOKEN);
    expect_kept_out(alice);
    mend_store(bench);
    expect_one_audit_event(alice);
}

SPEC(ended_membership_leaves_one_event, MUST, REQUIREMENTS("LG-01"),
     "A member whose right is withdrawn and one whose token runs out each "
     "leave exactly one event.",
     "Report the end of a right as you report its absence.")
{
    struct manner plain = { .early = NULL };
    struct peer *removed = admit(bench, BOB);
    struct peer *late =
        admit_with(bench, ALICE, TOKEN(.expires_in_s = 2), plain);

    remove_user(bench, BOB);
    expect_closed_for(removed, CAUSE_WITHDRAWN);
    wait_for_expiry(late);
    expect_closed_for(late, CAUSE_EXPIRED_LIVE);
    expect_one_audit_event(removed);
    expect_one_audit_event(late);
}

SPEC(admission_leaves_no_event_of_a_denial, MUST, REQUIREMENTS("LOG-01"),
     "A user who is admitted leaves no event of denied access.",
     "Report behind the decision, not before it.")
{
    struct peer *alice = admit(bench, ALICE);

    expect_one_audit_event(dial_as(bench, BOB, NO_TOKEN));
    expect_no_audit_event(alice);
}

SPEC(event_names_the_address_of_the_socket, MUST, REQUIREMENTS("LOG-03"),
     "The event names the address of the socket, not the one that a header "
     "claims.",
     "Take the address from the connection; a header is what its sender "
     "likes.")
{
    static const char *const headers[] = { "X-Forwarded-For", "X-Real-IP",
                                           "CF-Connecting-IP" };

    for (unsigned i = 0; i < sizeof(headers) / sizeof(*headers); i++)
        expect_access_denied(
            dial(bench, ALICE, NO_TOKEN,
                 (struct manner){ .header = headers[i],
                                  .header_value = claimed_address(bench, i) }),
            NULL);
}

SPEC(control_characters_in_a_handshake_forge_no_log_line, MUST,
     REQUIREMENTS("LOG-06 LG-03"),
     "A line break or an escape in a restaurant id, a query or a user id "
     "reaches no log as it is.",
     "Escape control characters in every value before it is logged.")
{
    const char *forged = canary(bench, "forged");
    const char *broken = woven(bench, "x%0d%0a{}", forged);
    const char *escaped = woven(bench, "x%1b{}", forged);
    const char *claimed = woven(bench, "\"a\\r\\n{}\"", forged);
    const char *coloured = woven(bench, "\"a\\u001b{}\"", forged);

    expect_kept_out(
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .tenant_id = broken }));
    expect_kept_out(
        dial(bench, ALICE, NO_TOKEN, (struct manner){ .query = broken }));
    expect_kept_out(
        dial(bench, ALICE, NO_TOKEN, (struct manner){ .query = escaped }));
    expect_kept_out(
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .claims = claimed }));
    expect_kept_out(
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .claims = coloured }));
    expect_log_line_unforged(bench, forged);
}

SPEC(long_value_is_cut_in_the_log, MUST, REQUIREMENTS("LOG-06"),
     "A value of thirty thousand characters in a message does not reach the "
     "log whole.",
     "Cut every value of a client before it is logged.")
{
    const char *end = canary(bench, "end");
    const char *text = "0123456789abcdef";
    struct peer *member = admit(bench, ALICE);

    for (unsigned i = 0; i < DOUBLINGS; i++)
        text = woven(bench, woven(bench, "{}{}", text), text);
    say(member, woven(bench, woven(bench, "{\"type\":\"{}{}\"}", text), end));
    fence(bench);
    expect_not_logged(bench, end);
}

SPEC(bad_token_is_logged_as_an_error, MUST, REQUIREMENTS("LOG-07"),
     "An expired token, a forged one and one that is none leave an error in "
     "the log.",
     "Log the kind of the failure at the level of errors, without the token.")
{
    struct peer *expired = dial_as(bench, ALICE, TOKEN(.expires_in_s = -60));
    struct peer *forged =
        dial_as(bench, ALICE, TOKEN(.signing = SIGNED_WITH_OTHER_KEY));
    struct peer *malformed = dial_as(bench, ALICE, TOKEN(.literal = "a.b.c"));

    expect_kept_out(malformed);
    expect_logged(expired, "err", NULL);
    expect_logged(forged, "err", NULL);
    expect_logged(malformed, "err", NULL);
}

SPEC(missing_identity_is_logged_as_a_warning, MUST, REQUIREMENTS("LOG-07"),
     "A connection without a user id and a token leaves a warning in the log.",
     "Log it at the level of warnings where you refuse.")
{
    struct peer *nobody =
        dial(bench, ALICE, NO_TOKEN, (struct manner){ .claims = OMITTED });

    expect_kept_out(nobody);
    expect_logged(nobody, "warn", NULL);
}

SPEC(derived_identity_is_logged_as_a_note, MUST, REQUIREMENTS("LOG-07"),
     "A user whose id came from the token alone leaves a note in the log that "
     "names it.",
     "Log it at the level of information where you derive the id.")
{
    expect_logged(admit_with(bench, ALICE, GOOD_TOKEN,
                             (struct manner){ .claims = OMITTED }),
                  "info", user_id(bench, ALICE));
}

SPEC(message_of_a_member_puts_no_token_into_the_log, MUST,
     REQUIREMENTS("LOG-05 LG-02"),
     "A token in a first message, right or in the wrong place, appears in no "
     "line of the log.",
     "Log the type of a message, never its text.")
{
    struct manner silent = { .silent = true };
    struct peer *peer = dial(bench, ALICE, GOOD_TOKEN, silent);
    struct peer *member = admit(bench, BOB);

    say(peer, woven(bench, "x{}", authentication(peer, GOOD_TOKEN)));
    say(member, authentication(member, GOOD_TOKEN));
    expect_kept_out(peer);
    fence(bench);
    expect_log_without_tokens(bench);
}
