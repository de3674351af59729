/* Workflow commands of GitHub Actions: lines that become annotations of a run.
 * Of each kind ten are shown for a step, so the worst come first, and the tenth
 * says how many are missing. */
#include "bench/result.h"
#include "report/conclusion.h"
#include "report/report.h"
#include "report/shown.h"
#include "run/known.h"
#include <cJSON.h>

enum { SHOWN_MAX = 10, TEXT_MAX = 1000, NAME_MAX = 200 };

/* Behind "::", up to the end of the line. */
static void escape_message(struct buffer *into, char byte)
{
    shown_ours(into, byte == '%' ? "%%25" : "%c", byte);
}

/* Between commas. */
static void escape_property(struct buffer *into, char byte)
{
    if (byte == '%' || byte == ':' || byte == ',')
        shown_ours(into, "%%%02X", byte);
    else
        shown_ours(into, "%c", byte);
}

/* One kind of annotation, and how many of it there are so far. */
struct kind {
    const char *name;
    unsigned total;
    unsigned count;
};

/* Is there room for one more, beside the line that counts the rest? */
static bool has_room(struct kind *kind)
{
    kind->count++;
    return kind->total <= SHOWN_MAX || kind->count < SHOWN_MAX;
}

static void add(const struct record *record, struct kind *kind,
                const char *title, const char *text, const char *more,
                struct buffer *into)
{
    const char *file = member_text(record->plan, "manifest");

    if (!has_room(kind))
        return;
    shown_ours(into, "::%s ", kind->name);
    if (file[0] != 0) {
        shown_ours(into, "file=");
        shown_add(into, file, TEXT_MAX, escape_property);
        shown_ours(into, ",line=1,");
    }
    shown_ours(into, "title=");
    shown_add(into, title, NAME_MAX, escape_property);
    shown_ours(into, "::");
    shown_add(into, text, TEXT_MAX, escape_message);
    shown_ours(into, more[0] == 0 ? "\n" : "%%0A");
    if (more[0] == 0)
        return;
    shown_add(into, more, TEXT_MAX, escape_message);
    shown_ours(into, "\n");
}

static void end_kind(const struct kind *kind, struct buffer *into)
{
    if (kind->total > SHOWN_MAX)
        shown_ours(into, "::%s title=wsconform::and %u more\n", kind->name,
                   kind->total - (SHOWN_MAX - 1));
}

static void add_failures(const struct record *record, struct kind *kind,
                         const char *level, struct buffer *into)
{
    const struct cJSON *line;

    cJSON_ArrayForEach(line, record->verdicts)
    {
        if (verdict_named(member_text(line, "verdict")) == FAIL &&
            !known_is(line) && strcmp(member_text(line, "level"), level) == 0)
            add(record, kind, member_text(line, "id"),
                member_text(line, "seen"), member_text(line, "mend"), into);
    }
}

static bool has_level(const struct cJSON *line)
{
    const char *level = member_text(line, "level");

    return strcmp(level, "A") == 0 || strcmp(level, "AA") == 0 ||
           strcmp(level, "AAA") == 0;
}

/* What is inconclusive; and what fails on no level that there is. */
static void add_rest(const struct record *record, struct kind *kind,
                     struct buffer *into)
{
    const struct cJSON *line;

    cJSON_ArrayForEach(line, record->verdicts)
    {
        bool fails = verdict_named(member_text(line, "verdict")) == FAIL;
        if (conclusion_spoils(line) && (!fails || !has_level(line)))
            add(record, kind, member_text(line, "id"),
                member_text(line, "seen"), fails ? "" : "inconclusive", into);
    }
}

static void add_errors(const struct record *record, struct buffer *into)
{
    struct counts counts = record_count(record);
    const char *trouble = member_text(record->end, "trouble");
    struct kind errors = { .name = "error" };
    const struct cJSON *entry;

    errors.total = counts.of[FAIL] - known_count(record) +
                   counts.of[INCONCLUSIVE] + known_stale(record) +
                   (trouble[0] != 0);
    if (trouble[0] != 0)
        add(record, &errors, "not green", trouble, "", into);
    cJSON_ArrayForEach(entry, known_entries(record))
    {
        if (known_entry_is_stale(entry))
            add(record, &errors, "stale baseline",
                member_text(entry, "criterion"), member_text(entry, "says"),
                into);
    }
    add_failures(record, &errors, "A", into);
    add_failures(record, &errors, "AA", into);
    add_failures(record, &errors, "AAA", into);
    add_rest(record, &errors, into);
    end_kind(&errors, into);
}

static void add_warnings(const struct record *record, struct buffer *into)
{
    struct kind warnings = { .name = "warning", .total = known_count(record) };
    const struct cJSON *line;

    cJSON_ArrayForEach(line, record->verdicts)
    {
        if (known_is(line))
            add(record, &warnings, member_text(line, "id"), "known failure",
                member_text(line, "seen"), into);
    }
    end_kind(&warnings, into);
}

enum fault report_annotations(const struct record *record, struct buffer *into)
{
    struct buffer headline;

    add_errors(record, into);
    add_warnings(record, into);
    buffer_init(&headline, 1024);
    conclusion_headline(record, &headline);
    shown_ours(into, "::notice title=wsconform::%s\n",
               buffer_string(&headline));
    buffer_deinit(&headline);
    return buffer_add_string(into, "");
}
