/* `report`: render what a run was; what `run` shares with it. */
#include "cli/rendering.h"
#include "cli/page.h"
#include "cli/streams.h"
#include "cli/verbs.h"
#include "cli/workflow.h"
#include "report/report.h"
#include "run/merge.h"
#include "run/output.h"
#include "run/run.h"
#include <stddef.h>
#include <unistd.h>

int worse_status(int one, int other)
{
    return one > other ? one : other;
}

int unsure_error(const char *why)
{
    struct buffer line; /* `why` may hold what a stranger's stream says */

    buffer_init(&line, 64 * 1024);
    add_plain(&line, why);
    fprintf(stderr, "wsconform: %s\n", buffer_string(&line));
    buffer_deinit(&line);
    return EXIT_UNSURE;
}

/* What is rendered of a record, but the page, which has a kill matrix too. */
static const struct {
    size_t path; /* in struct options */
    enum fault (*make)(const struct record *record, struct buffer *into);
} formats[] = {
    { offsetof(struct options, json), report_json },
    { offsetof(struct options, junit), report_junit },
    { offsetof(struct options, tap), report_tap },
    { offsetof(struct options, sarif), report_sarif },
    { offsetof(struct options, markdown), report_markdown },
    { offsetof(struct options, badge), report_badge },
    { offsetof(struct options, badge_json), report_badge_json },
};

static const char *path_of(const struct options *options, size_t format)
{
    const char *at = (const char *)options + formats[format].path;

    return *(const char *const *)(const void *)at;
}

static bool is_stdout(const char *path)
{
    return path != NULL && strcmp(path, "-") == 0;
}

/* How many reports go to standard output. */
static int claims_on_stdout(const struct options *options)
{
    int count = is_stdout(options->ndjson) + is_stdout(options->html) +
                is_stdout(options->write_baseline);

    for (size_t i = 0; i < COUNT(formats); i++)
        count += is_stdout(path_of(options, i));
    return count;
}

FILE *for_people(const struct options *options)
{
    return claims_on_stdout(options) > 0 ? stderr : stdout;
}

int check_reports(const struct options *options)
{
    return claims_on_stdout(options) < 2
               ? page_check(options)
               : usage_error("only one report can go to standard output");
}

/* --- Reports -------------------------------------------------------------- */

static int write_report(const char *path, size_t format,
                        const struct record *record)
{
    struct buffer text;
    int status = EXIT_GOOD;

    if (path == NULL)
        return EXIT_GOOD;
    buffer_init(&text, REPORT_BYTES_MAX);
    if (formats[format].make(record, &text) != FAULT_NONE)
        status = unsure_error("a report is too large");
    else if (output_write(path, buffer_view(&text)) != FAULT_NONE)
        status = unsure_error(fault_reason());
    buffer_deinit(&text);
    return status;
}

int write_reports(const struct options *options, const struct record *record)
{
    int status = EXIT_GOOD;

    for (size_t i = 0; i < COUNT(formats); i++)
        status =
            worse_status(status, write_report(path_of(options, i), i, record));
    status = worse_status(status, workflow_write(options, record));
    return worse_status(status, page_write(options, record));
}

int print_text(const struct record *record, const char *repeat, bool colour,
               FILE *to)
{
    struct buffer text;

    buffer_init(&text, REPORT_BYTES_MAX);
    report_text(record, repeat, colour, &text);
    fwrite(text.at, 1, text.length, to);
    buffer_deinit(&text);
    return fflush(to) == 0 && !ferror(to)
               ? EXIT_GOOD
               : unsure_error("the report for people could not be written");
}

/* How to run again what the stream tells of. */
static void command_of(const struct record *record, char *into, size_t size)
{
    const char *command = member_text(record->plan, "command");
    bool in_memory = strcmp(member_text(record->plan, "adapter"), "mock") == 0;

    if (command[0] != 0) {
        snprintf(into, size, "%s", command);
        return;
    }
    snprintf(into, size, "wsconform run --profile %s %s%s --seed %s",
             member_text(record->plan, "profile"),
             in_memory ? "--mock" : "--url ",
             in_memory ? "" : member_text(record->plan, "url"),
             member_text(record->plan, "seed"));
}

static int render(const struct options *options, const struct record *record)
{
    int status = write_reports(options, record);
    char repeat[REPEAT_BYTES_MAX];
    struct progress progress;

    progress_init(&progress, for_people(options));
    command_of(record, repeat, sizeof(repeat));
    if (!options->quiet)
        status =
            worse_status(status, print_text(record, repeat, progress.colour,
                                            for_people(options)));
    return worse_status(status, (int)member_number(record->end, "exit"));
}

/* A part that is green says nothing of the rest. */
static int check_whole(const struct record *record)
{
    char why[128];

    if (shards_of(record) == 1)
        return EXIT_GOOD;
    snprintf(why, sizeof(why),
             "this is shard %u of %u alone: name the others too, for a gate",
             shard_of(record), shards_of(record));
    return unsure_error(why);
}

int verb_report(const struct options *options)
{
    struct record record;

    if (options->streams.count == 0)
        return usage_error("report --from FILE, the stream of `run --ndjson`");
    if (check_reports(options) != EXIT_GOOD)
        return EXIT_USAGE;
    record_init(&record);
    int status = streams_read(options, &record);
    if (status == EXIT_GOOD)
        status = worse_status(render(options, &record), check_whole(&record));
    record_deinit(&record);
    return status;
}
