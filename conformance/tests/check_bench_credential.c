/* Credentials that are the target's own: what is made of them, how often one is
 * fetched, and for whom. */
#include "odd_carriers.h"
#include "script_world.h"

static char fetched[256]; /* "al, bo fresh, " */

static enum fault play_fetch(void *self, const struct applicant *applicant,
                             struct buffer *into)
{
    size_t length = strlen(fetched);

    (void)self;
    snprintf(fetched + length, sizeof(fetched) - length, "%s%s, ",
             applicant->values->value, applicant->is_fresh ? " fresh" : "");
    return buffer_printf(into, "%s-Sess.19zZ-", applicant->values->value);
}

static enum fault play_revoke(void *self, const char *name)
{
    (void)self;
    buffer_printf(&play.broken, "revoked %s; ", name);
    return FAULT_NONE;
}

static struct result perform_fetching(const char *manifest, body *run)
{
    static struct adapter_ops ops;

    ops = play_ops;
    ops.fetch = play_fetch;
    ops.revoke = play_revoke;
    playing_ops = &ops;
    fetched[0] = 0;
    return perform(manifest, run);
}

#define GIVEN                                                                  \
    "{\"extends\":\"signals\",\"credential\":{\"source\":{"                    \
    "\"token\":\"0f3a9c00de\"}}}"
#define USERS                                                                  \
    "\"identities\":{\"alice\":{\"user\":\"al\"},\"bob\":{\"user\":\"bo\"},"   \
    "\"mallory\":{\"user\":\"ma\"}}"
#define KNOWN "{\"extends\":\"signals\"," USERS "}"
/* It bounds the connections of a user, and alice is its witness as well. */
#define COUNTED "{\"extends\":\"factory\"," USERS "}"

static struct token presented;
static enum identity presenter;

static void present(struct bench *bench)
{
    dial_as(bench, presenter, presented);
}

/* What is presented in place of each edit of the good one. */
static const struct {
    const char *label;
    const char *manifest;
    enum identity who;
    struct token token;
    enum verdict want;
    const char *holds; /* the handshake */
    const char *lacks;
} variants[] = {
    { "good",
      LOG_IN_MANIFEST,
      ALICE,
      { 0 },
      PASS,
      "sid=al-Sess.19zZ-;",
      "-S-" },
    { "bob's", LOG_IN_MANIFEST, BOB, { 0 }, PASS, "sid=bo-Sess.19zZ-;", "al-" },
    { "none",
      LOG_IN_MANIFEST,
      ALICE,
      { .carriage = CARRIED_NOWHERE },
      PASS,
      "origin none;",
      "sid=" },
    { "literal",
      LOG_IN_MANIFEST,
      ALICE,
      { .literal = "a.b.c" },
      PASS,
      "sid=a.b.c;",
      "al-" },
    { "flipped",
      LOG_IN_MANIFEST,
      ALICE,
      { .signing = SIGNED_THEN_FLIPPED },
      PASS,
      "sid=al-Sess.19zA-;",
      "zZ" },
    { "cut",
      LOG_IN_MANIFEST,
      ALICE,
      { .signing = SIGNED_THEN_CUT },
      PASS,
      "sid=al-Ses;",
      "zZ" },
    { "expired",
      LOG_IN_MANIFEST,
      ALICE,
      { .expires_in_s = -60 },
      PASS,
      "sid=old-of-al;",
      "Sess" },
    { "forged",
      LOG_IN_MANIFEST,
      ALICE,
      { .signing = SIGNED_WITH_OTHER_KEY },
      PASS,
      "sid=",
      "al-Sess" },
    { "rewritten",
      LOG_IN_MANIFEST,
      ALICE,
      { .rewrite_sub = "\"x\"" },
      PASS,
      "sid=",
      "al-Sess" },
    { "without subject",
      LOG_IN_MANIFEST,
      ALICE,
      { .sub = OMITTED },
      PASS,
      "sid=",
      "al-Sess" },
    { "suffixed",
      LOG_IN_MANIFEST,
      ALICE,
      { .suffix = ".x" },
      PASS,
      "sid=al-Sess.19zZ-.x;",
      "-S-" },
    { "of another subject",
      LOG_IN_MANIFEST,
      ALICE,
      { .sub = "\"x\"" },
      NOT_APPLICABLE,
      "",
      "sid=" },
    { "that lives on",
      LOG_IN_MANIFEST,
      ALICE,
      { .expires_in_s = 2 },
      NOT_APPLICABLE,
      "",
      "sid=" },
    { "with more",
      LOG_IN_MANIFEST,
      ALICE,
      { .claims_more = "\"a\":1" },
      NOT_APPLICABLE,
      "",
      "sid=" },
    { "without role",
      LOG_IN_MANIFEST,
      ALICE,
      { .no_role = true },
      NOT_APPLICABLE,
      "",
      "sid=" },
    { "of nobody", LOG_IN_MANIFEST, CAROL, { 0 }, NOT_APPLICABLE, "", "sid=" },
    { "of nobody, none",
      LOG_IN_MANIFEST,
      CAROL,
      { .carriage = CARRIED_NOWHERE },
      PASS,
      "origin none;",
      "sid=" },
    { "given", GIVEN, CAROL, { 0 }, PASS, "token=0f3a9c00de;", "eyJ" },
    { "given, forged",
      GIVEN,
      CAROL,
      { .signing = SIGNED_WITH_OTHER_KEY },
      PASS,
      "query token=",
      "0f3a" },
    { "given, expired",
      GIVEN,
      CAROL,
      { .expires_in_s = -60 },
      PASS,
      "query token=",
      "0f3a" },
    { "minted for a given user",
      KNOWN,
      ALICE,
      { 0 },
      PASS,
      "token=eyJ",
      "al-" },
};

START_TEST(edit_of_a_given_credential_is_presented)
{
    begin_play();
    char opened[PLAY_TEXT + 2];

    presented = variants[_i].token;
    presenter = variants[_i].who;
    struct result got = perform_fetching(variants[_i].manifest, present);
    snprintf(opened, sizeof(opened), "%s;", play.opened[2]);
    ck_assert_msg(got.verdict == variants[_i].want, "%s: %s: %s",
                  variants[_i].label, verdict_name(got.verdict), got.seen);
    ck_assert_msg(strstr(opened, variants[_i].holds) != NULL, "%s: %s",
                  variants[_i].label, opened);
    ck_assert_msg(strstr(opened, variants[_i].lacks) == NULL, "%s: %s",
                  variants[_i].label, opened);
    result_deinit(&got);
}
END_TEST

static void come_often(struct bench *bench)
{
    dial_as(bench, ALICE, GOOD_TOKEN);
    dial_as(bench, BOB, GOOD_TOKEN);
    dial_as(bench, ALICE, GOOD_TOKEN);
    revoke(dial_as(bench, BOB, GOOD_TOKEN));
}

static const struct {
    uint64_t needs;
    enum verdict want;
    const char *fetched; /* the witness is like alice */
} fetches[] = {
    { NOTHING, PASS, "al, bo, " },
    { EXPIRED, PASS, "al, bo, " },
    { REVOCATION, PASS, "al fresh, al fresh, bo fresh, al fresh, bo fresh, " },
    { MINT, NOT_APPLICABLE, "" },
    { LOGOUT, NOT_APPLICABLE, "" },
};

START_TEST(credential_is_fetched_as_often_as_it_must)
{
    begin_play();
    playing_needs = fetches[_i].needs;
    struct result got = perform_fetching(LOG_IN_MANIFEST, come_often);

    ck_assert_msg(got.verdict == fetches[_i].want, "%s", got.seen);
    ck_assert_str_eq(fetched, fetches[_i].fetched);
    if (got.verdict == PASS)
        ck_assert_str_eq(buffer_string(&play.broken),
                         "revoked bo-Sess.19zZ-; ");
    result_deinit(&got);
}
END_TEST

/* Who shares a user with another spoils what counts users. */
START_TEST(users_that_are_one_are_not_counted)
{
    begin_play();
    presented = GOOD_TOKEN;
    playing_needs = PER_USER;
    presenter = ALICE;
    struct result one = perform(COUNTED, present);
    ck_assert_int_eq(one.verdict, NOT_APPLICABLE);
    ck_assert_str_eq(one.seen,
                     "the manifest gives one user under two names: al");
    result_deinit(&one);
    presenter = BOB;
    struct result two = perform(COUNTED, present);
    ck_assert_msg(two.verdict == PASS, "%s", two.seen);
    result_deinit(&two);
}
END_TEST

/* Whether tokens can be minted, no adapter knows. */
START_TEST(minting_is_of_the_manifest)
{
    begin_play();
    static const struct spec spec = { "trial", MUST, "", "", "", play_body };
    const struct criterion trial = { .spec = &spec, .needs = MINT | EXPIRED };
    struct adapter adapter = { .ops = &play_ops, .is_virtual = true };
    struct world world = { .seed = 7 };
    struct manifest *manifest = manifest_of("signals");
    struct result got;

    presented = NO_TOKEN;
    playing = present;
    bench_run(&trial, manifest, &adapter, &world, &got);
    ck_assert_msg(got.verdict != NOT_APPLICABLE, "%s", got.seen);
    result_deinit(&got);
    manifest_free(manifest);
}
END_TEST

/* Users that are everybody's cannot be counted beside others. */
START_TEST(criterion_that_counts_given_users_runs_alone)
{
    begin_play();
    static const struct {
        const char *manifest;
        uint64_t needs;
        enum company company;
        bool want;
    } rows[] = {
        { COUNTED, PER_USER, SHARED, true },
        { COUNTED, WHOAMI | BROADCAST, SHARED, true },
        { COUNTED, BROADCAST, SHARED, false },
        { COUNTED, NOTHING, EXCLUSIVE, true },
        { "factory", PER_USER, SHARED, false },
        { "factory", PER_USER, EXCLUSIVE, true },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct manifest *manifest = manifest_of(rows[i].manifest);
        struct criterion criterion = { .needs = rows[i].needs,
                                       .company = rows[i].company };
        ck_assert_msg(bench_is_alone(&criterion, manifest) == rows[i].want,
                      "%zu", i);
        manifest_free(manifest);
    }
}
END_TEST

/* One credential for all says nothing of who somebody is. */
START_TEST(shared_credential_tells_no_users_apart)
{
    begin_play();
    static const struct {
        uint64_t needs;
        enum verdict want;
    } rows[] = { { NOTHING, PASS },
                 { WHOAMI, NOT_APPLICABLE },
                 { PER_USER, NOT_APPLICABLE } };

    presented = GOOD_TOKEN;
    for (size_t i = 0; i < COUNT(rows); i++) {
        playing_needs = rows[i].needs;
        struct result got = perform(GIVEN, present);
        ck_assert_msg(got.verdict == rows[i].want, "%zu: %s", i, got.seen);
        result_deinit(&got);
    }
}
END_TEST

static void dial_a_forbidden_room(struct bench *bench)
{
    dial(bench, ALICE, NO_TOKEN, (struct manner){ .tenant = OTHER });
}

START_TEST(resources_stand_in_the_path)
{
    begin_play();
    struct result got =
        perform_fetching(LOG_IN_MANIFEST, dial_a_forbidden_room);

    ck_assert_msg(got.verdict == PASS, "%s", got.seen);
    ck_assert_msg(strncmp(play.opened[1], "path /ws/red;", 13) == 0, "%s",
                  play.opened[1]);
    ck_assert_msg(strncmp(play.opened[2], "path /ws/blue;", 14) == 0, "%s",
                  play.opened[2]);
    ck_assert_str_eq(buffer_string(&play.provisioned), "");
    result_deinit(&got);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("bench credential");
    TCase *tcase = tcase_create("credentials");

    tcase_add_loop_test(tcase, edit_of_a_given_credential_is_presented, 0,
                        COUNT_OF(variants));
    tcase_add_loop_test(tcase, credential_is_fetched_as_often_as_it_must, 0,
                        COUNT_OF(fetches));
    tcase_add_test(tcase, minting_is_of_the_manifest);
    tcase_add_test(tcase, users_that_are_one_are_not_counted);
    tcase_add_test(tcase, criterion_that_counts_given_users_runs_alone);
    tcase_add_test(tcase, shared_credential_tells_no_users_apart);
    tcase_add_test(tcase, resources_stand_in_the_path);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_bench_credential");
}
