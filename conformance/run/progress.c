/* What a person sees while a run goes on. */
#include "run/progress.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "report/report.h"
#include <stdlib.h>
#include <unistd.h>

enum { BAR_CELLS = 24, REDRAW_MS = 60, LINE_BYTES_MAX = 2048 };
enum { KNOWN = NOT_APPLICABLE + 1 }; /* a kind of line beside the verdicts */

static bool wants_colour(FILE *to)
{
    const char *no = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");

    return isatty(fileno(to)) && (no == NULL || no[0] == 0) &&
           terminal != NULL && strcmp(terminal, "dumb") != 0;
}

void progress_init(struct progress *progress, FILE *to)
{
    memset(progress, 0, sizeof(*progress));
    progress->to = to;
    progress->colour = to != NULL && wants_colour(to);
    progress->live = progress->colour;
}

static void wipe(const struct progress *progress)
{
    if (progress->live)
        fputs("\r\033[K", progress->to);
}

static void draw(struct progress *progress)
{
    size_t filled =
        progress->total == 0 ? 0 : progress->done * BAR_CELLS / progress->total;

    progress->drawn_ms = clock_monotonic_ms();
    fputs("\r\033[K", progress->to);
    for (size_t i = 0; i < BAR_CELLS; i++)
        fputs(i < filled ? "█" : "░", progress->to);
    fprintf(progress->to, " %zu/%zu ", progress->done, progress->total);
    if (progress->of[FAIL] > 0)
        fprintf(progress->to, " \033[31m%u fail\033[0m", progress->of[FAIL]);
    if (progress->running[0] != NULL)
        fprintf(progress->to, "  \033[2m%.44s\033[0m", progress->running[0]);
    fflush(progress->to);
}

void progress_plan(struct progress *progress, const char *headline,
                   size_t total)
{
    struct buffer line;

    progress->total = total;
    progress->done = 0;
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
