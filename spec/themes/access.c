/* AUTHZ: who may enter which restaurant, and its management. */
#include "bench.h"
#include "spec.h"

SPEC(outsider_is_kept_out_of_the_main_endpoint, MUST,
     REQUIREMENTS("AUTHZ-01 AUTHZ-10 CR-09"),
     "A user of another restaurant, or without a right to what else the URL "
     "names, is kept out of the main endpoint.",
     "Check the user's restaurant on this route as on the others; unpack what "
     "the check returns, a pair is never false.")
{
    expect_kept_out(dial_as(bench, MALLORY, GOOD_TOKEN));
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(outsider_is_kept_out_of_the_kitchen, MUST,
     REQUIREMENTS("AUTHZ-01 AUTHZ-10"),
     "A user of another restaurant is kept out of the kitchen.",
     "Check the user's restaurant on this route as on the others; unpack what "
     "the check returns, a pair is never false.")
{
    struct manner there = { .endpoint = KITCHEN };

    expect_kept_out(dial(bench, MALLORY, GOOD_TOKEN, there));
    expect_admitted(dial(bench, ALICE, GOOD_TOKEN, there));
}

SPEC(outsider_is_kept_out_of_the_management, MUST,
     REQUIREMENTS("AUTHZ-01 AUTHZ-10"),
     "The owner of another restaurant is kept out of the management.",
     "Check the user's restaurant before its role.")
{
    struct manner there = { .endpoint = MANAGEMENT };

    expect_kept_out(dial(bench, MALLORY, GOOD_TOKEN, there));
    expect_admitted(dial(bench, OWNER, GOOD_TOKEN, there));
}

SPEC(denied_access_is_told_as_agreed, MUST, REQUIREMENTS("CLOSE-08"),
     "A denied access is told with the agreed code and reason on each "
     "endpoint.",
     "Close with one code and reason for all denials, then return.")
{
    for (unsigned endpoint = 0; endpoint < ENDPOINTS; endpoint++) {
        struct manner there = { .endpoint = (enum entrance)endpoint };

        expect_refused(dial(bench, MALLORY, GOOD_TOKEN, there),
                       CAUSE_FORBIDDEN);
        there.tenant_id = "1";
        expect_refused(dial(bench, ALICE, GOOD_TOKEN, there), CAUSE_MALFORMED);
    }
}

SPEC(management_without_an_identity_is_told_as_agreed, MUST,
     REQUIREMENTS("CLOSE-09 LIFE-05"),
     "Management without an identity is told with the agreed code and reason, "
     "and the service goes on.",
     "Test for the user before you read its role.")
{
    struct manner there = { .endpoint = MANAGEMENT };

    expect_refused(dial(bench, OWNER, NO_TOKEN, there), CAUSE_NO_IDENTITY);
    expect_admitted(dial(bench, OWNER, GOOD_TOKEN, there));
}

SPEC(missing_role_is_told_as_agreed, MUST, REQUIREMENTS("CLOSE-10"),
     "Management without the role is told with the agreed code and reason.",
     "Close with the code and reason of the contract.")
{
    expect_refused(dial(bench, ALICE, GOOD_TOKEN,
                        (struct manner){ .endpoint = MANAGEMENT }),
                   CAUSE_ROLE);
}

SPEC(management_admits_those_who_manage, MUST, REQUIREMENTS("AUTHZ-03"),
     "The owner, the manager and the owner of the platform are admitted to the "
     "management.",
     "List the three roles, and compare for equality.")
{
    struct manner there = { .endpoint = MANAGEMENT };

    expect_admitted(dial(bench, OWNER, GOOD_TOKEN, there));
    expect_admitted(dial(bench, MANAGER, GOOD_TOKEN, there));
    expect_admitted(dial(bench, PLATFORM, GOOD_TOKEN, there));
}

SPEC(user_is_never_a_part_of_the_query, MUST, REQUIREMENTS("AUTHZ-05 AUTHZ-06"),
     "A signed subject and a claimed user that look like SQL are nobody, on "
     "each endpoint.",
     "Bind the user to the query as a parameter; a signature vouches for who "
     "wrote a text, not for what it does.")
{
    static const char *const users[] = {
        "\"x' OR '1'='1\"",
        "\"x' OR 1=1 --\"",
        "\"' UNION SELECT 'x','platform_owner','' --\"",
        "\"x\\\" OR \\\"1\\\"=\\\"1\"",
        "\"%\"",
    };

    for (size_t i = 0; i < sizeof(users) / sizeof(*users); i++)
        for (unsigned endpoint = 0; endpoint < ENDPOINTS; endpoint++) {
            struct manner there = { .endpoint = (enum entrance)endpoint,
                                    .claims = OMITTED };

            expect_kept_out(dial(bench, ALICE, TOKEN(.sub = users[i]), there));
            there.claims = users[i];
            expect_kept_out(dial(bench, ALICE, NO_TOKEN, there));
        }
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(other_roles_are_kept_out_of_the_management, MUST, REQUIREMENTS("AUTHZ-04"),
     "Every other role, and every near miss of the three, is kept out of the "
     "management.",
     "Compare the role with a list of whole names; a test for a substring "
     "admits the empty one.")
{
    static const char *const roles[] = {
        "",          "waiter",  "cashier",          "kitchen",  "customer",
        "Manager",   "MANAGER", "manager ",         " manager", "manager2",
        "man",       "owner",   "restaurant",       "admin",    "null",
        "[manager]", "viewer",  "restaurant_owner,"
    };
    struct manner there = { .endpoint = MANAGEMENT };

    for (size_t i = 0; i < sizeof(roles) / sizeof(*roles); i++) {
        give_role(bench, DAVE, roles[i]);
        expect_kept_out(dial(bench, DAVE, GOOD_TOKEN, there));
    }
    expect_admitted(dial(bench, MANAGER, GOOD_TOKEN, there));
}

SPEC(role_that_was_given_opens_the_management, MUST,
     REQUIREMENTS("AUTHZ-03 AUTHZ-06"),
     "A user is admitted to the management from the moment that the directory "
     "gives the role.",
     "Ask the directory at each admission.")
{
    struct manner there = { .endpoint = MANAGEMENT };

    expect_kept_out(dial(bench, DAVE, GOOD_TOKEN, there));
    give_role(bench, DAVE, "manager");
    expect_admitted(dial(bench, DAVE, GOOD_TOKEN, there));
}

SPEC(role_in_the_token_opens_nothing, MUST, REQUIREMENTS("AUTHZ-06 CR-08"),
     "A role that only the token bears opens no management.",
     "Take the role from the directory, where it can be withdrawn.")
{
    struct manner there = { .endpoint = MANAGEMENT };
    struct token bold =
        TOKEN(.claims_more = "\"roles\":[\"manager\"],\"is_admin\":true");

    give_role(bench, MANAGER, "cashier");
    expect_kept_out(dial(bench, MANAGER, GOOD_TOKEN, there));
    expect_kept_out(dial(bench, ALICE, bold, there));
    expect_kept_out(dial(bench, ALICE,
                         TOKEN(.claims_more = "\"role\":\"manager\""), there));
    expect_admitted(dial(bench, OWNER, GOOD_TOKEN, there));
}

SPEC(role_of_a_claimed_user_opens_nothing, MUST, REQUIREMENTS("AUTHZ-06 CR-08"),
     "A user who names the owner beside a token of their own is kept out of "
     "the management.",
     "Look up the role of the verified user.")
{
    const char *owner = user_id(bench, OWNER);
    struct manner lying = { .endpoint = MANAGEMENT,
                            .claims = woven(bench, "\"{}\"", owner) };
    struct manner asking = { .endpoint = MANAGEMENT,
                             .query = woven(bench, "user_id={}", owner) };

    expect_kept_out(dial(bench, ALICE, GOOD_TOKEN, lying));
    expect_kept_out(dial(bench, ALICE, GOOD_TOKEN, asking));
    expect_admitted(dial(bench, OWNER, GOOD_TOKEN, lying));
}

SPEC(unknown_user_is_kept_out, MUST, REQUIREMENTS("AUTHZ-05"),
     "A user that the directory does not know is kept out of each endpoint, "
     "though the token is good.",
     "Refuse when the look-up finds nobody; have no default user.")
{
    for (unsigned endpoint = 0; endpoint < ENDPOINTS; endpoint++)
        expect_kept_out(
            dial(bench, GHOST, GOOD_TOKEN,
                 (struct manner){ .endpoint = (enum entrance)endpoint }));
    expect_admitted(dial_as(bench, ALICE, GOOD_TOKEN));
}

SPEC(inactive_restaurant_admits_nobody, MUST, REQUIREMENTS("AUTHZ-08"),
     "A restaurant that is inactive admits neither its owner nor the owner of "
     "the platform.",
     "Check that the restaurant is active before you check whose it is.")
{
    struct manner there = { .tenant = CLOSED };

    expect_kept_out(dial(bench, CLOSER, GOOD_TOKEN, there));
    expect_kept_out(dial(bench, PLATFORM, GOOD_TOKEN, there));
    there.endpoint = MANAGEMENT;
    expect_kept_out(dial(bench, CLOSER, GOOD_TOKEN, there));
    expect_admitted(dial_as(bench, PLATFORM, GOOD_TOKEN));
}

SPEC(unknown_restaurant_admits_nobody, MUST, REQUIREMENTS("AUTHZ-07 CR-09"),
     "A restaurant, or what else the URL names, that does not exist admits "
     "nobody, not even the owner of the platform.",
     "Refuse when the look-up finds nothing.")
{
    struct manner nowhere = { .tenant = NOWHERE };

    expect_kept_out(dial(bench, OWNER, GOOD_TOKEN, nowhere));
    expect_kept_out(dial(bench, PLATFORM, GOOD_TOKEN, nowhere));
    expect_admitted(dial_as(bench, PLATFORM, GOOD_TOKEN));
}

SPEC(denials_of_a_restaurant_cannot_be_told_apart, MUST,
     REQUIREMENTS("AUTHZ-07 AUTHZ-08"),
     "A restaurant of others, an inactive one and one that does not exist are "
     "answered alike.",
     "Use one refusal: the difference tells outsiders which ones exist.")
{
    struct peer *foreign =
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .tenant = OTHER });
    struct peer *inactive =
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .tenant = CLOSED });
    struct peer *unknown =
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .tenant = NOWHERE });

    expect_kept_out(foreign);
    expect_same_answer(foreign, inactive);
    expect_same_answer(foreign, unknown);
}

SPEC(restaurant_id_of_another_form_is_kept_out, MUST, REQUIREMENTS("AUTHZ-09"),
     "A restaurant id that is no UUID is refused, and the service lives on.",
     "Match the id against the form of a UUID before anything reads it.")
{
    static const char *const ids[] = {
        "1",
        "home",
        "null",
        "not-a-uuid",
        "00000000-0000-4000-8000-00000000000g",
        "00000000-0000-4000-8000-0000000000000",
        "00000000-0000-4000-8000-00000000000",
        "00000000000040008000000000000000",
        "AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE",
        "%7B00000000-0000-4000-8000-000000000000%7D",
        "%27%20OR%20%271%27=%271",
        "1;DROP%20TABLE%20restaurants",
        "%00",
        "00000000-0000-4000-8000-000000000000%00",
        "..%2f..%2fetc%2fpasswd",
        "%0d%0aX-Forged:%201",
        "$%7Bjndi:x%7D",
    };

    for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++)
        expect_kept_out(dial(bench, PLATFORM, GOOD_TOKEN,
                             (struct manner){ .tenant_id = ids[i] }));
    expect_admitted(dial_as(bench, PLATFORM, GOOD_TOKEN));
}

SPEC(owner_without_a_restaurant_enters_none, MUST, REQUIREMENTS("AUTHZ-11"),
     "An owner who has no restaurant yet is kept out of each one, and admitted "
     "to the one that the directory gives.",
     "Compare the user's restaurant with the one asked for; none is equal to "
     "none of them.")
{
    struct manner main_there = { .tenant = HOME };
    struct manner office = { .tenant = HOME, .endpoint = MANAGEMENT };

    expect_kept_out(dial(bench, NEWCOMER, GOOD_TOKEN, main_there));
    expect_kept_out(dial(bench, NEWCOMER, GOOD_TOKEN, office));
    expect_kept_out(
        dial(bench, NEWCOMER, GOOD_TOKEN, (struct manner){ .tenant = OTHER }));
    give_tenant(bench, NEWCOMER, HOME);
    expect_admitted(dial(bench, NEWCOMER, GOOD_TOKEN, main_there));
    expect_admitted(dial(bench, NEWCOMER, GOOD_TOKEN, office));
}

SPEC(rights_are_judged_before_places, MUST, REQUIREMENTS("AUTHZ-12"),
     "A user with all places taken is told the denial, not the limit, at a "
     "restaurant of others.",
     "Check the form first, then the rights, then the places; register last.")
{
    for (unsigned i = 0; i < per_user(bench); i++)
        admit(bench, ALICE);
    expect_refused(
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .tenant = OTHER }),
        CAUSE_FORBIDDEN);
}

SPEC(denied_user_is_never_pooled, MUST, REQUIREMENTS("AUTHZ-12 CLOSE-11"),
     "A user without a right to the restaurant never stands in the pool.",
     "Register last: add, check and remove leaks whatever is sent in between.")
{
    struct peer *outsider = dial_as(bench, MALLORY, GOOD_TOKEN);
    struct peer *waiter = dial(bench, ALICE, GOOD_TOKEN,
                               (struct manner){ .endpoint = MANAGEMENT });

    expect_kept_out(outsider);
    expect_kept_out(waiter);
    expect_never_pooled(outsider);
    expect_never_pooled(waiter);
}

SPEC(denied_client_is_not_heard, MUST,
     REQUIREMENTS("CLOSE-05 PA-06 AUTHZ-01 AUTHZ-04"),
     "Who has no right, or not the role, is not heard, though the messages "
     "follow the first one at once.",
     "Return from the handler behind each close, not only where the token "
     "fails.")
{
    const char *text = canary(bench, "denied");
    const char *plain = canary(bench, "plain");
    struct manner eager = { .early = publication(bench, text) };
    struct manner office = eager;
    struct peer *alice = admit(bench, ALICE);

    office.endpoint = MANAGEMENT;
    admit_with(bench, MALLORY, GOOD_TOKEN, (struct manner){ .tenant = OTHER });
    expect_kept_out(dial(bench, MALLORY, GOOD_TOKEN, eager));
    expect_kept_out(dial(bench, GHOST, GOOD_TOKEN, eager));
    expect_kept_out(dial(bench, BOB, GOOD_TOKEN, office));
    say(alice, publication(bench, plain));
    expect_heard(alice, plain);
    expect_nobody_heard(bench, text);
}

SPEC(failed_check_leaves_no_connection_open, MUST, REQUIREMENTS("CLOSE-11"),
     "A connection that fails a check is ended by the service, also when its "
     "client never answers the close.",
     "Close in each branch that refuses: a bare return leaves the socket "
     "dangling.")
{
    struct manner mute = { .never_closes = true };
    struct manner malformed = { .never_closes = true, .tenant_id = "1" };
    struct manner office = { .never_closes = true, .endpoint = MANAGEMENT };

    struct peer *outsider = dial(bench, MALLORY, GOOD_TOKEN, mute);
    struct peer *lost = dial(bench, ALICE, GOOD_TOKEN, malformed);
    struct peer *roleless = dial(bench, ALICE, GOOD_TOKEN, office);

    expect_ended_by_server(outsider);
    expect_ended_by_server(lost);
    expect_ended_by_server(roleless);
}
