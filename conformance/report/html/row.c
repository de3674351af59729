/* One criterion: requirement, what was expected and seen, why it matters, how
 * to mend, how to repeat, and the exchange. */
#include "report/html/row.h"
#include "report/html/markup.h"
#include "run/known.h"
#include "spec.h"
#include <cJSON.h>

enum { ALSO_MAX = 8, MUTANTS_SHOWN = 6 };

void row_anchor(const struct cJSON *verdict, struct buffer *into)
{
    html_add(into, "%s/%s", member_text(verdict, "profile"),
             member_text(verdict, "id"));
}

static const struct cJSON *list_of(const struct cJSON *verdict,
                                   const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(verdict, name);
}

/* --- What shows always ---------------------------------------------------- */

static void add_summary(const struct cJSON *verdict, struct buffer *into)
{
    html_add(into,
             "<summary><b>%s</b><code>%s</code><span>%s</span><small>%s "
             "\xc2\xb7 %s \xc2\xb7 %s "
             "\xc2\xb7 %s",
             standings[standing_of(verdict)].badge, member_text(verdict, "id"),
             member_text(verdict, "statement"), member_text(verdict, "theme"),
             member_text(verdict, "level"), member_text(verdict, "profile"),
             member_text(verdict, "evidence"));
    if (member_number(verdict, "ms") >= 0.5)
        html_add(into, " \xc2\xb7 %.0f ms", member_number(verdict, "ms"));
    html_add(into, "</small></summary>");
}

/* --- What unfolds --------------------------------------------------------- */

static void add_requirement(const char *id, struct buffer *into)
{
    const struct requirement *requirement = requirement_named(id);

    if (requirement == NULL)
        html_add(into, "<dd>%s</dd>", id);
    else
        html_add(into, "<dd>%s: %s (%s, level %s; %s)</dd>", requirement->id,
                 requirement->sentence, keyword_name(requirement->keyword),
                 level_name(requirement->level), requirement->source);
}

static void add_requirements(const struct cJSON *verdict, struct buffer *into)
{
    const struct cJSON *id;

    html_add(into, "<dt>Proves</dt>");
    cJSON_ArrayForEach(id, list_of(verdict, "requirements"))
    {
        if (cJSON_IsString(id))
            add_requirement(id->valuestring, into);
    }
}

static void add_said(struct buffer *into, const char *name, const char *kind,
                     const char *text)
{
    if (text[0] != 0)
        html_add(into, "<dt>%s</dt><dd class=\"said %s\">%s</dd>", name, kind,
                 text);
}

/* What other repetitions have seen. */
static void add_also(const struct cJSON *verdict, struct buffer *into)
{
    const struct cJSON *also;
    int left = ALSO_MAX;

    cJSON_ArrayForEach(also, list_of(verdict, "also_seen"))
    {
        if (cJSON_IsString(also) && left-- > 0)
            add_said(into, "Seen, too", "seen", also->valuestring);
    }
}

static void add_known(const struct cJSON *verdict, struct buffer *into)
{
    const char *note = member_text(verdict, "known_note");

    if (!known_is(verdict) && known_says(verdict)[0] == 0)
        return;
    html_add(into, "<dt>Baseline</dt><dd class=\"plain\">%s%s%s%s</dd>",
             known_is(verdict) ? "a known failure until " : "",
             known_is(verdict) ? member_text(verdict, "known_until")
                               : known_says(verdict),
             note[0] == 0 ? "" : "; ", note);
}

static void add_why(const struct cJSON *verdict, struct buffer *into)
{
    const struct theme *theme = theme_named(member_text(verdict, "theme"));

    if (theme != NULL)
        html_add(into, "<dt>Why it matters</dt><dd>%s</dd>", theme->why);
}

/* The mutants that it fails: it is able to. */
static void add_mutants(const struct page *page, const struct cJSON *verdict,
                        struct buffer *into)
{
    size_t count;
    unsigned failed = 0;
    const struct kill *kills =
        kills_of(page->kills, member_text(verdict, "id"), &count);

    for (size_t i = 0; i < count; i++) {
        if (!kills[i].failed)
            continue;
        if (failed++ == 0)
            html_add(into, "<dt>Able to fail</dt><dd>The reference, broken so, "
                           "fails it:<ul>");
        if (failed <= MUTANTS_SHOWN)
            html_add(into,
                     "<li><span class=\"id\">%s</span> <span "
                     "class=\"muted\">%s</span></li>",
                     kills[i].mutant, kills[i].says);
    }
    if (failed > MUTANTS_SHOWN)
        html_add(into, "<li>and %u more</li>", failed - MUTANTS_SHOWN);
    if (failed > 0)
        html_add(into, "</ul></dd>");
}

static void add_repeat(const struct page *page, const struct cJSON *verdict,
                       struct buffer *into)
{
    const char *command = member_text(page->record->plan, "command");

    if (command[0] != 0)
        html_add(into, "<dt>Repeat</dt><dd class=\"command\">%s --only %s</dd>",
                 command, member_text(verdict, "id"));
}

/* What the requirement itself takes. */
static void add_wait(const struct cJSON *verdict, struct buffer *into)
{
    double wait_ms = member_number(verdict, "wait_ms");

    if (wait_ms > 0)
        html_add(into,
                 "<dt>Waits</dt><dd>%.0f ms that the requirement itself names, "
                 "where the clock is real</dd>",
                 wait_ms);
}

static const char *name_of_seen(enum standing standing)
{
    return standing == ABSENT ? "Why not" : "Seen";
}

static void add_body(const struct page *page, const struct cJSON *verdict,
                     struct buffer *into)
{
    enum standing standing = standing_of(verdict);

    html_add(into, "<dl>");
    add_said(into, "Expected", "expected", member_text(verdict, "expected"));
    add_said(into, name_of_seen(standing), "seen",
             member_text(verdict, "seen"));
    add_also(verdict, into);
    add_known(verdict, into);
    if (standing != PASSES && standing != ABSENT)
        html_add(into, "<dt>Mend</dt><dd class=\"plain\">%s</dd>",
                 member_text(verdict, "mend"));
    add_requirements(verdict, into);
    if (!page->is_large || standing == FAILS)
        add_why(verdict, into);
    add_mutants(page, verdict, into);
    if (!page->is_large || standing != PASSES)
        add_repeat(page, verdict, into);
    add_wait(verdict, into);
    html_add(into, "</dl>");
    page_chart(verdict, into);
}

void row_write(const struct page *page, const struct cJSON *verdict,
               bool is_open, struct buffer *into)
{
    html_add(into, "<li><details id=\"");
    row_anchor(verdict, into);
    html_add(into, "\" data-of=\"%s|%s|%s\"%s>", member_text(verdict, "level"),
             member_text(verdict, "theme"), member_text(verdict, "profile"),
             is_open ? " open" : "");
    add_summary(verdict, into);
    add_body(page, verdict, into);
    html_add(into, "</details></li>\n");
}
