/* One turn in a worker; the check that the target is sane. */
#include "bench/result.h"
#include "manifest/secrets.h"
#include "run/lines.h"
#include "run/state.h"
#include <cJSON.h>
#include <stdarg.h>
#include <stdlib.h>

enum { SUSPECTS_BYTES_MAX = 1024 };

char *play_turn(void *data)
{
    const struct turn *turn = data;
    const struct target *target = turn->entry->target;
    const struct run_options *options = turn->run->options;
    struct world world = { .seed = options->seed,
                           .index = turn->world,
                           .keeping = options->keeping };
    struct result result = { .verdict = INCONCLUSIVE };
    struct adapter *adapter = target_adapter(target);

    if (adapter == NULL) {
        result.expected = strdup("a target that can be dialled");
        result.seen = secrets_redact(target->manifest, fault_reason());
    } else {
        bench_run(turn->entry->criterion, target->manifest, adapter, &world,
                  &result);
    }
    char *line = result_line(&result);
    result_deinit(&result);
    adapter_free(adapter);
    return line;
}

void note_trouble(struct run *run, const char *format, ...)
{
    char why[sizeof(run->why)];
    va_list arguments;

    if (run->why[0] != 0)
        return;
    va_start(arguments, format);
    vsnprintf(why, sizeof(why), format, arguments);
    va_end(arguments);
    char *clean = secrets_redact(run->targets->manifest, why);
    snprintf(run->why, sizeof(run->why), "%s", clean == NULL ? "" : clean);
    free(clean);
}

/* --- What it may not have survived ---------------------------------------- */

void note_suspect(struct run *run, const char *id)
{
    run->suspects[run->suspect_count++ % SUSPECTS_MAX] = id;
}

/* The latest first: that is the likeliest. */
static void name_suspects(const struct run *run, struct buffer *into)
{
    unsigned named =
        run->suspect_count < SUSPECTS_MAX ? run->suspect_count : SUSPECTS_MAX;

    for (unsigned i = 1; i <= named; i++)
        buffer_printf(into, "%s%s",
                      i == 1 ? "; asked since it was last sane: " : ", ",
                      run->suspects[(run->suspect_count - i) % SUSPECTS_MAX]);
    if (run->suspect_count > named)
        buffer_printf(into, " and %u before", run->suspect_count - named);
}

/* And its manifest may be what is wrong. */
static bool is_of_somebody(const struct target *target)
{
    return target->kind == TARGET_URL || target->kind == TARGET_EXEC;
}

void give_up(struct run *run, const struct target *target,
             const struct cJSON *sanity)
{
    struct buffer suspects;

    buffer_init(&suspects, SUSPECTS_BYTES_MAX);
    name_suspects(run, &suspects);
    if (run->suspect_count == 0 && is_of_somebody(target))
        buffer_add_string(&suspects, "; `wsconform probe` tells what to mend");
    run->gave_up = true;
    note_trouble(run,
                 "the target (%s) fails the sanity check: expected %s; "
                 "%.300s%s",
                 profile_name(target->manifest->profile),
                 member_text(sanity, "expected"), member_text(sanity, "seen"),
                 buffer_string(&suspects));
    buffer_deinit(&suspects);
}

/* --- The check ------------------------------------------------------------ */

static void sanity_done(void *self, void *data, const char *line,
                        const char *trouble, int64_t us)
{
    struct turn *turn = data;

    (void)self;
    turn->verdict = verdict_line(turn->entry->criterion, line, trouble, us);
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

struct cJSON *sanity_of(struct run *run, struct target *target)
{
    struct entry entry = { .target = target,
                           .criterion =
                               criterion_named("valid_token_is_admitted") };
    struct turn turn = { .run = run, .entry = &entry, .world = run->worlds++ };
    struct task task = { .deadline_ms = PATIENCE_MS, .data = &turn };
    struct task_ops ops = { play_turn, ignore, sanity_done, always, run, NULL };

    scheduler_run(&task, 1, 1, &ops);
    if (!scheduler_interrupted() &&
        verdict_named(member_text(turn.verdict, "verdict")) != PASS)
        return turn.verdict;
    cJSON_Delete(turn.verdict);
    return NULL;
}

static void check_sanity_of(struct run *run, struct target *target)
{
    struct cJSON *sanity = NULL;

    if (run->gave_up || scheduler_interrupted())
        return;
    sanity = sanity_of(run, target);
    if (sanity != NULL && run->pending_count > 0)
        blame_culprit(run, target, sanity);
    else if (sanity != NULL)
        give_up(run, target, sanity);
    cJSON_Delete(sanity);
}

void check_sanity(struct run *run)
{
    run->must_recheck = false;
    for (size_t i = 0; i < run->target_count; i++)
        check_sanity_of(run, &run->targets[i]);
    if (run->gave_up || scheduler_interrupted())
        return;
    run->suspect_count = 0;
    blame_nobody(run);
}
