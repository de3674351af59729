/* The verdict at a glance: what came of it, of what, and where it hurts. */
#include "base/deviation.h"
#include "bench/result.h"
#include "report/html/markup.h"
#include "report/html/page.h"
#include "report/html/row.h"
#include "report/html/tally.h"
#include "report/conclusion.h"
#include "run/known.h"
#include "run/plan.h"
#include "run/run.h"
#include "spec.h"
#include <cJSON.h>

enum {
    CHOICE_BYTES_MAX = 64 * 1024,
    HEADLINE_BYTES_MAX = 256,
    DIGEST_SHOWN = 16
};

static unsigned total_of(const struct page *page)
{
    return (unsigned)cJSON_GetArraySize(page->record->verdicts);
}

/* What the run came to, as one of the standings. */
static enum standing standing_of_run(const struct page *page)
{
    static const enum standing of[] = {
        [CONCLUSION_FAILS] = FAILS,
        [CONCLUSION_UNSURE] = UNSURE,
        [CONCLUSION_KNOWN] = KNOWN,
        [CONCLUSION_PASSES] = PASSES,
    };

    return of[conclusion_of(page->record)];
}

static void add_headline(const struct page *page, struct buffer *into)
{
    struct buffer words;

    buffer_init(&words, HEADLINE_BYTES_MAX);
    conclusion_headline(page->record, &words);
    html_add(into, "%s", buffer_string(&words));
    buffer_deinit(&words);
}

void page_title(const struct page *page, struct buffer *into)
{
    add_headline(page, into);
    html_add(into, " \xc2\xb7 %.*s \xc2\xb7 wsconform", 80,
             member_text(page->record->plan, "target"));
}

/* --- The verdict ---------------------------------------------------------- */

static const char *const signs[STANDINGS] = {
    [FAILS] = "M22 22 L42 42 M42 22 L22 42",
    [UNSURE] = "M32 18 V36 M32 46 V46.5",
    [KNOWN] = "M20 35 Q26 25 32 32 T44 29",
    [ABSENT] = "M22 32 H42",
    [PASSES] = "M19 33 L28 42 L45 23",
};

/* One bar over all verdicts, in the order of the standings. */
static void add_share(const struct page *page, struct buffer *into)
{
    unsigned before = 0;

    html_add(into,
             "<svg class=\"share\" viewBox=\"0 0 %u 1\" "
             "preserveAspectRatio=\"none\" aria-hidden=\"true\">",
             total_of(page));
    for (int i = 0; i < STANDINGS; i++) {
        unsigned count = page_count(page, (enum standing)i);
        if (count > 0)
            html_add(into,
                     "<rect class=\"%s\" x=\"%u\" width=\"%u\" "
                     "height=\"1\"/>",
                     standings[i].key, before, count);
        before += count;
    }
    html_add(into, "</svg>\n");
}

/* A part that is green says nothing of the rest. */
static void add_part(const struct page *page, struct buffer *into)
{
    double of = member_number(page->record->plan, "profile_criteria");

    if (conclusion_is_part(page->record))
        html_add(into,
                 "<p>A part alone: %u of %.0f criteria were selected.</p>"
                 "\n",
                 total_of(page), of);
}

void page_verdict(const struct page *page, struct buffer *into)
{
    enum standing outcome = standing_of_run(page);
    const char *trouble = member_text(page->record->end, "trouble");

    html_add(into,
             "<div class=\"verdict %s\">\n<svg viewBox=\"0 0 64 64\" "
             "aria-hidden=\"true\"><circle class=\"seal\" cx=\"32\" cy=\"32\" "
             "r=\"32\"/><path d=\"%s\"/></svg>\n<div>\n<h1 id=\"headline\">",
             standings[outcome].key, signs[outcome]);
    add_headline(page, into);
    html_add(into, "</h1>\n<p>%s</p>\n",
             member_text(page->record->plan, "target"));
    add_part(page, into);
    if (trouble[0] != 0)
        html_add(into, "<p class=\"said\">%s</p>\n", trouble);
    if (outcome == KNOWN)
        html_add(into,
                 "<p>Each failure is listed in the baseline; nothing here "
                 "could be certified.</p>\n");
    html_add(into, "</div>\n</div>\n");
    add_share(page, into);
}

void page_first(const struct page *page, struct buffer *into)
{
    const struct cJSON *first = conclusion_first(page->record);

    if (first == NULL)
        return;
    html_add(into, "<div class=\"first\"><h2>Mend first</h2>"
                   "\n<p><a class=\"id\" href=\"#");
    row_anchor(first, into);
    html_add(into, "\">%s</a></p>\n<p class=\"plain\">%s</p></div>\n",
             member_text(first, "id"), member_text(first, "mend"));
}

/* --- Facts ---------------------------------------------------------------- */

static void add_fact(struct buffer *into, const char *name, const char *text)
{
    if (text[0] != 0)
        html_add(into, "<div><dt>%s</dt><dd>%s</dd></div>\n", name, text);
}

/* Of ways in that nobody asks a green page says nothing. */
static void add_doors(const struct record *record, struct buffer *into)
{
    const char *door;

    for (size_t i = 0; (door = record_asked_door(record, i)) != NULL; i++)
        add_fact(into, "Asked: another door", door);
    for (size_t i = 0; (door = record_door(record, i)) != NULL; i++)
        add_fact(into, "Not asked: another door", door);
}

static void add_widened(const struct record *record, struct buffer *into)
{
    const char *text;

    for (size_t i = 0; (text = record_widened(record, i)) != NULL; i++)
        add_fact(into, "Widened", text);
}

static void add_deviations(const struct record *record, struct buffer *into)
{
    for (int i = 0; i < DEVIATIONS; i++) {
        const char *word = deviation_word((enum deviation)i);
        unsigned count = record_deviating(record, word);
        if (count > 0)
            html_add(into,
                     "<div><dt>Tolerated: %s</dt><dd>it %s; criteria: %u</dd>"
                     "</div>\n",
                     word, deviation_text((enum deviation)i), count);
    }
}

static const char *exit_in_words(const struct record *record)
{
    static const char *const words[] = {
        [EXIT_GOOD] = "0: green",
        [EXIT_FAIL] = "1: a criterion fails",
        [EXIT_USAGE] = "2: usage or manifest",
        [EXIT_UNSURE] = "3: inconclusive, or trouble of the run",
        [EXIT_UNREACHED] = "4: unreachable, or not sane",
        [EXIT_STALE] = "5: the baseline is stale",
    };
    int status = member_whole(record->end, "exit", 0, EXIT_STALE);

    return status < 0 ? "" : words[status];
}

void page_facts(const struct page *page, struct buffer *into)
{
    const struct cJSON *plan = page->record->plan;
    const struct cJSON *tool = cJSON_GetObjectItemCaseSensitive(plan, "tool");
    struct buffer choice;

    buffer_init(&choice, CHOICE_BYTES_MAX);
    plan_describe(plan, &choice);
    html_add(into, "<dl class=\"facts\">\n");
    add_fact(into, "Address", member_text(plan, "url"));
    add_fact(into, "Selected", buffer_string(&choice));
    add_fact(into, "Started", member_text(plan, "started"));
    html_add(into, "<div><dt>Took</dt><dd>%.1f s</dd></div>\n",
             member_number(page->record->end, "wall_ms") / 1000);
    add_fact(into, "Exit", exit_in_words(page->record));
    add_fact(into, "Seed", member_text(plan, "seed"));
    html_add(into, "<div><dt>Tool</dt><dd>%s %s</dd></div>\n",
             member_text(tool, "name"), member_text(tool, "version"));
    html_add(into, "<div><dt>Catalogue</dt><dd title=\"%s\">%.*s</dd></div>\n",
             member_text(plan, "catalogue_sha256"), DIGEST_SHOWN,
             member_text(plan, "catalogue_sha256"));
    add_doors(page->record, into);
    add_widened(page->record, into);
    add_deviations(page->record, into);
    html_add(into, "</dl>\n");
    buffer_deinit(&choice);
}

/* --- Filters -------------------------------------------------------------- */

void page_chips(const struct page *page, struct buffer *into)
{
    for (int i = 0; i < STANDINGS; i++) {
        unsigned count = page_count(page, (enum standing)i);
        if (count > 0)
            html_add(into,
                     "<label class=\"%s\"><input type=\"checkbox\" "
                     "name=\"verdict\" value=\"%s\" checked><span>%s "
                     "<b>%u</b></span></label>\n",
                     standings[i].key, standings[i].key, standings[i].title,
                     count);
    }
}

static void add_options(const struct page *page, const char *member,
                        struct buffer *into)
{
    struct tally tally;

    tally_by(page->record, member, &tally);
    for (size_t i = 0; i < tally.count; i++) {
        const char *name = tally.at[i].name;
        const struct theme *theme = theme_named(name);
        html_add(into, "<option value=\"%s\">%s%s%s</option>", name, name,
                 theme == NULL ? "" : " ", theme == NULL ? "" : theme->title);
    }
}

void page_choices(const struct page *page, struct buffer *into)
{
    html_add(into, "<label>Theme <select name=\"theme\"><option value=\"\">any"
                   "</option>");
    add_options(page, "theme", into);
    html_add(into, "</select></label>\n<label>Profile <select name=\"profile\">"
                   "<option value=\"\">any</option>");
    add_options(page, "profile", into);
    html_add(into, "</select></label>\n");
}

void page_footer(const struct page *page, struct buffer *into)
{
    const struct cJSON *plan = page->record->plan;
    const char *command = member_text(plan, "command");

    if (command[0] != 0)
        html_add(into,
                 "<p>The whole %s: <code class=\"command\">%s</code>"
                 "</p>\n",
                 conclusion_is_part(page->record) ? "profile" : "run again",
                 command);
    html_add(into,
             "<p>Catalogue sha256 %s, of %.0f criteria</p>\n<p>Manifest sha256 "
             "%s</p>\n<p>Made from the stream of the run alone. This file asks "
             "nothing of any network.</p>",
             member_text(plan, "catalogue_sha256"),
             member_number(plan, "catalogue_criteria"),
             member_text(plan, "manifest_sha256"));
}
