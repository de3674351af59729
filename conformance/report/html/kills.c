/* The kill matrix as `mutants --json` tells it. */
#include "report/html/kills.h"
#include "run/record.h"
#include <cJSON.h>
#include <stdlib.h>

struct kills {
    struct cJSON *tree; /* the names belong to it */
    struct kill *at;
    size_t count;
    unsigned mutants;
};

static int by_names(const void *one, const void *other)
{
    const struct kill *a = one;
    const struct kill *b = other;
    int order = strcmp(a->criterion, b->criterion);

    return order != 0 ? order : strcmp(a->mutant, b->mutant);
}

/* --- Reading -------------------------------------------------------------- */

static const struct cJSON *list_of(const struct cJSON *mutant, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(mutant, name);
}

static size_t count_names(const struct cJSON *mutant)
{
    return (size_t)cJSON_GetArraySize(list_of(mutant, "expected")) +
           (size_t)cJSON_GetArraySize(list_of(mutant, "failed"));
}

static bool is_list_of_names(const struct cJSON *list)
{
    const struct cJSON *name;

    cJSON_ArrayForEach(name, list)
    {
        if (!cJSON_IsString(name))
            return false;
    }
    return cJSON_IsArray(list);
}

/* The number of all names; -1: it is no matrix. */
static long count_all(const struct cJSON *mutants)
{
    const struct cJSON *mutant;
    size_t count = 0;
    unsigned number = 0;

    if (!cJSON_IsArray(mutants))
        return -1;
    cJSON_ArrayForEach(mutant, mutants)
    {
        if (++number > KILLS_MUTANTS_MAX ||
            member_text(mutant, "name")[0] == 0 ||
            !is_list_of_names(list_of(mutant, "expected")) ||
            !is_list_of_names(list_of(mutant, "failed")))
            return -1;
        count += count_names(mutant);
    }
    return count > KILLS_NAMES_MAX ? -1 : (long)count;
}

static void add_names(struct kills *kills, const struct cJSON *mutant,
                      const char *list)
{
    bool named = strcmp(list, "expected") == 0;
    const struct cJSON *name;

    cJSON_ArrayForEach(name, list_of(mutant, list))
    {
        kills->at[kills->count++] = (struct kill){
            .criterion = name->valuestring,
            .mutant = member_text(mutant, "name"),
            .says = member_text(mutant, "says"),
            .named = named,
            .failed = !named,
        };
    }
}

/* What is named and fails stands twice so far. */
static void merge(struct kills *kills)
{
    size_t kept = 0;

    qsort(kills->at, kills->count, sizeof(*kills->at), by_names);
    for (size_t i = 0; i < kills->count; i++) {
        struct kill *last = kept > 0 ? &kills->at[kept - 1] : NULL;
        if (last != NULL && by_names(last, &kills->at[i]) == 0) {
            last->named = last->named || kills->at[i].named;
            last->failed = last->failed || kills->at[i].failed;
        } else {
            kills->at[kept++] = kills->at[i];
        }
    }
    kills->count = kept;
}

static struct kills *kills_new(struct cJSON *tree)
{
    const struct cJSON *mutants = list_of(tree, "mutants");
    const struct cJSON *mutant;
    long names = count_all(mutants);
    struct kills *kills = names < 0 ? NULL : calloc(1, sizeof(*kills));

    if (kills != NULL)
        kills->at = calloc((size_t)names + 1, sizeof(*kills->at));
    if (kills == NULL || kills->at == NULL) {
        free(kills);
        return NULL;
    }
    kills->tree = tree;
    cJSON_ArrayForEach(mutant, mutants)
    {
        add_names(kills, mutant, "expected");
        add_names(kills, mutant, "failed");
        kills->mutants++;
    }
    merge(kills);
    return kills;
}

struct kills *kills_read(struct bytes text)
{
    struct cJSON *tree =
        text.length == 0
            ? NULL
            : cJSON_ParseWithLength((const char *)text.at, text.length);
    struct kills *kills = kills_new(tree);

    if (kills == NULL) {
        cJSON_Delete(tree);
        fault_say(FAULT_PROTOCOL, "it is no kill matrix as `wsconform mutants "
                                  "--json` prints it");
    }
    return kills;
}

void kills_free(struct kills *kills)
{
    if (kills == NULL)
        return;
    cJSON_Delete(kills->tree);
    free(kills->at);
    free(kills);
}

/* --- Looking up ----------------------------------------------------------- */

/* The first that is not before the criterion. */
static size_t first_of(const struct kills *kills, const char *criterion)
{
    size_t low = 0;
    size_t high = kills->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(kills->at[middle].criterion, criterion) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct kill *kills_of(const struct kills *kills, const char *criterion,
                            size_t *count)
{
    size_t first = kills == NULL ? 0 : first_of(kills, criterion);
    size_t end = first;

    while (kills != NULL && end < kills->count &&
           strcmp(kills->at[end].criterion, criterion) == 0)
        end++;
    *count = end - first;
    return end == first ? NULL : &kills->at[first];
}

unsigned kills_mutants(const struct kills *kills)
{
    return kills->mutants;
}
