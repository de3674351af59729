/* The catalogue itself as tests: each criterion, in memory and over the
 * network, against the reference of each system that it is for. They all run
 * side by side first, as `wsconform run` runs them; each case then bears a
 * criterion's id and looks its verdict up, so that the text of a failure is the
 * criterion's evidence. */
#include "bench/result.h"
#include "check_program.h"
#include "run/run.h"
#include "spec.h"
#include <cJSON.h>
#include <stdlib.h>
#include <string.h>

enum { SEED = 20260222, JOBS = 16 };

static const char *const systems[] = { "signals", "factory", "pos" };

/* All systems on one kind of target. */
struct evidence {
    struct target targets[COUNT_OF(systems)];
    bool *claims; /* by a test's number: does the system's manifest claim it? */
    struct record record;
};

static struct evidence evidence[TARGET_REFERENCE + 1];

static const struct cJSON *verdict_of(const struct record *record,
                                      const char *system, const char *id)
{
    const struct cJSON *line;

    cJSON_ArrayForEach(line, record->verdicts)
    {
        if (strcmp(member_text(line, "id"), id) == 0 &&
            strcmp(member_text(line, "profile"), system) == 0)
            return line;
    }
    return NULL;
}

static bool has_verdict(const struct cJSON *line, enum verdict verdict)
{
    return strcmp(member_text(line, "verdict"), verdict_name(verdict)) == 0;
}

/* It may also be there for services of others: those that have what this
 * system's own manifest does not claim. Another system proves it then; that of
 * rooms in `make runs`, and where mutants are judged. */
static bool is_for_others(enum target_kind kind, int number,
                          const struct cJSON *line)
{
    const struct criterion *criterion = &catalogue[number / COUNT_OF(systems)];
    bool proven = (criterion->profiles & ROOMS) != 0;

    for (int i = 0; i < COUNT_OF(systems) && !proven; i++)
        proven = has_verdict(
            verdict_of(&evidence[kind].record, systems[i], criterion->spec->id),
            PASS);
    return has_verdict(line, NOT_APPLICABLE) &&
           !evidence[kind].claims[number] && proven;
}

/* A test's number says which criterion, and of which system. */
static void judge(enum target_kind kind, int number)
{
    const char *id = catalogue[number / COUNT_OF(systems)].spec->id;
    const char *system = systems[number % COUNT_OF(systems)];
    const struct cJSON *line = verdict_of(&evidence[kind].record, system, id);

    ck_assert_msg(line != NULL, "%s: no verdict", system);
    ck_assert_msg(has_verdict(line, PASS) || is_for_others(kind, number, line),
                  "%s, %s: expected %s; seen: %s", system,
                  member_text(line, "verdict"), member_text(line, "expected"),
                  member_text(line, "seen"));
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

    for (int i = 0; i < COUNT_OF(systems); i++) {
        int number = index * COUNT_OF(systems) + i;
        if ((criterion->profiles & profile_named(systems[i])) == 0)
            continue;
        tcase_add_loop_test(tcase, in_memory, number, number + 1);
        /* `make runs` asks that of a reference that has TLS. */
        if ((criterion->needs & PLAIN_LISTENER) == 0)
            tcase_add_loop_test(tcase, over_the_network, number, number + 1);
    }
    suite_add_tcase(suite, tcase);
}

static bool open_target(struct target *target, const char *system,
                        enum target_kind kind)
{
    struct target_choice choice = { .kind = kind, .profile = system };
    struct buffer errors;
    enum fault fault;

    buffer_init(&errors, 65536);
    fault = target_open(target, &choice, &errors);
    if (fault != FAULT_NONE)
        fprintf(stderr, "check_catalogue: %s: %s%s\n", system,
                buffer_string(&errors),
                fault == FAULT_MANIFEST ? "" : fault_reason());
    buffer_deinit(&errors);
    return fault == FAULT_NONE;
}

/* Verdicts have tests of their own; what no test would show is trouble of the
 * run's: a server that has died, a check of the target that failed. */
static bool run_all(struct evidence *it, enum target_kind kind)
{
    struct run_options options = {
        .selection = { .shard = 1, .shards = 1, .max_wait_ms = -1 },
        .jobs = JOBS,
        .repeat = 1,
        .seed = SEED,
    };
    struct progress progress;
    bool good = true;

    record_init(&it->record);
    for (int i = 0; i < COUNT_OF(systems) && good; i++)
        good = open_target(&it->targets[i], systems[i], kind);
    it->claims = calloc(catalogue_size * COUNT_OF(systems), sizeof(bool));
    for (size_t i = 0; i < catalogue_size * COUNT_OF(systems) && good; i++)
        it->claims[i] =
            manifest_claims(it->targets[i % COUNT_OF(systems)].manifest,
                            catalogue[i / COUNT_OF(systems)].needs);
    if (!good || it->claims == NULL)
        return false;
    progress_init(&progress, NULL);
    run_catalogue(it->targets, COUNT_OF(systems), &options, &progress,
                  &it->record);
    const char *trouble = member_text(it->record.end, "trouble");
    if (trouble[0] != 0)
        fprintf(stderr, "check_catalogue: %s\n", trouble);
    for (int i = 0; i < COUNT_OF(systems); i++)
        target_close(&it->targets[i]);
    return trouble[0] == 0;
}

int main(void)
{
    Suite *suite = suite_create("catalogue");
    bool good = true;

    for (size_t i = 0; i < catalogue_size; i++)
        add(suite, &catalogue[i], (int)i);
    for (int kind = TARGET_MOCK; kind <= TARGET_REFERENCE; kind++)
        good = run_all(&evidence[kind], (enum target_kind)kind) && good;
    setenv("CK_FORK", "no", 1); /* a case only looks its verdict up */
    int status = check_program(suite, "check_catalogue");
    for (int kind = TARGET_MOCK; kind <= TARGET_REFERENCE; kind++) {
        record_deinit(&evidence[kind].record);
        free(evidence[kind].claims);
    }
    return good ? status : 1;
}
