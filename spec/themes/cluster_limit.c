/* The limits of a service on several nodes are those of one. */
#include "bench.h"
#include "spec.h"

#include <stdio.h>

enum { PLACES = 3, CROWD = 12, BURST = 50 };

static struct manner at(enum site site)
{
    return (struct manner){ .at = site };
}

/* Round and round, from the first. */
static enum site nth(unsigned number)
{
    return (enum site)((unsigned)FIRST_NODE + number);
}

static struct peer *here(struct bench *bench, enum identity who, enum site site)
{
    return admit_at(bench, who, GOOD_TOKEN, site);
}

/* Of one who is inside of it. */
static struct peer *guest_at(struct bench *bench, enum identity who,
                             const char *room, enum site site)
{
    struct peer *guest = here(bench, who, site);

    expect_granted(guest, WISH(ROOM_JOIN, room));
    return guest;
}

/* A user of this number, as JSON. */
static const char *someone(struct bench *bench, unsigned number)
{
    char pattern[32];

    snprintf(pattern, sizeof(pattern), "\"{}-%u\"", number);
    return woven(bench, pattern, user_id(bench, ALICE));
}

/* As many as the user may have, at one node after the other; the last. */
static struct peer *fill_around(struct bench *bench, enum identity who)
{
    struct peer *last = NULL;

    for (unsigned i = 0; i < per_user(bench); i++) {
        last = redial(bench, who, GOOD_TOKEN, at(nth(i)));
        expect_admitted(last);
    }
    return last;
}

static void expect_full_everywhere(struct bench *bench, enum identity who)
{
    for (unsigned i = 0; i < nodes(bench); i++)
        expect_refused(dial(bench, who, GOOD_TOKEN, at(nth(i))),
                       CAUSE_PER_USER);
}

SPEC(places_of_a_user_add_up_across_nodes, MUST,
     REQUIREMENTS("RX-04 ISO-08 CONN-01"),
     "A user has as many connections as agreed at all nodes together, and the "
     "next is refused at each of them.",
     "Count where all nodes look: a counter in each multiplies the limit by "
     "the number of nodes.")
{
    fill_around(bench, ALICE);
    expect_full_everywhere(bench, ALICE);
    expect_admitted(here(bench, BOB, SECOND_NODE));
}

SPEC(place_that_is_given_up_at_a_node_is_free_at_each, MUST,
     REQUIREMENTS("RX-04 CONN-02"),
     "A place that a user gives up at one node is free at another, and one "
     "place alone.",
     "Take back at the end of a connection what its beginning has counted, in "
     "the same place.")
{
    struct peer *last = fill_around(bench, ALICE);

    expect_full_everywhere(bench, ALICE);
    hang_up(last);
    fence(bench);
    expect_admitted(redial(bench, ALICE, GOOD_TOKEN, at(nth(per_user(bench)))));
    expect_full_everywhere(bench, ALICE);
}

/* So many attempts of our first other address, by turns, none of which gets
 * in. The last ones of each burst are waited for: no node has many strangers.
 */
static void spend_around(struct bench *bench, unsigned count)
{
    begin_attempts(bench);
    for (unsigned i = 1; i <= count; i++) {
        struct manner there = { .source = 1, .at = nth(i) };
        struct peer *bad = dial(bench, BOB, TOKEN(.literal = "a.b.c"), there);

        if (i % BURST == 0 || i % BURST > BURST - nodes(bench) ||
            i + nodes(bench) > count)
            expect_kept_out(bad);
    }
}

SPEC(attempts_of_an_address_add_up_across_nodes, MUST,
     REQUIREMENTS("RATE-09 RATE-01"),
     "An address has as many attempts as agreed at all nodes together: the "
     "last is admitted, and the next is refused at each of them.",
     "Keep the counters of addresses in the store that the nodes share.")
{
    spend_around(bench, attempts(bench) - 1);
    expect_admitted(dial(bench, ALICE, GOOD_TOKEN,
                         (struct manner){ .source = 1, .at = SECOND_NODE }));
    for (unsigned i = 0; i < nodes(bench); i++)
        expect_refused(dial(bench, ALICE, GOOD_TOKEN,
                            (struct manner){ .source = 1, .at = nth(i) }),
                       CAUSE_ATTEMPTS);
}

SPEC(messages_of_a_user_add_up_across_nodes, MUST,
     REQUIREMENTS("RATE-09 RATE-08"),
     "A user with a connection at each of two nodes has no more messages than "
     "with one.",
     "Keep the counters of messages in the store that the nodes share.")
{
    struct peer *alice = here(bench, ALICE, FIRST_NODE);
    const char *room = own_room(alice, PUBLIC);
    struct peer *both[] = { alice, guest_at(bench, ALICE, room, SECOND_NODE) };
    struct peer *bob = guest_at(bench, BOB, room, THIRD_NODE);
    unsigned allowed = messages_allowed(bench);

    expect_told_as_allowed(bench,
                           burst((struct flood){ .speakers = both,
                                                 .count = 2,
                                                 .room = room,
                                                 .listener = bob,
                                                 .each = allowed,
                                                 .allowed = allowed }),
                           allowed);
}

SPEC(last_place_of_a_room_is_given_once_across_nodes, MUST,
     REQUIREMENTS("ROOM-17 ROOM-22"),
     "Of many who join a room at once at several nodes, exactly as many get in "
     "as it has places.",
     "Check and add in one atomic step in the store that the nodes share.")
{
    struct peer *owner = here(bench, OWNER, FIRST_NODE);
    const char *room = fresh_room(bench);
    struct peer *crowd[CROWD];

    arrange(owner,
            WISH(ROOM_CREATE, room, .permission = PUBLIC, .size = PLACES));
    for (unsigned i = 0; i < nodes(bench); i++) {
        struct peer *visitor = admit_at(
            bench, ALICE, TOKEN(.sub = someone(bench, CROWD + i)), nth(i));

        expect_granted(visitor, WISH(ROOM_JOIN, room));
        arrange(visitor, WISH(ROOM_LEAVE, room));
    }
    for (unsigned i = 0; i < CROWD; i++)
        crowd[i] =
            admit_at(bench, ALICE, TOKEN(.sub = someone(bench, i)), nth(i));
    expect_exactly_inside(crowd, CROWD, room, PLACES);
}
