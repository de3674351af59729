/* The shards of one run, put together again. */
#include "run/merge.h"
#include "bench/result.h"
#include "run/known.h"
#include "run/plan.h"
#include "run/run.h"
#include <cJSON.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

static const struct cJSON *member(const struct cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static unsigned chosen(const struct record *record, const char *name)
{
    int number =
        member_whole(member(record->plan, "selection"), name, 1, INT_MAX);

    return number < 1 ? 1 : (unsigned)number;
}

unsigned shards_of(const struct record *record)
{
    return chosen(record, "shards");
}

unsigned shard_of(const struct record *record)
{
    return chosen(record, "shard");
}

enum fault shard_read(struct shard *shard, const char *name, struct bytes text)
{
    shard->name = name;
    digest_of(text, shard->sha256);
    record_init(&shard->record);
    enum fault fault = record_read(&shard->record, text);
    if (fault != FAULT_NONE) {
        char why[512];
        snprintf(why, sizeof(why), "%s", fault_reason());
        return fault_say(fault, "%.400s: %s", name, why);
    }
    return FAULT_NONE;
}

/* --- Do they belong together? --------------------------------------------- */

static int by_number(const void *one, const void *other)
{
    unsigned a = shard_of(&((const struct shard *)one)->record);
    unsigned b = shard_of(&((const struct shard *)other)->record);

    return (a > b) - (a < b);
}

/* Sorted, and each of them once. */
static enum fault check_numbers(const struct shard *shards, size_t count)
{
    unsigned of = shards_of(&shards[0].record);

    for (size_t i = 0; i < count; i++) {
        unsigned number = shard_of(&shards[i].record);
        if (shards_of(&shards[i].record) != of)
            return fault_say(FAULT_PROTOCOL,
                             "%.200s is of %u shards, %.200s of %u",
                             shards[0].name, of, shards[i].name,
                             shards_of(&shards[i].record));
        if (i > 0 && number == shard_of(&shards[i - 1].record))
            return fault_say(FAULT_PROTOCOL,
                             "%.200s and %.200s are both shard %u of %u",
                             shards[i - 1].name, shards[i].name, number, of);
        if (number != i + 1)
            return fault_say(FAULT_PROTOCOL, "shard %zu of %u is missing",
                             i + 1, of);
    }
    if (count < of)
        return fault_say(FAULT_PROTOCOL, "shard %zu of %u is missing",
                         count + 1, of);
    return FAULT_NONE;
}

static bool is_equal(const struct cJSON *one, const struct cJSON *other)
{
    return one == NULL || other == NULL ? one == other
                                        : cJSON_Compare(one, other, true);
}

static enum fault differ(const struct shard *one, const struct shard *other,
                         const char *what)
{
    return fault_say(FAULT_PROTOCOL,
                     "%.200s and %.200s are of different runs: they differ in "
                     "%s",
                     one->name, other->name, what);
}

/* What all of them have to have in common. */
static enum fault compare(const struct shard *one, const struct shard *other)
{
    static const char *const plan[] = {
        "schema",           "tool",    "target",           "profile",
        "adapter",          "own",     "catalogue_sha256", "catalogue_criteria",
        "profile_criteria", "baseline"
    };
    static const char *const choice[] = { "only", "level", "max_wait_ms",
                                          "repeat" };
    const struct cJSON *a = one->record.plan, *b = other->record.plan;

    for (size_t i = 0; i < COUNT(plan); i++)
        if (!is_equal(member(a, plan[i]), member(b, plan[i])))
            return differ(one, other, plan[i]);
    for (size_t i = 0; i < COUNT(choice); i++)
        if (!is_equal(member(member(a, "selection"), choice[i]),
                      member(member(b, "selection"), choice[i])))
            return differ(one, other, choice[i]);
    /* A server of our own is at another port each time. */
    if (!cJSON_IsTrue(member(a, "own")) &&
        !is_equal(member(a, "manifest_sha256"), member(b, "manifest_sha256")))
        return differ(one, other, "manifest_sha256");
    return FAULT_NONE;
}

static enum fault check_kin(const struct shard *shards, size_t count)
{
    enum fault fault = check_numbers(shards, count);

    for (size_t i = 1; i < count && fault == FAULT_NONE; i++)
        fault = compare(&shards[0], &shards[i]);
    return fault;
}

/* --- Verdicts ------------------------------------------------------------- */

static void write_line(struct buffer *into, const struct cJSON *line)
{
    char *text = cJSON_PrintUnformatted(line);

    if (text == NULL || buffer_printf(into, "%s\n", text) != FAULT_NONE)
        into->limit = 0; /* nothing that is half a stream */
    cJSON_free(text);
}

/* The next verdict of this shard, where it is of this profile. cJSON_Delete
 * it. */
static struct cJSON *take_next(struct shard *shard, const char *profile)
{
    struct cJSON *first = shard->record.verdicts->child;

    if (first == NULL || strcmp(member_text(first, "profile"), profile) != 0)
        return NULL;
    return cJSON_DetachItemFromArray(shard->record.verdicts, 0);
}

/* One profile: its criteria were dealt out to the shards in turn. */
static void merge_profile(struct shard *shards, size_t count,
                          const char *profile, unsigned *place,
                          struct buffer *into)
{
    struct cJSON *line;

    for (size_t i = 0; (line = take_next(&shards[i % count], profile)) != NULL;
         i++) {
        cJSON_DeleteItemFromObjectCaseSensitive(line, "place");
        cJSON_AddNumberToObject(line, "place", (*place)++);
        cJSON_AddNumberToObject(line, "shard", (double)(i % count + 1));
        write_line(into, line);
        cJSON_Delete(line);
    }
}

static enum fault merge_verdicts(struct shard *shards, size_t count,
                                 struct buffer *into)
{
    const char *at = member_text(shards[0].record.plan, "profile");
    unsigned place = 0;

    while (*at != 0) {
        char name[32];
        size_t length = strcspn(at, ",");
        snprintf(name, sizeof(name), "%.*s", (int)length, at);
        merge_profile(shards, count, name, &place, into);
        at += length + strspn(at + length, ", ");
    }
    for (size_t i = 0; i < count; i++) {
        const struct cJSON *left = shards[i].record.verdicts->child;
        if (left != NULL)
            return fault_say(FAULT_PROTOCOL,
                             "%.200s has %.100s beyond its part: it is no "
                             "shard of the same selection",
                             shards[i].name, member_text(left, "id"));
    }
    return FAULT_NONE;
}

/* --- Plan and end --------------------------------------------------------- */

static void replace_number(struct cJSON *object, const char *name, double value)
{
    cJSON_DeleteItemFromObjectCaseSensitive(object, name);
    cJSON_AddNumberToObject(object, name, value);
}

static void describe(const struct shard *shard, struct cJSON *array)
{
    static const char *const names[] = { "seed", "started", "url", "command" };
    struct cJSON *object = cJSON_CreateObject();

    cJSON_AddNumberToObject(object, "shard", shard_of(&shard->record));
    cJSON_AddStringToObject(object, "sha256", shard->sha256);
    for (size_t i = 0; i < COUNT(names); i++)
        if (member(shard->record.plan, names[i]) != NULL)
            cJSON_AddItemToObject(
                object, names[i],
                cJSON_Duplicate(member(shard->record.plan, names[i]), true));
    cJSON_AddItemToArray(array, object);
}

/* A certificate runs out so long behind the first of them. */
static const char *earliest(const struct shard *shards, size_t count)
{
    const char *first = member_text(shards[0].record.plan, "started");

    for (size_t i = 1; i < count; i++) {
        const char *one = member_text(shards[i].record.plan, "started");
        if (strcmp(one, first) < 0)
            first = one;
    }
    return first;
}

static void merge_plan(const struct shard *shards, size_t count,
                       struct buffer *into)
{
    struct cJSON *plan = cJSON_Duplicate(shards[0].record.plan, true);
    struct cJSON *selection =
        cJSON_GetObjectItemCaseSensitive(plan, "selection");
    int criteria = 0;

    for (size_t i = 0; i < count; i++)
        criteria += cJSON_GetArraySize(shards[i].record.verdicts);
    replace_number(plan, "criteria", criteria);
    if (member(plan, "started") != NULL)
        cJSON_ReplaceItemInObjectCaseSensitive(
            plan, "started", cJSON_CreateString(earliest(shards, count)));
    replace_number(selection, "shard", 1);
    replace_number(selection, "shards", 1);
    struct cJSON *array = cJSON_AddArrayToObject(plan, "merged");
    for (size_t i = 0; i < count; i++)
        describe(&shards[i], array);
    write_line(into, plan);
    cJSON_Delete(plan);
}

/* What one shard did not ask another may have. Stale outranks the rest. */
static bool outranks(const struct cJSON *entry, const struct cJSON *other)
{
    if (known_entry_is_stale(entry) != known_entry_is_stale(other))
        return known_entry_is_stale(entry);
    return strcmp(member_text(entry, "state"), "unasked") != 0 &&
           strcmp(member_text(other, "state"), "unasked") == 0;
}

static enum fault merge_entries(struct cJSON *into, const struct shard *from,
                                const struct shard *first)
{
    const struct cJSON *entries = known_entries(&from->record);
    int count = cJSON_GetArraySize(into);

    if (into == NULL || cJSON_GetArraySize(entries) != count)
        return differ(first, from, "the entries of the baseline");
    for (int i = 0; i < count; i++) {
        const struct cJSON *one = cJSON_GetArrayItem(entries, i);
        const struct cJSON *other = cJSON_GetArrayItem(into, i);
        if (!is_equal(member(one, "criterion"), member(other, "criterion")) ||
            !is_equal(member(one, "profile"), member(other, "profile")))
            return differ(first, from, "the entries of the baseline");
        if (outranks(one, other))
            cJSON_ReplaceItemInArray(into, i, cJSON_Duplicate(one, true));
    }
    return FAULT_NONE;
}

static enum fault merge_baseline(struct cJSON *end, const struct shard *shards,
                                 size_t count)
{
    struct cJSON *baseline = cJSON_GetObjectItemCaseSensitive(end, "baseline");
    struct cJSON *entries =
        cJSON_GetObjectItemCaseSensitive(baseline, "entries");
    enum fault fault = FAULT_NONE;

    for (size_t i = 1; i < count && fault == FAULT_NONE; i++) {
        bool has_one = member(shards[i].record.end, "baseline") != NULL;
        if (has_one != (baseline != NULL))
            fault = differ(&shards[0], &shards[i], "baseline");
        else if (has_one)
            fault = merge_entries(entries, &shards[i], &shards[0]);
    }
    return fault;
}

static double larger(double one, double other)
{
    return one > other ? one : other;
}

/* The worst of all; the time of the slowest, the work of all. */
static void merge_ending(struct cJSON *end, const struct shard *shard)
{
    static const char *const most[] = { "exit", "wall_ms", "longest_wait_ms" };
    const struct cJSON *from = shard->record.end;
    const char *trouble = member_text(from, "trouble");

    for (size_t i = 0; i < COUNT(most); i++)
        replace_number(
            end, most[i],
            larger(member_number(end, most[i]), member_number(from, most[i])));
    replace_number(end, "cpu_ms",
                   member_number(end, "cpu_ms") +
                       member_number(from, "cpu_ms"));
    if (cJSON_IsTrue(member(from, "interrupted")))
        cJSON_ReplaceItemInObjectCaseSensitive(end, "interrupted",
                                               cJSON_CreateTrue());
    if (trouble[0] != 0 && member(end, "trouble") == NULL)
        cJSON_AddStringToObject(end, "trouble", trouble);
}

static void count_all(struct cJSON *end, const struct counts *counts)
{
    struct cJSON *object = cJSON_CreateObject();

    cJSON_AddNumberToObject(object, "pass", counts->of[PASS]);
    cJSON_AddNumberToObject(object, "fail", counts->of[FAIL]);
    cJSON_AddNumberToObject(object, "inconclusive", counts->of[INCONCLUSIVE]);
    cJSON_AddNumberToObject(object, "not_applicable",
                            counts->of[NOT_APPLICABLE]);
    cJSON_ReplaceItemInObjectCaseSensitive(end, "counts", object);
}

static enum fault merge_end(const struct shard *shards, size_t count,
                            const struct counts *counts, struct buffer *into)
{
    struct cJSON *end = cJSON_Duplicate(shards[0].record.end, true);

    if (member(end, "interrupted") == NULL)
        cJSON_AddFalseToObject(end, "interrupted");
    for (size_t i = 1; i < count; i++)
        merge_ending(end, &shards[i]);
    count_all(end, counts);
    enum fault fault = merge_baseline(end, shards, count);
    if (fault == FAULT_NONE)
        write_line(into, end);
    cJSON_Delete(end);
    return fault;
}

enum fault shards_merge(struct shard *shards, size_t count, struct buffer *into)
{
    struct counts counts = { { 0 } };

    if (count == 0)
        return fault_say(FAULT_PROTOCOL, "there is no shard");
    qsort(shards, count, sizeof(*shards), by_number);
    enum fault fault = check_kin(shards, count);
    if (fault != FAULT_NONE)
        return fault;
    for (size_t i = 0; i < count; i++) {
        struct counts of = record_count(&shards[i].record);
        for (size_t verdict = 0; verdict < COUNT(of.of); verdict++)
            counts.of[verdict] += of.of[verdict];
    }
    merge_plan(shards, count, into);
    fault = merge_verdicts(shards, count, into);
    if (fault == FAULT_NONE)
        fault = merge_end(shards, count, &counts, into);
    return fault == FAULT_NONE ? buffer_add_string(into, "") : fault;
}
