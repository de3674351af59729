/* TAP 14. The plan comes first, so that a lost line shows. */
#include "bench/result.h"
#include "report/report.h"
#include "report/beside.h"
#include "report/shown.h"
#include "run/known.h"
#include "run/plan.h"
#include <cJSON.h>

static void escape(struct buffer *into, char byte)
{
    if (byte == '#' || byte == '\\')
        shown_bytes(into, "\\", 1);
    shown_bytes(into, &byte, 1);
}

/* One line, and nothing in it that a consumer takes for a directive. */
static void add_line(struct buffer *into, const char *text)
{
    shown_add(into, text, SIZE_MAX, escape);
}

/* A JSON string is a YAML scalar too. */
static void add_yaml(struct buffer *into, const char *name, const char *text)
{
    shown_ours(into, "  %s: ", name);
    shown_quoted(into, text, SIZE_MAX);
    shown_ours(into, "\n");
}

static void add_point(struct buffer *into, const struct cJSON *line,
                      unsigned number)
{
    int verdict = verdict_named(member_text(line, "verdict"));
    bool good = verdict == PASS || verdict == NOT_APPLICABLE;

    shown_ours(into, "%s %u - ", good ? "ok" : "not ok", number);
    add_line(into, member_text(line, "profile"));
    shown_ours(into, "/");
    add_line(into, member_text(line, "id"));
    if (verdict == NOT_APPLICABLE) {
        shown_ours(into, " # SKIP ");
        add_line(into, member_text(line, "seen"));
    } else if (known_is(line)) {
        shown_ours(into, " # TODO known until ");
        add_line(into, member_text(line, "known_until"));
    }
    shown_ours(into, "\n");
    if (good)
        return;
    shown_ours(into, "  ---\n");
    add_yaml(into, "verdict", member_text(line, "verdict"));
    add_yaml(into, "expected", member_text(line, "expected"));
    add_yaml(into, "seen", member_text(line, "seen"));
    add_yaml(into, "mend", member_text(line, "mend"));
    shown_ours(into, "  ...\n");
}

/* Entries that no longer say what is are points behind those of the plan. */
static void add_stale(struct buffer *into, const struct cJSON *entry,
                      unsigned number)
{
    shown_ours(into, "not ok %u - baseline/", number);
    add_line(into, member_text(entry, "profile"));
    shown_ours(into, "/");
    add_line(into, member_text(entry, "criterion"));
    shown_ours(into, "\n  ---\n");
    add_yaml(into, "stale", member_text(entry, "says"));
    add_yaml(into, "at", member_text(entry, "at"));
    shown_ours(into, "  ...\n");
}

static void add_beside(void *self, const char *name, const char *text)
{
    struct buffer *into = self;

    shown_ours(into, "# %s: ", name);
    add_line(into, text);
    shown_ours(into, "\n");
}

enum fault report_tap(const struct record *record, struct buffer *into)
{
    const char *trouble = member_text(record->end, "trouble");
    const struct cJSON *line;
    struct buffer choice;
    unsigned number = 0;

    shown_ours(into, "TAP version 14\n1..%u\n# ",
               (unsigned)cJSON_GetArraySize(record->verdicts) +
                   known_stale(record));
    buffer_init(&choice, 64 * 1024);
    plan_describe(record->plan, &choice);
    add_line(into, buffer_string(&choice));
    buffer_deinit(&choice);
    shown_ours(into, "\n");
    each_beside(record, add_beside, into);
    cJSON_ArrayForEach(line, record->verdicts)
    {
        add_point(into, line, ++number);
    }
    cJSON_ArrayForEach(line, known_entries(record))
    {
        if (known_entry_is_stale(line))
            add_stale(into, line, ++number);
    }
    if (trouble[0] == 0)
        return buffer_add_string(into, "");
    shown_ours(into, "Bail out! ");
    add_line(into, trouble);
    shown_ours(into, "\n");
    return buffer_add_string(into, "");
}
