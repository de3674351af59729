/* What a person sees while a run goes on. */
#include "run/progress.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "report/report.h"
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { BAR_CELLS = 24, REDRAW_MS = 60, TICK_MS = 250, LINE_BYTES_MAX = 2048 };
enum { COLUMNS = 80, COLUMNS_LEAST = 20, COLUMNS_MOST = 400 };
enum { KNOWN = NOT_APPLICABLE + 1 }; /* a kind of line beside the verdicts */

static const char *variable(const char *name)
{
    const char *value = getenv(name);

    return value == NULL ? "" : value;
}

static bool is_terminal(FILE *to)
{
    const char *kind = variable("TERM");

    return isatty(fileno(to)) && kind[0] != 0 && strcmp(kind, "dumb") != 0;
}

/* The first that is set decides, as it does for setlocale(). */
static bool has_blocks(void)
{
    static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

    for (size_t i = 0; i < COUNT(names); i++)
        if (variable(names[i])[0] != 0)
            return strstr(variable(names[i]), "UTF-8") != NULL ||
                   strstr(variable(names[i]), "utf8") != NULL;
    return false;
}

void progress_init(struct progress *progress, FILE *to)
{
    memset(progress, 0, sizeof(*progress));
    progress->to = to;
    progress->live = to != NULL && is_terminal(to);
    progress->colour = progress->live && variable("NO_COLOR")[0] == 0;
    progress->blocks = has_blocks();
}

static void wipe(const struct progress *progress)
{
    if (progress->live)
        fputs("\r\033[K", progress->to);
}

/* --- The live line -------------------------------------------------------- */

/* A line that never is wider than its terminal: one that was wrapped could not
 * be wiped. */
struct line {
    const struct progress *progress;
    size_t left; /* columns */
};

static size_t columns_of(FILE *to)
{
    struct winsize size = { .ws_col = 0 };

    if (ioctl(fileno(to), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return COLUMNS;
    return size.ws_col < COLUMNS_LEAST  ? COLUMNS_LEAST
           : size.ws_col > COLUMNS_MOST ? COLUMNS_MOST
                                        : size.ws_col;
}

/* `text` is ASCII. False: it does not fit, and is left out. */
static bool put(struct line *line, const char *paint, const char *text)
{
    bool painted = line->progress->colour && paint[0] != 0;
    size_t length = strlen(text);

    if (length > line->left)
        return false;
    fprintf(line->progress->to, "%s%s%s", painted ? paint : "", text,
            painted ? "\033[0m" : "");
    line->left -= length;
    return true;
}

static void put_bar(struct line *line)
{
    const struct progress *progress = line->progress;
    size_t cells = line->left / 4 < BAR_CELLS ? line->left / 4 : BAR_CELLS;
    size_t filled =
        progress->total == 0 ? 0 : progress->done * cells / progress->total;

    for (size_t i = 0; i < cells; i++)
        fputs(!progress->blocks ? (i < filled ? "#" : ".")
              : i < filled      ? "█"
                                : "░",
              progress->to);
    line->left -= cells;
}

static void put_count(struct line *line, const char *paint, unsigned count,
                      const char *what)
{
    char text[48];

    snprintf(text, sizeof(text), "  %u %s", count, what);
    if (count > 0)
        put(line, paint, text);
}

/* Those that have been running longest, as far as there is room. */
static void put_running(struct line *line)
{
    const struct progress *progress = line->progress;
    size_t count = 0;
    size_t shown = 0;
    char text[160];

    while (count < PROGRESS_RUNNING_MAX && progress->running[count] != NULL)
        count++;
    for (; shown < count; shown++) {
        size_t beside = shown + 1 < count ? strlen(" +64") : 0;
        snprintf(text, sizeof(text), "%s%.120s", shown == 0 ? "  " : ", ",
                 progress->running[shown]);
        if (strlen(text) + beside > line->left)
            break;
        put(line, "\033[2m", text);
    }
    snprintf(text, sizeof(text), "%s+%zu", shown == 0 ? "  " : " ",
             count - shown);
    if (shown < count)
        put(line, "\033[2m", text);
}

static void draw(struct progress *progress)
{
    struct line line = { progress, columns_of(progress->to) - 1 };
    char text[64];

    progress->drawn_ms = clock_monotonic_ms();
    wipe(progress);
    put_bar(&line);
    snprintf(text, sizeof(text), " %zu/%zu", progress->done, progress->total);
    put(&line, "", text);
    put_count(&line, "\033[31m", progress->of[FAIL], "fail");
    put_count(&line, "\033[33m", progress->of[INCONCLUSIVE], "inconclusive");
    put_count(&line, "\033[33m", progress->known, "known");
    snprintf(text, sizeof(text), "  %lld s",
             (long long)(progress->drawn_ms - progress->began_ms) / 1000);
    put(&line, "", text);
    put_running(&line);
    fflush(progress->to);
}

int progress_tick(struct progress *progress)
{
    if (!progress->live || progress->to == NULL)
        return -1;
    if (clock_monotonic_ms() - progress->drawn_ms >= TICK_MS)
        draw(progress);
    return TICK_MS;
}

/* --- What it is told ------------------------------------------------------ */

void progress_plan(struct progress *progress, const char *headline,
                   size_t total)
{
    struct buffer line;

    progress->total = total;
    progress->done = 0;
    progress->began_ms = clock_monotonic_ms();
    if (progress->to == NULL)
        return;
    buffer_init(&line, LINE_BYTES_MAX);
    add_plain(&line, headline);
    fprintf(progress->to, "%s\n", buffer_string(&line));
    buffer_deinit(&line);
    if (progress->live)
        draw(progress);
}

void progress_began(struct progress *progress, const char *id)
{
    for (size_t i = 0; i < COUNT(progress->running); i++) {
        if (progress->running[i] != NULL)
            continue;
        progress->running[i] = id;
        return;
    }
}

static void forget(struct progress *progress, const char *id)
{
    size_t last = COUNT(progress->running) - 1;

    for (size_t i = 0; i <= last; i++) {
        if (progress->running[i] != id)
            continue;
        memmove(&progress->running[i], &progress->running[i + 1],
                (last - i) * sizeof(progress->running[0]));
        progress->running[last] = NULL;
        return;
    }
}

/* `kind`: a verdict, or KNOWN. */
static void print_line(const struct progress *progress, const char *id,
                       unsigned kind, const char *seen, int64_t us)
{
    static const char *const labels[] = { "pass", "FAIL", "????", "n/a ",
                                          "know" };
    static const char *const paints[] = { "\033[32m", "\033[1;31m",
                                          "\033[1;33m", "\033[2m", "\033[33m" };
    struct buffer line;

    buffer_init(&line, LINE_BYTES_MAX);
    add_plain(&line, seen);
    fprintf(progress->to, "%s%s%s  %-58s %6.0f ms%s%s\n",
            progress->colour ? paints[kind] : "", labels[kind],
            progress->colour ? "\033[0m" : "", id, (double)us / 1000,
            line.length > 0 ? "  " : "", buffer_string(&line));
    buffer_deinit(&line);
}

void progress_done(struct progress *progress, const char *id,
                   enum verdict verdict, bool is_known, const char *seen,
                   int64_t us)
{
    progress->done++;
    progress->of[verdict] += !is_known;
    progress->known += is_known;
    forget(progress, id);
    if (progress->to == NULL)
        return;
    if (!progress->live || verdict == FAIL || verdict == INCONCLUSIVE) {
        wipe(progress);
        print_line(progress, id, is_known ? KNOWN : verdict, seen, us);
    }
    if (progress->live &&
        (clock_monotonic_ms() - progress->drawn_ms >= REDRAW_MS ||
         progress->done == progress->total))
        draw(progress);
}

void progress_end(struct progress *progress)
{
    if (progress->to == NULL)
        return;
    wipe(progress);
    fflush(progress->to);
}
