/* What a service does when its store or one of its nodes fails: it refuses,
 * loses nothing that it has acknowledged, and recovers by itself. */
#include "bench.h"
#include "spec.h"

enum {
    DEATH_MS = 4000, /* until the others take a node for dead */
    TEXTS = 10,
    BURST = 50,
};

static enum site nth(unsigned number)
{
    return (enum site)((unsigned)FIRST_NODE + number);
}

static struct peer *member_at(struct bench *bench, enum identity who,
                              const char *room, enum site site)
{
    struct peer *member = admit_at(bench, who, GOOD_TOKEN, site);

    expect_granted(member, WISH(ROOM_JOIN, room));
    return member;
}

static void expect_all_well_again(struct bench *bench)
{
    end_outage(bench);
    for (unsigned i = 0; i < nodes(bench); i++)
        hang_up(expect_served_again(bench, DAVE, nth(i)));
}

/* Neither who is in nor who comes is served while it lasts. */
static void expect_nobody_served(struct bench *bench, enum outage outage)
{
    struct peer *alice = admit_at(bench, ALICE, GOOD_TOKEN, FIRST_NODE);
    const char *room = make_room(alice, PUBLIC);
    struct peer *bob = member_at(bench, BOB, room, SECOND_NODE);

    arrange(alice, WISH(ROOM_JOIN, room));
    begin_outage(bench, outage);
    expect_turned_away(alice, WISH(ROOM_PUBLISH, room, .text = "lost"));
    expect_turned_away(bob, WISH(ROOM_LEAVE, room));
    for (unsigned i = 0; i < nodes(bench); i++)
        expect_refused(
            dial(bench, CAROL, GOOD_TOKEN, (struct manner){ .at = nth(i) }),
            CAUSE_UNAVAILABLE);
    expect_not_heard(bob, "lost");
    expect_all_well_again(bench);
}

SPEC(stopped_store_lets_nobody_in, MUST, REQUIREMENTS("RATE-12 PA-10"),
     "While the store is gone members are turned away and newcomers refused, "
     "at every node; when it is back, so is the service, by itself.",
     "Refuse what you cannot count; go on trying to reach the store.")
{
    expect_nobody_served(bench, STORE_STOPPED);
}

SPEC(frozen_store_lets_nobody_in, MUST, REQUIREMENTS("RATE-12 PA-10"),
     "A store that does not answer is as good as none, within the time that an "
     "answer may take.",
     "Put a deadline on every question to the store.")
{
    expect_nobody_served(bench, STORE_FROZEN);
}

SPEC(full_store_loses_nothing_acknowledged, MUST, REQUIREMENTS("RATE-12 PA-10"),
     "While the store takes nothing more, nothing is granted and nothing told; "
     "when it does again, the service is there again, by itself.",
     "Acknowledge what the store has taken, not what you have sent to it.")
{
    expect_nobody_served(bench, STORE_FULL);
}

SPEC(store_that_comes_back_counts_no_ghosts, MUST,
     REQUIREMENTS("RATE-12 RX-04"),
     "Who was turned away when the store went has all places again when it is "
     "back.",
     "Count connections with those who hold them; bury with a node what it "
     "held.")
{
    for (unsigned i = 0; i < per_user(bench); i++)
        admit_at(bench, ALICE, GOOD_TOKEN, nth(i));
    begin_outage(bench, STORE_STOPPED);
    elapse(bench, 0);
    end_outage(bench);
    for (unsigned i = 0; i < per_user(bench); i++)
        expect_served_again(bench, ALICE, nth(i));
    expect_refused(dial_as(bench, ALICE, GOOD_TOKEN), CAUSE_PER_USER);
}

SPEC(slow_store_is_waited_for, MUST, REQUIREMENTS("RATE-12 ROOM-15"),
     "While the store takes its time, what is said comes late, once and in "
     "order, and nobody is turned away.",
     "Wait for the store as long as an answer may take, and do nothing twice.")
{
    struct peer *alice = admit_at(bench, ALICE, GOOD_TOKEN, FIRST_NODE);
    const char *room = make_room(alice, PUBLIC);
    struct peer *bob = member_at(bench, BOB, room, SECOND_NODE);

    arrange(alice, WISH(ROOM_JOIN, room));
    begin_outage(bench, STORE_SLOW);
    unsigned first = speak_often(alice, room, TEXTS);
    expect_told_in_order(bob, room, first, TEXTS);
    end_outage(bench);
    expect_admitted(alice);
    expect_admitted(bob);
}

static const struct manner other = { .source = 1, .at = FIRST_NODE };

/* All attempts of our other address, none of which gets in. */
static void use_attempts_up(struct bench *bench)
{
    begin_attempts(bench);
    for (unsigned i = 1; i <= attempts(bench); i++) {
        struct peer *bad = dial(bench, BOB, TOKEN(.literal = "a.b.c"), other);

        if (i % BURST == 0 || i == attempts(bench))
            expect_kept_out(bad);
    }
    expect_refused(dial(bench, ALICE, GOOD_TOKEN, other), CAUSE_ATTEMPTS);
}

SPEC(used_up_attempts_outlive_a_node, MUST, REQUIREMENTS("RATE-09"),
     "An address that has used up its attempts has none at a node that has "
     "begun anew within the window.",
     "Keep the counters outside of the process.")
{
    struct manner there = { .source = 1, .at = last_node(bench) };

    use_attempts_up(bench);
    begin_outage(bench, NODE_KILLED);
    end_outage(bench);
    expect_served_again(bench, CAROL, last_node(bench));
    expect_refused(dial(bench, ALICE, GOOD_TOKEN, there), CAUSE_ATTEMPTS);
}

SPEC(revocation_outlives_a_node, MUST, REQUIREMENTS("SL-09"),
     "A token that is revoked is refused by a node that has begun anew.",
     "Keep what is revoked outside of the process, until it expires.")
{
    struct peer *alice = admit_at(bench, ALICE, GOOD_TOKEN, FIRST_NODE);
    struct token same = { .same_as = alice };
    struct manner there = { .at = last_node(bench) };

    revoke(alice);
    expect_closed_for(alice, CAUSE_EXPIRED_LIVE);
    begin_outage(bench, NODE_KILLED);
    end_outage(bench);
    expect_served_again(bench, CAROL, last_node(bench));
    expect_refused(dial(bench, ALICE, same, there), CAUSE_INVALID);
}

SPEC(users_of_a_dead_node_are_no_ghosts, MUST,
     REQUIREMENTS("PRES-10 PRES-04 RX-04"),
     "When a node dies, those who were there leave their rooms, once for all "
     "who remain, and the others go on; when it is back, it serves again.",
     "Let nodes be heard of, and bury with one what it held.")
{
    struct peer *alice = admit_at(bench, ALICE, GOOD_TOKEN, FIRST_NODE);
    const char *room = make_room(alice, PUBLIC);
    struct peer *bob = member_at(bench, BOB, room, last_node(bench));

    arrange(alice, WISH(ROOM_JOIN, room));
    expect_told(bob, room, speak(alice, room));
    begin_outage(bench, NODE_KILLED);
    elapse(bench, DEATH_MS);
    expect_told_left(alice, BOB, room, 1);
    bob = expect_served_again(bench, BOB, FIRST_NODE);
    expect_granted(bob, WISH(ROOM_JOIN, room));
    expect_told(alice, room, speak(bob, room));
    end_outage(bench);
    expect_served_again(bench, CAROL, last_node(bench));
}

SPEC(acknowledged_message_outlives_its_node, MUST,
     REQUIREMENTS("ROOM-23 PRES-10"),
     "A message that was acknowledged at a node is in the history of its room "
     "at the others, though that node dies at once.",
     "Acknowledge what all have, or what the store holds.")
{
    struct peer *alice = admit_at(bench, ALICE, GOOD_TOKEN, FIRST_NODE);
    const char *room = make_room(alice, PUBLIC);
    struct peer *bob = member_at(bench, BOB, room, last_node(bench));
    struct line said = { .who = BOB };

    arrange(alice, WISH(ROOM_JOIN, room));
    said.text = speak_for_good(bob, room);
    begin_outage(bench, NODE_KILLED);
    expect_history(alice, room, &said, 1);
    end_outage(bench);
    expect_served_again(bench, CAROL, last_node(bench));
}
