/* The table of mutants: each breaks exactly one decision, and is to be killed
 * by criteria that there are. Whether it is, `wsconform mutants` measures. */
#include "check_program.h"
#include "manifest/manifest.h"
#include "mutants.h"
#include "spec.h"

/* Behind the name, a policy is pointers to functions and nothing else. */
enum { ENTRY_BYTES = sizeof(secure_policy.find_token) };

static size_t count_replaced(const struct policy *policy)
{
    const char *mine = (const char *)policy;
    const char *secure = (const char *)&secure_policy;
    size_t count = 0;

    for (size_t at = sizeof(policy->name); at < sizeof(*policy);
         at += ENTRY_BYTES)
        count += memcmp(mine + at, secure + at, ENTRY_BYTES) != 0;
    return count;
}

START_TEST(mutant_breaks_one_decision)
{
    struct policy policy;

    ck_assert(mutant_policy(&mutants[_i], &policy));
    ck_assert_str_eq(policy.name, mutants[_i].name);
    ck_assert(policy_is_complete(&policy));
    ck_assert_msg(count_replaced(&policy) == 1, "%s replaces %zu entries",
                  mutants[_i].name, count_replaced(&policy));
}
END_TEST

START_TEST(killers_are_criteria)
{
    const char *const *id = mutants[_i].kills;

    ck_assert_msg(*id != NULL, "%s", mutants[_i].name);
    for (; *id != NULL; id++)
        ck_assert_msg(criterion_named(*id) != NULL, "%s: no criterion \"%s\"",
                      mutants[_i].name, *id);
}
END_TEST

START_TEST(mutant_has_a_name_of_its_own_and_says_what_it_does)
{
    for (size_t i = 0; i < (size_t)_i; i++)
        ck_assert_str_ne(mutants[i].name, mutants[_i].name);
    ck_assert_uint_gt(strlen(mutants[_i].says), 10);
    ck_assert_uint_ne(mutants[_i].profiles, 0);
    ck_assert_uint_eq(mutants[_i].profiles & ~(unsigned)EVERY_PROFILE, 0);
}
END_TEST

/* Is this mutant to die by this criterion, in this profile? */
static bool dies_by(const struct mutant *mutant, unsigned profile,
                    const struct criterion *criterion)
{
    return (mutant->profiles & criterion->profiles & profile) != 0 &&
           is_killed_by(mutant, criterion->spec->id);
}

/* What is not run against a mutant's system cannot kill it. */
START_TEST(killers_judge_the_mutants_system)
{
    for (size_t i = 0; i < catalogue_size; i++)
        ck_assert_msg(!is_killed_by(&mutants[_i], catalogue[i].spec->id) ||
                          (catalogue[i].profiles & mutants[_i].profiles) != 0,
                      "%s is of another system than %s", catalogue[i].spec->id,
                      mutants[_i].name);
}
END_TEST

static bool any_dies_by(const struct criterion *criterion, unsigned profile)
{
    for (size_t i = 0; i < mutants_size; i++)
        if (dies_by(&mutants[i], profile, criterion))
            return true;
    return false;
}

static bool claims(unsigned profile, uint64_t needs)
{
    struct buffer errors;
    struct manifest *manifest;

    buffer_init(&errors, 4096);
    manifest = manifest_read_profile(profile_name(profile), NULL, &errors);
    ck_assert_msg(manifest != NULL, "%s", buffer_string(&errors));
    bool claimed = manifest_claims(manifest, needs);
    manifest_free(manifest);
    buffer_deinit(&errors);
    return claimed;
}

/* A mutant that dies by a criterion makes this one worth its name. */
START_TEST(every_criterion_has_a_mutant_in_each_profile)
{
    const struct criterion *criterion = &catalogue[_i];

    unsigned asked = 0;

    for (unsigned one = 1; one <= EVERY_PROFILE; one <<= 1) {
        if ((criterion->profiles & one) == 0 || !claims(one, criterion->needs))
            continue;
        asked |= one;
        ck_assert_msg(any_dies_by(criterion, one),
                      "no mutant of %s is killed by %s", profile_name(one),
                      criterion->spec->id);
    }
    ck_assert_msg(asked != 0, "no profile proves %s", criterion->spec->id);
}
END_TEST

START_TEST(stranger_to_the_table_is_no_mutant)
{
    struct mutant stranger = mutants[0];
    struct policy policy;

    ck_assert(!mutant_policy(&stranger, &policy));
    ck_assert(mutant_policy(NULL, &policy));
    ck_assert_uint_eq(count_replaced(&policy), 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("mutants");
    TCase *tcase = tcase_create("mutants");
    int count = (int)mutants_size;

    tcase_add_loop_test(tcase, mutant_breaks_one_decision, 0, count);
    tcase_add_loop_test(tcase, killers_are_criteria, 0, count);
    tcase_add_loop_test(tcase, killers_judge_the_mutants_system, 0, count);
    tcase_add_loop_test(
        tcase, mutant_has_a_name_of_its_own_and_says_what_it_does, 0, count);
    tcase_add_loop_test(tcase, every_criterion_has_a_mutant_in_each_profile, 0,
                        (int)catalogue_size);
    tcase_add_test(tcase, stranger_to_the_table_is_no_mutant);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    setenv("CK_FORK", "no", 1); /* rows of tables: no process is needed */
    return check_program(suite(), "check_mutants");
}
