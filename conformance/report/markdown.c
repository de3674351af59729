/* A summary in Markdown, for what shows under a job: what came of it, what to
 * mend first, then a table of what is not green. What others have said is
 * literal text in it, whatever it holds: each sign that could be structure is
 * written as its number. */
#include "base/deviation.h"
#include "bench/result.h"
#include "report/conclusion.h"
#include "report/report.h"
#include "report/shown.h"
#include "run/known.h"
#include "run/plan.h"
#include <cJSON.h>
#include <stdio.h>

/* Characters of a text, and rows of a table: the whole stays far below the
 * 1 MiB that is shown. */
enum { TEXT_MAX = 300, NAME_MAX = 120, ROWS_MAX = 50 };

static void escape(struct buffer *into, char byte)
{
    shown_ours(into, "&#%d;", byte);
}

static void add_text(struct buffer *into, const char *text)
{
    shown_add(into, text, TEXT_MAX, escape);
}

/* Within <code> nothing is taken for a name or a number of the host's. */
static void add_code(struct buffer *into, const char *text, size_t most)
{
    if (text[0] == 0)
        return;
    shown_ours(into, "<code>");
    shown_add(into, text, most, escape);
    shown_ours(into, "</code>");
}

/* --- At a glance ---------------------------------------------------------- */

static const char *sign_of(enum conclusion conclusion)
{
    static const char *const signs[] = {
        [CONCLUSION_FAILS] = ":x:",
        [CONCLUSION_UNSURE] = ":grey_question:",
        [CONCLUSION_KNOWN] = ":warning:",
        [CONCLUSION_PASSES] = ":white_check_mark:",
    };

    return signs[conclusion];
}

static void add_head(const struct record *record, struct buffer *into)
{
    const char *trouble = member_text(record->end, "trouble");
    struct buffer words;

    buffer_init(&words, 64 * 1024);
    conclusion_headline(record, &words);
    shown_ours(into, "## %s %s\n\n", sign_of(conclusion_of(record)),
               buffer_string(&words));
    add_code(into, member_text(record->plan, "target"), NAME_MAX);
    shown_ours(into, " at ");
    add_code(into, member_text(record->plan, "url"), NAME_MAX);
    shown_ours(into, ", selected: ");
    buffer_clear(&words);
    plan_describe(record->plan, &words);
    add_code(into, buffer_string(&words), TEXT_MAX);
    shown_ours(into, ", in %.1f s.\n\n",
               member_number(record->end, "wall_ms") / 1000);
    buffer_deinit(&words);
    if (conclusion_is_part(record))
        shown_ours(into, "A part alone: it says nothing of the rest.\n\n");
    if (trouble[0] != 0) {
        shown_ours(into, "**Not green:** ");
        add_code(into, trouble, TEXT_MAX);
        shown_ours(into, "\n\n");
    }
}

static void add_counts(const struct record *record, struct buffer *into)
{
    struct counts counts = record_count(record);
    unsigned known = known_count(record);

    shown_ours(into,
               "| pass | fail | known failure | inconclusive | not applicable "
               "|\n|---:|---:|---:|---:|---:|\n| %u | %u | %u | %u | %u |\n\n",
               counts.of[PASS], counts.of[FAIL] - known, known,
               counts.of[INCONCLUSIVE], counts.of[NOT_APPLICABLE]);
}

static void add_first(const struct record *record, struct buffer *into)
{
    const struct cJSON *first = conclusion_first(record);

    if (first == NULL)
        return;
    shown_ours(into, "**Mend first:** ");
    add_code(into, member_text(first, "id"), NAME_MAX);
    shown_ours(into, " ");
    add_text(into, member_text(first, "mend"));
    shown_ours(into, "\n\n");
}

/* --- Tables --------------------------------------------------------------- */

/* What a table is of: which verdicts, and what is told of each. */
struct table {
    bool (*holds)(const struct cJSON *line);
    const char *title;
    const char *columns[3]; /* "": none */
    const char *members[3];
};

static bool is_verdict(const struct cJSON *line, enum verdict verdict)
{
    return verdict_named(member_text(line, "verdict")) == (int)verdict;
}

static bool is_failure(const struct cJSON *line)
{
    return is_verdict(line, FAIL) && !known_is(line);
}

static bool is_unsure(const struct cJSON *line)
{
    return is_verdict(line, INCONCLUSIVE);
}

static bool is_absent(const struct cJSON *line)
{
    return is_verdict(line, NOT_APPLICABLE);
}

static const struct table tables[] = {
    { is_failure,
      "Fails",
      { "expected", "seen", "mend" },
      { "expected", "seen", "mend" } },
    { is_unsure, "Inconclusive", { "seen", "", "" }, { "seen", "", "" } },
    { known_is,
      "Known failures",
      { "seen", "until", "note" },
      { "seen", "known_until", "known_note" } },
    { is_absent, "Not applicable", { "because", "", "" }, { "seen", "", "" } },
};

static void begin_table(const struct table *table, struct buffer *into)
{
    shown_ours(into, "### %s\n\n| criterion |", table->title);
    for (size_t i = 0; i < COUNT(table->columns); i++)
        if (table->columns[i][0] != 0)
            shown_ours(into, " %s |", table->columns[i]);
    shown_ours(into, "\n|---|");
    for (size_t i = 0; i < COUNT(table->columns); i++)
        if (table->columns[i][0] != 0)
            shown_ours(into, "---|");
    shown_ours(into, "\n");
}

static void add_row(const struct table *table, const struct cJSON *line,
                    struct buffer *into)
{
    shown_ours(into, "| ");
    add_code(into, member_text(line, "id"), NAME_MAX);
    shown_ours(into, " ");
    shown_add(into, member_text(line, "profile"), NAME_MAX, escape);
    shown_ours(into, " |");
    for (size_t i = 0; i < COUNT(table->members); i++) {
        if (table->members[i][0] == 0)
            continue;
        shown_ours(into, " ");
        add_code(into, member_text(line, table->members[i]), TEXT_MAX);
        shown_ours(into, " |");
    }
    shown_ours(into, "\n");
}

static void add_table(const struct record *record, const struct table *table,
                      struct buffer *into)
{
    const struct cJSON *line;
    unsigned count = 0;

    cJSON_ArrayForEach(line, record->verdicts)
    {
        if (!table->holds(line))
            continue;
        if (count == 0)
            begin_table(table, into);
        if (count++ < ROWS_MAX)
            add_row(table, line, into);
    }
    if (count > 0)
        shown_ours(into, "\n");
    if (count > ROWS_MAX)
        shown_ours(into, "… and %u more.\n\n", count - ROWS_MAX);
}

/* --- What else a reader has to know --------------------------------------- */

static void add_stale(const struct record *record, struct buffer *into)
{
    const struct cJSON *entry;
    unsigned count = 0;

    cJSON_ArrayForEach(entry, known_entries(record))
    {
        if (!known_entry_is_stale(entry) || count++ >= ROWS_MAX)
            continue;
        shown_ours(into, "- **Stale** ");
        add_code(into, member_text(entry, "at"), NAME_MAX);
        shown_ours(into, " ");
        add_code(into, member_text(entry, "criterion"), NAME_MAX);
        shown_ours(into, ": ");
        add_text(into, member_text(entry, "says"));
        shown_ours(into, "\n");
    }
    if (count > 0)
        shown_ours(into, "\n");
}

static void add_omissions(const struct record *record, struct buffer *into)
{
    const char *door;
    const char *text;

    for (size_t i = 0; i < ROWS_MAX && (door = record_door(record, i)) != NULL;
         i++) {
        shown_ours(into, "- Not asked, another door: ");
        add_code(into, door, TEXT_MAX);
        shown_ours(into, "\n");
    }
    for (size_t i = 0;
         i < ROWS_MAX && (text = record_widened(record, i)) != NULL; i++) {
        shown_ours(into, "- Widened: ");
        add_code(into, text, TEXT_MAX);
        shown_ours(into, "\n");
    }
    for (int i = 0; i < DEVIATIONS; i++) {
        const char *word = deviation_word((enum deviation)i);
        unsigned count = record_deviating(record, word);
        if (count > 0)
            shown_ours(into, "- Tolerated: it %s; criteria: %u\n",
                       deviation_text((enum deviation)i), count);
    }
}

static void add_repetition(const struct record *record, struct buffer *into)
{
    const char *command = member_text(record->plan, "command");

    if (command[0] == 0)
        return;
    shown_ours(into, "\nAgain: ");
    add_code(into, command, TEXT_MAX);
    shown_ours(into, "\n");
}

enum fault report_markdown(const struct record *record, struct buffer *into)
{
    add_head(record, into);
    add_counts(record, into);
    add_first(record, into);
    add_stale(record, into);
    for (size_t i = 0; i < COUNT(tables); i++)
        add_table(record, &tables[i], into);
    add_omissions(record, into);
    add_repetition(record, into);
    return buffer_add_string(into, "");
}
