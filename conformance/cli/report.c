/* `report`: render what a run was; what `run` shares with it. */
#include "cli/rendering.h"
#include "cli/page.h"
#include "cli/verbs.h"
#include "report/report.h"
#include "run/output.h"
#include "run/run.h"
#include <stdlib.h>
#include <unistd.h>

typedef enum fault (*reporter)(const struct record *record,
                               struct buffer *into);

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

/* How many reports go to standard output. */
static int claims_on_stdout(const struct options *options)
{
    const char *const paths[] = { options->ndjson, options->json,
                                  options->junit,  options->tap,
                                  options->html,   options->write_baseline };
    int count = 0;

    for (size_t i = 0; i < COUNT(paths); i++)
        count += paths[i] != NULL && strcmp(paths[i], "-") == 0;
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

static int write_report(const char *path, reporter make,
                        const struct record *record)
{
    struct buffer text;
    int status = EXIT_GOOD;

    if (path == NULL)
        return EXIT_GOOD;
    buffer_init(&text, REPORT_BYTES_MAX);
    if (make(record, &text) != FAULT_NONE)
        status = unsure_error("a report is too large");
    else if (output_write(path, buffer_view(&text)) != FAULT_NONE)
        status = unsure_error(fault_reason());
    buffer_deinit(&text);
    return status;
}

int write_reports(const struct options *options, const struct record *record)
{
    int status = write_report(options->json, report_json, record);

    status = worse_status(status,
                          write_report(options->junit, report_junit, record));
    status =
        worse_status(status, write_report(options->tap, report_tap, record));
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

bool read_file(const char *path, struct buffer *into)
{
    FILE *from = fopen(path, "re");
    char chunk[16384];
    size_t length;

    if (from == NULL)
        return false;
    while ((length = fread(chunk, 1, sizeof(chunk), from)) > 0 &&
           buffer_add(into, chunk, length) == FAULT_NONE)
        continue;
    bool whole = feof(from) != 0;
    fclose(from);
    return whole;
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

int verb_report(const struct options *options)
{
    struct buffer text;
    struct record record;
    int status = EXIT_GOOD;

    if (options->from == NULL)
        return usage_error("report --from FILE, the stream of `run --ndjson`");
    if (check_reports(options) != EXIT_GOOD)
        return EXIT_USAGE;
    buffer_init(&text, RECORD_BYTES_MAX);
    record_init(&record);
    if (!read_file(options->from, &text))
        status = usage_error("%s cannot be read", options->from);
    else if (record_read(&record, buffer_view(&text)) != FAULT_NONE)
        status = unsure_error(fault_reason());
    buffer_deinit(&text); /* before the reports need room */
    if (status == EXIT_GOOD)
        status = render(options, &record);
    record_deinit(&record);
    return status;
}
