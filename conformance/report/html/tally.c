/* How many verdicts stand how, and where each of them is. */
#include "report/html/tally.h"
#include "report/html/markup.h"
#include "report/html/row.h"
#include "spec.h"
#include <cJSON.h>

/* NULL: there is no room for another. */
static struct tally_row *row_of(struct tally *tally, const char *name)
{
    for (size_t i = tally->count; i > 0; i--) /* the last is the likeliest */
        if (strcmp(tally->at[i - 1].name, name) == 0)
            return &tally->at[i - 1];
    if (tally->count == TALLY_MAX)
        return NULL;
    tally->at[tally->count] = (struct tally_row){ .name = name };
    return &tally->at[tally->count++];
}

void tally_by(const struct record *record, const char *member,
              struct tally *into)
{
    const struct cJSON *line;

    into->count = 0;
    cJSON_ArrayForEach(line, record->verdicts)
    {
        struct tally_row *row = row_of(into, member_text(line, member));
        if (row != NULL)
            row->of[standing_of(line)]++;
    }
}

/* --- The map of themes ---------------------------------------------------- */

/* One square for each verdict; who cannot see them has the numbers. */
static void add_squares(const struct page *page, const char *theme,
                        struct buffer *into)
{
    const struct cJSON *line;

    html_add(into, "<td aria-hidden=\"true\"><div class=\"squares\">");
    cJSON_ArrayForEach(line, page->record->verdicts)
    {
        if (strcmp(member_text(line, "theme"), theme) != 0 ||
            (page->is_large && standing_of(line) == PASSES))
            continue;
        html_add(into, "<a class=\"%s\" tabindex=\"-1\" href=\"#",
                 standings[standing_of(line)].key);
        row_anchor(line, into);
        html_add(into, "\" title=\"%s, %s: %s\"></a>", member_text(line, "id"),
                 member_text(line, "profile"),
                 standings[standing_of(line)].badge);
    }
    html_add(into, "</div></td>");
}

static void add_row(const struct page *page, const struct tally_row *row,
                    struct buffer *into)
{
    const struct theme *theme = theme_named(row->name);

    html_add(into, "<tr><th scope=\"row\" title=\"%s\">%s</th>",
             theme == NULL ? "" : theme->why,
             theme == NULL ? row->name : theme->title);
    add_squares(page, row->name, into);
    for (int i = 0; i < STANDINGS; i++) {
        if (page_count(page, (enum standing)i) == 0)
            continue;
        if (row->of[i] == 0)
            html_add(into, "<td class=\"number muted\">0</td>");
        else
            html_add(into, "<td class=\"number %s\">%u</td>", standings[i].key,
                     row->of[i]);
    }
    html_add(into, "</tr>\n");
}

void page_themes(const struct page *page, struct buffer *into)
{
    struct tally tally;

    tally_by(page->record, "theme", &tally);
    html_add(into,
             "<h2>By theme</h2>\n<div class=\"card wide\" tabindex=\"0\" "
             "role=\"region\" aria-label=\"Verdicts by theme\"><table>\n"
             "<caption>A square is a criterion%s: point at it for its name, "
             "press it for what was seen.</caption>\n<thead><tr><th "
             "scope=\"col\">Theme</th><td aria-hidden=\"true\"></td>",
             page->is_large ? " that does not pass" : "");
    for (int i = 0; i < STANDINGS; i++)
        if (page_count(page, (enum standing)i) > 0)
            html_add(into, "<th scope=\"col\" class=\"number\">%s</th>",
                     standings[i].title);
    html_add(into, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < tally.count; i++)
        add_row(page, &tally.at[i], into);
    html_add(into, "</tbody></table></div>\n");
}
