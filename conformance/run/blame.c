/* Of what did the target die? What a criterion came to counts only once the
 * target is seen to have survived it:
 *
 *     a passes     |----|
 *     b passes        |------|        began well behind the end of a: it is
 * clear c fails            |-----|      nobody is there any more: b or c
 *
 * With a way to bring the target back (hooks.restart) each suspect is asked
 * again alone, and the target looked at behind it. */
#include "run/state.h"
#include "base/clock.h"
#include "run/lines.h"
#include <cJSON.h>

/* A service takes a while to die: so long behind its end a criterion remains
 * suspected. */
enum { DYING_MS = 100 };
enum { RESTARTS_MAX = 32, READY_TICK_MS = 50 };

/* Only one of somebody's can die, and be brought back, without our knowing. */
static bool is_mortal(const struct turn *turn)
{
    return turn->entry->target->kind == TARGET_URL;
}

static enum verdict kind_of(const struct turn *turn)
{
    return (enum verdict)verdict_named(member_text(turn->verdict, "verdict"));
}

/* --- Who is no suspect ---------------------------------------------------- */

static void count_those_before(struct run *run, int64_t us)
{
    size_t kept = 0;

    for (size_t i = 0; i < run->pending_count; i++) {
        if (run->pending[i]->ended_us < us)
            turn_counts(run, run->pending[i]);
        else
            run->pending[kept++] = run->pending[i];
    }
    run->pending_count = kept;
}

void blame_later(struct run *run, struct turn *turn)
{
    if (!is_mortal(turn) || kind_of(turn) == NOT_APPLICABLE) {
        turn_counts(run, turn);
        return;
    }
    if (kind_of(turn) == PASS)
        count_those_before(run, turn->began_us - DYING_MS * 1000);
    run->pending[run->pending_count++] = turn;
}

void blame_nobody(struct run *run)
{
    count_those_before(run, INT64_MAX);
}

void blame_wait(const struct run *run)
{
    if (run->pending_count == 0 || run->gave_up || scheduler_interrupted())
        return;
    const struct turn *last = run->pending[run->pending_count - 1];
    int64_t left_ms = DYING_MS - (clock_monotonic_us() - last->ended_us) / 1000;
    if (left_ms > 0)
        scheduler_pause((int)left_ms);
}

/* --- Verdicts ------------------------------------------------------------- */

static void count_as_deadly(struct run *run, struct turn *turn,
                            const struct cJSON *sanity)
{
    struct cJSON *verdict = turn->verdict;
    bool passed = kind_of(turn) == PASS;

    cJSON_AddTrueToObject(verdict, "died");
    verdict_set(verdict, FAIL, "a service that goes on behind it",
                "the service died of it (behind it the sanity check saw: "
                "%.300s)%s%.400s",
                member_text(sanity, "seen"), passed ? "" : "; it saw: ",
                passed ? "" : member_text(verdict, "seen"));
    turn_counts(run, turn);
}

/* Beside which the service died, and nobody can tell of what. */
static void count_as_open(struct run *run, struct turn *turn, size_t suspects)
{
    verdict_set(turn->verdict, INCONCLUSIVE,
                "a service that lives as long as it is asked",
                "the service died of this or of another that was asked at that "
                "time, %zu in all, and did not come back (hooks.restart) for "
                "each to be asked alone; it saw: %.400s",
                suspects, member_text(turn->verdict, "seen"));
    turn_counts(run, turn);
}

/* --- The way back --------------------------------------------------------- */

/* Once it answers, and admits whom it should. */
static bool becomes_sane(struct run *run, struct target *target)
{
    int64_t until_ms = clock_monotonic_ms() + target->manifest->restart_ms;
    char why[400] = "";

    do {
        enum fault fault = target_reopen(target);
        struct cJSON *sanity =
            fault == FAULT_NONE ? sanity_of(run, target) : NULL;
        if (scheduler_interrupted())
            return false;
        if (fault == FAULT_NONE && sanity == NULL)
            return true;
        snprintf(why, sizeof(why), "%s",
                 fault == FAULT_NONE ? member_text(sanity, "seen")
                                     : fault_reason());
        cJSON_Delete(sanity);
        scheduler_pause(READY_TICK_MS);
    } while (clock_monotonic_ms() < until_ms && !scheduler_interrupted());
    note_trouble(run,
                 "the service died, and %d ms (limits.restart_ms) behind "
                 "hooks.restart it is not back: %s",
                 target->manifest->restart_ms, why);
    return false;
}

static bool bring_back(struct run *run, struct target *target)
{
    enum fault fault = FAULT_NONE;

    if (run->restarts++ >= RESTARTS_MAX) {
        note_trouble(run, "the service died more than %d times", RESTARTS_MAX);
        return false;
    }
    fault = target_restart(target);
    if (fault != FAULT_NONE && fault != FAULT_ABSENT)
        note_trouble(run, "the service died, and hooks.restart failed: %s",
                     fault_reason());
    return fault == FAULT_NONE && becomes_sane(run, target);
}

/* --- Each alone ----------------------------------------------------------- */

static void nothing(void *self, void *data)
{
    (void)self, (void)data;
}

static bool always(void *self)
{
    (void)self;
    return true;
}

static void alone_done(void *self, void *data, const char *line,
                       const char *trouble, int64_t us)
{
    struct turn *turn = data;

    (void)self;
    turn->verdict = turn_verdict(turn, line, trouble, us);
    turn->ended_us = clock_monotonic_us();
    turn->began_us = turn->ended_us - us;
}

static void ask_alone(struct run *run, struct turn *turn)
{
    struct task task = { .deadline_ms = turn_deadline_ms(turn), .data = turn };
    struct task_ops ops = { play_turn, nothing, alone_done, always, run, NULL };
    struct cJSON *before = turn->verdict;

    turn->verdict = NULL;
    turn->world = run->worlds++;
    scheduler_run(&task, 1, 1, &ops);
    if (turn->verdict == NULL) /* a signal came first */
        turn->verdict = before;
    else
        cJSON_Delete(before);
}

/* NULL: it has survived what was asked before. */
static struct cJSON *death_of(struct run *run, struct target *target)
{
    struct cJSON *sanity = sanity_of(run, target);

    if (sanity != NULL || scheduler_interrupted())
        return sanity;
    scheduler_pause(DYING_MS);
    return sanity_of(run, target);
}

/* How many of them are deadly. */
static size_t ask_each_alone(struct run *run, struct target *target,
                             struct turn *const *suspects, size_t count)
{
    size_t deadly = 0;

    for (size_t i = 0; i < count; i++) {
        if (run->gave_up) {
            count_as_open(run, suspects[i], count);
            continue;
        }
        ask_alone(run, suspects[i]);
        struct cJSON *sanity = death_of(run, target);
        if (sanity == NULL) {
            turn_counts(run, suspects[i]);
            continue;
        }
        deadly++;
        count_as_deadly(run, suspects[i], sanity);
        if (!bring_back(run, target))
            give_up(run, target, sanity);
        cJSON_Delete(sanity);
    }
    return deadly;
}

static void find_among(struct run *run, struct target *target,
                       struct turn *const *suspects, size_t count)
{
    if (ask_each_alone(run, target, suspects, count) > 0 ||
        scheduler_interrupted())
        return;
    note_trouble(run,
                 "the service died while %s and %zu more were asked, and not "
                 "again when each was asked alone",
                 suspects[0]->entry->criterion->spec->id, count - 1);
}

void blame_culprit(struct run *run, struct target *target,
                   const struct cJSON *sanity)
{
    struct turn *const *suspects = run->pending;
    size_t count = run->pending_count;

    run->pending_count = 0;
    if (count == 1)
        count_as_deadly(run, suspects[0], sanity);
    bool is_back = bring_back(run, target);
    if (is_back && count > 1)
        find_among(run, target, suspects, count);
    for (size_t i = 0; i < count && !is_back && count > 1; i++)
        count_as_open(run, suspects[i], count);
    if (!is_back && !scheduler_interrupted())
        give_up(run, target, sanity);
}
