/* The catalogue itself as tests: each criterion, in memory and over the
 * network, against the reference of each system that it is for. The case bears
 * the criterion's id, the text of a failure is the criterion's evidence. */
#include "bench/result.h"
#include "check_program.h"
#include "run/target.h"
#include "spec.h"

enum { SEED = 20260222, PATIENCE_S = 40, KINDS = TARGET_REFERENCE + 1 };

static const char *const systems[] = { "signals", "factory", "pos" };

static struct target targets[COUNT_OF(systems)][KINDS];

/* A test's number says which criterion, and of which system. */
static void judge(enum target_kind kind, int number)
{
    int index = number / COUNT_OF(systems);
    const struct target *target = &targets[number % COUNT_OF(systems)][kind];
    struct world world = { .seed = SEED, .index = (unsigned)number };
    struct result result;
    struct adapter *adapter = target_adapter(target);

    ck_assert_msg(adapter != NULL, "%s", fault_reason());
    bench_run(&catalogue[index], target->manifest, adapter, &world, &result);
    ck_assert_msg(result.verdict == PASS, "%s, %s: expected %s; seen: %s",
                  target->manifest->name, verdict_name(result.verdict),
                  result.expected, result.seen);
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
    for (int i = 0; i < COUNT_OF(systems); i++) {
        int number = index * COUNT_OF(systems) + i;
        if ((criterion->profiles & profile_named(systems[i])) == 0)
            continue;
        tcase_add_loop_test(tcase, in_memory, number, number + 1);
        tcase_add_loop_test(tcase, over_the_network, number, number + 1);
    }
    suite_add_tcase(suite, tcase);
}

static bool open_target(int system, enum target_kind kind)
{
    struct target_choice choice = { .kind = kind, .profile = systems[system] };
    struct buffer errors;
    enum fault fault;

    buffer_init(&errors, 65536);
    fault = target_open(&targets[system][kind], &choice, &errors);
    if (fault != FAULT_NONE)
        fprintf(stderr, "check_catalogue: %s: %s%s\n", systems[system],
                buffer_string(&errors),
                fault == FAULT_MANIFEST ? "" : fault_reason());
    buffer_deinit(&errors);
    return fault == FAULT_NONE;
}

static bool open_all(void)
{
    bool good = true;

    for (int i = 0; i < COUNT_OF(systems) && good; i++)
        good = open_target(i, TARGET_MOCK) && open_target(i, TARGET_REFERENCE);
    return good;
}

/* False when a server of ours has died meanwhile. */
static bool close_all(void)
{
    bool good = true;

    for (int i = 0; i < COUNT_OF(systems); i++) {
        if (target_health(&targets[i][TARGET_REFERENCE]) != FAULT_NONE) {
            fprintf(stderr, "check_catalogue: %s: %s\n", systems[i],
                    fault_reason());
            good = false;
        }
        target_close(&targets[i][TARGET_MOCK]);
        target_close(&targets[i][TARGET_REFERENCE]);
    }
    return good;
}

int main(void)
{
    Suite *suite = suite_create("catalogue");
    int status = 1;

    for (size_t i = 0; i < catalogue_size; i++)
        add(suite, &catalogue[i], (int)i);
    if (open_all())
        status = check_program(suite, "check_catalogue");
    return close_all() ? status : 1;
}
