/* The JSON report: what scripts rely on. */
#include "bench/result.h"
#include "report/report.h"
#include "report/beside.h"
#include "run/known.h"
#include "run/plan.h"
#include <cJSON.h>

static struct cJSON *summary(const struct record *record)
{
    struct counts counts = record_count(record);
    struct cJSON *object = cJSON_CreateObject();

    cJSON_AddNumberToObject(object, "pass", counts.of[PASS]);
    cJSON_AddNumberToObject(object, "fail", counts.of[FAIL]);
    cJSON_AddNumberToObject(object, "inconclusive", counts.of[INCONCLUSIVE]);
    cJSON_AddNumberToObject(object, "not_applicable",
                            counts.of[NOT_APPLICABLE]);
    if (known_entries(record) != NULL)
        cJSON_AddNumberToObject(object, "known", known_count(record));
    return object;
}

/* How many of the failures are known is part of the summary. */
static void add_baseline(struct cJSON *report, const struct record *record)
{
    struct cJSON *baseline = cJSON_Duplicate(
        cJSON_GetObjectItemCaseSensitive(record->end, "baseline"), true);

    if (baseline == NULL)
        return;
    cJSON_AddNumberToObject(baseline, "stale", known_stale(record));
    cJSON_AddItemToObject(report, "baseline", baseline);
}

static struct cJSON *criterion_of(const struct cJSON *line)
{
    static const char *const names[] = {
        "id",         "profile",    "verdict",  "expected",
        "seen",       "also_seen",  "baseline", "known_until",
        "known_note", "deviations", "wait_ms",  "ms"
    };
    struct cJSON *object = cJSON_CreateObject();

    for (size_t i = 0; i < COUNT(names); i++)
        cJSON_AddItemToObject(
            object, names[i],
            cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(line, names[i]),
                            true));
    return object;
}

static void add_beside(void *self, const char *name, const char *text)
{
    struct cJSON *list = cJSON_GetObjectItemCaseSensitive(self, name);

    if (list == NULL)
        list = cJSON_AddArrayToObject(self, name);
    cJSON_AddItemToArray(list, cJSON_CreateString(text));
}

enum fault report_json(const struct record *record, struct buffer *into)
{
    struct cJSON *report = cJSON_CreateObject();
    const char *trouble = member_text(record->end, "trouble");
    struct cJSON *criteria;
    struct buffer choice;
    const struct cJSON *line;

    cJSON_AddItemToObject(report, "summary", summary(record));
    cJSON_AddNumberToObject(report, "schema", REPORT_SCHEMA);
    buffer_init(&choice, 64 * 1024);
    plan_describe(record->plan, &choice);
    cJSON_AddStringToObject(report, "selected", buffer_string(&choice));
    buffer_deinit(&choice);
    cJSON_AddNumberToObject(report, "exit", member_number(record->end, "exit"));
    cJSON_AddNumberToObject(report, "wall_ms",
                            member_number(record->end, "wall_ms"));
    cJSON_AddNumberToObject(report, "longest_wait_ms",
                            member_number(record->end, "longest_wait_ms"));
    cJSON_AddNumberToObject(report, "cpu_ms",
                            member_number(record->end, "cpu_ms"));
    if (trouble[0] != 0)
        cJSON_AddStringToObject(report, "trouble", trouble);
    add_baseline(report, record);
    each_beside(record, add_beside, report);
    criteria = cJSON_AddArrayToObject(report, "criteria");
    cJSON_ArrayForEach(line, record->verdicts)
    {
        cJSON_AddItemToArray(criteria, criterion_of(line));
    }

    char *text = cJSON_Print(report);
    enum fault fault =
        text == NULL ? FAULT_MEMORY : buffer_printf(into, "%s\n", text);
    cJSON_free(text);
    cJSON_Delete(report);
    return fault;
}
