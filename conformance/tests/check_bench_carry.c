/* How a credential travels, where it is carried to and from, and whom the
 * target's directory learns of on the way. */
#include "odd_carriers.h"
#include "script_world.h"

/* A row of several values, in one argument. */
#define HELD(...)                                                              \
    {                                                                          \
        __VA_ARGS__                                                            \
    }

enum { NEEDLES = 3 };

static void pass(const char *profile, body *run)
{
    struct result got = perform(profile, run);

    ck_assert_msg(got.verdict == PASS, "%s: %s", verdict_name(got.verdict),
                  got.seen);
    result_deinit(&got);
}

/* --- Carriers and carriages ----------------------------------------------- */

/* What stands in the opening, and what must not. */
static const struct {
    const char *label;
    const char *profile;
    const char *holds[NEEDLES];
    const char *lacks[NEEDLES];
    struct token token;
} carriages[] = {
#define CARRIAGE(label, profile, holds, lacks, token)                          \
    { label, profile, holds, lacks, token },
#include "bench_carry.def"
#undef CARRIAGE
};

static unsigned row;

static void carry_it(struct bench *bench)
{
    dial_as(bench, ALICE, carriages[row].token);
}

START_TEST(credential_stands_where_its_carriage_says)
{
    row = (unsigned)_i;
    pass(carriages[row].profile, carry_it);
    for (unsigned i = 0; i < NEEDLES; i++) {
        const char *holds = carriages[row].holds[i];
        const char *lacks = carriages[row].lacks[i];
        ck_assert_msg(holds == NULL || strstr(play.opened[2], holds) != NULL,
                      "%s: no \"%s\" in %s", carriages[row].label, holds,
                      play.opened[2]);
        ck_assert_msg(lacks == NULL || strstr(play.opened[2], lacks) == NULL,
                      "%s: \"%s\" in %s", carriages[row].label, lacks,
                      play.opened[2]);
    }
}
END_TEST

/* --- First messages ------------------------------------------------------- */

static const struct {
    const char *label;
    struct token token;
    const char *begins; /* what is said, or its beginning */
    const char *holds;
    const char *lacks;
    struct manner manner;
} firsts[] = {
#define FIRST(label, token, begins, holds, lacks, ...)                         \
    { label, token, begins, holds, lacks, { __VA_ARGS__ } },
#include "bench_carry.def"
#undef FIRST
};

static void say_first(struct bench *bench)
{
    dial(bench, ALICE, firsts[row].token, firsts[row].manner);
}

START_TEST(first_message_is_as_its_carriage_says)
{
    row = (unsigned)_i;
    pass("pos", say_first);
    const char *said = buffer_string(&play.said[2]);
    ck_assert_msg(strncmp(said, firsts[_i].begins, strlen(firsts[_i].begins)) ==
                      0,
                  "%s: %s", firsts[_i].label, said);
    ck_assert_msg(strstr(said, firsts[_i].holds) != NULL, "%s: %s",
                  firsts[_i].label, said);
    ck_assert_msg(strstr(said, firsts[_i].lacks) == NULL, "%s: %s",
                  firsts[_i].label, said);
    ck_assert_ptr_null(strstr(play.opened[2], "early"));
}
END_TEST

static void stay_silent(struct bench *bench)
{
    struct peer *peer =
        dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .silent = true });

    say(peer, authentication(peer, GOOD_TOKEN));
}

START_TEST(silent_peer_says_its_token_later)
{
    pass("pos", stay_silent);
    ck_assert_str_ne(buffer_string(&play.said[2]), "");
    ck_assert_ptr_null(strstr(buffer_string(&play.said[2]), "; text"));
}
END_TEST

static void say_early(struct bench *bench)
{
    dial(bench, ALICE, GOOD_TOKEN,
         (struct manner){ .early = "news", .early_copies = 2 });
}

START_TEST(early_messages_follow_the_first_in_its_segment)
{
    pass("pos", say_early);
    const char *first = strstr(play.opened[2], "early {\"type\":");
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_nonnull(strstr(first, "}; early news; early news"));
    ck_assert_str_eq(buffer_string(&play.said[2]), "");
}
END_TEST

/* --- A second credential -------------------------------------------------- */

static void conflict(struct bench *bench)
{
    struct token second = TOKEN(.sub = "\"bob\"");

    dial(bench, ALICE, GOOD_TOKEN, (struct manner){ .second = &second });
}

START_TEST(second_credential_stands_beside_the_first)
{
    const char *first;
    const char *second;

    pass("factory", conflict);
    first = strstr(play.opened[2], "Authorization: Bearer ");
    second = strstr(play.opened[2], "protocols jwt.");
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_nonnull(second);
    first += strlen("Authorization: Bearer ");
    second += strlen("protocols jwt.");
    ck_assert_int_eq(strncmp(first, "eyJ", 3), 0);
    ck_assert_int_eq(strncmp(second, "eyJ", 3), 0);
    ck_assert_int_ne(strncmp(first, second, strcspn(second, ";")), 0);
}
END_TEST

START_TEST(second_of_one_carrier_is_the_same_place_twice)
{
    const char *first;

    pass("signals", conflict);
    first = strstr(play.opened[2], "token=eyJ");
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_nonnull(strstr(first + 1, "&token=eyJ"));
}
END_TEST

/* --- Places --------------------------------------------------------------- */

static const struct {
    const char *label;
    const char *profile;
    const char *holds;
    const char *lacks;
    struct manner manner;
} places[] = {
#define PLACE(label, profile, holds, lacks, ...)                               \
    { label, profile, holds, lacks, { __VA_ARGS__ } },
#include "bench_carry.def"
#undef PLACE
};

static char home[TENANT_SIZE];
static char other[TENANT_SIZE];

static void place(struct bench *bench)
{
    dial(bench, ALICE, GOOD_TOKEN, places[row].manner);
    snprintf(home, sizeof(home), "%s", tenant_id(bench, HOME));
    snprintf(other, sizeof(other), "%s", tenant_id(bench, OTHER));
}

static char *named(const char *text)
{
    const struct pair names[] = { { "home", home },
                                  { "other", other },
                                  { NULL, NULL } };

    return template_fill(text, names);
}

START_TEST(handshake_goes_where_its_manner_says)
{
    char *holds;
    char *lacks;

    row = (unsigned)_i;
    pass(places[_i].profile, place);
    holds = named(places[_i].holds);
    lacks = named(places[_i].lacks);
    ck_assert_msg(strstr(play.opened[2], holds) != NULL, "%s: no \"%s\" in %s",
                  places[_i].label, holds, play.opened[2]);
    ck_assert_msg(strstr(play.opened[2], lacks) == NULL, "%s: \"%s\" in %s",
                  places[_i].label, lacks, play.opened[2]);
    free(holds);
    free(lacks);
}
END_TEST

static void offer_around(struct bench *bench)
{
    dial(bench, ALICE, TOKEN(.carrier = 1),
         (struct manner){ .subprotocols = "a, b", .subprotocols_after = "c" });
}

START_TEST(token_is_offered_between_the_others)
{
    pass("factory", offer_around);
    const char *at = strstr(play.opened[2], "protocols a, b, jwt.eyJ");
    ck_assert_ptr_nonnull(at);
    ck_assert_ptr_nonnull(strstr(at, ", c; source"));
}
END_TEST

/* --- The directory -------------------------------------------------------- */

static unsigned times_in(const char *text, const char *what)
{
    unsigned count = 0;

    for (; (text = strstr(text, what)) != NULL; text++)
        count++;
    return count;
}

static void populate(struct bench *bench)
{
    dial_as(bench, ALICE, GOOD_TOKEN);
    dial_as(bench, ALICE, GOOD_TOKEN);
    dial_as(bench, GHOST, GOOD_TOKEN);
    dial(bench, MALLORY, GOOD_TOKEN, (struct manner){ .tenant = OTHER });
    dial(bench, NEWCOMER, GOOD_TOKEN, (struct manner){ .tenant = NOWHERE });
    dial(bench, CLOSER, GOOD_TOKEN, (struct manner){ .tenant = CLOSED });
    fence(bench);
}

START_TEST(directory_learns_of_each_once)
{
    pass("pos", populate);
    const char *told = buffer_string(&play.provisioned);
    ck_assert_uint_eq(times_in(told, "tenant "), 3);
    ck_assert_uint_eq(times_in(told, " false; "), 1);
    ck_assert_uint_eq(times_in(told, "user alice-"), 1);
    ck_assert_uint_eq(times_in(told, "user mallory-"), 1);
    ck_assert_uint_eq(times_in(told, "user closer-"), 1);
    ck_assert_uint_eq(times_in(told, "user witness"), 2);
    ck_assert_uint_eq(times_in(told, "ghost"), 0);
    ck_assert_uint_eq(times_in(told, " restaurant_owner ; "), 1);
}
END_TEST

START_TEST(directory_is_left_alone_where_there_is_none)
{
    pass("factory", populate);
    ck_assert_str_eq(buffer_string(&play.provisioned), "");
}
END_TEST

static void change(struct bench *bench)
{
    dial_as(bench, ALICE, GOOD_TOKEN);
    give_role(bench, ALICE, "manager");
    give_tenant(bench, ALICE, OTHER);
    close_tenant(bench, HOME);
    remove_user(bench, ALICE);
    order(bench, HOME);
    dial_as(bench, ALICE, GOOD_TOKEN);
}

/* A change is made each time; a later dial does not undo it. */
START_TEST(directory_is_changed_as_told)
{
    static const char *const steps[] = {
        "user alice-", " staff ",  "user alice-",        " manager ",
        "tenant ",     " true; ",  "user alice-",        " staff ",
        "tenant ",     " false; ", "remove_user alice-", "order ",
        " pending; "
    };
    const char *at;

    struct result got = perform("pos", change);

    at = buffer_string(&play.provisioned);
    for (size_t i = 0; i < COUNT(steps); i++) {
        at = strstr(at, steps[i]);
        ck_assert_msg(at != NULL, "%s: %s", steps[i],
                      buffer_string(&play.provisioned));
        at += strlen(steps[i]);
    }
    ck_assert_ptr_null(strstr(at, "user alice-"));
    result_deinit(&got);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite =
        rows_suite("bench_carry", credential_stands_where_its_carriage_says,
                   COUNT_OF(carriages));
    TCase *tcase = tcase_create("places");

    tcase_add_loop_test(tcase, first_message_is_as_its_carriage_says, 0,
                        COUNT_OF(firsts));
    tcase_add_test(tcase, silent_peer_says_its_token_later);
    tcase_add_test(tcase, early_messages_follow_the_first_in_its_segment);
    tcase_add_test(tcase, second_credential_stands_beside_the_first);
    tcase_add_test(tcase, second_of_one_carrier_is_the_same_place_twice);
    tcase_add_loop_test(tcase, handshake_goes_where_its_manner_says, 0,
                        COUNT_OF(places));
    tcase_add_test(tcase, token_is_offered_between_the_others);
    tcase_add_test(tcase, directory_learns_of_each_once);
    tcase_add_test(tcase, directory_is_left_alone_where_there_is_none);
    tcase_add_test(tcase, directory_is_changed_as_told);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_bench_carry");
}
