/* A service on several nodes keeps each promise that it keeps on one.
 * The rest of the catalogue is spread over the nodes as well; here it is said
 * who is where. */
#include "bench.h"
#include "spec.h"

enum { PLACES = 3, TEXTS = 20 };

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

/* --- Rooms ---------------------------------------------------------------- */

SPEC(broadcast_reaches_the_members_of_every_node, MUST,
     REQUIREMENTS("DATA-02 ERR-09"),
     "What is published reaches each member once, in order, at whichever node "
     "it is.",
     "Let the nodes tell each other, or read from where all can.")
{
    struct peer *members[PLACES];
    unsigned first;

    for (unsigned i = 0; i < PLACES; i++)
        members[i] = here(bench, (enum identity)(ALICE + i), nth(i));
    first = publish(bench);
    publish(bench);
    publish(bench);
    for (unsigned i = 1; i <= PLACES; i++)
        expect_received_in_order(members[i % PLACES], first, first + 2);
}

SPEC(room_is_heard_across_nodes_once_and_in_order, MUST,
     REQUIREMENTS("ROOM-15 ROOM-22"),
     "What a member says at one node its room hears at every node, each text "
     "once, in the order in which that one spoke.",
     "One order for the texts of a room: a queue of each node is none.")
{
    struct peer *alice = here(bench, ALICE, FIRST_NODE);
    const char *room = own_room(alice, PUBLIC);
    struct peer *bob = guest_at(bench, BOB, room, SECOND_NODE);
    struct peer *carol = guest_at(bench, CAROL, room, THIRD_NODE);
    unsigned first = speak_often(alice, room, TEXTS);

    expect_told_in_order(bob, room, first, TEXTS);
    expect_told_in_order(carol, room, first, TEXTS);
    first = speak_often(carol, room, TEXTS);
    expect_told_in_order(alice, room, first, TEXTS);
    expect_told_in_order(bob, room, first, TEXTS);
}

SPEC(rooms_stay_apart_across_nodes, MUST, REQUIREMENTS("ROOM-15 ISO-01"),
     "What is said in a closed room at one node nobody hears at another who is "
     "not inside, be he in another room or the speaker's neighbour.",
     "Send by the members of the room, at each node.")
{
    struct peer *alice = here(bench, ALICE, FIRST_NODE);
    const char *room = own_room(alice, PRIVATE);
    struct peer *carol = here(bench, CAROL, SECOND_NODE);
    struct peer *dave = here(bench, DAVE, THIRD_NODE);
    struct peer *bob;

    own_room(carol, PUBLIC);
    arrange(alice, WISH(ROOM_INVITE, room, .user = user_id(bench, BOB)));
    bob = guest_at(bench, BOB, room, SECOND_NODE);
    expect_denied(carol, WISH(ROOM_JOIN, room));
    expect_denied(dave, WISH(ROOM_JOIN, room));
    const char *text = speak(alice, room);

    expect_told(bob, room, text);
    fence(bench);
    expect_not_heard(carol, text);
    expect_not_heard(dave, text);
}

SPEC(changed_rules_hold_at_every_node, MUST, REQUIREMENTS("ROOM-09"),
     "Rules that are changed at one node hold for the next join at each other, "
     "and are told there as they are.",
     "Ask the store that the nodes share; keep no copy of rules in a node.")
{
    struct peer *alice = here(bench, ALICE, FIRST_NODE);
    struct peer *bob = here(bench, BOB, SECOND_NODE);
    struct peer *carol = here(bench, CAROL, THIRD_NODE);
    const char *room = own_room(alice, PUBLIC);

    expect_granted(bob, WISH(ROOM_JOIN, room));
    arrange(bob, WISH(ROOM_LEAVE, room));
    expect_granted(alice, WISH(ROOM_UPDATE, room, .permission = PRIVATE));
    expect_denied(bob, WISH(ROOM_JOIN, room));
    expect_denied(carol, WISH(ROOM_JOIN, room));
    expect_granted(alice, WISH(ROOM_UPDATE, room, .permission = PUBLIC));
    expect_rules(carol, room, "PUBLIC", ALICE);
    expect_granted(carol, WISH(ROOM_JOIN, room));
}

SPEC(invitation_holds_at_every_node, MUST, REQUIREMENTS("ROOM-03 ROOM-09"),
     "An invitation that is given at one node admits at each other, until it "
     "is withdrawn.",
     "Keep the guests of a room where its rules are.")
{
    struct peer *alice = here(bench, ALICE, FIRST_NODE);
    struct peer *bob = here(bench, BOB, SECOND_NODE);
    const char *room = own_room(alice, PRIVATE);
    const char *guest = user_id(bench, BOB);

    expect_denied(bob, WISH(ROOM_JOIN, room));
    arrange(alice, WISH(ROOM_INVITE, room, .user = guest));
    expect_granted(bob, WISH(ROOM_JOIN, room));
    arrange(bob, WISH(ROOM_LEAVE, room));
    arrange(alice, WISH(ROOM_UNINVITE, room, .user = guest));
    expect_denied(bob, WISH(ROOM_JOIN, room));
    expect_denied(here(bench, BOB, THIRD_NODE), WISH(ROOM_JOIN, room));
}

SPEC(kick_reaches_every_node, MUST, REQUIREMENTS("ROOM-10 ROOM-14"),
     "Whom the owner puts out at one node hears nothing more of the room at "
     "another, and is not heard in it.",
     "Take the seat where all nodes look, not at the node that was asked.")
{
    struct peer *alice = here(bench, ALICE, FIRST_NODE);
    const char *room = own_room(alice, PUBLIC);
    struct peer *bob = guest_at(bench, BOB, room, SECOND_NODE);
    struct peer *carol = guest_at(bench, CAROL, room, THIRD_NODE);
    const char *text, *intrusion;

    expect_told(carol, room, speak(bob, room));
    expect_granted(alice, WISH(ROOM_KICK, room, .user = user_id(bench, BOB)));
    intrusion = speak(bob, room);
    text = speak(alice, room);
    expect_told(carol, room, text);
    fence(bench);
    expect_not_heard(bob, text);
    expect_not_heard(carol, intrusion);
}

SPEC(deleted_room_is_gone_at_every_node, MUST, REQUIREMENTS("ROOM-12"),
     "A room that is deleted at one node admits nobody at another, and its "
     "name is free there.",
     "Delete rules, members and guests where all nodes look, in one step.")
{
    struct peer *alice = here(bench, ALICE, FIRST_NODE);
    const char *room = own_room(alice, PUBLIC);
    struct peer *bob = guest_at(bench, BOB, room, SECOND_NODE);
    struct peer *carol = here(bench, CAROL, THIRD_NODE);

    expect_denied(carol, WISH(ROOM_CREATE, room, .permission = PRIVATE));
    expect_granted(alice, WISH(ROOM_DELETE, room));
    expect_denied(carol, WISH(ROOM_JOIN, room));
    expect_granted(carol, WISH(ROOM_CREATE, room, .permission = PRIVATE));
    arrange(carol, WISH(ROOM_JOIN, room));
    const char *text = speak(carol, room);

    fence(bench);
    expect_not_heard(bob, text);
}

/* --- Users ---------------------------------------------------------------- */

SPEC(presence_is_told_at_every_node, MUST,
     REQUIREMENTS("PRES-10 PRES-03 PRES-04"),
     "Those inside a room are told at each node of who comes and who goes at "
     "another, once.",
     "Tell the room, wherever its members are; the last connection is the "
     "last one anywhere.")
{
    struct peer *alice = here(bench, ALICE, FIRST_NODE);
    const char *room = own_room(alice, PUBLIC);
    struct peer *carol = guest_at(bench, CAROL, room, THIRD_NODE);
    struct peer *one = guest_at(bench, BOB, room, SECOND_NODE);
    struct peer *other = guest_at(bench, BOB, room, THIRD_NODE);

    expect_told_joined(alice, BOB, room, 1);
    expect_told_joined(carol, BOB, room, 1);
    hang_up(one);
    expect_told_left(alice, BOB, room, 0);
    hang_up(other);
    expect_told_left(alice, BOB, room, 1);
    expect_told_left(carol, BOB, room, 1);
}

SPEC(members_of_all_nodes_are_shown, MUST,
     REQUIREMENTS("PRES-10 ROOM-14 SESS-06"),
     "The members of a room are those who are inside at any node, and who has "
     "gone at any node is none.",
     "Keep one list, where all nodes look.")
{
    static const enum identity all[] = { ALICE, BOB, CAROL };
    struct peer *alice = here(bench, ALICE, FIRST_NODE);
    const char *room = own_room(alice, PUBLIC);
    struct peer *bob = guest_at(bench, BOB, room, SECOND_NODE);
    struct peer *carol = guest_at(bench, CAROL, room, THIRD_NODE);

    expect_members(bench, room, all, 3);
    vanish(carol);
    expect_members(bench, room, all, 2);
    arrange(bob, WISH(ROOM_LEAVE, room));
    expect_members(bench, room, all, 1);
}

SPEC(revocation_reaches_every_node, MUST, REQUIREMENTS("SL-09 SL-02"),
     "A token that is revoked ends its connections at every node, and is "
     "refused at each.",
     "Ask at each node for what is revoked, or tell every node; before the "
     "revocation is confirmed.")
{
    struct peer *members[PLACES];
    struct token same = { .same_as = NULL };

    members[0] = here(bench, ALICE, FIRST_NODE);
    same.same_as = members[0];
    for (unsigned i = 1; i < PLACES; i++)
        members[i] = admit_at(bench, ALICE, same, nth(i));
    revoke(members[0]);
    for (unsigned i = 0; i < PLACES; i++)
        expect_closed_for(members[i], CAUSE_EXPIRED_LIVE);
    for (unsigned i = 0; i < nodes(bench); i++)
        expect_refused(dial(bench, ALICE, same, at(nth(i))), CAUSE_INVALID);
    expect_admitted(here(bench, ALICE, SECOND_NODE));
}

SPEC(every_node_serves_the_user_of_a_token, MUST, REQUIREMENTS("SESS-06"),
     "The same token is good at every node, and each knows its user.",
     "Bind a session to the user and the token, not to a machine.")
{
    struct peer *first = here(bench, ALICE, FIRST_NODE);

    for (unsigned i = 1; i < nodes(bench); i++) {
        struct peer *next =
            redial(bench, ALICE, TOKEN(.same_as = first), at(nth(i)));

        expect_admitted(next);
        expect_identity(next, ALICE);
        hang_up(next);
    }
}

SPEC(store_holds_no_token, MUST, REQUIREMENTS("SESS-06"),
     "What the nodes put into the store that they share holds the users, and "
     "no piece of a token.",
     "Keep what a token says, and of the token itself nothing but its id.")
{
    struct peer *alice = here(bench, ALICE, FIRST_NODE);
    const char *room = own_room(alice, PUBLIC);

    guest_at(bench, BOB, room, SECOND_NODE);
    expect_store_without_tokens(bench, room);
}
