/* CONN: how many connections a user may have, and when a place is free. */
#include "bench.h"
#include "spec.h"

enum {
    STORM = 45, /* so many more than a user may have */
    STORM_MAX = 200,
    CYCLES = 25, /* of each of two ways to end */
    FORGERIES = 20,
    CROWD = 4,
    EACH = 15, /* the same */
    EACH_MAX = 60
};

/* `more` than a user may have, where that is not too many to be dialled. */
static unsigned beyond(struct bench *bench, unsigned more, unsigned most)
{
    unsigned wanted = per_user(bench) + more;

    return wanted < most ? wanted : most;
}

/* As many connections as the user may have: the last of them. */
static struct peer *fill(struct bench *bench, enum identity who)
{
    struct peer *last = NULL;

    for (unsigned i = 0; i < per_user(bench); i++) {
        last = redial(bench, who, GOOD_TOKEN, (struct manner){ .early = NULL });
        expect_admitted(last);
    }
    return last;
}

/* One more, on each endpoint in turn. */
static struct peer *dial_at(struct bench *bench, enum identity who,
                            unsigned turn)
{
    return redial(
        bench, who, GOOD_TOKEN,
        (struct manner){ .endpoint = (enum entrance)(turn % ENDPOINTS) });
}

/* Not a place is lost, and not one too many gained. */
static void expect_all_places(struct bench *bench, enum identity who)
{
    fence(bench);
    expect_admitted(fill(bench, who));
    expect_refused(dial_as(bench, who, GOOD_TOKEN), CAUSE_PER_USER);
}

SPEC(connection_beyond_the_limit_of_its_user_is_refused, MUST,
     REQUIREMENTS("ISO-08 CONN-01 CLOSE-07"),
     "A user gets as many connections as agreed, and the next is refused with "
     "the agreed code and reason.",
     "Count the connections of a user, and refuse the newest.")
{
    expect_admitted(fill(bench, ALICE));
    expect_refused(dial_as(bench, ALICE, GOOD_TOKEN), CAUSE_PER_USER);
}

SPEC(connections_within_the_limit_work_on, MUST, REQUIREMENTS("ISO-08 CONN-01"),
     "The connections within a user's limit keep receiving when one more is "
     "refused.",
     "Refuse the newest; never close an older one for it.")
{
    struct peer *first = admit(bench, ALICE);
    struct peer *last = first;
    unsigned from;

    for (unsigned i = 1; i < per_user(bench); i++)
        last = admit(bench, ALICE);
    from = publish(bench);
    expect_kept_out(dial_as(bench, ALICE, GOOD_TOKEN));
    publish(bench);
    expect_received_in_order(first, from, from + 1);
    expect_received_in_order(last, from, from + 1);
}

SPEC(limit_of_a_user_concerns_nobody_else, MUST, REQUIREMENTS("ISO-08 CONN-01"),
     "A user whose limit is reached takes no place from another user.",
     "Count by user, not in all.")
{
    fill(bench, ALICE);
    expect_kept_out(dial_as(bench, ALICE, GOOD_TOKEN));
    expect_admitted(fill(bench, BOB));
}

SPEC(limit_of_a_user_holds_against_a_race, MUST,
     REQUIREMENTS("ISO-08 CONN-07 RC-01"),
     "Of many simultaneous connections of one user, exactly as many as agreed "
     "are admitted.",
     "Check and count in one step, with no await between.")
{
    struct peer *peers[STORM_MAX];
    unsigned storm = beyond(bench, STORM, STORM_MAX);

    for (unsigned i = 0; i < storm; i++)
        peers[i] = dial_as(bench, ALICE, GOOD_TOKEN);
    expect_exactly_admitted(peers, storm, per_user(bench), CAUSE_PER_USER);
}

SPEC(limits_stay_exact_under_load, SHOULD, REQUIREMENTS("OPS-03 CONN-07 RC-01"),
     "While many users connect at once and broadcasts go on, each gets exactly "
     "the agreed number of connections.",
     "Keep one count for each user, and lose no increment.")
{
    struct peer *peers[CROWD][EACH_MAX];
    unsigned each = beyond(bench, EACH, EACH_MAX);

    for (unsigned i = 0; i < each; i++)
        for (unsigned user = 0; user < CROWD; user++) {
            peers[user][i] =
                dial_as(bench, (enum identity)(ALICE + user), GOOD_TOKEN);
            publish(bench);
        }
    for (unsigned user = 0; user < CROWD; user++)
        expect_exactly_admitted(peers[user], each, per_user(bench),
                                CAUSE_PER_USER);
}

SPEC(place_is_free_when_its_connection_closes, MUST,
     REQUIREMENTS("ISO-09 CONN-02"),
     "The place of a connection that closes is free for the next, however "
     "often, on each endpoint.",
     "Give the place back in a finally block, once.")
{
    struct peer *last = fill(bench, OWNER);

    for (unsigned i = 0; i < CYCLES; i++) {
        hang_up(last);
        fence(bench);
        last = dial_at(bench, OWNER, i);
        expect_admitted(last);
    }
    expect_kept_out(dial_as(bench, OWNER, GOOD_TOKEN));
}

SPEC(place_is_free_when_its_connection_dies, MUST,
     REQUIREMENTS("ISO-09 CONN-02"),
     "The place of a connection whose TCP dies is free for the next, however "
     "often, on each endpoint.",
     "Give the place back whatever the way the connection ended: an exception "
     "is one of them.")
{
    struct peer *last = fill(bench, OWNER);

    for (unsigned i = 0; i < CYCLES; i++) {
        vanish(last);
        fence(bench);
        last = dial_at(bench, OWNER, i);
        expect_admitted(last);
    }
    expect_kept_out(dial_as(bench, OWNER, GOOD_TOKEN));
}

SPEC(place_is_free_when_its_token_expires, MUST, REQUIREMENTS("ISO-09 CONN-02"),
     "The place of a connection that the service ends for its expired token is "
     "free for the next.",
     "Give the place back also where you close a connection yourself.")
{
    struct peer *brief = admit_with(bench, ALICE, TOKEN(.expires_in_s = 2),
                                    (struct manner){ .early = NULL });

    for (unsigned i = 1; i < per_user(bench); i++)
        admit(bench, ALICE);
    wait_for_expiry(brief);
    expect_closed_for(brief, CAUSE_EXPIRED_LIVE);
    fence(bench);
    expect_admitted(dial_at(bench, ALICE, MAIN));
    expect_kept_out(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(place_is_free_when_its_token_is_revoked, MUST,
     REQUIREMENTS("ISO-09 CONN-02"),
     "The place of a connection whose token is revoked is free for the next.",
     "Give the place back also where an operator ends the connection.")
{
    struct peer *member = admit(bench, ALICE);

    revoke(member);
    expect_closed_for(member, CAUSE_EXPIRED_LIVE);
    expect_all_places(bench, ALICE);
}

SPEC(place_is_free_when_its_right_is_withdrawn, MUST, REQUIREMENTS("CONN-02"),
     "The place of a connection that ends with the right to it is free for the "
     "next.",
     "Give the place back where you look at the rights again.")
{
    struct manner there = { .endpoint = MANAGEMENT };
    struct peer *member = admit_with(bench, MANAGER, GOOD_TOKEN, there);

    give_role(bench, MANAGER, "cashier");
    expect_closed_for(member, CAUSE_WITHDRAWN);
    expect_all_places(bench, MANAGER);
}

SPEC(place_is_free_when_a_message_was_too_big, MUST,
     REQUIREMENTS("ISO-09 CONN-02"),
     "The place of a connection that ends with a message that is too big is "
     "free for the next, on each endpoint.",
     "Give the place back whatever ended the connection, the library included.")
{
    for (unsigned turn = 0; turn < ENDPOINTS; turn++) {
        struct peer *member = dial_at(bench, OWNER, turn);

        expect_admitted(member);
        say_at_length(member, message_bytes(bench) + 1, 1);
        expect_closed_for(member, CAUSE_TOO_BIG);
        fence(bench);
    }
    expect_all_places(bench, OWNER);
}

SPEC(place_is_free_when_a_frame_was_illegal, MUST,
     REQUIREMENTS("ISO-09 CONN-02"),
     "The place of a connection that ends with an illegal frame is free for "
     "the next, on each endpoint.",
     "Give the place back whatever ended the connection, the library included.")
{
    static const unsigned char unmasked_ping[] = { 0x89, 0 };

    for (unsigned turn = 0; turn < ENDPOINTS; turn++) {
        struct peer *member = dial_at(bench, OWNER, turn);

        expect_admitted(member);
        say_raw(member, unmasked_ping, sizeof(unmasked_ping));
        expect_closed_for(member, CAUSE_ILLEGAL);
        fence(bench);
    }
    expect_all_places(bench, OWNER);
}

SPEC(refused_connection_gives_no_place_back, MUST,
     REQUIREMENTS("CONN-02 ISO-08"),
     "A connection that was refused for its user's limit frees no place when "
     "it ends.",
     "Give back only what was taken.")
{
    fill(bench, ALICE);
    for (unsigned i = 0; i < FORGERIES; i++)
        expect_kept_out(dial_as(bench, ALICE, GOOD_TOKEN));
    fence(bench);
    expect_refused(dial_as(bench, ALICE, GOOD_TOKEN), CAUSE_PER_USER);
}

SPEC(forged_token_takes_no_place_of_its_victim, MUST,
     REQUIREMENTS("CONN-04 ISO-11"),
     "Connections with forged tokens of a user take none of that user's "
     "places.",
     "Count by the verified user, behind the check.")
{
    for (unsigned i = 0; i < FORGERIES; i++)
        dial(bench, ALICE, TOKEN(.signing = SIGNED_WITH_OTHER_KEY),
             (struct manner){ .never_closes = true });
    fence(bench);
    expect_admitted(fill(bench, ALICE));
}

SPEC(claimed_user_takes_no_place_of_its_victim, MUST, REQUIREMENTS("CONN-04"),
     "Connections that merely name a user take none of that user's places.",
     "Count by the verified user, never by a claimed id.")
{
    const char *alice = woven(bench, "\"{}\"", user_id(bench, ALICE));
    struct manner lying = { .claims = alice, .never_closes = true };

    for (unsigned i = 0; i < FORGERIES; i++)
        dial(bench, BOB, GOOD_TOKEN, lying);
    fence(bench);
    expect_admitted(fill(bench, ALICE));
}

SPEC(waiting_connection_takes_no_place_of_a_user, MUST, REQUIREMENTS("CONN-04"),
     "Connections that have yet to authenticate take no place of a user.",
     "Count strangers by address, and users behind the check.")
{
    for (unsigned i = 0; i < FORGERIES; i++)
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .silent = true });
    expect_admitted(fill(bench, ALICE));
}

SPEC(all_endpoints_count_towards_one_limit, MUST, REQUIREMENTS("CONN-08"),
     "The connections of a user on all endpoints count together.",
     "Keep one registry for all endpoints.")
{
    for (unsigned i = 0; i < per_user(bench); i++)
        admit_with(
            bench, OWNER, GOOD_TOKEN,
            (struct manner){ .endpoint = (enum entrance)(i % ENDPOINTS) });
    for (unsigned endpoint = 0; endpoint < ENDPOINTS; endpoint++)
        expect_refused(
            dial(bench, OWNER, GOOD_TOKEN,
                 (struct manner){ .endpoint = (enum entrance)endpoint }),
            CAUSE_PER_USER);
}

SPEC(all_carriers_count_towards_one_limit, MUST, REQUIREMENTS("ISO-08"),
     "The connections of a user by all carriers count together.",
     "Count the verified user, whatever brought the token.")
{
    for (unsigned i = 0; i < per_user(bench); i++)
        admit_with(bench, ALICE, TOKEN(.carrier = i % carriers(bench)),
                   (struct manner){ .early = NULL });
    for (unsigned carrier = 0; carrier < carriers(bench); carrier++)
        expect_refused(dial_as(bench, ALICE, TOKEN(.carrier = carrier)),
                       CAUSE_PER_USER);
}

SPEC(all_addresses_count_towards_one_limit, MUST, REQUIREMENTS("CONN-01"),
     "The connections of a user from all addresses count together.",
     "Count by user; the address has a limit of its own.")
{
    struct manner elsewhere = { .source = 1 };

    fill(bench, ALICE);
    expect_refused(dial(bench, ALICE, GOOD_TOKEN, elsewhere), CAUSE_PER_USER);
    expect_admitted(dial(bench, BOB, GOOD_TOKEN, elsewhere));
}

SPEC(users_that_have_left_are_forgotten, MUST, REQUIREMENTS("CONN-05"),
     "The table of users holds an entry for each user with a connection, and "
     "none for those that have left.",
     "Delete the key with the last connection; a table of empty sets only "
     "grows.")
{
    struct peer *alice;

    note_metrics(bench);
    alice = admit(bench, ALICE);
    expect_metric(bench, "tracked_users", 1);
    hang_up(admit(bench, BOB));
    vanish(admit(bench, CAROL));
    hang_up(alice);
    fence(bench);
    expect_metric(bench, "tracked_users", 0);
}

SPEC(refused_users_are_not_tracked, MUST, REQUIREMENTS("CONN-05"),
     "The table of users holds no entry for those that were refused, whatever "
     "they claimed.",
     "Make an entry behind the check, for the verified user.")
{
    note_metrics(bench);
    for (unsigned i = 0; i < FORGERIES; i++)
        expect_kept_out(dial_as(
            bench, GHOST,
            TOKEN(.sub = woven(bench, "\"{}\"", claimed_address(bench, i)),
                  .signing = SIGNED_WITH_OTHER_KEY)));
    fence(bench);
    expect_metric(bench, "tracked_users", 0);
}
