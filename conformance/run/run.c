/* A run: sanity first, last and after failures; workers in between. */
#include "run/run.h"
#include "base/clock.h"
#include "bench/result.h"
#include "manifest/secrets.h"
#include "run/lines.h"
#include "run/scheduler.h"
#include <cJSON.h>
#include <stdarg.h>
#include <stdlib.h>

enum { PATIENCE_MS = 20000 };

/* One criterion of the selection, and what its repetitions came to. */
struct entry {
    const struct criterion *criterion;
    unsigned place;        /* in the selection */
    unsigned seen_of[4];   /* repetitions by enum verdict */
    unsigned repetitions;  /* done */
    struct cJSON *verdict; /* line of the stream; NULL: not yet */
};

/* One repetition. */
struct turn {
    struct run *run;
    struct entry *entry;
    unsigned world;
};

struct run {
    struct target *target;
    const struct run_options *options;
    struct progress *progress;
    struct record *record;
    struct entry *entries;
    struct turn *turns;
    struct task *tasks;
    size_t entry_count;
    size_t turn_count;
    unsigned worlds;   /* used so far */
    bool must_recheck; /* a failure since the last sanity check */
    bool must_mend;    /* a worker ended that may have broken the decoder */
    bool gave_up;      /* the target is not sane */
    char why[512];     /* it is not, or the run came to no good end */
    int64_t started_us;
    int64_t started_cpu_us;
    int longest_wait_ms;
};

/* --- In the worker -----------------------------------------------------------
 */

static char *work(void *data)
{
    const struct turn *turn = data;
    const struct run *run = turn->run;
    struct world world = { run->options->seed, turn->world };
    struct result result = { .verdict = INCONCLUSIVE };
    struct adapter *adapter = target_adapter(run->target);

    if (adapter == NULL) {
        result.expected = strdup("a target that can be dialled");
        result.seen = secrets_redact(run->target->manifest, fault_reason());
    } else {
        bench_run(turn->entry->criterion, run->target->manifest, adapter,
                  &world, &result);
    }
    char *line = result_line(&result);
    result_deinit(&result);
    adapter_free(adapter);
    return line;
}

static void note_trouble(struct run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The reason that is known first is the one that is told. */
static void note_trouble(struct run *run, const char *format, ...)
{
    char why[sizeof(run->why)];
    va_list arguments;

    if (run->why[0] != 0)
        return;
    va_start(arguments, format);
    vsnprintf(why, sizeof(why), format, arguments);
    va_end(arguments);
    char *clean = secrets_redact(run->target->manifest, why);
    snprintf(run->why, sizeof(run->why), "%s", clean == NULL ? "" : clean);
    free(clean);
}

/* --- In the parent -----------------------------------------------------------
 */

static void began(void *self, void *data)
{
    struct run *run = self;

    progress_began(run->progress,
                   ((const struct turn *)data)->entry->criterion->spec->id);
}

static bool goes_on(void *self)
{
    const struct run *run = self;

    return !run->must_recheck && !run->gave_up;
}

static unsigned kinds_of(const struct entry *entry)
{
    unsigned kinds = 0;

    for (size_t i = 0; i < COUNT(entry->seen_of); i++)
        kinds += entry->seen_of[i] > 0;
    return kinds;
}

/* Writes down what the entry came to, once all its repetitions are in. */
static void conclude(struct run *run, struct entry *entry, int64_t us)
{
    if (kinds_of(entry) > 1)
        verdict_set(
            entry->verdict, INCONCLUSIVE, "the same verdict each time",
            "unstable: it differed over %u repetitions: %u pass, %u fail, %u "
            "inconclusive, %u not applicable",
            entry->repetitions, entry->seen_of[PASS], entry->seen_of[FAIL],
            entry->seen_of[INCONCLUSIVE], entry->seen_of[NOT_APPLICABLE]);
    if (run->options->stream != NULL)
        line_write(run->options->stream, entry->verdict);
    progress_done(
        run->progress, entry->criterion->spec->id,
        (enum verdict)verdict_named(member_text(entry->verdict, "verdict")),
        member_text(entry->verdict, "seen"), us);
}

static void done(void *self, void *data, const char *line, const char *trouble,
                 int64_t us)
{
    struct run *run = self;
    struct entry *entry = ((struct turn *)data)->entry;
    struct cJSON *verdict = verdict_line(entry->criterion, line, trouble, us);
    int kind = verdict_named(member_text(verdict, "verdict"));

    cJSON_AddStringToObject(verdict, "profile",
                            profile_name(run->options->selection.profile));
    cJSON_AddNumberToObject(verdict, "place", entry->place);
    entry->seen_of[kind]++;
    entry->repetitions++;
    if (entry->verdict == NULL || kinds_of(entry) > 1) {
        cJSON_Delete(entry->verdict);
        entry->verdict = verdict;
    } else {
        cJSON_Delete(verdict);
    }
    if (kind == FAIL || kind == INCONCLUSIVE)
        run->must_recheck = true;
    if (trouble != NULL && (entry->criterion->needs & DECODER_FAULT) != 0)
        run->must_mend = true;
    if (kind != NOT_APPLICABLE &&
        entry->criterion->wait_ms > run->longest_wait_ms &&
        run->target->kind != TARGET_MOCK)
        run->longest_wait_ms = entry->criterion->wait_ms;
    if (entry->repetitions == run->options->repeat)
        conclude(run, entry, us);
}

/* --- Sanity ------------------------------------------------------------------
 */

static void sanity_done(void *self, void *data, const char *line,
                        const char *trouble, int64_t us)
{
    struct run *run = self;
    struct cJSON *verdict = verdict_line(
        ((struct turn *)data)->entry->criterion, line, trouble, us);

    if (verdict_named(member_text(verdict, "verdict")) != PASS &&
        !scheduler_interrupted()) {
        run->gave_up = true;
        note_trouble(run, "the target fails the sanity check: expected %s; %s",
                     member_text(verdict, "expected"),
                     member_text(verdict, "seen"));
    }
    cJSON_Delete(verdict);
}

static void ignore(void *self, void *data)
{
    (void)self, (void)data;
}

static bool always(void *self)
{
    (void)self;
    return true;
}

/* A dead target refuses everything: nothing counts without this. */
static void check_sanity(struct run *run)
{
    struct entry entry = { .criterion =
                               criterion_named("valid_token_is_admitted") };
    struct turn turn = { run, &entry, run->worlds++ };
    struct task task = { 0, false, PATIENCE_MS, &turn };
    struct task_ops ops = { work, ignore, sanity_done, always, run };

    run->must_recheck = false;
    if (!run->gave_up && !scheduler_interrupted())
        scheduler_run(&task, 1, 1, &ops);
}

/* --- The whole ---------------------------------------------------------------
 */

static bool needs_too_long(const struct run *run,
                           const struct criterion *criterion)
{
    long most = run->options->selection.max_wait_ms;

    return run->target->kind != TARGET_MOCK && most >= 0 &&
           criterion->wait_ms > most;
}

static bool prepare(struct run *run, const struct criterion *const *chosen)
{
    unsigned repeat = run->options->repeat;

    run->entries = calloc(run->entry_count, sizeof(*run->entries));
    run->turns = calloc(run->entry_count * repeat, sizeof(*run->turns));
    run->tasks = calloc(run->entry_count * repeat, sizeof(*run->tasks));
    if (run->entries == NULL || run->turns == NULL || run->tasks == NULL)
        return false;
    for (size_t i = 0; i < run->entry_count; i++) {
        run->entries[i].criterion = chosen[i];
        run->entries[i].place = (unsigned)i;
    }
    return true;
}

static void queue_turns(struct run *run)
{
    bool is_virtual = run->target->kind == TARGET_MOCK;
    const struct manifest *manifest = run->target->manifest;

    for (unsigned r = 0; r < run->options->repeat; r++) {
        for (size_t i = 0; i < run->entry_count; i++) {
            const struct criterion *criterion = run->entries[i].criterion;
            if (needs_too_long(run, criterion))
                continue;
            struct turn *turn = &run->turns[run->turn_count];
            *turn = (struct turn){ run, &run->entries[i], run->worlds++ };
            run->tasks[run->turn_count++] = (struct task){
                .wait_ms = is_virtual ? 0 : criterion->wait_ms,
                .exclusive = !is_virtual && criterion->company == EXCLUSIVE,
                .deadline_ms = criterion->wait_ms + 2 * manifest->answer_ms +
                               manifest->close_ms + PATIENCE_MS,
                .data = turn,
            };
        }
    }
}

/* Whether it helped is for the sanity check to say, where one follows. */
static void mend(struct run *run)
{
    run->must_mend = false;
    if (target_mend(run->target) == FAULT_NONE || !scheduler_interrupted())
        return;
    note_trouble(run,
                 "the run was interrupted, and its decoder may still be "
                 "broken: %s",
                 fault_reason());
}

static void run_turns(struct run *run)
{
    struct task_ops ops = { work, began, done, goes_on, run };
    size_t ended = 0;

    target_warm_up(run->target);
    check_sanity(run);
    while (ended < run->turn_count && !run->gave_up &&
           !scheduler_interrupted()) {
        ended += scheduler_run(run->tasks + ended, run->turn_count - ended,
                               run->options->jobs, &ops);
        if (run->must_mend)
            mend(run);
        if (run->must_recheck)
            check_sanity(run);
    }
    check_sanity(run);
}

/* Every criterion of the plan has a line, also one that could not be asked. */
static void fill_gaps(struct run *run)
{
    for (size_t i = 0; i < run->entry_count; i++) {
        struct entry *entry = &run->entries[i];
        bool too_long = needs_too_long(run, entry->criterion);
        if (entry->repetitions == run->options->repeat)
            continue;
        if (entry->verdict == NULL) {
            entry->verdict =
                verdict_line(entry->criterion, NULL, "was not asked", 0);
            cJSON_AddStringToObject(
                entry->verdict, "profile",
                profile_name(run->options->selection.profile));
            cJSON_AddNumberToObject(entry->verdict, "place", entry->place);
        }
        if (too_long)
            verdict_set(entry->verdict, NOT_APPLICABLE, "",
                        "it waits %d ms, and --max-wait is %ld",
                        entry->criterion->wait_ms,
                        run->options->selection.max_wait_ms);
        else if (entry->repetitions == 0)
            verdict_set(entry->verdict, INCONCLUSIVE, "to be asked", "%s",
                        run->gave_up ? run->why : "interrupted");
        else
            verdict_set(entry->verdict, INCONCLUSIVE,
                        "as many repetitions as were asked for",
                        "%u of %u were run", entry->repetitions,
                        run->options->repeat);
        entry->repetitions = run->options->repeat;
        memset(entry->seen_of, 0, sizeof(entry->seen_of));
        conclude(run, entry, 0);
    }
    for (size_t i = 0; i < run->entry_count; i++)
        cJSON_AddItemToArray(run->record->verdicts, run->entries[i].verdict);
}

/* What verdicts do not show makes a run unsure all the same. */
static enum exit_status judge(struct run *run, bool interrupted)
{
    enum exit_status floor = (enum exit_status)record_floor(run->record);

    if (run->gave_up)
        return EXIT_UNREACHED;
    if (interrupted)
        note_trouble(run, "the run was interrupted");
    if (target_health(run->target) != FAULT_NONE)
        note_trouble(run, "%s", fault_reason());
    return run->why[0] != 0 && floor < EXIT_UNSURE ? EXIT_UNSURE : floor;
}

static enum exit_status end(struct run *run)
{
    /* Asked once: a signal may come between two looks. */
    bool interrupted = scheduler_interrupted();
    struct ending_of_run ending = {
        .status = judge(run, interrupted),
        .interrupted = interrupted,
        .trouble = run->why,
        .wall_ms = (clock_monotonic_us() - run->started_us) / 1000,
        .cpu_ms = (clock_cpu_us() - run->started_cpu_us) / 1000,
        .longest_wait_ms = run->longest_wait_ms,
    };

    run->record->end = end_line(run->record, &ending);
    if (run->options->stream != NULL)
        line_write(run->options->stream, run->record->end);
    return ending.status;
}

enum exit_status run_catalogue(struct target *target,
                               const struct run_options *options,
                               struct progress *progress, struct record *record)
{
    const struct criterion **chosen = calloc(catalogue_size, sizeof(*chosen));
    struct run run = { .target = target,
                       .options = options,
                       .progress = progress,
                       .record = record,
                       .started_us = clock_monotonic_us(),
                       .started_cpu_us = clock_cpu_us() };
    enum exit_status status = EXIT_UNSURE;

    run.entry_count =
        chosen == NULL ? 0 : run_select(&options->selection, chosen);
    if (run.entry_count > 0 && prepare(&run, chosen)) {
        record->plan = plan_line(target, options, run.entry_count);
        if (options->stream != NULL)
            line_write(options->stream, record->plan);
        queue_turns(&run);
        run_turns(&run);
        fill_gaps(&run);
        status = end(&run);
    }
    free(chosen);
    free(run.entries);
    free(run.turns);
    free(run.tasks);
    return status;
}
