/* The catalogue itself as tests: each criterion, in memory and over the
 * network, against the reference. The case bears the criterion's id, the text
 * of a failure is the criterion's evidence. */
#include "bench/result.h"
#include "check_program.h"
#include "run/target.h"
#include "spec.h"

enum { SEED = 20260222, PATIENCE_S = 40 };

static struct target targets[2]; /* by enum target_kind: mock, reference */

static void judge(enum target_kind kind, int index)
{
    struct world world = { SEED, (unsigned)index };
    struct result result;
    struct adapter *adapter = target_adapter(&targets[kind]);

    ck_assert_msg(adapter != NULL, "%s", fault_reason());
    bench_run(&catalogue[index], targets[kind].manifest, adapter, &world,
              &result);
    ck_assert_msg(result.verdict == PASS, "%s: expected %s; seen: %s",
                  verdict_name(result.verdict), result.expected, result.seen);
    result_deinit(&result);
    adapter_free(adapter);
}

START_TEST(in_memory)
{
    judge(TARGET_MOCK, _i);
}
END_TEST

START_TEST(over_the_network)
{
    judge(TARGET_REFERENCE, _i);
}
END_TEST

static void add(Suite *suite, const struct criterion *criterion, int index)
{
    TCase *tcase = tcase_create(criterion->spec->id);

    tcase_set_timeout(tcase, PATIENCE_S);
    tcase_add_loop_test(tcase, in_memory, index, index + 1);
    tcase_add_loop_test(tcase, over_the_network, index, index + 1);
    suite_add_tcase(suite, tcase);
}

static bool open_target(enum target_kind kind)
{
    struct target_choice choice = { .kind = kind, .profile = "signals" };
    struct buffer errors;
    enum fault fault;

    buffer_init(&errors, 65536);
    fault = target_open(&targets[kind], &choice, &errors);
    if (fault != FAULT_NONE)
        fprintf(stderr, "check_catalogue: %s%s\n", buffer_string(&errors),
                fault == FAULT_MANIFEST ? "" : fault_reason());
    buffer_deinit(&errors);
    return fault == FAULT_NONE;
}

int main(void)
{
    Suite *suite = suite_create("catalogue");
    int status = 1;

    for (size_t i = 0; i < catalogue_size; i++)
        add(suite, &catalogue[i], (int)i);
    if (open_target(TARGET_MOCK) && open_target(TARGET_REFERENCE))
        status = check_program(suite, "check_catalogue");
    if (target_health(&targets[TARGET_REFERENCE]) != FAULT_NONE) {
        fprintf(stderr, "check_catalogue: %s\n", fault_reason());
        status = 1;
    }
    target_close(&targets[TARGET_MOCK]);
    target_close(&targets[TARGET_REFERENCE]);
    return status;
}
