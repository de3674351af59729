/* ISO: each user, and each connection, has a manager of its own. */
#include "bench.h"
#include "spec.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { CHURN = 50, SPEAKERS = 5, ROUNDS = 20 };

/* Subjects that are nearly this user's, as JSON. */
static const char *shortened(struct bench *bench, const char *user)
{
    char copy[160];

    snprintf(copy, sizeof(copy), "%.*s", (int)strlen(user) - 1, user);
    return woven(bench, "\"{}\"", copy);
}

static const char *in_capitals(struct bench *bench, const char *user)
{
    char copy[160];

    snprintf(copy, sizeof(copy), "%s", user);
    for (char *at = copy; *at != 0; at++)
        *at = (char)toupper((unsigned char)*at);
    return woven(bench, "\"{}\"", copy);
}

SPEC(each_user_has_a_manager_of_their_own, MUST,
     REQUIREMENTS("ISO-01 ISO-03 ISO-07"),
     "Two users have two managers, each with the connections of its user "
     "alone.",
     "Make a manager for each verified user; keep none in a module.")
{
    admit(bench, ALICE);
    admit(bench, BOB);
    expect_managers(bench, ALICE, 1);
    expect_managers(bench, BOB, 1);
}

SPEC(each_connection_has_a_manager_of_its_own, MUST,
     REQUIREMENTS("ISO-01 ISO-03"),
     "Two connections of one user have two managers.",
     "Make the manager with the connection, and hand it to nobody else.")
{
    admit(bench, ALICE);
    admit(bench, ALICE);
    expect_managers(bench, ALICE, 2);
}

SPEC(manager_belongs_to_the_subject_of_the_token, MUST, REQUIREMENTS("ISO-07"),
     "A manager is made for the subject of the token, whatever else the "
     "handshake names.",
     "Build the context from the verified subject and from nothing else.")
{
    const char *bob = user_id(bench, BOB);
    struct token claiming =
        TOKEN(.claims_more = woven(bench, "\"user_id\":\"{}\"", bob));
    struct manner asking = { .query = woven(bench, "user_id={}", bob),
                             .header = "X-User-ID",
                             .header_value = bob };

    admit(bench, ALICE);
    expect_no_other_user(dial(bench, ALICE, claiming, asking));
    expect_managers(bench, BOB, 0);
}

SPEC(event_of_a_user_reaches_all_their_connections, MUST,
     REQUIREMENTS("ISO-02"),
     "An event of a user reaches each connection of that user.",
     "Address events to a user, and walk all connections of that user.")
{
    const char *text = canary(bench, "own");
    struct peer *first = admit(bench, ALICE);
    struct peer *second = admit(bench, ALICE);

    say(first, publication(bench, text));
    expect_reached(first, text);
    expect_reached(second, text);
}

SPEC(event_of_a_user_reaches_nobody_else, MUST, REQUIREMENTS("ISO-02 ISO-03"),
     "An event of a user reaches no connection of another user.",
     "Look connections up by user; share no list, no queue and no callback "
     "between managers.")
{
    const char *text = canary(bench, "private");
    struct peer *bob = admit(bench, BOB);
    struct peer *alice = admit(bench, ALICE);
    struct peer *carol = admit(bench, CAROL);

    say(alice, publication(bench, text));
    expect_heard(alice, text);
    fence(bench);
    expect_not_heard(bob, text);
    expect_not_heard(carol, text);
}

SPEC(event_of_a_user_reaches_no_namesake, MUST, REQUIREMENTS("ISO-02 ISO-03"),
     "An event of a user reaches nobody whose name is longer, shorter, or the "
     "same in capitals.",
     "Compare whole names, byte by byte.")
{
    const char *text = canary(bench, "private");
    const char *alice_id = user_id(bench, ALICE);
    const char *longer = woven(bench, "\"{}0\"", alice_id);
    const char *shorter = shortened(bench, alice_id);
    const char *capital = in_capitals(bench, alice_id);
    struct manner usual = { .early = NULL };
    struct peer *namesakes[] = {
        admit_with(bench, BOB, TOKEN(.sub = longer), usual),
        admit_with(bench, DAVE, TOKEN(.sub = shorter), usual),
        admit_with(bench, CAROL, TOKEN(.sub = capital), usual),
    };
    struct peer *alice = admit(bench, ALICE);

    say(alice, publication(bench, text));
    expect_heard(alice, text);
    fence(bench);
    for (size_t i = 0; i < sizeof(namesakes) / sizeof(*namesakes); i++)
        expect_not_heard(namesakes[i], text);
}

SPEC(event_of_a_user_stays_private_while_others_come_and_go, MUST,
     REQUIREMENTS("ISO-02 ISO-03"),
     "No event of a user reaches a connection of another that comes or goes "
     "meanwhile.",
     "Let nothing of a manager outlive its connection: no id and no index that "
     "the next one takes over.")
{
    const char *text = canary(bench, "private");
    const char *event = publication(bench, text);
    struct peer *alice = admit(bench, ALICE);
    struct peer *bobs[CHURN];

    for (unsigned i = 0; i < CHURN; i++) {
        bobs[i] = admit(bench, BOB);
        say(alice, event);
        (i % 2 == 0 ? hang_up : vanish)(bobs[i]);
        fence(bench);
    }
    expect_heard(alice, text);
    for (unsigned i = 0; i < CHURN; i++)
        expect_not_heard(bobs[i], text);
}

SPEC(newcomer_hears_nothing_of_who_has_left, MUST,
     REQUIREMENTS("ISO-02 ISO-03 ISO-09"),
     "What a user said is not heard by the next one who comes when that user "
     "has left or died.",
     "Drop the queue and the last event with the manager; let nobody inherit "
     "a slot.")
{
    const char *polite = canary(bench, "polite");
    const char *abrupt = canary(bench, "abrupt");
    struct peer *alice = admit(bench, ALICE);

    say(alice, publication(bench, polite));
    expect_heard(alice, polite);
    hang_up(alice);
    fence(bench);

    struct peer *bob = admit(bench, BOB);
    struct peer *dave = admit(bench, DAVE);
    say(dave, publication(bench, abrupt));
    expect_heard(dave, abrupt);
    vanish(dave);
    fence(bench);

    struct peer *carol = admit(bench, CAROL);
    fence(bench);
    expect_not_heard(bob, polite);
    expect_not_heard(carol, polite);
    expect_not_heard(carol, abrupt);
}

SPEC(events_of_users_who_speak_at_once_never_cross, MUST,
     REQUIREMENTS("ISO-02 ISO-03"),
     "Of many users who speak in turns each hears their own events, and none "
     "of another.",
     "Keep the current user in the handler of the message, in no variable "
     "that the next message changes.")
{
    static const enum identity who[SPEAKERS] = { ALICE, BOB, CAROL, DAVE,
                                                 OWNER };
    static const char *const names[SPEAKERS] = { "a", "b", "c", "d", "o" };
    struct peer *speakers[SPEAKERS];

    for (unsigned i = 0; i < SPEAKERS; i++)
        speakers[i] = admit(bench, who[i]);
    for (unsigned i = 0; i < SPEAKERS * ROUNDS; i++)
        say(speakers[i % SPEAKERS],
            publication(bench, canary(bench, names[i % SPEAKERS])));
    for (unsigned i = 0; i < SPEAKERS; i++)
        expect_heard(speakers[i], canary(bench, names[i]));
    fence(bench);
    for (unsigned i = 0; i < SPEAKERS; i++)
        for (unsigned other = 1; other < SPEAKERS; other++)
            expect_not_heard(speakers[i],
                             canary(bench, names[(i + other) % SPEAKERS]));
}

SPEC(message_cannot_address_another_user, MUST, REQUIREMENTS("ISO-02"),
     "A message that names another user reaches nobody but its sender.",
     "Address an event to the verified user; read no address from a message.")
{
    static const char *const heads[] = {
        "{\"user_id\":\"{}\",",   "{\"user\":\"{}\",", "{\"to\":\"{}\",",
        "{\"recipient\":\"{}\",", "{\"sub\":\"{}\",",  "{\"target\":\"{}\",",
    };
    const char *text = canary(bench, "addressed");
    const char *plain = canary(bench, "plain");
    struct peer *bob = admit(bench, BOB);
    struct peer *alice = admit(bench, ALICE);

    for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++) {
        const char *head = woven(bench, heads[i], user_id(bench, BOB));

        say(alice, woven(bench, woven(bench, "{}{}", head),
                         publication(bench, text) + 1));
    }
    say(alice, publication(bench, plain));
    expect_heard(alice, plain);
    fence(bench);
    expect_not_heard(bob, text);
}

SPEC(error_of_a_user_is_told_to_nobody_else, MUST,
     REQUIREMENTS("ISO-03 ERR-09"),
     "A flood of bad messages of one user changes nothing for another.",
     "Keep queues and error handlers in the manager of one connection.")
{
    struct peer *bob = admit(bench, BOB);
    struct peer *alice = admit(bench, ALICE);

    for (unsigned i = 0; i < CHURN; i++)
        say(alice, "{\"type\":\"no_such_type\"}");
    fence(bench);
    expect_received_no_error(bob);
    expect_admitted(bob);
}

SPEC(manager_without_a_context_is_refused_loudly, MUST,
     REQUIREMENTS("ISO-04 ISO-12"),
     "Who asks for a manager without a context gets an error that says why, "
     "and what to call instead.",
     "Raise from the old accessor; name the factory in the message.")
{
    expect_loud_refusal_without_context(bench);
}

SPEC(manager_without_a_context_is_nobodys, SHOULD,
     REQUIREMENTS("ISO-06 ISO-12"),
     "Who asks for a manager without a context leaves none behind, and the "
     "service goes on.",
     "Let no caller catch that error and build a shared manager.")
{
    struct peer *alice = admit(bench, ALICE);

    note_metrics(bench);
    expect_loud_refusal_without_context(bench);
    expect_metric(bench, "managers_created", 0);
    expect_metric(bench, "managers_active", 0);
    expect_admitted(alice);
}

SPEC(refused_connection_has_no_manager, MUST, REQUIREMENTS("ISO-11"),
     "No manager is made for a connection that is refused.",
     "Verify first, and call the factory with the verified context then.")
{
    note_metrics(bench);
    expect_kept_out(dial_as(bench, ALICE, NO_TOKEN));
    expect_kept_out(dial_as(bench, ALICE, TOKEN(.expires_in_s = -60)));
    expect_kept_out(
        dial_as(bench, ALICE, TOKEN(.signing = SIGNED_WITH_OTHER_KEY)));
    expect_managers(bench, ALICE, 0);
    expect_metric(bench, "managers_created", 0);
}

SPEC(manager_ends_with_its_connection, MUST, REQUIREMENTS("ISO-09"),
     "A manager is disposed of when its connection closes, and when its TCP "
     "dies.",
     "Dispose of it in a finally block, whatever the way the connection "
     "ended.")
{
    struct peer *polite = admit(bench, ALICE);
    struct peer *abrupt = admit(bench, BOB);

    expect_managers(bench, ALICE, 1);
    expect_managers(bench, BOB, 1);
    hang_up(polite);
    vanish(abrupt);
    fence(bench);
    expect_managers(bench, ALICE, 0);
    expect_managers(bench, BOB, 0);
}

SPEC(manager_ends_with_what_the_service_ends, MUST, REQUIREMENTS("ISO-09"),
     "A manager is disposed of when the service ends its connection: for a "
     "revoked token, a message that is too big, an illegal frame.",
     "Dispose of it where the connection ends, not where the client leaves.")
{
    static const unsigned char unmasked_ping[] = { 0x89, 0 };
    struct peer *revoked = admit(bench, ALICE);
    struct peer *endless = admit(bench, BOB);
    struct peer *broken = admit(bench, CAROL);

    revoke(revoked);
    say_at_length(endless, message_bytes(bench) + 1, 1);
    say_raw(broken, unmasked_ping, sizeof(unmasked_ping));
    expect_closed_for(revoked, CAUSE_EXPIRED_LIVE);
    expect_closed_for(endless, CAUSE_TOO_BIG);
    expect_closed_for(broken, CAUSE_ILLEGAL);
    fence(bench);
    expect_managers(bench, ALICE, 0);
    expect_managers(bench, BOB, 0);
    expect_managers(bench, CAROL, 0);
}

SPEC(metrics_count_the_life_of_managers, MUST, REQUIREMENTS("ISO-10"),
     "The metrics count exactly the managers that were made, are active and "
     "have ended.",
     "Count where a manager is made and where it is disposed of, nowhere "
     "else.")
{
    note_metrics(bench);
    hang_up(admit(bench, ALICE));
    admit(bench, BOB);
    admit(bench, CAROL);
    fence(bench);
    expect_metric(bench, "managers_created", 3);
    expect_metric(bench, "managers_active", 2);
    expect_metric(bench, "managers_ended", 1);
}

SPEC(metrics_count_failures_of_authentication, MUST, REQUIREMENTS("ISO-10"),
     "The metrics count each failed authentication once, whatever it failed "
     "for.",
     "Count where the refusal is decided, for each cause.")
{
    const struct token bad[] = {
        NO_TOKEN,
        TOKEN(.literal = "a.b.c"),
        TOKEN(.expires_in_s = -60),
        TOKEN(.signing = SIGNED_WITH_OTHER_KEY),
    };

    note_metrics(bench);
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        expect_kept_out(dial_as(bench, ALICE, bad[i]));
    expect_metric(bench, "auth_failures", sizeof(bad) / sizeof(*bad));
}

SPEC(metrics_count_limits_that_were_reached, MUST, REQUIREMENTS("ISO-10"),
     "The metrics count each connection that was refused for its user's limit.",
     "Count where the limit is checked.")
{
    for (unsigned i = 0; i < per_user(bench); i++)
        admit(bench, ALICE);
    note_metrics(bench);
    expect_kept_out(dial_as(bench, ALICE, GOOD_TOKEN));
    expect_metric(bench, "limit_violations", 1);
}

SPEC(metrics_count_requests_without_a_context, MUST, REQUIREMENTS("ISO-10"),
     "The metrics count each request for a manager without a context.",
     "Count in the accessor that raises.")
{
    note_metrics(bench);
    expect_loud_refusal_without_context(bench);
    expect_loud_refusal_without_context(bench);
    expect_metric(bench, "contextless_requests", 2);
}
