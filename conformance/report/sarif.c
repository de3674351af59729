/* SARIF 2.1.0, as a code-scanning tab reads it: what stands in `results` is a
 * finding there, whatever its kind. So only failures are results; what could
 * not be asked is a notification, and makes the execution unsuccessful. */
#include "base/deviation.h"
#include "base/digest.h"
#include "bench/result.h"
#include "report/conclusion.h"
#include "report/report.h"
#include "report/sarif.h"
#include "report/shown.h"
#include "run/known.h"
#include "run/plan.h"
#include "run/run.h"
#include <cJSON.h>
#include <ctype.h>

/* --- Results -------------------------------------------------------------- */

/* As a URI: a path of the repository stays relative to its root. */
static void add_uri(struct buffer *into, const char *path)
{
    shown_ours(into, "\"%s", path[0] == '/' ? "file://" : "");
    for (; *path != 0; path++) {
        unsigned char byte = (unsigned char)*path;
        if (isalnum(byte) || strchr("-._~/", byte) != NULL)
            shown_bytes(into, path, 1);
        else
            shown_ours(into, "%%%02X", byte);
    }
    shown_ours(into, "\"");
}

/* What is found at a socket has no line of a source; the manifest, which is
 * where the service is described, has a first one. */
static void add_location(const struct record *record, const struct cJSON *line,
                         struct buffer *into)
{
    const char *path = member_text(record->plan, "manifest");
    char built_in[256];

    if (path[0] == 0) {
        snprintf(built_in, sizeof(built_in), "spec/profiles/%.200s.json",
                 member_text(line, "profile"));
        path = built_in;
    }
    shown_ours(into, "\"locations\":[{\"physicalLocation\":{"
                     "\"artifactLocation\":{\"uri\":");
    add_uri(into, path);
    shown_ours(into, "},\"region\":{\"startLine\":1,\"startColumn\":1,"
                     "\"endLine\":1,\"endColumn\":2}}}]");
}

/* The same finding of the next run is the same: neither seed nor what was seen
 * is part of it. */
static void add_fingerprint(const struct cJSON *line, struct buffer *into)
{
    char digest[DIGEST_BYTES];
    struct buffer name;

    buffer_init(&name, REPORT_BYTES_MAX);
    buffer_printf(&name, "%s/%s", member_text(line, "profile"),
                  member_text(line, "id"));
    digest_of(buffer_view(&name), digest);
    buffer_deinit(&name);
    shown_ours(into, "\"partialFingerprints\":{\"primaryLocationLineHash\":\"");
    shown_ours(into, "%s:1\"}", digest);
}

/* A finding that is put up with is one; who reads suppressions sees why. */
static void add_suppression(const struct cJSON *line, struct buffer *into)
{
    struct buffer why;

    if (!known_is(line))
        return;
    buffer_init(&why, REPORT_BYTES_MAX);
    buffer_printf(&why, "known until %s%s%s", member_text(line, "known_until"),
                  member_text(line, "known_note")[0] == 0 ? "" : ": ",
                  member_text(line, "known_note"));
    shown_ours(into, ",\"suppressions\":[{\"kind\":\"external\","
                     "\"status\":\"accepted\",");
    sarif_member(into, "justification", buffer_string(&why), SARIF_TEXT_MAX);
    shown_ours(into, "}]");
    buffer_deinit(&why);
}

static void add_result(const struct record *record, const struct cJSON *line,
                       struct buffer *into)
{
    struct buffer text;

    buffer_init(&text, REPORT_BYTES_MAX);
    buffer_printf(&text, "Expected %s; saw %s.", member_text(line, "expected"),
                  member_text(line, "seen"));
    shown_ours(into, "{");
    sarif_member(into, "ruleId", member_text(line, "id"), SARIF_ID_MAX);
    shown_ours(into, ",\"level\":\"%s\",", sarif_level(line));
    sarif_message(into, "message", buffer_string(&text), SARIF_TEXT_MAX);
    shown_ours(into, ",");
    add_location(record, line, into);
    shown_ours(into, ",");
    add_fingerprint(line, into);
    add_suppression(line, into);
    shown_ours(into, ",\"properties\":{");
    sarif_member(into, "profile", member_text(line, "profile"), SARIF_ID_MAX);
    shown_ours(into, "}}");
    buffer_deinit(&text);
}

static void add_results(const struct record *record, struct buffer *into)
{
    const struct cJSON *line;
    const char *before = "\n";

    cJSON_ArrayForEach(line, record->verdicts)
    {
        if (!sarif_is_finding(line))
            continue;
        shown_ours(into, "%s", before);
        add_result(record, line, into);
        before = ",\n";
    }
}

/* --- What is no finding --------------------------------------------------- */

static void add_notice(struct buffer *into, const char *level, const char *id,
                       const char *what, const char *why)
{
    bool is_first = into->length > 0 && into->at[into->length - 1] == '[';
    struct buffer text;

    buffer_init(&text, REPORT_BYTES_MAX);
    buffer_printf(&text, "%s: %s", what, why);
    shown_ours(into, "%s\n{\"level\":\"%s\",\"descriptor\":{\"id\":\"%s\"},",
               is_first ? "" : ",", level, id);
    sarif_message(into, "message", buffer_string(&text), SARIF_TEXT_MAX);
    shown_ours(into, "}");
    buffer_deinit(&text);
}

/* What was passed over, by the manifest's leave or for want of a way. */
static void add_omissions(const struct record *record, struct buffer *into)
{
    const char *text;

    for (size_t i = 0; (text = record_door(record, i)) != NULL; i++)
        add_notice(into, "note", "other-door", "not asked, another door", text);
    for (size_t i = 0; (text = record_widened(record, i)) != NULL; i++)
        add_notice(into, "note", "widened", "widened", text);
    for (int i = 0; i < DEVIATIONS; i++) {
        text = deviation_word((enum deviation)i);
        if (record_deviating(record, text) > 0)
            add_notice(into, "note", "tolerated", text,
                       deviation_text((enum deviation)i));
    }
}

static void add_notices(const struct record *record, struct buffer *into)
{
    const char *trouble = member_text(record->end, "trouble");
    const struct cJSON *line;

    if (trouble[0] != 0)
        add_notice(into, "error", "trouble", "the run", trouble);
    cJSON_ArrayForEach(line, known_entries(record))
    {
        if (known_entry_is_stale(line))
            add_notice(into, "error", "stale-baseline", member_text(line, "at"),
                       member_text(line, "says"));
    }
    cJSON_ArrayForEach(line, record->verdicts)
    {
        int verdict = verdict_named(member_text(line, "verdict"));
        if (verdict == INCONCLUSIVE || verdict == NOT_APPLICABLE)
            add_notice(into, verdict == INCONCLUSIVE ? "error" : "note",
                       verdict_name((enum verdict)verdict),
                       member_text(line, "id"), member_text(line, "seen"));
    }
    add_omissions(record, into);
}

/* --- The whole ------------------------------------------------------------ */

/* Of one target, a category of its own: uploads of several stand side by side.
 * What stands behind the last stroke would be the one run. */
static void add_category(const struct record *record, struct buffer *into)
{
    const char *names[] = { member_text(record->plan, "target"),
                            member_text(record->plan, "profile") };

    shown_ours(into, "\"automationDetails\":{\"id\":\"wsconform/");
    for (size_t i = 0; i < COUNT(names); i++) {
        for (size_t at = 0; names[i][at] != 0 && at < SARIF_ID_MAX; at++) {
            unsigned char byte = (unsigned char)names[i][at];
            shown_ours(into, "%c", isalnum(byte) ? byte : '-');
        }
        shown_ours(into, "/");
    }
    shown_ours(into, "\"}");
}

static void add_tool(const struct record *record, struct buffer *into)
{
    const struct cJSON *tool =
        cJSON_GetObjectItemCaseSensitive(record->plan, "tool");

    shown_ours(into, "\"tool\":{\"driver\":{\"name\":\"wsconform\",");
    if (member_text(tool, "version")[0] != 0) {
        sarif_member(into, "version", member_text(tool, "version"),
                     SARIF_ID_MAX);
        shown_ours(into, ",");
    }
    shown_ours(into, "\"rules\":[");
    sarif_rules(record, into);
    shown_ours(into, "]}}");
}

static void add_invocation(const struct record *record, struct buffer *into)
{
    int status = member_whole(record->end, "exit", 0, EXIT_STALE);

    shown_ours(into,
               "\"invocations\":[{\"executionSuccessful\":%s,\"exitCode\":%d,"
               "\"toolExecutionNotifications\":[",
               status == EXIT_GOOD || status == EXIT_FAIL ? "true" : "false",
               status);
    add_notices(record, into);
    shown_ours(into, "]}]");
}

/* How much of what was selected, and what it came to. */
static void add_properties(const struct record *record, struct buffer *into)
{
    struct counts counts = record_count(record);
    struct buffer text;

    buffer_init(&text, 64 * 1024);
    shown_ours(into,
               "\"properties\":{\"pass\":%u,\"fail\":%u,\"known\":%u,"
               "\"inconclusive\":%u,\"not_applicable\":%u,",
               counts.of[PASS], counts.of[FAIL], known_count(record),
               counts.of[INCONCLUSIVE], counts.of[NOT_APPLICABLE]);
    conclusion_headline(record, &text);
    sarif_member(into, "outcome", buffer_string(&text), SARIF_TEXT_MAX);
    buffer_clear(&text);
    plan_describe(record->plan, &text);
    shown_ours(into, ",");
    sarif_member(into, "selected", buffer_string(&text), SARIF_TEXT_MAX);
    shown_ours(into, "}");
    buffer_deinit(&text);
}

enum fault report_sarif(const struct record *record, struct buffer *into)
{
    shown_ours(into,
               "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\","
               "\"version\":\"2.1.0\",\"runs\":[{\n");
    add_tool(record, into);
    shown_ours(into, ",\n");
    add_category(record, into);
    shown_ours(into, ",\n");
    add_invocation(record, into);
    shown_ours(into, ",\n\"columnKind\":\"utf16CodeUnits\",\n");
    add_properties(record, into);
    shown_ours(into, ",\n\"results\":[");
    add_results(record, into);
    shown_ours(into, "]}]}\n");
    return buffer_add_string(into, "");
}
