/* The list of all criteria, what needs a look first; and what a baseline has
 * come to. */
#include "report/html/markup.h"
#include "report/html/page.h"
#include "report/html/row.h"
#include "run/known.h"
#include <cJSON.h>

static void add_group(const struct page *page, enum standing standing,
                      struct buffer *into)
{
    const struct standing_words *words = &standings[standing];
    const struct cJSON *line;
    bool is_open = standing == FAILS; /* the first of what fails */

    if (page_count(page, standing) == 0)
        return;
    html_add(into,
             "<section class=\"group %s\" data-verdict=\"%s\"><h3>%s "
             "(%u)</h3>\n<ol role=\"list\">\n",
             words->key, words->key, words->title, page_count(page, standing));
    cJSON_ArrayForEach(line, page->record->verdicts)
    {
        if (standing_of(line) != standing)
            continue;
        row_write(page, line, is_open, into);
        is_open = false;
    }
    html_add(into, "</ol></section>\n");
}

void page_criteria(const struct page *page, struct buffer *into)
{
    for (int i = 0; i < STANDINGS; i++)
        add_group(page, (enum standing)i, into);
}

/* --- The baseline --------------------------------------------------------- */

static void add_entry(const struct cJSON *entry, struct buffer *into)
{
    const char *key = known_entry_is_stale(entry) ? "fail" : "known";

    html_add(into,
             "<tr><th scope=\"row\" class=\"id\">%s</th><td>%s</td><td><span "
             "class=\"%s\"><span class=\"badge\">%s</span></span></td><td "
             "class=\"date\">%s"
             "</td><td class=\"said\">%s</td><td class=\"id\">%s</td></tr>\n",
             member_text(entry, "criterion"), member_text(entry, "profile"),
             key, member_text(entry, "state"), member_text(entry, "expires"),
             member_text(entry, "says"), member_text(entry, "at"));
}

void page_baseline(const struct page *page, struct buffer *into)
{
    const struct cJSON *entries = known_entries(page->record);
    const struct cJSON *entry;

    if (entries == NULL)
        return;
    html_add(
        into,
        "<section id=\"baseline\" aria-labelledby=\"baseline-title\">\n<h2 "
        "id=\"baseline-title\">Baseline</h2>\n<div class=\"card wide\" "
        "tabindex=\"0\" role=\"region\" aria-label=\"Entries of the "
        "baseline\"><table>\n<caption>%u known, %u stale. A known failure "
        "is a failure all the same.</caption>\n<thead><tr><th "
        "scope=\"col\">Criterion</th><th scope=\"col\">Profile</th><th "
        "scope=\"col\">State</th><th scope=\"col\">Until</th><th "
        "scope=\"col\">Says</th><th scope=\"col\">At</th></tr></thead>\n"
        "<tbody>\n",
        page->known, known_stale(page->record));
    cJSON_ArrayForEach(entry, entries)
    {
        add_entry(entry, into);
    }
    html_add(into, "</tbody></table></div>\n</section>\n");
}
