/* AUTHZ in a live connection: tenants apart, and rights that end. */
#include "bench.h"
#include "spec.h"

#define NO_ORDER "00000000-0000-4000-8000-000000000000"

/* `message` with the members of `head` before its own. */
static const char *headed(struct bench *bench, const char *head,
                          const char *message)
{
    return woven(bench, woven(bench, "{}{}", head), message + 1);
}

SPEC(event_of_a_restaurant_reaches_its_own, MUST, REQUIREMENTS("AUTHZ-10"),
     "What is published in a restaurant reaches its members on each endpoint.",
     "Keep one list of members for a restaurant, whatever the endpoint.")
{
    const char *text = canary(bench, "own");
    struct peer *kitchen =
        dial(bench, BOB, GOOD_TOKEN, (struct manner){ .endpoint = KITCHEN });
    struct peer *office = dial(bench, OWNER, GOOD_TOKEN,
                               (struct manner){ .endpoint = MANAGEMENT });
    struct peer *alice = admit(bench, ALICE);

    expect_welcome(kitchen);
    expect_welcome(office);
    say(alice, publication(bench, text));
    expect_reached(alice, text);
    expect_reached(kitchen, text);
    expect_reached(office, text);
}

SPEC(event_of_a_restaurant_reaches_no_other, MUST, REQUIREMENTS("AUTHZ-10"),
     "What is published in a restaurant reaches no member of another, not even "
     "the owner of the platform who is there.",
     "Address each event to one restaurant, and look at the member's own.")
{
    struct manner elsewhere = { .tenant = OTHER };
    const char *text = canary(bench, "private");
    struct peer *mallory = admit_with(bench, MALLORY, GOOD_TOKEN, elsewhere);
    struct peer *platform = admit_with(bench, PLATFORM, GOOD_TOKEN, elsewhere);
    struct peer *alice = admit(bench, ALICE);

    say(alice, publication(bench, text));
    expect_heard(alice, text);
    expect_received(mallory, publish_to(bench, OTHER));
    fence(bench);
    expect_not_heard(mallory, text);
    expect_not_heard(platform, text);
}

SPEC(message_cannot_address_another_restaurant, MUST, REQUIREMENTS("AUTHZ-10"),
     "A message that names another restaurant reaches nobody there, nor "
     "changes an order of theirs.",
     "Take the restaurant from the connection; read it from no message.")
{
    static const char *const heads[] = {
        "{\"restaurant_id\":\"{}\",", "{\"restaurant\":\"{}\",",
        "{\"tenant_id\":\"{}\",",     "{\"tenant\":\"{}\",",
        "{\"room\":\"{}\",",          "{\"to\":\"{}\",",
    };
    const char *text = canary(bench, "addressed");
    const char *theirs = order(bench, OTHER);
    const char *last =
        woven(bench, "\"{}\"", status(bench, statuses(bench) - 1));
    const char *change =
        status_change(bench, woven(bench, "\"{}\"", theirs), last, OMITTED);
    struct peer *mallory = admit_with(bench, MALLORY, GOOD_TOKEN,
                                      (struct manner){ .tenant = OTHER });
    struct peer *alice = admit(bench, ALICE);

    for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++) {
        const char *head = woven(bench, heads[i], tenant_id(bench, OTHER));

        say(alice, headed(bench, head, publication(bench, text)));
        say(alice, headed(bench, head, change));
    }
    say(alice, publication(bench, canary(bench, "plain")));
    expect_heard(alice, canary(bench, "plain"));
    fence(bench);
    expect_not_heard(mallory, text);
    expect_order(mallory, theirs, status(bench, 0));
}

SPEC(order_of_another_restaurant_does_not_exist, MUST,
     REQUIREMENTS("AUTHZ-10 VAL-01"),
     "An order of another restaurant cannot be changed, and is answered like "
     "one that does not exist.",
     "Look orders up by id and restaurant together.")
{
    const char *theirs = order(bench, OTHER);
    const char *id = woven(bench, "\"{}\"", theirs);
    const char *last =
        woven(bench, "\"{}\"", status(bench, statuses(bench) - 1));
    struct peer *alice = admit(bench, ALICE);
    struct peer *mallory = admit_with(bench, MALLORY, GOOD_TOKEN,
                                      (struct manner){ .tenant = OTHER });

    say(alice, status_change(bench, id, last, OMITTED));
    expect_exact_error(alice);
    expect_order(mallory, theirs, status(bench, 0));
}

SPEC(order_of_another_restaurant_cannot_be_read, MUST,
     REQUIREMENTS("AUTHZ-10 VAL-01"),
     "Who asks for an order of another restaurant is answered like one who "
     "asks for an order that does not exist.",
     "Look orders up by id and restaurant together, to read as to write.")
{
    const char *theirs = order(bench, OTHER);
    const char *ours = order(bench, HOME);
    struct peer *alice = admit(bench, ALICE);
    struct peer *mallory = admit_with(bench, MALLORY, GOOD_TOKEN,
                                      (struct manner){ .tenant = OTHER });

    say(alice, order_request(bench, woven(bench, "\"{}\"", theirs)));
    expect_exact_error(alice);
    say(alice, order_request(bench, woven(bench, "\"{}\"", NO_ORDER)));
    expect_exact_error(alice);
    expect_order(alice, ours, status(bench, 0));
    expect_order(mallory, theirs, status(bench, 0));
}

SPEC(withdrawn_role_ends_the_management, MUST, REQUIREMENTS("SL-05 AUTHZ-04"),
     "A manager who loses the role is closed as agreed on each connection to "
     "the management, and stays where no role is asked for.",
     "Judge all live connections of a user again when the directory changes.")
{
    struct peer *office = admit_with(bench, MANAGER, GOOD_TOKEN,
                                     (struct manner){ .endpoint = MANAGEMENT });
    struct peer *home = admit_with(bench, MANAGER, GOOD_TOKEN,
                                   (struct manner){ .endpoint = MANAGEMENT });
    struct peer *till = admit(bench, MANAGER);
    struct peer *owner = admit_with(bench, OWNER, GOOD_TOKEN,
                                    (struct manner){ .endpoint = MANAGEMENT });

    give_role(bench, MANAGER, "cashier");
    expect_closed_for(office, CAUSE_WITHDRAWN);
    expect_closed_for(home, CAUSE_WITHDRAWN);
    expect_admitted(till);
    expect_admitted(owner);
}

SPEC(demoted_owner_of_the_platform_leaves_every_restaurant, MUST,
     REQUIREMENTS("SL-05 AUTHZ-03"),
     "An owner of the platform who loses that role is closed as agreed on each "
     "endpoint of a restaurant that was never his own.",
     "Judge all live connections of a user again, on every endpoint, when the "
     "directory changes.")
{
    struct peer *live[ENDPOINTS];

    for (unsigned endpoint = 0; endpoint < ENDPOINTS; endpoint++)
        live[endpoint] =
            admit_with(bench, PLATFORM, GOOD_TOKEN,
                       (struct manner){ .tenant = OTHER,
                                        .endpoint = (enum entrance)endpoint });
    give_role(bench, PLATFORM, "cashier");
    for (unsigned endpoint = 0; endpoint < ENDPOINTS; endpoint++)
        expect_closed_for(live[endpoint], CAUSE_WITHDRAWN);
}

SPEC(removed_user_loses_every_connection, MUST,
     REQUIREMENTS("SL-02 SL-05 AUTHZ-05"),
     "A user who is removed is closed as agreed on each endpoint, and not "
     "admitted again.",
     "Close all connections of a user that the directory no longer knows.")
{
    struct peer *till = admit(bench, ALICE);
    struct peer *kitchen = admit_with(bench, ALICE, GOOD_TOKEN,
                                      (struct manner){ .endpoint = KITCHEN });
    struct peer *bob = admit(bench, BOB);

    remove_user(bench, ALICE);
    expect_closed_for(till, CAUSE_WITHDRAWN);
    expect_closed_for(kitchen, CAUSE_WITHDRAWN);
    expect_kept_out(dial_as(bench, ALICE, GOOD_TOKEN));
    expect_admitted(bob);
}

SPEC(user_who_changes_restaurant_leaves_the_old_one, MUST,
     REQUIREMENTS("SL-05 AUTHZ-10"),
     "A user who is given another restaurant is closed as agreed on each "
     "endpoint of the old one, and admitted to the new one.",
     "Judge all live connections of a user again when the directory changes.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *kitchen = admit_with(bench, ALICE, GOOD_TOKEN,
                                      (struct manner){ .endpoint = KITCHEN });
    struct peer *bob = admit(bench, BOB);

    give_tenant(bench, ALICE, OTHER);
    expect_closed_for(alice, CAUSE_WITHDRAWN);
    expect_closed_for(kitchen, CAUSE_WITHDRAWN);
    expect_kept_out(dial_as(bench, ALICE, GOOD_TOKEN));
    expect_admitted(
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .tenant = OTHER }));
    expect_admitted(bob);
}

SPEC(closed_restaurant_loses_its_members, MUST, REQUIREMENTS("SL-05 AUTHZ-08"),
     "The members of a restaurant that becomes inactive are closed as agreed, "
     "the owner of the platform included; others stay.",
     "Judge the live connections of a restaurant again when it changes.")
{
    struct manner there = { .tenant = OTHER };
    struct peer *mallory = admit_with(bench, MALLORY, GOOD_TOKEN, there);
    struct peer *platform = admit_with(bench, PLATFORM, GOOD_TOKEN, there);
    struct peer *alice = admit(bench, ALICE);

    close_tenant(bench, OTHER);
    expect_closed_for(mallory, CAUSE_WITHDRAWN);
    expect_closed_for(platform, CAUSE_WITHDRAWN);
    expect_kept_out(dial(bench, MALLORY, GOOD_TOKEN, there));
    expect_admitted(alice);
}

SPEC(withdrawn_right_ends_what_was_pooled, MUST, REQUIREMENTS("SL-05"),
     "A member whose right was withdrawn leaves the pool and hears no more.",
     "Remove from the pool before you close.")
{
    const char *text = canary(bench, "after");
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);

    remove_user(bench, ALICE);
    expect_closed_for(alice, CAUSE_WITHDRAWN);
    expect_pool_entries(alice, 0);
    say(bob, publication(bench, text));
    expect_heard(bob, text);
    expect_not_heard(alice, text);
}

SPEC(withdrawn_member_is_not_heard, MUST, REQUIREMENTS("SL-05 CLOSE-05"),
     "A member that has lost its right, and leaves the Close unanswered, is "
     "not heard when it speaks on.",
     "Leave the loop that reads messages where you close.")
{
    const char *text = canary(bench, "withdrawn");
    const char *plain = canary(bench, "plain");
    struct manner office = { .never_closes = true, .endpoint = MANAGEMENT };
    struct peer *removed = admit_with(bench, ALICE, GOOD_TOKEN,
                                      (struct manner){ .never_closes = true });
    struct peer *demoted = admit_with(bench, MANAGER, GOOD_TOKEN, office);
    struct peer *bob = admit(bench, BOB);

    remove_user(bench, ALICE);
    give_role(bench, MANAGER, "cashier");
    expect_closed_for(removed, CAUSE_WITHDRAWN);
    expect_closed_for(demoted, CAUSE_WITHDRAWN);
    say(removed, publication(bench, text));
    say(demoted, publication(bench, text));
    say(bob, publication(bench, plain));
    expect_heard(bob, plain);
    expect_nobody_heard(bench, text);
}

SPEC(expired_member_is_not_heard, MUST, REQUIREMENTS("SL-01"),
     "A member whose token has expired, and that leaves the Close unanswered, "
     "is not heard when it speaks on.",
     "Leave the loop that reads messages where you close.")
{
    const char *text = canary(bench, "expired");
    const char *plain = canary(bench, "plain");
    struct peer *late =
        admit_with(bench, PUBLISHER_PAUL, TOKEN(.expires_in_s = 2),
                   (struct manner){ .never_closes = true });
    struct peer *paul = admit(bench, PUBLISHER_PAUL);

    wait_for_expiry(late);
    expect_closed_for(late, CAUSE_EXPIRED_LIVE);
    say(late, publication(bench, text));
    say(paul, publication(bench, plain));
    expect_heard(paul, plain);
    expect_nobody_heard(bench, text);
}

SPEC(revoked_token_ends_its_connection, MUST, REQUIREMENTS("SL-02"),
     "A live connection whose token is revoked is closed like one whose token "
     "has expired; those of others stay.",
     "Keep the id of the token with the connection, and close what bears it "
     "when it is revoked.")
{
    struct peer *alice = admit(bench, ALICE);
    struct peer *bob = admit(bench, BOB);

    revoke(alice);
    expect_closed_for(alice, CAUSE_EXPIRED_LIVE);
    expect_admitted(bob);
}
