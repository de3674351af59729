/* AUTH where the first message carries the token: its form and its time. */
#include "bench.h"
#include "spec.h"

#include <stdio.h>
#include <string.h>

enum {
    PINGS = 4,
    PING_EVERY_MS = 1000,
    BYTE_EVERY_MS = 200,
    PATIENCE_MS = 8000,
    DEPTH = 3000,
    FIRST_MAX = 16 * 1024
};

/* The object `message` with these members more, in front. */
static const char *with_first(struct bench *bench, const char *members,
                              const char *message)
{
    return woven(bench, woven(bench, "{{},{}", members), message + 1);
}

/* … and behind all others. */
static const char *with_last(struct bench *bench, const char *members,
                             const char *message)
{
    char open[FIRST_MAX];

    snprintf(open, sizeof(open), "%s", message);
    open[strlen(open) - 1] = '\0';
    return woven(bench, woven(bench, "{},{}}", open), members);
}

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
        expect_wrong_first(bench, messages[i], CAUSE_UNEXPECTED);
    expect_no_joining(bench, CAUSE_UNEXPECTED);
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
     "A first message that is no JSON object ends in the agreed close.",
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
    };

    for (size_t i = 0; i < sizeof(messages) / sizeof(*messages); i++)
        expect_wrong_first(bench, messages[i], CAUSE_UNREADABLE);
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(mistyped_token_is_told_as_an_error, MUST, REQUIREMENTS("AUTH-29 AUTH-25"),
     "A first message whose token is no text ends in the agreed close of one "
     "that cannot be read, or of one that fails.",
     "Check the type of the token before anything decodes it.")
{
    static const char *const tokens[] = { "7", "[]", "{}", "true" };

    for (size_t i = 0; i < sizeof(tokens) / sizeof(*tokens); i++) {
        const char *mistyped = mistyped_authentication(bench, tokens[i]);
        expect_refused_either(dial(bench, ALICE, GOOD_TOKEN,
                                   (struct manner){ .first = mistyped }),
                              CAUSE_UNREADABLE, CAUSE_INVALID);
    }
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(first_message_with_two_tokens_is_refused, MUST,
     REQUIREMENTS("CR-01 MV-05"),
     "A first message with two tokens is refused, whichever of them is good.",
     "Refuse an object that has a member twice: parsers silently take the "
     "first, or the last.")
{
    struct manner silent = { .silent = true };
    struct peer *last = dial(bench, ALICE, GOOD_TOKEN, silent);
    struct peer *first = dial(bench, ALICE, GOOD_TOKEN, silent);
    struct peer *escaped = dial(bench, ALICE, GOOD_TOKEN, silent);

    say(last, with_first(bench, "\"token\":\"a.b.c\"",
                         authentication(last, GOOD_TOKEN)));
    say(first, with_last(bench, "\"token\":\"a.b.c\"",
                         authentication(first, GOOD_TOKEN)));
    say(escaped, with_first(bench, "\"\\u0074oken\":\"a.b.c\"",
                            authentication(escaped, GOOD_TOKEN)));
    expect_kept_out(last);
    expect_kept_out(first);
    expect_kept_out(escaped);
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(first_message_with_a_member_twice_is_read_one_way, MUST,
     REQUIREMENTS("MV-05 AUTH-34"),
     "A first message with two types or two users is refused, or serves the "
     "user of the token.",
     "Refuse an object that has a member twice: two parts of a service may "
     "read two values.")
{
    const char *alice = user_id(bench, ALICE);
    const char *bob = user_id(bench, BOB);
    const char *const more[] = {
        "\"type\":\"ping\"",
        woven(bench, "\"user_id\":\"{}\"", bob),
        woven(bench, "\"user\\u005fid\":\"{}\"", bob),
        woven(bench, woven(bench, "\"user_id\":\"{}\",\"user_id\":\"{}\"", bob),
              alice),
    };

    for (size_t i = 0; i < sizeof(more) / sizeof(*more); i++) {
        struct manner silent = { .silent = true };
        struct peer *last = dial(bench, ALICE, GOOD_TOKEN, silent);
        struct peer *first = dial(bench, ALICE, GOOD_TOKEN, silent);

        say(last, with_first(bench, more[i], authentication(last, GOOD_TOKEN)));
        say(first,
            with_last(bench, more[i], authentication(first, GOOD_TOKEN)));
        expect_no_other_user(last);
        expect_no_other_user(first);
        hang_up(last);
        hang_up(first);
        fence(bench);
    }
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(deeply_nested_first_message_takes_nobody_down, MUST,
     REQUIREMENTS("AUTH-29 ERR-09"),
     "A first message with a valid member that is nested thousands deep is "
     "refused, or serves the user of its token, without a crash.",
     "Bound the depth in the parser, or catch what it raises.")
{
    char deep[2 * DEPTH + sizeof("\"x\":")] = "\"x\":";
    struct manner silent = { .silent = true };
    struct peer *peer = dial(bench, ALICE, GOOD_TOKEN, silent);

    memset(deep + strlen(deep), '[', DEPTH);
    memset(deep + strlen(deep), ']', DEPTH);
    say(peer, with_first(bench, deep, authentication(peer, GOOD_TOKEN)));
    expect_no_other_user(peer);
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
    elapse_past_deadline(peer);
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
