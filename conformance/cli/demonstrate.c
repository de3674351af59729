/* A criterion shown in memory. Each time in a process of its own, since what is
 * broken may well crash. */
#include "cli/demonstrate.h"
#include "report/report.h"
#include "run/scheduler.h"
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>

enum { SHOWING_DEADLINE_MS = 20000, NODES_SHOWN = 3 };

/* What a process is given to do. */
struct errand {
    const struct criterion *criterion;
    const struct manifest *manifest;
    struct lab *lab;
    struct showing *showing;
};

/* --- In the worker -------------------------------------------------------- */

static unsigned nodes_for(const struct criterion *criterion)
{
    return (criterion->needs & (NODES | SHARED_FAULT | NODE_FAULT)) != 0
               ? NODES_SHOWN
               : 1;
}

static char *written(const struct result *result)
{
    struct cJSON *line = cJSON_CreateObject();

    cJSON_AddNumberToObject(line, "verdict", result->verdict);
    cJSON_AddNumberToObject(line, "causes", result->causes);
    cJSON_AddStringToObject(line, "expected",
                            result->expected == NULL ? "" : result->expected);
    cJSON_AddStringToObject(line, "seen",
                            result->seen == NULL ? "" : result->seen);
    cJSON_AddItemToObject(line, "transcript",
                          cJSON_Duplicate(result->transcript, true));
    char *text = cJSON_PrintUnformatted(line);
    cJSON_Delete(line);
    return text;
}

static char *work(void *data)
{
    const struct errand *errand = data;
    struct world world = { .seed = 1, .index = 1, .keeping = KEPT_WHOLE };
    struct result result;
    struct adapter *adapter = adapter_mock_new(
        errand->lab, errand->showing->mutant, nodes_for(errand->criterion));

    if (adapter == NULL)
        return NULL;
    bench_run(errand->criterion, errand->manifest, adapter, &world, &result);
    char *text = written(&result);
    result_deinit(&result);
    adapter_free(adapter);
    return text;
}

/* --- In the parent -------------------------------------------------------- */

static void began(void *self, void *data)
{
    (void)self;
    (void)data;
}

static void done(void *self, void *data, const char *line, const char *trouble,
                 int64_t us)
{
    struct showing *showing = ((struct errand *)data)->showing;

    (void)self;
    (void)us;
    showing->line = line == NULL ? NULL : cJSON_Parse(line);
    if (showing->line == NULL) {
        snprintf(showing->trouble, sizeof(showing->trouble), "%s",
                 trouble == NULL ? "it came to nothing" : trouble);
        return;
    }
    showing->verdict = (enum verdict)cJSON_GetNumberValue(
        cJSON_GetObjectItemCaseSensitive(showing->line, "verdict"));
    showing->causes = (uint32_t)cJSON_GetNumberValue(
        cJSON_GetObjectItemCaseSensitive(showing->line, "causes"));
}

static bool goes_on(void *self)
{
    (void)self;
    return true;
}

static size_t count_kills(const struct mutant *mutant)
{
    size_t count = 0;

    while (mutant->kills[count] != NULL)
        count++;
    return count;
}

/* The one that dies by the fewest: it is about this criterion most of all. */
static const struct mutant *mutant_for(const struct criterion *criterion,
                                       unsigned profile)
{
    const struct mutant *best = NULL;

    for (size_t i = 0; i < mutants_size; i++) {
        const struct mutant *mutant = &mutants[i];
        if ((mutant->profiles & profile) != 0 &&
            is_killed_by(mutant, criterion->spec->id) &&
            (best == NULL || count_kills(mutant) < count_kills(best)))
            best = mutant;
    }
    return best;
}

void demonstrate(const struct criterion *criterion,
                 const struct manifest *manifest, struct demonstration *into)
{
    struct lab *lab;
    struct errand errands[2];
    struct task tasks[2];
    struct task_ops ops = { work, began, done, goes_on, NULL, NULL };

    *into = (struct demonstration){
        .sound = { .verdict = INCONCLUSIVE },
        .broken = { .verdict = INCONCLUSIVE,
                    .mutant = mutant_for(criterion, manifest->profile) },
    };
    lab = lab_new(manifest);
    if (lab == NULL) {
        snprintf(into->sound.trouble, sizeof(into->sound.trouble), "%s",
                 fault_reason());
        return;
    }
    for (int i = 0; i < 2; i++) {
        errands[i] = (struct errand){ criterion, manifest, lab,
                                      i == 0 ? &into->sound : &into->broken };
        tasks[i] = (struct task){ .deadline_ms = SHOWING_DEADLINE_MS,
                                  .data = &errands[i] };
    }
    scheduler_run(tasks, into->broken.mutant == NULL ? 1 : 2, 2, &ops);
    lab_free(lab);
}

void demonstration_deinit(struct demonstration *demonstration)
{
    cJSON_Delete(demonstration->sound.line);
    cJSON_Delete(demonstration->broken.line);
}

/* --- Telling -------------------------------------------------------------- */

const char *showing_text(const struct showing *showing, const char *name)
{
    const char *text = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(showing->line, name));

    return text == NULL ? "" : text;
}

static void add_step(const struct cJSON *step, struct buffer *into)
{
    const struct cJSON *at = cJSON_GetObjectItemCaseSensitive(step, "at_ms");
    const char *peer =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(step, "peer"));
    const char *what =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(step, "what"));
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(step, "text"));

    buffer_printf(into, "  %6.0f ms  %s %s ",
                  cJSON_IsNumber(at) ? at->valuedouble : 0,
                  peer == NULL || *peer == 0 ? "the tool" : peer,
                  what == NULL ? "" : what);
    add_plain(into, text == NULL ? "" : text);
    buffer_add_string(into, "\n");
}

void exchange_write(const struct showing *showing, int first, int last,
                    struct buffer *into)
{
    const struct cJSON *lines =
        cJSON_GetObjectItemCaseSensitive(showing->line, "transcript");
    int hidden = cJSON_GetArraySize(lines) - first - last;
    const struct cJSON *step;
    int told = 0;

    cJSON_ArrayForEach(step, lines)
    {
        if (told < first || told >= first + hidden)
            add_step(step, into);
        else if (told == first)
            buffer_printf(into, "             … %d more\n", hidden);
        told++;
    }
}
