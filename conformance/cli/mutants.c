/* `mutants`: the kill matrix. Each mutant is judged by the whole catalogue, in
 * memory; it must fail exactly the criteria that it names. */
#include "bench/result.h"
#include "cli/verbs.h"
#include "lab.h"
#include "run/lines.h"
#include "run/progress.h"
#include "run/run.h"
#include "run/scheduler.h"
#include <cJSON.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <unistd.h>

enum { MUTANT_DEADLINE_MS = 60000, NAMES_BYTES_MAX = 64 * 1024 };

/* What mutants of one profile are judged with. */
struct place {
    struct manifest *manifest;
    struct lab *lab;
};

struct trial {
    const struct place *place;
    const struct mutant *mutant; /* NULL: the secure core */
    char *failed;                /* ids, space-separated */
};

enum { PLACES_MAX = 8 };

struct matrix {
    struct place places[PLACES_MAX];
    size_t place_count;
    struct progress progress;
    struct trial *trials; /* of each profile, the secure core first */
    size_t count;
    bool broken; /* a trial that came to nothing */
};

/* --- In the worker -----------------------------------------------------------
 */

static void judge(const struct trial *trial, const struct criterion *criterion,
                  unsigned index, struct buffer *failed)
{
    struct world world = { .seed = 1, .index = index, .is_silent = true };
    struct result result;
    struct adapter *adapter =
        adapter_mock_new(trial->place->lab, trial->mutant);

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

static char *work(void *data)
{
    const struct trial *trial = data;
    struct buffer failed;

    buffer_init(&failed, NAMES_BYTES_MAX);
    for (size_t i = 0; i < catalogue_size; i++) {
        if ((catalogue[i].profiles & trial->place->manifest->profile) != 0)
            judge(trial, &catalogue[i], (unsigned)i, &failed);
    }
    buffer_add_string(&failed, "."); /* no names are a result, too */
    return buffer_take(&failed);
}

/* --- In the parent -----------------------------------------------------------
 */

static const char *name_of(const struct trial *trial)
{
    return trial->mutant == NULL ? "(the reference itself)"
                                 : trial->mutant->name;
}

static unsigned profiles_of(const struct matrix *matrix)
{
    unsigned profiles = 0;

    for (size_t i = 0; i < matrix->place_count; i++)
        profiles |= matrix->places[i].manifest->profile;
    return profiles;
}

static void began(void *self, void *data)
{
    struct matrix *matrix = self;

    progress_began(&matrix->progress, name_of(data));
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
        fprintf(stderr, "wsconform: %s: %s\n", name_of(trial), trouble);
    progress_done(&matrix->progress, name_of(trial),
                  line == NULL ? INCONCLUSIVE : PASS,
                  line == NULL ? trouble : trial->failed, us);
}

static bool goes_on(void *self)
{
    (void)self;
    return true;
}

/* --- What came of it ---------------------------------------------------------
 */

struct findings {
    struct cJSON *unkilled;
    struct cJSON *idle; /* criteria without a mutant */
    struct cJSON *alarms;
};

static void find_in(struct trial *trial, struct findings *findings)
{
    const char *expected = trial->mutant == NULL ? "" : trial->mutant->kills;
    struct cJSON *failed = words_json(trial->failed);
    struct cJSON *named = words_json(expected);
    const struct cJSON *word;
    bool killed = trial->mutant == NULL || trial->failed[0] != 0;
    char alarm[256];

    cJSON_ArrayForEach(word, failed)
    {
        snprintf(alarm, sizeof(alarm), "%s, %s: %s", name_of(trial),
                 profile_name(trial->place->manifest->profile),
                 word->valuestring);
        if (!cites(expected, word->valuestring))
            cJSON_AddItemToArray(findings->alarms, cJSON_CreateString(alarm));
    }
    cJSON_ArrayForEach(word, named)
    {
        killed = killed && cites(trial->failed, word->valuestring);
    }
    if (!killed)
        cJSON_AddItemToArray(findings->unkilled,
                             cJSON_CreateString(name_of(trial)));
    cJSON_Delete(failed);
    cJSON_Delete(named);
}

static void find_idle(const struct matrix *matrix, struct findings *findings)
{
    for (size_t i = 0; i < catalogue_size; i++) {
        const char *id = catalogue[i].spec->id;
        bool kills = (catalogue[i].profiles & profiles_of(matrix)) == 0;
        for (size_t k = 0; k < matrix->count; k++)
            kills = kills || (matrix->trials[k].mutant != NULL &&
                              cites(matrix->trials[k].failed, id));
        if (!kills)
            cJSON_AddItemToArray(findings->idle, cJSON_CreateString(id));
    }
}

static void print_json(const struct matrix *matrix,
                       const struct findings *findings)
{
    struct cJSON *report = cJSON_CreateObject();
    struct cJSON *array = cJSON_AddArrayToObject(report, "mutants");

    for (size_t i = 0; i < matrix->count; i++) {
        const struct trial *trial = &matrix->trials[i];
        if (trial->mutant == NULL)
            continue;
        struct cJSON *object = cJSON_CreateObject();
        cJSON_AddStringToObject(object, "name", trial->mutant->name);
        cJSON_AddStringToObject(object, "says", trial->mutant->says);
        cJSON_AddStringToObject(object, "profile",
                                profile_name(trial->mutant->profile));
        cJSON_AddItemToObject(object, "expected",
                              words_json(trial->mutant->kills));
        cJSON_AddItemToObject(object, "failed", words_json(trial->failed));
        cJSON_AddItemToArray(array, object);
    }
    cJSON_AddItemReferenceToObject(report, "unkilled", findings->unkilled);
    cJSON_AddItemReferenceToObject(report, "criteria_without_mutant",
                                   findings->idle);
    cJSON_AddItemReferenceToObject(report, "false_alarms", findings->alarms);
    char *text = cJSON_Print(report);
    puts(text == NULL ? "{}" : text);
    cJSON_free(text);
    cJSON_Delete(report);
}

static void print_list(const char *title, const struct cJSON *array)
{
    const struct cJSON *item;

    cJSON_ArrayForEach(item, array)
    {
        printf("%s  %s\n", title, item->valuestring);
    }
}

static void print_table(const struct matrix *matrix,
                        const struct findings *findings)
{
    for (size_t i = 0; i < matrix->count; i++) {
        const struct trial *trial = &matrix->trials[i];
        if (trial->mutant != NULL)
            printf("%s (%s)\n    %s\n    fails  %s\n", trial->mutant->name,
                   profile_name(trial->mutant->profile), trial->mutant->says,
                   trial->failed);
    }
    puts("");
    print_list("not killed as named     ", findings->unkilled);
    print_list("criterion without mutant", findings->idle);
    print_list("false alarm             ", findings->alarms);
    printf("%zu mutants, %d not killed as named, %d criteria without a mutant, "
           "%d false alarms\n",
           matrix->count - matrix->place_count,
           cJSON_GetArraySize(findings->unkilled),
           cJSON_GetArraySize(findings->idle),
           cJSON_GetArraySize(findings->alarms));
}

static int conclude(const struct options *options, const struct matrix *matrix)
{
    struct findings findings = { cJSON_CreateArray(), cJSON_CreateArray(),
                                 cJSON_CreateArray() };

    for (size_t i = 0; i < matrix->count; i++)
        find_in(&matrix->trials[i], &findings);
    if (options->only == NULL)
        find_idle(matrix, &findings);
    if (options->json != NULL)
        print_json(matrix, &findings);
    else
        print_table(matrix, &findings);

    int bad = cJSON_GetArraySize(findings.unkilled) +
              cJSON_GetArraySize(findings.idle) +
              cJSON_GetArraySize(findings.alarms);
    cJSON_Delete(findings.unkilled);
    cJSON_Delete(findings.idle);
    cJSON_Delete(findings.alarms);
    if (matrix->broken || scheduler_interrupted())
        return EXIT_UNSURE;
    return bad == 0 ? EXIT_GOOD : EXIT_FAIL;
}

static int run_trials(const struct options *options, struct matrix *matrix)
{
    struct task *tasks = calloc(matrix->count, sizeof(*tasks));
    struct task_ops ops = { work, began, done, goes_on, matrix };
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
    return conclude(options, matrix);
}

static void choose_trials(const struct options *options, struct matrix *matrix,
                          const struct place *place)
{
    matrix->trials[matrix->count++] = (struct trial){ place, NULL, NULL };
    for (size_t i = 0; i < mutants_size; i++) {
        bool chosen = mutants[i].profile == place->manifest->profile &&
                      (options->only == NULL ||
                       fnmatch(options->only, mutants[i].name, 0) == 0);
        if (chosen)
            matrix->trials[matrix->count++] =
                (struct trial){ place, &mutants[i], NULL };
    }
}

/* False, and told, where the profile cannot be read. */
static bool add_place(struct matrix *matrix, unsigned profile)
{
    struct place *place = &matrix->places[matrix->place_count];
    struct buffer errors;

    buffer_init(&errors, 65536);
    place->manifest =
        manifest_read_profile(profile_name(profile), NULL, &errors);
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
    matrix.trials = calloc(mutants_size + PLACES_MAX, sizeof(*matrix.trials));
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
