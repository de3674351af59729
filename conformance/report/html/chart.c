/* The exchange as a sequence chart:
 *
 *            alice-2        server       witness-1     tool
 *     0 ms      |--- dials --->|             |           |
 *    21 ms      |<- Close 1008 |             |           |
 *    28 ms      |              |-- signal -->|           |
 *
 * A few peers have a lane; the steps of others, and the middle of what is very
 * long, are counted. */
#include "report/html/lanes.h"
#include "report/html/markup.h"
#include <cJSON.h>

enum {
    ROWS_MAX = 64,
    ROWS_BYTES_MAX = 1024 * 1024, /* more than so many rows can be */
    ROWS_MAX_PASSED = 32,         /* of what nobody has to mend */
    HEAD_OF = 3, /* where the middle is left out, a third is of the head */
    ROW_HEIGHT = 27,
    TOP = 58,
    LABEL_MAX = 46,    /* characters */
    NAMED_MAX = 100,   /* … of a peer, and of what it does, in a title */
    TITLE_MAX = 400,   /* … of what is said there */
    CHARACTER_10 = 70, /* tenths of a unit that one is wide */
    TIME_RIGHT = 58,
};

/* How a step is drawn. The first whose beginning fits. */
struct kind {
    const char *what;
    const char *class;
    enum { OUT, IN, ACROSS } way;
    const char *label; /* in place of what */
};

static const struct kind kinds[] = {
    { "is accepted", "in dial good", IN, "accepted" },
    { "is rejected", "in dial bad", IN, "rejected" },
    { "receives Close", "in shut", IN, "Close" },
    { "receives a violation", "in bad", IN, "breaks RFC 6455:" },
    { "receives bytes", "in", IN, "bytes" },
    { "receives", "in", IN, "" },
    { "has ended", "in bad", IN, "TCP ends" },
    { "has its", "gap", ACROSS, NULL },
    { "lets time pass", "gap", ACROSS, NULL },
    { "dials", "out dial", OUT, NULL },
    { "resets", "out bad", OUT, NULL },
    { "sends Close", "out shut", OUT, "Close" },
    { "sends bytes", "out", OUT, "bytes" },
    { "sends raw", "out", OUT, "raw" },
    { "sends", "out", OUT, "" },
    { "", "out", OUT, NULL },
};

static const struct kind *kind_of(const char *what)
{
    const struct kind *kind = kinds;

    while (strncmp(what, kind->what, strlen(kind->what)) != 0)
        kind++;
    return kind;
}

struct chart {
    struct lanes lanes;
    struct buffer rows;
    int y;
    unsigned shown;  /* steps that have a lane, so far */
    unsigned total;  /* … in all */
    unsigned most;   /* rows */
    unsigned missed; /* not drawn since the last row */
    double last_ms;
};

/* --- Rows ----------------------------------------------------------------- */

static int least(int one, int other)
{
    return one < other ? one : other;
}

/* The middle of a label, so that all of it is within the chart. */
static int place_label(const struct chart *chart, int middle, size_t length)
{
    int half = least((int)length, LABEL_MAX) * CHARACTER_10 / 20;
    int most = chart->lanes.width - half - 6;

    middle = middle < TIME_RIGHT + half + 8 ? TIME_RIGHT + half + 8 : middle;
    return least(middle, most);
}

static void add_gap(struct chart *chart)
{
    if (chart->missed == 0)
        return;
    html_add(
        &chart->rows,
        "<g class=\"gap\"><text class=\"label\" x=\"%d\" y=\"%d\">\xe2\x8b\xae "
        "%u more %s</text></g>\n",
        chart->lanes.server, chart->y, chart->missed,
        chart->missed == 1 ? "step" : "steps");
    chart->missed = 0;
    chart->y += ROW_HEIGHT;
}

static void add_time(struct chart *chart, double at_ms)
{
    if (at_ms != chart->last_ms)
        html_add(
            &chart->rows,
            "<text class=\"at\" text-anchor=\"end\" x=\"%d\" y=\"%d\">%.0f "
            "ms</text>",
            TIME_RIGHT, chart->y + 4, at_ms);
    chart->last_ms = at_ms;
}

static void add_label(struct chart *chart, const struct kind *kind,
                      const struct cJSON *step, int middle)
{
    const char *what = member_text(step, "what");
    const char *text = member_text(step, "text");
    const char *label = kind->label == NULL ? what : kind->label;
    size_t length = strlen(label) + 1 + strlen(text);

    if (strcmp(label, "") == 0 && text[0] == 0)
        label = what;
    html_add(&chart->rows,
             "<text class=\"label\" x=\"%d\" y=\"%d\">%.*s%s%.*s</text>",
             place_label(chart, middle, length), chart->y - 5, LABEL_MAX, label,
             label[0] == 0 || text[0] == 0 ? "" : " ", LABEL_MAX, text);
}

static void add_arrow(struct chart *chart, int from, int to)
{
    int back = to > from ? -7 : 7;

    html_add(&chart->rows,
             "<path d=\"M%d %dH%d\"/><path d=\"M%d %dl%d 4 %d 4\"/>", from,
             chart->y, to, to + back, chart->y - 4, -back, back);
}

static void add_row(struct chart *chart, const struct cJSON *step, int lane)
{
    const struct kind *kind = kind_of(member_text(step, "what"));
    bool is_tool = member_text(step, "peer")[0] == 0;
    int server = chart->lanes.server;
    int from = kind->way == IN ? server : lane;
    int to = kind->way == IN ? lane : server;

    add_gap(chart);
    html_add(&chart->rows,
             "<g class=\"%s%s\" role=\"img\"><title>%.0f ms: %.*s %.*s "
             "%.*s</title>",
             kind->class, is_tool ? " tool" : "", member_number(step, "at_ms"),
             NAMED_MAX, is_tool ? "the tool" : member_text(step, "peer"),
             NAMED_MAX, member_text(step, "what"), TITLE_MAX,
             member_text(step, "text"));
    add_time(chart, member_number(step, "at_ms"));
    if (kind->way == ACROSS)
        html_add(&chart->rows, "<path d=\"M%d %dH%d\"/>", TIME_RIGHT + 8,
                 chart->y, chart->lanes.width - 6);
    else
        add_arrow(chart, from, to);
    add_label(chart, kind, step,
              kind->way == ACROSS ? server : (from + to) / 2);
    html_add(&chart->rows, "</g>\n");
    chart->y += ROW_HEIGHT;
}

static bool is_left_out(const struct chart *chart, unsigned number)
{
    unsigned head = chart->most / HEAD_OF;

    return chart->total > chart->most && number >= head &&
           number < chart->total - (chart->most - head);
}

static void add_rows(struct chart *chart, const struct cJSON *steps)
{
    const struct cJSON *step;

    cJSON_ArrayForEach(step, steps)
    {
        int lane = lanes_place(&chart->lanes, member_text(step, "peer"));
        if (lane < 0 || is_left_out(chart, chart->shown))
            chart->missed++;
        else
            add_row(chart, step, lane);
        chart->shown += lane >= 0;
    }
    add_gap(chart);
}

/* --- The whole ------------------------------------------------------------ */

static void add_lane(const struct chart *chart, const struct lane *lane,
                     struct buffer *into)
{
    enum { HALF = 62, NAME_MAX = 16 };

    html_add(into,
             "<path class=\"life\" d=\"M%d 36V%d\"/><rect class=\"head %s\" "
             "x=\"%d\" y=\"10\" width=\"%d\" height=\"26\" rx=\"6\"/><text "
             "class=\"lane %s\" x=\"%d\" y=\"27\">%.*s</text>\n",
             lane->x, chart->y - ROW_HEIGHT / 2, lane->class, lane->x - HALF,
             2 * HALF, lane->class, lane->x, NAME_MAX, lane->name);
}

void page_chart(const struct cJSON *verdict, struct buffer *into)
{
    const struct cJSON *steps =
        cJSON_GetObjectItemCaseSensitive(verdict, "transcript");
    struct chart chart = { .y = TOP, .last_ms = -1 };
    unsigned all = (unsigned)cJSON_GetArraySize(steps);

    if (all == 0)
        return;
    lanes_choose(&chart.lanes, steps, member_text(verdict, "seen"));
    chart.total = chart.lanes.steps;
    chart.most = standing_of(verdict) == PASSES ? ROWS_MAX_PASSED : ROWS_MAX;
    buffer_init(&chart.rows, ROWS_BYTES_MAX);
    add_rows(&chart, steps);
    if (buffer_add_string(&chart.rows, "") != FAULT_NONE)
        into->limit = 0; /* rather no page than one that is cut in a tag */
    html_add(into,
             "<div class=\"chart wide\" tabindex=\"0\" role=\"group\" "
             "aria-label=\"Exchange, %u steps\">\n<svg width=\"%d\" "
             "height=\"%d\" viewBox=\"0 0 %d %d\">\n",
             all, chart.lanes.width, chart.y, chart.lanes.width, chart.y);
    for (size_t i = 0; i < chart.lanes.count; i++)
        add_lane(&chart, &chart.lanes.at[i], into);
    html_ours(into, buffer_view(&chart.rows));
    html_add(into, "</svg>\n</div>\n");
    buffer_deinit(&chart.rows);
}
