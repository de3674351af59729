/* `mutants`: the kill matrix. Each mutant is judged by the whole catalogue of
 * each of its profiles, in memory: it must die in each, fail each criterion
 * that it names in one at least, and fail no other in any. */
#include "bench/result.h"
#include "cli/matrix.h"
#include "run/run.h"
#include "run/scheduler.h"
#include <cJSON.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    MUTANT_DEADLINE_MS = 60000,
    NAMES_BYTES_MAX = 64 * 1024,
    NODES_OF_TRIALS = 3, /* where a criterion asks for several */
};

/* --- In the worker -------------------------------------------------------- */

static void judge(const struct trial *trial, const struct criterion *criterion,
                  unsigned index, struct buffer *failed)
{
    struct world world = { .seed = 1, .index = index, .keeping = KEPT_NEVER };
    struct result result;
    unsigned nodes =
        (criterion->needs & (NODES | SHARED_FAULT | NODE_FAULT)) != 0
            ? NODES_OF_TRIALS
            : 1;
    struct adapter *adapter =
        adapter_mock_new(trial->place->lab, trial->mutant, nodes);

    if (adapter == NULL)
        exit(EXIT_UNSURE);
    bench_run(criterion, trial->place->manifest, adapter, &world, &result);
    bool is_secure = trial->mutant == NULL;
    if (result.verdict == FAIL || (is_secure && result.verdict != PASS))
        buffer_printf(failed, "%s%s", failed->length > 0 ? " " : "",
                      criterion->spec->id);
    result_deinit(&result);
    adapter_free(adapter);
}

static bool is_asked(const struct trial *trial,
                     const struct criterion *criterion)
{
    return (criterion->profiles & trial->place->manifest->profile) != 0 &&
           manifest_claims(trial->place->manifest, criterion->needs) &&
           (!trial->named || trial->mutant == NULL ||
            is_killed_by(trial->mutant, criterion->spec->id));
}

static char *work(void *data)
{
    const struct trial *trial = data;
    struct buffer failed;

    buffer_init(&failed, NAMES_BYTES_MAX);
    for (size_t i = 0; i < catalogue_size; i++)
        if (is_asked(trial, &catalogue[i]))
            judge(trial, &catalogue[i], (unsigned)i, &failed);
    buffer_add_string(&failed, "."); /* no names are a result, too */
    return buffer_take(&failed);
}

/* --- In the parent -------------------------------------------------------- */

static void began(void *self, void *data)
{
    struct matrix *matrix = self;

    progress_began(&matrix->progress, trial_name(data));
}

static void done(void *self, void *data, const char *line, const char *trouble,
                 int64_t us)
{
    struct matrix *matrix = self;
    struct trial *trial = data;

    matrix->broken = matrix->broken || line == NULL;
    trial->failed = strndup(line == NULL ? "" : line,
                            line == NULL ? 0 : strcspn(line, "."));
    if (line == NULL)
        fprintf(stderr, "wsconform: %s: %s\n", trial_name(trial), trouble);
    progress_done(&matrix->progress, trial_name(trial),
                  line == NULL ? INCONCLUSIVE : PASS, false,
                  line == NULL ? trouble : trial->failed, us);
}

static bool goes_on(void *self)
{
    (void)self;
    return true;
}

static int waits(void *self)
{
    return progress_tick(&((struct matrix *)self)->progress);
}

static int run_trials(const struct options *options, struct matrix *matrix)
{
    struct task *tasks = calloc(matrix->count, sizeof(*tasks));
    struct task_ops ops = { work, began, done, goes_on, matrix, waits };
    int jobs = options->jobs > 0 ? (int)options->jobs
                                 : (int)sysconf(_SC_NPROCESSORS_ONLN);

    for (size_t i = 0; tasks != NULL && i < matrix->count; i++)
        tasks[i] = (struct task){ 0, false, MUTANT_DEADLINE_MS,
                                  &matrix->trials[i], false };
    if (tasks != NULL)
        scheduler_run(tasks, matrix->count, jobs, &ops);
    for (size_t i = 0; i < matrix->count; i++) {
        if (matrix->trials[i].failed == NULL)
            matrix->trials[i].failed = strdup("");
    }
    free(tasks);
    progress_end(&matrix->progress);

    int status = matrix_conclude(options, matrix);
    return matrix->broken || scheduler_interrupted() ? EXIT_UNSURE : status;
}

static void choose_trials(const struct options *options, struct matrix *matrix,
                          const struct place *place)
{
    matrix->trials[matrix->count++] =
        (struct trial){ place, NULL, NULL, options->named };
    for (size_t i = 0; i < mutants_size; i++) {
        bool chosen =
            (mutants[i].profiles & place->manifest->profile) != 0 &&
            (options->only == NULL ||
             fnmatch(options->only, mutants[i].name, FNM_EXTMATCH) == 0);
        if (chosen)
            matrix->trials[matrix->count++] =
                (struct trial){ place, &mutants[i], NULL, options->named };
    }
}

/* Mutants forget limits, not megabytes: where a limit is the manifest's, the
 * matrix is as sharp with a small one, and several times as fast. */
static struct cJSON *small_limits(unsigned profile)
{
    struct cJSON *overlay =
        profile == ROOMS ? cJSON_Parse("{\"limits\":{\"binary_bytes\":131072,"
                                       "\"json_bytes\":32768}}")
                         : NULL;

    return overlay;
}

/* False, and told, where the profile cannot be read. */
static bool add_place(struct matrix *matrix, unsigned profile)
{
    struct place *place = &matrix->places[matrix->place_count];
    struct buffer errors;

    struct cJSON *overlay = small_limits(profile);

    buffer_init(&errors, 65536);
    place->manifest =
        manifest_read_profile(profile_name(profile), overlay, &errors);
    cJSON_Delete(overlay);
    place->lab = place->manifest == NULL ? NULL : lab_new(place->manifest);
    if (place->manifest == NULL)
        fputs(buffer_string(&errors), stderr);
    else if (place->lab == NULL)
        usage_error("%s", fault_reason());
    buffer_deinit(&errors);
    matrix->place_count += place->manifest != NULL;
    return place->lab != NULL;
}

static bool add_places(struct matrix *matrix, unsigned profiles)
{
    bool good = profiles != 0;

    for (unsigned one = 1; one <= EVERY_PROFILE && good; one <<= 1)
        good = (profiles & one) == 0 || add_place(matrix, one);
    return good;
}

static void matrix_deinit(struct matrix *matrix)
{
    for (size_t i = 0; matrix->trials != NULL && i < matrix->count; i++)
        free(matrix->trials[i].failed);
    free(matrix->trials);
    for (size_t i = 0; i < matrix->place_count; i++) {
        lab_free(matrix->places[i].lab);
        manifest_free(matrix->places[i].manifest);
    }
}

int verb_mutants(const struct options *options)
{
    struct matrix matrix = { .count = 0 };
    int status = EXIT_USAGE;

    if (check_jobs(options) != EXIT_GOOD)
        return EXIT_USAGE;
    matrix.trials =
        calloc((mutants_size + 1) * PLACES_MAX, sizeof(*matrix.trials));
    progress_init(&matrix.progress, isatty(STDERR_FILENO) ? stderr : NULL);
    scheduler_listen();
    if (matrix.trials != NULL &&
        add_places(&matrix, profiles_meant(options->profile))) {
        for (size_t i = 0; i < matrix.place_count; i++)
            choose_trials(options, &matrix, &matrix.places[i]);
        progress_plan(&matrix.progress, "mutants", matrix.count);
        status = matrix.count > matrix.place_count
                     ? run_trials(options, &matrix)
                     : usage_error("no mutant is selected");
    }
    matrix_deinit(&matrix);
    return status;
}
