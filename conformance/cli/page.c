/* `--html`, and the kill matrix that goes into it. */
#include "cli/page.h"
#include "cli/rendering.h"
#include "cli/verbs.h"
#include "report/html/kills.h"
#include "report/report.h"
#include "run/output.h"
#include "run/run.h"

/* *kills is NULL where none is asked for. False: `why` has been said. */
static bool read_kills(const char *path, struct kills **kills)
{
    struct buffer text;

    *kills = NULL;
    if (path == NULL)
        return true;
    buffer_init(&text, KILLS_BYTES_MAX);
    const char *why = read_file(path, &text);
    if (why != NULL) {
        usage_error("%s cannot be read: %s", path, why);
    } else {
        *kills = kills_read(buffer_view(&text));
        if (*kills == NULL)
            usage_error("%s: %s", path, fault_reason());
    }
    buffer_deinit(&text);
    return *kills != NULL;
}

int page_check(const struct options *options)
{
    struct kills *kills = NULL;

    if (options->mutants != NULL && options->html == NULL)
        return usage_error("--mutants goes with --html");
    bool good = read_kills(options->mutants, &kills);
    kills_free(kills);
    return good ? EXIT_GOOD : EXIT_USAGE;
}

int page_write(const struct options *options, const struct record *record)
{
    struct kills *kills = NULL;
    struct buffer text;
    int status = EXIT_GOOD;

    if (options->html == NULL)
        return EXIT_GOOD;
    if (!read_kills(options->mutants, &kills))
        return EXIT_UNSURE;
    buffer_init(&text, REPORT_BYTES_MAX);
    if (report_html(record, kills, &text) != FAULT_NONE)
        status = unsure_error("the page is too large");
    else if (output_write(options->html, buffer_view(&text)) != FAULT_NONE)
        status = unsure_error(fault_reason());
    buffer_deinit(&text);
    kills_free(kills);
    return status;
}
