/* RATE: how many messages a user, and a room, may have in a second (003 §5). */
#include "bench.h"
#include "spec.h"

/* A room of this member's, who is inside. */
static const char *meet(struct peer *owner)
{
    const char *room = own_room(owner, PUBLIC);

    return room;
}

static struct peer *guest_of(struct bench *bench, enum identity who,
                             const char *room, struct manner manner)
{
    struct peer *guest = admit_with(bench, who, GOOD_TOKEN, manner);

    arrange(guest, WISH(ROOM_JOIN, room));
    return guest;
}

/* Half as many again as a user may say. */
static struct burst overdo(struct bench *bench, struct peer *speaker,
                           const char *room, struct peer *listener)
{
    unsigned allowed = messages_allowed(bench);

    return burst((struct flood){ .speakers = &speaker,
                                 .count = 1,
                                 .room = room,
                                 .listener = listener,
                                 .each = allowed + allowed / 2,
                                 .allowed = allowed });
}

static const struct manner as_usual = { .tight = false };
static const struct manner tight = { .tight = true };

SPEC(user_gets_an_allowance_of_messages, MUST, REQUIREMENTS("RATE-07 RATE-10"),
     "Of a burst of messages as many are delivered as a user may send within a "
     "second, and no more.",
     "Count each message of a user, and compare before you serve it.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = meet(alice);
    struct peer *bob = guest_of(bench, BOB, room, as_usual);

    expect_told_as_allowed(bench, overdo(bench, alice, room, bob),
                           messages_allowed(bench));
}

SPEC(message_beyond_the_rate_is_answered_by_an_error, MUST,
     REQUIREMENTS("RATE-10"),
     "Each message that the rate refuses is answered by one error to its "
     "sender, whose connection stays.",
     "Answer what you refuse, once; a silent drop is a lost message.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = meet(alice);
    struct peer *bob = guest_of(bench, BOB, room, as_usual);

    expect_each_refused(bench, overdo(bench, alice, room, bob));
    expect_admitted(alice);
    expect_received_no_error(bob);
}

SPEC(message_beyond_the_rate_is_logged, MUST, REQUIREMENTS("LOG-09"),
     "A message that the rate refuses leaves a record, as a warning or worse.",
     "Log what a limit refuses where you refuse it.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = meet(alice);
    struct peer *bob = guest_of(bench, BOB, room, as_usual);

    overdo(bench, alice, room, bob);
    expect_refusal_logged(alice);
}

SPEC(refused_messages_prolong_no_second, MUST, REQUIREMENTS("RATE-07 RATE-02"),
     "A user whose messages are used up is served again in the next second, "
     "though it went on to send meanwhile.",
     "Let the counter expire with its window; what is refused sets no new one.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = meet(alice);
    struct peer *bob = guest_of(bench, BOB, room, as_usual);

    overdo(bench, alice, room, bob);
    elapse_half_rate(bench);
    speak(alice, room);
    speak(alice, room);
    elapse_half_rate(bench);
    expect_told(bob, room, speak(alice, room));
}

/* Half an allowance goes to `wasted`; what is said behind it has the rest
 * alone. */
static void expect_counted(struct bench *bench, struct flood wasted,
                           struct peer *alice, const char *room,
                           struct peer *bob)
{
    unsigned half = messages_allowed(bench) / 2;
    struct flood flood = { .speakers = &alice,
                           .count = 1,
                           .request = wasted.request,
                           .binary = wasted.binary,
                           .times = half,
                           .room = room,
                           .listener = bob,
                           .each = 2 * half,
                           .allowed = messages_allowed(bench) - half };

    expect_told_as_allowed(bench, burst(flood), flood.allowed);
}

SPEC(messages_of_every_kind_count, MUST, REQUIREMENTS("RATE-07"),
     "A user's allowance is of messages, whatever they ask for.",
     "Count at the door, before you look at the type.")
{
    static const enum room_verb verbs[] = { ROOM_JOIN, ROOM_GET };
    struct peer *alice = admit(bench, ALICE);
    const char *room = meet(alice);
    struct peer *bob = guest_of(bench, BOB, room, as_usual);

    for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
        expect_counted(bench, (struct flood){ .request = WISH(verbs[i], room) },
                       alice, room, bob);
}

SPEC(messages_that_fail_count, MUST, REQUIREMENTS("RATE-07"),
     "A message that is refused, one that cannot be read and one that is too "
     "long take from their sender's allowance like any other.",
     "Count at the door, and give nothing back.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = meet(alice);
    struct peer *bob = guest_of(bench, BOB, room, as_usual);
    const char *endless = repeated(bench, "x", bound(bench, BOUND_TEXT) + 1);
    const struct wish vain[] = { WISH(ROOM_JOIN, fresh_room(bench)),
                                 { .message = "{\"type\":" },
                                 WISH(ROOM_PUBLISH, room, .text = endless) };

    for (size_t i = 0; i < sizeof(vain) / sizeof(*vain); i++)
        expect_counted(bench, (struct flood){ .request = vain[i] }, alice, room,
                       bob);
}

SPEC(binary_messages_count, MUST, REQUIREMENTS("RATE-07"),
     "A binary message takes from its sender's allowance, be it served or "
     "not.",
     "Count at the door, before you look at the kind.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = meet(alice);
    struct peer *bob = guest_of(bench, BOB, room, as_usual);

    expect_counted(bench, (struct flood){ .binary = true }, alice, room, bob);
}

SPEC(new_connection_brings_no_new_messages, MUST, REQUIREMENTS("RATE-08"),
     "A user whose messages are used up has none by another connection that "
     "comes, or goes, meanwhile.",
     "Keep the count with the user; no connection takes it along.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = meet(alice);
    struct peer *bob = guest_of(bench, BOB, room, as_usual);
    unsigned allowed = messages_allowed(bench);

    expect_told_as_allowed(bench,
                           burst((struct flood){ .speakers = &alice,
                                                 .count = 1,
                                                 .redials = true,
                                                 .room = room,
                                                 .listener = bob,
                                                 .each = allowed + allowed / 2,
                                                 .allowed = allowed }),
                           allowed);
}

SPEC(connections_of_a_user_share_its_messages, MUST, REQUIREMENTS("RATE-08"),
     "Two connections of one user have no more messages than one.",
     "Count by the verified user, not by the connection.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = meet(alice);
    struct peer *both[] = { alice, guest_of(bench, ALICE, room, as_usual) };
    struct peer *bob = guest_of(bench, BOB, room, as_usual);
    unsigned allowed = messages_allowed(bench);

    expect_told_as_allowed(
        bench,
        burst((struct flood){ .speakers = both,
                              .count = 2,
                              .room = room,
                              .listener = bob,
                              .each = allowed / 2 + allowed / 4,
                              .allowed = allowed }),
        allowed);
}

SPEC(users_of_one_address_share_no_messages, MUST, REQUIREMENTS("RATE-08"),
     "Two users behind one address have as many messages each as one alone.",
     "Count by the verified user, not by the address.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = meet(alice);
    struct peer *two[] = { alice, guest_of(bench, CAROL, room, as_usual) };
    struct peer *bob = guest_of(bench, BOB, room, as_usual);
    unsigned each = messages_allowed(bench) / 2 + messages_allowed(bench) / 4;

    expect_told_as_allowed(bench,
                           burst((struct flood){ .speakers = two,
                                                 .count = 2,
                                                 .room = room,
                                                 .listener = bob,
                                                 .each = each,
                                                 .allowed = 2 * each }),
                           2 * each);
}

SPEC(used_up_messages_leave_connections_free, MUST, REQUIREMENTS("RATE-06"),
     "A user whose messages are used up is admitted with another connection.",
     "Keep two counters, one for each limit.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = meet(alice);
    struct peer *bob = guest_of(bench, BOB, room, as_usual);

    overdo(bench, alice, room, bob);
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(used_up_connections_leave_messages_free, MUST, REQUIREMENTS("RATE-06"),
     "A user who has as many connections as allowed still sends over each.",
     "Keep two counters, one for each limit.")
{
    struct peer *alice = admit(bench, ALICE);
    const char *room = meet(alice);
    struct peer *bob = guest_of(bench, BOB, room, as_usual);

    for (unsigned i = 1; i < per_user(bench); i++)
        admit(bench, ALICE);
    expect_kept_out(dial_as(bench, ALICE, GOOD_TOKEN));
    expect_told(bob, room, speak(alice, room));
}

SPEC(senders_are_forgotten_behind_their_second, MUST, REQUIREMENTS("RATE-02"),
     "What is counted of a user's messages is forgotten when their second has "
     "passed.",
     "Give each counter a time to live.")
{
    struct peer *alice = admit(bench, ALICE);

    expect_sender_tracked(alice, WISH(ROOM_JOIN, make_room(alice, PUBLIC)));
    elapse_rate(bench);
    expect_sender_forgotten(alice);
}

/* --- Configured ----------------------------------------------------------- */

SPEC(configured_rate_of_messages_holds, MUST, REQUIREMENTS("CFG-02"),
     "An instance configured with fewer messages for a user refuses the next "
     "one there.",
     "Read the limit from the configuration where you compare.")
{
    struct peer *alice = admit_with(bench, ALICE, GOOD_TOKEN, tight);
    const char *room = meet(alice);
    struct peer *bob = guest_of(bench, BOB, room, tight);
    unsigned allowed = tight_messages(bench);

    expect_told_as_allowed(bench,
                           burst((struct flood){ .speakers = &alice,
                                                 .count = 1,
                                                 .room = room,
                                                 .listener = bob,
                                                 .each = 2 * allowed,
                                                 .allowed = allowed }),
                           allowed);
}

SPEC(configured_connections_of_a_user_hold, MUST, REQUIREMENTS("CFG-02"),
     "An instance configured with fewer connections for a user refuses the "
     "next one there.",
     "Read the limit from the configuration where you compare.")
{
    for (unsigned i = 0; i < tight_per_user(bench); i++)
        expect_admitted(dial(bench, ALICE, GOOD_TOKEN, tight));
    expect_refused(dial(bench, ALICE, GOOD_TOKEN, tight), CAUSE_PER_USER);
    expect_admitted(dial(bench, BOB, GOOD_TOKEN, tight));
}

/* Three speakers have more messages than a room, together. */
static struct burst crowd(struct bench *bench, const char *room,
                          struct peer *alice)
{
    struct peer *speakers[] = { alice, guest_of(bench, BOB, room, tight),
                                guest_of(bench, CAROL, room, tight) };
    struct peer *dave = guest_of(bench, DAVE, room, tight);

    return burst((struct flood){ .speakers = speakers,
                                 .count = 3,
                                 .room = room,
                                 .listener = dave,
                                 .each = tight_messages(bench),
                                 .allowed = tight_room_messages(bench) });
}

SPEC(room_takes_as_many_messages_as_agreed, MAY, REQUIREMENTS("RATE-11"),
     "Several users together say no more into a room within a second than it "
     "may have, and each message beyond is answered by an error.",
     "Count by the room as well as by the user.")
{
    struct peer *alice = admit_with(bench, ALICE, GOOD_TOKEN, tight);
    struct burst burst = crowd(bench, meet(alice), alice);

    expect_told_as_allowed(bench, burst, tight_room_messages(bench));
    expect_each_refused(bench, burst);
}

SPEC(busy_room_takes_nothing_from_a_quiet_one, MAY, REQUIREMENTS("RATE-11"),
     "Where a room's messages are used up, another room takes its own.",
     "Count by the room, and by each room apart.")
{
    struct peer *alice = admit_with(bench, ALICE, GOOD_TOKEN, tight);
    struct peer *owner = admit_with(bench, OWNER, GOOD_TOKEN, tight);
    const char *quiet = meet(owner);
    struct peer *manager = guest_of(bench, MANAGER, quiet, tight);

    crowd(bench, meet(alice), alice);
    expect_told(manager, quiet, speak(owner, quiet));
}

SPEC(busy_room_is_served_again_in_the_next_second, MAY,
     REQUIREMENTS("RATE-11 RATE-02"),
     "A room whose messages are used up takes others in the next second, "
     "though its members went on to send meanwhile.",
     "Let the counter expire with its window; what is refused sets no new one.")
{
    struct peer *alice = admit_with(bench, ALICE, GOOD_TOKEN, tight);
    struct peer *owner = admit_with(bench, OWNER, GOOD_TOKEN, tight);
    const char *room = meet(alice);

    arrange(owner, WISH(ROOM_JOIN, room));
    crowd(bench, room, alice);
    elapse_half_rate(bench);
    speak(owner, room);
    elapse_half_rate(bench);
    expect_told(owner, room, speak(alice, room));
}

SPEC(outsiders_use_up_no_room, MAY, REQUIREMENTS("RATE-11 ROOM-15"),
     "What outsiders say into a room is refused, and takes nothing from its "
     "members.",
     "Ask for the right of the sender before you count for the room.")
{
    static const enum identity outside[] = { BOB, CAROL, DAVE, MANAGER };
    struct peer *alice = admit_with(bench, ALICE, GOOD_TOKEN, tight);
    const char *room = meet(alice);

    for (size_t i = 0; i < sizeof(outside) / sizeof(*outside); i++) {
        struct peer *peer = admit_with(bench, outside[i], GOOD_TOKEN, tight);

        for (unsigned j = 0; j < tight_messages(bench); j++)
            speak(peer, room);
    }
    expect_told(alice, room, speak(alice, room));
}

SPEC(message_beyond_the_rate_is_in_no_history, MUST,
     REQUIREMENTS("ROOM-23 RATE-11"),
     "A message that the rate of its room refuses is not in the history.",
     "Keep a message behind all its checks.")
{
    struct peer *alice = admit_with(bench, ALICE, GOOD_TOKEN, tight);
    const char *room = meet(alice);

    crowd(bench, room, alice);
    elapse_rate(bench);
    expect_kept_what_was_told(alice, room);
}
