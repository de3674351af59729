/* Files of known failures. */
#include "cli/gate.h"
#include "base/clock.h"
#include "cli/rendering.h"
#include "cli/verbs.h"
#include "run/known.h"
#include "run/output.h"
#include "run/run.h"
#include <stdlib.h>
#include <sys/stat.h>

/* Devices and pipes are there to be written. */
static bool is_file(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

static int check_options(const struct options *options)
{
    const char *into = options->write_baseline;

    if (into == NULL && (options->force || options->baseline_days != -1))
        return usage_error("--force and --baseline-days go with "
                           "--write-baseline");
    if (options->baseline_days == 0 ||
        options->baseline_days > BASELINE_DAYS_MAX)
        return usage_error("--baseline-days is 1 to %d", BASELINE_DAYS_MAX);
    if (into != NULL && !options->force && is_file(into))
        return usage_error("%s is there already; --force writes over it", into);
    return EXIT_GOOD;
}

int gate_open(const struct options *options, struct baseline **baseline)
{
    struct buffer errors;
    int status = check_options(options);

    *baseline = NULL;
    if (status != EXIT_GOOD || options->baseline == NULL)
        return status;
    buffer_init(&errors, 256 * 1024);
    *baseline = baseline_read(options->baseline, clock_wall_ms(), &errors);
    fputs(buffer_string(&errors), stderr);
    buffer_deinit(&errors);
    return *baseline == NULL ? EXIT_USAGE : EXIT_GOOD;
}

static enum fault write_text(const struct options *options, struct bytes text)
{
    return options->force ? output_write(options->write_baseline, text)
                          : output_write_new(options->write_baseline, text);
}

static void tell(const struct options *options, const struct record *record,
                 const char *expires)
{
    unsigned failures = record_count(record).of[FAIL];

    if (!options->quiet)
        fprintf(for_people(options),
                "Baseline %s: %u failure%s of this run; new entries last until "
                "%s.\n",
                options->write_baseline, failures, failures == 1 ? "" : "s",
                expires);
}

int gate_write(const struct options *options, const struct baseline *before,
               const struct record *record)
{
    struct buffer text;
    char expires[DAY_BYTES];
    int status = EXIT_GOOD;

    if (options->write_baseline == NULL)
        return EXIT_GOOD;
    buffer_init(&text, MANIFEST_BYTES_MAX);
    if (!known_is_fit(record, &text)) {
        fprintf(stderr, "wsconform: no baseline is written: %s\n",
                buffer_string(&text));
        buffer_deinit(&text);
        return EXIT_UNSURE;
    }
    day_from(clock_wall_ms(),
             options->baseline_days > 0 ? (int)options->baseline_days
                                        : BASELINE_DAYS,
             expires);
    if (known_write(record, before, expires, &text) != FAULT_NONE)
        status = unsure_error("a baseline of more than 1 MiB");
    else if (write_text(options, buffer_view(&text)) != FAULT_NONE)
        status = unsure_error(fault_reason());
    else
        tell(options, record, expires);
    buffer_deinit(&text);
    return status;
}
