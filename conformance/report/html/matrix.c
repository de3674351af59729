/* The kill matrix as grids, one for each theme: a row is a mutant of the
 * reference, a column a criterion, a square a kill. */
#include "report/html/markup.h"
#include "report/html/tally.h"
#include "spec.h"
#include <cJSON.h>

enum {
    COLUMNS_MAX = 256,
    ROWS_MAX = 512,
    CELL = 13,
    NAME_MAX = 64,       /* characters */
    CHARACTER_100 = 635, /* hundredths of a unit that one is wide */
};

/* One theme. */
struct grid {
    const char *columns[COLUMNS_MAX]; /* criteria */
    size_t column_count;
    struct {
        const char *mutant;
        const char *says;
    } rows[ROWS_MAX];
    size_t row_count;
    int left; /* where the squares begin: room for names */
    int top;
    unsigned idle; /* criteria that fail no mutant */
};

static void add_column(struct grid *grid, const char *id)
{
    for (size_t i = 0; i < grid->column_count; i++)
        if (strcmp(grid->columns[i], id) == 0)
            return; /* of another profile */
    if (grid->column_count < COLUMNS_MAX)
        grid->columns[grid->column_count++] = id;
}

/* Names of one mutant are one pointer. -1: there is no room. */
static int row_of(struct grid *grid, const struct kill *kill)
{
    for (size_t i = 0; i < grid->row_count; i++)
        if (grid->rows[i].mutant == kill->mutant)
            return (int)i;
    if (grid->row_count == ROWS_MAX)
        return -1;
    grid->rows[grid->row_count].mutant = kill->mutant;
    grid->rows[grid->row_count].says = kill->says;
    return (int)grid->row_count++;
}

/* Widens the room for names. */
static void fit(int *room, const char *name)
{
    size_t length = strlen(name) < NAME_MAX ? strlen(name) : NAME_MAX;
    int width = (int)length * CHARACTER_100 / 100 + 12;

    *room = width > *room ? width : *room;
}

static void measure(struct grid *grid)
{
    grid->left = grid->top = 0;
    for (size_t i = 0; i < grid->row_count; i++)
        fit(&grid->left, grid->rows[i].mutant);
    for (size_t i = 0; i < grid->column_count; i++)
        fit(&grid->top, grid->columns[i]);
}

static void grid_init(struct grid *grid, const struct page *page,
                      const char *theme)
{
    const struct cJSON *line;

    grid->column_count = grid->row_count = 0;
    grid->idle = 0;
    cJSON_ArrayForEach(line, page->record->verdicts)
    {
        if (strcmp(member_text(line, "theme"), theme) == 0)
            add_column(grid, member_text(line, "id"));
    }
    for (size_t i = 0; i < grid->column_count; i++) {
        size_t count;
        const struct kill *kills =
            kills_of(page->kills, grid->columns[i], &count);
        for (size_t k = 0; k < count; k++)
            row_of(grid, &kills[k]);
        grid->idle += count == 0;
    }
    measure(grid);
}

/* --- Drawing -------------------------------------------------------------- */

static void add_cell(const struct grid *grid, int row, int column,
                     const struct kill *kill, struct buffer *into)
{
    const char *class = kill->named && kill->failed ? ""
                        : kill->failed              ? " class=\"alarm\""
                                                    : " class=\"idle\"";

    html_add(into, "<rect");
    html_ours(into, bytes_of_string(class));
    html_add(
        into,
        " x=\"%d\" y=\"%d\" width=\"9\" height=\"9\" rx=\"2\"><title>%s %s "
        "%s</title></rect>\n",
        grid->left + column * CELL + 2, grid->top + row * CELL + 2,
        kill->criterion,
        kill->failed ? "fails" : "is named by, and does not fail,",
        kill->mutant);
}

static void add_cells(struct grid *grid, const struct page *page,
                      struct buffer *into)
{
    for (size_t i = 0; i < grid->column_count; i++) {
        size_t count;
        const struct kill *kills =
            kills_of(page->kills, grid->columns[i], &count);
        for (size_t k = 0; k < count; k++) {
            int row = row_of(grid, &kills[k]);
            if (row >= 0)
                add_cell(grid, row, (int)i, &kills[k], into);
        }
    }
}

static void add_rules(const struct grid *grid, struct buffer *into)
{
    int width = (int)grid->column_count * CELL;
    int height = (int)grid->row_count * CELL;

    html_add(into, "<path class=\"rule\" d=\"");
    for (size_t i = 0; i <= grid->row_count; i++)
        html_add(into, "M%d %dh%d", grid->left, grid->top + (int)i * CELL,
                 width);
    for (size_t i = 0; i <= grid->column_count; i++)
        html_add(into, "M%d %dv%d", grid->left + (int)i * CELL, grid->top,
                 height);
    html_add(into, "\"/>\n");
}

static void add_names(const struct grid *grid, struct buffer *into)
{
    for (size_t i = 0; i < grid->row_count; i++)
        html_add(into,
                 "<text class=\"name\" text-anchor=\"end\" x=\"%d\" y=\"%d\">"
                 "%.*s<title>%s</title></text>\n",
                 grid->left - 5, grid->top + (int)i * CELL + 10, NAME_MAX,
                 grid->rows[i].mutant, grid->rows[i].says);
    for (size_t i = 0; i < grid->column_count; i++)
        html_add(
            into,
            "<text class=\"name\" transform=\"translate(%d %d) rotate(-90)\""
            ">%.*s</text>\n",
            grid->left + (int)i * CELL + 10, grid->top - 5, NAME_MAX,
            grid->columns[i]);
}

static void add_grid(struct grid *grid, const struct page *page,
                     const char *title, struct buffer *into)
{
    int width = grid->left + (int)grid->column_count * CELL + 4;
    int height = grid->top + (int)grid->row_count * CELL + 4;

    html_add(into, "<details><summary><b>%s</b>: %u %s, %u %s", title,
             (unsigned)grid->column_count,
             grid->column_count == 1 ? "criterion" : "criteria",
             (unsigned)grid->row_count,
             grid->row_count == 1 ? "mutant" : "mutants");
    if (grid->idle > 0)
        html_add(into, "; no mutant fails %u of them", grid->idle);
    html_add(into,
             "</summary>\n<div class=\"wide\" tabindex=\"0\" role=\"group\" "
             "aria-label=\"Kill matrix, %s\">\n<svg class=\"grid\" "
             "width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" "
             "aria-label=\"%u criteria, %u mutants; which mutants a criterion "
             "fails stands in the criterion, too\">\n",
             title, width, height, width, height, (unsigned)grid->column_count,
             (unsigned)grid->row_count);
    add_rules(grid, into);
    add_names(grid, into);
    add_cells(grid, page, into);
    html_add(into, "</svg>\n</div>\n</details>\n");
}

void page_matrix(const struct page *page, struct buffer *into)
{
    struct tally tally;

    if (page->kills == NULL)
        return;
    tally_by(page->record, "theme", &tally);
    html_add(
        into,
        "<section id=\"matrix\" class=\"matrix\" "
        "aria-labelledby=\"matrix-title\">\n<h2 id=\"matrix-title\">Kill "
        "matrix</h2>\n<p>%u mutants are the "
        "reference with one decision broken, and a square is a criterion "
        "that notices.</p>\n<ul class=\"key\"><li class=\"pass\"><i></i>"
        "fails it, as named</li><li class=\"fail\"><i></i>fails it, and is "
        "not named: a false alarm</li><li class=\"unsure\"><i "
        "class=\"hollow\"></i>is named, and does not fail it</li></ul>\n",
        kills_mutants(page->kills));
    for (size_t i = 0; i < tally.count; i++) {
        const struct theme *theme = theme_named(tally.at[i].name);
        struct grid grid;
        grid_init(&grid, page, tally.at[i].name);
        if (grid.row_count > 0)
            add_grid(&grid, page,
                     theme == NULL ? tally.at[i].name : theme->title, into);
    }
    html_add(into, "</section>\n");
}
