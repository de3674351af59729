/* `run`: judge a target, render what came of it. */
#include "base/clock.h"
#include "cli/gate.h"
#include "cli/rendering.h"
#include "cli/shell.h"
#include "cli/verbs.h"
#include "report/report.h"
#include "run/lines.h"
#include "run/output.h"
#include "run/run.h"
#include "run/scheduler.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    TARGETS_MAX = 4,
    JOBS_PER_CORE = 8, /* a service of somebody's may be slow … */
    REFERENCE_JOBS_PER_CORE = 16,
    SHARD_BYTES_MAX = 9
};

/* --- What to run ---------------------------------------------------------- */

static bool read_shard(const char *text, struct selection *selection)
{
    char *end = NULL;

    selection->shard = selection->shards = 1;
    if (text == NULL)
        return true;
    if (strlen(text) > SHARD_BYTES_MAX || strchr(text, '-') != NULL)
        return false;
    selection->shard = (unsigned)strtoul(text, &end, 10);
    if (*end != '/')
        return false;
    selection->shards = (unsigned)strtoul(end + 1, &end, 10);
    return *end == 0 && selection->shard >= 1 &&
           selection->shard <= selection->shards;
}

static bool read_seed(const char *text, uint64_t *seed)
{
    char *end = NULL;

    if (text == NULL) {
        *seed = (uint64_t)clock_wall_ms() ^ ((uint64_t)getpid() << 44);
        return true;
    }
    errno = 0;
    *seed = strtoull(text, &end, 10);
    return errno == 0 && end != text && *end == 0;
}

int check_jobs(const struct options *options)
{
    return options->jobs == 0 || options->jobs > JOBS_MAX
               ? usage_error("--jobs is 1 to %d", JOBS_MAX)
               : EXIT_GOOD;
}

static int default_jobs(const struct options *options)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    long jobs = cores < 1 ? 1 : cores;

    if (!options->mock && options->command == NULL) /* they mostly wait */
        jobs *= options->reference ? REFERENCE_JOBS_PER_CORE : JOBS_PER_CORE;
    return (int)(jobs > JOBS_MAX ? JOBS_MAX : jobs);
}

/* EXIT_GOOD, or EXIT_USAGE with the reason said. */
int read_choice(const struct options *options, struct target_choice *choice)
{
    int ways = options->mock + options->reference + (options->url != NULL) +
               (options->command != NULL);

    *choice =
        (struct target_choice){ .kind = options->mock        ? TARGET_MOCK
                                        : options->reference ? TARGET_REFERENCE
                                        : options->command != NULL ? TARGET_EXEC
                                                                   : TARGET_URL,
                                .profile = options->profile,
                                .file = options->target,
                                .url = options->url,
                                .tls = options->tls,
                                .unix_socket = options->unix_socket,
                                .nodes = (unsigned)options->nodes,
                                .command = options->command,
                                .isolated = options->isolate };
    if (ways > 1)
        return usage_error("--mock, --reference, --url and --exec exclude each "
                           "other");
    if (options->isolate && options->command == NULL)
        return usage_error("--isolate goes with --exec");
    if (options->target != NULL && options->profile != NULL)
        return usage_error("--target names its profile itself: `extends`");
    if (ways == 0 && options->target == NULL)
        return usage_error("run against what? --mock, --reference, --url URL, "
                           "--exec CMD, or --target FILE");
    if ((options->tls || options->unix_socket) && !options->reference)
        return usage_error("--tls and --unix go with --reference");
    if (options->nodes > MANIFEST_NODES_MAX)
        return usage_error("--nodes is 1 to %d", MANIFEST_NODES_MAX);
    if (options->nodes > 1 && !options->mock && !options->reference)
        return usage_error("--nodes goes with --mock and --reference; a "
                           "manifest names its own in endpoint.nodes");
    if (options->nodes > 1 &&
        (options->profile == NULL || strcmp(options->profile, "rooms") != 0))
        return usage_error("--nodes goes with --profile rooms");
    if (options->nodes > 1 && options->unix_socket)
        return usage_error("--unix and --nodes exclude each other");
    if (options->tls && options->unix_socket)
        return usage_error("--tls and --unix exclude each other");
    if ((options->url != NULL || options->command != NULL) &&
        options->target == NULL && options->profile == NULL)
        return usage_error("--%s goes with --profile P, or with --target",
                           options->url != NULL ? "url" : "exec");
    return EXIT_GOOD;
}

static int read_run_options(const struct options *options,
                            struct run_options *into)
{
    into->selection.only = options->only;
    into->selection.level = options->level;
    into->selection.max_wait_ms = options->max_wait;
    into->repeat = (unsigned)options->repeat;
    into->manifest = options->target;
    into->keeping = options->ndjson == NULL && options->json == NULL &&
                            options->html == NULL
                        ? KEPT_UNLESS_PASSED
                        : KEPT_WHOLE;
    into->jobs = options->jobs > 0 ? (int)options->jobs : default_jobs(options);
    if (!read_shard(options->shard, &into->selection))
        return usage_error("--shard is I/N, with I from 1 to N");
    if (!read_seed(options->seed, &into->seed))
        return usage_error("--seed is a whole number, not %s", options->seed);
    if (!is_level(options->level))
        return usage_error("--level is A, AA or AAA, not %s", options->level);
    if (options->repeat < 1 || options->repeat > 10000)
        return usage_error("--repeat is 1 to 10000");
    return check_jobs(options) == EXIT_GOOD ? check_reports(options)
                                            : EXIT_USAGE;
}

/* The targets of one run: one, or the reference in each of its profiles. */
struct targets {
    struct target at[TARGETS_MAX];
    size_t count;
};

static int check_selection(const struct run_options *options,
                           const struct targets *targets)
{
    return run_count(options, targets->at, targets->count) > 0
               ? EXIT_GOOD
               : usage_error("no criterion is selected; `wsconform list` has "
                             "all");
}

/* --- Running -------------------------------------------------------------- */

static void repeat_command(const struct options *options,
                           const struct run_options *run, struct buffer *into)
{
    char url[512] = "";

    if (options->url != NULL)
        url_shown(options->url, url, sizeof(url));
    buffer_add_string(into, "wsconform run");
    shell_add(into, "--target", options->target);
    shell_add(into, "--profile", options->profile);
    buffer_printf(into, "%s%s", options->mock ? " --mock" : "",
                  options->reference ? " --reference" : "");
    shell_add(into, "--url", options->url == NULL ? NULL : url);
    shell_add(into, "--exec", options->command);
    buffer_printf(into, "%s%s%s", options->isolate ? " --isolate" : "",
                  options->tls ? " --tls" : "",
                  options->unix_socket ? " --unix" : "");
    if (options->nodes > 1)
        buffer_printf(into, " --nodes %ld", options->nodes);
    buffer_printf(into, " --seed %llu", (unsigned long long)run->seed);
}

static void write_headline(const struct options *options,
                           const struct targets *targets,
                           const struct run_options *run, char *into,
                           size_t size)
{
    char url[512];

    target_shown(&targets->at[0], url, sizeof(url));
    if (targets->count == 1)
        snprintf(into, size, "%s, %s, seed %llu", targets->at[0].manifest->name,
                 url, (unsigned long long)run->seed);
    else
        snprintf(into, size, "%zu profiles, %s, seed %llu", targets->count,
                 options->mock ? url : "the reference",
                 (unsigned long long)run->seed);
}

static int run_open_targets(const struct options *options,
                            struct targets *targets, struct run_options *run)
{
    struct record record;
    struct progress progress;
    char headline[1024];
    struct buffer repeat;

    buffer_init(&repeat, REPEAT_BYTES_MAX);
    repeat_command(options, run, &repeat);
    run->command = buffer_string(&repeat);
    record_init(&record);
    progress_init(&progress, options->quiet ? NULL : for_people(options));
    write_headline(options, targets, run, headline, sizeof(headline));
    progress_plan(&progress, headline,
                  run_count(run, targets->at, targets->count));
    int status = (int)run_catalogue(targets->at, targets->count, run, &progress,
                                    &record);
    progress_end(&progress);
    if (!options->quiet)
        status = worse_status(status,
                              print_text(&record, run->command, progress.colour,
                                         for_people(options)));
    status = worse_status(status, write_reports(options, &record));
    status = worse_status(status, gate_write(options, run->baseline, &record));
    record_deinit(&record);
    buffer_deinit(&repeat);
    run->command = NULL;
    return status;
}

static int open_one(struct targets *targets, const struct target_choice *choice)
{
    struct buffer errors;
    int status = EXIT_GOOD;

    buffer_init(&errors, 256 * 1024);
    enum fault fault =
        target_open(&targets->at[targets->count++], choice, &errors);
    if (fault == FAULT_MANIFEST) {
        fputs(buffer_string(&errors), stderr);
        status = EXIT_USAGE;
    } else if (fault != FAULT_NONE) {
        status = unsure_error(fault_reason());
    }
    buffer_deinit(&errors);
    return status;
}

/* Without a profile and a manifest of its own, the reference is judged in
 * each. */
static int open_all(struct targets *targets, struct target_choice choice)
{
    unsigned profiles = profiles_meant(NULL);
    int status = EXIT_GOOD;

    if (choice.file != NULL || choice.profile != NULL)
        return open_one(targets, &choice);
    for (unsigned one = 1; one <= EVERY_PROFILE && status == EXIT_GOOD;
         one <<= 1) {
        choice.profile = profile_name(one);
        if ((profiles & one) != 0)
            status = open_one(targets, &choice);
    }
    return status;
}

static int open_and_run(const struct options *options,
                        const struct target_choice *choice,
                        struct run_options *run)
{
    struct targets targets = { .count = 0 };
    int status = open_all(&targets, *choice);

    if (status == EXIT_GOOD)
        status = check_selection(run, &targets);
    if (status == EXIT_GOOD)
        status = run_open_targets(options, &targets, run);
    for (size_t i = 0; i < targets.count; i++)
        target_close(&targets.at[i]);
    return status;
}

/* With a stream, where one is asked for. */
static int run_streamed(const struct options *options,
                        const struct target_choice *choice,
                        struct run_options *run)
{
    if (options->ndjson != NULL)
        run->stream = output_open(options->ndjson);
    if (options->ndjson != NULL && run->stream == NULL)
        return unsure_error(fault_reason());
    signal(SIGPIPE, SIG_IGN);
    scheduler_listen();
    int status = open_and_run(options, choice, run);
    if (run->stream != NULL &&
        output_close(run->stream, options->ndjson) != FAULT_NONE)
        status = worse_status(status, unsure_error(fault_reason()));
    return status;
}

int verb_run(const struct options *options)
{
    struct target_choice choice;
    struct run_options run = { .jobs = 1 };
    struct baseline *baseline = NULL;
    int status = read_choice(options, &choice);

    if (status == EXIT_GOOD)
        status = read_run_options(options, &run);
    if (status == EXIT_GOOD && choice.profile != NULL &&
        profile_meant(choice.profile) == 0)
        status = EXIT_USAGE;
    if (status == EXIT_GOOD)
        status = gate_open(options, &baseline);
    run.baseline = baseline;
    if (status == EXIT_GOOD)
        status = run_streamed(options, &choice, &run);
    baseline_free(baseline);
    return status;
}
