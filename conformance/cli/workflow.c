/* `--step-summary` and `--annotations`. */
#include "cli/workflow.h"
#include "cli/rendering.h"
#include "report/report.h"
#include "run/output.h"
#include "run/run.h"
#include <stdlib.h>

/* Of one step; a summary that is larger is not shown at all. */
enum { STEP_SUMMARY_MAX = 1024 * 1024 };

static int append_summary(const char *path, const struct record *record)
{
    struct buffer text;
    int status = EXIT_GOOD;

    buffer_init(&text, STEP_SUMMARY_MAX);
    if (report_markdown(record, &text) != FAULT_NONE)
        status = unsure_error("the summary is too large");
    else if (output_append(path, buffer_view(&text), STEP_SUMMARY_MAX) !=
             FAULT_NONE)
        status = unsure_error(fault_reason());
    buffer_deinit(&text);
    return status;
}

/* A runner reads both of our outputs. */
static int print_annotations(FILE *to, const struct record *record)
{
    struct buffer text;

    buffer_init(&text, REPORT_BYTES_MAX);
    enum fault fault = report_annotations(record, &text);
    fwrite(text.at, 1, text.length, to);
    buffer_deinit(&text);
    return fault == FAULT_NONE && fflush(to) == 0 && ferror(to) == 0
               ? EXIT_GOOD
               : unsure_error("the annotations could not be written");
}

int workflow_write(const struct options *options, const struct record *record)
{
    const char *path = getenv("GITHUB_STEP_SUMMARY");
    int status = EXIT_GOOD;

    if (options->step_summary && path != NULL && path[0] != 0)
        status = append_summary(path, record);
    if (options->annotations)
        status = worse_status(status,
                              print_annotations(for_people(options), record));
    return status;
}
