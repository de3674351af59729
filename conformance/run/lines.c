/* The lines of a stream. */
#include "run/lines.h"
#include "base/clock.h"
#include "base/revision.h"
#include "manifest/baseline.h"
#include "manifest/concessions.h"
#include "net/utf8.h"
#include "run/plan.h"
#include "version.h"
#include <cJSON.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

enum { TEXT_BYTES_MAX = 1024 * 1024, CATALOGUE_BYTES_MAX = 4 * 1024 * 1024 };

/* --- Verdicts ------------------------------------------------------------- */

static bool is_ascii(const char *text)
{
    while (*text != 0 && (*text & 0x80) == 0)
        text++;
    return *text == 0;
}

/* cJSON writes bytes as they are; what is no UTF-8 must not get through. */
static void add_text(struct cJSON *object, const char *name, const char *text)
{
    struct buffer whole;

    if (text != NULL && is_ascii(text)) {
        cJSON_AddStringToObject(object, name, text);
        return;
    }
    buffer_init(&whole, TEXT_BYTES_MAX);
    for (; text != NULL && *text != 0;) {
        size_t length = utf8_character(text);
        if (length > 0)
            buffer_add(&whole, text, length);
        else
            buffer_add_string(&whole, "\xef\xbf\xbd"); /* U+FFFD */
        text += length > 0 ? length : 1;
    }
    cJSON_AddStringToObject(object, name, buffer_string(&whole));
    buffer_deinit(&whole);
}

static void add_deviations(struct cJSON *object, unsigned deviations)
{
    struct cJSON *words =
        deviations == 0 ? NULL : cJSON_AddArrayToObject(object, "deviations");

    for (int i = 0; i < DEVIATIONS; i++)
        if ((deviations & 1u << i) != 0)
            cJSON_AddItemToArray(
                words, cJSON_CreateString(deviation_word((enum deviation)i)));
}

char *result_line(const struct result *result)
{
    struct cJSON *object = cJSON_CreateObject();

    add_text(object, "verdict", verdict_name(result->verdict));
    add_text(object, "expected", result->expected);
    add_text(object, "seen", result->seen);
    add_deviations(object, result->deviations);
    if (result->transcript != NULL)
        cJSON_AddItemReferenceToObject(object, "transcript",
                                       result->transcript);
    char *line = cJSON_PrintUnformatted(object);
    cJSON_Delete(object);
    return line;
}

struct cJSON *words_json(const char *words)
{
    struct cJSON *array = cJSON_CreateArray();
    char word[128];

    while (*words != 0) {
        size_t length = strcspn(words, " ");
        snprintf(word, sizeof(word), "%.*s", (int)length, words);
        cJSON_AddItemToArray(array, cJSON_CreateString(word));
        words += length + strspn(words + length, " ");
    }
    return array;
}

static struct cJSON *head_of(const struct criterion *criterion)
{
    const struct spec *spec = criterion->spec;
    struct cJSON *line = cJSON_CreateObject();

    add_text(line, "type", "verdict");
    add_text(line, "id", spec->id);
    add_text(line, "theme", criterion->theme);
    add_text(line, "level", level_name(criterion->level));
    add_text(line, "keyword", keyword_name(spec->keyword));
    cJSON_AddItemToObject(line, "requirements", words_json(spec->requirements));
    add_text(line, "evidence", criterion_evidence(criterion));
    add_text(line, "statement", spec->statement);
    add_text(line, "mend", spec->mend);
    cJSON_AddNumberToObject(line, "wait_ms", criterion->wait_ms);
    return line;
}

static bool is_result(const struct cJSON *result)
{
    const struct cJSON *transcript =
        cJSON_GetObjectItemCaseSensitive(result, "transcript");

    return verdict_named(member_text(result, "verdict")) >= 0 &&
           cJSON_IsString(
               cJSON_GetObjectItemCaseSensitive(result, "expected")) &&
           cJSON_IsString(cJSON_GetObjectItemCaseSensitive(result, "seen")) &&
           (transcript == NULL || cJSON_IsArray(transcript));
}

struct cJSON *verdict_line(const struct criterion *criterion, const char *line,
                           const char *trouble, int64_t us)
{
    static const char *const names[] = { "verdict", "expected", "seen",
                                         "deviations", "transcript" };
    struct cJSON *verdict = head_of(criterion);
    struct cJSON *result =
        line == NULL ? NULL : cJSON_ParseWithOpts(line, NULL, true);

    if (is_result(result)) {
        for (size_t i = 0; i < COUNT(names); i++)
            cJSON_AddItemToObject(
                verdict, names[i],
                cJSON_DetachItemFromObjectCaseSensitive(result, names[i]));
    } else {
        add_text(verdict, "verdict", verdict_name(INCONCLUSIVE));
        add_text(verdict, "expected", "a worker that ends with a result");
        add_text(verdict, "seen",
                 trouble != NULL ? trouble : "the worker wrote no result");
    }
    cJSON_AddNumberToObject(verdict, "ms", (double)us / 1000);
    cJSON_Delete(result);
    return verdict;
}

static void replace(struct cJSON *line, const char *name, const char *text)
{
    cJSON_DeleteItemFromObjectCaseSensitive(line, name);
    add_text(line, name, text);
}

void verdict_set(struct cJSON *line, enum verdict verdict, const char *expected,
                 const char *seen, ...)
{
    char text[1024];
    va_list arguments;

    va_start(arguments, seen);
    vsnprintf(text, sizeof(text), seen, arguments);
    va_end(arguments);
    replace(line, "verdict", verdict_name(verdict));
    replace(line, "expected", expected);
    replace(line, "seen", text);
}

/* --- Plan and end --------------------------------------------------------- */

void catalogue_digest(char into[DIGEST_BYTES])
{
    struct buffer text;

    buffer_init(&text, CATALOGUE_BYTES_MAX);
    for (size_t i = 0; i < catalogue_size; i++) {
        const struct spec *spec = catalogue[i].spec;
        buffer_printf(&text, "%s%s\n%d %u %llu %d\n", spec->id, spec->statement,
                      (int)catalogue[i].level, catalogue[i].profiles,
                      (unsigned long long)catalogue[i].needs,
                      catalogue[i].wait_ms);
    }
    digest_of(buffer_view(&text), into);
    buffer_deinit(&text);
}

static void add_time(struct cJSON *line, const char *name)
{
    time_t now = (time_t)(clock_wall_ms() / 1000);
    struct tm parts;
    char text[32] = "";

    gmtime_r(&now, &parts);
    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
    add_text(line, name, text);
}

void url_shown(const char *url, char *into, size_t size)
{
    size_t length = strcspn(url, "?");

    snprintf(into, size, "%.*s%s", (int)length, url,
             url[length] == 0 ? "" : "?...");
}

const char *target_shown(const struct target *target, char *into, size_t size)
{
    if (target->kind == TARGET_EXEC)
        snprintf(into, size, "pipe to %s", target->child);
    else
        url_shown(target->kind == TARGET_MOCK ? "in memory"
                                              : target->manifest->url,
                  into, size);
    size_t length = strlen(into);
    if (target->nodes > 1)
        snprintf(into + length, size - length, " on %u nodes", target->nodes);
    return into;
}

/* One line that describes them all: a text of each, in a row. */
static void add_row(struct cJSON *line, const char *name,
                    const struct cJSON *targets, const char *member)
{
    const struct cJSON *target;
    struct buffer row;

    buffer_init(&row, TEXT_BYTES_MAX);
    cJSON_ArrayForEach(target, targets)
    {
        const char *text = member_text(target, member);
        if (strstr(buffer_string(&row), text) == NULL)
            buffer_printf(&row, "%s%s", row.length > 0 ? ", " : "", text);
    }
    add_text(line, name, buffer_string(&row));
    buffer_deinit(&row);
}

/* What may be behind its "?" is a secret. */
static void add_door(struct cJSON *array, const struct door *door)
{
    const char *url = door->url == NULL ? "" : door->url;
    struct buffer text;

    buffer_init(&text, TEXT_BYTES_MAX);
    buffer_printf(&text, "%s%s%.*s", door->what, *url == 0 ? "" : ", ",
                  (int)strcspn(url, "?#"), url);
    cJSON_AddItemToArray(array, cJSON_CreateString(buffer_string(&text)));
    buffer_deinit(&text);
}

/* Those that the run can ask, or the others. */
static void add_doors(struct cJSON *object, const struct target *target,
                      const char *name, bool asked)
{
    const struct manifest *manifest = target->manifest;
    struct cJSON *array = cJSON_CreateArray();

    for (size_t i = 0; i < manifest->door_count; i++) {
        bool is_asked =
            manifest->doors[i].is_socket ||
            (manifest->doors[i].steps.count > 0 && target->kind != TARGET_EXEC);
        if (is_asked == asked)
            add_door(array, &manifest->doors[i]);
    }
    if (cJSON_GetArraySize(array) > 0)
        cJSON_AddItemToObject(object, name, array);
    else
        cJSON_Delete(array);
}

static struct cJSON *describe(const struct target *target)
{
    struct cJSON *object = cJSON_CreateObject();
    char digest[DIGEST_BYTES];
    char url[512];

    add_text(object, "profile", profile_name(target->manifest->profile));
    add_text(object, "target", target->manifest->name);
    add_text(object, "url", target_shown(target, url, sizeof(url)));
    if (target->nodes > 1)
        cJSON_AddNumberToObject(object, "nodes", target->nodes);
    manifest_digest(target->manifest, digest);
    add_text(object, "manifest_sha256", digest);
    add_doors(object, target, "asked_doors", true);
    add_doors(object, target, "other_doors", false);
    concessions_add(object, target->manifest);
    return object;
}

struct cJSON *plan_line(const struct target *targets, size_t target_count,
                        const struct run_options *options, size_t criteria)
{
    static const char *const adapters[] = { "mock", "net", "net", "pipe" };
    struct cJSON *line = cJSON_CreateObject();
    struct cJSON *tool = NULL;
    struct cJSON *array = cJSON_CreateArray();
    char seed[32];
    unsigned profiles = 0;

    add_text(line, "type", "plan");
    cJSON_AddNumberToObject(line, "schema", RECORD_SCHEMA);
    tool = cJSON_AddObjectToObject(line, "tool");
    add_text(tool, "name", "wsconform");
    add_text(tool, "version", WSCONFORM_VERSION);
    add_text(tool, "commit", revision_commit());
    add_text(tool, "tree", tree_name(revision_tree()));
    for (size_t i = 0; i < target_count; i++)
        cJSON_AddItemToArray(array, describe(&targets[i]));
    for (size_t i = 0; i < target_count; i++)
        profiles |= targets[i].manifest->profile;
    add_row(line, "target", array, "target");
    add_row(line, "url", array, "url");
    add_row(line, "manifest_sha256", array, "manifest_sha256");
    add_row(line, "profile", array, "profile");
    cJSON_AddItemToObject(line, "targets", array);
    add_text(line, "adapter", adapters[targets->kind]);
    if (targets->kind == TARGET_REFERENCE) /* at another port each time */
        cJSON_AddTrueToObject(line, "own");
    snprintf(seed, sizeof(seed), "%llu", (unsigned long long)options->seed);
    add_text(line, "seed", seed);
    if (options->command != NULL)
        add_text(line, "command", options->command);
    if (options->manifest != NULL)
        add_text(line, "manifest", options->manifest);
    add_time(line, "started");
    plan_add_choice(line, options, profiles);
    if (options->baseline != NULL)
        add_text(line, "baseline", options->baseline->path);
    cJSON_AddNumberToObject(line, "criteria", (double)criteria);
    return line;
}

void end_line(const struct record *record, const struct ending_of_run *ending)
{
    struct counts counts = record_count(record);
    struct cJSON *line = record->end;
    struct cJSON *object;

    object = cJSON_AddObjectToObject(line, "counts");
    cJSON_AddNumberToObject(object, "pass", counts.of[PASS]);
    cJSON_AddNumberToObject(object, "fail", counts.of[FAIL]);
    cJSON_AddNumberToObject(object, "inconclusive", counts.of[INCONCLUSIVE]);
    cJSON_AddNumberToObject(object, "not_applicable",
                            counts.of[NOT_APPLICABLE]);
    cJSON_AddNumberToObject(line, "exit", ending->status);
    cJSON_AddNumberToObject(line, "wall_ms", (double)ending->wall_ms);
    cJSON_AddNumberToObject(line, "cpu_ms", (double)ending->cpu_ms);
    cJSON_AddNumberToObject(line, "longest_wait_ms", ending->longest_wait_ms);
    cJSON_AddBoolToObject(line, "interrupted", ending->interrupted);
    if (ending->trouble[0] != 0)
        add_text(line, "trouble", ending->trouble);
}

void line_write(FILE *to, const struct cJSON *line)
{
    char *text = cJSON_PrintUnformatted(line);

    if (text != NULL)
        fprintf(to, "%s\n", text);
    fflush(to);
    cJSON_free(text);
}
