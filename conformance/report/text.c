/* The report for people: what failed, why, and what to mend first. */
#include "bench/result.h"
#include "report/conclusion.h"
#include "report/conclusion.h"
#include "report/report.h"
#include "run/known.h"
#include "run/plan.h"
#include "spec.h"
#include <cJSON.h>
#include <stdio.h>

enum { EXCHANGE_LINES = 14, ALSO_LINES = 3 };

/* Runners of jobs take "::" at the start of a line, and "##" anywhere, for a
 * command to them. */
static bool is_command(const char *start, const char *at)
{
    return (at == start && at[0] == ':' && at[1] == ':') ||
           (at > start && at[-1] == '#' && at[0] == '#');
}

void add_plain(struct buffer *into, const char *text)
{
    const char *start = text + strspn(text, " ");

    for (; *text != 0; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte >= ' ' && byte < 0x7f && !is_command(start, text))
            buffer_add(into, text, 1);
        else
            buffer_printf(into, "\\x%02x", byte);
    }
}

static void add_row(struct buffer *into, const char *name, const char *text)
{
    if (text[0] == 0)
        return;
    buffer_printf(into, "      %-9s ", name);
    add_plain(into, text);
    buffer_add_string(into, "\n");
}

static void add_requirements(struct buffer *into, const struct cJSON *line)
{
    const struct cJSON *id;

    cJSON_ArrayForEach(id,
                       cJSON_GetObjectItemCaseSensitive(line, "requirements"))
    {
        const struct requirement *requirement =
            cJSON_IsString(id) ? requirement_named(id->valuestring) : NULL;
        if (requirement != NULL)
            buffer_printf(into, "      proves    %s (%s; %s)\n",
                          requirement->id, keyword_name(requirement->keyword),
                          requirement->source);
    }
}

static void add_exchange(struct buffer *into, const struct cJSON *line)
{
    const struct cJSON *step;
    const char *label = "exchange";
    int left = EXCHANGE_LINES;

    cJSON_ArrayForEach(step,
                       cJSON_GetObjectItemCaseSensitive(line, "transcript"))
    {
        if (left-- == 0) {
            buffer_add_string(into, "                …\n");
            break;
        }
        buffer_printf(into, "      %-9s %5.0f ms  ", label,
                      member_number(step, "at_ms"));
        add_plain(into, member_text(step, "peer"));
        buffer_add_string(into,
                          member_text(step, "peer")[0] == 0 ? "(tool) " : " ");
        add_plain(into, member_text(step, "what"));
        buffer_add_string(into, " ");
        add_plain(into, member_text(step, "text"));
        buffer_add_string(into, "\n");
        label = "";
    }
}

/* What other repetitions have seen. */
static void add_also(struct buffer *into, const struct cJSON *line)
{
    const struct cJSON *also;
    int left = ALSO_LINES;

    cJSON_ArrayForEach(also,
                       cJSON_GetObjectItemCaseSensitive(line, "also_seen"))
    {
        if (left-- > 0 && cJSON_IsString(also))
            add_row(into, "also", also->valuestring);
    }
}

static void add_block(struct buffer *into, const struct cJSON *line,
                      const char *label, const char *paint, const char *repeat)
{
    buffer_printf(into, "\n%s%s%s  ", paint, label,
                  paint[0] == 0 ? "" : "\033[0m");
    add_plain(into, member_text(line, "id"));
    buffer_add_string(into, "\n      ");
    add_plain(into, member_text(line, "statement"));
    buffer_add_string(into, "\n");
    add_requirements(into, line);
    add_row(into, "expected", member_text(line, "expected"));
    add_row(into, "seen", member_text(line, "seen"));
    add_also(into, line);
    add_row(into, "baseline", known_says(line));
    add_exchange(into, line);
    add_row(into, "mend", member_text(line, "mend"));
    buffer_add_string(into, "      repeat    ");
    add_plain(into, repeat);
    buffer_add_string(into, " --only ");
    add_plain(into, member_text(line, "id"));
    buffer_add_string(into, "\n");
}

static void add_absent(const struct record *record, struct buffer *into)
{
    const struct cJSON *line;

    cJSON_ArrayForEach(line, record->verdicts)
    {
        if (verdict_named(member_text(line, "verdict")) != NOT_APPLICABLE)
            continue;
        buffer_add_string(into, "not applicable  ");
        add_plain(into, member_text(line, "id"));
        buffer_add_string(into, ": ");
        add_plain(into, member_text(line, "seen"));
        buffer_add_string(into, "\n");
    }
}

static void add_door(struct buffer *into, const char *how, const char *door)
{
    buffer_printf(into, "%-15s another door: ", how);
    add_plain(into, door);
    buffer_add_string(into, "\n");
}

static void add_doors(const struct record *record, struct buffer *into)
{
    const char *door;

    for (size_t i = 0; (door = record_asked_door(record, i)) != NULL; i++)
        add_door(into, "asked", door);
    for (size_t i = 0; (door = record_door(record, i)) != NULL; i++)
        add_door(into, "not asked", door);
}

static void add_widened(const struct record *record, struct buffer *into)
{
    const char *text;

    for (size_t i = 0; (text = record_widened(record, i)) != NULL; i++) {
        buffer_printf(into, "%-15s ", "widened");
        add_plain(into, text);
        buffer_add_string(into, "\n");
    }
}

static void add_known(const struct record *record, struct buffer *into)
{
    const struct cJSON *line;

    cJSON_ArrayForEach(line, record->verdicts)
    {
        if (!known_is(line))
            continue;
        buffer_printf(into, "known failure   ");
        add_plain(into, member_text(line, "id"));
        buffer_add_string(into, ", until ");
        add_plain(into, member_text(line, "known_until"));
        buffer_add_string(into, ": ");
        add_plain(into, member_text(line, "seen"));
        buffer_add_string(into,
                          member_text(line, "known_note")[0] == 0 ? "" : "; ");
        add_plain(into, member_text(line, "known_note"));
        buffer_add_string(into, "\n");
    }
}

static void add_deviations(const struct record *record, struct buffer *into)
{
    for (int i = 0; i < DEVIATIONS; i++) {
        const char *word = deviation_word((enum deviation)i);
        unsigned count = record_deviating(record, word);
        if (count > 0)
            buffer_printf(into, "tolerated       %s: it %s; criteria: %u\n",
                          word, deviation_text((enum deviation)i), count);
    }
}

/* What entries say that is worth a look: known failures have been shown. */
static void add_entries(const struct record *record, bool colour,
                        struct buffer *into)
{
    const struct cJSON *entry;

    cJSON_ArrayForEach(entry, known_entries(record))
    {
        bool stale = known_entry_is_stale(entry);
        if (!stale && strcmp(member_text(entry, "state"), "expired") != 0)
            continue;
        buffer_printf(into, "\n%s%s%s  ", colour && stale ? "\033[1;31m" : "",
                      stale ? "STALE" : "expired",
                      colour && stale ? "\033[0m" : "");
        add_plain(into, member_text(entry, "at"));
        buffer_add_string(into, ": ");
        add_plain(into, member_text(entry, "criterion"));
        buffer_add_string(into, " of ");
        add_plain(into, member_text(entry, "profile"));
        buffer_add_string(into, ": ");
        add_plain(into, member_text(entry, "says"));
        buffer_add_string(into, "\n");
    }
}

static void add_choice(const struct record *record, struct buffer *into)
{
    struct buffer choice;

    buffer_init(&choice, 64 * 1024);
    plan_describe(record->plan, &choice);
    add_plain(into, buffer_string(&choice));
    buffer_deinit(&choice);
}

static void add_counts(const struct record *record, bool colour,
                       struct buffer *into)
{
    struct counts counts = record_count(record);
    bool good =
        counts.of[FAIL] + counts.of[INCONCLUSIVE] == 0 && counts.of[PASS] > 0;
    char known[32] = "";

    if (known_entries(record) != NULL)
        snprintf(known, sizeof(known), " (%u known)", known_count(record));
    buffer_printf(into,
                  "\n%s%u pass, %u fail%s, %u inconclusive, %u not "
                  "applicable%s",
                  !colour ? ""
                  : good  ? "\033[32m"
                          : "\033[31m",
                  counts.of[PASS], counts.of[FAIL], known,
                  counts.of[INCONCLUSIVE], counts.of[NOT_APPLICABLE],
                  colour ? "\033[0m" : "");
    buffer_printf(into, " of %d criteria (",
                  cJSON_GetArraySize(record->verdicts));
    add_choice(record, into);
    buffer_printf(
        into, "), in %.1f s: ", member_number(record->end, "wall_ms") / 1000);
    add_plain(into, member_text(record->plan, "target"));
    buffer_add_string(into, "\n");
}

void report_text(const struct record *record, const char *repeat, bool colour,
                 struct buffer *into)
{
    const struct cJSON *line;
    const struct cJSON *first = conclusion_first(record);
    const char *trouble = member_text(record->end, "trouble");

    add_absent(record, into);
    add_doors(record, into);
    add_widened(record, into);
    add_known(record, into);
    add_deviations(record, into);
    cJSON_ArrayForEach(line, record->verdicts)
    {
        int verdict = verdict_named(member_text(line, "verdict"));
        if (verdict == FAIL && !known_is(line))
            add_block(into, line, "FAIL", colour ? "\033[1;31m" : "", repeat);
        if (verdict == INCONCLUSIVE)
            add_block(into, line, "????", colour ? "\033[1;33m" : "", repeat);
    }
    add_entries(record, colour, into);
    add_counts(record, colour, into);
    if (first != NULL) {
        buffer_add_string(into, "Mend first: ");
        add_plain(into, member_text(first, "id"));
        buffer_add_string(into, ". ");
        add_plain(into, member_text(first, "mend"));
        buffer_add_string(into, "\n");
    }
    if (member_number(record->end, "exit") == 0 && known_count(record) > 0)
        buffer_add_string(into, "Green as a gate, for each failure is known; "
                                "nothing that could be certified.\n");
    if (trouble[0] != 0) {
        buffer_add_string(into, "Not green: ");
        add_plain(into, trouble);
        buffer_add_string(into, "\n");
    }
}
