/* Reads baselines, with the strictness and the words that manifests are read
 * with. */
#include "manifest/baseline.h"
#include "manifest/internal.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* --- Days ----------------------------------------------------------------- */

enum { DAY_S = 24 * 60 * 60, DAY_LENGTH = 10 };

void day_from(int64_t now_ms, int days, char into[DAY_BYTES])
{
    time_t then = (time_t)(now_ms / 1000) + (time_t)days * DAY_S;
    struct tm parts = { 0 };

    gmtime_r(&then, &parts);
    strftime(into, DAY_BYTES, "%Y-%m-%d", &parts);
}

/* Four digits, two and two. */
static bool has_form_of_day(const char *text)
{
    if (strlen(text) != DAY_LENGTH)
        return false;
    for (int i = 0; i < DAY_LENGTH; i++) {
        bool is_dash = i == 4 || i == 7;
        if (is_dash ? text[i] != '-' : !isdigit((unsigned char)text[i]))
            return false;
    }
    return true;
}

/* The calendar has it, where it comes back as it went in. */
const char *look_day(const cJSON *value)
{
    const char *text = value->valuestring;
    struct tm parts = { 0 };
    char back[DAY_BYTES];

    if (!has_form_of_day(text))
        return LOOK_SHOW;
    parts.tm_year = (int)strtol(text, NULL, 10) - 1900;
    parts.tm_mon = (int)strtol(text + 5, NULL, 10) - 1;
    parts.tm_mday = (int)strtol(text + 8, NULL, 10);
    day_from((int64_t)timegm(&parts) * 1000, 0, back);
    return strcmp(text, back) == 0 ? NULL : LOOK_SHOW;
}

/* --- Entries -------------------------------------------------------------- */

struct entry {
    struct reading *reading;
    const struct layer *layer;
    const cJSON *object;
    struct trail trail; /* to it */
};

static void complain(const struct entry *entry, const char *member,
                     const char *found, const char *expected)
{
    struct trail trail = entry->trail;

    trail_member(entry->object, member, &trail);
    mistake_add(entry->reading, entry->layer, &trail, found, expected);
}

static const char *text_of(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static void take_reasons(struct known_failure *known, const cJSON *array)
{
    const cJSON *text;

    cJSON_ArrayForEach(text, array)
    {
        if (known->seen_count < BASELINE_REASONS_MAX)
            known->seen[known->seen_count++] = text->valuestring;
    }
}

/* Whoever wants to put up with it for ever says so every year. */
static void check_day(const struct entry *entry, struct known_failure *known,
                      int64_t now_ms)
{
    char today[DAY_BYTES];
    char last[DAY_BYTES];
    char found[FOUND_BYTES];
    char expected[FOUND_BYTES];

    day_from(now_ms, 0, today);
    day_from(now_ms, BASELINE_DAYS_MAX, last);
    known->is_expired = strcmp(known->expires, today) < 0;
    if (strcmp(known->expires, last) <= 0)
        return;
    snprintf(found, sizeof(found), "\"%s\"", known->expires);
    snprintf(expected, sizeof(expected), "a day up to %s, %d from today", last,
             BASELINE_DAYS_MAX);
    complain(entry, "expires", found, expected);
}

static void take_entry(struct baseline *baseline, const struct entry *entry,
                       int64_t now_ms)
{
    struct known_failure *known = &baseline->at[baseline->count];
    struct bytes text = buffer_view(&entry->layer->text);

    known->criterion = text_of(entry->object, "criterion");
    known->profile = text_of(entry->object, "profile");
    known->note = text_of(entry->object, "note");
    known->expires = text_of(entry->object, "expires");
    take_reasons(known,
                 cJSON_GetObjectItemCaseSensitive(entry->object, "seen"));
    known->line = scan_line(text, &entry->trail);
    if (baseline_find(baseline, known->criterion, known->profile) != NULL)
        complain(entry, "criterion",
                 "a second entry of a criterion and a profile",
                 "one, with each reason in \"seen\"");
    baseline->count++;
    check_day(entry, known, now_ms);
}

static void take_entries(struct baseline *baseline, struct reading *reading,
                         int64_t now_ms)
{
    const struct layer *layer = &reading->layers[0];
    struct trail list = { 0 };
    const cJSON *array = trail_member(layer->tree, "known", &list);
    const cJSON *object;
    unsigned step = 0;

    baseline->at =
        calloc((size_t)cJSON_GetArraySize(array) + 1, sizeof(*baseline->at));
    if (baseline->at == NULL) {
        mistake_no_memory(reading);
        return;
    }
    cJSON_ArrayForEach(object, array)
    {
        struct entry entry = { reading, layer, object,
                               trail_down(&list, step++) };
        take_entry(baseline, &entry, now_ms);
    }
}

/* --- The file ------------------------------------------------------------- */

static struct baseline *build(struct reading *reading, int64_t now_ms)
{
    struct layer *layer = &reading->layers[0];
    struct baseline *baseline = calloc(1, sizeof(*baseline));

    if (baseline == NULL) {
        mistake_no_memory(reading);
        return NULL;
    }
    take_entries(baseline, reading, now_ms);
    baseline->tree = layer->tree;
    baseline->path = layer->name;
    layer->tree = NULL;
    layer->name = NULL;
    if (reading->mistakes == 0)
        return baseline;
    baseline_free(baseline);
    return NULL;
}

static struct baseline *read_layer(struct reading *reading, int64_t now_ms)
{
    struct layer *layer = &reading->layers[0];

    if (reading->mistakes == 0 && layer_parse(reading, layer))
        check_tree(reading, layer, rule_of_baseline());
    return reading->mistakes == 0 ? build(reading, now_ms) : NULL;
}

struct baseline *baseline_read_text(const char *name, struct bytes text,
                                    int64_t now_ms, struct buffer *errors)
{
    struct reading reading = { .errors = errors };
    struct layer *layer = layer_push(&reading, name, ".");
    struct baseline *baseline = NULL;

    if (layer != NULL &&
        buffer_add(&layer->text, text.at, text.length) != FAULT_NONE)
        mistake_at_line(&reading, layer, 1, "more than 1048576 bytes",
                        "at most 1 MiB");
    if (layer != NULL)
        baseline = read_layer(&reading, now_ms);
    layers_free(&reading);
    return baseline;
}

struct baseline *baseline_read(const char *path, int64_t now_ms,
                               struct buffer *errors)
{
    struct reading reading = { .errors = errors };
    struct layer *layer = layer_push(&reading, path, ".");
    struct baseline *baseline = NULL;
    char found[FOUND_BYTES];
    const char *why = layer == NULL ? NULL
                                    : file_load(path, MANIFEST_BYTES_MAX,
                                                &layer->text, NULL, NULL);

    if (why != NULL) {
        snprintf(found, sizeof(found), "no baseline (%.100s)", why);
        mistake_at_line(&reading, layer, 1, found,
                        "a readable file of at most 1 MiB; --write-baseline "
                        "makes one");
    }
    if (layer != NULL)
        baseline = read_layer(&reading, now_ms);
    layers_free(&reading);
    return baseline;
}

void baseline_free(struct baseline *baseline)
{
    if (baseline == NULL)
        return;
    cJSON_Delete(baseline->tree);
    free(baseline->path);
    free(baseline->at);
    free(baseline);
}

const struct known_failure *baseline_find(const struct baseline *baseline,
                                          const char *criterion,
                                          const char *profile)
{
    for (size_t i = 0; baseline != NULL && i < baseline->count; i++)
        if (strcmp(baseline->at[i].criterion, criterion) == 0 &&
            strcmp(baseline->at[i].profile, profile) == 0)
            return &baseline->at[i];
    return NULL;
}
