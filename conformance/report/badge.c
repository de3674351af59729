/* A badge: a state, and never a share of one. A picture that asks nothing of
 * any network, and what an endpoint of shields.io answers. */
#include "bench/result.h"
#include "report/conclusion.h"
#include "report/report.h"
#include "run/known.h"
#include "run/run.h"
#include <cJSON.h>
#include <stdarg.h>
#include <stdio.h>

enum { WORDS_MAX = 64, CACHE_S = 3600 };

struct badge {
    char label[WORDS_MAX];
    char says[WORDS_MAX];
    const char *colour; /* as shields.io calls it */
    const char *paint;
    bool is_error;
};

static void say(struct badge *badge, const char *colour, const char *paint,
                const char *format, ...) __attribute__((format(printf, 4, 5)));
static void say(struct badge *badge, const char *colour, const char *paint,
                const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(badge->says, sizeof(badge->says), format, arguments);
    va_end(arguments);
    badge->colour = colour;
    badge->paint = paint;
}

/* Green: the whole, or all of a level. */
static void say_green(const struct record *record, struct badge *badge)
{
    const struct cJSON *selection =
        cJSON_GetObjectItemCaseSensitive(record->plan, "selection");
    const char *level = member_text(selection, "level");
    bool is_cut = member_text(selection, "only")[0] != 0 ||
                  member_number(selection, "shards") > 1 ||
                  member_number(selection, "max_wait_ms") >= 0;

    if (is_cut)
        say(badge, "yellow", "#8a6d00", "a part passes");
    else if (conclusion_is_part(record) && level[0] != 0)
        say(badge, "brightgreen", "#1f7a33", "passing %.3s", level);
    else
        say(badge, "brightgreen", "#1f7a33", "passing");
}

static void say_unsure(const struct record *record, struct badge *badge)
{
    int status = member_whole(record->end, "exit", 0, EXIT_STALE);

    badge->is_error = true;
    if (status == EXIT_UNREACHED)
        say(badge, "lightgrey", "#5a5a5a", "not reached");
    else if (status == EXIT_STALE)
        say(badge, "orange", "#a04a00", "baseline stale");
    else
        say(badge, "lightgrey", "#5a5a5a", "inconclusive");
}

/* Profiles as a catalogue calls them alone: the rest is a stranger's. */
static void label(const struct record *record, struct badge *badge)
{
    const char *profile = member_text(record->plan, "profile");
    bool is_one = profile_named(profile) != 0;

    snprintf(badge->label, sizeof(badge->label), "wsconform%s%s",
             is_one ? " " : "", is_one ? profile : "");
}

static struct badge badge_of(const struct record *record)
{
    unsigned known = known_count(record);
    unsigned fails = record_count(record).of[FAIL] - known;
    struct badge badge = { .is_error = false };

    label(record, &badge);
    switch (conclusion_of(record)) {
    case CONCLUSION_PASSES: say_green(record, &badge); break;
    case CONCLUSION_KNOWN:
        say(&badge, "orange", "#a04a00", "%u known failure%s", known,
            known == 1 ? "" : "s");
        break;
    case CONCLUSION_FAILS:
        say(&badge, "red", "#b3261e", "failing (%u)", fails);
        break;
    default: say_unsure(record, &badge);
    }
    return badge;
}

enum fault report_badge_json(const struct record *record, struct buffer *into)
{
    struct badge badge = badge_of(record);

    return buffer_printf(into,
                         "{\"schemaVersion\":1,\"label\":\"%s\",\"message\":"
                         "\"%s\",\"color\":\"%s\",\"isError\":%s,"
                         "\"cacheSeconds\":%d}\n",
                         badge.label, badge.says, badge.colour,
                         badge.is_error ? "true" : "false", CACHE_S);
}

/* As wide as letters of 11 pixels come to, about; textLength does the rest. */
static unsigned width_of(const char *text)
{
    unsigned tenths = 0;

    for (; *text != 0; text++)
        tenths += strchr(" ()ijlft1", *text) != NULL ? 45 : 70;
    return tenths / 10;
}

static void add_half(struct buffer *into, const char *text, unsigned x,
                     unsigned width)
{
    buffer_printf(into,
                  "<text x=\"%u\" y=\"14\" textLength=\"%u\" "
                  "lengthAdjust=\"spacingAndGlyphs\">%s</text>\n",
                  x, width, text);
}

enum fault report_badge(const struct record *record, struct buffer *into)
{
    enum { MARGIN = 6, HEIGHT = 20 };
    struct badge badge = badge_of(record);
    unsigned left = width_of(badge.label), right = width_of(badge.says);
    unsigned whole = left + right + 4 * MARGIN;

    buffer_printf(into,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" "
                  "height=\"%d\" viewBox=\"0 0 %u %d\" role=\"img\" "
                  "aria-label=\"%s: %s\">\n<title>%s: %s</title>\n"
                  "<rect width=\"%u\" height=\"%d\" rx=\"3\" fill=\"%s\"/>\n"
                  "<path d=\"M3 0h%uv%dh-%ua3 3 0 0 1-3-3v-%da3 3 0 0 1 3-3z\" "
                  "fill=\"#3b3b3b\"/>\n"
                  "<g fill=\"#fff\" font-family=\"Verdana,DejaVu Sans,"
                  "sans-serif\" font-size=\"11\">\n",
                  whole, HEIGHT, whole, HEIGHT, badge.label, badge.says,
                  badge.label, badge.says, whole, HEIGHT, badge.paint,
                  left + 2 * MARGIN - 3, HEIGHT, left + 2 * MARGIN - 3,
                  HEIGHT - 6);
    add_half(into, badge.label, MARGIN, left);
    add_half(into, badge.says, left + 3 * MARGIN, right);
    return buffer_add_string(into, "</g>\n</svg>\n");
}
