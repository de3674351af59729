/* The timeline of a run: what ran when, and beside what. */
#include "bench/result.h"
#include "report/html/markup.h"
#include "report/html/page.h"
#include "report/html/row.h"
#include <cJSON.h>
#include <math.h>
#include <stdlib.h>

enum {
    WIDTH = 1120,
    LEFT = 4,
    TOP = 22,
    LINE_HEIGHT = 9,
    LINES_MAX = 128,
    TICKS = 8,
    LONGEST = 10,
};

/* A verdict that says when it began. */
struct bar {
    const struct cJSON *verdict;
    double at_ms;
    double ms;
    size_t line; /* from the top */
};

struct timeline {
    struct bar *bars;
    size_t count;
    double whole_ms;
    double free_at[LINES_MAX]; /* from when on a line is free */
    size_t lines;
};

static double within(const struct cJSON *verdict, const char *name)
{
    const double day_ms = 24 * 3600 * 1000.0;
    double value = member_number(verdict, name);

    return value >= 0 && value <= day_ms ? value : 0;
}

static bool has_begun(const struct cJSON *verdict)
{
    return cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(verdict, "at_ms"));
}

bool page_has_timeline(const struct page *page)
{
    const struct cJSON *line;

    cJSON_ArrayForEach(line, page->record->verdicts)
    {
        if (has_begun(line))
            return true;
    }
    return false;
}

static int by_start(const void *one, const void *other)
{
    const struct bar *a = one;
    const struct bar *b = other;

    return (a->at_ms > b->at_ms) - (a->at_ms < b->at_ms);
}

static int by_length(const void *one, const void *other)
{
    const struct bar *a = one;
    const struct bar *b = other;

    return (b->ms > a->ms) - (b->ms < a->ms);
}

/* The first line that is free then. */
static size_t line_of(struct timeline *timeline, const struct bar *bar)
{
    size_t line = 0;

    while (line < timeline->lines && timeline->free_at[line] > bar->at_ms)
        line++;
    line = line < LINES_MAX ? line : LINES_MAX - 1;
    if (line == timeline->lines)
        timeline->lines++;
    timeline->free_at[line] = bar->at_ms + bar->ms;
    return line;
}

static bool timeline_init(struct timeline *timeline, const struct page *page)
{
    const struct cJSON *line;
    size_t room = (size_t)cJSON_GetArraySize(page->record->verdicts);

    *timeline = (struct timeline){ .whole_ms = 1 };
    timeline->bars = calloc(room, sizeof(*timeline->bars));
    if (timeline->bars == NULL)
        return false;
    cJSON_ArrayForEach(line, page->record->verdicts)
    {
        struct bar bar = { line, within(line, "at_ms"), within(line, "ms"), 0 };
        if (!has_begun(line))
            continue;
        timeline->bars[timeline->count++] = bar;
        timeline->whole_ms = fmax(timeline->whole_ms, bar.at_ms + bar.ms);
    }
    qsort(timeline->bars, timeline->count, sizeof(*timeline->bars), by_start);
    for (size_t i = 0; i < timeline->count; i++)
        timeline->bars[i].line = line_of(timeline, &timeline->bars[i]);
    return true;
}

static double scale(const struct timeline *timeline, double ms)
{
    return ms / timeline->whole_ms * (WIDTH - 2 * LEFT);
}

/* --- Drawing -------------------------------------------------------------- */

struct place {
    double x;
    int y;
    double width;
};

static struct place place_of(const struct timeline *timeline,
                             const struct bar *bar)
{
    struct place place = { LEFT + scale(timeline, bar->at_ms),
                           TOP + (int)bar->line * LINE_HEIGHT,
                           fmax(scale(timeline, bar->ms), 1.5) };

    return place;
}

/* Not where the clock is virtual: that takes less than it lets pass. */
static bool has_waited(const struct bar *bar)
{
    double wait_ms = within(bar->verdict, "wait_ms");

    return wait_ms > 0 && bar->ms >= wait_ms;
}

static void add_bar(const struct timeline *timeline, const struct bar *bar,
                    struct buffer *into)
{
    const struct standing_words *words = &standings[standing_of(bar->verdict)];
    struct place at = place_of(timeline, bar);

    html_add(into, "<a tabindex=\"-1\" href=\"#");
    row_anchor(bar->verdict, into);
    html_add(into,
             "\"><title>%s, %s: %s, %.0f ms from %.0f ms on</title><rect "
             "class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" "
             "height=\"7\"/>",
             member_text(bar->verdict, "id"),
             member_text(bar->verdict, "profile"), words->badge, bar->ms,
             bar->at_ms, words->key, at.x, at.y, at.width);
    if (has_waited(bar))
        html_add(into,
                 "<rect class=\"wait\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" "
                 "height=\"3\"/>",
                 at.x, at.y + 2,
                 scale(timeline, within(bar->verdict, "wait_ms")));
    html_add(into, "</a>\n");
}

/* Those of one standing as one shape: a browser has to hold few of them. */
static void add_shape(const struct timeline *timeline, enum standing standing,
                      struct buffer *into)
{
    html_add(into, "<path class=\"%s\" d=\"", standings[standing].key);
    for (size_t i = 0; i < timeline->count; i++) {
        const struct bar *bar = &timeline->bars[i];
        struct place at = place_of(timeline, bar);
        if (standing_of(bar->verdict) == standing)
            html_add(into, "M%.1f %dh%.1fv7h-%.1fz", at.x, at.y, at.width,
                     at.width);
    }
    html_add(into, "\"/>\n");
}

static void add_bars(const struct page *page, const struct timeline *timeline,
                     struct buffer *into)
{
    for (size_t i = 0; i < timeline->count && !page->is_large; i++)
        add_bar(timeline, &timeline->bars[i], into);
    for (int i = 0; i < STANDINGS && page->is_large; i++)
        add_shape(timeline, (enum standing)i, into);
}

/* 1, 2 or 5 of a power of ten, for about so many ticks. */
static double tick_of(double whole_ms)
{
    double power = pow(10, floor(log10(whole_ms / TICKS)));
    double rest = whole_ms / TICKS / power;

    return power * (rest <= 1 ? 1 : rest <= 2 ? 2 : rest <= 5 ? 5 : 10);
}

static void add_ticks(const struct timeline *timeline, int height,
                      struct buffer *into)
{
    double tick = tick_of(timeline->whole_ms);

    for (int i = 0; i * tick <= timeline->whole_ms; i++) {
        double x = LEFT + scale(timeline, i * tick);
        bool is_last = x > WIDTH - 60;
        html_add(into,
                 "<path class=\"rule\" d=\"M%.1f 16V%d\"/><text class=\"tick\" "
                 "x=\"%.1f\" y=\"11\" text-anchor=\"%s\">",
                 x, height, x, is_last ? "end" : "start");
        if (tick >= 1000)
            html_add(into, "%.0f s</text>\n", i * tick / 1000);
        else
            html_add(into, "%.0f ms</text>\n", i * tick);
    }
}

static void add_chart(const struct page *page, const struct timeline *timeline,
                      struct buffer *into)
{
    int height = TOP + (int)timeline->lines * LINE_HEIGHT + 4;

    html_add(into,
             "<svg class=\"gantt\" viewBox=\"0 0 %d %d\" role=\"img\" "
             "aria-label=\"%u criteria over %.1f seconds, at most %u at a "
             "time\">\n",
             WIDTH, height, (unsigned)timeline->count,
             timeline->whole_ms / 1000, (unsigned)timeline->lines);
    add_ticks(timeline, height, into);
    add_bars(page, timeline, into);
    html_add(into, "</svg>\n");
}

static void add_key(const struct page *page, const struct timeline *timeline,
                    struct buffer *into)
{
    bool any_waited = false;

    for (size_t i = 0; i < timeline->count; i++)
        any_waited = any_waited || has_waited(&timeline->bars[i]);
    html_add(into, "<ul class=\"key\">");
    for (int i = 0; i < STANDINGS; i++)
        if (page_count(page, (enum standing)i) > 0)
            html_add(into, "<li class=\"%s\"><i></i>%s</li>", standings[i].key,
                     standings[i].title);
    if (any_waited && !page->is_large)
        html_add(into, "<li>a pale middle: the wait that the requirement "
                       "itself names</li>");
    html_add(into, "</ul>\n");
}

/* What takes long, in words. */
static void add_longest(struct timeline *timeline, struct buffer *into)
{
    qsort(timeline->bars, timeline->count, sizeof(*timeline->bars), by_length);
    html_add(into,
             "<details class=\"longest\"><summary>What took longest</summary>"
             "<table><thead><tr><th scope=\"col\">Criterion</th><th "
             "scope=\"col\">Profile</th><th scope=\"col\" class=\"number\">Took"
             "</th><th scope=\"col\" class=\"number\">Has to wait</th></tr>"
             "</thead><tbody>\n");
    for (size_t i = 0; i < timeline->count && i < LONGEST; i++) {
        const struct cJSON *verdict = timeline->bars[i].verdict;
        html_add(into, "<tr><th scope=\"row\"><a class=\"id\" href=\"#");
        row_anchor(verdict, into);
        html_add(
            into,
            "\">%s</a></th><td>%s</td><td class=\"number\">%.0f ms</td><td "
            "class=\"number\">%.0f ms</td></tr>\n",
            member_text(verdict, "id"), member_text(verdict, "profile"),
            timeline->bars[i].ms, within(verdict, "wait_ms"));
    }
    html_add(into, "</tbody></table></details>\n");
}

void page_timeline(const struct page *page, struct buffer *into)
{
    struct timeline timeline;

    if (!page_has_timeline(page) || !timeline_init(&timeline, page))
        return;
    html_add(
        into,
        "<section id=\"timeline\" aria-labelledby=\"timeline-title\">\n<h2 "
        "id=\"timeline-title\">Timeline</h2>\n<div class=\"card wide\" "
        "tabindex=\"0\" role=\"region\" aria-label=\"What ran when\">\n");
    add_chart(page, &timeline, into);
    add_key(page, &timeline, into);
    add_longest(&timeline, into);
    html_add(into, "</div>\n</section>\n");
    free(timeline.bars);
}
