/* AUTH where the first message carries the token: its form and its time. */
#include "bench.h"
#include "spec.h"

#include <string.h>

enum {
    PINGS = 4,
    PING_EVERY_MS = 1000,
    BYTE_EVERY_MS = 200,
    PATIENCE_MS = 8000
};

SPEC(first_message_of_another_type_is_told_as_unexpected, MUST,
     REQUIREMENTS("AUTH-26"),
     "A first message of any other type, or of none, ends in the agreed close.",
     "Compare the type with the one name before you do anything else.")
{
    static const char *const messages[] = {
        "{\"type\":\"ping\"}",
        "{\"type\":\"Authenticate\"}",
        "{\"type\":\"authenticate \"}",
        "{\"type\":\"whoami\"}",
        "{\"type\":\"\"}",
        "{\"kind\":\"authenticate\"}",
    };

    for (size_t i = 0; i < sizeof(messages) / sizeof(*messages); i++)
        expect_refused(dial(bench, ALICE, GOOD_TOKEN,
                            (struct manner){ .first = messages[i] }),
                       CAUSE_UNEXPECTED);
}

SPEC(first_message_of_another_type_is_not_acted_on, MUST,
     REQUIREMENTS("AUTH-26 PA-02 DATA-04"),
     "What a member could publish reaches nobody as the first message of a "
     "stranger.",
     "Dispatch messages behind authentication only.")
{
    const char *heard = publication(bench, canary(bench, "legal"));
    const char *unheard = publication(bench, canary(bench, "stolen"));
    struct peer *member = admit(bench, ALICE);

    say(member, heard);
    expect_heard(member, canary(bench, "legal"));
    expect_kept_out(
        dial(bench, BOB, GOOD_TOKEN, (struct manner){ .first = unheard }));
    expect_nobody_heard(bench, canary(bench, "stolen"));
}

SPEC(unreadable_first_message_is_told_as_an_error, MUST,
     REQUIREMENTS("AUTH-29"),
     "A first message that is no JSON object, or whose token is no text, ends "
     "in the agreed close.",
     "Catch whatever the parser raises, and close in that one place.")
{
    static const char *const messages[] = {
        "hello",
        "",
        "[]",
        "1",
        "null",
        "\"authenticate\"",
        "{\"type\":\"authenticate\"",
        "{\"type\":\"authenticate\",}",
        "{\"type\":\"authenticate\",\"token\":7}",
        "{\"type\":\"authenticate\",\"token\":[]}",
        "{\"type\":\"authenticate\",\"token\":{}}",
        "{\"type\":\"authenticate\",\"token\":true}",
    };

    for (size_t i = 0; i < sizeof(messages) / sizeof(*messages); i++)
        expect_refused(dial(bench, ALICE, GOOD_TOKEN,
                            (struct manner){ .first = messages[i] }),
                       CAUSE_UNREADABLE);
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(binary_first_message_is_told_as_an_error, MUST, REQUIREMENTS("AUTH-29"),
     "The right first message in a binary frame ends in the agreed close.",
     "Read text frames only; the protocol has no others.")
{
    struct manner silent = { .silent = true };
    struct peer *peer = dial(bench, ALICE, GOOD_TOKEN, silent);
    const char *text = authentication(peer, GOOD_TOKEN);

    say_bytes(peer, text, strlen(text), true);
    expect_refused(peer, CAUSE_UNREADABLE);
}

SPEC(silent_client_is_closed_at_the_deadline, MUST, REQUIREMENTS("AUTH-27"),
     "A client that sends nothing is still waited for shortly before the "
     "deadline, and closed as agreed behind it.",
     "Set one timer with the accept, and close when it fires.")
{
    struct peer *peer =
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .silent = true });

    elapse_before_deadline(peer);
    expect_pending(peer);
    elapse_past_deadline(peer);
    expect_closed_by_now(peer);
    expect_refused(peer, CAUSE_TIMEOUT);
}

SPEC(first_message_just_before_the_deadline_counts, MUST,
     REQUIREMENTS("AUTH-27 AUTH-30"),
     "A client that authenticates shortly before the deadline is admitted, and "
     "stays when it has passed.",
     "Stop the timer with the first message; count from the accept, not from "
     "the first byte of the handshake.")
{
    struct peer *peer =
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .silent = true });

    elapse_before_deadline(peer);
    say(peer, authentication(peer, GOOD_TOKEN));
    elapse_past_deadline(peer);
    expect_admitted(peer);
}

SPEC(pings_do_not_prolong_the_deadline, MUST, REQUIREMENTS("AUTH-28 PA-01"),
     "A client that sends pings, and nothing else, is closed at the same "
     "deadline.",
     "Let no frame but the complete first message touch the timer.")
{
    static const unsigned char ping[] = { 0x89, 0x80, 1, 2, 3, 4 };
    struct peer *peer =
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .silent = true });

    for (unsigned i = 0; i < PINGS; i++) {
        elapse(bench, PING_EVERY_MS);
        say_raw(peer, ping, sizeof(ping));
    }
    elapse_past_deadline(peer);
    expect_closed_by_now(peer);
    expect_refused(peer, CAUSE_TIMEOUT);
}

SPEC(fragments_do_not_prolong_the_deadline, MUST, REQUIREMENTS("AUTH-28 PA-01"),
     "A client that sends its first message byte by byte is closed at the same "
     "deadline.",
     "Let no frame but the complete first message touch the timer.")
{
    struct peer *peer =
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .silent = true });

    dribble(peer, authentication(peer, GOOD_TOKEN), BYTE_EVERY_MS, PATIENCE_MS);
    expect_closed_by_now(peer);
    expect_refused(peer, CAUSE_TIMEOUT);
}

SPEC(first_message_in_fragments_is_read, MUST, REQUIREMENTS("AUTH-22"),
     "A first message in fragments is as good as one in a piece.",
     "Let the library put fragments together before you parse.")
{
    struct peer *peer =
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .silent = true });

    dribble(peer, authentication(peer, GOOD_TOKEN), 0, PATIENCE_MS);
    expect_admitted(peer);
}

SPEC(unproven_connection_hears_nothing, MUST, REQUIREMENTS("POOL-07 PA-07"),
     "A connection that has yet to authenticate hears no broadcast, and what "
     "it missed does not come later.",
     "Add to the pool behind authentication, and replay nothing.")
{
    struct manner silent = { .silent = true };
    struct peer *waiting = dial(bench, ALICE, GOOD_TOKEN, silent);

    expect_pending(waiting);
    publish(bench);
    fence(bench);
    expect_received_nothing(waiting);
}

SPEC(unproven_connection_is_not_pooled, MUST, REQUIREMENTS("POOL-07 PA-07"),
     "A connection that has yet to authenticate has no pool entry.",
     "Add to the pool behind authentication.")
{
    struct manner silent = { .silent = true };
    struct peer *waiting = dial(bench, ALICE, GOOD_TOKEN, silent);

    expect_pending(waiting);
    expect_pool_entries(waiting, 0);
    say(waiting, authentication(waiting, GOOD_TOKEN));
    expect_admitted(waiting);
    expect_pool_entries(waiting, 1);
}
