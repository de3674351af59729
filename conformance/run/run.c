/* A run: sanity first, last and after failures; workers in between. */
#include "run/state.h"
#include "base/clock.h"
#include "manifest/secrets.h"
#include "run/known.h"
#include "run/lines.h"
#include <cJSON.h>
#include <stdlib.h>

/* --- In the parent -------------------------------------------------------- */

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

static void done(void *self, void *data, const char *line, const char *trouble,
                 int64_t us)
{
    struct run *run = self;
    struct turn *turn = data;
    const struct criterion *criterion = turn->entry->criterion;

    turn->verdict = turn_verdict(turn, line, trouble, us);
    turn->ended_us = clock_monotonic_us();
    turn->began_us = turn->ended_us - us;
    int kind = verdict_named(member_text(turn->verdict, "verdict"));
    if (kind != NOT_APPLICABLE)
        note_suspect(run, criterion->spec->id);
    if (kind == FAIL || kind == INCONCLUSIVE)
        run->must_recheck = true;
    if (trouble != NULL &&
        (criterion->needs & (DECODER_FAULT | STORE_FAULT | MONITOR_FAULT |
                             SHARED_FAULT | NODE_FAULT)) != 0)
        run->must_mend = true;
    blame_later(run, turn);
}

/* --- The whole ------------------------------------------------------------ */

static bool needs_too_long(const struct run *run, const struct entry *entry)
{
    long most = run->options->selection.max_wait_ms;

    return !entry->target->is_virtual && most >= 0 &&
           entry->criterion->wait_ms > most;
}

/* Fills the entries, target after target. */
static void choose_entries(struct run *run, const struct criterion **chosen)
{
    size_t place = 0;

    for (size_t t = 0; t < run->target_count; t++) {
        struct target *target = &run->targets[t];
        size_t count = run_select(&run->options->selection,
                                  target->manifest->profile, chosen);
        for (size_t i = 0; i < count; i++, place++)
            run->entries[place] = (struct entry){
                .target = target,
                .criterion = chosen[i],
                .place = (unsigned)place,
            };
    }
}

size_t run_count(const struct run_options *options,
                 const struct target *targets, size_t target_count)
{
    const struct criterion **chosen = calloc(catalogue_size, sizeof(*chosen));
    size_t count = 0;

    for (size_t i = 0; chosen != NULL && i < target_count; i++)
        count += run_select(&options->selection, targets[i].manifest->profile,
                            chosen);
    free(chosen);
    return count;
}

static bool prepare(struct run *run)
{
    const struct criterion **chosen = calloc(catalogue_size, sizeof(*chosen));
    unsigned repeat = run->options->repeat;

    run->entries = calloc(run->entry_count, sizeof(*run->entries));
    run->turns = calloc(run->entry_count * repeat, sizeof(*run->turns));
    run->tasks = calloc(run->entry_count * repeat, sizeof(*run->tasks));
    run->pending = calloc(run->entry_count * repeat, sizeof(struct turn *));
    bool good = chosen != NULL && run->entries != NULL && run->turns != NULL &&
                run->tasks != NULL && run->pending != NULL;
    if (good)
        choose_entries(run, chosen);
    free(chosen);
    return good;
}

static enum sharing sharing_of(const struct target *target,
                               const struct criterion *criterion)
{
    if (!target->is_virtual && criterion->wait_ms > 0)
        return SHARES_NOTHING; /* waits overlap */
    return target->kind == TARGET_EXEC ? SHARES_MOST
           : target->is_virtual        ? SHARES
                                       : SHARES_NOTHING;
}

int turn_deadline_ms(const struct turn *turn)
{
    const struct manifest *manifest = turn->entry->target->manifest;

    return turn->entry->criterion->wait_ms + 2 * manifest->answer_ms +
           manifest->close_ms + PATIENCE_MS;
}

static void queue_turns(struct run *run)
{
    for (unsigned r = 0; r < run->options->repeat; r++) {
        for (size_t i = 0; i < run->entry_count; i++) {
            const struct criterion *criterion = run->entries[i].criterion;
            const struct target *target = run->entries[i].target;
            if (target == NULL) /* it never is, once entries are chosen */
                continue;
            bool is_virtual = target->is_virtual;
            bool is_own = is_virtual || target->kind == TARGET_EXEC;
            if (needs_too_long(run, &run->entries[i]))
                continue;
            struct turn *turn = &run->turns[run->turn_count];
            *turn = (struct turn){ .run = run,
                                   .entry = &run->entries[i],
                                   .world = run->worlds++ };
            run->tasks[run->turn_count++] = (struct task){
                .wait_ms = is_virtual ? 0 : criterion->wait_ms,
                .exclusive =
                    !is_own && bench_is_alone(criterion, target->manifest),
                .deadline_ms = turn_deadline_ms(turn),
                .data = turn,
                .sharing = sharing_of(target, criterion),
            };
        }
    }
}

/* Whether it helped is for the sanity check to say, where one follows. */
static void mend(struct run *run)
{
    enum fault fault = FAULT_NONE;

    run->must_mend = false;
    for (size_t i = 0; i < run->target_count && fault == FAULT_NONE; i++)
        fault = target_mend(&run->targets[i]);
    if (fault == FAULT_NONE || !scheduler_interrupted())
        return;
    note_trouble(run,
                 "the run was interrupted, and what it broke may still be "
                 "broken: %s",
                 fault_reason());
}

static int waits(void *self)
{
    return progress_tick(((struct run *)self)->progress);
}

static void run_turns(struct run *run)
{
    struct task_ops ops = { play_turn, began, done, goes_on, run, waits };
    size_t ended = 0;

    for (size_t i = 0; i < run->target_count; i++)
        target_warm_up(&run->targets[i]);
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
    blame_wait(run);
    check_sanity(run);
    blame_nobody(run);
}

/* It is the choice of the run that it is not asked, not the target's. */
static void leave_out(const struct run *run, const struct entry *entry)
{
    verdict_set(entry->verdict, NOT_APPLICABLE, "",
                "it waits %d ms, and --max-wait is %ld",
                entry->criterion->wait_ms, run->options->selection.max_wait_ms);
    cJSON_AddTrueToObject(entry->verdict, "left_out");
}

/* Every criterion of the plan has a line, also one that could not be asked. */
static void fill_gaps(struct run *run)
{
    for (size_t i = 0; i < run->entry_count; i++) {
        struct entry *entry = &run->entries[i];
        bool too_long = needs_too_long(run, entry);
        if (entry->repetitions == run->options->repeat)
            continue;
        if (entry->verdict == NULL) {
            entry->verdict =
                verdict_line(entry->criterion, NULL, "was not asked", 0);
            entry_place(entry, entry->verdict);
        }
        if (too_long)
            leave_out(run, entry);
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
        entry_conclude(run, entry, 0);
    }
    for (size_t i = 0; i < run->entry_count; i++)
        cJSON_AddItemToArray(run->record->verdicts, run->entries[i].verdict);
}

/* Does every server of ours still run? */
static enum fault check_health(const struct run *run)
{
    enum fault fault = FAULT_NONE;

    for (size_t i = 0; i < run->target_count && fault == FAULT_NONE; i++)
        fault = target_health(&run->targets[i]);
    return fault;
}

/* What verdicts do not show makes a run unsure all the same. */
static enum exit_status judge(struct run *run, bool interrupted)
{
    enum exit_status floor = (enum exit_status)record_floor(run->record);

    if (run->gave_up)
        return EXIT_UNREACHED;
    if (interrupted)
        note_trouble(run, "the run was interrupted");
    if (check_health(run) != FAULT_NONE)
        note_trouble(run, "%s", fault_reason());
    return run->why[0] != 0 ? EXIT_UNSURE : floor;
}

static void begin_end(struct run *run)
{
    const struct baseline *baseline = run->options->baseline;
    unsigned profiles = 0;

    for (size_t i = 0; i < run->target_count; i++)
        profiles |= run->targets[i].manifest->profile;
    run->record->end = cJSON_CreateObject();
    cJSON_AddStringToObject(run->record->end, "type", "end");
    if (baseline != NULL)
        cJSON_AddItemToObject(run->record->end, "baseline",
                              known_judge(baseline, run->record, profiles));
}

static enum exit_status end(struct run *run)
{
    begin_end(run);

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

    end_line(run->record, &ending);
    if (run->options->stream != NULL)
        line_write(run->options->stream, run->record->end);
    return ending.status;
}

static enum exit_status run_planned(struct run *run)
{
    const struct run_options *options = run->options;

    run->record->plan =
        plan_line(run->targets, run->target_count, options, run->entry_count);
    if (options->stream != NULL)
        line_write(options->stream, run->record->plan);
    queue_turns(run);
    run_turns(run);
    fill_gaps(run);
    return end(run);
}

enum exit_status run_catalogue(struct target *targets, size_t target_count,
                               const struct run_options *options,
                               struct progress *progress, struct record *record)
{
    struct run run = {
        .targets = targets,
        .target_count = target_count,
        .options = options,
        .progress = progress,
        .record = record,
        .entry_count = run_count(options, targets, target_count),
        .started_us = clock_monotonic_us(),
        .started_cpu_us = clock_cpu_us(),
    };
    enum exit_status status = EXIT_UNSURE;

    if (run.entry_count > 0 && prepare(&run))
        status = run_planned(&run);
    free(run.entries);
    free(run.turns);
    free(run.tasks);
    free(run.pending);
    return status;
}
