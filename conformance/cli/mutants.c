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

struct trial {
    const struct matrix *matrix;
    const struct mutant *mutant; /* NULL: the secure core */
    char *failed;                /* ids, space-separated */
};

struct matrix {
    const struct manifest *manifest;
    struct lab *lab;
    struct progress progress;
    struct trial *trials; /* the secure core first */
    size_t count;
    bool broken; /* a trial that came to nothing */
};

/* --- In the worker -----------------------------------------------------------
 */

static void judge(const struct trial *trial, const struct criterion *criterion,
                  unsigned index, struct buffer *failed)
{
    struct world world = { 1, index };
    struct result result;
    struct adapter *adapter =
        adapter_mock_new(trial->matrix->lab, trial->mutant);

    if (adapter == NULL)
        exit(EXIT_UNSURE);
    bench_run(criterion, trial->matrix->manifest, adapter, &world, &result);
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
        if ((catalogue[i].profiles & trial->matrix->manifest->profile) != 0)
            judge(trial, &catalogue[i], (unsigned)i, &failed);
    }
    buffer_add_string(&failed, "\n");
    return buffer_take(&failed);
}

/* --- In the parent -----------------------------------------------------------
 */

static const char *name_of(const struct trial *trial)
{
    return trial->mutant == NULL ? "(the reference itself)"
                                 : trial->mutant->name;
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
    trial->failed = strdup(line == NULL ? "" : line);
    if (trial->failed != NULL)
        trial->failed[strcspn(trial->failed, "\n")] = 0;
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
        snprintf(alarm, sizeof(alarm), "%s: %s", name_of(trial),
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
        bool kills = (catalogue[i].profiles & matrix->manifest->profile) == 0;
        for (size_t k = 1; k < matrix->count; k++)
            kills = kills || cites(matrix->trials[k].failed, id);
        if (!kills)
            cJSON_AddItemToArray(findings->idle, cJSON_CreateString(id));
    }
}

static void print_json(const struct matrix *matrix,
                       const struct findings *findings)
{
    struct cJSON *report = cJSON_CreateObject();
    struct cJSON *array = cJSON_AddArrayToObject(report, "mutants");

    for (size_t i = 1; i < matrix->count; i++) {
        const struct trial *trial = &matrix->trials[i];
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
    for (size_t i = 1; i < matrix->count; i++) {
        const struct trial *trial = &matrix->trials[i];
        printf("%s\n    %s\n    fails  %s\n", trial->mutant->name,
               trial->mutant->says, trial->failed);
    }
    puts("");
    print_list("not killed as named     ", findings->unkilled);
    print_list("criterion without mutant", findings->idle);
    print_list("false alarm             ", findings->alarms);
    printf("%zu mutants, %d not killed as named, %d criteria without a mutant, "
           "%d false alarms\n",
           matrix->count - 1, cJSON_GetArraySize(findings->unkilled),
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
        tasks[i] =
            (struct task){ 0, false, MUTANT_DEADLINE_MS, &matrix->trials[i] };
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

static void choose_trials(const struct options *options, struct matrix *matrix)
{
    matrix->trials[matrix->count++] = (struct trial){ matrix, NULL, NULL };
    for (size_t i = 0; i < mutants_size; i++) {
        bool chosen = (mutants[i].profile & matrix->manifest->profile) != 0 &&
                      (options->only == NULL ||
                       fnmatch(options->only, mutants[i].name, 0) == 0);
        if (chosen)
            matrix->trials[matrix->count++] =
                (struct trial){ matrix, &mutants[i], NULL };
    }
}

int verb_mutants(const struct options *options)
{
    struct buffer errors;
    struct matrix matrix = { .count = 0 };
    unsigned profile = profile_meant(options->profile);
    int status = EXIT_USAGE;

    if (profile == 0 || check_jobs(options) != EXIT_GOOD)
        return EXIT_USAGE;
    buffer_init(&errors, 65536);
    struct manifest *manifest =
        manifest_read_profile(profile_name(profile), NULL, &errors);
    matrix.manifest = manifest;
    matrix.lab = manifest == NULL ? NULL : lab_new(manifest);
    matrix.trials = calloc(mutants_size + 1, sizeof(*matrix.trials));
    progress_init(&matrix.progress, isatty(STDERR_FILENO) ? stderr : NULL);
    scheduler_listen();
    if (matrix.lab == NULL || matrix.trials == NULL) {
        fputs(buffer_string(&errors), stderr);
    } else {
        choose_trials(options, &matrix);
        progress_plan(&matrix.progress, "mutants", matrix.count);
        status = matrix.count > 1 ? run_trials(options, &matrix)
                                  : usage_error("no mutant is selected");
    }
    for (size_t i = 0; matrix.trials != NULL && i < matrix.count; i++)
        free(matrix.trials[i].failed);
    free(matrix.trials);
    lab_free(matrix.lab);
    manifest_free(manifest);
    buffer_deinit(&errors);
    return status;
}
