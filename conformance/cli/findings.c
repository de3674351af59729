/* What the kill matrix found, and how it is told: whoever survives, whatever
 * fails unnamed, and the criteria that fail nothing. */
#include "cli/matrix.h"
#include <cJSON.h>

const char *trial_name(const struct trial *trial)
{
    return trial->mutant == NULL ? "(the reference itself)"
                                 : trial->mutant->name;
}

static const char *profile_of(const struct trial *trial)
{
    return profile_name(trial->place->manifest->profile);
}

static unsigned profiles_of(const struct matrix *matrix)
{
    unsigned profiles = 0;

    for (size_t i = 0; i < matrix->place_count; i++)
        profiles |= matrix->places[i].manifest->profile;
    return profiles;
}

struct findings {
    struct cJSON *unkilled;
    struct cJSON *idle; /* criteria without a mutant */
    struct cJSON *alarms;
};

static void add_finding(struct cJSON *array, const char *what,
                        const char *profile, const char *more)
{
    char text[256];

    snprintf(text, sizeof(text), "%s%s%s%s%s", what, *profile == 0 ? "" : ", ",
             profile, *more == 0 ? "" : ": ", more);
    cJSON_AddItemToArray(array, cJSON_CreateString(text));
}

static bool is_tried(const struct matrix *matrix, const struct mutant *mutant)
{
    for (size_t i = 0; i < matrix->count; i++)
        if (matrix->trials[i].mutant == mutant)
            return true;
    return false;
}

static size_t count_tried(const struct matrix *matrix)
{
    size_t count = 0;

    for (size_t i = 0; i < mutants_size; i++)
        count += is_tried(matrix, &mutants[i]);
    return count;
}

/* What fails the trial and is not named is a false alarm. */
static void find_in(const struct trial *trial, struct findings *findings)
{
    const char *profile = profile_of(trial);
    struct cJSON *failed = words_json(trial->failed);
    const struct cJSON *word;

    cJSON_ArrayForEach(word, failed)
    {
        if (trial->mutant == NULL ||
            !is_killed_by(trial->mutant, word->valuestring))
            add_finding(findings->alarms, trial_name(trial), profile,
                        word->valuestring);
    }
    if (trial->mutant != NULL && trial->failed[0] == 0)
        add_finding(findings->unkilled, trial_name(trial), profile, "");
    cJSON_Delete(failed);
}

/* Does the criterion fail this mutant (NULL: any) in one of these profiles? */
static bool is_failed(const struct matrix *matrix, const struct mutant *mutant,
                      unsigned profiles, const char *id)
{
    for (size_t i = 0; i < matrix->count; i++) {
        const struct trial *trial = &matrix->trials[i];
        if (trial->mutant != NULL &&
            (mutant == NULL || trial->mutant == mutant) &&
            (trial->place->manifest->profile & profiles) != 0 &&
            cites(trial->failed, id))
            return true;
    }
    return false;
}

/* What a mutant names and nowhere fails. That cannot be told where not all of
 * its profiles are tried. */
static void find_idle_names(const struct matrix *matrix,
                            const struct mutant *mutant,
                            struct findings *findings)
{
    for (const char *const *id = mutant->kills; *id != NULL; id++)
        if (!is_failed(matrix, mutant, EVERY_PROFILE, *id))
            add_finding(findings->unkilled, mutant->name, "", *id);
}

/* A criterion has to fail something in each profile that asks it. */
static void find_idle(const struct matrix *matrix, struct findings *findings)
{
    for (size_t i = 0; i < catalogue_size * matrix->place_count; i++) {
        const struct criterion *criterion = &catalogue[i / matrix->place_count];
        const struct manifest *manifest =
            matrix->places[i % matrix->place_count].manifest;
        if ((criterion->profiles & manifest->profile) != 0 &&
            manifest_claims(manifest, criterion->needs) &&
            !is_failed(matrix, NULL, manifest->profile, criterion->spec->id))
            add_finding(findings->idle, criterion->spec->id,
                        profile_name(manifest->profile), "");
    }
}

static void add_expected(struct cJSON *object, const struct mutant *mutant)
{
    struct cJSON *array = cJSON_AddArrayToObject(object, "expected");

    for (const char *const *id = mutant->kills; *id != NULL; id++)
        cJSON_AddItemToArray(array, cJSON_CreateString(*id));
}

/* Adds what failed the mutant in each of its profiles, and in any. */
static void add_failed(struct cJSON *object, const struct matrix *matrix,
                       const struct mutant *mutant)
{
    struct cJSON *any = cJSON_AddArrayToObject(object, "failed");
    struct cJSON *each = cJSON_AddObjectToObject(object, "failed_in");

    for (size_t i = 0; i < catalogue_size; i++)
        if (is_failed(matrix, mutant, EVERY_PROFILE, catalogue[i].spec->id))
            cJSON_AddItemToArray(any,
                                 cJSON_CreateString(catalogue[i].spec->id));
    for (size_t i = 0; i < matrix->count; i++)
        if (matrix->trials[i].mutant == mutant)
            cJSON_AddItemToObject(each, profile_of(&matrix->trials[i]),
                                  words_json(matrix->trials[i].failed));
}

static void print_json(const struct matrix *matrix,
                       const struct findings *findings)
{
    struct cJSON *report = cJSON_CreateObject();
    struct cJSON *array = cJSON_AddArrayToObject(report, "mutants");

    for (size_t i = 0; i < mutants_size; i++) {
        if (!is_tried(matrix, &mutants[i]))
            continue;
        struct cJSON *object = cJSON_CreateObject();
        cJSON_AddStringToObject(object, "name", mutants[i].name);
        cJSON_AddStringToObject(object, "says", mutants[i].says);
        add_expected(object, &mutants[i]);
        add_failed(object, matrix, &mutants[i]);
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
                   profile_of(trial), trial->mutant->says, trial->failed);
    }
    puts("");
    print_list("not killed as named     ", findings->unkilled);
    print_list("criterion without mutant", findings->idle);
    print_list("false alarm             ", findings->alarms);
    printf("%zu mutants in %zu trials, %d not killed as named, %d criteria "
           "without a mutant, %d false alarms\n",
           count_tried(matrix), matrix->count - matrix->place_count,
           cJSON_GetArraySize(findings->unkilled),
           cJSON_GetArraySize(findings->idle),
           cJSON_GetArraySize(findings->alarms));
}

int matrix_conclude(const struct options *options, const struct matrix *matrix)
{
    struct findings findings = { cJSON_CreateArray(), cJSON_CreateArray(),
                                 cJSON_CreateArray() };

    for (size_t i = 0; i < matrix->count; i++)
        find_in(&matrix->trials[i], &findings);
    for (size_t i = 0; i < mutants_size; i++)
        if (is_tried(matrix, &mutants[i]) &&
            (mutants[i].profiles & ~profiles_of(matrix)) == 0)
            find_idle_names(matrix, &mutants[i], &findings);
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
    return bad == 0 ? EXIT_GOOD : EXIT_FAIL;
}
