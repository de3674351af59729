/* A baseline compares why a criterion fails, over runs that share nothing but
 * the failure. Here each mutant is judged by each criterion that it names, in
 * two worlds of other canaries, users and addresses: both come to the same
 * reason. */
#include "bench/result.h"
#include "check_program.h"
#include "lab.h"
#include "run/reason.h"
#include <stdlib.h>
#include <string.h>

enum { NODES_OF_TRIALS = 3 };

/* What it tells comes in the order of rooms, whose names are drawn by lot. */
#define DRAWN_BY_LOT "tells_the_history_of_all_rooms"

static struct manifest *manifest;
static struct lab *lab;
static unsigned trials;

static char *reason_in(const struct mutant *mutant,
                       const struct criterion *criterion, struct world world)
{
    unsigned nodes =
        (criterion->needs & (NODES | SHARED_FAULT | NODE_FAULT)) != 0
            ? NODES_OF_TRIALS
            : 1;
    struct adapter *adapter = adapter_mock_new(lab, mutant, nodes);
    struct result result;

    ck_assert_ptr_nonnull(adapter);
    world.keeping = KEPT_NEVER;
    bench_run(criterion, manifest, adapter, &world, &result);
    char *reason = result.verdict == FAIL ? strdup(result.seen) : NULL;
    result_deinit(&result);
    adapter_free(adapter);
    return reason;
}

static void compare(const struct mutant *mutant,
                    const struct criterion *criterion)
{
    char *one = reason_in(mutant, criterion, (struct world){ 1, 5, 0 });
    char *other = reason_in(mutant, criterion, (struct world){ 77, 901, 0 });

    ck_assert_int_eq(one == NULL, other == NULL);
    trials += one != NULL;
    if (one != NULL && strcmp(mutant->name, DRAWN_BY_LOT) != 0)
        ck_assert_msg(reason_equals(one, other), "%s of %s:\n%s\n%s",
                      criterion->spec->id, mutant->name, one, other);
    free(one);
    free(other);
}

START_TEST(reason_is_the_same_in_another_world)
{
    unsigned profile = 1u << _i;
    struct buffer errors;

    if ((profile & EVERY_PROFILE) == 0)
        return;
    buffer_init(&errors, 65536);
    manifest = manifest_read_profile(profile_name(profile), NULL, &errors);
    ck_assert_msg(manifest != NULL, "%s", buffer_string(&errors));
    lab = lab_new(manifest);
    ck_assert_ptr_nonnull(lab);
    for (size_t m = 0; m < mutants_size; m++)
        for (size_t i = 0; i < catalogue_size; i++)
            if ((mutants[m].profiles & catalogue[i].profiles & profile) != 0 &&
                is_killed_by(&mutants[m], catalogue[i].spec->id))
                compare(&mutants[m], &catalogue[i]);
    ck_assert_uint_gt(trials, 100);
    lab_free(lab);
    manifest_free(manifest);
    buffer_deinit(&errors);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("reasons");
    TCase *tcase = tcase_create("reasons");

    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, reason_is_the_same_in_another_world, 0, 8);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return check_program(suite(), "check_reasons");
}
